use crate::invoice::{FieldName as F, Kind};
use crate::memory::Lesson;
use crate::tests::paper::{Paper, hong_kong, old_layout};
use crate::{Vocabulary, can_be_remembered, teach};

fn learnt(paper: &Paper, field: F, value: &str) -> Result<String, String> {
    match teach(&paper.document(), &paper.invoice(), field, value, Vocabulary::built_in()) {
        Ok(Lesson::Label { label, .. }) => Ok(label),
        Ok(Lesson::Value { value }) => Ok(value),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn the_label_left_of_the_value_is_learnt() {
    let mut paper = hong_kong();
    paper.change("Invoice No.:", "Our Docket:");
    assert_eq!(learnt(&paper, F::InvoiceNumber, "FL-2026-0118").as_deref(), Ok("Our Docket"));
    let lesson =
        teach(&paper.document(), &paper.invoice(), F::InvoiceNumber, "FL-2026-0118", Vocabulary::built_in());
    assert_eq!(lesson, Ok(Lesson::Label { label: "Our Docket".into(), form: Some("A-9-9".into()) }));
}

#[test]
fn the_label_above_the_value_is_learnt() {
    let mut paper = hong_kong();
    paper.change("Invoice No.:", "-").change("FL-2026-0118", "-");
    paper.put(300.0, 180.0, 10.0, "Docket").put(300.0, 193.0, 10.0, "FL-2026-0118");
    assert_eq!(learnt(&paper, F::InvoiceNumber, "FL-2026-0118").as_deref(), Ok("Docket"));
}

#[test]
fn a_date_and_a_sum_are_learnt_by_what_they_mean() {
    let mut paper = hong_kong();
    paper.change("Invoice Date:", "Raised on:").change("TOTAL", "Nett sum");
    assert_eq!(learnt(&paper, F::IssueDate, "2026-03-05").as_deref(), Ok("Raised on"));
    assert_eq!(learnt(&paper, F::Total, "1980.00").as_deref(), Ok("Nett sum"));
}

#[test]
fn a_label_that_only_meant_some_other_number_may_be_taught() {
    let mut paper = hong_kong();
    paper.change("Invoice No.:", "Reference:");
    assert_eq!(learnt(&paper, F::InvoiceNumber, "FL-2026-0118").as_deref(), Ok("Reference"));
}

#[test]
fn a_title_is_no_label() {
    let mut paper = hong_kong();
    paper.change("Invoice No.:", "-").change("FL-2026-0118", "-");
    paper.put(430.0, 124.0, 10.0, "FL-2026-0118");
    assert!(learnt(&paper, F::InvoiceNumber, "FL-2026-0118").is_err());
}

#[test]
fn a_value_that_stands_nowhere_teaches_nothing() {
    let refused = learnt(&hong_kong(), F::InvoiceNumber, "QX-9").expect_err("it is not on the page");
    assert!(refused.starts_with("DH-2802: ") && refused.contains("nowhere"), "{refused}");
}

#[test]
fn a_label_that_means_another_field_is_not_taken() {
    // The order's number given as the invoice's: the label is known, and says otherwise.
    assert!(learnt(&hong_kong(), F::InvoiceNumber, "PO-7781").is_err());
    assert!(learnt(&hong_kong(), F::Total, "1950.00").is_err(), "that is the subtotal");
}

#[test]
fn a_label_that_stands_beside_several_values_is_not_taken() {
    let mut paper = hong_kong();
    paper.change("Invoice No.:", "Docket:");
    paper.put(40.0, 186.0, 10.0, "Docket:").put(90.0, 186.0, 10.0, "ZZ-1");
    assert!(learnt(&paper, F::InvoiceNumber, "FL-2026-0118").is_err());
}

#[test]
fn a_mainland_face_is_prescribed_and_teaches_no_labels() {
    let mut paper = old_layout();
    paper.change("发票号码:", "流水单:");
    assert!(learnt(&paper, F::InvoiceNumber, "00012345").is_err());
    for kind in [Kind::CnVatElectronicNormal, Kind::TwEinvoiceB2b] {
        assert!(!can_be_remembered(F::InvoiceNumber, kind) && !can_be_remembered(F::Currency, kind));
        assert!(can_be_remembered(F::SellerName, kind));
    }
}

#[test]
fn what_may_be_remembered_is_a_closed_list() {
    for field in [
        F::BankAccount,
        F::FpsId,
        F::BuyerName,
        F::BuyerTaxId,
        F::Tax,
        F::CheckCode,
        F::InvoiceCode,
        F::Remarks,
    ] {
        assert!(!can_be_remembered(field, Kind::HkInvoice), "{field}");
        assert!(learnt(&hong_kong(), field, "012-345-00001180").is_err(), "{field}");
    }
}

#[test]
fn a_constant_is_learnt_unless_the_paper_clearly_says_otherwise() {
    assert!(learnt(&hong_kong(), F::Currency, "USD").expect_err("HKD is printed").contains("clearly"));
    assert!(learnt(&hong_kong(), F::SellerName, "Somebody Else Limited").is_err());
    let mut paper = hong_kong();
    paper.change("Currency:", "-").change("HKD", "-").change("HK$1,980.00", "1,980.00");
    assert_eq!(learnt(&paper, F::Currency, "USD").as_deref(), Ok("USD"));
    let scan = hong_kong().scanned();
    assert_eq!(learnt(&scan, F::Brn, "70000119").as_deref(), Ok("70000119"), "one engine misread it");
    assert!(learnt(&scan, F::Brn, "70099999").is_err(), "that is another number");
}
