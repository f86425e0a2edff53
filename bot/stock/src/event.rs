//! What happened in a store, as tills, warehouses, offices and readers tell it.
//!
//! Reading order:
//!
//! 1. An [`Event`] is what is accepted: common fields and a [`Body`] by type; a [`Moment`] is its time.
//! 2. [`Field`] names every field, on the wire and in the headings of files in English, 繁體 and 简体.
//! 3. `record` is one event as it came: texts by field; `read` makes an event of it or says every reason why not.
//! 4. [`Rejection`] and [`Remark`] are those reasons, and the doubts about what was accepted.
//! 5. `privacy` blocks whatever carries data of people.
//! 6. [`Catalogue`] knows the stores and goods; [`Intake`] remembers what came before, tells duplicates, and answers
//!    each batch or file with a [`Reply`], the accepted events and the [`Quarantined`] rows.
//!
//! ```
//! use stock::event::{Intake, Source, Status};
//!
//! let file = "貨號,分店,日期,數量\nTEA,MK,2026-03-08,3\nTEA,MK,2026-03-09,2.5\n";
//! let now = "2026-03-10T09:00:00+08:00".parse()?;
//! let mut door = Intake::default();
//! let taken = door.file(file.as_bytes(), &Source::default(), now)?;
//! assert_eq!(taken.reply.status, Status::PartiallyAccepted);
//! assert_eq!(taken.events[0].qty, 3);
//! assert_eq!(taken.quarantine[0].reasons[0].code, "DH-8072"); // 2.5 pieces
//! assert_eq!(door.file(file.as_bytes(), &Source::default(), now)?.reply.duplicates, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod batch;
mod body;
mod catalogue;
mod daily;
mod day_key;
mod drop_file;
mod field;
mod intake;
mod moment;
mod privacy;
mod read;
mod record;
mod rejection;
mod remark;
mod reply;
mod tally;

#[cfg(test)]
mod tests;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use batch::MOST_EVENTS;
pub use body::{
    Body, Kind, Order, OrderKind, Price, Promotion, Receipt, Return, Sale, StockCount, Transfer, WriteOff,
};
pub use catalogue::Catalogue;
pub use day_key::day_key;
pub(crate) use day_key::derived;
pub use field::Field;
pub use intake::{Intake, IntakeError, Taken};
pub use moment::{Moment, hong_kong, hong_kong_date};
pub use privacy::{PersonalData, PersonalKind};
pub use read::Source;
pub use rejection::Rejection;
pub use remark::Remark;
pub use reply::{EventReply, Outcome, Quarantined, Reply, Status};
pub use tally::Tally;

/// Events are told apart by their id, a UUID.
pub type EventId = Uuid;

/// The version of the format that is read and written here.
pub const SCHEMA_VERSION: u16 = 1;

/// One accepted event. Serialises to the same JSON that [`Intake::batch`] reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The same id again is a duplicate, whatever else it says.
    pub event_id: EventId,
    /// [`SCHEMA_VERSION`].
    pub schema_version: u16,
    /// The store (or warehouse) where it happened; empty for a promotion, which has a list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub store_id: String,
    /// The goods; empty for a promotion, which has a list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sku: String,
    /// How much, in base units (pieces, grams as whole numbers), never negative: the type says the direction.
    #[serde(default)]
    pub qty: i64,
    /// How many base units one order unit (a carton) has, at least 1.
    #[serde(default = "one")]
    pub pack: i64,
    /// When it happened.
    pub occurred_at: Moment,
    /// When the sender wrote it down. Of two events for one thing the one that was recorded later holds.
    pub recorded_at: DateTime<FixedOffset>,
    /// Which till, system or reader says so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The event that this one replaces; of a return that corrects a sale: the sale that it cancels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<EventId>,
    /// What happened.
    #[serde(flatten)]
    pub body: Body,
}

fn one() -> i64 {
    1
}

impl Event {
    /// The type.
    pub fn kind(&self) -> Kind {
        self.body.kind()
    }

    /// The day in Hong Kong on which it happened.
    pub fn date(&self) -> NaiveDate {
        self.occurred_at.date()
    }
}
