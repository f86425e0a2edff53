//! The arithmetic helper: net + tax = total, and the lines against the header.

use invoices::{FieldName, Invoice};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::format;

/// The sums of an invoice as they are written.
#[derive(Debug, Serialize)]
pub(crate) struct SumsView {
    pub(crate) net: String,
    pub(crate) tax: String,
    pub(crate) total: String,
    /// What net and tax come to.
    pub(crate) comes_to: String,
    /// By how much that misses the total; none when it does not.
    pub(crate) off: Option<String>,
}

/// The sums, when all three figures are there.
pub(crate) fn of(invoice: &Invoice) -> Option<SumsView> {
    let currency = invoice.value(FieldName::Currency);
    let figure = |name| invoice.value(name).and_then(number);
    let (net, tax, total) =
        (figure(FieldName::AmountExTax)?, figure(FieldName::Tax)?, figure(FieldName::Total)?);
    let comes_to = net.checked_add(tax)?;
    let off = comes_to.checked_sub(total)?;
    let money = |value: Decimal| format::money(&value.to_string(), currency);
    Some(SumsView {
        net: money(net),
        tax: money(tax),
        total: money(total),
        comes_to: money(comes_to),
        off: (!off.is_zero()).then(|| money(off)),
    })
}

/// What the lines come to, and by how much that misses the net amount or the total, whichever is nearer.
pub(crate) fn of_lines(invoice: &Invoice) -> Option<(String, Option<String>)> {
    let currency = invoice.value(FieldName::Currency);
    let amounts: Option<Vec<Decimal>> =
        invoice.lines.iter().map(|line| line.amount.as_deref().and_then(number)).collect();
    let amounts = amounts.filter(|amounts| !amounts.is_empty())?;
    let sum = amounts.into_iter().try_fold(Decimal::ZERO, Decimal::checked_add)?;
    let targets = [FieldName::AmountExTax, FieldName::Total];
    let off = targets
        .into_iter()
        .filter_map(|name| invoice.value(name).and_then(number))
        .filter_map(|target| sum.checked_sub(target))
        .min_by_key(Decimal::abs);
    let money = |value: Decimal| format::money(&value.to_string(), currency);
    Some((money(sum), off.filter(|off| !off.is_zero()).map(money)))
}

fn number(text: &str) -> Option<Decimal> {
    text.trim().parse().ok()
}
