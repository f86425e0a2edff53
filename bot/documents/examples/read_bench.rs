//! Milliseconds a file for the whole reading of it, and the peak of memory:
//! `read_bench [--child PROGRAM] [--times N] FILE... [--then FILE...]`
//!
//! With a child, PDFs are read as the program reads them: in a process of their own, beside a second witness. Without
//! one everything happens here. What stands after `--then` is read once, after the peak of the first group was told.

#[path = "../../deskhand/src/usage.rs"]
mod usage;

use std::error::Error;
use std::time::Instant;

use documents::{ChildCommand, Reader, ReaderConfig};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (mut child, mut times, mut first, mut then) = (None, 5, Vec::new(), None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--child" => child = arguments.next(),
            "--times" => times = arguments.next().ok_or("--times needs a number")?.parse()?,
            "--then" => then = Some(Vec::new()),
            _ => then.as_mut().unwrap_or(&mut first).push(argument),
        }
    }
    let child = child.map(|program| ChildCommand { program: program.into(), args: vec!["child".to_owned()] });
    let models = std::env::var("DESKHAND_MODELS").unwrap_or_else(|_| "ocr-models".into());
    let reader = Reader::new(ReaderConfig { child, ..ReaderConfig::with_models(models) });
    println!("peak {} MB before the first file", usage::peak_megabytes());
    read(&reader, &first, times)?;
    if let Some(then) = then {
        read(&reader, &then, 1)?;
    }
    Ok(())
}

/// Reads each file so many times, after once to warm up when there are several, and tells the means.
#[expect(clippy::cast_precision_loss, reason = "a count of files")]
fn read(reader: &Reader, files: &[String], times: usize) -> Result<(), Box<dyn Error>> {
    if let Some(file) = files.first().filter(|_| times > 1) {
        reader.read(file, &std::fs::read(file)?)?;
    }
    let (mut total, cpu) = (0.0, usage::cpu_seconds());
    for file in files {
        let bytes = std::fs::read(file)?;
        let mut taken = Vec::new();
        let mut pages = 0;
        for _ in 0..times {
            let start = Instant::now();
            pages = reader.read(file, &bytes)?.pages.len();
            taken.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        taken.sort_by(f64::total_cmp);
        let median = taken[taken.len() / 2];
        total += median;
        println!("{median:.1} ms {pages} pages {file}");
    }
    let cpu = (usage::cpu_seconds() - cpu) / (files.len() * times) as f64;
    println!(
        "mean {:.1} ms a file, {:.1} ms of processor, {} files, peak {} MB",
        total / files.len() as f64,
        cpu * 1000.0,
        files.len(),
        usage::peak_megabytes()
    );
    Ok(())
}
