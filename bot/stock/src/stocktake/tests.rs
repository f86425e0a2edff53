#![expect(clippy::unwrap_used, reason = "a test may panic")]
use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};
use proptest::prelude::*;

use super::*;
use crate::event::{Body, Intake, Source};

fn at() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-03-05T21:00:00+08:00").unwrap()
}

fn tag(n: u32) -> String {
    format!("AB0000000000000000{n:06X}")
}

/// A pass with a time, so that two of them are two.
fn walk(tags: &[u32], second: u32) -> Pass {
    let rows: Vec<String> =
        tags.iter().map(|n| format!("{},{}\n", tag(*n), 1_772_686_800 + second)).collect();
    passes("walk.csv", format!("epc,timestamp\n{}", rows.concat()).as_bytes(), None).unwrap().remove(0)
}

fn list(rows: &str) -> Expected {
    Expected::read(format!("epc,sku,location,store\n{rows}").as_bytes()).unwrap()
}

fn of_tags(tags: &[u32]) -> Expected {
    list(&tags.iter().map(|n| format!("{},S{},,\n", tag(*n), n % 3)).collect::<Vec<_>>().concat())
}

fn taken(expected: &Expected, passes: &[Pass]) -> Report {
    compare(&Stocktake { store_id: "MK", at: at(), expected, passes })
}

#[test]
fn a_single_pass_never_makes_a_piece_missing() {
    let expected = of_tags(&[1, 2, 3]);
    let one = taken(&expected, &[walk(&[1], 0)]);
    assert_eq!((one.missing.len(), one.not_yet_read.len(), one.is_final), (0, 2, false));
    assert_eq!(one.findings[0].code, "DH-8094");
    assert!(one.summary.en.contains("2 not read yet") && one.summary.zh.contains("尚未讀到 2 件"));
    let two = taken(&expected, &[walk(&[1], 0), walk(&[2], 60)]);
    assert_eq!((two.missing.len(), two.not_yet_read.len(), two.is_final), (1, 0, true));
    assert_eq!(two.match_rate.to_string(), "66.66 %");
}

#[test]
fn the_same_pass_twice_is_one_pass() {
    let report = taken(&of_tags(&[1, 2]), &[walk(&[1], 0), walk(&[1], 0)]);
    assert_eq!((report.passes.len(), report.missing.len(), report.not_yet_read.len()), (1, 0, 1));
    assert_eq!(report.findings[0].code, "DH-8093");
    // Without times the file's name belongs to the pass: two walks may read alike.
    let plain = |name: &str| passes(name, format!("epc\n{}\n", tag(1)).as_bytes(), None).unwrap().remove(0);
    assert_eq!(plain("a.csv").id, plain("a.csv").id);
    assert_ne!(plain("a.csv").id, plain("b.csv").id);
}

#[test]
fn a_tray_counts_as_walked_only_when_somebody_was_there() {
    let expected = list(&format!("{},RING,A1,\n{},RING,B2,\n", tag(1), tag(2)));
    let tray = |second: u32, location: &str, n: u32| {
        let text = format!("epc,timestamp,location\n{},{},{location}\n", tag(n), 1_772_686_800 + second);
        passes("walk.csv", text.as_bytes(), None).unwrap().remove(0)
    };
    let report = taken(&expected, &[tray(0, "A1", 1), tray(60, "A1", 1), tray(90, "A1", 9)]);
    assert_eq!((report.missing.len(), report.not_yet_read.len()), (0, 1), "nobody was at B2");
    assert!(report.stock_counts(None, at()).is_empty());
    let report = taken(&expected, &[tray(0, "A1", 1), tray(60, "A1", 2)]);
    assert_eq!((report.misplaced.len(), report.misplaced[0].of_other_store), (1, false));
    assert_eq!(report.misplaced[0].found_at.as_deref(), Some("A1"));
}

#[test]
fn any_text_on_the_list_is_a_key_and_the_foot_of_an_export_is_no_tag() {
    let expected = list("ring-0001,RING,,\n");
    let text = "Tag ID,RSSI\nRING-0001,-40\nTotal: 1,\n";
    let passes = passes("a.csv", text.as_bytes(), None).unwrap();
    let report = taken(&expected, &passes);
    assert_eq!((report.match_rate.part, report.unknown.len()), (1, 0));
    assert_eq!(report.not_tags, ["TOTAL: 1"]);
}

#[test]
fn doubtful_rows_of_a_list_are_told_and_the_first_holds() {
    let text = format!(
        "EPC,GTIN,Item\n{0},4006381333931,A\n{0},,B\n{1},4006381333932,C\n3.07E+23,,D\n",
        tag(1),
        tag(2)
    );
    let expected = Expected::read(text.as_bytes()).unwrap();
    assert_eq!(expected.pieces[&tag(1)].sku, "A");
    assert_eq!(expected.pieces[&tag(1)].gtin.as_deref(), Some("04006381333931"));
    let rows: Vec<(u64, &str)> =
        expected.unread.iter().map(|one| (one.row, one.finding.code.as_str())).collect();
    assert_eq!(rows, [(3, "DH-8095"), (4, "DH-8095"), (5, "DH-8091")]);
    assert_eq!(Expected::read(b"sku,qty\nA,1\n").unwrap_err().code(), "DH-8092");
}

#[test]
fn a_settled_count_is_an_event_that_the_door_takes_once() {
    let report = taken(&of_tags(&[1, 2, 3]), &[walk(&[1, 2], 0), walk(&[1], 60)]);
    let events = report.stock_counts(Some("R1"), at());
    let Body::StockCount(count) = &events[0].body else { panic!() };
    assert_eq!((events[0].sku.as_str(), events[0].qty, count.variance), ("S0", 0, Some(-1)));
    assert_eq!(count.match_rate.unwrap().to_string(), "0.6666");
    let mut intake = Intake::default();
    let json = serde_json::to_vec(&events).unwrap();
    let source = Source::default();
    assert_eq!(intake.batch(&json, &source, at()).unwrap().reply.accepted, 3);
    let again = serde_json::to_vec(&report.stock_counts(Some("R1"), at())).unwrap();
    assert_eq!(intake.batch(&again, &source, at()).unwrap().reply.duplicates, 3);
}

#[test]
fn files_of_no_reader_are_told() {
    for bytes in [&b""[..], b"hello", b"{\"a\":1}", b"<html></html>", b"sku,qty\nA,1\n", b"\x00\x01", b"[]"] {
        assert_eq!(passes("x", bytes, None).unwrap_err().code(), "DH-8090", "{bytes:?}");
    }
    assert_eq!(passes("x", b"{\n\"TagList\": [\n", None).unwrap_err().code(), "DH-8091");
    assert_eq!(passes("x", b"<a><b", None).unwrap_err().code(), "DH-8091");
    // A walk that met nothing is a walk.
    assert_eq!(passes("x", b"timestamp,reader,antenna,rssi,epc\n", None).unwrap()[0].reads, 0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn every_piece_and_every_tag_is_accounted_for_once(
        expected in prop::collection::btree_set(0_u32..20, 0..15),
        walks in prop::collection::vec(prop::collection::vec(0_u32..25, 0..30), 0..4),
    ) {
        let list = of_tags(&expected.iter().copied().collect::<Vec<_>>());
        let passes: Vec<Pass> = (0..).zip(&walks).map(|(n, tags)| walk(tags, 60 * n)).collect();
        let report = taken(&list, &passes);
        let read: BTreeSet<u32> = walks.iter().flatten().copied().collect();
        prop_assert_eq!(report.read, u64::try_from(read.len()).unwrap());
        let found = u64::try_from(expected.intersection(&read).count()).unwrap();
        prop_assert_eq!(report.match_rate, crate::Share::new(found, u64::try_from(expected.len()).unwrap()));
        prop_assert_eq!(report.missing.len() + report.not_yet_read.len(), expected.difference(&read).count());
        prop_assert_eq!(report.unknown.len(), read.difference(&expected).count());
        prop_assert!(report.passes.len() >= 2 || report.missing.is_empty());
        let counted: i64 = report.by_sku.iter().map(|line| line.counted).sum();
        prop_assert_eq!(u64::try_from(counted).unwrap(), found);
        prop_assert!(report.by_sku.iter().all(|line| line.variance == line.counted - line.expected));
        let mut backwards = passes.clone();
        backwards.reverse();
        prop_assert_eq!(taken(&list, &backwards), report);
    }

    #[test]
    fn nothing_makes_the_readers_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[<>{}\\[\\]\":,a-zA-Z0-9 /\\n_-]{0,120}") {
        let _ = (passes("x", &bytes, None), Expected::read(&bytes));
        for text in [text.clone(), format!("<RO_ACCESS_REPORT><TagReportData>{text}"), format!("{{\"tagInventoryEvent\":{{\"epc\":\"{text}\"}}}}"), format!("epc,time\n{text}")] {
            let _ = passes("x", text.as_bytes(), None);
        }
    }
}
