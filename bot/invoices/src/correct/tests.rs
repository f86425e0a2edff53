#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use documents::Source;

use crate::correct;
use crate::invoice::{Decision, FieldName as F};
use crate::tests::paper::{facts, hong_kong, old_layout};

#[test]
fn a_persons_value_wins_and_is_marked_as_theirs() {
    let mut p = hong_kong();
    p.change("HK$1,980.00", "HK$1,990.00");
    let mut invoice = p.invoice();
    assert_eq!(invoice.decision, Decision::Review);
    correct(&mut invoice, &BTreeMap::from([(F::Total, "HK$1,980.00".to_owned())]), &facts()).unwrap();
    let total = invoice.field(F::Total).unwrap();
    assert_eq!((total.value.as_str(), total.source, total.confidence), ("1980.00", Source::Person, 1.0));
    assert_eq!(total.others[0].value, "1990.00");
    assert_eq!(invoice.decision, Decision::StraightThrough, "{:?}", invoice.findings);
}

#[test]
fn a_persons_value_is_still_added_up() {
    let mut invoice = hong_kong().invoice();
    correct(&mut invoice, &BTreeMap::from([(F::Total, "1880".to_owned())]), &facts()).unwrap();
    assert_eq!(invoice.value(F::Total), Some("1880.00"));
    assert!(invoice.findings.iter().any(|f| f.code == "DH-2214"));
}

#[test]
fn confirming_what_was_read_takes_the_doubt_away() {
    let mut invoice = old_layout().scanned().invoice();
    let open: BTreeMap<F, String> = invoice
        .findings
        .iter()
        .filter(|f| f.code == "DH-2303" || f.code == "DH-2308")
        .flat_map(|f| f.fields.clone())
        .map(|f| (f, invoice.value(f).unwrap().to_owned()))
        .collect();
    assert!(!open.is_empty());
    correct(&mut invoice, &open, &facts()).unwrap();
    assert!(!invoice.findings.iter().any(|f| f.code == "DH-2303"), "{:?}", invoice.findings);
    let number = invoice.field(F::InvoiceNumber).unwrap();
    assert_eq!((number.source, &number.agrees[..]), (Source::Person, &[Source::OcrPpocr][..]));
}

#[test]
fn what_has_not_the_form_of_its_field_is_rejected_and_nothing_is_changed() {
    let mut invoice = hong_kong().invoice();
    let before = invoice.clone();
    let wrong = BTreeMap::from([
        (F::IssueDate, "next week".to_owned()),
        (F::Total, "about 20".to_owned()),
        (F::Currency, "dollars".to_owned()),
        (F::SellerName, "Another Limited".to_owned()),
    ]);
    let rejected = correct(&mut invoice, &wrong, &facts()).unwrap_err();
    assert_eq!(rejected.iter().map(|r| r.field).collect::<Vec<_>>(), [F::IssueDate, F::Total, F::Currency]);
    assert!(rejected.iter().all(|r| !r.message.en.is_empty() && !r.message.zh_hant.is_empty()));
    assert_eq!(invoice.fields, before.fields);
}

#[test]
fn an_empty_value_takes_a_field_away() {
    let mut invoice = hong_kong().invoice();
    correct(&mut invoice, &BTreeMap::from([(F::PoNumber, " ".to_owned())]), &facts()).unwrap();
    assert_eq!(invoice.value(F::PoNumber), None);
}
