//! What the sender of a batch or file is told.

use serde::{Deserialize, Serialize};

use super::EventId;
use crate::sentence::Finding;

/// The answer to a batch or file as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Every event was accepted, or had been before.
    Accepted,
    /// Some were refused.
    PartiallyAccepted,
    /// All were refused.
    Rejected,
}

/// What became of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is new and was taken.
    Accepted,
    /// Its id is known; nothing changed.
    Duplicate,
    /// It is in quarantine.
    Rejected,
}

/// The answer to one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventReply {
    /// 1 for the first event of a batch; the number of the row in a file.
    pub row: u64,
    /// Its id, where it has one that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<EventId>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it was refused, or what is doubtful about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Of all together.
    pub status: Status,
    /// How many events came.
    pub received: u64,
    /// How many are new.
    pub accepted: u64,
    /// How many were known before, or came twice.
    pub duplicates: u64,
    /// How many are in quarantine.
    pub rejected: u64,
    /// Of a batch every event in its order; of a file only the rows that were refused or are doubtful.
    pub events: Vec<EventReply>,
    /// Headings of a file that nobody understood: those columns were not read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread_columns: Vec<String>,
}

impl Reply {
    pub(super) fn new() -> Self {
        Self {
            status: Status::Accepted,
            received: 0,
            accepted: 0,
            duplicates: 0,
            rejected: 0,
            events: Vec::new(),
            unread_columns: Vec::new(),
        }
    }

    /// Counts one event and keeps its answer; of a file only an answer that says something.
    pub(super) fn add(&mut self, event: EventReply, terse: bool) {
        self.received += 1;
        match event.outcome {
            Outcome::Accepted => self.accepted += 1,
            Outcome::Duplicate => self.duplicates += 1,
            Outcome::Rejected => self.rejected += 1,
        }
        self.status = match (self.accepted + self.duplicates, self.rejected) {
            (_, 0) => Status::Accepted,
            (0, _) => Status::Rejected,
            _ => Status::PartiallyAccepted,
        };
        if !terse || event.outcome == Outcome::Rejected || !event.findings.is_empty() {
            self.events.push(event);
        }
    }

    /// Adds what is doubtful about an accepted event. Events were added by their rows, upwards.
    pub(super) fn remark(&mut self, row: u64, event_id: EventId, findings: Vec<Finding>) {
        if findings.is_empty() {
            return;
        }
        let sorted = self.events.partition_point(|event| event.row < row);
        if let Some(event) = self.events.get_mut(sorted).filter(|event| event.row == row) {
            event.findings.extend(findings);
        } else {
            let event = EventReply { row, event_id: Some(event_id), outcome: Outcome::Accepted, findings };
            self.events.insert(sorted, event);
        }
    }
}

/// A refused row, kept as it came until somebody puts it right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// 1 for the first event of a batch; the number of the row in a file.
    pub row: u64,
    /// The event or row as it came: JSON, or one line of CSV.
    pub raw: String,
    /// Every reason.
    pub reasons: Vec<Finding>,
}
