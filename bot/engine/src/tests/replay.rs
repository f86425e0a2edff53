//! What survives a stop: nothing is done twice, nothing is lost.

use serde_json::json;
use store::{RunState, StepState};

use super::*;

#[tokio::test]
async fn forty_steps_are_forty_rows() {
    let (row, steps) = Office::new().await.run("for n in 0..40 { calendar::today(); }").await;
    assert_eq!((row.state, steps.len()), (RunState::Done, 40));
    assert!(steps.iter().all(|step| step.state == StepState::Done && step.attempt == 1));
}

#[tokio::test]
async fn a_run_that_is_stopped_in_a_step_goes_on_with_that_step() {
    let office = Office::new().await;
    office.script("test", "calendar::today(); calendar::today(); mail::digest(report::hours(24)); calendar::today(); run::done(\"all\")");
    office.mailer.shut(true);
    let engine = office.open().await;
    let run = engine.start_run("test", json!({ "key": "1" }), "person").await.unwrap();
    until("the mail is under way", || async { (office.mailer.asked() == 1).then_some(()) }).await;
    engine.shutdown().await;
    drop(engine);

    office.mailer.shut(false);
    let engine = office.open().await;
    office.ends_as(&run, RunState::Done).await;
    engine.shutdown().await;
    let (_, steps) = office.row(&run).await;
    let attempts: Vec<u32> = steps.iter().map(|step| step.attempt).collect();
    assert_eq!(attempts, [1, 1, 1, 2, 1]);
    assert_eq!(office.mailer.sent(), 1);
}

#[tokio::test]
async fn a_second_start_of_a_run_changes_nothing() {
    let office = Office::new().await;
    office.script("test", "calendar::today();");
    let engine = office.open().await;
    for _ in 0..3 {
        let run = engine.start_run("test", json!({ "key": "1" }), "person").await.unwrap();
        engine.wait(&run, LONG).await.unwrap();
    }
    engine.shutdown().await;
    assert_eq!(office.store.runs(10).await.unwrap().len(), 1);
    assert_eq!(office.row("test/1").await.1[0].attempt, 1);
}

#[tokio::test]
async fn a_waiting_run_ends_on_the_script_it_began_with() {
    let office = Office::new().await;
    let document = office.document(b"%PDF- a", Some(doubtful())).await;
    let script = "let t = review::open(#{document: run.document}); review::wait(t); run::done(\"first\")";
    office.script("test", script);
    let engine = office.open().await;
    let run = engine.start_run("test", json!({ "document": document }), "person").await.unwrap();
    let task = office.task().await;
    engine.shutdown().await;
    drop(engine);

    office.script("test", &script.replace("first", "second"));
    let engine = office.open().await;
    office.decide(&task, store::Decision::Approve, Value::Null).await;
    engine.task_decided(&task.id).await.unwrap();
    assert_eq!(office.ends_as(&run, RunState::Done).await.note, "first");
    engine.shutdown().await;
}

#[tokio::test]
async fn the_engines_own_file_can_be_lost() {
    let office = Office::new().await;
    let document = office.document(b"%PDF- b", Some(doubtful())).await;
    office.script(
        "test",
        "calendar::today(); let t = review::open(#{document: run.document}); mail::exception(t); \
         let a = review::wait(t); run::done(a.note)",
    );
    let engine = office.open().await;
    let run = engine.start_run("test", json!({ "document": document }), "person").await.unwrap();
    office.ends_as(&run, RunState::Waiting).await;
    until("the mail is out", || async { (office.mailer.sent() == 1).then_some(()) }).await;
    engine.shutdown().await;
    drop(engine);
    office.lose_engine_state().await;

    let engine = office.open().await;
    let task = office.task().await;
    office.decide(&task, store::Decision::Approve, Value::Null).await;
    assert_eq!(office.ends_as(&run, RunState::Done).await.note, "said so");
    engine.shutdown().await;
    let (_, steps) = office.row(&run).await;
    assert!(steps.iter().take(3).all(|step| step.attempt == 1), "what was done is not done again");
    assert_eq!(office.mailer.sent(), 1);
}

#[tokio::test]
async fn two_engines_never_share_a_folder() {
    let office = Office::new().await;
    let engine = office.open().await;
    assert_eq!(office.try_open().await.err().unwrap().code(), "DH-6001");
    engine.shutdown().await;
    drop(engine);
    office.open().await.shutdown().await;
}

#[tokio::test]
async fn a_technical_failure_is_tried_again_by_itself() {
    let office = Office::new().await;
    office.mailer.fail(2);
    let (row, steps) =
        office.run("let sent = mail::digest(report::hours(24)); run::done(`${sent.sent}`)").await;
    assert_eq!((row.state, row.note.as_str(), steps[1].attempt), (RunState::Done, "true", 3));
}

#[tokio::test]
async fn a_mail_that_never_leaves_stops_no_run() {
    let office = Office::new().await;
    office.mailer.fail(100);
    let (row, steps) =
        office.run("let sent = mail::digest(report::hours(24)); run::done(`${sent.sent}`)").await;
    assert_eq!((row.state, row.note.as_str(), steps[1].attempt), (RunState::Done, "false", 4));
}
