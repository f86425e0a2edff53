//! Numbers, dates and the buyer in the head.

use crate::finding::finding;
use crate::gather::{Gathered, Rank};
use crate::invoice::{FieldName, Kind, Severity};
use crate::labels::{Hit, Label};
use crate::reach::{Reach, Span, rank};
use crate::table::Header;
use crate::values::{self, Day, Taken};

pub(super) fn read(reach: &Reach<'_>, header: Option<&Header>, kind: Kind, gathered: &mut Gathered) {
    reference(reach, header, Label::InvoiceNumber, FieldName::InvoiceNumber, gathered);
    reference(reach, header, Label::PoNumber, FieldName::PoNumber, gathered);
    date(reach, header, Label::IssueDate, FieldName::IssueDate, gathered);
    date(reach, header, Label::DueDate, FieldName::DueDate, gathered);
    if kind == Kind::HkReceipt && !gathered.has(FieldName::IssueDate) {
        bare_dates(reach, gathered);
    }
    for hit in outside(reach, header, Label::BuyerName) {
        buyer(reach, hit, gathered);
    }
    for hit in outside(reach, header, Label::Remarks) {
        if let Some(span) = reach.right(hit).or_else(|| reach.below(hit)) {
            let text = reach.text(span);
            gathered.add(FieldName::Remarks, reach.candidate(text, reach.glyphs(span), Rank::Likely));
        }
    }
}

/// Labels that are not column names of the table.
fn outside<'a>(
    reach: &'a Reach<'_>,
    header: Option<&'a Header>,
    label: Label,
) -> impl Iterator<Item = &'a Hit> {
    reach
        .hits
        .iter()
        .filter(move |h| h.label == label && header.is_none_or(|t| !(t.first..=t.last).contains(&h.row)))
}

/// The first place, right of the label and then below it, whose characters can be read as wanted.
pub(super) fn reached<T>(
    reach: &Reach<'_>,
    hit: &Hit,
    read: impl Fn(&crate::sheet::Row, usize, usize) -> Option<Taken<T>>,
) -> Option<(Span, Taken<T>)> {
    [reach.right(hit), reach.below(hit)].into_iter().flatten().find_map(|span| {
        let taken = read(reach.row(span), span.from, span.to)?;
        Some((span, taken))
    })
}

fn reference(
    reach: &Reach<'_>,
    header: Option<&Header>,
    label: Label,
    field: FieldName,
    gathered: &mut Gathered,
) {
    for hit in outside(reach, header, label) {
        let found = reached(reach, hit, |row, from, to| {
            let taken = values::reference(row, from, to)?;
            // A date or a sum under a label is not its number.
            (values::date(row, from, to).is_none_or(|d| d.at.start > taken.at.start)).then_some(taken)
        });
        if let Some((span, taken)) = found {
            let glyphs = &reach.row(span).glyphs[taken.at];
            gathered.add(field, reach.candidate(taken.value, glyphs, rank(hit)));
        }
    }
}

fn date(reach: &Reach<'_>, header: Option<&Header>, label: Label, field: FieldName, gathered: &mut Gathered) {
    for hit in outside(reach, header, label) {
        if let Some((span, taken)) = reached(reach, hit, values::date) {
            add_day(reach, span, &taken, field, rank(hit), gathered);
        }
    }
}

fn add_day(
    reach: &Reach<'_>,
    span: Span,
    taken: &Taken<Day>,
    field: FieldName,
    rank: Rank,
    gathered: &mut Gathered,
) {
    let glyphs = &reach.row(span).glyphs[taken.at.clone()];
    gathered.add(field, reach.candidate(taken.value.date.to_string(), glyphs, rank));
    if taken.value.ambiguous {
        let (en, zh) = crate::finding::name(field);
        let found = finding(
            "DH-2606",
            Severity::Note,
            &[field],
            format!(
                "The {en} is read day first, as is usual in Hong Kong; month first would be another day."
            ),
            format!("{zh}按香港慣例以日在前讀取；若以月在前則為另一日。"),
        );
        if !gathered.findings.contains(&found) {
            gathered.findings.push(found);
        }
    }
}

/// A receipt may print its date without a label.
fn bare_dates(reach: &Reach<'_>, gathered: &mut Gathered) {
    for (index, row) in reach.sheet.rows.iter().enumerate() {
        if reach.hits.iter().any(|h| h.row == index && matches!(h.label, Label::OtherDate | Label::DueDate)) {
            continue;
        }
        if let Some(taken) = values::date(row, 0, row.glyphs.len()) {
            let span = Span { row: index, from: 0, to: row.glyphs.len() };
            add_day(reach, span, &taken, FieldName::IssueDate, Rank::Placed, gathered);
        }
    }
}

fn buyer(reach: &Reach<'_>, hit: &Hit, gathered: &mut Gathered) {
    let found = reached(reach, hit, |row, from, to| values::name(row, from, to, 1.8));
    if let Some((span, taken)) = found {
        let glyphs = &reach.row(span).glyphs[taken.at];
        gathered.add(FieldName::BuyerName, reach.candidate(taken.value, glyphs, rank(hit)));
    }
}
