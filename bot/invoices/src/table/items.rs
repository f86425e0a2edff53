//! Rows of the body to line items: rows without an amount belong to the item above, or below where the first has none.

use crate::invoice::LineItem;
use crate::labels::Label;
use crate::sheet::Sheet;
use crate::values;

use super::{BodyRow, Header, assign, body_row};

/// Where the amounts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Amounts {
    /// Mainland faces: names wrap inside a word, so wrapped parts are joined without a blank.
    Mainland,
    /// Words wrap at blanks.
    HongKong,
}

/// Reads the items between a header and the row `end` (not included).
pub(crate) fn read(sheet: &Sheet, header: &Header, end: usize, style: Amounts) -> Vec<LineItem> {
    let mut rows: Vec<BodyRow> =
        (header.last + 1..end.min(sheet.rows.len())).map(|i| body_row(&sheet.rows[i], header)).collect();
    rows.retain(|r| !is_noise(r, header));
    let amount_first = rows.first().is_none_or(|r| r.money(header, Label::ColumnAmount).is_some());
    let mut items: Vec<(LineItem, f32)> = Vec::new();
    let mut waiting: Vec<BodyRow> = Vec::new();
    for row in rows {
        if row.money(header, Label::ColumnAmount).is_some() {
            let mut item = item(&row, header, sheet);
            for before in waiting.drain(..) {
                prepend(&mut item, &before, header, style);
            }
            items.push((item, row.y1));
        } else if amount_first {
            if let Some((item, bottom)) = items.last_mut()
                && row.y0 - *bottom < 2.5 * (row.y1 - row.y0)
            {
                extend(item, &row, header, style, sheet);
                *bottom = row.y1;
            }
        } else {
            waiting.push(row);
        }
    }
    let mut items: Vec<LineItem> = items.into_iter().map(|(item, _)| item).collect();
    drop_list_numbers(&mut items);
    items
}

/// A column of running numbers without a name of its own: 1, 2, 3 before the names.
fn drop_list_numbers(items: &mut [LineItem]) {
    let numbers: Option<Vec<u32>> = items
        .iter()
        .map(|i| i.name.split_once(' ').and_then(|(n, _)| n.trim_end_matches('.').parse().ok()))
        .collect();
    let Some(numbers) = numbers else { return };
    let running = numbers.windows(2).all(|w| w[1] == w[0] + 1);
    if running && numbers.first().is_some_and(|n| *n == 1 || numbers.len() > 2) {
        for item in items {
            if let Some((_, name)) = item.name.split_once(' ') {
                item.name = name.to_owned();
            }
        }
    }
}

/// Rows that only rule the table or carry a sum over.
fn is_noise(row: &BodyRow, header: &Header) -> bool {
    let all: String = row.cells.iter().map(|c| c.text.as_str()).collect();
    let name = row.text(header, Label::ColumnName).unwrap_or_default();
    is_carried(&name) || is_carried(&all) || !all.chars().any(char::is_alphanumeric)
}

/// What a page hands on to the next: `轉下頁 C/F 12,345.00`, `本頁小計 Page subtotal`.
fn is_carried(text: &str) -> bool {
    const WORDS: [&str; 20] = [
        "本页小计",
        "小计",
        "承上页",
        "承前页",
        "承上",
        "转下页",
        "过次页",
        "转下",
        "接下页",
        "接上页",
        "CARRIEDFORWARD",
        "BROUGHTFORWARD",
        "CARRIEDDOWN",
        "BROUGHTDOWN",
        "PAGESUBTOTAL",
        "SUBTOTAL",
        "C/F",
        "B/F",
        "HK$",
        "HKD",
    ];
    let mut rest: String = crate::labels::fold_text(text);
    let mut found = false;
    for word in WORDS {
        let without = rest.replace(word, "");
        found |= without.len() < rest.len() && !word.starts_with("HK");
        rest = without;
    }
    found && !rest.chars().any(char::is_alphabetic)
}

fn item(row: &BodyRow, header: &Header, sheet: &Sheet) -> LineItem {
    let text = |label| row.text(header, label).filter(|t| !t.is_empty());
    let money = |label| row.money(header, label).map(values::plain);
    let number = |label| row.money(header, label).map(|d| d.to_string());
    let (quantity, unit) = quantity(row, header);
    LineItem {
        name: text(Label::ColumnName).map(|t| values::tidy_cell(&t)).unwrap_or_default(),
        spec: text(Label::ColumnSpec),
        unit: text(Label::ColumnUnit).or(unit),
        quantity,
        unit_price: number(Label::ColumnPrice),
        amount: money(Label::ColumnAmount),
        tax_rate: text(Label::ColumnRate).filter(|t| assign::is_rate(t) || t.starts_with('*')),
        tax: money(Label::ColumnTax).or_else(|| text(Label::ColumnTax).filter(|t| t.starts_with('*'))),
        page: sheet.number,
        bbox: row.bbox(sheet),
    }
}

/// `10 PCS` in the quantity's column is a quantity and a unit.
fn quantity(row: &BodyRow, header: &Header) -> (Option<String>, Option<String>) {
    let Some(text) = row.text(header, Label::ColumnQuantity) else { return (None, None) };
    let compact: String = text.split_whitespace().collect();
    let split = compact
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-')))
        .unwrap_or(compact.len());
    let (figure, unit) = compact.split_at(split);
    let found = values::money_in(figure);
    let quantity = (found.len() == 1).then(|| found[0].0.to_string());
    (quantity, (!unit.is_empty()).then(|| unit.to_owned()))
}

fn join(a: &mut String, b: &str, style: Amounts) {
    if style == Amounts::HongKong
        && a.ends_with(|c: char| c.is_ascii())
        && b.starts_with(|c: char| c.is_ascii())
        && !a.is_empty()
    {
        a.push(' ');
    }
    a.push_str(b);
}

fn extend(item: &mut LineItem, row: &BodyRow, header: &Header, style: Amounts, sheet: &Sheet) {
    if let Some(more) = row.text(header, Label::ColumnName) {
        join(&mut item.name, &values::tidy_cell(&more), style);
    }
    if let Some(more) = row.text(header, Label::ColumnSpec) {
        join(item.spec.get_or_insert_default(), &more, style);
    }
    if let (Some(a), Some(b)) = (item.bbox.as_mut(), row.bbox(sheet)) {
        a.x0 = a.x0.min(b.x0);
        a.x1 = a.x1.max(b.x1);
        a.y0 = a.y0.min(b.y0);
        a.y1 = a.y1.max(b.y1);
    }
}

fn prepend(item: &mut LineItem, row: &BodyRow, header: &Header, style: Amounts) {
    if let Some(before) = row.text(header, Label::ColumnName) {
        let mut name = values::tidy_cell(&before);
        join(&mut name, &std::mem::take(&mut item.name), style);
        item.name = name;
    }
}
