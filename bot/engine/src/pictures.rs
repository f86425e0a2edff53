//! Pictures of pages that need not be drawn to be read: they are drawn when somebody wants to see them.

use std::sync::Arc;

use documents::Section;
use serde::Deserialize as _;

use crate::failure::Failure;
use crate::host::documents::{on_a_thread, page_key, picture};
use crate::house::House;

/// Draws the pages of a document that have no picture yet, if this one has none.
pub(crate) async fn draw(house: &House, sha256: &str, page: u32) -> Result<(), Failure> {
    let blobs = house.store.blobs();
    if blobs.exists(&page_key(sha256, page)).await? {
        return Ok(());
    }
    let Some(row) = house.store.document(sha256).await? else { return Ok(()) };
    let bytes = blobs.get(&store::blobs::original_key(row.original())).await?;
    let reader = Arc::clone(&house.reader);
    let pictures = on_a_thread(move || reader.pictures(&bytes)).await?;
    let pictures = pictures.map_err(|error| Failure::business(&error))?;
    let (first, last) = match row.section.as_ref().map(Section::deserialize) {
        Some(Ok(Section::Pages { first, last })) => (first, last),
        _ => (1, u32::MAX),
    };
    let own = (1..).zip(pictures).filter(|(page, _)| (first..=last).contains(page));
    for (number, (_, pixels)) in (1..).zip(own) {
        let key = page_key(sha256, number);
        let Some(pixels) = pixels else { continue };
        // What was read from pixels has its picture, turned upright.
        if !blobs.exists(&key).await? {
            let png = on_a_thread(move || picture(&pixels)).await??;
            blobs.put(&key, png).await?;
        }
    }
    Ok(())
}
