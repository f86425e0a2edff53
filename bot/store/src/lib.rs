//! SQL and blobs, and nowhere else: documents, runs, tasks, postings, people, the audit chain.
//!
//! One SQL text serves SQLite and PostgreSQL. Every method that changes something appends one line to the
//! audit chain in the same transaction. Time comes from a [`Clock`].
//!
//! In the order in which an invoice meets them:
//!
//! | file | what |
//! |---|---|
//! | [`clock`] | where the time comes from |
//! | `database` | [`Store::open`]; readers, and writers one after the other |
//! | [`blobs`] | originals and pictures |
//! | `documents` | a document arrives; twins |
//! | `runs`, `versions` | runs and their steps; on which versions of a workflow they are |
//! | `queue`, `timers` | runs that wait for their turn, for a time, for runs that they started |
//! | `ends` | how runs end; failed ones: why, again from which step, or put away |
//! | `tasks` | what a person is asked, and decides |
//! | `memories` | what a person had remembered of a supplier |
//! | `postings` | what is typed into a portal |
//! | `people`, `sessions` | who may sign in, and who is |
//! | `schedules`, `fires`, `holds` | what each schedule was; when it was due and what came of it; when nobody works |
//! | `followers` | workflows that start at another's end |
//! | `mailboxes` | mailboxes that are watched, and what became of each mail |
//! | `quiet` | folders in which nothing has arrived for too long |
//! | `hosts` | the machines that share this database |
//! | `figures`, `books` | counts for the digest; what reports and statements are reckoned from |
//! | `stock` | events of the shops, the stock list, plans, orders, pilots |
//! | `reminders` | who was reminded of which task |
//! | `audit`, `verify` | the chain, and whether it holds |
#![forbid(unsafe_code)]

pub mod clock;

mod database;
mod row;
mod words;

pub mod blobs;

mod documents;
mod ends;
mod memories;
mod queue;
mod related;
mod runs;
mod tasks;
mod timers;
mod versions;

mod postings;

mod people;
mod sessions;

mod figures;
mod fires;
mod followers;
mod holds;
mod hosts;
mod mailboxes;
mod quiet;
mod schedules;

mod books;
mod reminders;

mod stock;

mod audit;
mod hash;
mod verify;

mod error;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use audit::{AuditEntry, AuditHead, ExportedHead};
pub use blobs::{Blobs, Bucket};
pub use books::{ConfirmedPosting, SupplierPaper};
pub use clock::{Clock, ManualClock, SharedClock, SystemClock};
pub use database::{Store, is_sqlite, sqlite_url};
pub use documents::{Arrival, DocumentRow, NewDocument, Recorded, TwinRow};
pub use ends::{Again, FailureClass, PutAway, RunEnd, RunFailure};
pub use error::{Fault, StoreError};
pub use figures::Figures;
pub use fires::{FireOutcome, FireRow, NewFire};
pub use followers::EndedRun;
pub use hash::sha256_hex;
pub use holds::{HoldKind, HoldRow, HoldSource, SilentSource};
pub use hosts::HostRow;
pub use mailboxes::{MailOutcome, MailPaper, MailRow, MailboxRow, NewMail};
pub use memories::{MemoryRow, NewMemory};
pub use people::{Language, PASSWORD_LEAST, Person, Role};
pub use postings::{NewPosting, Picture, PostingRow, PostingState};
pub use queue::{Held, Limit, Limits, NewChildren, Priority};
pub use quiet::QuietRow;
pub use related::NewSection;
pub use reminders::{Reminder, ReminderStep};
pub use runs::{NewRun, RunFilter, RunRow, RunState, StepRow, StepState};
pub use schedules::DefinitionRow;
pub use sessions::Session;
pub use stock::{
    IntakeRow, ListedTerms, NewIntake, NewOrder, NewPlan, NewQuarantined, NewStockEvent, NewTerms, OrderRow,
    OrderState, PilotRow, PlanRow, QuarantinedRow,
};
pub use tasks::{Decided, Decision, NewTask, TaskFilter, TaskRow, TaskState, TaskView};
pub use verify::{Broken, BrokenWhy, Verdict};
pub use versions::VersionRow;
pub use words::UnknownWord;
