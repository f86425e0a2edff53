//! Milliseconds a page for PP-OCRv6, over the images given: `ocr_bench [--text] [--upright] IMAGE...`
//!
//! `--text` prints every word with its box and confidence, for comparing readings.

#[path = "../../deskhand/src/usage.rs"]
mod usage;

use std::path::Path;
use std::time::Instant;

use documents::ocr::{Ocr, PpOcr};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (options, files): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let given = |option: &str| options.iter().any(|o| o == option);
    let models = std::env::var("DESKHAND_MODELS").unwrap_or_else(|_| "ocr-models".into());
    let engine = PpOcr::load(Path::new(&models))?;
    engine.warm_up()?;
    // One page before the clock starts, for both engines alike: the first run sizes buffers.
    if let Some(first) = files.first() {
        engine.read_upright(&open(first)?)?;
    }
    let (mut total, cpu) = (0.0, usage::cpu_seconds());
    for file in &files {
        let page = open(file)?;
        let start = Instant::now();
        let (upright, words) = engine.read_upright(&page)?;
        let took = start.elapsed().as_secs_f64() * 1000.0;
        total += took;
        println!("{took:.0} ms {} words {}x{} {file}", words.len(), upright.width(), upright.height());
        if given("--text") {
            for word in &words {
                let [x0, y0, x1, y1] = <[f32; 4]>::from(word.bbox);
                println!("\t{:.2}\t{x0:.3} {y0:.3} {x1:.3} {y1:.3}\t{}", word.confidence, word.text);
            }
        }
    }
    let pages = f64::from(u32::try_from(files.len())?.max(1));
    println!(
        "mean {:.0} ms a page, {:.0} ms of processor, {} pages, peak {} MB",
        total / pages,
        (usage::cpu_seconds() - cpu) * 1000.0 / pages,
        files.len(),
        usage::peak_megabytes()
    );
    Ok(())
}

/// The picture, whatever its file is called.
fn open(file: &str) -> Result<image::RgbImage, Box<dyn std::error::Error>> {
    Ok(image::ImageReader::open(file)?.with_guessed_format()?.decode()?.to_rgb8())
}
