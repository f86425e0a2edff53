#![expect(clippy::unwrap_used, reason = "a test may panic")]

use chrono::NaiveDate;
use rstest::rstest;

use crate::check;
use crate::duplicates::{Facts, Twin};
use crate::invoice::{Decision, Invoice, Severity};
use crate::tests::paper::{digital_layout, facts, hong_kong, old_layout};

fn codes(invoice: &Invoice) -> Vec<&str> {
    invoice.findings.iter().map(|f| f.code.as_str()).collect()
}

fn checked_on(day: &str) -> Invoice {
    let mut invoice = crate::extract(&hong_kong().document(), None, &crate::Known::default());
    check(&mut invoice, &Facts::of_day(day.parse::<NaiveDate>().unwrap()));
    invoice
}

#[rstest]
#[case("2026-03-05", None)]
#[case("2026-03-04", Some("DH-2601"))]
#[case("2027-09-05", None)]
#[case("2027-09-06", Some("DH-2602"))]
fn days_are_judged_from_today(#[case] today: &str, #[case] code: Option<&str>) {
    let invoice = checked_on(today);
    match code {
        Some(code) => assert!(codes(&invoice).contains(&code), "{:?}", codes(&invoice)),
        None => assert_eq!(invoice.decision, Decision::StraightThrough, "{:?}", invoice.findings),
    }
}

#[rstest]
#[case(true, None, "DH-2401", Severity::Reject)]
#[case(true, Some("BILL-7"), "DH-2402", Severity::Reject)]
#[case(false, None, "DH-2403", Severity::Review)]
fn a_twin_is_never_posted_in_silence(
    #[case] hard: bool,
    #[case] posted: Option<&str>,
    #[case] code: &str,
    #[case] severity: Severity,
) {
    let twin = Twin {
        document: "1".repeat(64),
        name: "first.pdf".to_owned(),
        posted_as: posted.map(str::to_owned),
        hard,
    };
    let mut invoice = crate::extract(&digital_layout().document(), None, &crate::Known::default());
    check(&mut invoice, &Facts { twins: vec![twin], ..facts() });
    let found = invoice.findings.iter().find(|f| f.code == code).unwrap();
    assert_eq!(found.severity, severity);
    assert_eq!(invoice.decision, Decision::Review);
}

#[test]
fn checking_twice_is_checking_once() {
    let mut p = old_layout();
    p.change("¥316.40", "¥361.40");
    let once = p.invoice();
    let mut twice = once.clone();
    check(&mut twice, &facts());
    assert_eq!(once.findings, twice.findings);
    assert_eq!(once.fields, twice.fields);
}

#[test]
fn the_worst_comes_first() {
    let mut p = old_layout();
    p.change("¥316.40", "¥361.40").change("044002600111", "04400260011");
    let severities: Vec<Severity> = p.invoice().findings.iter().map(|f| f.severity).collect();
    assert!(severities.is_sorted(), "{severities:?}");
    assert_eq!(severities[0], Severity::Reject);
}

#[test]
fn a_number_of_another_year_is_for_a_person() {
    let mut p = digital_layout();
    p.change("26442000000000000041", "24442000000000000041");
    assert_eq!(p.invoice().decision, Decision::Review);
    assert!(codes(&p.invoice()).contains(&"DH-2109"));
}

#[test]
fn a_rate_that_was_abolished_is_for_a_person() {
    let mut p = digital_layout();
    p.change("6%", "17%");
    assert!(codes(&p.invoice()).contains(&"DH-2114"), "{:?}", codes(&p.invoice()));
}

#[test]
fn a_red_letter_invoice_is_for_a_person() {
    let mut p = digital_layout();
    p.put(40.0, 300.0, 9.0, "被红冲蓝字数电发票号码：26442000000000000033");
    let invoice = p.invoice();
    assert!(codes(&invoice).contains(&"DH-2701"), "{:?} {:?}", codes(&invoice), invoice.fields);
    assert_eq!(invoice.decision, Decision::Review);
}

#[test]
fn an_invoice_without_a_seller_is_for_a_person() {
    let mut p = hong_kong();
    p.change("Foglamp Demo Paper Limited", "!").change("霧燈示範紙品有限公司", "!");
    let invoice = p.invoice();
    assert_eq!(invoice.decision, Decision::Review, "{:?}", invoice.fields);
}
