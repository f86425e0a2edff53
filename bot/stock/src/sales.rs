//! The sales file of `deskhand stock forecast`, and the forecast file that it writes.

mod columns;
mod read;
mod write;

pub use read::{SalesError, read};
pub use write::{COLUMNS, write_header, write_rows};
