use rstest::rstest;

use crate::invoice::{Decision, Kind};
use crate::tests::paper::{Paper, hong_kong};

fn one_title(title: &str) -> Paper {
    let mut p = Paper::a4();
    p.put(200.0, 60.0, 20.0, title);
    p.put(40.0, 120.0, 10.0, "Invoice No.: A-1").put(40.0, 134.0, 10.0, "Date: 2026-03-05").put(
        40.0,
        148.0,
        10.0,
        "Hong Kong",
    );
    p.put(400.0, 300.0, 10.0, "Total").put(480.0, 300.0, 10.0, "HK$20.00");
    p
}

#[test]
fn the_data_file_is_well_formed() {
    assert!(super::Titles::built_in().title.len() >= 2);
}

#[rstest]
#[case("QUOTATION")]
#[case("報價單")]
#[case("PURCHASE ORDER")]
#[case("採購訂單 Purchase Order")]
#[case("DELIVERY NOTE")]
#[case("送貨單")]
#[case("STATEMENT OF ACCOUNT")]
#[case("月結單")]
#[case("PRO FORMA INVOICE")]
#[case("某某商城订单详情")]
#[case("對賬單")]
#[case("Packing List")]
fn other_papers_are_not_invoices(#[case] title: &str) {
    let invoice = one_title(title).invoice();
    assert!(!invoice.is_invoice, "{title}: {invoice:?}");
    assert_eq!(invoice.decision, Decision::NotAnInvoice);
    assert_eq!(invoice.findings[0].code, "DH-2901");
}

#[rstest]
#[case("INVOICE", Kind::HkInvoice)]
#[case("I N V O I C E", Kind::HkInvoice)]
#[case("TAX INVOICE 稅務發票", Kind::HkInvoice)]
#[case("發票 INVOICE", Kind::HkInvoice)]
#[case("OFFICIAL RECEIPT", Kind::HkReceipt)]
#[case("正式收據", Kind::HkReceipt)]
fn titles_name_the_kind(#[case] title: &str, #[case] kind: Kind) {
    let invoice = one_title(title).invoice();
    assert!(invoice.is_invoice);
    assert_eq!(invoice.kind, kind);
}

#[test]
fn a_credit_note_is_for_a_person() {
    let invoice = one_title("CREDIT NOTE").invoice();
    assert_eq!(invoice.decision, Decision::Review);
    assert!(invoice.findings.iter().any(|f| f.code == "DH-2509"));
}

#[test]
fn a_paper_with_two_titles_is_for_a_person() {
    let mut p = hong_kong();
    p.put(200.0, 100.0, 20.0, "DELIVERY NOTE");
    let invoice = p.invoice();
    assert_eq!(invoice.decision, Decision::Review);
    assert!(invoice.findings.iter().any(|f| f.code == "DH-2904"));
}

#[test]
fn a_page_that_invites_to_fetch_an_invoice_is_none() {
    let mut p = Paper::a4();
    p.put(100.0, 100.0, 20.0, "扫一扫，领取发票").put(100.0, 200.0, 10.0, "合计 20.00");
    assert_eq!(p.invoice().decision, Decision::NotAnInvoice);
}

#[test]
fn a_page_of_prose_or_an_empty_page_is_no_invoice() {
    let mut p = Paper::a4();
    p.put(40.0, 100.0, 10.0, "Principal component analysis of primary and lymph node metastasis pairs");
    assert_eq!(p.invoice().decision, Decision::NotAnInvoice);
    assert_eq!(Paper::a4().invoice().decision, Decision::NotAnInvoice);
}

#[test]
fn a_void_invoice_is_for_a_person() {
    let mut p = hong_kong();
    p.put(200.0, 600.0, 40.0, "VOID");
    assert!(p.invoice().findings.iter().any(|f| f.code == "DH-2703"));
    assert_eq!(p.invoice().decision, Decision::Review);
}

#[test]
fn an_invoice_of_no_known_place_is_for_a_person() {
    let mut p = Paper::a4();
    p.put(200.0, 60.0, 20.0, "INVOICE").put(40.0, 120.0, 10.0, "Invoice No.: A-1").put(
        40.0,
        150.0,
        10.0,
        "Total USD 20.00",
    );
    let invoice = p.invoice();
    assert_eq!(invoice.kind, Kind::Other);
    assert_eq!(invoice.decision, Decision::Review);
}
