//! `documents`: reading.

use std::collections::VecDeque;
use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

use documents::{Document, Section};
use image::{ImageFormat, RgbImage};
use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::host::text;
use crate::house::House;
use crate::orchestrator::{Ask, Reply};

pub(crate) const READ: &str = "documents::read";

/// Page pictures for people are at most so wide.
const PICTURE_WIDTH: u32 = 1600;
/// So many documents are kept with their pixels between reading and checking.
const RECENT: usize = 6;

#[export_module]
pub(crate) mod functions {
    use rhai::EvalAltResult;
    use serde_json::json;

    use crate::tape::step;

    /// Reads a document: the words and codes of every page.
    ///
    /// Give it `run.document`. It answers `#{document: text, name: text, media: text, pages: number, words: number,
    /// remarks: [text]}`; what was read itself is kept beside the document.
    #[rhai_fn(return_raw)]
    pub(crate) fn read(context: NativeCallContext, document: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::READ, json!({ "document": document }))
    }
}

/// The documents that were read last, with their pixels, which are kept nowhere else.
#[derive(Default)]
pub(crate) struct Recent(Mutex<VecDeque<Arc<Document>>>);

impl Recent {
    /// Keeps a document for the step that follows.
    pub(crate) fn keep(&self, document: Arc<Document>) {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.retain(|other| other.sha256 != document.sha256);
        recent.push_back(document);
        if recent.len() > RECENT {
            recent.pop_front();
        }
    }

    /// Takes a document out: whoever asks for it needs it once.
    fn take(&self, sha256: &str) -> Option<Arc<Document>> {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = recent.iter().position(|document| document.sha256 == sha256)?;
        recent.remove(place)
    }
}

pub(crate) async fn read(house: &House, recent: &Recent, ask: &Ask) -> Result<Reply, Failure> {
    let sha256 = text(ask, "document")?;
    let Some(document) = read_original(house, recent, sha256, ask.pixels).await? else {
        return Ok(Reply::Pixels);
    };
    let blobs = house.store.blobs();
    for page in &document.pages {
        let Some(pixels) = page.image.clone() else { continue };
        let png = on_a_thread(move || picture(&pixels)).await??;
        blobs.put(&page_key(sha256, page.number), png).await?;
    }
    let json = serde_json::to_vec(&*document).map_err(|error| Failure::business(&error))?;
    blobs.put(&format!("documents/{sha256}/document.json"), json).await?;
    let answer = in_short(sha256, &document);
    recent.keep(document);
    Ok(Reply::Done(answer))
}

/// What scripts see of a document.
pub(crate) fn in_short(sha256: &str, document: &Document) -> Value {
    json!({
        "document": sha256,
        "name": document.name,
        "media": document.media,
        "pages": document.pages.len(),
        "words": document.pages.iter().map(|page| page.words.len()).sum::<usize>(),
        "remarks": document.remarks.iter().map(|remark| &remark.code).collect::<Vec<_>>(),
    })
}

/// The document with its pixels: as it was just read, or read once more.
pub(crate) async fn with_pixels(
    house: &House,
    recent: &Recent,
    sha256: &str,
) -> Result<Arc<Document>, Failure> {
    if let Some(document) = recent.take(sha256) {
        return Ok(document);
    }
    let read = read_original(house, recent, sha256, true).await?;
    read.ok_or_else(|| Failure::application(&"the document was left unread"))
}

/// Nothing when its pixels have to be read and this is not the place for it.
async fn read_original(
    house: &House,
    recent: &Recent,
    sha256: &str,
    pixels: bool,
) -> Result<Option<Arc<Document>>, Failure> {
    let row = house.store.document(sha256).await?;
    if let Some((file, section)) = row.as_ref().and_then(|row| row.parent.as_ref().zip(row.section.as_ref()))
    {
        let section = Section::deserialize(section).map_err(|error| Failure::business(&error))?;
        let file = match recent.take(file) {
            Some(file) => Some(file),
            None => Box::pin(read_original(house, recent, file, pixels)).await?,
        };
        let Some(file) = file else { return Ok(None) };
        // It stays, for the section after this one.
        recent.keep(Arc::clone(&file));
        return Ok(Some(Arc::new(file.section(&section))));
    }
    let bytes = house.store.blobs().get(&store::blobs::original_key(sha256)).await?;
    let name = row.map(|row| row.name).unwrap_or_default();
    let reader = Arc::clone(&house.reader);
    let read = on_a_thread(move || {
        if pixels { reader.read(&name, &bytes).map(Some) } else { reader.read_light(&name, &bytes) }
    });
    read.await?.map(|document| document.map(Arc::new)).map_err(|error| Failure::business(&error))
}

/// Heavy work, away from the threads that keep the leases.
pub(crate) async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|_| {
        Failure::business(&"DH-6016: reading this document broke down; a person must look at it".to_owned())
    })
}

pub(crate) fn page_key(sha256: &str, page: u32) -> String {
    format!("documents/{sha256}/page-{page}.png")
}

/// A page's picture as it is kept for people.
pub(crate) fn picture(pixels: &RgbImage) -> Result<Vec<u8>, Failure> {
    let mut png = Vec::new();
    let mut write = |image: &RgbImage| image.write_to(&mut Cursor::new(&mut png), ImageFormat::Png);
    let written = if pixels.width() > PICTURE_WIDTH {
        let height = u64::from(pixels.height()) * u64::from(PICTURE_WIDTH) / u64::from(pixels.width());
        let height = u32::try_from(height).unwrap_or(u32::MAX).max(1);
        write(&image::imageops::thumbnail(pixels, PICTURE_WIDTH, height))
    } else {
        write(pixels)
    };
    written.map_err(|error| Failure::business(&error))?;
    Ok(png)
}
