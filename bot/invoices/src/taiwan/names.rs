//! The parties' names: beside their labels, the seller's else above the title.

use crate::gather::{Gathered, Rank};
use crate::invoice::FieldName;
use crate::reach::Reach;
use crate::sheet::Row;

/// What a business is called at the end of its name.
const ENDINGS: [&str; 8] = ["公司", "商行", "企业社", "工作室", "商店", "企业行", "工程行", "商号"];
/// The same at the head of a paper, where shorter endings leave no doubt.
const SHOPS: [&str; 5] = ["行", "店", "馆", "坊", "社"];
const BUYER: [&str; 3] = ["买方:", "买受人:", "买方名称:"];
const SELLER: [&str; 4] = ["卖方:", "卖方名称:", "营业人:", "营业人名称:"];

pub(super) fn read(reach: &Reach<'_>, gathered: &mut Gathered) {
    for (field, labels) in [(FieldName::SellerName, &SELLER[..]), (FieldName::BuyerName, &BUYER[..])] {
        for (index, row) in reach.sheet.rows.iter().enumerate() {
            if let Some(from) = after(row, labels) {
                named(reach, index, from, field, gathered);
            }
        }
    }
    if !gathered.has(FieldName::SellerName) {
        letterhead(reach, gathered);
    }
}

/// Where the value of one of the labels begins in a row.
fn after(row: &Row, labels: &[&str]) -> Option<usize> {
    let text: Vec<char> = row.folded(0, row.glyphs.len()).chars().collect();
    labels.iter().find_map(|label| {
        let label: Vec<char> = label.chars().collect();
        let at = text.windows(label.len()).position(|part| part == label.as_slice())?;
        Some(at + label.len())
    })
}

/// A name that is cut at the edge of its cell goes on in the row below, at the left edge of its label.
fn named(reach: &Reach<'_>, row: usize, from: usize, field: FieldName, gathered: &mut Gathered) {
    let glyphs = &reach.sheet.rows[row].glyphs;
    let to = (from + 1..glyphs.len()).find(|&i| reach.sheet.rows[row].gap(i) > 1.2).unwrap_or(glyphs.len());
    if to < from + 4 || !glyphs[from].c.is_alphabetic() {
        return;
    }
    let mut name = reach.sheet.rows[row].text(from, to);
    if !is_business(&reach.sheet.rows[row].folded(from, to)) {
        let Some(rest) = reach.sheet.rows.get(row + 1).and_then(|below| rest_of(below, &glyphs[from])) else {
            return;
        };
        name.push_str(&rest);
    }
    let mut candidate = reach.candidate(name.clone(), &glyphs[from..to], Rank::Likely);
    candidate.raw = name;
    gathered.add(field, candidate);
}

/// The first cell of the row below that stands under the label or the name, if it ends a name.
fn rest_of(below: &Row, name: &crate::sheet::Glyph) -> Option<String> {
    let height = name.height();
    let cells = below.cells(0, below.glyphs.len(), 1.2);
    let (from, to) = cells.into_iter().find(|(from, _)| {
        let x = below.glyphs[*from].x0;
        x > name.x0 - 6.0 * height && x < name.x0 + height
    })?;
    let tail = below.folded(from, to);
    let ends = ENDINGS.iter().any(|ending| tail.ends_with(ending) || ending.ends_with(tail.as_str()));
    ends.then(|| below.text(from, to))
}

/// The first row of the paper that is a business's name.
fn letterhead(reach: &Reach<'_>, gathered: &mut Gathered) {
    for row in reach.sheet.rows.iter().filter(|row| row.middle() < 0.35) {
        for (from, to) in row.cells(0, row.glyphs.len(), 1.2) {
            let text = row.folded(from, to);
            let shop = row.middle() < 0.12 && SHOPS.iter().any(|ending| text.ends_with(ending));
            if to - from >= 5 && !text.contains(':') && (shop || is_business(&text)) {
                let glyphs = &row.glyphs[from..to];
                let candidate = reach.candidate(row.text(from, to), glyphs, Rank::Placed);
                gathered.add(FieldName::SellerName, candidate);
                return;
            }
        }
    }
}

fn is_business(folded: &str) -> bool {
    ENDINGS.iter().any(|ending| folded.ends_with(ending))
}
