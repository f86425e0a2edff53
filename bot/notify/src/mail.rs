//! What is to be said, to whom, in which language.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::{Alarm, AuditHead, Digest, Exception, Letter, MonthReport, Reminder, Statement};

/// Which mail it is. Each has a folder under `templates/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// One document waits for a person: [`Exception`].
    Exception,
    /// What was done and what waits: [`Digest`].
    Digest,
    /// The day's head of the audit chain, for those who keep it: [`AuditHead`].
    AuditHead,
    /// Something is wrong with the house itself: [`Alarm`].
    Alarm,
    /// What a workflow has written: [`Letter`].
    Letter,
    /// A supplier's statement differs from what was posted: [`Statement`].
    Statement,
    /// Tasks that have waited for too long: [`Reminder`].
    Reminder,
    /// The report of a month, with its workbook: [`MonthReport`].
    MonthReport,
}

impl Template {
    /// Every template.
    pub const ALL: [Self; 8] = [
        Self::Exception,
        Self::Digest,
        Self::AuditHead,
        Self::Alarm,
        Self::Letter,
        Self::Statement,
        Self::Reminder,
        Self::MonthReport,
    ];

    /// Its name, which is that of its folder.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exception => "exception",
            Self::Digest => "digest",
            Self::AuditHead => "audit_head",
            Self::Alarm => "alarm",
            Self::Letter => "letter",
            Self::Statement => "statement",
            Self::Reminder => "reminder",
            Self::MonthReport => "month_report",
        }
    }
}

/// The language of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// 繁體中文.
    #[serde(rename = "zh-Hant")]
    ZhHant,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::ZhHant];

    /// Its tag, which is also the name of its folder.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhHant => "zh-Hant",
        }
    }

    /// The language of a tag such as `zh-Hant` or `zh-HK`; English when it is none that is spoken here.
    pub fn of_tag(tag: &str) -> Self {
        let tag = tag.to_ascii_lowercase();
        if tag == "zh" || tag.starts_with("zh-") { Self::ZhHant } else { Self::En }
    }
}

/// A mail that is to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mail {
    /// The addresses.
    pub to: Vec<String>,
    /// Which mail it is.
    pub template: Template,
    /// In which language.
    pub language: Language,
    /// The values of the template: the JSON form of its type in this crate.
    pub context: Value,
    /// Says what this mail is about, such as `exception/<task>` or `digest/<date>/<person>`. The Message-ID is
    /// made from it: sent again after a crash, the mail is recognised as the one that came already.
    pub id: String,
    /// Files that go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// A file that goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Mail {
    /// The mail that says that one document waits.
    pub fn exception(to: Vec<String>, language: Language, id: &str, exception: &Exception) -> Self {
        Self::of(to, Template::Exception, language, id, exception)
    }

    /// The mail that says what was done and what waits.
    pub fn digest(to: Vec<String>, language: Language, id: &str, digest: &Digest) -> Self {
        Self::of(to, Template::Digest, language, id, digest)
    }

    /// The mail that carries the head of the audit chain to its keepers.
    pub fn audit_head(to: Vec<String>, language: Language, id: &str, head: &AuditHead) -> Self {
        Self::of(to, Template::AuditHead, language, id, head)
    }

    /// The mail that tells the operators that something is wrong.
    pub fn alarm(to: Vec<String>, language: Language, id: &str, alarm: &Alarm) -> Self {
        Self::of(to, Template::Alarm, language, id, alarm)
    }

    /// The mail that a workflow has written.
    pub fn letter(to: Vec<String>, language: Language, id: &str, letter: &Letter) -> Self {
        Self::of(to, Template::Letter, language, id, letter)
    }

    /// The mail that says that a statement differs from what was posted.
    pub fn statement(to: Vec<String>, language: Language, id: &str, statement: &Statement) -> Self {
        Self::of(to, Template::Statement, language, id, statement)
    }

    /// The mail that reminds one person of the tasks that have waited for too long.
    pub fn reminder(to: Vec<String>, language: Language, id: &str, reminder: &Reminder) -> Self {
        Self::of(to, Template::Reminder, language, id, reminder)
    }

    /// The mail that brings a month's report.
    pub fn month_report(to: Vec<String>, language: Language, id: &str, report: &MonthReport) -> Self {
        Self::of(to, Template::MonthReport, language, id, report)
    }

    /// The same mail with a file.
    #[must_use]
    pub fn with(mut self, attachment: Attachment) -> Self {
        self.attachments.push(attachment);
        self
    }

    fn of(
        to: Vec<String>,
        template: Template,
        language: Language,
        id: &str,
        context: &impl Serialize,
    ) -> Self {
        // The context types hold texts and numbers only: they always have a JSON form. If ever one had not,
        // rendering would name the missing value.
        let context = serde_json::to_value(context).unwrap_or_default();
        Self { to, template, language, context, id: id.to_owned(), attachments: Vec::new() }
    }
}
