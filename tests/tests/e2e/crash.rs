//! `kill -9` at the worst moments: after a restart there is exactly one bill.

use std::time::Duration;

use e2e::{Deskhand, Ledger, Setup, fixture, wait_until};
use serde_json::json;

use crate::review::approve_in_browser;

const LONG: Duration = Duration::from_secs(150);

async fn installed() -> (Ledger, Deskhand) {
    let ledger = Ledger::start().await;
    let mut deskhand = Deskhand::install(&Setup::ledger(&ledger));
    deskhand.serve().await;
    (ledger, deskhand)
}

/// Whether the newest run is in this step now.
async fn in_step(deskhand: &Deskhand, name: &str) {
    wait_until(&format!("a run is in the step {name}"), LONG, || async {
        let run = deskhand.json(&["runs", "list"]).into_iter().next()?;
        let shown = deskhand.json(&["runs", "show", run["id"].as_str()?]);
        let steps = shown.first()?["steps"].as_array()?.clone();
        steps.iter().any(|s| s["name"] == name && s["state"] == "running").then_some(())
    })
    .await;
}

#[tokio::test]
async fn killed_while_reading_pixels_the_invoice_is_posted_once() {
    let (ledger, mut deskhand) = installed().await;
    deskhand.drop_file(&fixture("cn-09-scan.png"));
    in_step(&deskhand, "documents::read").await;
    deskhand.kill();
    deskhand.serve().await;
    let run = deskhand.run_in("cn-09-scan.png", &["done", "waiting"], LONG).await;
    if run["state"] == "waiting" {
        approve_in_browser(&deskhand).await;
    }
    deskhand.run_in("cn-09-scan.png", &["done"], LONG).await;
    assert_eq!(ledger.bills().await.len(), 1);
}

#[tokio::test]
async fn killed_between_submit_and_read_back_the_invoice_is_posted_once() {
    let (ledger, mut deskhand) = installed().await;
    ledger.fault(json!({ "fault": "saved_but_hangs", "at": "save", "seconds": 30, "uses": 1 })).await;
    deskhand.drop_file(&fixture("cn-01-digital-special.pdf"));
    wait_until("the ledger has saved the bill", LONG, || async {
        (ledger.bills().await.len() == 1).then_some(())
    })
    .await;
    deskhand.kill();
    ledger.fault(json!([])).await;
    deskhand.serve().await;
    deskhand.run_in("cn-01-digital-special.pdf", &["done"], LONG).await;
    assert_eq!(ledger.bills().await.len(), 1, "the search before posting again must find the bill");
}

#[tokio::test]
async fn killed_while_a_person_is_asked_the_run_goes_on_from_there() {
    let (ledger, mut deskhand) = installed().await;
    deskhand.drop_file(&fixture("cn-08-words-disagree.pdf"));
    deskhand.run_in("cn-08-words-disagree.pdf", &["waiting"], LONG).await;
    deskhand.kill();
    deskhand.serve().await;
    let tasks = deskhand.json(&["tasks", "list"]);
    assert_eq!(tasks.len(), 1, "one question, not two: {tasks:?}");
    approve_in_browser(&deskhand).await;
    deskhand.run_in("cn-08-words-disagree.pdf", &["done"], LONG).await;
    assert_eq!(ledger.bills().await.len(), 1);
}

#[tokio::test]
async fn asked_to_end_it_ends_cleanly_and_goes_on_later() {
    let (ledger, mut deskhand) = installed().await;
    deskhand.drop_file(&fixture("cn-02-digital-normal.pdf"));
    wait_until("the run has begun", LONG, || async { deskhand.json(&["runs", "list"]).into_iter().next() })
        .await;
    assert!(deskhand.terminate(), "SIGTERM ends the program with code 0\n{}", deskhand.log_tail());
    deskhand.serve().await;
    deskhand.run_in("cn-02-digital-normal.pdf", &["done"], LONG).await;
    assert_eq!(ledger.bills().await.len(), 1);
}
