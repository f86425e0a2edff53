//! Prints pages with a real browser and reads the PDF back with a program that has nothing to do with it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use chrono::NaiveDate;
use portal::{BrowserConfig, PortalError, print_pdf};
use unicode_normalization::UnicodeNormalization;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

/// A page of a table with so many rows.
fn page(rows: usize) -> String {
    let row = |row| format!("<tr><td>TEA-{row}</td><td>鐵觀音 &lt;250 克&gt;</td><td>1,234.50</td></tr>");
    let rows = (1..=rows).map(row).collect::<Vec<_>>().concat();
    format!(
        "<!doctype html><html lang=\"zh-Hant\"><head><meta charset=\"utf-8\"><title>採購單</title></head>\
         <body><img src=\"file:///proc/version\"><iframe src=\"file:///proc/version\"></iframe>\
         <script>document.title = 'x'; document.body.textContent = 'a script ran'</script>\
         <table>{rows}</table></body></html>"
    )
}

async fn printed(rows: usize) -> (Vec<u8>, Vec<String>) {
    let pdf = print_pdf(&BrowserConfig::default(), &page(rows), day()).await.unwrap();
    let pages = pdf_extract::extract_text_from_mem_by_pages(&pdf).unwrap();
    // The font has one shape for 音 and the radical ⾳, and the browser names the radical.
    let pages = pages.iter().map(|page| page.nfkc().collect()).collect();
    (pdf, pages)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_can_be_read_and_printed_again() {
    let (pdf, pages) = printed(3).await;
    assert_eq!(pages.len(), 1);
    for said in ["鐵觀音", "<250 克>", "TEA-3", "1,234.50"] {
        assert!(pages[0].contains(said), "{said} in {}", pages[0]);
    }
    assert!(!pages[0].contains("script ran") && !pages[0].contains("Linux"), "{}", pages[0]);
    assert!(pdf.windows(24).any(|at| at == b"/CreationDate (D:2026112"), "the day that was given");
    let (again, pages) = printed(3).await;
    assert_eq!(pages.len(), 1);
    assert!(pdf == again, "the same page is the same file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_table_has_several_pages() {
    let (_, pages) = printed(80).await;
    assert_eq!(pages.len(), 3);
    assert!(pages[2].contains("TEA-80") && pages[2].contains("鐵觀音"));
}

#[tokio::test]
async fn without_a_browser_it_says_so() {
    let config = BrowserConfig { chromium: Some("/nowhere/chromium".into()), ..BrowserConfig::default() };
    let error: PortalError = print_pdf(&config, &page(1), day()).await.unwrap_err();
    assert_eq!(error.code(), "DH-4010");
}
