//! The fixtures, and ledgers that are turned into statements with seeded faults.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{Days, NaiveDate};
use documents::{Reader, ReaderConfig, table};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;

use super::*;

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn grid(name: &str, bytes: &[u8]) -> Grid {
    if table::TableKind::sniff(bytes).is_some() {
        return Grid::of_tables(&table::read(bytes).unwrap());
    }
    let reader = Reader::new(ReaderConfig::with_models(repository().join("ocr-models")));
    Grid::of_document(&reader.read_light(name, bytes).unwrap().unwrap())
}

fn statement(rows: &[&[&str]]) -> Statement {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
    read(&Grid::of_tables(&[rows])).unwrap()
}

fn kinds(comparison: &Comparison) -> Vec<(String, Option<String>)> {
    let kind = |kind: DifferenceKind| serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned();
    let numbered = |d: &Difference| d.number.clone().filter(|_| d.kind != DifferenceKind::Unread);
    let mut kinds: Vec<_> = comparison.differences.iter().map(|d| (kind(d.kind), numbered(d))).collect();
    kinds.sort();
    kinds
}

#[test]
fn every_statement_of_the_fixtures_gives_exactly_its_differences() {
    let folder = repository().join("fixtures/statements");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in files.iter().filter(|file| file.extension().is_none_or(|end| end != "json")) {
        let expected = std::fs::read_to_string(format!("{}.json", file.display())).unwrap();
        let expected: Value = serde_json::from_str(&expected).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(file).unwrap();
        let Some(statement) = read(&grid(&name, &bytes)) else {
            wrong.push(format!("{name}: no table"));
            continue;
        };
        let papers: Vec<Paper> = expected["papers"].as_array().unwrap().iter().map(paper).collect();
        let comparison = compare(&statement, &papers, Asked::default());
        let mut differences: Vec<(String, Option<String>)> =
            serde_json::from_value(expected["differences"].clone()).unwrap();
        differences.sort();
        let supplier = fold_name(expected["supplier"].as_str().unwrap());
        let named = statement.texts.iter().any(|text| fold_name(text).contains(&supplier));
        let said = (
            kinds(&comparison),
            statement.lines.len(),
            statement.unread.len(),
            statement.currency.clone(),
            named,
        );
        let wanted = (
            differences,
            usize::try_from(expected["lines"].as_u64().unwrap()).unwrap(),
            usize::try_from(expected["unread"].as_u64().unwrap()).unwrap(),
            expected["currency"].as_str().map(str::to_owned),
            true,
        );
        if said != wanted {
            wrong.push(format!("{name}:\n  said   {said:?}\n  wanted {wanted:?}\n  {statement:?}"));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 12, "{count}");
}

fn paper(value: &Value) -> Paper {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    let number = text("number");
    Paper {
        document: format!("document of {}", number.clone().unwrap_or_default()),
        date: text("date").map(|date| date.parse().unwrap()),
        currency: text("currency"),
        total: text("total").map(|total| total.parse().unwrap()),
        state: serde_json::from_value(value["state"].clone()).unwrap(),
        number,
    }
}

#[test]
fn a_paper_that_is_no_statement_has_no_table() {
    let letter = "Dear customer, we move on 1 December 2026. Total joy: 100.00.";
    let rows: Vec<Vec<String>> = letter.split('.').map(|row| vec![row.to_owned()]).collect();
    assert_eq!(read(&Grid::of_tables(&[rows])), None);
    assert_eq!(read(&Grid::default()), None);
}

#[test]
fn what_is_here_and_not_posted_is_told_with_its_state() {
    let statement = statement(&[
        &["Date", "Invoice no", "Amount"],
        &["2026-10-02", "A-1", "10.00"],
        &["2026-10-03", "A-2", "20.00"],
    ]);
    let waiting = Paper {
        document: "d".to_owned(),
        number: Some("a 1".to_owned()),
        date: None,
        currency: None,
        total: Some(Decimal::new(1000, 2)),
        state: PaperState::Waiting,
    };
    let comparison = compare(&statement, &[waiting], Asked::default());
    let said: Vec<&str> = comparison.differences.iter().map(|d| d.message.en.as_str()).collect();
    assert!(said[0].ends_with("It is here and waits for a person."), "{said:?}");
    assert!(said[1].ends_with("It has not arrived here."), "{said:?}");
    assert!(comparison.differences.iter().all(|d| !d.message.zh_hant.is_empty()));
}

#[test]
fn a_number_that_looks_alike_is_never_taken_as_the_same() {
    let statement = statement(&[
        &["Date", "Invoice no", "Amount"],
        &["2026-10-02", "INV-1001", "10.00"],
        &["", "Total", "10.00"],
    ]);
    let posted = |number: &str, cents: i64| Paper {
        document: number.to_owned(),
        number: Some(number.to_owned()),
        date: NaiveDate::from_ymd_opt(2026, 10, 2),
        currency: None,
        total: Some(Decimal::new(cents, 2)),
        state: PaperState::Posted,
    };
    let one = compare(&statement, &[posted("INV-1007", 1000)], Asked::default());
    assert_eq!(kinds(&one), [("number".to_owned(), Some("INV-1001".to_owned()))]);
    assert_eq!(one.agreeing, 0);
    // Of two that look alike, or with another amount, not even a hint is given.
    let two = compare(&statement, &[posted("INV-1007", 1000), posted("INV-1008", 1000)], Asked::default());
    assert_eq!(two.differences.iter().filter(|d| d.kind == DifferenceKind::Number).count(), 0);
    let other = compare(&statement, &[posted("INV-1007", 1001)], Asked::default());
    assert_eq!(kinds(&other).len(), 2);
}

#[test]
fn a_row_that_cannot_be_read_is_listed_and_never_dropped() {
    let statement = statement(&[
        &["Date", "Reference", "Details", "Debit", "Credit", "Balance"],
        &["01/10/2026", "A-1", "Invoice", "10.00", "", "10.00"],
        &["02/10/2026", "A-2", "Invoice", "1,0.00", "", "20.00"],
        &["03/10/2026", "A-3", "Invoice", "5.00", "5.00", "20.00"],
        &["nonsense", "A-4", "Invoice", "5.00", "", "25.00"],
        &["05/10/2026", "A-5", "Invoice", "", "", ""],
        &["06/10/2026", "A-6", "Invoice", "1.00", "", "26.00"],
        &["", "", "and more words", "", "", ""],
        &["", "", "Balance due", "", "", "26.00"],
        &["07/10/2026", "A-7", "Invoice", "1.00", "", "27.00"],
    ]);
    let why: Vec<UnreadWhy> = statement.unread.iter().map(|row| row.why).collect();
    assert_eq!(
        why,
        [UnreadWhy::Amount, UnreadWhy::Side, UnreadWhy::Date, UnreadWhy::NoAmount, UnreadWhy::Outside]
    );
    assert_eq!(statement.lines.len(), 2);
    assert_eq!(statement.lines[1].text, "Invoice and more words");
    assert_eq!(statement.faults, [], "what an unread row adds is not held against the statement");
}

/// One invoice of a ledger, and what is done to it.
#[derive(Debug, Clone)]
struct Seeded {
    cents: i64,
    fault: u8,
}

fn seeded() -> impl Strategy<Value = Vec<Seeded>> {
    let one = (1_i64..5_000_000, 0_u8..12).prop_map(|(cents, fault)| Seeded { cents, fault });
    prop::collection::vec(one, 1..30)
}

fn printed(date: NaiveDate, way: usize) -> String {
    match way % 4 {
        0 => date.format("%d/%m/%Y").to_string(),
        1 => date.format("%d-%b-%y").to_string(),
        2 => date.format("%Y年%-m月%-d日").to_string(),
        _ => date.to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_faults_that_were_seeded_are_found_and_no_others(ledger in seeded(), layout in 0_usize..3, way in 0_usize..4, opening in 0_i64..100_000) {
        let mut rows: Vec<Vec<String>> = vec![vec!["Sample Supplies Ltd".into()], vec!["Statement period 01/10/2026 to 31/10/2026".into()], vec!["Currency HKD".into()]];
        rows.push(match layout {
            0 => ["Date", "Invoice no", "Details", "Debit", "Credit", "Balance"].map(str::to_owned).to_vec(),
            1 => ["日期", "發票號碼", "金額"].map(str::to_owned).to_vec(),
            _ => ["单据编号", "日期", "应收金额", "已收金额"].map(str::to_owned).to_vec(),
        });
        let mut balance = Decimal::new(opening, 2);
        if layout == 0 {
            rows.push(["", "", "Balance b/f", "", "", &balance.to_string()].map(str::to_owned).to_vec());
        }
        let (mut papers, mut expected) = (Vec::new(), Vec::new());
        let (mut unread, mut stated) = (0, 0);
        for (at, one) in ledger.iter().enumerate() {
            let number = format!("INV-{}", 1000 + 11 * at);
            // No two amounts are the same, so that only a number can look alike.
            let amount = Decimal::new(one.cents * 100 + i64::try_from(at).unwrap(), 2);
            let date = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap() + Days::new(u64::try_from(at).unwrap());
            let mut paper = Paper {
                document: number.clone(), number: Some(number.clone()), date: Some(date), currency: Some("HKD".into()),
                total: Some(amount), state: PaperState::Posted,
            };
            let mut times = 1;
            let mut written = amount.to_string();
            let kind = match one.fault {
                0 => { paper.state = PaperState::Waiting; Some("not_posted") }
                1 => { times = 0; Some("not_on_statement") }
                2 => { paper.total = Some(amount + Decimal::new(1, 2)); Some("amount") }
                3 => { paper.date = Some(date + Days::new(1)); Some("date") }
                4 => { paper.number = Some(format!("{number}X")); Some("number") }
                5 => { times = 2; Some("twice") }
                6 => { paper.currency = Some("USD".into()); Some("currency") }
                7 => { written.insert(1, 'O'); unread += 1; Some("unread") }
                _ => None,
            };
            expected.extend(kind.map(|kind| (kind.to_owned(), Some(number.clone()).filter(|_| kind != "unread"))));
            papers.push(paper);
            for _ in 0..times {
                balance += amount;
                stated += 1;
                let date = printed(date, way);
                rows.push(match layout {
                    0 => vec![date, number.clone(), "Invoice".into(), written.clone(), String::new(), balance.to_string()],
                    1 => vec![date, number.clone(), written.clone()],
                    _ => vec![number.clone(), date, written.clone(), String::new()],
                });
            }
        }
        if layout == 0 {
            rows.push(vec![String::new(), String::new(), "Closing balance".into(), String::new(), String::new(), balance.to_string()]);
        }
        let statement = read(&Grid::of_tables(&[rows])).unwrap();
        prop_assert_eq!(statement.lines.len() + statement.unread.len(), stated);
        prop_assert_eq!(statement.unread.len(), unread);
        let comparison = compare(&statement, &papers, Asked::default());
        expected.sort();
        prop_assert_eq!(kinds(&comparison), expected);
    }

    #[test]
    fn no_table_makes_the_reader_panic_or_lose_a_row(rows in prop::collection::vec(prop::collection::vec("[0-9,.()\\-a-zA-Z發票號碼金額日期餘 /]{0,9}", 0..7), 0..12)) {
        let mut all = vec![["Date", "Reference", "Debit", "Credit", "Balance"].map(str::to_owned).to_vec()];
        all.extend(rows);
        let statement = read(&Grid::of_tables(&[all])).unwrap();
        let _ = compare(&statement, &[], Asked::default());
    }
}

#[test]
fn names_are_the_same_but_for_their_legal_forms() {
    assert!(is_same_name("Stone Heron Demo Trading Co., Ltd.", "STONE HERON DEMO TRADING COMPANY LIMITED"));
    assert!(is_same_name("晨霧示範文具有限公司", "晨霧示範文具股份有限公司"));
    assert!(!is_same_name("Limited", "Ltd") || fold_name("Limited") == "LIMITED");
    assert!(!is_same_name("", ""));
    let folded: BTreeMap<&str, String> =
        ["Costco Co", "Co"].into_iter().map(|name| (name, fold_name(name))).collect();
    assert_eq!((folded["Costco Co"].as_str(), folded["Co"].as_str()), ("COSTCO", "CO"));
}
