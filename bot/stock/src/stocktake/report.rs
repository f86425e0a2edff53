//! What a stocktake came to, as data for a page.

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};

use super::expected::Piece;
use super::pass::Pass;
use super::reads::Format;
use crate::event::EventId;
use crate::sentence::{Finding, Sentence};
use crate::share::Share;

/// The report of one stocktake. Lists are in the order of tags, or of SKUs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The store.
    pub store_id: String,
    /// When the count holds.
    pub at: DateTime<FixedOffset>,
    /// The passes that count, each once.
    pub passes: Vec<PassSummary>,
    /// Pieces expected in this store.
    pub expected: u64,
    /// Different tags that were read.
    pub read: u64,
    /// Expected pieces that were read, of all expected.
    pub match_rate: Share,
    /// Nothing is left to be read again: every expected piece was read, or looked for at least twice.
    pub is_final: bool,
    /// Expected, looked for at least twice and never read.
    pub missing: Vec<Piece>,
    /// Expected and never read, but looked for less than twice: nothing is said of them yet.
    pub not_yet_read: Vec<Piece>,
    /// Read, and on no list.
    pub unknown: Vec<UnknownTag>,
    /// Read where they should not be.
    pub misplaced: Vec<Misplaced>,
    /// Expected and counted by SKU.
    pub by_sku: Vec<SkuVariance>,
    /// Texts in the column of tags that are no tags and on no list, such as the foot of an export.
    pub not_tags: Vec<String>,
    /// What is doubtful about the stocktake itself.
    pub findings: Vec<Finding>,
    /// The outcome in one sentence.
    pub summary: Sentence,
}

/// One pass in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassSummary {
    /// Its id.
    pub id: EventId,
    /// The file, and the session if it names one.
    pub name: String,
    /// Who wrote it.
    pub format: Format,
    /// How many reads.
    pub reads: u64,
    /// How many different tags.
    pub tags: u64,
    /// How many rows were no reads.
    pub unread: u64,
    /// The first read that has a time.
    pub first_seen: Option<DateTime<Utc>>,
    /// The last read that has a time.
    pub last_seen: Option<DateTime<Utc>>,
}

impl From<&Pass> for PassSummary {
    fn from(pass: &Pass) -> Self {
        Self {
            id: pass.id,
            name: pass.name.clone(),
            format: pass.format,
            reads: pass.reads,
            tags: count(pass.tags.len()),
            unread: count(pass.unread.len()),
            first_seen: pass.first_seen,
            last_seen: pass.last_seen,
        }
    }
}

/// A tag on no list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UnknownTag {
    /// Its full text.
    pub epc: String,
    /// The GTIN-14 that it carries, if it carries one. That does not prove what it hangs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gtin: Option<String>,
    /// The serial that it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<u64>,
    /// Where it was read, where files say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

/// A piece that was read where it should not be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Misplaced {
    /// The piece, with the store and place where it should be.
    pub piece: Piece,
    /// It belongs to another store.
    pub of_other_store: bool,
    /// Where it was read, where files say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_at: Option<String>,
}

/// One SKU: what should be there and what is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SkuVariance {
    /// The goods.
    pub sku: String,
    /// What they are called, by the first piece that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Pieces expected in this store.
    pub expected: i64,
    /// Pieces read in this store: expected ones, ones of other stores, and tags on no list that carry its GTIN.
    pub counted: i64,
    /// Counted less expected.
    pub variance: i64,
    /// Every expected piece was read, or looked for at least twice.
    pub is_final: bool,
}

/// A count of entries.
pub(super) fn count(entries: usize) -> u64 {
    u64::try_from(entries).unwrap_or(u64::MAX)
}
