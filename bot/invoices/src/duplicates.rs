//! What the rest of the house knows about an invoice: the day, and its twins.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use documents::Source;

use crate::finding::finding;
use crate::invoice::{FieldName, Finding, Invoice, Severity};

/// What the rest of the house knows.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Today, where the house stands.
    pub today: NaiveDate,
    /// Documents that may be the same invoice.
    pub twins: Vec<Twin>,
    /// An invoice older than so many months goes to a person; `u32::MAX` for no limit.
    pub oldest_months: u32,
    /// The ids of the memories that hold: what rests on another goes to a person.
    pub memories: BTreeSet<String>,
}

impl Facts {
    /// What is known of a paper that stands alone: the day, no twins, and the usual limit of eighteen months.
    pub fn of_day(today: NaiveDate) -> Self {
        Self { today, twins: Vec::new(), oldest_months: 18, memories: BTreeSet::new() }
    }
}

/// A document that may be the same invoice.
#[derive(Debug, Clone)]
pub struct Twin {
    /// Its SHA-256.
    pub document: String,
    /// Its file name, for people.
    pub name: String,
    /// The reference under which it was posted, if it was.
    pub posted_as: Option<String>,
    /// The business key is the same; otherwise only supplier, sum and date are alike.
    pub hard: bool,
}

/// Whether two readings of one number are one invoice: they share the total and the date, and contradict each other in
/// nothing that would be posted.
pub fn same_invoice(a: &Invoice, b: &Invoice) -> bool {
    let alike = |field: &FieldName| match (a.value(*field), b.value(*field)) {
        (Some(a), Some(b)) => Some(a == b),
        _ => None,
    };
    [FieldName::Total, FieldName::IssueDate].iter().all(|field| alike(field) == Some(true))
        && [
            FieldName::Currency,
            FieldName::AmountExTax,
            FieldName::Tax,
            FieldName::SellerTaxId,
            FieldName::BuyerTaxId,
            FieldName::BankAccount,
        ]
        .iter()
        .all(|field| alike(field) != Some(false))
}

/// Whether the first was read from a better source than the second: data before codes before print before pixels.
pub fn outranks(a: &Invoice, b: &Invoice) -> bool {
    match (weakest(a), weakest(b)) {
        (Some(a), Some(b)) => a < b,
        _ => false,
    }
}

/// The worst source among the values that are posted. What is derived stands on the others.
fn weakest(invoice: &Invoice) -> Option<Source> {
    [FieldName::InvoiceNumber, FieldName::IssueDate, FieldName::Total]
        .iter()
        .filter_map(|field| invoice.field(*field))
        .map(|field| field.source)
        .filter(|source| *source != Source::Derived)
        .max()
}

/// One finding for each twin.
pub(crate) fn find(twins: &[Twin]) -> Vec<Finding> {
    twins.iter().map(one).collect()
}

fn one(twin: &Twin) -> Finding {
    match (&twin.posted_as, twin.hard) {
        (Some(reference), true) => finding(
            "DH-2402",
            Severity::Reject,
            &[FieldName::InvoiceNumber],
            format!(
                "This invoice was already posted as {reference}, from {}: the supplier and the number are the same.",
                twin.name
            ),
            format!("此發票已由「{}」入賬，編號 {reference}：供應商及號碼相同。", twin.name),
        ),
        (None, true) => finding(
            "DH-2401",
            Severity::Reject,
            &[FieldName::InvoiceNumber],
            format!(
                "The same invoice came before as {}: the supplier and the number are the same.",
                twin.name
            ),
            format!("同一發票先前已由「{}」收到：供應商及號碼相同。", twin.name),
        ),
        (_, false) => finding(
            "DH-2403",
            Severity::Review,
            &[FieldName::SellerName, FieldName::Total, FieldName::IssueDate],
            format!(
                "{} is much like this one: the supplier, the total and the date are the same.",
                twin.name
            ),
            format!("「{}」與此文件十分相似：供應商、總額及日期相同。", twin.name),
        ),
    }
}
