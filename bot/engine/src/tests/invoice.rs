//! The invoice workflow as it ships, on fixtures, with the real reader and a scripted portal.

use portal::{Portal as _, Slip};
use serde_json::json;
use store::{Decision, PostingState, RunState};

use super::*;
use crate::{Intake, Upload};

/// Reading and checking take their time on a busy machine.
const READING: Duration = Duration::from_mins(2);

/// Runs the shipped workflow on a fixture, until it ends or asks.
async fn posted(engine: &Engine, name: &str) -> RunRow {
    let upload = Upload {
        name: name.to_owned(),
        bytes: fixture(name),
        workflow: "invoice".to_owned(),
        portal: None,
        origin: "upload".to_owned(),
    };
    let Intake::Started { run, .. } = engine.take(upload).await.unwrap() else { panic!("not started") };
    engine.wait(&run, READING).await.unwrap()
}

async fn office() -> (Office, Engine) {
    let mut office = Office::new().await;
    office.shipped();
    let engine = office.open().await;
    (office, engine)
}

/// Approves what the check is in doubt of, as often as it asks; answers the first task about something else.
async fn approve_checks(office: &Office, engine: &Engine, row: RunRow) -> (RunRow, Option<TaskRow>) {
    let mut row = row;
    while row.state == RunState::Waiting {
        let task = office.task().await;
        if !task.reason.starts_with("check: ") {
            return (row, Some(task));
        }
        office.decide(&task, Decision::Approve, serde_json::Value::Null).await;
        engine.task_decided(&task.id).await.unwrap();
        until("the decision is applied", || async {
            let task = office.store.task(&task.id).await.unwrap().unwrap();
            (task.state == store::TaskState::Applied).then_some(())
        })
        .await;
        row = engine.wait(&row.id, READING).await.unwrap();
    }
    (row, None)
}

#[tokio::test]
async fn an_invoice_is_read_checked_and_posted_once() {
    let (office, engine) = office().await;
    let row = posted(&engine, "hk-01-letterhead.pdf").await;
    let (row, _) = approve_checks(&office, &engine, row).await;
    assert_eq!((row.state, row.note.as_str()), (RunState::Done, "B-000001"), "{}", row.note);
    assert_eq!(office.portal.submitted(), 1);
    for step in office.row(&row.id).await.1 {
        super::reference::assert_shape(&step.name, &step.output.unwrap());
    }
    let document = row.document.unwrap();
    assert!(office.store.blobs().exists(&format!("documents/{document}/document.json")).await.unwrap());
    // Nobody has wanted to see the page so far.
    let picture = format!("documents/{document}/page-1.png");
    assert!(!office.store.blobs().exists(&picture).await.unwrap());
    engine.draw(&document, 1).await.unwrap();
    assert!(office.store.blobs().exists(&picture).await.unwrap());
    engine.shutdown().await;
}

#[tokio::test]
async fn a_doubtful_invoice_that_a_person_rejects_is_never_posted() {
    let (office, engine) = office().await;
    let row = posted(&engine, "cn-06-wrong-sum.pdf").await;
    assert_eq!(row.state, RunState::Waiting, "{}", row.note);
    let task = office.task().await;
    assert!(task.reason.starts_with("check: ") && !task.findings.as_array().unwrap().is_empty());
    office.decide(&task, Decision::Reject, serde_json::Value::Null).await;
    engine.task_decided(&task.id).await.unwrap();
    office.ends_as(&row.id, RunState::Rejected).await;
    assert_eq!((office.portal.submitted(), office.mailer.sent()), (0, 1));
    engine.shutdown().await;
}

#[tokio::test]
async fn an_unknown_outcome_waits_for_a_person_who_says_where_the_bill_is() {
    let (office, engine) = office().await;
    office.portal.slip(Slip::LostAndSilent);
    let row = posted(&engine, "hk-01-letterhead.pdf").await;
    let (row, task) = approve_checks(&office, &engine, row).await;
    let task = task.unwrap();
    assert_eq!(task.reason, "posting: unknown");
    office.decide(&task, Decision::Correct, json!({ "reference": "BILL-77" })).await;
    engine.task_decided(&task.id).await.unwrap();
    assert_eq!(office.ends_as(&row.id, RunState::Done).await.note, "BILL-77");
    let posting = &office.store.postings(10).await.unwrap()[0];
    assert_eq!((posting.state, posting.reference.as_deref()), (PostingState::Confirmed, Some("BILL-77")));
    assert_eq!(office.portal.submitted(), 1, "nothing is entered a second time");
    for step in office.row(&row.id).await.1 {
        super::reference::assert_shape(&step.name, &step.output.unwrap());
    }
    engine.shutdown().await;
}

#[tokio::test]
async fn an_unknown_outcome_is_entered_again_only_when_a_person_says_it_is_not_there() {
    let (office, engine) = office().await;
    office.portal.slip(Slip::LostAndSilent);
    let row = posted(&engine, "hk-01-letterhead.pdf").await;
    let (row, task) = approve_checks(&office, &engine, row).await;
    let task = task.unwrap();
    office.decide(&task, Decision::Approve, serde_json::Value::Null).await;
    engine.task_decided(&task.id).await.unwrap();
    office.ends_as(&row.id, RunState::Done).await;
    assert_eq!((office.portal.submitted(), office.portal.records().len()), (2, 1));
    engine.shutdown().await;
}

#[tokio::test]
async fn a_purchase_order_is_shown_to_a_person_and_not_posted() {
    let (office, engine) = office().await;
    let row = posted(&engine, "no-01-purchase-order.pdf").await;
    let (row, _) = approve_checks(&office, &engine, row).await;
    assert_eq!(row.state, RunState::NotPosted, "{}", row.note);
    assert_eq!(office.portal.submitted(), 0);
    engine.shutdown().await;
}

#[tokio::test]
async fn a_portal_that_is_down_for_a_while_is_tried_again_by_itself() {
    let (office, engine) = office().await;
    office.portal.down_for(2);
    let row = posted(&engine, "hk-01-letterhead.pdf").await;
    let (row, _) = approve_checks(&office, &engine, row).await;
    assert_eq!(row.state, RunState::Done, "{} on {}", row.note, office.portal.name());
    assert_eq!(office.portal.submitted(), 1);
    engine.shutdown().await;
}
