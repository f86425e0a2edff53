//! Titles: text that stands alone in its place and says what the paper is.

use super::names::{Named, Titles};
use crate::invoice::Kind;
use crate::sheet::{Glyph, Sheet};

/// Text that stands alone in its place.
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) height: f32,
    pub(super) y: f32,
}

pub(super) fn cells(sheet: &Sheet) -> Vec<Cell> {
    let mut out = Vec::new();
    for row in &sheet.rows {
        for (from, to) in row.cells(0, row.glyphs.len(), 2.0) {
            let mut begin = from;
            for at in from + 1..=to {
                // Larger print beside smaller print is another cell, however near it stands.
                let ends = at == to || {
                    let (a, b) = (row.glyphs[at - 1].height(), row.glyphs[at].height());
                    row.gap(at) > 0.3 && a.max(b) > 1.35 * a.min(b)
                };
                if ends {
                    let height = row.glyphs[begin..at].iter().map(Glyph::height).fold(0.0, f32::max);
                    out.push(Cell { text: row.folded(begin, at), height, y: row.glyphs[begin].y0 });
                    begin = at;
                }
            }
        }
    }
    out
}

/// What a title says.
#[derive(Clone, Copy)]
pub(super) enum Said<'a> {
    Invoice(Kind),
    NotInvoice(&'a Named),
    Special(&'a Named),
}

/// Reads a cell that consists of titles and nothing else (`TAX INVOICE 稅務發票`).
fn title_of<'a>(text: &str, titles: &'a Titles) -> Option<Said<'a>> {
    let mut rest = text;
    let mut said: Option<Said<'a>> = None;
    while !rest.is_empty() {
        if let Some((found, length)) = title_at(rest, titles) {
            said = Some(said.map_or(found, |before| graver(before, found)));
            rest = &rest[length..];
        } else {
            let c = rest.chars().next()?;
            let bare = ["ORIGINAL", "正本", "CUSTOMERCOPY"].iter().find(|w| rest.starts_with(**w));
            if let Some(word) = bare {
                rest = &rest[word.len()..];
            } else if c.is_alphanumeric() || matches!(c, ':' | '#' | '%') {
                return None;
            } else {
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    said
}

/// Whether a cell is a title and nothing else.
pub(crate) fn is_title(folded: &str, titles: &Titles) -> bool {
    title_of(folded, titles).is_some()
}

fn title_at<'a>(text: &str, file: &'a Titles) -> Option<(Said<'a>, usize)> {
    let invoices = file.title.iter().flat_map(|t| t.names.iter().map(|n| (Said::Invoice(t.kind), n)));
    let others =
        file.not_invoice.iter().flat_map(|n| n.names.iter().map(move |name| (Said::NotInvoice(n), name)));
    let special = file.special.iter().flat_map(|n| n.names.iter().map(move |name| (Said::Special(n), name)));
    invoices
        .chain(others)
        .chain(special)
        .filter(|(_, name)| text.starts_with(name.as_str()))
        .max_by_key(|(_, name)| name.len())
        .map(|(said, name)| (said, name.len()))
}

fn graver<'a>(a: Said<'a>, b: Said<'a>) -> Said<'a> {
    match (a, b) {
        (Said::NotInvoice(_), _) | (Said::Special(_), Said::Invoice(_)) => a,
        // A receipt is told from an invoice by the more special word.
        (_, Said::NotInvoice(_) | Said::Invoice(Kind::HkReceipt)) | (Said::Invoice(_), Said::Special(_)) => b,
        _ => a,
    }
}

pub(super) type Found<T> = Option<(T, f32)>;

/// The largest title of each sort on the first page.
pub(super) fn titles<'a>(
    sheets: &[Sheet],
    names: &'a Titles,
) -> (Found<Kind>, Found<&'a Named>, Found<&'a Named>) {
    let (mut positive, mut negative, mut special): (Found<Kind>, Found<&Named>, Found<&Named>) =
        (None, None, None);
    let Some(sheet) = sheets.first() else { return (None, None, None) };
    let usual = sheet.usual_height();
    for cell in cells(sheet) {
        let said = title_of(&cell.text, names).or_else(|| {
            let heading = cell.height > 1.15 * usual && cell.y < 0.3;
            heading.then(|| ends_as_other_paper(&cell.text, names)).flatten().map(Said::NotInvoice)
        });
        let larger = |best: f32| cell.height > best;
        match said {
            Some(Said::Invoice(kind)) if positive.is_none_or(|(_, h)| larger(h)) => {
                positive = Some((kind, cell.height));
            }
            Some(Said::NotInvoice(n)) if negative.is_none_or(|(_, h)| larger(h)) => {
                negative = Some((n, cell.height));
            }
            Some(Said::Special(n)) if special.is_none_or(|(_, h)| larger(h)) => {
                special = Some((n, cell.height));
            }
            _ => {}
        }
    }
    (positive, negative, special)
}

/// A heading such as 某某商城订单详情 ends with the other paper's name.
fn ends_as_other_paper<'a>(text: &str, file: &'a Titles) -> Option<&'a Named> {
    if text.contains([':', '#']) || text.chars().count() > 30 {
        return None;
    }
    file.not_invoice
        .iter()
        .find(|n| n.names.iter().any(|name| name.chars().count() > 2 && text.ends_with(name.as_str())))
}
