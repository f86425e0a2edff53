#![expect(clippy::unwrap_used, reason = "a test may panic")]

use documents::Source;

use crate::invoice::{Decision, FieldName as F, Invoice, Kind};
use crate::tests::paper::{BUYER_ID, SELLER_ID, digital_layout, old_layout};

fn value(invoice: &Invoice, field: F) -> &str {
    invoice.value(field).unwrap_or("—")
}

#[test]
fn every_field_of_the_old_layout_is_read() {
    let invoice = old_layout().invoice();
    assert_eq!(invoice.kind, Kind::CnVatElectronicNormal);
    for (field, wanted) in [
        (F::InvoiceCode, "044002600111"),
        (F::InvoiceNumber, "00012345"),
        (F::IssueDate, "2026-03-05"),
        (F::CheckCode, "12345678901234567890"),
        (F::BuyerName, "深圳市海燕示例零售有限公司"),
        (F::BuyerTaxId, BUYER_ID),
        (F::SellerName, "广州纸鸢示例贸易有限公司"),
        (F::SellerTaxId, SELLER_ID),
        (F::AmountExTax, "280.00"),
        (F::Tax, "36.40"),
        (F::Total, "316.40"),
        (F::TotalInWords, "叁佰壹拾陆圆肆角"),
        (F::Currency, "CNY"),
        (F::Remarks, "订单号:100068"),
    ] {
        assert_eq!(value(&invoice, field), wanted, "{field:?}");
    }
    assert_eq!(invoice.key().as_deref(), Some("cn:044002600111:00012345"));
}

#[test]
fn every_field_of_the_digital_layout_is_read() {
    let invoice = digital_layout().invoice();
    assert_eq!(invoice.kind, Kind::CnDigitalNormal);
    for (field, wanted) in [
        (F::InvoiceNumber, "26442000000000000041"),
        (F::IssueDate, "2026-03-05"),
        (F::BuyerName, "深圳市海燕示例零售有限公司"),
        (F::BuyerTaxId, BUYER_ID),
        (F::SellerName, "广州纸鸢示例贸易有限公司"),
        (F::SellerTaxId, SELLER_ID),
        (F::AmountExTax, "4197.17"),
        (F::Tax, "251.83"),
        (F::Total, "4449.00"),
    ] {
        assert_eq!(value(&invoice, field), wanted, "{field:?}");
    }
    assert_eq!(invoice.value(F::InvoiceCode), None);
    assert_eq!(invoice.lines.len(), 1);
    assert_eq!(invoice.key().as_deref(), Some("cn:26442000000000000041"));
    assert_eq!(invoice.decision, Decision::StraightThrough, "{:?}", invoice.findings);
}

#[test]
fn every_field_carries_its_place() {
    let invoice = old_layout().invoice();
    let total = invoice.field(F::Total).unwrap();
    assert_eq!((total.page, total.raw.as_str(), total.source), (1, "¥316.40", Source::TextLayer));
    let bbox = total.bbox.unwrap();
    assert!(bbox.x0 > 0.78 && bbox.x1 < 0.86 && bbox.y0 > 0.69 && bbox.y1 < 0.74, "{bbox:?}");
    assert!(total.agrees.contains(&Source::Derived), "words and sum confirm it: {total:?}");
}

#[test]
fn a_scan_with_nothing_to_confirm_its_numbers_is_for_a_person() {
    let invoice = old_layout().scanned().invoice();
    assert_eq!(invoice.decision, Decision::Review);
    let unconfirmed: Vec<F> =
        invoice.findings.iter().filter(|f| f.code == "DH-2303").flat_map(|f| f.fields.clone()).collect();
    assert!(
        unconfirmed.contains(&F::InvoiceNumber) && unconfirmed.contains(&F::IssueDate),
        "{unconfirmed:?}"
    );
    assert!(!unconfirmed.contains(&F::Total) && !unconfirmed.contains(&F::SellerTaxId), "{unconfirmed:?}");
}

#[test]
fn a_tax_id_with_a_wrong_character_is_refused() {
    let mut p = old_layout();
    p.change(SELLER_ID, "91440101MA5KTE117F");
    let invoice = p.invoice();
    assert!(
        invoice
            .findings
            .iter()
            .any(|f| f.fields == [F::SellerTaxId] && f.severity == crate::Severity::Reject)
    );
    assert!(!format!("{:?}", invoice.findings).contains("91440101"), "no id stands in a finding");
}

#[test]
fn words_that_differ_from_the_figures_are_refused() {
    let mut p = old_layout();
    p.change("叁佰壹拾陆圆肆角", "叁佰壹拾柒圆肆角");
    assert!(p.invoice().findings.iter().any(|f| f.code == "DH-2209"));
}

#[test]
fn a_code_that_says_another_sum_is_for_a_person() {
    let mut p = digital_layout();
    p.code("01,31,,24112000000048542163,4449.00,20240528,,B2B6");
    let invoice = p.invoice();
    assert_eq!(invoice.decision, Decision::Review);
    assert!(invoice.findings.iter().any(|f| f.code == "DH-2301" && f.fields == [F::InvoiceNumber]));
    assert_eq!(value(&invoice, F::InvoiceNumber), "24112000000048542163");
}

#[test]
fn a_broken_code_is_for_a_person() {
    let mut p = digital_layout();
    p.code("01,31,,24112000000048542163,4449.01,20240528,,B2B6");
    assert!(p.invoice().findings.iter().any(|f| f.code == "DH-2317"));
}

#[test]
fn a_face_on_which_the_tax_id_cannot_be_read_is_for_a_person() {
    let mut p = digital_layout();
    p.change(SELLER_ID, "~");
    assert_eq!(p.invoice().decision, Decision::Review);
}

#[test]
fn travellers_below_the_items_are_not_read() {
    let mut p = digital_layout();
    p.put(44.0, 190.0, 9.0, "出行人").put(150.0, 190.0, 9.0, "有效身份证件号").put(
        300.0,
        190.0,
        9.0,
        "出行日期",
    );
    p.put(44.0, 202.0, 9.0, "某甲").put(150.0, 202.0, 9.0, "110101199001011234").put(
        300.0,
        202.0,
        9.0,
        "2026-03-01",
    );
    let invoice = p.invoice();
    assert!(!format!("{:?}", invoice.lines).contains("110101"), "{:?}", invoice.lines);
    assert_eq!(invoice.lines.len(), 1);
}

#[test]
fn a_missing_line_is_noticed() {
    let mut p = old_layout();
    p.change("300.00", "200.00");
    assert!(p.invoice().findings.iter().any(|f| f.code == "DH-2205"));
    assert_eq!(p.invoice().decision, Decision::Review);
}
