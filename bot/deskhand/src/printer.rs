//! Paper by the browser.

use async_trait::async_trait;
use chrono::NaiveDate;
use engine::Printer;
use portal::BrowserConfig;

/// Prints with the browser that the settings name.
pub(crate) struct BrowserPrinter(pub(crate) BrowserConfig);

#[async_trait]
impl Printer for BrowserPrinter {
    async fn pdf(&self, html: &str, day: NaiveDate) -> Result<Vec<u8>, String> {
        portal::print_pdf(&self.0, html, day).await.map_err(|error| error.to_string())
    }
}
