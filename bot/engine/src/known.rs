//! What the house knows before it reads a paper: its vocabulary, and what it remembers of suppliers.

use std::collections::BTreeSet;
use std::sync::Arc;

use invoices::{Invoice, Known, Remembered};
use serde_json::Value;
use store::MemoryRow;

use crate::failure::Failure;
use crate::house::House;

/// Everything that holds now.
pub(crate) async fn known(house: &House) -> Result<Known, Failure> {
    let rows = house.store.memories_that_hold().await?;
    let memory = rows.into_iter().filter_map(remembered).collect();
    Ok(Known { vocabulary: Arc::clone(&house.vocabulary), memory })
}

/// The ids of the memories that hold now.
pub(crate) async fn memories(house: &House) -> Result<BTreeSet<String>, Failure> {
    Ok(house.store.memories_that_hold().await?.into_iter().map(|row| row.id).collect())
}

/// Notes on which memories a paper's values rest.
pub(crate) async fn note_use(house: &House, sha256: &str, invoice: &Invoice) -> Result<(), Failure> {
    let used: BTreeSet<String> =
        invoice.fields.values().filter_map(|field| field.remembered.clone()).collect();
    let used: Vec<String> = used.into_iter().collect();
    Ok(house.store.memories_used(sha256, &used).await?)
}

/// A memory that a newer program wrote in another form is left alone.
fn remembered(row: MemoryRow) -> Option<Remembered> {
    let field = serde_json::from_value(Value::String(row.field)).ok();
    let lesson = serde_json::from_value(row.lesson).ok();
    let (Some(field), Some(lesson)) = (field, lesson) else {
        tracing::warn!(
            memory = row.id,
            "this program does not understand what is remembered here; it is not used"
        );
        return None;
    };
    Some(Remembered { id: row.id, supplier: row.supplier_key, printed_name: row.printed_name, field, lesson })
}
