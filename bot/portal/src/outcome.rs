//! How a posting ends.

use serde::{Deserialize, Serialize};

/// One sentence in each language that the pages speak.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// English.
    pub en: String,
    /// Traditional Chinese.
    #[serde(rename = "zh-Hant")]
    pub zh_hant: String,
}

impl Words {
    /// The same thought in both languages.
    pub fn new(en: impl Into<String>, zh_hant: impl Into<String>) -> Self {
        Self { en: en.into(), zh_hant: zh_hant.into() }
    }
}

/// How a posting ends. Only `Posted` and `AlreadyThere` need no person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Entered, read back and found right.
    Posted {
        /// The number under which the portal keeps it.
        reference: String,
    },
    /// The portal had this very bill before: same number, supplier and total. Nothing was entered.
    AlreadyThere {
        /// The number under which the portal keeps it.
        reference: String,
    },
    /// Not entered, for a reason that a person must settle. Nothing was saved.
    Refused {
        /// Such as `DH-4104`: the page in `docs/errors/`.
        code: String,
        /// Why, in plain words.
        why: Words,
    },
    /// It may or may not have been entered, or not as it was typed. A person looks; it is never tried again blindly.
    Unknown {
        /// Such as `DH-4201`: the page in `docs/errors/`.
        code: String,
        /// What is known, in plain words.
        why: Words,
    },
}

impl Outcome {
    pub(crate) fn refused(code: &str, why: Words) -> Self {
        Self::Refused { code: code.to_owned(), why }
    }

    pub(crate) fn unknown(code: &str, why: Words) -> Self {
        Self::Unknown { code: code.to_owned(), why }
    }
}
