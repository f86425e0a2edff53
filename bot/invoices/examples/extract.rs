//! Prints the invoice that is read in each file: `cargo run --release -p invoices --example extract -- FILE…`
//!
//! The models are looked for in `ocr-models`, or where `DESKHAND_MODELS` says; the day is `DESKHAND_TODAY`, or today
//! must be given. The program is its own child, as `deskhand` is.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use documents::{ChildCommand, Reader, ReaderConfig, child};
use invoices::{Facts, check, extract};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [command, kind] = args.as_slice()
        && command == "child"
    {
        let served = child::serve(kind, std::io::stdin().lock(), std::io::stdout().lock());
        return if served.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let models =
        std::env::var_os("DESKHAND_MODELS").map_or_else(|| PathBuf::from("ocr-models"), PathBuf::from);
    let mut config = ReaderConfig::with_models(models);
    config.child =
        std::env::current_exe().ok().map(|program| ChildCommand { program, args: vec!["child".to_owned()] });
    let reader = Reader::new(config);
    let mut code = ExitCode::SUCCESS;
    for file in args.iter().filter(|a| !a.starts_with("--") && *a != "extract") {
        if let Err(error) = show(&reader, file) {
            eprintln!("{file}: {error}");
            code = ExitCode::from(3);
        }
    }
    code
}

fn show(reader: &Reader, file: &str) -> Result<(), Box<dyn std::error::Error>> {
    let bytes = std::fs::read(file)?;
    let start = Instant::now();
    let document = reader.read(file, &bytes)?;
    let read = start.elapsed().as_millis();
    let mut invoice = extract(&document, reader.second_reader());
    let extracted = start.elapsed().as_millis() - read;
    let today = std::env::var("DESKHAND_TODAY").unwrap_or_default().parse()?;
    check(&mut invoice, &Facts::of_day(today));
    let mut json = serde_json::to_value(&invoice)?;
    json["file"] = file.into();
    json["timing_ms"] = serde_json::json!({ "read": read, "extract": extracted });
    println!("{json}");
    Ok(())
}
