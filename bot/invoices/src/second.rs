//! The second OCR engine: it re-reads the pixels of money, dates and ids, and of the supplier's name.

use std::collections::BTreeMap;

use documents::{BBox, Document, Expect, Ocr, Page, Source};
use image::RgbImage;
use image::imageops::crop_imm;

use crate::gather::rounded;
use crate::invoice::{Field, FieldName, OtherReading};
use crate::labels;
use crate::values;

/// How the fields are read again; fields that are not here are not.
fn expected(field: FieldName) -> Option<Expect> {
    use FieldName as F;
    Some(match field {
        F::InvoiceCode
        | F::InvoiceNumber
        | F::SellerTaxId
        | F::BuyerTaxId
        | F::CheckCode
        | F::PoNumber
        | F::BankAccount
        | F::FpsId
        | F::Brn
        | F::RandomCode => Expect::Id,
        F::IssueDate | F::DueDate => Expect::Date,
        F::AmountExTax
        | F::Tax
        | F::Total
        | F::Subtotal
        | F::Discount
        | F::Charges
        | F::AmountDue
        | F::Deposit => Expect::Money,
        F::SellerName => Expect::Text,
        _ => return None,
    })
}

/// Has every field that only one engine read be read again.
pub(crate) fn confirm(document: &Document, fields: &mut BTreeMap<FieldName, Field>, engine: &dyn Ocr) {
    let mut open: Vec<FieldName> = fields
        .iter()
        .filter(|(name, f)| {
            f.source.is_ocr()
                && f.source != engine.source()
                && f.agrees.is_empty()
                && expected(**name).is_some()
        })
        .map(|(name, _)| *name)
        .collect();
    // A tight cut, a wide one, the same without leaving characters out, and the whole line where the value is a part
    // of it and its place only reckoned. An agreement by chance is unlikely.
    let passes = [
        Pass { across: 0.25, along: 0.35, free: false, line: false },
        Pass { across: 0.5, along: 1.2, free: false, line: false },
        Pass { across: 0.35, along: 0.6, free: true, line: false },
        Pass { across: 0.3, along: 0.3, free: true, line: true },
    ];
    for pass in passes {
        if open.is_empty() {
            return;
        }
        if pass.free {
            // A name is read freely from the first.
            open.retain(|name| expected(*name) != Some(Expect::Text));
        }
        open = read_again(document, fields, engine, &open, pass);
    }
}

#[derive(Clone, Copy)]
struct Pass {
    /// Margins in heights of the box: above and below, left and right.
    across: f32,
    along: f32,
    /// Read as text of any kind.
    free: bool,
    /// Cut the whole line out that the first engine read.
    line: bool,
}

/// The box of the words that a value is a part of.
fn line_of(page: &Page, bbox: BBox) -> BBox {
    let touches = |b: &BBox| {
        let (w, h) = (b.x1.min(bbox.x1) - b.x0.max(bbox.x0), b.y1.min(bbox.y1) - b.y0.max(bbox.y0));
        w > 0.0 && h > 0.5 * (bbox.y1 - bbox.y0)
    };
    page.words.iter().map(|w| w.bbox).filter(touches).fold(bbox, |a, b| BBox {
        x0: a.x0.min(b.x0),
        y0: a.y0.min(b.y0),
        x1: a.x1.max(b.x1),
        y1: a.y1.max(b.y1),
    })
}

/// One pass; returns what is still open.
fn read_again(
    document: &Document,
    fields: &mut BTreeMap<FieldName, Field>,
    engine: &dyn Ocr,
    open: &[FieldName],
    pass: Pass,
) -> Vec<FieldName> {
    let crops: Vec<(FieldName, (RgbImage, Expect))> = open
        .iter()
        .filter_map(|name| {
            let field = fields.get(name)?;
            let page = document.pages.iter().find(|p| p.number == field.page)?;
            let expect = if pass.free { Expect::Text } else { expected(*name)? };
            let bbox = if pass.line { line_of(page, field.bbox?) } else { field.bbox? };
            Some((*name, (cut(page, bbox, pass)?, expect)))
        })
        .collect();
    let lines: Vec<(RgbImage, Expect)> = crops.iter().map(|(_, c)| c.clone()).collect();
    let readings = match engine.read_lines(&lines) {
        Ok(readings) => readings,
        Err(error) => {
            tracing::warn!(%error, "the second engine could not read; its fields stay unconfirmed");
            return Vec::new();
        }
    };
    let mut rest = Vec::new();
    for ((name, _), reading) in crops.iter().zip(readings) {
        let Some(field) = fields.get_mut(name) else { continue };
        if !judge(*name, field, &reading.text, f64::from(reading.confidence), engine.source()) {
            rest.push(*name);
        }
    }
    rest
}

/// Notes what the engine said; true if it said the same.
fn judge(name: FieldName, field: &mut Field, text: &str, confidence: f64, source: Source) -> bool {
    if says(name, &field.value, text) {
        field.agrees.push(source);
        field.others.retain(|o| o.source != source);
        field.confidence = rounded(1.0 - (1.0 - field.confidence) * (1.0 - 0.9 * confidence.clamp(0.5, 1.0)));
        return true;
    }
    let read = text.trim().to_owned();
    if !read.is_empty() && name != FieldName::SellerName && !field.others.iter().any(|o| o.source == source) {
        field.others.push(OtherReading { source, value: read });
    }
    false
}

/// Whether a reading contains the value as a whole token.
fn says(name: FieldName, value: &str, text: &str) -> bool {
    match expected(name) {
        Some(Expect::Money) => {
            let wanted = value.parse::<rust_decimal::Decimal>();
            values::money_in(text)
                .iter()
                .any(|(m, _)| wanted.as_ref().is_ok_and(|w| w.abs() == m.abs() && shows_cents(text, w)))
        }
        Some(Expect::Date) => values::date_in(text).is_some_and(|(d, _)| d.date.to_string() == value),
        Some(Expect::Text) => bare(text).contains(&bare(value)),
        _ => says_id(value, text),
    }
}

/// Groups of a long number are read with blanks between; a short one must be a word of its own.
fn says_id(value: &str, text: &str) -> bool {
    let solid = |t: &str| t.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let wanted = solid(value);
    let upper = text.to_uppercase();
    let part = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | '_'));
    solid(&upper) == wanted || upper.split(part).any(|w| !w.is_empty() && solid(w) == wanted)
}

/// `64` does not confirm 64.00 where the point may have been lost.
fn shows_cents(text: &str, wanted: &rust_decimal::Decimal) -> bool {
    wanted.fract().is_zero() || text.contains('.')
}

fn bare(text: &str) -> String {
    labels::fold_text(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Cuts a box and a margin out of a page.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixels of a bounded page, clamped to it"
)]
fn cut(page: &Page, bbox: BBox, pass: Pass) -> Option<RgbImage> {
    let image = page.image.as_ref()?;
    let (w, h) = (image.width() as f32, image.height() as f32);
    let height = (bbox.y1 - bbox.y0) * h;
    let x0 = (bbox.x0 * w - pass.along * height).clamp(0.0, w - 1.0) as u32;
    let x1 = (bbox.x1 * w + pass.along * height).clamp(1.0, w) as u32;
    let y0 = (bbox.y0 * h - pass.across * height).clamp(0.0, h - 1.0) as u32;
    let y1 = (bbox.y1 * h + pass.across * height).clamp(1.0, h) as u32;
    (x1 > x0 + 3 && y1 > y0 + 3).then(|| crop_imm(image.as_ref(), x0, y0, x1 - x0, y1 - y0).to_image())
}

#[cfg(test)]
mod tests {
    use super::says;
    use crate::invoice::FieldName;

    #[test]
    fn only_the_whole_value_agrees() {
        assert!(says(FieldName::Total, "64.00", "$64.00"));
        assert!(!says(FieldName::Total, "64.00", "164.00"));
        assert!(!says(FieldName::Total, "64.10", "6410"));
        assert!(says(FieldName::InvoiceNumber, "INV-7", "INV-7"));
        assert!(!says(FieldName::InvoiceNumber, "2717", "27175"));
        assert!(says(FieldName::CheckCode, "65431824771847114698", "65431 82477 18471 14698"));
        assert!(says(FieldName::IssueDate, "2025-11-11", "2025/11/11"));
        assert!(!says(FieldName::IssueDate, "2025-11-11", "2025/11/17"));
    }
}
