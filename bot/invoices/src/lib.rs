//! A document becomes an [`Invoice`] in which every field carries its evidence; findings; duplicates.

pub mod invoice;

pub use invoice::{Decision, Field, FieldName, Finding, Invoice, Kind, LineItem, Message, OtherReading, Severity};
