#![expect(clippy::unwrap_used, reason = "a test may panic")]

use super::*;
use crate::guard::roll_back::OpenOrder;
use crate::guard::{ApprovedLine, ManualSheet};
use crate::order::{EditReason, Supplier};
use crate::policy::Pack;

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn ordered(store: &str, sku: &str, cost: Decimal) -> OrderedLine {
    OrderedLine {
        store: store.to_owned(),
        sku: sku.to_owned(),
        name: "鐵觀音 <b>\"&'".to_owned(),
        units: 1200,
        packs: 200,
        pack: 6,
        unit_cost: cost,
        amount: cost * Decimal::from(1200),
        proposed: 606,
        reason: Some(EditReason::Promotion),
        expected: day(26),
    }
}

fn order(cost: Decimal) -> PurchaseOrder {
    let lines =
        vec![ordered("MK", "TEA-1", cost), ordered("MK", "TEA-2", cost), ordered("ST", "TEA-1", cost)];
    PurchaseOrder {
        number: "PO-20261123-01".to_owned(),
        day: day(23),
        expected: day(26),
        supplier: Supplier::named("Foglamp & <Sons>"),
        currency: "HKD".to_owned(),
        buyer: "Tea Shop".to_owned(),
        total: lines.iter().map(|line| line.amount).sum(),
        lines,
    }
}

#[test]
fn the_suppliers_copy_says_what_is_ordered_and_nothing_of_why() {
    let html = html(&order(Decimal::new(1250, 2)), Copy::Supplier, None, "en");
    for said in [
        "PO-20261123-01",
        "Foglamp &amp; &lt;Sons&gt;",
        "200 × 6",
        "15,000.00",
        "HKD 45,000.00",
        "26 Nov 2026",
    ] {
        assert!(html.contains(said), "{said}");
    }
    assert!(html.contains("鐵觀音 &lt;b&gt;") && !html.contains("<b>\"&"));
    assert!(!html.contains("Promotion") && !html.contains("606") && !html.contains("<svg"));
    assert_eq!(html.matches("<h2>").count(), 2);
}

#[test]
fn the_buyers_copy_says_what_was_changed() {
    let chinese = html(&order(Decimal::ONE), Copy::Buyer, None, "zh-Hant");
    assert!(chinese.contains("由 606 件改為 1,200 件：推廣。") && chinese.contains("2026年11月26日"));
}

#[test]
fn an_order_without_prices_has_no_column_for_them() {
    let html = html(&order(Decimal::ZERO), Copy::Supplier, None, "en");
    assert!(!html.contains("Unit cost") && !html.contains("0.00") && html.contains("3 lines"));
}

#[test]
fn no_paper_may_fetch_anything() {
    for language in ["en", "zh-Hant"] {
        let html = html(&order(Decimal::ONE), Copy::Buyer, None, language);
        assert!(
            html.contains("default-src 'none'") && !html.contains("http://") && !html.contains("https://")
        );
    }
}

#[test]
fn the_manual_sheet_has_the_ladder_and_what_is_on_its_way() {
    let line = ApprovedLine {
        supplier: "Wing <Fat>".into(),
        store: "Sha Tin".into(),
        sku: "tea".into(),
        name: "鐵觀音".into(),
        target: 20,
        pack: Pack::new(6).unwrap(),
        moq: 0,
        most: None,
        coming: 77,
        approved: day(1),
    };
    let never = ApprovedLine { sku: "wok".into(), target: 0, ..line.clone() };
    let sum = ApprovedLine { sku: "rice".into(), target: 500, moq: 12, most: Some(900), ..line.clone() };
    let sheet = ManualSheet::new(day(4), &[line, never, sum]).unwrap();
    let due = Some(day(6));
    let open = OpenOrder { po_id: "PO1".into(), store: "Sha Tin".into(), sku: "tea".into(), units: 13, due };
    let english = manual_sheet_html(&sheet, &[open], "en");
    assert!(english.contains("<i>≤ 19</i><b>1</b>") && english.contains("<i>≤ 1</i><b>4</b>"));
    assert!(english.contains("Wing &lt;Fat&gt; → Sha Tin") && english.contains("order nothing"));
    assert!(english.contains("(500 − counted − coming) ÷ 6") && english.contains("in all at most 900"));
    assert!(english.contains(">13</td>") && !english.contains(">77</td>") && english.contains("6 Nov 2026"));
    let chinese = manual_sheet_html(&sheet, &[], "zh-Hant");
    assert!(chinese.contains(">77</td>") && chinese.contains("人手訂貨表") && !chinese.contains("已訂未到"));
}
