//! Dropped in a folder, posted in a real accounting system, and seen there by reading its page.

use std::time::Duration;

use e2e::{Browser, Deskhand, Setup, fixture};

#[tokio::test]
async fn a_dropped_invoice_is_seen_in_the_real_accounting_system() {
    let url = std::env::var("DESKHAND_TEST_ACCOUNTING")
        .expect("scripts/test starts the accounting system and says where it is");
    let mut deskhand = Deskhand::install(&Setup {
        portal: "django_ledger",
        portal_url: url.clone(),
        portal_secrets: ("bot", "bot-pass-1"),
        ..Setup::default()
    });
    deskhand.serve().await;
    deskhand.drop_file(&fixture("hk-04-english.pdf"));
    deskhand.run_in("hk-04-english.pdf", &["done"], Duration::from_mins(4)).await;

    let browser = Browser::start().await;
    browser.page.goto(&format!("{url}/auth/login/")).await.unwrap();
    browser.fill("#djl-el-login-form-username-field", "bot").await;
    browser.fill("#djl-el-login-form-password-field", "bot-pass-1\u{e007}").await;
    browser.see("body").await;
    browser.page.goto(&format!("{url}/bill/e2e/latest/")).await.unwrap();
    let page = browser.see("table").await;
    assert!(page.contains("Stone Tortoise Demo Hardware Limited"), "{page}");
    assert!(page.replace(',', "").contains("3412.00"), "{page}");
}
