//! Subtotal, discount, charges, total, amount due.

use rust_decimal::Decimal;

use crate::finding::finding;
use crate::gather::{Candidate, Gathered, Rank};
use crate::invoice::{FieldName, LineItem, Severity};
use crate::labels::{Hit, Label};
use crate::reach::{Reach, Span, rank};
use crate::table::Header;
use crate::values::{self, Taken};

/// Reads the sums at and below row `foot`; above it they are items.
pub(super) fn read(reach: &Reach<'_>, header: Option<&Header>, foot: usize, gathered: &mut Gathered) {
    let (mut discount, mut charges) = (Tally::default(), Tally::default());
    let mut seen: Vec<(usize, usize)> = Vec::new();
    let payable = reach.hits.iter().any(|h| h.label == Label::Payable && money(reach, h).is_some());
    for hit in reach.hits.iter().filter(|h| h.row >= foot && !in_header(header, h)) {
        let Some((span, taken)) = money(reach, hit) else { continue };
        // `折扣 Discount` are two names of one sum.
        if seen.contains(&(span.row, taken.at.start)) {
            continue;
        }
        seen.push((span.row, taken.at.start));
        let mut candidate = candidate(reach, span, &taken, rank(hit));
        match hit.label {
            Label::Subtotal => gathered.add(FieldName::Subtotal, candidate),
            Label::Discount => discount.add(taken.value.abs(), candidate),
            Label::Charges | Label::Rounding => charges.add(taken.value, candidate),
            Label::Vat => vat(gathered, taken.value, candidate),
            // With a payable sum beside it, the total is what it was before the discount.
            Label::Total if payable => {
                candidate.rank = Rank::Placed;
                gathered.add(FieldName::Subtotal, candidate);
            }
            Label::Total | Label::Payable => gathered.add(FieldName::Total, candidate),
            Label::AmountDue => gathered.add(FieldName::AmountDue, candidate),
            Label::Deposit => {
                candidate.value = values::plain(taken.value.abs());
                gathered.add(FieldName::Deposit, candidate);
            }
            Label::PreviousBalance if !taken.value.is_zero() => gathered.findings.push(finding(
                "DH-2508",
                Severity::Review,
                &[FieldName::Total],
                "The paper carries a balance over from before; what this invoice alone comes to must be seen.",
                "文件包含上期結餘，須確認本發票本身的金額。",
            )),
            _ => {}
        }
    }
    discount.put(FieldName::Discount, gathered);
    charges.put(FieldName::Charges, gathered);
}

/// Several rows of one sort are added up; the first one's place stands for all.
#[derive(Default)]
struct Tally {
    sum: Decimal,
    first: Option<Candidate>,
}

impl Tally {
    fn add(&mut self, value: Decimal, candidate: Candidate) {
        self.sum += value;
        self.first.get_or_insert(candidate);
    }

    fn put(self, field: FieldName, gathered: &mut Gathered) {
        if let Some(mut candidate) = self.first {
            candidate.value = values::plain(self.sum);
            gathered.add(field, candidate);
        }
    }
}

fn in_header(header: Option<&Header>, hit: &Hit) -> bool {
    header.is_some_and(|h| (h.first..=h.last).contains(&hit.row))
}

/// The last figure right of a label, else the only one below it.
pub(super) fn money(reach: &Reach<'_>, hit: &Hit) -> Option<(Span, Taken<Decimal>)> {
    if let Some(span) = reach.right(hit) {
        let mut moneys = values::moneys(reach.row(span), span.from, span.to);
        moneys.retain(|m| !is_count(reach, span, m));
        return moneys.pop().map(|m| (span, m));
    }
    let span = reach.below(hit)?;
    let mut moneys = values::moneys(reach.row(span), span.from, span.to);
    (moneys.len() == 1).then(|| moneys.pop().map(|m| (span, m))).flatten()
}

/// A whole number followed by a word is a count: `Total 3 pcs`.
fn is_count(reach: &Reach<'_>, span: Span, money: &Taken<Decimal>) -> bool {
    let row = reach.row(span);
    money.value.scale() == 0
        && row.glyphs.get(money.at.end).is_some_and(|g| g.c.is_alphabetic() && row.gap(money.at.end) < 1.5)
}

fn candidate(reach: &Reach<'_>, span: Span, taken: &Taken<Decimal>, rank: Rank) -> Candidate {
    let glyphs = &reach.row(span).glyphs[taken.at.clone()];
    reach.candidate(values::plain(taken.value), glyphs, rank)
}

fn vat(gathered: &mut Gathered, value: Decimal, candidate: Candidate) {
    if value.is_zero() {
        return;
    }
    gathered.add(FieldName::Tax, candidate);
    gathered.findings.push(finding(
        "DH-2501",
        Severity::Review,
        &[FieldName::Tax],
        "The paper charges VAT or GST, which Hong Kong does not have.",
        "文件收取增值稅或消費稅，而香港並無此稅項。",
    ));
}

/// What the sums say of each other, once all pages are read.
pub(super) fn relate(gathered: &mut Gathered, items: &[LineItem]) {
    let value = |f: FieldName| gathered.value(f).and_then(|v| v.parse::<Decimal>().ok());
    let (total, due, deposit) =
        (value(FieldName::Total), value(FieldName::AmountDue), value(FieldName::Deposit));
    match (total, due) {
        (None, Some(due)) => {
            let lines: Decimal =
                items.iter().filter_map(|i| i.amount.as_ref()?.parse::<Decimal>().ok()).sum();
            let whole = deposit.is_none()
                && (items.is_empty() || lines == due || value(FieldName::Subtotal).is_some());
            gathered.promote(FieldName::AmountDue, FieldName::Total);
            if !whole {
                gathered.findings.push(part_paid());
            }
        }
        (Some(total), Some(due)) if total != due => gathered.findings.push(part_paid()),
        (Some(_), None) if deposit.is_some_and(|d| !d.is_zero() && Some(d) != total) => {
            gathered.findings.push(part_paid());
        }
        _ => {}
    }
}

fn part_paid() -> crate::invoice::Finding {
    finding(
        "DH-2507",
        Severity::Review,
        &[FieldName::Total, FieldName::AmountDue],
        "What is due differs from the total, or a part was paid before; which sum is to be posted must be seen.",
        "應付金額與總額不同，或已付部分款項，須確認入賬金額。",
    )
}
