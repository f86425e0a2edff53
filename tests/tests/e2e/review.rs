//! A doubtful invoice waits for a person, who decides in a browser, and the run goes on.

use std::time::Duration;

use e2e::{Browser, Deskhand, Ledger, Setup, fixture};

const LONG: Duration = Duration::from_secs(150);

/// Signs in, opens the only task, and approves it as it stands.
pub(crate) async fn approve_in_browser(deskhand: &Deskhand) {
    let browser = Browser::start().await;
    open_first_task(&browser, deskhand).await;
    browser.tick_if_there("input[name=anyway]").await;
    browser.click("button[name=decision][value=approve]").await;
    browser.see("nav").await;
}

pub(crate) async fn open_first_task(browser: &Browser, deskhand: &Deskhand) {
    browser.sign_in(&deskhand.url).await;
    browser.click("a[href*='/tasks/']").await;
    browser.see("button[name=decision]").await;
}

#[tokio::test]
async fn a_wrong_check_digit_is_corrected_in_a_browser_and_posted() {
    let ledger = Ledger::start().await;
    let mut deskhand = Deskhand::install(&Setup::ledger(&ledger));
    deskhand.serve().await;
    deskhand.drop_file(&fixture("cn-05-wrong-check-digit.pdf"));
    deskhand.run_in("cn-05-wrong-check-digit.pdf", &["waiting"], LONG).await;
    assert!(ledger.bills().await.is_empty(), "nothing is posted before a person has seen it");

    let right = std::fs::read_to_string(fixture("cn-01-digital-special.pdf.json")).unwrap();
    let right: serde_json::Value = serde_json::from_str(&right).unwrap();
    let right = right["fields"]["seller_tax_id"].as_str().unwrap();
    let browser = Browser::start().await;
    open_first_task(&browser, &deskhand).await;
    browser.fill("input[name='f.seller_tax_id']", right).await;
    browser.click("button[name=decision][value=correct]").await;
    browser.see("nav").await;

    deskhand.run_in("cn-05-wrong-check-digit.pdf", &["done"], LONG).await;
    let bills = ledger.bills().await;
    assert_eq!(bills.len(), 1);
    assert_eq!(bills[0]["total"], "1808.00");
}

#[tokio::test]
async fn a_rejected_invoice_is_never_posted() {
    let ledger = Ledger::start().await;
    let mut deskhand = Deskhand::install(&Setup::ledger(&ledger));
    deskhand.serve().await;
    deskhand.drop_file(&fixture("hk-07-vat.pdf"));
    deskhand.run_in("hk-07-vat.pdf", &["waiting"], LONG).await;
    let task = deskhand.json(&["tasks", "list"]).remove(0);
    let decided = deskhand.command(&[
        "tasks",
        "decide",
        task["id"].as_str().unwrap(),
        "reject",
        "--person",
        "reviewer",
        "--note",
        "no VAT here",
    ]);
    assert!(decided.status.success(), "{}", String::from_utf8_lossy(&decided.stderr));
    deskhand.run_in("hk-07-vat.pdf", &["rejected"], LONG).await;
    assert!(ledger.bills().await.is_empty());
}
