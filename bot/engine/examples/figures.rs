//! The engine's own figures: `figures [forty|many|first|idle]...`, all of them without a word. One line of JSON each.
//!
//! - `forty`: a run of forty empty steps, each written to disk before and after; the median of five.
//! - `many`: two hundred runs of five steps, started at once, until the last has ended.
//! - `first`: from asking for a run until its first step has begun, for two hundred runs one after the other.
//! - `idle`: processor time and memory of an engine that has nothing to do, over twenty seconds.

#[path = "../../deskhand/src/usage.rs"]
mod usage;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use documents::{Reader, ReaderConfig};
use engine::{Engine, EngineConfig, Grants, House};
use notify::Memory;
use serde_json::{Value, json};
use store::{Blobs, Store, SystemClock};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// An engine on a folder of its own.
struct Desk {
    folder: PathBuf,
    store: Store,
    engine: Engine,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let desk = Desk::open().await?;
    for name in ["idle", "forty", "many", "first"] {
        if !asked.is_empty() && !asked.iter().any(|word| word == name) {
            continue;
        }
        let figures = match name {
            "idle" => idle().await,
            "forty" => desk.forty().await?,
            "many" => desk.many().await?,
            _ => desk.first().await?,
        };
        println!("{}", json!({ "name": name, "figures": figures }));
    }
    desk.engine.shutdown().await;
    std::fs::remove_dir_all(&desk.folder)?;
    Ok(())
}

impl Desk {
    async fn open() -> Outcome<Self> {
        let folder = std::env::temp_dir().join(format!("deskhand-figures-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        for steps in [1, 5, 40] {
            let script = format!("for step in 0..{steps} {{ calendar::today(); }}");
            std::fs::write(folder.join(format!("steps_{steps}.rhai")), script)?;
        }
        let url = store::sqlite_url(&folder.join("deskhand.db"));
        let store = Store::open(&url, Blobs::folder(folder.join("blobs"))?, Arc::new(SystemClock)).await?;
        let house = House {
            store: store.clone(),
            reader: Arc::new(Reader::new(ReaderConfig::with_models("ocr-models"))),
            portals: BTreeMap::new(),
            grants: Grants::default(),
            secrets: BTreeMap::new(),
            mailer: Arc::new(Memory::new()),
            stock: Arc::default(),
            printer: Arc::new(engine::NoPrinter),
            base_url: "http://localhost".to_owned(),
            office_days: engine::WorkingDays::default(),
            calendars: engine::Calendars::default(),
            zone: chrono_tz::Asia::Hong_Kong,
            reviewers: Vec::new(),
            operators: Vec::new(),
            keepers: Vec::new(),
            language: notify::Language::En,
            oldest_months: 12,
            vocabulary: Arc::default(),
            office: engine::OfficeRules::default(),
        };
        let engine = Engine::start(EngineConfig::new(&folder, &folder), house).await?;
        Ok(Self { folder, store, engine })
    }

    async fn start(&self, workflow: &str, key: &str) -> Outcome<String> {
        Ok(self.engine.start_run(workflow, json!({ "key": key }), "bench").await?)
    }

    async fn forty(&self) -> Outcome<Value> {
        let mut times = Vec::new();
        for number in 0..=5 {
            let begun = Instant::now();
            let run = self.start("steps_40", &number.to_string()).await?;
            let row = self.engine.wait(&run, Duration::from_mins(1)).await?;
            assert_eq!(row.steps, 40, "the run ended as {}: {}", row.state, row.note);
            // The first run pays for what is opened once.
            if number > 0 {
                times.push(begun.elapsed().as_secs_f64());
            }
        }
        times.sort_by(f64::total_cmp);
        Ok(json!({ "median_s": times[2], "all_s": times }))
    }

    async fn many(&self) -> Outcome<Value> {
        let begun = Instant::now();
        let mut runs = Vec::new();
        for number in 0..200 {
            runs.push(self.start("steps_5", &number.to_string()).await?);
        }
        let started = begun.elapsed().as_secs_f64();
        for run in runs {
            let row = self.engine.wait(&run, Duration::from_mins(5)).await?;
            assert_eq!(row.steps, 5, "the run ended as {}: {}", row.state, row.note);
        }
        Ok(json!({ "runs": 200, "steps": 5, "started_s": started, "all_s": begun.elapsed().as_secs_f64() }))
    }

    /// By the store's own times: when the run was recorded, and when its first step had begun.
    #[expect(clippy::cast_precision_loss, reason = "microseconds of some minutes")]
    async fn first(&self) -> Outcome<Value> {
        let mut waits = Vec::new();
        for number in 0..200 {
            let asked = self.store.now();
            let run = self.start("steps_1", &number.to_string()).await?;
            self.engine.wait(&run, Duration::from_mins(1)).await?;
            let (_, steps) = self.store.run(&run).await?.ok_or("the run is gone")?;
            let begun = steps.first().ok_or("it had no step")?.started_at;
            waits.push((begun - asked).num_microseconds().unwrap_or(i64::MAX) as f64 / 1000.0);
        }
        waits.sort_by(f64::total_cmp);
        Ok(json!({ "p50_ms": waits[100], "p99_ms": waits[198], "worst_ms": waits[199] }))
    }
}

/// What an engine takes that has nothing to do.
async fn idle() -> Value {
    const SECONDS: f64 = 20.0;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = usage::cpu_seconds();
    tokio::time::sleep(Duration::from_secs_f64(SECONDS)).await;
    let share = (usage::cpu_seconds() - before) / SECONDS * 100.0;
    json!({ "percent_of_a_core": share, "peak_mb": usage::peak_megabytes() })
}
