//! Intake: bytes become a stored original and a recorded document, or are refused with a reason.

use std::path::Path;

use chrono::{DateTime, Utc};
use documents::media::{Media, Sniffed};
use documents::table::TableKind;
use documents::{Limits, ReadError};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{NewDocument, Recorded, Store};

use crate::error::EngineError;
use crate::params::Takes;
use crate::schedule::is_name;
use crate::whole::is_cut_off;

/// Bytes that have arrived.
#[derive(Debug)]
pub(crate) struct Arrived<'a> {
    /// The file's name, for people.
    pub(crate) name: &'a str,
    /// The file.
    pub(crate) bytes: Vec<u8>,
    /// Where it came from. One arrival keeps its origin however often it is looked at again.
    pub(crate) origin: &'a str,
    /// Which workflow it is for.
    pub(crate) workflow: &'a str,
    /// The portal that the workflow posts to; the only one there is when absent.
    pub(crate) portal: Option<&'a str>,
    /// What that workflow takes.
    pub(crate) takes: Takes,
}

/// What became of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Received {
    /// A document that was not here before.
    New { document: String },
    /// The same bytes were here before.
    Duplicate { document: String, first_name: String, first_at: DateTime<Utc> },
    /// Nothing that could be read.
    Refused { code: String, reason: String },
}

/// Refuses what is too large before it is read into memory.
pub(crate) fn refuse_size(bytes: u64) -> Option<Received> {
    let limit = Limits::default().bytes;
    (bytes > limit).then(|| refused(&ReadError::TooLarge { bytes, limit }))
}

/// What an error says, as an answer.
pub(crate) fn refused(error: &ReadError) -> Received {
    let reason = error.to_string();
    Received::Refused { code: crate::error::code_of(&reason).to_owned(), reason }
}

/// Stores and records what has arrived. Doing it again with the same origin changes nothing.
pub(crate) async fn receive(store: &Store, arrived: Arrived<'_>) -> Result<Received, EngineError> {
    let sha256 = hex::encode(Sha256::digest(&arrived.bytes));
    let media = match media_of(&arrived.bytes, arrived.takes) {
        Ok(media) => media,
        Err(error) => {
            let code = crate::error::code_of(&error.to_string()).to_owned();
            let object = format!("documents/{sha256}");
            store.audit("deskhand", "document.refused", &object, &json!({ "code": code })).await?;
            return Ok(refused(&error));
        }
    };
    if let Some(received) = known_arrival(store, &sha256, arrived.origin).await? {
        return Ok(received);
    }
    let document = NewDocument {
        sha256: sha256.clone(),
        name: arrived.name.to_owned(),
        media: media.to_owned(),
        bytes: arrived.bytes.len() as u64,
        origin: arrived.origin.to_owned(),
        workflow: arrived.workflow.to_owned(),
        portal: arrived.portal.map(str::to_owned),
    };
    // The original first: a row without its bytes would be a document that is lost.
    store.blobs().put(&store::blobs::original_key(&sha256), arrived.bytes).await?;
    Ok(match store.record_document(&document).await? {
        Recorded::New => Received::New { document: sha256 },
        Recorded::Duplicate { first_name, first_at } => {
            Received::Duplicate { document: sha256, first_name, first_at }
        }
    })
}

/// The answer of the first time, when the program stopped between recording a file and putting it away.
async fn known_arrival(store: &Store, sha256: &str, origin: &str) -> Result<Option<Received>, EngineError> {
    let arrivals = store.arrivals(sha256).await?;
    let Some(place) = arrivals.iter().position(|arrival| arrival.origin == origin) else { return Ok(None) };
    let document = sha256.to_owned();
    Ok(Some(match arrivals.first() {
        Some(first) if place > 0 => {
            Received::Duplicate { document, first_name: first.name.clone(), first_at: first.at }
        }
        _ => Received::New { document },
    }))
}

/// What a workflow says in its head that it takes.
pub(crate) fn takes(workflows: &Path, workflow: &str) -> Takes {
    let script = std::fs::read_to_string(workflows.join(format!("{workflow}.rhai")));
    if is_name(workflow) {
        script.map(|script| Takes::of(&script)).unwrap_or_default()
    } else {
        Takes::Papers
    }
}

fn media_of(bytes: &[u8], takes: Takes) -> Result<&'static str, ReadError> {
    let limit = Limits::default().bytes;
    let size = bytes.len() as u64;
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if size > limit {
        return Err(ReadError::TooLarge { bytes: size, limit });
    }
    if takes != Takes::Papers
        && let Some(kind) = TableKind::sniff(bytes)
    {
        return Ok(kind.mime());
    }
    if takes == Takes::Data && is_text(bytes) {
        return Ok("text/plain");
    }
    match Media::sniff(bytes) {
        Sniffed::Known(media) if is_cut_off(media, bytes) => {
            Err(ReadError::Damaged { reason: "its end is missing".to_owned() })
        }
        Sniffed::Known(media) => Ok(media.mime()),
        Sniffed::Container(container) => Err(ReadError::NotSupported { kind: container.name() }),
        Sniffed::Unsupported(kind) => Err(ReadError::NotSupported { kind }),
        Sniffed::Unknown => Err(ReadError::UnknownFormat),
    }
}

/// Whether a program wrote it as text: no byte of it is zero, unless it is UTF-16 and says so.
fn is_text(bytes: &[u8]) -> bool {
    let marked = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let head = &bytes[..bytes.len().min(64 << 10)];
    (marked || !head.contains(&0)) && !head.starts_with(b"%PDF")
}
