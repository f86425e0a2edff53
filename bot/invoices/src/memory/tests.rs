use crate::invoice::{Decision, FieldName as F, Invoice};
use crate::memory::{Known, Lesson, Remembered};
use crate::supplier::Supplier;
use crate::tests::paper::{Paper, facts, hong_kong};
use crate::{check, extract};

const BRN: &str = "brn:70000118";

fn remembered(field: F, lesson: Lesson) -> Remembered {
    Remembered { id: "M1".into(), supplier: BRN.into(), printed_name: None, field, lesson }
}

fn value(field: F, value: &str) -> Remembered {
    remembered(field, Lesson::Value { value: value.into() })
}

fn label(field: F, label: &str, form: Option<&str>) -> Remembered {
    remembered(field, Lesson::Label { label: label.into(), form: form.map(str::to_owned) })
}

fn read_with(paper: &Paper, memory: Vec<Remembered>) -> Invoice {
    let mut facts = facts();
    facts.memories = memory.iter().map(|m| m.id.clone()).collect();
    let mut invoice = extract(&paper.document(), None, &Known { memory, ..Known::default() });
    check(&mut invoice, &facts);
    invoice
}

fn has(invoice: &Invoice, code: &str) -> bool {
    invoice.findings.iter().any(|f| f.code == code)
}

/// A paper whose number stands beside a label that nobody knows.
fn unknown_label() -> Paper {
    let mut paper = hong_kong();
    paper.change("Invoice No.:", "Docket:");
    paper
}

#[test]
fn a_remembered_label_makes_the_number_found() {
    assert_eq!(read_with(&unknown_label(), Vec::new()).value(F::InvoiceNumber), None);
    let invoice = read_with(&unknown_label(), vec![label(F::InvoiceNumber, "Docket", Some("A-9-9"))]);
    assert_eq!(invoice.value(F::InvoiceNumber), Some("FL-2026-0118"));
    assert_eq!(invoice.fields[&F::InvoiceNumber].remembered.as_deref(), Some("M1"));
    assert_eq!(invoice.decision, Decision::StraightThrough, "{:?}", invoice.findings);
}

#[test]
fn a_memory_never_touches_another_suppliers_paper() {
    let mut other = unknown_label();
    other.change("FPS ID: 7035918", "-").change("BR No.: 70000118", "BR No.: 70000227");
    let memory = vec![label(F::InvoiceNumber, "Docket", None), value(F::Currency, "USD")];
    let plain = read_with(&other, Vec::new());
    let invoice = read_with(&other, memory);
    assert_eq!(invoice.fields, plain.fields);
}

#[test]
fn the_same_number_beside_another_name_is_another_supplier() {
    // Such as our own registration number, which some suppliers print.
    let mut memory = label(F::InvoiceNumber, "Docket", None);
    memory.printed_name = Some("SOMEBODYELSELIMITED".into());
    assert_eq!(read_with(&unknown_label(), vec![memory]).value(F::InvoiceNumber), None);
}

#[test]
fn a_supplier_read_by_one_engine_alone_is_not_known() {
    let scan = unknown_label().scanned();
    assert_eq!(Supplier::of(&extract(&scan.document(), None, &Known::default())), None);
    let invoice = read_with(&scan, vec![label(F::InvoiceNumber, "Docket", None)]);
    assert_eq!(invoice.value(F::InvoiceNumber), None);
}

#[test]
fn without_a_number_a_supplier_is_known_by_its_name() {
    let mut paper = hong_kong();
    paper.change("BR No.: 70000118", "-");
    let supplier = Supplier::of(&extract(&paper.document(), None, &Known::default()));
    assert_eq!(supplier.map(|s| s.key).as_deref(), Some("name:FOGLAMPDEMOPAPERLIMITED"));
}

#[test]
fn two_certain_labels_that_disagree_go_to_a_person() {
    let mut paper = hong_kong();
    paper.put(380.0, 200.0, 10.0, "Docket:").put(460.0, 200.0, 10.0, "ZZ-1");
    let invoice = read_with(&paper, vec![label(F::InvoiceNumber, "Docket", None)]);
    assert!(has(&invoice, "DH-2302"), "{:?}", invoice.findings);
    assert_eq!(invoice.decision, Decision::Review);
}

#[test]
fn a_number_of_another_form_is_shown_to_a_person() {
    let mut paper = unknown_label();
    paper.change("FL-2026-0118", "00411");
    let invoice = read_with(&paper, vec![label(F::InvoiceNumber, "Docket", Some("A-9-9"))]);
    assert_eq!(invoice.value(F::InvoiceNumber), Some("00411"));
    assert!(has(&invoice, "DH-2332") && invoice.decision == Decision::Review);
}

#[test]
fn a_total_by_a_remembered_label_still_needs_its_proof() {
    let mut paper = hong_kong();
    paper.change("TOTAL", "Nett sum").change("HK$1,980.00", "HK$1,990.00");
    let invoice = read_with(&paper, vec![label(F::Total, "Nett sum", None)]);
    assert_eq!(invoice.value(F::Total), Some("1990.00"));
    assert_eq!(invoice.decision, Decision::Review, "the lines do not come to it");
    let mut paper = hong_kong();
    paper.change("TOTAL", "Nett sum");
    let invoice = read_with(&paper, vec![label(F::Total, "Nett sum", None)]);
    assert_eq!(invoice.decision, Decision::StraightThrough, "{:?}", invoice.findings);
}

#[test]
fn a_remembered_value_stands_in_where_the_paper_says_nothing() {
    let mut paper = hong_kong();
    paper
        .change("Foglamp Demo Paper Limited", "-")
        .change("霧燈示範紙品有限公司", "-")
        .change("A/C Name: Foglamp Demo Paper Limited", "-");
    let invoice = read_with(&paper, vec![value(F::SellerName, "Foglamp Demo Paper Limited")]);
    let seller = &invoice.fields[&F::SellerName];
    assert_eq!(
        (seller.value.as_str(), seller.source),
        ("Foglamp Demo Paper Limited", documents::Source::Memory)
    );
    assert_eq!(invoice.decision, Decision::StraightThrough, "{:?}", invoice.findings);
}

#[test]
fn an_assumed_currency_gives_way_and_a_printed_one_does_not() {
    let mut paper = hong_kong();
    paper.change("Currency:", "-").change("HKD", "-").change("HK$1,980.00", "1,980.00");
    let invoice = read_with(&paper, vec![value(F::Currency, "USD")]);
    assert_eq!(invoice.value(F::Currency), Some("USD"));
    assert!(!has(&invoice, "DH-2502"), "nothing is assumed any more");

    let invoice = read_with(&hong_kong(), vec![value(F::Currency, "USD")]);
    assert_eq!(invoice.value(F::Currency), Some("HKD"), "the paper says so");
    assert!(has(&invoice, "DH-2330"));
    assert_eq!(invoice.decision, Decision::Review);
}

#[test]
fn a_bank_account_is_never_taken_from_memory() {
    let mut paper = hong_kong();
    paper.change("Bank: Demo Bank (012)  A/C No.: 012-345-00001180", "-");
    let invoice = read_with(&paper, vec![value(F::BankAccount, "012-345-99999999")]);
    assert_eq!(invoice.value(F::BankAccount), None);
}

#[test]
fn what_rests_on_a_revoked_memory_goes_to_a_person() {
    let memory = vec![label(F::InvoiceNumber, "Docket", None)];
    let mut invoice = read_with(&unknown_label(), memory);
    check(&mut invoice, &facts());
    assert!(has(&invoice, "DH-2331") && invoice.decision == Decision::Review);
}
