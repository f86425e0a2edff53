//! A page of HTML as a PDF, printed by the browser. The page can fetch nothing and runs no script.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use chrono::NaiveDate;
use fantoccini::Client;
use fantoccini::wd::{PrintConfiguration, PrintMargins, PrintSize};
use tokio::time::timeout;

use crate::{BrowserConfig, Driver, PortalError};

/// Longer than any paper takes, the start of the browser not counted.
const MOST: Duration = Duration::from_secs(90);
const LOAD: Duration = Duration::from_mins(1);
const MARGIN_CM: f64 = 1.5;
/// Beside the name resolver that finds nothing: neither files of this machine nor scripts.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" \
                      content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:\">";

/// Prints the page on A4. The PDF says that it was made on `day`, so that the same page printed again by the same browser is
/// the same file.
///
/// # Errors
/// `DH-4010` to `DH-4012` when there is no browser that starts, `DH-4014` when it does not print.
pub async fn print_pdf(config: &BrowserConfig, html: &str, day: NaiveDate) -> Result<Vec<u8>, PortalError> {
    let (driver, client) = Driver::start(config, &BTreeSet::new(), LOAD).await?;
    let printed = match driver.folder() {
        Some(folder) => timeout(MOST, print(&client, folder, html)).await,
        None => Ok(Err(unprinted("the browser has no folder"))),
    };
    driver.end().await;
    let mut pdf = printed.map_err(|_| unprinted("it took too long"))??;
    date(&mut pdf, day);
    Ok(pdf)
}

async fn print(client: &Client, folder: &Path, html: &str) -> Result<Vec<u8>, PortalError> {
    let file = folder.join("page.html");
    tokio::fs::write(&file, guarded(html)).await.map_err(|error| unprinted(&error.to_string()))?;
    client.goto(&address(&file)?).await.map_err(|error| unprinted(&error.to_string()))?;
    let margins = PrintMargins { top: MARGIN_CM, bottom: MARGIN_CM, left: MARGIN_CM, right: MARGIN_CM };
    let paper = PrintConfiguration::builder()
        .size(PrintSize::A4)
        .margins(margins)
        .background(true)
        .shrink_to_fit(false)
        .build()
        .map_err(|error| unprinted(&error.to_string()))?;
    let pdf = client.print(paper).await.map_err(|error| unprinted(&error.to_string()))?;
    if pdf.starts_with(b"%PDF-") { Ok(pdf) } else { Err(unprinted("what it printed is no PDF")) }
}

fn address(file: &Path) -> Result<String, PortalError> {
    let file = std::path::absolute(file).map_err(|error| unprinted(&error.to_string()))?;
    let path: String = file.to_string_lossy().bytes().map(escaped).collect();
    Ok(format!("file://{path}"))
}

/// A byte of a path as an address has it.
fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// The page with our own policy first in its head; what the page says itself can only be stricter.
fn guarded(html: &str) -> String {
    match html.split_once("<head>") {
        Some((before, after)) => format!("{before}<head>{POLICY}{after}"),
        None => format!("<!doctype html><html><head><meta charset=\"utf-8\">{POLICY}</head>{html}"),
    }
}

/// Writes `day` over the moments at which the PDF was made and changed, where they stand in plain text.
fn date(pdf: &mut [u8], day: NaiveDate) {
    let moment = day.format("%Y%m%d000000").to_string();
    for key in [b"/CreationDate (D:".as_slice(), b"/ModDate (D:"] {
        let starts: Vec<usize> = pdf
            .windows(key.len())
            .enumerate()
            .filter(|(_, at)| *at == key)
            .map(|(at, _)| at + key.len())
            .collect();
        for start in starts {
            if let Some(place) = pdf.get_mut(start..start + moment.len())
                && place.iter().all(u8::is_ascii_digit)
            {
                place.copy_from_slice(moment.as_bytes());
            }
        }
    }
}

fn unprinted(why: &str) -> PortalError {
    PortalError::NotPrinted { why: why.lines().next().unwrap_or_default().trim().to_owned() }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn only_dates_in_plain_text_are_written_over() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let mut pdf =
            b"<</CreationDate (D:20270102030405+00'00')\n/ModDate (D:x0270102030405)>> /ModDate (D:2027"
                .to_vec();
        date(&mut pdf, day);
        assert_eq!(
            String::from_utf8(pdf).unwrap(),
            "<</CreationDate (D:20261123000000+00'00')\n/ModDate (D:x0270102030405)>> /ModDate (D:2027"
        );
    }

    #[test]
    fn our_policy_stands_before_everything_else() {
        let page = guarded("<html><head><img src=\"file:///etc/passwd\"></head></html>");
        assert!(page.find("default-src 'none'").unwrap() < page.find("<img").unwrap());
        let bare = guarded("<img src=\"file:///etc/passwd\">");
        assert!(bare.find("default-src 'none'").unwrap() < bare.find("<img").unwrap());
        assert_eq!(address(Path::new("/tmp/a b/頁#.html")).unwrap(), "file:///tmp/a%20b/%E9%A0%81%23.html");
    }
}
