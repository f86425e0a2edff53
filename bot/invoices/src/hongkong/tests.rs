#![expect(clippy::unwrap_used, reason = "a test may panic")]

use crate::invoice::{Decision, FieldName as F, Kind, Severity};
use crate::tests::paper::{Paper, hong_kong};

#[test]
fn every_field_of_an_invoice_is_read() {
    let invoice = hong_kong().invoice();
    assert_eq!(invoice.kind, Kind::HkInvoice);
    for (field, wanted) in [
        (F::InvoiceNumber, "FL-2026-0118"),
        (F::IssueDate, "2026-03-05"),
        (F::DueDate, "2026-04-04"),
        (F::SellerName, "Foglamp Demo Paper Limited"),
        (F::BuyerName, "Petrel Demo Retail Limited"),
        (F::PoNumber, "PO-7781"),
        (F::Currency, "HKD"),
        (F::Subtotal, "1950.00"),
        (F::Discount, "50.00"),
        (F::Charges, "80.00"),
        (F::Total, "1980.00"),
        (F::FpsId, "7035918"),
        (F::Brn, "70000118"),
    ] {
        assert_eq!(invoice.value(field).unwrap_or("—"), wanted, "{field:?}");
    }
    assert_eq!(invoice.lines.len(), 2);
    assert_eq!(invoice.lines[0].name, "Kraft paper box, large with printed logo");
    assert_eq!(invoice.lines[0].unit.as_deref(), Some("pcs"));
    assert_eq!(invoice.decision, Decision::StraightThrough, "{:?}", invoice.findings);
    assert_eq!(invoice.key().as_deref(), Some("hk:FOGLAMPDEMOPAPERLIMITED:FL20260118"));
}

#[test]
fn lines_that_do_not_come_to_the_total_are_refused() {
    let mut p = hong_kong();
    p.change("HK$1,980.00", "HK$1,990.00");
    let invoice = p.invoice();
    assert!(invoice.findings.iter().any(|f| f.code == "DH-2214" && f.severity == Severity::Reject));
    assert!(invoice.findings.iter().any(|f| f.code == "DH-2305"));
}

/// Many suppliers print the head as a small table: labels in one row, values in the next.
#[test]
fn labels_may_stand_above_their_values() {
    let mut p = Paper::a4();
    p.put(40.0, 40.0, 16.0, "石龜示範五金有限公司").put(440.0, 44.0, 16.0, "發票");
    p.put(40.0, 64.0, 9.0, "新界葵涌示範道 34 號").put(40.0, 100.0, 10.0, "客戶").put(
        40.0,
        114.0,
        10.0,
        "海燕示範零售有限公司",
    );
    for (x, label, value) in [
        (40.0, "發票編號", "ST/2026/077"),
        (160.0, "日期", "2026年3月5日"),
        (280.0, "付款期限", "2026年4月4日"),
        (400.0, "採購單號", "8811"),
    ] {
        p.put(x, 150.0, 10.0, label).put(x, 164.0, 10.0, value);
    }
    p.put(40.0, 200.0, 10.0, "品名")
        .put(300.0, 200.0, 10.0, "數量")
        .put(380.0, 200.0, 10.0, "單價")
        .put(480.0, 200.0, 10.0, "金額");
    p.put(40.0, 220.0, 10.0, "不鏽鋼螺絲")
        .put_right(320.0, 220.0, 10.0, "100")
        .put_right(400.0, 220.0, 10.0, "1.25")
        .put_right(500.0, 220.0, 10.0, "125.00");
    p.put(40.0, 236.0, 10.0, "門鉸 3 吋")
        .put_right(320.0, 236.0, 10.0, "10")
        .put_right(400.0, 236.0, 10.0, "18.00")
        .put_right(500.0, 236.0, 10.0, "180.00");
    p.put(380.0, 300.0, 10.0, "總額 HK$").put_right(500.0, 300.0, 10.0, "305.00");
    let invoice = p.invoice();
    for (field, wanted) in [
        (F::SellerName, "石龜示範五金有限公司"),
        (F::BuyerName, "海燕示範零售有限公司"),
        (F::InvoiceNumber, "ST/2026/077"),
        (F::IssueDate, "2026-03-05"),
        (F::DueDate, "2026-04-04"),
        (F::PoNumber, "8811"),
        (F::Total, "305.00"),
    ] {
        assert_eq!(invoice.value(field).unwrap_or("—"), wanted, "{field:?}");
    }
    assert_eq!(invoice.lines[1].name, "門鉸 3 吋");
    assert_eq!(invoice.decision, Decision::StraightThrough, "{:?}", invoice.findings);
}

#[test]
fn a_buyer_without_a_label_is_not_taken_for_the_supplier_in_silence() {
    let mut p = hong_kong();
    p.change("Foglamp Demo Paper Limited", "~").change("霧燈示範紙品有限公司", "~").change("Bill To:", "~");
    p.change("A/C Name: Foglamp Demo Paper Limited", "~");
    let invoice = p.invoice();
    assert_eq!(invoice.decision, Decision::Review, "{:?}", invoice.fields);
}

#[test]
fn tax_on_a_hong_kong_invoice_is_for_a_person() {
    let mut p = hong_kong();
    p.change("Delivery charge", "VAT 5%");
    assert!(p.invoice().findings.iter().any(|f| f.code == "DH-2501"));
}

#[test]
fn a_payee_with_another_name_is_for_a_person() {
    let mut p = hong_kong();
    p.change("A/C Name: Foglamp Demo Paper Limited", "A/C Name: Quick Money Trading");
    let invoice = p.invoice();
    assert!(invoice.findings.iter().any(|f| f.code == "DH-2506"));
    assert_eq!(invoice.decision, Decision::Review);
}

#[test]
fn two_currencies_are_for_a_person() {
    let mut p = hong_kong();
    p.put(40.0, 500.0, 10.0, "Payment in USD is accepted");
    assert!(p.invoice().findings.iter().any(|f| f.code == "DH-2504"));
}

#[test]
fn a_part_payment_is_for_a_person() {
    let mut p = hong_kong();
    p.put(400.0, 376.0, 10.0, "Less: Deposit").put_right(540.0, 376.0, 10.0, "500.00");
    p.put(400.0, 390.0, 10.0, "Balance Due").put_right(540.0, 390.0, 10.0, "1,480.00");
    let invoice = p.invoice();
    assert_eq!(invoice.value(F::Total), Some("1980.00"));
    assert!(invoice.findings.iter().any(|f| f.code == "DH-2507"));
}

#[test]
fn a_hong_kong_iban_is_a_sign_of_fraud() {
    let mut p = hong_kong();
    p.put(40.0, 480.0, 10.0, "IBAN: HK12345678901234567890");
    assert!(p.invoice().findings.iter().any(|f| f.code == "DH-2505"));
}

/// What is paid is the sum after the shop's discount, not the sum that the card or the coupon covers.
#[test]
fn a_receipt_comes_to_what_is_payable_after_the_discount() {
    let mut p = Paper::a4();
    p.put(200.0, 60.0, 24.0, "示範百貨").put(180.0, 100.0, 10.0, "新界示範商場 G13 號舖 電話:23456789");
    p.put(100.0, 140.0, 10.0, "示範盒裝紙巾")
        .put(300.0, 140.0, 10.0, "4")
        .put_right(480.0, 140.0, 10.0, "80.00");
    p.put(100.0, 156.0, 10.0, "買2件優惠").put_right(480.0, 156.0, 10.0, "-16.00");
    for (y, label, value) in [
        (190.0, "總金額", "80.00"),
        (206.0, "促銷優惠總金額", "-16.00"),
        (222.0, "實際應付金額", "64.00"),
        (238.0, "抹零", "0.00"),
        (270.0, "優惠券", "15.00"),
        (286.0, "八達通", "49.00"),
        (302.0, "餘額", "22.10"),
        (334.0, "收據號碼", "2717"),
    ] {
        p.put(100.0, y, 10.0, label).put_right(480.0, y, 10.0, value);
    }
    p.put(100.0, 350.0, 10.0, "日期")
        .put(160.0, 350.0, 10.0, "2026/03/05")
        .put(300.0, 350.0, 10.0, "時間")
        .put(400.0, 350.0, 10.0, "18:29:43");
    p.put(100.0, 366.0, 10.0, "上一次於 2026-03-01 現金增值");
    let invoice = p.invoice();
    assert_eq!(invoice.kind, Kind::HkReceipt);
    assert_eq!(invoice.value(F::Total), Some("64.00"));
    assert_eq!(invoice.value(F::IssueDate), Some("2026-03-05"));
    assert_eq!(invoice.value(F::InvoiceNumber), Some("2717"));
    assert_eq!(invoice.value(F::SellerName), Some("示範百貨"));
    let amounts: Vec<&str> = invoice.lines.iter().map(|l| l.amount.as_deref().unwrap()).collect();
    assert_eq!(amounts, ["80.00", "-16.00"]);
    assert!(invoice.field(F::Total).unwrap().agrees.contains(&documents::Source::Derived));
    assert_eq!(invoice.decision, Decision::Review);
}
