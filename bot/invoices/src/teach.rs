//! A correction becomes a lesson: a constant value, or the label beside which the value stands.
//!
//! A label is not guessed. What stands left of the value or above it is tried: the paper is read once more with it, and
//! it is taken only when the value comes out as the person gave it, without a doubt, and nothing else comes out
//! differently.

use documents::Document;

use crate::extract;
use crate::finding;
use crate::invoice::{Field, FieldName, Invoice, Kind, Message};
use crate::labels::{self, Family, Label};
use crate::memory::{self, Lesson};
use crate::sheet::{Row, Sheet};
use crate::values;
use crate::vocabulary::Vocabulary;

/// A correction from which nothing can be learnt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("DH-2802: {}", message.en)]
pub struct Unteachable {
    /// Which field.
    pub field: FieldName,
    /// Why, and what to do.
    pub message: Message,
}

/// Whether a correction of this field may be remembered at all. Where the money goes never is: a change of payee needs
/// eyes each time.
///
/// On a prescribed face, every label is known and everything but a seal-covered name is printed.
pub fn can_be_remembered(field: FieldName, kind: Kind) -> bool {
    is_constant(field, kind) || label_of(field).is_some() && !is_prescribed(kind)
}

/// The lesson of a correction: what to do on the supplier's next paper, so that this field needs nobody.
///
/// `read` is the invoice as it was read, `value` the person's, in the form that [`crate::correct()`] gives it.
///
/// # Errors
///
/// When the field is not one that is remembered, or the value stands nowhere on the pages beside a label of its own.
pub fn teach(
    document: &Document,
    read: &Invoice,
    field: FieldName,
    value: &str,
    vocabulary: &Vocabulary,
) -> Result<Lesson, Unteachable> {
    if value.is_empty() || !can_be_remembered(field, read.kind) {
        return Err(nothing(field));
    }
    if is_constant(field, read.kind) {
        // It would be asked about on every paper.
        if !memory::is_unclear(read, field, value) {
            return Err(clear(field));
        }
        return Ok(Lesson::Value { value: value.to_owned() });
    }
    let Some(label) = label_of(field) else { return Err(nothing(field)) };
    let sheets: Vec<Sheet> = document.pages.iter().map(Sheet::new).collect();
    let mut names: Vec<String> = sheets.iter().flat_map(|sheet| beside(sheet, field, value)).collect();
    // A title stands above much, and is no label.
    names.retain(|name| !crate::kinds::is_title(&labels::fold_text(name), &vocabulary.titles));
    if names.is_empty() {
        return Err(nowhere(field));
    }
    let before = extract::read(document, None, vocabulary);
    for name in names {
        if !is_free(&name, label, vocabulary) {
            continue;
        }
        let after = extract::read(document, None, &vocabulary.with_label(&name, label));
        if reads(&after, field, value) && is_else_the_same(&before, &after, field) {
            return Ok(Lesson::Label { label: name, form: is_number(field).then(|| form(value)) });
        }
    }
    Err(no_label(field))
}

/// Facts of a supplier that are the same on every paper.
pub(crate) fn is_constant(field: FieldName, kind: Kind) -> bool {
    let anywhere = field == FieldName::SellerName;
    let free = matches!(field, FieldName::SellerTaxId | FieldName::Brn | FieldName::Currency);
    anywhere || free && !is_prescribed(kind)
}

/// The law says what stands where on such a paper.
fn is_prescribed(kind: Kind) -> bool {
    kind.is_mainland() || kind.is_taiwan()
}

fn is_number(field: FieldName) -> bool {
    matches!(field, FieldName::InvoiceNumber | FieldName::PoNumber)
}

/// The label that names a field on a paper whose form is free.
pub(crate) fn label_of(field: FieldName) -> Option<Label> {
    Some(match field {
        FieldName::InvoiceNumber => Label::InvoiceNumber,
        FieldName::PoNumber => Label::PoNumber,
        FieldName::IssueDate => Label::IssueDate,
        FieldName::DueDate => Label::DueDate,
        FieldName::Total => Label::Total,
        FieldName::Subtotal => Label::Subtotal,
        FieldName::Discount => Label::Discount,
        FieldName::Charges => Label::Charges,
        FieldName::AmountDue => Label::AmountDue,
        FieldName::Deposit => Label::Deposit,
        _ => return None,
    })
}

/// What a number looks like: `INV-2026/07` is `A-9/9`.
pub(crate) fn form(value: &str) -> String {
    let mut out = String::new();
    for c in value.chars() {
        let kind = match c {
            c if c.is_numeric() => '9',
            c if c.is_alphabetic() => 'A',
            other => other,
        };
        if !out.ends_with(kind) {
            out.push(kind);
        }
    }
    out
}

/// A name that has no other meaning on such papers. What is only known as some other number or date may be taught.
fn is_free(name: &str, label: Label, vocabulary: &Vocabulary) -> bool {
    match vocabulary.labels.meaning(name, Family::Hongkong) {
        None | Some((Label::OtherNumber | Label::OtherDate, _)) => true,
        Some((meaning, strong)) => meaning == label && !strong,
    }
}

fn reads(invoice: &Invoice, field: FieldName, value: &str) -> bool {
    let doubted = invoice
        .findings
        .iter()
        .any(|f| f.blocks() && f.fields.contains(&field) && f.code.starts_with("DH-23"));
    invoice.field(field).is_some_and(|f| f.value == value && f.others.is_empty()) && !doubted
}

/// A text that went on into the label may end there now; everything else stays.
fn is_else_the_same(before: &Invoice, after: &Invoice, field: FieldName) -> bool {
    let text = |name: FieldName| matches!(name, FieldName::BuyerName | FieldName::Remarks);
    let same = |(name, f): (&FieldName, &Field)| {
        *name == field || text(*name) || after.value(*name) == Some(&f.value)
    };
    let kept = before.fields.iter().all(same);
    // A sum that stood in for the total may find its own place again.
    let given_back = |name: FieldName| before.field(name).is_none() && after.field(name).is_some();
    let moved = field == FieldName::Total && given_back(FieldName::AmountDue);
    (kept || moved) && before.lines == after.lines && before.kind == after.kind
}

/// What could be the label of the value, for each place where the value stands: left of it on its row, else above it.
fn beside(sheet: &Sheet, field: FieldName, value: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (index, row) in sheet.rows.iter().enumerate() {
        for at in places(row, field, value) {
            names.extend(left_of(row, at.start));
            names.extend(above(sheet, index, at.start, at.end));
        }
    }
    names.retain(|name| could_be_label(name));
    let mut once: Vec<String> = Vec::new();
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}

/// Where the value stands in a row.
fn places(row: &Row, field: FieldName, value: &str) -> Vec<std::ops::Range<usize>> {
    let all = 0..row.glyphs.len();
    if field.is_money() {
        let moneys = values::moneys(row, all.start, all.end).into_iter();
        return moneys.filter(|m| values::plain(m.value.abs()) == value).map(|m| m.at).collect();
    }
    if matches!(field, FieldName::IssueDate | FieldName::DueDate) {
        let mut out = Vec::new();
        let mut from = 0;
        while let Some(day) = values::date(row, from, all.end) {
            from = day.at.end;
            if day.value.date.to_string() == value {
                out.push(day.at);
            }
        }
        return out;
    }
    let wanted: Vec<char> = value.chars().collect();
    all.filter(|&from| {
        let letters = row.glyphs[from..].iter().map(|g| g.c.to_ascii_uppercase());
        let whole = from + wanted.len() <= row.glyphs.len() && letters.zip(&wanted).all(|(a, b)| a == *b);
        let free = from == 0 || row.glyphs[from].spaced || !row.glyphs[from - 1].c.is_ascii_alphanumeric();
        whole && free
    })
    .map(|from| from..from + wanted.len())
    .collect()
}

/// The words right before a place, as far as they stand together: all of them, then fewer and fewer.
fn left_of(row: &Row, at: usize) -> Vec<String> {
    let mut end = at;
    while end > 0 && !row.glyphs[end - 1].c.is_alphanumeric() {
        end -= 1;
    }
    let mut begin = end;
    let mut out = Vec::new();
    while begin > 0 {
        begin -= 1;
        let first = &row.glyphs[begin];
        let parted = begin == 0 || row.gap(begin) > 0.9;
        if parted || first.spaced {
            out.push(row.text(begin, end));
        }
        if parted || row.glyphs[begin - 1].c.is_ascii_digit() {
            break;
        }
    }
    out.reverse();
    out
}

/// The cell right above a place.
fn above(sheet: &Sheet, index: usize, from: usize, to: usize) -> Option<String> {
    let value = &sheet.rows[index];
    let (x0, x1) = (value.glyphs[from].x0, value.glyphs[to - 1].x1);
    let height = value.glyphs[from].height();
    let rows =
        sheet.rows.iter().enumerate().filter(|(i, row)| {
            *i != index && row.middle() < value.y0() && row.y1() > value.y0() - 2.2 * height
        });
    rows.rev().find_map(|(_, row)| {
        let cells = row.cells(0, row.glyphs.len(), 1.6).into_iter();
        let over = |(a, b): &(usize, usize)| row.glyphs[*a].x0 < x1 && row.glyphs[*b - 1].x1 > x0;
        cells.filter(over).map(|(a, b)| row.text(a, b)).next()
    })
}

/// At least two letters, no figures, and no sentence.
fn could_be_label(name: &str) -> bool {
    let spelling = labels::spelling(name);
    let letters = spelling.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 2 && spelling.chars().count() <= 24 && !spelling.chars().any(char::is_numeric)
}

fn unteachable(field: FieldName, en: &str, zh: &str) -> Unteachable {
    let (name_en, name_zh) = finding::name(field);
    Unteachable {
        field,
        message: Message {
            en: format!("Nothing can be remembered: the {name_en} {en}"),
            zh_hant: format!("沒有可記住的：{name_zh}{zh}"),
        },
    }
}

fn nothing(field: FieldName) -> Unteachable {
    unteachable(field, "is not remembered for a supplier.", "不會為供應商記住。")
}

fn clear(field: FieldName) -> Unteachable {
    unteachable(
        field,
        "is clearly printed otherwise, and every such paper would be asked about.",
        "在文件上清楚印有另一個值，每份文件都會再問。",
    )
}

fn nowhere(field: FieldName) -> Unteachable {
    unteachable(
        field,
        "that you gave stands nowhere on the page beside a label.",
        "的值在頁面上找不到，或旁邊沒有標籤。",
    )
}

fn no_label(field: FieldName) -> Unteachable {
    unteachable(
        field,
        "stands beside no label by which it alone would be found again.",
        "旁邊沒有能單獨認出它的標籤。",
    )
}

#[cfg(test)]
mod tests;
