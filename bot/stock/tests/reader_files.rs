//! Every file of a reader beside what it holds, and a stocktake of two of them.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use chrono::DateTime;
use serde_json::Value;
use stock::stocktake::{Expected, Pass, Stocktake, compare, passes};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/rfid");

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(FOLDER).join(name)).unwrap()
}

fn json(name: &str) -> Value {
    serde_json::from_slice(&bytes(name)).unwrap()
}

fn read(name: &str) -> Vec<Pass> {
    passes(name, &bytes(name), None).unwrap()
}

#[test]
fn every_reader_file_gives_the_reads_that_stand_beside_it() {
    let mut seen = 0;
    for entry in std::fs::read_dir(FOLDER).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let beside = format!("{name}.json");
        if name.starts_with("expected") || !PathBuf::from(FOLDER).join(&beside).exists() {
            continue;
        }
        let (expected, read) = (json(&beside), read(&name));
        assert_eq!(serde_json::to_value(read[0].format).unwrap(), expected["format"], "{name}");
        assert_eq!(read.iter().map(|pass| pass.reads).sum::<u64>(), expected["reads"], "{name}");
        let tags: BTreeSet<&String> = read.iter().flat_map(|pass| pass.tags.keys()).collect();
        assert_eq!(serde_json::to_value(tags).unwrap(), expected["tags"], "{name}");
        assert_eq!(read.iter().map(|pass| pass.unread.len()).sum::<usize>(), expected["unread"], "{name}");
        assert_eq!(
            read.len(),
            expected["sessions"].as_u64().map_or(1, |n| usize::try_from(n).unwrap()),
            "{name}"
        );
        let times = [
            read.iter().filter_map(|pass| pass.first_seen).min(),
            read.iter().filter_map(|pass| pass.last_seen).max(),
        ];
        for (time, field) in times.into_iter().zip(["first_seen", "last_seen"]) {
            let told =
                expected[field].as_str().map(|text| DateTime::parse_from_rfc3339(text).unwrap().to_utc());
            assert_eq!(time, told, "{name} {field}");
        }
        seen += 1;
    }
    assert_eq!(seen, 11);
}

#[test]
fn strength_and_antenna_come_through_in_their_own_units() {
    let best = |name: &str, tag: &str| read(name)[0].tags[tag].best_rssi_cdbm;
    assert_eq!(best("pass1-sllurp.csv", "302DD34CA1D0194000000001"), Some(-4_500));
    assert_eq!(best("impinj-r700.ndjson", "302DD34CA1D0194000000001"), Some(-6_250));
    assert_eq!(best("llrp-fx9600.xml", "302DD34CA1D0194000000002"), Some(-5_200));
    assert_eq!(best("handheld-tag-id.csv", "302DD34CA1D0194000000001"), Some(-4_050));
}

#[test]
fn the_same_walk_in_two_forms_is_one_pass() {
    let (sllurp, llrp) = (read("pass1-sllurp.csv"), read("llrp.json"));
    assert_eq!(sllurp[0].id, llrp[0].id);
}

fn texts(values: &Value) -> Vec<String> {
    values.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_stocktake_of_two_passes_finds_what_is_missing_unknown_and_misplaced() {
    let expected = Expected::read(&bytes("expected.csv")).unwrap();
    let told = json("expected.csv.json");
    let at = DateTime::parse_from_rfc3339("2026-03-05T13:15:00+08:00").unwrap();
    let both = [read("pass1-sllurp.csv"), read("pass2-zebra-iotc.jsonl")].concat();
    let report = compare(&Stocktake { store_id: "MK", at, expected: &expected, passes: &both });
    assert_eq!(
        (report.expected, report.read),
        (told["expected"].as_u64().unwrap(), told["read"].as_u64().unwrap())
    );
    assert_eq!((report.match_rate.part, report.is_final), (told["found"].as_u64().unwrap(), true));
    let tags =
        |pieces: &[stock::stocktake::Piece]| pieces.iter().map(|piece| piece.epc.clone()).collect::<Vec<_>>();
    assert_eq!(tags(&report.missing), texts(&told["missing"]));
    assert!(report.not_yet_read.is_empty());
    assert_eq!(report.unknown.iter().map(|tag| tag.epc.clone()).collect::<Vec<_>>(), texts(&told["unknown"]));
    assert_eq!(
        report.misplaced.iter().map(|one| one.piece.epc.clone()).collect::<Vec<_>>(),
        texts(&told["misplaced"])
    );
    for line in &report.by_sku {
        assert_eq!(
            serde_json::json!([line.expected, line.counted]),
            told["by_sku"][&line.sku],
            "{}",
            line.sku
        );
    }
    assert_eq!(report.stock_counts(Some("RFD40-1"), at).len(), report.by_sku.len());

    let told = &told["after_first_pass"];
    let report = compare(&Stocktake { store_id: "MK", at, expected: &expected, passes: &both[..1] });
    assert_eq!((report.match_rate.part, report.is_final), (told["found"].as_u64().unwrap(), false));
    assert!(report.missing.is_empty());
    assert_eq!(tags(&report.not_yet_read), texts(&told["not_yet_read"]));
    let counts = report.stock_counts(None, at);
    assert_eq!(counts.iter().map(|event| event.sku.clone()).collect::<Vec<_>>(), texts(&told["settled"]));
}
