//! The browser: its life (`driver.rs`), and what is done with one page (`page.rs`).

mod driver;
mod page;
mod processes;

pub use driver::{BrowserConfig, Driver};
pub(crate) use page::{CellSpec, Page, Seen, Snag};
