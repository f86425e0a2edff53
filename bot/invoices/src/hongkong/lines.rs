//! The line items: by the table's columns, or on a receipt by the figures at the right edge.

use std::sync::LazyLock;

use regex::Regex;

use crate::invoice::{Kind, LineItem};
use crate::labels::{Hit, Label};
use crate::reach::Reach;
use crate::table::{self, Amounts, Header};
use crate::values;

/// The row at which the sums begin.
pub(super) fn foot(reach: &Reach<'_>, header: Option<&Header>) -> usize {
    let below = |h: &&Hit| header.is_none_or(|t| h.row > t.last);
    let closes = |h: &&Hit| {
        matches!(h.label, Label::Subtotal | Label::Total | Label::Payable | Label::AmountDue)
            && super::sums::money(reach, h).is_some()
    };
    let first = reach.hits.iter().filter(below).filter(closes).map(|h| h.row).min();
    let mut foot = first.unwrap_or(reach.sheet.rows.len());
    // Discount and charges right above the total belong to the sums.
    while foot > 0
        && reach.hits.iter().filter(below).any(|h| {
            h.row + 1 == foot
                && matches!(h.label, Label::Discount | Label::Charges | Label::Rounding | Label::Vat)
                && super::sums::money(reach, h).is_some()
        })
        && !reach.hits.iter().any(|h| h.row == foot && h.label == Label::Subtotal)
    {
        foot -= 1;
    }
    foot
}

/// Reads the items above row `foot`.
pub(super) fn read(reach: &Reach<'_>, header: Option<&Header>, foot: usize, kind: Kind) -> Vec<LineItem> {
    match header {
        Some(header) if foot > header.last => {
            table::read(reach.sheet, header, table_end(reach, header, foot), Amounts::HongKong)
        }
        None if kind == Kind::HkReceipt && foot < reach.sheet.rows.len() => receipt(reach, foot),
        _ => Vec::new(),
    }
}

/// Without sums on this page, the table ends where a wide gap or another label's row begins.
fn table_end(reach: &Reach<'_>, header: &Header, foot: usize) -> usize {
    if foot < reach.sheet.rows.len() {
        return foot;
    }
    let rows = &reach.sheet.rows;
    (header.last + 1..rows.len())
        .find(|&i| {
            let gap = rows[i].y0() - rows[i - 1].y1();
            let other = reach.hits.iter().any(|h| h.row == i && h.from == 0 && !h.label.is_column());
            i > header.last + 1 && (gap > 4.0 * rows[i].height() || other)
        })
        .unwrap_or(rows.len())
}

static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(\d+)\s*[Xx×@*]\s*\$?\s*(\d+(?:\.\d{1,2})?)").expect("the pattern is a constant")
});

/// A receipt has no header: a figure with two decimals at the right edge ends an item.
fn receipt(reach: &Reach<'_>, foot: usize) -> Vec<LineItem> {
    let rows = &reach.sheet.rows[..foot];
    let right = reach.sheet.rows.iter().filter_map(|r| r.glyphs.last()).map(|g| g.x1).fold(0.0, f32::max);
    let left =
        reach.sheet.rows.iter().filter_map(|r| r.glyphs.first()).map(|g| g.x0).fold(f32::INFINITY, f32::min);
    let edge = left + 0.65 * (right - left);
    let mut items: Vec<LineItem> = Vec::new();
    let mut waiting: Vec<String> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let labelled = reach.hits.iter().any(|h| {
            h.row == index && !h.label.is_column() && h.label != Label::Discount && h.label != Label::Tendered
        });
        let moneys = values::moneys(row, 0, row.glyphs.len());
        let last = moneys.last().filter(|m| {
            m.at.end == row.glyphs.len() && m.value.scale() == 2 && row.glyphs[m.at.end - 1].x1 > edge
        });
        let Some(money) = last else {
            let text = values::tidy_cell(&row.text(0, row.glyphs.len()));
            if labelled {
                waiting.clear();
            } else if !multiplies(&text, items.last_mut()) {
                waiting.push(text);
            }
            continue;
        };
        if labelled {
            waiting.clear();
            continue;
        }
        let before = values::tidy_cell(&row.text(0, money.at.start));
        items.push(item(reach, index, &before, &mut waiting, money));
    }
    items
}

/// `2 x 48.00` below an item of 96.00 says how many there are.
fn multiplies(text: &str, above: Option<&mut LineItem>) -> bool {
    let (Some(times), Some(item)) = (TIMES.captures(text), above) else { return false };
    let decimal = |t: &str| t.parse::<rust_decimal::Decimal>().ok();
    let product = decimal(&times[1]).zip(decimal(&times[2])).and_then(|(q, p)| q.checked_mul(p));
    let fits =
        item.quantity.is_none() && product.is_some() && product == item.amount.as_deref().and_then(decimal);
    if fits {
        item.quantity = Some(times[1].to_owned());
        item.unit_price = Some(times[2].to_owned());
    }
    fits
}

fn item(
    reach: &Reach<'_>,
    index: usize,
    before: &str,
    waiting: &mut Vec<String>,
    money: &values::Taken<rust_decimal::Decimal>,
) -> LineItem {
    let row = &reach.sheet.rows[index];
    let times = TIMES.captures(before);
    let own = TIMES.replace(before, "").trim().to_owned();
    let name = if own.chars().any(char::is_alphabetic) { own } else { waiting.pop().unwrap_or_default() };
    waiting.clear();
    LineItem {
        name,
        quantity: times.as_ref().map(|c| c[1].to_owned()),
        unit_price: times.as_ref().map(|c| c[2].to_owned()),
        amount: Some(values::plain(money.value)),
        page: reach.sheet.number,
        bbox: reach.sheet.bbox(&row.glyphs),
        ..LineItem::default()
    }
}
