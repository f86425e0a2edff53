//! Forty empty steps, each written to disk before and after: how long do they take?
//!
//! `cargo run --release -p engine --example forty_steps` prints one line of JSON.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use documents::{Reader, ReaderConfig};
use engine::{Engine, EngineConfig, House};
use notify::Memory;
use serde_json::json;
use store::{Blobs, Store, SystemClock};

const STEPS: u32 = 40;
const RUNS: usize = 5;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("deskhand-forty-steps-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let script = format!("for step in 0..{STEPS} {{ calendar::today(); }}");
    std::fs::write(folder.join("forty_steps.rhai"), script)?;

    let url = store::sqlite_url(&folder.join("deskhand.db"));
    let store = Store::open(&url, Blobs::folder(folder.join("blobs"))?, Arc::new(SystemClock)).await?;
    let house = House {
        store,
        reader: Arc::new(Reader::new(ReaderConfig::with_models("ocr-models"))),
        portals: BTreeMap::new(),
        mailer: Arc::new(Memory::new()),
        base_url: "http://localhost".to_owned(),
        zone: chrono_tz::Asia::Hong_Kong,
        reviewers: Vec::new(),
        operators: Vec::new(),
        keepers: Vec::new(),
        language: notify::Language::En,
        oldest_months: 12,
        vocabulary: Arc::default(),
    };
    let engine = Engine::start(EngineConfig::new(&folder, &folder), house).await?;
    let mut times = Vec::new();
    for number in 0..=RUNS {
        let begun = Instant::now();
        let run = engine.start_run("forty_steps", json!({ "key": number.to_string() }), "bench").await?;
        let row = engine.wait(&run, Duration::from_mins(1)).await?;
        let (took, steps) = (begun.elapsed().as_secs_f64(), row.steps);
        assert_eq!(steps, STEPS, "the run ended as {}: {}", row.state, row.note);
        // The first run pays for what is opened once.
        if number > 0 {
            times.push(took);
        }
    }
    engine.shutdown().await;
    std::fs::remove_dir_all(&folder)?;
    times.sort_by(f64::total_cmp);
    let median = times[times.len() / 2];
    println!(
        "{}",
        json!({ "name": "forty_steps", "steps": STEPS, "runs": RUNS, "median_s": median, "all_s": times })
    );
    Ok(())
}
