//! Every made paper against its expected result, every field of it.

use std::collections::BTreeMap;
use std::process::Command;

use e2e::repository;
use serde_json::Value;

/// What `deskhand extract` must say of the paper.
fn expected() -> BTreeMap<String, Value> {
    let folder = std::fs::read_dir(repository().join("fixtures/invoices")).unwrap();
    let papers = folder.flatten().filter(|entry| entry.path().extension().is_some_and(|e| e == "json"));
    papers
        .map(|entry| {
            let truth: Value = serde_json::from_str(&std::fs::read_to_string(entry.path()).unwrap()).unwrap();
            (truth["file"].as_str().unwrap().to_owned(), truth)
        })
        .collect()
}

fn extract(paper: &str) -> Option<Value> {
    let program = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("deskhand");
    let output = Command::new(program)
        .args(["--config", "tests/gold.toml", "--json", "extract"])
        .arg(repository().join("fixtures/invoices").join(paper))
        .current_dir(repository())
        .output()
        .unwrap();
    let line = String::from_utf8(output.stdout).unwrap();
    line.lines().next().map(|line| serde_json::from_str(line).unwrap())
}

/// The fields that differ, as sentences.
fn differences(truth: &Value, got: &Value) -> Vec<String> {
    let fields = truth["fields"].as_object().unwrap();
    fields
        .iter()
        .filter_map(|(name, want)| {
            let have = &got["fields"][name]["value"];
            (have != want).then(|| format!("{name}: want {want} have {have}"))
        })
        .collect()
}

#[test]
fn every_paper_with_a_text_layer_is_read_without_an_error_in_any_field() {
    let mut wrong = Vec::new();
    for (paper, truth) in expected()
        .iter()
        .filter(|(_, truth)| ["straight_through", "review"].contains(&truth["decision"].as_str().unwrap()))
    {
        let got = extract(paper).unwrap_or_default();
        wrong.extend(differences(truth, &got).into_iter().map(|what| format!("{paper} {what}")));
        if got["kind"] != truth["kind"] || got["decision"] != truth["decision"] {
            wrong.push(format!(
                "{paper}: want {} {} have {} {}\n{}",
                truth["kind"], truth["decision"], got["kind"], got["decision"], got["findings"]
            ));
        }
        let amounts = |of: &Value| -> Vec<Value> {
            of["lines"].as_array().unwrap().iter().map(|line| line["amount"].clone()).collect()
        };
        if amounts(truth) != amounts(&got) {
            wrong.push(format!("{paper}: lines {:?} are {:?}", amounts(truth), amounts(&got)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_scan_or_photo_goes_through_with_a_wrong_value() {
    let mut silent = Vec::new();
    for (paper, truth) in expected().iter().filter(|(_, truth)| truth["decision"] == "any") {
        let got = extract(paper).unwrap_or_default();
        let different = differences(truth, &got);
        println!("{paper}: {} {different:?}", got["decision"]);
        if got["decision"] == "straight_through" && !different.is_empty() {
            silent.push(format!("{paper}: {}", different.join("; ")));
        }
        assert!(
            got["decision"] == "straight_through" || got["decision"] == "review",
            "{paper} is an invoice: {}",
            got["decision"]
        );
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn what_is_no_invoice_is_said_to_be_none() {
    for (paper, truth) in expected() {
        if truth["decision"] == "not_an_invoice" {
            assert_eq!(extract(&paper).unwrap_or_default()["decision"], "not_an_invoice", "{paper}");
        }
        if truth["decision"] == "quarantine" {
            assert!(extract(&paper).is_none(), "{paper} cannot be read");
        }
    }
}
