//! Code, number, date and check code in the head.

use crate::finding::finding;
use crate::gather::{Gathered, Rank};
use crate::invoice::{FieldName, Severity};
use crate::labels::Label;
use crate::reach::{Reach, Span};
use crate::sheet::Glyph;
use crate::values;

pub(super) fn read(reach: &Reach<'_>, gathered: &mut Gathered) {
    digits(reach, gathered, Label::InvoiceCode, FieldName::InvoiceCode, &[10, 11, 12, 13]);
    digits(reach, gathered, Label::InvoiceNumber, FieldName::InvoiceNumber, &[7, 8, 9, 18, 19, 20, 21]);
    digits(reach, gathered, Label::CheckCode, FieldName::CheckCode, &[18, 19, 20, 21]);
    date(reach, gathered);
    if !gathered.has(FieldName::InvoiceNumber) {
        unlabelled(reach, gathered);
    }
    remarks(reach, gathered);
}

/// Takes nearly right lengths too: what is read is shown, and the check says that its form is wrong.
fn digits(reach: &Reach<'_>, gathered: &mut Gathered, label: Label, field: FieldName, wanted: &[usize]) {
    for hit in reach.hits.iter().filter(|h| h.label == label) {
        let spans = [reach.right(hit), reach.below(hit)];
        for span in spans.into_iter().flatten() {
            if let Some(taken) = values::digits(reach.row(span), span.from, span.to, wanted, 2.5) {
                let glyphs = &reach.row(span).glyphs[taken.at];
                gathered.add(field, reach.candidate(taken.value, glyphs, Rank::Certain));
                break;
            }
        }
    }
}

fn date(reach: &Reach<'_>, gathered: &mut Gathered) {
    for hit in reach.hits.iter().filter(|h| h.label == Label::IssueDate) {
        let spans = [reach.right(hit), reach.below(hit)];
        for span in spans.into_iter().flatten() {
            if let Some(taken) = values::date(reach.row(span), span.from, span.to) {
                let glyphs = &reach.row(span).glyphs[taken.at];
                let iso = taken.value.date.to_string();
                gathered.add(FieldName::IssueDate, reach.candidate(iso, glyphs, Rank::Certain));
                break;
            }
        }
    }
}

/// Paper invoices print the number and the code without a label, in the head, beside №, and most print them twice.
fn unlabelled(reach: &Reach<'_>, gathered: &mut Gathered) {
    let mut numbers: Vec<&[Glyph]> = Vec::new();
    let mut codes: Vec<&[Glyph]> = Vec::new();
    for (index, row) in reach.sheet.rows.iter().enumerate().filter(|(_, r)| r.middle() < 0.3) {
        for (from, to) in row.cells(0, row.glyphs.len(), 0.9) {
            if reach.hits.iter().any(|h| h.row == index && h.to <= from && is_other(h.label)) {
                continue;
            }
            let span = Span { row: index, from: past_number_sign(reach, index, from, to), to };
            let glyphs = reach.glyphs(span);
            if !glyphs.iter().all(|g| g.c.is_ascii_digit()) {
                continue;
            }
            match glyphs.len() {
                8 => numbers.push(glyphs),
                10 | 12 => codes.push(glyphs),
                _ => {}
            }
        }
    }
    for (field, found) in [(FieldName::InvoiceNumber, numbers), (FieldName::InvoiceCode, codes)] {
        if gathered.has(field) {
            continue;
        }
        for glyphs in found {
            let value: String = glyphs.iter().map(|g| g.c).collect();
            gathered.add(field, reach.candidate(value, glyphs, Rank::Placed));
        }
    }
}

/// Labels whose value is also a long figure.
fn is_other(label: Label) -> bool {
    matches!(
        label,
        Label::MachineNumber
            | Label::PartyTaxId
            | Label::CheckCode
            | Label::PartyBank
            | Label::PartyAddress
            | Label::IssueDate
    )
}

fn past_number_sign(reach: &Reach<'_>, row: usize, from: usize, to: usize) -> usize {
    let row = &reach.sheet.rows[row];
    let mut at = from;
    while at < to && matches!(row.glyphs[at].l, 'N' | 'O' | '.' | ':' | '№') {
        at += 1;
    }
    at
}

/// The remarks: right of the word 备注, in its block, all rows.
fn remarks(reach: &Reach<'_>, gathered: &mut Gathered) {
    use crate::sheet::SideKind;
    let Some(side) = reach.sheet.sides.iter().find(|s| s.kind == SideKind::Remarks) else {
        labelled_remarks(reach, gathered);
        return;
    };
    let reach_up = 2.0 * (side.x1 - side.x0);
    let mut found: Vec<Glyph> = Vec::new();
    let mut text: Vec<String> = Vec::new();
    for row in &reach.sheet.rows {
        let inside = row.middle() > side.y0 - reach_up && row.middle() < side.y1 + reach_up;
        let Some(from) = row.glyphs.iter().position(|g| g.x0 > side.x1) else { continue };
        if !inside || is_foot(reach, row) {
            continue;
        }
        text.push(row.text(from, row.glyphs.len()));
        found.extend_from_slice(&row.glyphs[from..]);
    }
    add_remarks(reach, gathered, &text, &found);
}

/// The row of payee, reviewer and drawer belongs to no block.
fn is_foot(reach: &Reach<'_>, row: &crate::sheet::Row) -> bool {
    reach.hits.iter().any(|h| {
        matches!(h.label, Label::People | Label::TotalInFigures | Label::TotalInWords | Label::Sum)
            && std::ptr::eq(&raw const reach.sheet.rows[h.row], std::ptr::from_ref(row))
    })
}

fn labelled_remarks(reach: &Reach<'_>, gathered: &mut Gathered) {
    for hit in reach.hits.iter().filter(|h| h.label == Label::Remarks) {
        if let Some(span) = reach.right(hit) {
            add_remarks(reach, gathered, &[reach.text(span)], reach.glyphs(span));
            return;
        }
    }
}

fn add_remarks(reach: &Reach<'_>, gathered: &mut Gathered, text: &[String], glyphs: &[Glyph]) {
    let text = text.join("\n");
    if text.chars().any(char::is_alphanumeric) {
        if ["***", "销售方(章)"].contains(&text.as_str()) {
            return;
        }
        if text.contains("差额征税") && taxid::cn::margin_deduction(&text).is_none() {
            gathered.findings.push(finding(
                "DH-2207",
                Severity::Review,
                &[FieldName::Remarks],
                "The remarks speak of the margin scheme, but the deducted sum could not be read.",
                "備註提及差額徵稅，但未能讀出扣除額。",
            ));
        }
        let mut candidate = reach.candidate(text.clone(), glyphs, Rank::Certain);
        candidate.raw = text;
        gathered.add(FieldName::Remarks, candidate);
    }
}
