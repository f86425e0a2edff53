//! Numbers printed on business papers: tax and registration ids, invoice numbers, amounts in figures and in words, dates,
//! bank accounts, GTIN and EPC. Pure: no I/O. Publishable alone.
//!
//! Every format has a type that can only be made by parsing; what it holds has passed the rule of its format.
//! [`check`] calls any of them by name:
//!
//! ```
//! let code = taxid::cn::Uscc::parse(" 9111 0000-600037341l ")?;
//! assert_eq!(code.normalised(), "91110000600037341L");
//!
//! let wrong = taxid::check("cn.uscc", "91110000600037341M").unwrap_err();
//! assert_eq!(wrong.at, Some(18));
//! assert!(wrong.en().contains("should be L"));
//! # Ok::<(), taxid::Violation>(())
//! ```
//!
//! The map, in reading order: [`text`] cleans what was printed; [`Number`] is what every format can do; a [`Violation`]
//! says which [`Rule`] failed and at which character; a [`Note`] doubts what was accepted; then the formats by place:
//! [`cn`], [`hk`], [`tw`], [`mo`], [`bank`], [`gs1`], [`ubl`]; what any place prints: [`amount`], [`words`], [`date`];
//! [`privacy`] masks what must not reach a log; [`registry`] and [`vectors`] call everything by name.
#![forbid(unsafe_code)]

mod crc;
mod table;
pub mod text;

mod note;
mod number;
mod rule;
mod violation;

pub mod cn;
pub mod hk;
pub mod tw;

pub mod mo;

pub mod bank;
pub mod gs1;
pub mod ubl;

pub mod amount;
pub mod date;
pub mod words;

pub mod privacy;
pub mod registry;
pub mod vectors;

pub use note::{Note, Severity};
pub use number::{Number, Parts};
pub use registry::{Checked, FORMATS, Format, check};
pub use rule::{Phrase, Rule};
pub use violation::Violation;
