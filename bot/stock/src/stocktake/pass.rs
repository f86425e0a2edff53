//! One walk with a reader.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::reads::{self, Format};
use super::tag::{TagRead, Unread};
use crate::event::{EventId, derived};
use crate::table::TableError;

/// Why a file is no pass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PassError {
    /// None of the forms in which readers write.
    #[error(
        "DH-8090: this is not a file of a reader; export LLRP, Zebra, Impinj or sllurp data, or a table with a column EPC"
    )]
    UnknownFormat,
    /// It began like one and could not be read.
    #[error("DH-8091: the file of the reader is damaged ({0}); export it again")]
    Damaged(String),
    /// It is too large, or a damaged table.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl PassError {
    /// The code of the page in `docs/errors/`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownFormat => "DH-8090",
            Self::Damaged(_) => "DH-8091",
            Self::Table(error) => error.code(),
        }
    }
}

/// A tag as a pass has seen it. How often does not matter to what is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenTag {
    /// How often it was reported.
    pub reads: u64,
    /// The strongest read, in hundredths of a dBm.
    pub best_rssi_cdbm: Option<i32>,
    /// Where the strongest read was, in files that say where.
    pub location: Option<String>,
}

/// One pass: one file, or one session of a file that names its sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// Made of what was read: the same pass in two files is one pass.
    pub id: EventId,
    /// The file, and the session if it names one.
    pub name: String,
    /// Who wrote the file.
    pub format: Format,
    /// Where it was walked; none means the whole store.
    pub locations: BTreeSet<String>,
    /// The readers that the file names.
    pub readers: BTreeSet<String>,
    /// How many reads there were.
    pub reads: u64,
    /// Each tag once, by its full text.
    pub tags: BTreeMap<String, SeenTag>,
    /// The first read that has a time.
    pub first_seen: Option<DateTime<Utc>>,
    /// The last read that has a time.
    pub last_seen: Option<DateTime<Utc>>,
    /// Rows that are no reads.
    pub unread: Vec<Unread>,
}

/// The passes of one file. `location` says where it was walked, for files that do not say so themselves.
///
/// # Errors
/// [`PassError`] when the file is none of a reader, or damaged as a whole.
pub fn passes(name: &str, bytes: &[u8], location: Option<&str>) -> Result<Vec<Pass>, PassError> {
    let read = reads::read(bytes)?;
    let format = read.format.ok_or(PassError::UnknownFormat)?;
    let mut sessions: BTreeMap<Option<String>, Vec<TagRead>> = BTreeMap::new();
    for one in read.tags {
        sessions.entry(one.session.clone()).or_default().push(one);
    }
    if sessions.is_empty() {
        // A walk that met no tag at all is a pass too.
        sessions.insert(None, Vec::new());
    }
    let mut unread = Some(read.unread);
    let passes = sessions.into_iter().map(|(session, reads)| {
        let name = session.map_or_else(|| name.to_owned(), |session| format!("{name} ({session})"));
        let mut pass = Pass::of(name, format, &reads, location);
        pass.unread = unread.take().unwrap_or_default();
        pass
    });
    Ok(passes.collect())
}

impl Pass {
    fn of(name: String, format: Format, reads: &[TagRead], location: Option<&str>) -> Self {
        let mut pass = Self {
            id: identity(&name, reads),
            name,
            format,
            locations: location.map(str::to_owned).into_iter().collect(),
            readers: BTreeSet::new(),
            reads: 0,
            tags: BTreeMap::new(),
            first_seen: None,
            last_seen: None,
            unread: Vec::new(),
        };
        for read in reads {
            pass.add(read, location);
        }
        pass
    }

    fn add(&mut self, read: &TagRead, location: Option<&str>) {
        self.reads += 1;
        let location = read.location.as_deref().or(location);
        if let Some(location) = location.filter(|location| !self.locations.contains(*location)) {
            self.locations.insert(location.to_owned());
        }
        if let Some(reader) = read.reader.as_ref().filter(|reader| !self.readers.contains(*reader)) {
            self.readers.insert(reader.clone());
        }
        if let Some(at) = read.seen_at {
            self.first_seen = Some(self.first_seen.map_or(at, |first| first.min(at)));
            self.last_seen = Some(self.last_seen.map_or(at, |last| last.max(at)));
        }
        if !self.tags.contains_key(&read.epc) {
            self.tags.insert(read.epc.clone(), SeenTag::default());
        }
        let Some(seen) = self.tags.get_mut(&read.epc) else { return };
        if seen.reads == 0 || read.rssi_cdbm > seen.best_rssi_cdbm {
            seen.best_rssi_cdbm = read.rssi_cdbm.or(seen.best_rssi_cdbm);
            seen.location = location.map(str::to_owned);
        }
        seen.reads += 1;
    }

    /// Whether it was walked where this piece should be.
    pub(super) fn covers(&self, location: Option<&str>) -> bool {
        self.locations.is_empty() || location.is_none_or(|location| self.locations.contains(location))
    }
}

/// Reads with their times are the same pass wherever they come from. Without times two walks may read alike, so that the
/// name of the file belongs to it.
fn identity(name: &str, reads: &[TagRead]) -> EventId {
    let timed = reads.iter().any(|read| read.seen_at.is_some());
    let mut said: Vec<String> = reads
        .iter()
        .map(|read| {
            format!("{}@{}", read.epc, read.seen_at.map(|at| at.timestamp_micros()).unwrap_or_default())
        })
        .collect();
    said.sort_unstable();
    let mut texts: Vec<&str> = vec!["pass", if timed { "" } else { name }];
    texts.extend(said.iter().map(String::as_str));
    derived(&texts)
}
