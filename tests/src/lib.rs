//! Tests that cross crates, through the real program, browser, database and mail server.
//!
//! [`Deskhand`] is one installation in a folder of its own; [`Ledger`] is the bookkeeping site that it posts
//! into; [`Imap`] is a mailbox; [`Browser`] is a reviewer's browser. Each test starts what it needs and leaves nothing behind.

#![expect(clippy::missing_panics_doc, reason = "a test panics when what it stands on is not there")]

mod browser;
mod deskhand;
mod imap;
mod ledger;
mod place;

pub use browser::Browser;
pub use deskhand::{Deskhand, REVIEWER, Setup};
pub use imap::Imap;
pub use ledger::Ledger;
pub use place::{fixture, free_port, repository, wait_until};
