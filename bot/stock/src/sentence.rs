//! What a person reads: one sentence in each language.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// One sentence in English and in 繁體中文.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sentence {
    /// English.
    pub en: Cow<'static, str>,
    /// 繁體中文.
    #[serde(rename = "zh-Hant")]
    pub zh: Cow<'static, str>,
}

impl Sentence {
    /// A sentence that is known when the program is written.
    pub const fn fixed(en: &'static str, zh: &'static str) -> Self {
        Self { en: Cow::Borrowed(en), zh: Cow::Borrowed(zh) }
    }

    /// A sentence with figures in it.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: Cow::Owned(en.into()), zh: Cow::Owned(zh.into()) }
    }
}

/// Something found, with the code of its page in `docs/errors/`, the field concerned and one sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// `DH-80xx`.
    pub code: String,
    /// The field by its name in the event format, where one field is to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong, and what to do.
    pub message: Sentence,
}
