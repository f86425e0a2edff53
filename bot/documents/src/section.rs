//! A part of a file that is a document of its own: some of its pages, or one of the invoices in its data.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::document::{Document, Page};

/// Which part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Pages of the file, both ends included; the first page is 1.
    Pages {
        /// The first of them.
        first: u32,
        /// The last of them.
        last: u32,
    },
    /// A stretch of the file's data, such as one invoice's element.
    Data {
        /// The how-many-eth it is, from 1.
        number: u32,
        /// Its first byte.
        from: usize,
        /// The byte after its last.
        to: usize,
    },
}

impl Section {
    /// The id of this part of a file: derived, so that a second try makes the same one.
    pub fn id(&self, file: &str) -> String {
        hex::encode(Sha256::digest(format!("{file}#{}", self.mark())))
    }

    /// `scan.pdf#3-4`, `batch.xml#2`.
    pub fn name(&self, file: &str) -> String {
        format!("{file}#{}", self.mark())
    }

    fn mark(&self) -> String {
        match self {
            Self::Pages { first, last } if first == last => first.to_string(),
            Self::Pages { first, last } => format!("{first}-{last}"),
            Self::Data { number, .. } => number.to_string(),
        }
    }
}

impl Document {
    /// That part alone, its pages numbered from 1. What speaks of the whole file (the witness's text, remarks) stays.
    #[must_use]
    pub fn section(&self, section: &Section) -> Self {
        let mut part = Self {
            sha256: section.id(&self.sha256),
            name: section.name(&self.name),
            media: self.media,
            pages: Vec::new(),
            embedded: self.embedded.clone(),
            witness_text: self.witness_text.clone(),
            remarks: self.remarks.clone(),
        };
        match *section {
            Section::Pages { first, last } => {
                let inside = self.pages.iter().filter(|page| (first..=last).contains(&page.number));
                part.pages =
                    (1..).zip(inside).map(|(number, page)| Page { number, ..page.clone() }).collect();
            }
            Section::Data { from, to, .. } => {
                for data in &mut part.embedded {
                    data.text = data.text.get(from..to).unwrap_or_default().to_owned();
                }
            }
        }
        part
    }
}
