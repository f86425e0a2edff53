//! One check, what it found and every defect.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::event::{EventId, Field};
use crate::sentence::Sentence;

/// The checks, in the order of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckId {
    /// Mandatory fields are there, by store and field.
    Completeness,
    /// Days of history.
    History,
    /// No coarser than a day.
    Grain,
    /// Times say their zone, +08:00.
    TimeZone,
    /// How long ago every store was heard of.
    SyncDelay,
    /// Events that came twice.
    Duplicates,
    /// Records below zero.
    NegativeOnHand,
    /// Goods that the till and purchasing call the same.
    SkuKeyMatch,
    /// Promotions that sales tell of are in the log.
    PromotionLog,
    /// Deliveries by supplier.
    LeadTimes,
    /// Counts beside the record.
    StockRecordAccuracy,
}

/// What a check came to, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Within its limit.
    Pass,
    /// Within its limit, and somebody should look.
    Warn,
    /// Beyond its limit: nothing is ordered from such data.
    Fail,
}

impl Verdict {
    /// The code of the page in `docs/errors/`; none for what is good.
    pub fn code(self) -> Option<&'static str> {
        match self {
            Self::Pass => None,
            Self::Warn => Some("DH-8098"),
            Self::Fail => Some("DH-8097"),
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Which.
    pub id: CheckId,
    /// What is asked, in figures.
    pub limit: String,
    /// What was found, in figures; of several stores or suppliers the worst.
    pub value: String,
    /// What it came to.
    pub verdict: Verdict,
    /// Whether the data steward and the committee together may waive it.
    pub waivable: bool,
    /// What was found and what to do.
    pub message: Sentence,
    /// Every defect, in order.
    pub defects: Vec<Defect>,
}

/// One defect, as precisely as it can be placed.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Defect {
    /// The store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_id: Option<String>,
    /// The goods, or the supplier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// The day, or the Monday of the week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<NaiveDate>,
    /// The event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<EventId>,
    /// What is wrong.
    pub message: Sentence,
}

impl Defect {
    pub(super) fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { message: Sentence::new(en, zh), ..Self::default() }
    }

    pub(super) fn store(self, store_id: &str) -> Self {
        Self { store_id: Some(store_id.to_owned()), ..self }
    }

    pub(super) fn key(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }

    pub(super) fn day(self, day: NaiveDate) -> Self {
        Self { day: Some(day), ..self }
    }
}

/// A check; one that fails may be waived.
pub(super) fn found(
    id: CheckId,
    (limit, value): (String, String),
    verdict: Verdict,
    message: Sentence,
    defects: Vec<Defect>,
) -> Check {
    Check { id, limit, value, verdict, waivable: verdict == Verdict::Fail, message, defects }
}

/// Fails unless it holds.
pub(super) fn pass_if(holds: bool) -> Verdict {
    if holds { Verdict::Pass } else { Verdict::Fail }
}
