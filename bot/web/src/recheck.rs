//! The check again, on submit: the server decides what is right, whatever the browser sent.

use std::collections::{BTreeMap, BTreeSet};

use invoices::{Facts, FieldName, Invoice, Rejected, Twin};
use store::{Store, StoreError, TwinRow};

use crate::state::WebState;

/// The documents that may be the same invoice.
pub(crate) async fn twins(
    store: &Store,
    document: &str,
    invoice: &Invoice,
) -> Result<Vec<TwinRow>, StoreError> {
    let value = |name| invoice.value(name);
    let (supplier, total, date) =
        (value(FieldName::SellerName), value(FieldName::Total), value(FieldName::IssueDate));
    store.twins(document, invoice.key().as_deref(), supplier, total, date).await
}

fn twin(row: TwinRow) -> Twin {
    Twin { document: row.sha256, name: row.name, posted_as: row.posted_as, hard: row.hard }
}

/// Why a person's values were not taken.
pub(crate) enum Refusal {
    /// These values cannot be what their fields want.
    Values(Vec<Rejected>),
    /// The store did not answer.
    Store(StoreError),
}

/// The invoice with a person's values, checked again with what the house knows by now.
pub(crate) async fn corrected(
    state: &WebState,
    document: &str,
    invoice: &Invoice,
    corrections: &BTreeMap<FieldName, String>,
) -> Result<Invoice, Refusal> {
    let today = state.store.now().with_timezone(&state.zone).date_naive();
    let held = state.store.memories_that_hold().await.map_err(Refusal::Store)?;
    let memories: BTreeSet<String> = held.into_iter().map(|row| row.id).collect();
    let facts =
        |twins| Facts { today, twins, oldest_months: state.oldest_months, memories: memories.clone() };
    // Twice: a corrected number or amount may have other twins than what was read.
    let alone = with_values(invoice, corrections, &facts(Vec::new()))?;
    let twins = twins(&state.store, document, &alone).await.map_err(Refusal::Store)?;
    with_values(invoice, corrections, &facts(twins.into_iter().map(twin).collect()))
}

fn with_values(
    invoice: &Invoice,
    corrections: &BTreeMap<FieldName, String>,
    facts: &Facts,
) -> Result<Invoice, Refusal> {
    let mut corrected = invoice.clone();
    // Whoever gives values to a paper that did not look like an invoice says that it is one.
    corrected.is_invoice = true;
    invoices::correct(&mut corrected, corrections, facts).map_err(Refusal::Values)?;
    Ok(corrected)
}
