//! The values that each template shows. Amounts come as they are to be read, with their currency.

use serde::{Deserialize, Serialize};

/// One document waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The supplier, if it was read.
    pub supplier: Option<String>,
    /// The amount, if it was read.
    pub amount: Option<String>,
    /// Why a person is asked, in one sentence in the language of the mail.
    pub reason: String,
    /// Where to decide. It opens the sign-in page, and is no permission.
    pub link: String,
}

/// What was done and what waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digest {
    /// The time that the counts cover, as it is to be read: `1 Apr 2026`.
    pub period: String,
    /// Invoices posted in that time.
    pub posted: u64,
    /// Tasks that wait now.
    pub waiting: u64,
    /// How many minutes the oldest of them has waited.
    pub oldest_minutes: Option<u64>,
    /// Runs that failed in that time.
    pub failed: u64,
    /// Failed runs that nobody has tried again or put away, now.
    #[serde(default)]
    pub dead_letters: u64,
    /// Postings of which nobody knows whether they stand in the portal.
    #[serde(default)]
    pub unknown: u64,
    /// Of the runs that ended, how many in a hundred needed nobody.
    pub straight_through_percent: Option<u32>,
    /// The tasks that wait, oldest first: all, or the first few.
    pub tasks: Vec<Waiting>,
    /// The queue.
    pub link: String,
}

/// One line of the digest's table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// The supplier, if it was read.
    pub supplier: Option<String>,
    /// The amount, if it was read.
    pub amount: Option<String>,
    /// Why a person is asked.
    pub reason: String,
    /// How many minutes it has waited.
    pub age_minutes: u64,
    /// Where to decide.
    pub link: String,
}

/// The head of the audit chain, for those who keep it outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditHead {
    /// The day that it closes: `2026-04-01`.
    pub day: String,
    /// The number of the newest line.
    pub seq: i64,
    /// Its hash.
    pub entry_hash: String,
    /// When it was exported, in RFC 3339.
    pub exported_at: String,
}

/// What a workflow has written, in its author's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// The lines of each paragraph.
    pub paragraphs: Vec<Vec<String>>,
}

impl Letter {
    /// A letter whose paragraphs are parted by empty lines.
    pub fn new(subject: &str, body: &str) -> Self {
        let mut paragraphs: Vec<Vec<String>> = vec![Vec::new()];
        for line in body.lines().map(str::trim_end) {
            match paragraphs.last_mut() {
                Some(paragraph) if !line.is_empty() => paragraph.push(line.to_owned()),
                _ => paragraphs.push(Vec::new()),
            }
        }
        paragraphs.retain(|paragraph| !paragraph.is_empty());
        Self { subject: subject.to_owned(), paragraphs }
    }
}

/// Something is wrong with the house itself, and an operator must look. All texts are in the language of the mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    /// What is wrong, in a few words.
    pub headline: String,
    /// What is known of it.
    pub detail: String,
    /// What to do.
    pub to_do: String,
    /// The pages.
    pub link: String,
}

/// A supplier's statement differs from what was posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The supplier, if the statement says who it is.
    pub supplier: Option<String>,
    /// The time that it covers: `2026-10-01 – 2026-10-31`.
    pub period: Option<String>,
    /// In how many places it differs.
    pub differences: u64,
    /// The first of them, a sentence each, in the language of the mail.
    pub first: Vec<String>,
    /// Where to settle it.
    pub link: String,
}

/// Tasks that have waited for too long, to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reminder {
    /// Whether it goes to an operator, because the reviewers were reminded already.
    pub escalated: bool,
    /// The tasks, oldest first.
    pub tasks: Vec<Overdue>,
    /// The queue.
    pub link: String,
}

/// One line of a reminder. It holds no amount: a mail may be read over a shoulder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overdue {
    /// The supplier, if it was read.
    pub supplier: Option<String>,
    /// The number of the invoice, if it was read.
    pub number: Option<String>,
    /// Why a person is asked.
    pub reason: String,
    /// How many working hours it has waited.
    pub hours: u64,
    /// Where to decide. It opens a page and decides nothing.
    pub link: String,
}

/// A month in a few figures; the workbook that goes with it has the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthReport {
    /// The month: `2026-10`.
    pub month: String,
    /// Invoices posted.
    pub posted: u64,
    /// Per currency, what they come to: `HKD 1,234.50`.
    pub totals: Vec<String>,
    /// Of the runs that ended, how many in a hundred needed nobody.
    pub straight_through_percent: Option<u32>,
    /// Tasks that still waited at the month's end.
    pub open: u64,
    /// Hours that were saved, with one place, by the assumption in the workbook.
    pub hours_saved: String,
    /// SHA-256 of the workbook: it stands in the audit chain.
    pub sha256: String,
    /// The queue.
    pub link: String,
}
