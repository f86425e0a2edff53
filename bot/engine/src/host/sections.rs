//! A file with several invoices: each becomes a document with a run of its own.

use std::sync::Arc;

use documents::{Document, Section};
use serde_json::{Value, json};
use store::NewSection;

use crate::failure::Failure;
use crate::host::documents::{Recent, on_a_thread, with_pixels};
use crate::host::text;
use crate::house::House;
use crate::orchestrator::Ask;

pub(crate) const SPLIT: &str = "invoices::split";

/// Records the sections; the reconcile loop starts their runs. Answers how many there are.
pub(crate) async fn split(house: &House, recent: &Recent, ask: &Ask) -> Result<Value, Failure> {
    let sha256 = text(ask, "document")?;
    let missing = || Failure::business(&"DH-6018: the document is not in the store; start the run again");
    let file = house.store.document(sha256).await?.ok_or_else(missing)?;
    let document = with_pixels(house, recent, sha256).await?;
    // Its sections, or the check that follows, need its pixels again.
    recent.keep(Arc::clone(&document));
    // A section is one paper, whatever its pages say.
    if file.parent.is_some() {
        return Ok(json!(0));
    }
    let (looked, vocabulary) = (Arc::clone(&document), Arc::clone(&house.vocabulary));
    let sections = on_a_thread(move || invoices::sections(&looked, &vocabulary)).await?;
    for section in &sections {
        house.store.record_section(&file, &new(&document, section)?).await?;
    }
    Ok(json!(sections.len()))
}

fn new(file: &Document, section: &Section) -> Result<NewSection, Failure> {
    let place = serde_json::to_value(section).map_err(|error| Failure::business(&error))?;
    Ok(NewSection { sha256: section.id(&file.sha256), name: section.name(&file.name), section: place })
}
