//! Runs a file of test vectors: `cargo run --release -p taxid --example vectors -- FILE`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: vectors FILE");
        return ExitCode::from(2);
    };
    let report = std::fs::read_to_string(&path)
        .map_err(|e| e.to_string())
        .and_then(|text| taxid::vectors::run(&text).map_err(|e| e.to_string()));
    match report {
        Ok(report) => {
            for miss in &report.misses {
                println!("{}", miss.text);
            }
            println!("{} passed, {} failed", report.passed, report.failed);
            if report.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{path}: {error}");
            ExitCode::from(2)
        }
    }
}
