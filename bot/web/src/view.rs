//! What the templates are given: plain values, already in the reader's language.

pub(crate) mod field;
pub(crate) mod finding;
pub(crate) mod memory;
pub(crate) mod order;
pub(crate) mod page;
pub(crate) mod run;
pub(crate) mod sums;
pub(crate) mod task;
