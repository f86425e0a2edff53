//! Paper: HTML becomes PDF.

use async_trait::async_trait;
use chrono::NaiveDate;

/// Prints.
#[async_trait]
pub trait Printer: Send + Sync {
    /// A page for A4 as PDF, dated by `day`: the same page and day give the same paper.
    ///
    /// # Errors
    /// Why it could not be printed, with its code.
    async fn pdf(&self, html: &str, day: NaiveDate) -> Result<Vec<u8>, String>;
}

/// Prints nothing and says so: for houses without a browser.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoPrinter;

#[async_trait]
impl Printer for NoPrinter {
    async fn pdf(&self, _: &str, _: NaiveDate) -> Result<Vec<u8>, String> {
        Err("DH-8112: paper cannot be printed here, because no browser is set up; install Chromium (scripts/setup) and try again".to_owned())
    }
}
