//! Runs that wait for a person.

use serde_json::json;
use store::{Decision, RunState, TaskState};

use super::*;

const ASK: &str = "let t = review::open(#{document: run.document}); let a = review::wait(t); \
                   if a.rejected { return run::rejected(a.note); } run::done(\"approved\")";

async fn asked(office: &Office, script: &str) -> (Engine, String, TaskRow) {
    let document = office.document(b"%PDF- paper", Some(doubtful())).await;
    office.script("test", script);
    let engine = office.open().await;
    let run = engine.start_run("test", json!({ "document": document }), "person").await.unwrap();
    let task = office.task().await;
    office.ends_as(&run, RunState::Waiting).await;
    (engine, run, task)
}

#[tokio::test]
async fn a_decision_made_while_the_program_was_down_is_found_at_the_next_start() {
    let office = Office::new().await;
    let (engine, run, task) = asked(&office, ASK).await;
    engine.shutdown().await;
    drop(engine);
    office.decide(&task, Decision::Approve, Value::Null).await;

    let engine = office.open().await;
    assert_eq!(office.ends_as(&run, RunState::Done).await.note, "approved");
    assert_eq!(office.store.task(&task.id).await.unwrap().unwrap().state, TaskState::Applied);
    engine.shutdown().await;
}

#[tokio::test]
async fn a_decision_that_nobody_told_the_engine_of_is_found_by_itself() {
    let office = Office::new().await;
    let (engine, run, task) = asked(&office, ASK).await;
    office.decide(&task, Decision::Reject, Value::Null).await;
    assert_eq!(office.ends_as(&run, RunState::Rejected).await.note, "said so");
    engine.shutdown().await;
}

#[tokio::test]
async fn news_of_a_decision_that_is_none_does_not_wake_the_run() {
    let mut office = Office::new().await;
    office.config.reconcile = LONG;
    let (engine, run, task) = asked(&office, ASK).await;
    for _ in 0..3 {
        engine.task_decided(&task.id).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(office.row(&run).await.0.state, RunState::Waiting);
    office.decide(&task, Decision::Approve, Value::Null).await;
    engine.task_decided(&task.id).await.unwrap();
    office.ends_as(&run, RunState::Done).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn a_step_that_fails_for_good_becomes_a_question_and_can_be_given_up() {
    let office = Office::new().await;
    let document = office.document(b"%PDF-1.7 nothing behind it", None).await;
    office.script("test", "documents::read(run.document); run::done(\"read\")");
    let engine = office.open().await;
    let run = engine.start_run("test", json!({ "document": document }), "person").await.unwrap();
    let task = office.task().await;
    assert_eq!(task.reason, "failure: documents::read");
    assert!(task.findings[0]["code"].as_str().unwrap().starts_with("DH-11"), "{}", task.findings);
    office.decide(&task, Decision::Approve, Value::Null).await;
    engine.task_decided(&task.id).await.unwrap();

    let again = until("it is asked again", || async {
        let tasks = office.store.tasks(&TaskFilter::open(10)).await.unwrap();
        tasks.into_iter().find(|other| other.id != task.id)
    })
    .await;
    office.decide(&again, Decision::Reject, Value::Null).await;
    engine.task_decided(&again.id).await.unwrap();
    let row = office.ends_as(&run, RunState::NotPosted).await;
    assert!(row.note.contains("DH-11") && row.note.contains("said so"), "{}", row.note);
    assert_eq!(office.row(&run).await.1[0].attempt, 2, "a business failure is tried once for each decision");
    engine.shutdown().await;
}

#[tokio::test]
async fn a_cancelled_run_asks_nobody_any_more() {
    let office = Office::new().await;
    let (engine, run, task) = asked(&office, ASK).await;
    engine.cancel(&run, "not ours").await.unwrap();
    let row = office.ends_as(&run, RunState::Cancelled).await;
    assert_eq!(row.note, "not ours");
    assert!(office.store.tasks(&TaskFilter::open(10)).await.unwrap().is_empty());
    assert_eq!(office.store.task(&task.id).await.unwrap().unwrap().state, TaskState::Applied);
    engine.shutdown().await;
}

/// `deskhand runs cancel` beside a serving engine touches the store alone.
#[tokio::test]
async fn a_run_cancelled_in_the_store_ends_in_the_engine_too() {
    let office = Office::new().await;
    let (engine, run, task) = asked(&office, ASK).await;
    assert!(crate::cancel_run(&office.store, &run, "not ours").await.unwrap());
    assert!(!crate::cancel_run(&office.store, &run, "twice").await.unwrap());
    assert_eq!(office.store.task(&task.id).await.unwrap().unwrap().state, TaskState::Applied);
    crate::reconcile::cancelled(&engine).await.unwrap();
    until("the engine lets go of it", || async {
        let instance = engine.durable().instance(&office.row(&run).await.0).await.unwrap();
        (!matches!(instance, crate::durable::Instance::Going)).then_some(())
    })
    .await;
    assert_eq!(office.row(&run).await.0.note, "not ours");
    engine.shutdown().await;
}

/// A correction is agreed to when its person saw every doubt that is left, and asked about once more when one is new.
#[tokio::test]
async fn a_correction_is_agreed_to_as_far_as_it_was_seen() {
    const TELL: &str = "let t = review::open(#{document: run.document}); let a = review::wait(t); \
                        run::done(if a.agreed { \"agreed\" } else { \"asked again\" })";
    let corrected = async |accepted: Value| {
        let office = Office::new().await;
        let (engine, run, task) = asked(&office, TELL).await;
        let corrections = json!({ "remarks": "seen", "accepted": accepted });
        office.decide(&task, Decision::Correct, corrections).await;
        engine.task_decided(&task.id).await.unwrap();
        let said = office.ends_as(&run, RunState::Done).await.note;
        engine.shutdown().await;
        let invoice = office.store.invoice(&task.document).await.unwrap().unwrap();
        let invoice: invoices::Invoice = serde_json::from_value(invoice).unwrap();
        let marks: Vec<String> = invoice.findings.iter().map(invoices::Finding::mark).collect();
        (said, marks)
    };
    let (said, marks) = corrected(json!([])).await;
    assert_eq!((said.as_str(), marks.is_empty()), ("asked again", false));
    assert_eq!(corrected(json!(marks)).await.0, "agreed");
    assert_eq!(corrected(json!(marks[1..])).await.0, "asked again", "{marks:?}");
}
