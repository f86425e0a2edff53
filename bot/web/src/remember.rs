//! What a person ticked to be remembered of a supplier, with a decision.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use invoices::{FieldName, Invoice, Lesson, Message, Supplier, can_be_remembered, teach};
use serde_json::json;
use store::NewMemory;

use crate::failure::Failure;
use crate::state::WebState;
use crate::view::page;

/// The supplier of an invoice as it was read, and the fields of which a correction may be remembered: none, where the
/// paper does not say beyond doubt whose it is, and never the one by which the supplier is known.
pub(crate) fn offered(read: &Invoice, field: FieldName) -> Option<Supplier> {
    Supplier::of(read).filter(|supplier| supplier.by != field && can_be_remembered(field, read.kind))
}

/// Either everything that was ticked, or for each field why nothing can be remembered.
pub(crate) type Lessons = Result<Vec<NewMemory>, BTreeMap<FieldName, Message>>;

/// The lessons of the ticked corrections. `checked` is the invoice with the person's values.
pub(crate) async fn lessons(
    state: &WebState,
    document: &str,
    read: &Invoice,
    checked: &Invoice,
    changed: &BTreeMap<FieldName, String>,
    ticked: &BTreeSet<FieldName>,
) -> Result<Lessons, Failure> {
    let wanted: Vec<FieldName> = ticked.iter().copied().filter(|field| changed.contains_key(field)).collect();
    if wanted.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let document = page::read_document(&state.store, document).await.ok_or(Failure::NotFound)?;
    let document: Arc<documents::Document> = Arc::new(serde_json::from_value(document).map_err(|error| {
        tracing::error!(%error, "a document that was read cannot be read back");
        Failure::Broken
    })?);
    let (mut memories, mut refused) = (Vec::new(), BTreeMap::new());
    for field in wanted {
        // No page of ours offers it.
        if !can_be_remembered(field, read.kind) {
            return Err(Failure::BadForm);
        }
        // The supplier is known by what was read and left alone.
        let supplier = offered(read, field).filter(|supplier| !changed.contains_key(&supplier.by));
        let Some(supplier) = supplier else {
            refused.insert(field, nobody());
            continue;
        };
        let value = checked.value(field).unwrap_or_default().to_owned();
        let (pages, vocabulary, read) = (Arc::clone(&document), Arc::clone(&state.vocabulary), read.clone());
        let lesson = move || teach(&pages, &read, field, &value, &vocabulary);
        // The paper is read again, perhaps several times.
        match tokio::task::spawn_blocking(lesson).await.map_err(|_| Failure::Broken)? {
            Ok(lesson) => memories.push(memory(&supplier, checked, field, &lesson)),
            Err(why) => drop(refused.insert(field, why.message)),
        }
    }
    Ok(if refused.is_empty() { Ok(memories) } else { Err(refused) })
}

fn memory(supplier: &Supplier, checked: &Invoice, field: FieldName, lesson: &Lesson) -> NewMemory {
    // Under the name that the person left or gave, where there is one.
    let given = checked.value(FieldName::SellerName).filter(|name| !name.is_empty());
    NewMemory {
        supplier_key: supplier.key.clone(),
        supplier_name: given.unwrap_or(&supplier.shown).to_owned(),
        printed_name: supplier.printed_name.clone(),
        field: field.to_string(),
        lesson: json!(lesson),
    }
}

fn nobody() -> Message {
    Message {
        en: "Nothing can be remembered: the paper does not say beyond doubt whose it is.".to_owned(),
        zh_hant: "沒有可記住的：文件未能確定屬於哪個供應商。".to_owned(),
    }
}
