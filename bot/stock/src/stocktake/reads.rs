//! The forms in which readers write what they have read.

mod impinj;
mod json;
mod llrp;
mod rows;
mod zebra;

use serde::{Deserialize, Serialize};

use super::pass::PassError;
use super::tag::{TagRead, Unread, key};
use crate::table::{MOST_BYTES, TableError, decoded};

/// Who wrote a file of reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// `RO_ACCESS_REPORT` of the Low Level Reader Protocol as XML.
    LlrpXml,
    /// The same as JSON.
    LlrpJson,
    /// The log of sllurp.
    SllurpCsv,
    /// Zebra's `IoT` Connector.
    ZebraIotConnector,
    /// Zebra's 123RFID.
    Zebra123Rfid,
    /// The stream of an Impinj R700.
    ImpinjR700,
    /// Another JSON export whose entries name their tag.
    OtherJson,
    /// The export of a handheld: CSV or XLSX with a column of tags.
    Handheld,
    /// One tag a line.
    PlainList,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Reads {
    pub(super) format: Option<Format>,
    pub(super) tags: Vec<TagRead>,
    pub(super) unread: Vec<Unread>,
}

impl Reads {
    /// Adds a read whose tag is still as it was written.
    fn add(&mut self, format: Format, row: u64, read: TagRead) {
        self.format = Some(self.format.map_or(format, |known| known.min(format)));
        match key(&read.epc, row) {
            Ok(Some(epc)) => self.tags.push(TagRead { epc, ..read }),
            Ok(None) => {}
            Err(unread) => self.unread.push(unread),
        }
    }
}

/// Looks at the bytes and reads them.
pub(super) fn read(bytes: &[u8]) -> Result<Reads, PassError> {
    if bytes.len() > MOST_BYTES {
        return Err(TableError::TooLarge.into());
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return rows::read(bytes);
    }
    let text = decoded(bytes).ok_or(PassError::UnknownFormat)?;
    match text.trim_start().chars().next() {
        Some('<') => llrp::xml(&text),
        Some('{' | '[') => json::read(&text),
        Some(_) => rows::read(bytes),
        None => Err(PassError::UnknownFormat),
    }
}
