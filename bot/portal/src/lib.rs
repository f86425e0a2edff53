//! Drives other people's web pages: sessions, forms, search before post, read back, a picture of every act.
//!
//! A posting goes through these files in this order:
//! a [`Bill`] meets [`post_bill`] (`protocol.rs`), which holds the order of things and every decision about
//! "is it there already?" (`compare.rs`) and talks to a [`Portal`] (`portal.rs`).
//! The real portal is [`WebPortal`] (`web.rs`): it plays the acts of a TOML description (`description/`)
//! in a browser (`browser/`). [`Scripted`] (`scripted.rs`) plays faults in tests.
//! Every act leaves a picture in the [`Album`] (`album.rs`).
//!
//! [`print_pdf`] (`printer.rs`) lends the browser to papers that are printed.

#![forbid(unsafe_code)]

mod album;
mod bill;
mod browser;
mod compare;
mod description;
mod error;
mod outcome;
mod portal;
mod printer;
mod protocol;
mod scripted;
mod web;

pub use album::Album;
pub use bill::{Bill, BillLine};
pub use browser::{BrowserConfig, Driver};
pub use compare::{Difference, Look, differences, look};
pub use description::{Description, DescriptionError, Lines};
pub use error::PortalError;
pub use outcome::{Outcome, Words};
pub use portal::{Fault, Policy, Portal, Record};
pub use printer::print_pdf;
pub use protocol::post_bill;
pub use scripted::{Scripted, Slip};
pub use web::{PortalConfig, WebPortal};
