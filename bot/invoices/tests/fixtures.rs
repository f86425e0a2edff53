//! Every printed fixture is read, and every field, line and decision is compared with what stands beside it. The
//! pictures are read by the whole program, in the package `e2e`.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use documents::{Reader, ReaderConfig};
use invoices::{Decision, Facts, Invoice, Known, check, extract};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What is expected of the fixtures whose name ends so.
fn expected(suffixes: &[&str]) -> Vec<(PathBuf, Value)> {
    let mut out: Vec<(PathBuf, Value)> = std::fs::read_dir(root().join("fixtures/invoices"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .map(|path| {
            (path.with_extension(""), serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap())
        })
        .filter(|(path, wanted): &(PathBuf, Value)| {
            let name = path.to_string_lossy();
            let readable = wanted["decision"] != "quarantine" && wanted["decision"] != "several";
            readable && wanted["not_yet"].is_null() && suffixes.iter().any(|s| name.ends_with(s))
        })
        .collect();
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

fn read(reader: &Reader, path: &Path) -> Invoice {
    let name = path.file_name().unwrap().to_string_lossy();
    let document = reader.read(&name, &std::fs::read(path).unwrap()).unwrap();
    let mut invoice = extract(&document, reader.second_reader(), &Known::default());
    check(&mut invoice, &Facts::of_day("2026-11-22".parse().unwrap()));
    invoice
}

/// Everything that differs, in words.
fn differences(wanted: &Value, invoice: &Invoice) -> Vec<String> {
    let got = serde_json::to_value(invoice).unwrap();
    let mut out = Vec::new();
    for (field, value) in wanted["fields"].as_object().unwrap() {
        // Where code and print differ the code's value is shown; the print's stands beside it.
        let other =
            got["fields"][field]["others"].as_array().is_some_and(|o| o.iter().any(|o| o["value"] == *value));
        if got["fields"][field]["value"] != *value && !(other && invoice.decision == Decision::Review) {
            out.push(format!("{field}: {value} is right, {} was read", got["fields"][field]["value"]));
        }
    }
    for line in wanted["lines"].as_array().unwrap() {
        let same = |have: &Value| {
            ["name", "amount", "quantity"]
                .iter()
                .all(|k| line[*k].is_null() || solid(&have[*k]) == solid(&line[*k]))
        };
        if !got["lines"].as_array().unwrap().iter().any(same) {
            out.push(format!("no line is {line}: {}", got["lines"]));
        }
    }
    if got["kind"] != wanted["kind"] {
        out.push(format!("kind {} was read as {}", wanted["kind"], got["kind"]));
    }
    let decision = wanted["decision"].as_str().unwrap();
    if !matches!(decision, "any" | "duplicate" | "review_as_twin") && got["decision"] != decision {
        out.push(format!("{decision} is right, {} was decided: {}", got["decision"], got["findings"]));
    }
    out
}

fn solid(value: &Value) -> String {
    value.as_str().unwrap_or_default().split_whitespace().collect()
}

#[test]
fn every_pdf_with_a_text_layer_is_read_without_a_fault() {
    let reader = Reader::new(ReaderConfig::with_models(root().join("ocr-models")));
    let mut faults = Vec::new();
    let all = expected(&[".pdf"]);
    assert!(all.len() > 15);
    for (path, wanted) in all.iter().filter(|(path, _)| !path.to_string_lossy().contains("scan")) {
        let invoice = read(&reader, path);
        faults.extend(differences(wanted, &invoice).into_iter().map(|d| format!("{}: {d}", path.display())));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
