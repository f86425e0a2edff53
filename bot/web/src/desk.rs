//! What the pages of replenishment ask of the rest of the house.

use async_trait::async_trait;
use chrono::NaiveDate;
use stock::event::Reply;
use stock::guard::{Incident, ManualSheet, Verdict};
use stock::order::Proposal;

use crate::language::Language;

/// Replenishment behind the pages.
#[async_trait]
pub trait StockDesk: Send + Sync {
    /// Takes a batch of JSON events that a feed, by its name, has sent.
    ///
    /// # Errors
    /// When nothing of it was taken.
    async fn take(&self, feed: &str, json: Vec<u8>) -> Result<Reply, BatchRefused>;

    /// What was ordered has come, or will not come; `person` says so. False when it was settled before.
    ///
    /// # Errors
    /// The store failed.
    async fn settle(&self, number: &str, end: OrderEnd, person: &str) -> Result<bool, store::StoreError>;

    /// The pilot as it is, if one is on.
    ///
    /// # Errors
    /// The store failed.
    async fn pilot(&self) -> Result<Option<PilotView>, store::StoreError>;

    /// A person takes the pilot's next step, or lets it begin again. Answers why not, with its code, if it may not be done.
    ///
    /// # Errors
    /// The store failed.
    async fn move_pilot(&self, again: bool, person: &str) -> Result<Option<String>, store::StoreError>;

    /// The manual order sheet of a day, which needs nothing but the store; none when nothing was ever approved or planned.
    ///
    /// # Errors
    /// Why it could not be made.
    async fn manual_sheet(&self, day: NaiveDate) -> Result<Option<ManualSheet>, String>;

    /// A proposal as a workbook.
    ///
    /// # Errors
    /// Why it could not be written.
    fn proposal_sheet(&self, proposal: &Proposal, language: Language) -> Result<Vec<u8>, String>;
}

/// Why nothing of a batch was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchRefused {
    /// It is refused as a whole; the sentence begins with its code.
    Refused(String),
    /// It could not be kept now; the sender should send it again.
    Later,
}

/// How an order ends, as a person says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderEnd {
    /// All of it has come.
    Received,
    /// Nothing of it will come any more.
    CalledOff,
}

/// A pilot as its page shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct PilotView {
    /// Its name.
    pub name: String,
    /// The step that was reached: so many per cent are ordered automatically.
    pub percent: u8,
    /// The day of a roll-back, if there was one since it began.
    pub rolled_back: Option<NaiveDate>,
    /// SKUs that are or will be ordered automatically.
    pub auto: usize,
    /// SKUs that a person orders.
    pub manual: usize,
    /// What the triggers said of the last week.
    pub verdicts: Vec<Verdict>,
    /// What went wrong, newest first.
    pub incidents: Vec<Incident>,
}
