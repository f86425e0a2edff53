//! Tags that readers have read, beside the pieces that should be there.
//!
//! 1. [`Pass`] is one walk with a reader: one file, or one session of a file. `reads` knows the forms in which readers
//!    write (LLRP, sllurp, Zebra, Impinj, handhelds), and gives tags by their full hexadecimal text.
//! 2. [`Expected`] is the list of pieces, from a CSV file or workbook.
//! 3. [`compare()`] makes the [`Report`]: missing only after at least two passes, unknown, misplaced, by SKU.
//! 4. [`Report::stock_counts`] gives one event for each SKU whose count is settled.
//!
//! Tags are told apart by their full text and never by the GTIN inside: any text is a key, also a factory's number.
//! The files themselves are to be kept as they came: they are the record of the stocktake.
//!
//! ```
//! use stock::stocktake::{Expected, Stocktake, compare, passes};
//!
//! let expected = Expected::read("標籤,貨號\nE28011700000020F5A3C7B11,BANGLE\n4A57BEAD0000000000000777,BROOCH\n".as_bytes())?;
//! let pass = passes("morning.csv", b"EPC ID\ne28011700000020f5a3c7b11\n", None)?;
//! let at = "2026-03-08T21:00:00+08:00".parse()?;
//! let report = compare(&Stocktake { store_id: "MK", at, expected: &expected, passes: &pass });
//! assert_eq!((report.match_rate.part, report.missing.len(), report.not_yet_read.len()), (1, 0, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod compare;
mod counts;
mod expected;
mod pass;
mod reads;
mod report;
mod tag;

#[cfg(test)]
mod tests;

pub use compare::{Stocktake, compare};
pub use expected::{Expected, ExpectedError, Piece};
pub use pass::{Pass, PassError, SeenTag, passes};
pub use reads::Format;
pub use report::{Misplaced, PassSummary, Report, SkuVariance, UnknownTag};
pub use tag::{TagRead, Unread};
