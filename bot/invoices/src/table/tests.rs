#![expect(clippy::unwrap_used, reason = "a test may panic")]

use super::{Amounts, header, read, tokens};
use crate::labels::{self, Family, Label};
use crate::tests::paper::{Paper, old_layout};

#[test]
fn figures_glued_by_the_reader_are_parted() {
    let mut p = Paper::a4();
    p.put(100.0, 100.0, 9.0, "46.6213%")
        .put(200.0, 100.0, 9.0, "HK$")
        .put(222.0, 100.0, 9.0, "80.")
        .put(236.0, 100.0, 9.0, "00");
    let sheet = p.sheet();
    let row = &sheet.rows[0];
    let texts: Vec<String> = tokens(row, 0, row.glyphs.len()).into_iter().map(|t| t.text).collect();
    assert_eq!(texts, ["46.62", "13%", "HK$80.00"]);
}

#[test]
fn a_right_aligned_figure_nearer_to_the_next_column_stays_in_its_own() {
    let sheet = old_layout().sheet();
    let hits = labels::find(&sheet, Family::Mainland, &crate::Vocabulary::built_in().labels);
    let header = header(&sheet, &hits).unwrap();
    assert_eq!(header.columns.len(), 8);
    let end = hits.iter().find(|h| h.label == Label::Sum).unwrap().row;
    let items = read(&sheet, &header, end, Amounts::Mainland);
    assert_eq!(items.len(), 2);
    assert_eq!(items[0].name, "*纸制品*示例包装纸箱加厚120g");
    assert_eq!(items[0].amount.as_deref(), Some("300.00"));
    assert_eq!(items[0].tax_rate.as_deref(), Some("13%"));
    assert_eq!(items[0].quantity.as_deref(), Some("3"));
    assert_eq!(items[0].unit.as_deref(), Some("箱"));
    assert_eq!(items[0].spec.as_deref(), Some("大号"));
    assert_eq!(items[1].amount.as_deref(), Some("-20.00"));
    assert_eq!(items[1].quantity, None);
    assert_eq!(items[1].tax.as_deref(), Some("-2.60"));
}

#[test]
fn a_quantity_glued_to_its_unit_is_taken_apart() {
    let mut p = Paper::a4();
    for (x, label) in [(40.0, "品名"), (300.0, "數量"), (340.0, "單位"), (420.0, "單價"), (500.0, "金額")]
    {
        p.put(x, 200.0, 10.0, label);
    }
    p.put(40.0, 220.0, 10.0, "麻繩")
        .put(318.0, 220.0, 10.0, "40卷")
        .put(420.0, 220.0, 10.0, "16.00")
        .put(495.0, 220.0, 10.0, "640.00");
    let sheet = p.sheet();
    let hits = labels::find(&sheet, Family::Hongkong, &crate::Vocabulary::built_in().labels);
    let items = read(&sheet, &header(&sheet, &hits).unwrap(), sheet.rows.len(), Amounts::HongKong);
    assert_eq!((items[0].quantity.as_deref(), items[0].unit.as_deref()), (Some("40"), Some("卷")));
}

#[test]
fn a_header_in_two_languages_is_one_header() {
    let mut p = Paper::a4();
    p.put(40.0, 200.0, 10.0, "貨品名稱")
        .put(300.0, 200.0, 10.0, "數量")
        .put(400.0, 200.0, 10.0, "單價")
        .put(500.0, 200.0, 10.0, "金額");
    p.put(40.0, 212.0, 10.0, "Description")
        .put(300.0, 212.0, 10.0, "Qty")
        .put(400.0, 212.0, 10.0, "Unit Price")
        .put(500.0, 212.0, 10.0, "Amount");
    p.put(40.0, 230.0, 10.0, "紙箱")
        .put(305.0, 230.0, 10.0, "10 個")
        .put(400.0, 230.0, 10.0, "$12.50")
        .put(500.0, 230.0, 10.0, "$125.00");
    let sheet = p.sheet();
    let hits = labels::find(&sheet, Family::Hongkong, &crate::Vocabulary::built_in().labels);
    let header = header(&sheet, &hits).unwrap();
    assert_eq!(header.columns.len(), 4, "{header:?}");
    let items = read(&sheet, &header, sheet.rows.len(), Amounts::HongKong);
    assert_eq!(items.len(), 1);
    assert_eq!((items[0].quantity.as_deref(), items[0].unit.as_deref()), (Some("10"), Some("個")));
    assert_eq!(items[0].amount.as_deref(), Some("125.00"));
}
