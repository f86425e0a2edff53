//! The way of one invoice through the real program, and what happens when the way is broken.
//!
//! One program for all of them: a module per promise.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "e2e/accounting.rs"]
mod accounting;
#[path = "e2e/audit.rs"]
mod audit;
#[path = "e2e/authors.rs"]
mod authors;
#[path = "e2e/crash.rs"]
mod crash;
#[path = "e2e/gold.rs"]
mod gold;
#[path = "e2e/hosts.rs"]
mod hosts;
#[path = "e2e/intake.rs"]
mod intake;
#[path = "e2e/machine.rs"]
mod machine;
#[path = "e2e/mail.rs"]
mod mail;
#[path = "e2e/mailbox.rs"]
mod mailbox;
#[path = "e2e/memory.rs"]
mod memory;
#[path = "e2e/replenishment.rs"]
mod replenishment;
#[path = "e2e/review.rs"]
mod review;
#[path = "e2e/stock.rs"]
mod stock;
#[path = "e2e/triggers.rs"]
mod triggers;
