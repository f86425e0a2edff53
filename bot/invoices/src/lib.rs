//! A document becomes an [`Invoice`] in which every field carries its evidence; findings; duplicates.
//!
//! Reading order, the order in which a document meets the modules:
//!
//! 1. [`mod@invoice`] is what comes out, and what `deskhand extract --json` prints.
//! 2. [`extract()`] is the door in. It lays the pages out (`sheet`: rows of characters with places, words that run
//!    downwards), finds the labels on them (`labels`, names in `data/labels.toml`) and says what the paper is
//!    (`kinds`, names in `data/kinds.toml`).
//! 3. `reach` goes from a label to its value, `values` reads it, `table` reads rows of items by their columns.
//! 4. `mainland` and `hongkong` know where which value stands on which paper; `codes` reads QR codes.
//! 5. `gather` weighs what the sources say of one field; `second` has the other OCR engine read it again; `witness`
//!    asks the second reader of a PDF's text.
//! 6. [`sections()`] finds where one invoice ends and the next begins in a file that holds several.
//! 7. [`check()`] finds what is wrong or doubtful and decides whether a person is needed; [`mod@duplicates`] is what the
//!    house knows beside the paper.
//! 8. [`correct()`] puts a person's values in place and checks again.
//! 9. `supplier` says whose paper it is; [`teach()`] makes a lesson of a correction that is to be remembered, and
//!    `memory` uses it on that supplier's next paper. [`Vocabulary`] holds the names of labels and titles.
//! 10. [`mod@statement`] reads a supplier's monthly statement and compares it with what was posted.

#![forbid(unsafe_code)]

mod check;
mod codes;
mod correct;
pub mod duplicates;
mod extract;
mod finding;
mod gather;
mod hongkong;
pub mod invoice;
mod key;
mod kinds;
mod labels;
mod mainland;
mod memory;
mod reach;
mod second;
mod sections;
mod sheet;
pub mod statement;
mod structured;
mod supplier;
mod table;
mod taiwan;
mod teach;
mod values;
mod vocabulary;
mod witness;

#[cfg(test)]
mod tests;

pub use check::check;
pub use correct::{Rejected, correct};
pub use duplicates::{Facts, Twin, outranks, same_invoice};
pub use extract::extract;
pub use invoice::{
    Decision, Field, FieldName, Finding, Invoice, Kind, LineItem, Message, OtherReading, Severity,
};
pub use memory::{Known, Lesson, Remembered};
pub use sections::sections;
pub use supplier::Supplier;
pub use teach::{Unteachable, can_be_remembered, teach};
pub use vocabulary::{Vocabulary, VocabularyError};
