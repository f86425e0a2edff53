use serde::{Deserialize, Serialize};

/// How bad a finding is. The order is worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It cannot be what it claims to be.
    Reject,
    /// A person must look.
    Review,
    /// Worth saying; blocks nothing.
    Note,
}

/// A doubt about something that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The code of the page in `docs/errors/`, such as `DH-2105`.
    pub code: String,
    /// Whether a person must look.
    pub severity: Severity,
    /// English, one sentence.
    pub en: String,
    /// 繁體中文, one sentence.
    #[serde(rename = "zh-Hant")]
    pub zh_hant: String,
}

impl Note {
    /// A doubt that sends the document to a person.
    pub fn review(code: &str, en: impl Into<String>, zh_hant: impl Into<String>) -> Self {
        Self { code: code.to_owned(), severity: Severity::Review, en: en.into(), zh_hant: zh_hant.into() }
    }

    /// A remark that blocks nothing.
    pub fn remark(code: &str, en: impl Into<String>, zh_hant: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::review(code, en, zh_hant) }
    }
}
