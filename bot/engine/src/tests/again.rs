//! Failed runs: why they failed, and how they are done again.

use serde_json::json;
use store::{Decision, FailureClass, RunState, StepState};

use super::*;
use crate::{Retry, plan_retry, retry_run};

fn from(step: u32) -> Retry {
    Retry { from: Some(step), ..Retry::default() }
}

fn on_new_version() -> Retry {
    Retry { on_new_version: true, ..Retry::default() }
}

impl Office {
    /// A run of a script that has failed, in an office that has closed again.
    async fn failed(&self, script: &str) -> RunRow {
        let (row, _) = self.run(script).await;
        assert_eq!(row.state, RunState::Failed, "{}", row.note);
        row
    }

    async fn try_again(&self, retry: &Retry) -> Result<crate::RetryPlan, EngineError> {
        retry_run(&self.store, &self.config.workflows_dir, "test/1", retry).await
    }

    async fn attempts(&self) -> Vec<u32> {
        self.row("test/1").await.1.iter().map(|step| step.attempt - step.forgiven).collect()
    }
}

#[tokio::test]
async fn a_failed_run_can_be_run_again_with_the_mended_script() {
    let office = Office::new().await;
    let row = office.failed("calendar::today();\n\nthrow \"broken\"").await;
    let failure = row.failure.unwrap();
    assert_eq!((failure.class, failure.step, failure.line), (FailureClass::Application, Some(0), Some(3)));
    office.script("test", "calendar::today(); run::done(\"mended\")");
    let engine = office.open().await;
    // On the version that it began with it fails again, and says that there is a newer one.
    let plan = engine.run_again("test/1", &Retry::default(), "mei").await.unwrap();
    assert!(plan.version == row.script_sha256 && plan.newer.is_some() && plan.from == 1, "{plan:?}");
    office.ends_as("test/1", RunState::Failed).await;
    engine.run_again("test/1", &on_new_version(), "mei").await.unwrap();
    let row = office.ends_as("test/1", RunState::Done).await;
    assert_eq!((row.note.as_str(), row.generation), ("mended", 2));
    assert_eq!(office.attempts().await, [1], "the step that was done is kept");
    let again = engine.run_again("test/1", &Retry::default(), "mei").await;
    assert_eq!(again.err().unwrap().code(), "DH-6050", "a run that ended well stays ended");
    engine.shutdown().await;
}

#[tokio::test]
async fn a_run_is_retried_without_an_engine_and_begun_by_the_one_that_serves() {
    let office = Office::new().await;
    office.failed("calendar::today(); throw \"broken\"").await;
    office.script("test", "calendar::today(); run::done(\"mended\")");
    let engine = office.open().await;
    office.try_again(&on_new_version()).await.unwrap();
    office.ends_as("test/1", RunState::Done).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn a_retry_from_a_step_does_that_one_and_the_later_ones_anew() {
    let office = Office::new().await;
    let script = "calendar::today(); report::hours(1); report::hours(2); throw \"broken\"";
    office.failed(script).await;
    assert_eq!(office.try_again(&from(4)).await.err().unwrap().code(), "DH-6052");
    let plan = office.try_again(&from(1)).await.unwrap();
    assert!(plan.anew && plan.repeats.is_empty());
    let states: Vec<_> = office.row("test/1").await.1.iter().map(|step| step.state).collect();
    assert_eq!(states, [StepState::Done, StepState::SetAside, StepState::SetAside]);
    let engine = office.open().await;
    office.ends_as("test/1", RunState::Failed).await;
    engine.shutdown().await;
    let editions: Vec<_> = office.row("test/1").await.1.iter().map(|step| step.edition).collect();
    assert_eq!((office.attempts().await, editions), (vec![1, 1, 1], vec![0, 1, 1]));
}

#[tokio::test]
async fn a_mail_that_was_sent_is_sent_again_only_when_a_person_says_so() {
    let office = Office::new().await;
    let script = "let n = report::hours(24); mail::digest(n); throw \"broken\"";
    office.failed(script).await;
    let refused = office.try_again(&from(0)).await.err().unwrap();
    assert_eq!(refused.code(), "DH-6051");
    assert!(refused.to_string().contains("step 1 `mail::digest`"), "{refused}");
    let mut meant = Retry { repeat_effects: true, ..from(0) };
    assert_eq!(office.try_again(&meant).await.err().unwrap().code(), "DH-6051", "it says no reason");
    meant.why = "the first one had the wrong numbers".to_owned();
    let engine = office.open().await;
    engine.run_again("test/1", &meant, "mei").await.unwrap();
    office.ends_as("test/1", RunState::Failed).await;
    assert_eq!(office.mailer.sent(), 2);
    // From behind it, nothing is repeated.
    engine.run_again("test/1", &from(2), "mei").await.unwrap();
    office.ends_as("test/1", RunState::Failed).await;
    assert_eq!(office.mailer.sent(), 2);
    engine.shutdown().await;
    let log = office.store.audit_of("runs/test/1").await.unwrap();
    assert!(log.iter().any(|entry| entry.action == "run.reopened" && entry.actor == "mei"));
}

#[tokio::test]
async fn a_changed_script_that_asks_for_other_steps_is_refused_before_anything_is_done() {
    let office = Office::new().await;
    office.failed("calendar::today(); report::hours(24); throw \"broken\"").await;
    for script in [
        "report::hours(24); calendar::today();",
        "calendar::today(); report::hours(25);",
        "calendar::today(); run::done(\"early\")",
    ] {
        office.script("test", script);
        let refused = office.try_again(&on_new_version()).await.err().unwrap();
        assert_eq!(refused.code(), "DH-6006", "{script}: {refused}");
    }
    assert_eq!(office.row("test/1").await.0.state, RunState::Failed);
    let first = Retry { from: Some(1), ..on_new_version() };
    let plan = plan_retry(&office.store, &office.config.workflows_dir, "test/1", &first).await.unwrap();
    assert_eq!(plan.from, 1, "from the step before the change it may");
}

#[tokio::test]
async fn a_step_that_took_the_program_down_too_often_may_try_as_often_again() {
    let office = Office::new().await;
    office.script("test", "calendar::today(); run::done(\"well\")");
    let engine = office.open().await;
    let run = engine.start_run("test", json!({ "key": "0" }), "person").await.unwrap();
    engine.wait(&run, LONG).await.unwrap();
    engine.shutdown().await;
    drop(engine);
    // As a program leaves it that has died in this step again and again.
    let row = store::NewRun {
        id: "test/1".to_owned(),
        workflow: "test".to_owned(),
        script_sha256: office.row(&run).await.0.script_sha256,
        document: None,
        trigger: "person".to_owned(),
    };
    let pin = office.store.blobs().get(&crate::start::pin_key(&run)).await.unwrap();
    let pin = String::from_utf8(pin).unwrap().replace("test/0", "test/1");
    office.store.blobs().put(&crate::start::pin_key("test/1"), pin.into_bytes()).await.unwrap();
    office.store.start_run(&row).await.unwrap();
    for seen in 0..9 {
        office.store.begin_step("test/1", 0, "calendar::today", &Value::Null, seen).await.unwrap();
    }
    let engine = office.open().await;
    let row = office.ends_as("test/1", RunState::Failed).await;
    assert!(row.note.starts_with("DH-6016: "), "{}", row.note);
    assert_eq!(row.failure.unwrap().step, Some(0));
    assert_eq!(office.store.dead_letters(10).await.unwrap().len(), 1);
    engine.run_again("test/1", &Retry::default(), "mei").await.unwrap();
    office.ends_as("test/1", RunState::Done).await;
    assert!(office.store.dead_letters(10).await.unwrap().is_empty());
    engine.shutdown().await;
}

#[tokio::test]
async fn a_question_about_a_failed_step_is_asked_again_when_the_run_is() {
    let office = Office::new().await;
    let document = office.document(b"%PDF- r", None).await;
    office.script("test", "let i = #{ document: run.document }; review::open(i);");
    let engine = office.open().await;
    let run = engine.start_run("test", json!({ "document": document }), "person").await.unwrap();
    let task = office.task().await;
    engine.cancel(&run, "not now").await.unwrap();
    office.ends_as(&run, RunState::Cancelled).await;
    engine.run_again(&run, &Retry::default(), "mei").await.unwrap();
    let again = office.task().await;
    assert_ne!(task.id, again.id, "what was decided then is not the answer now");
    office.decide(&again, Decision::Reject, Value::Null).await;
    engine.task_decided(&again.id).await.unwrap();
    office.ends_as(&run, RunState::NotPosted).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn a_run_that_was_cancelled_while_a_person_was_asked_asks_that_again() {
    let office = Office::new().await;
    let document = office.document(b"%PDF- c", Some(doubtful())).await;
    office.script(
        "test",
        "let t = review::open(#{document: run.document}); let a = review::wait(t); run::done(a.note)",
    );
    let engine = office.open().await;
    let run = engine.start_run("test", json!({ "document": document }), "person").await.unwrap();
    let task = office.task().await;
    office.ends_as(&run, RunState::Waiting).await;
    office.store.clock.advance(chrono::TimeDelta::minutes(1));
    engine.cancel(&run, "by mistake").await.unwrap();
    engine.run_again(&run, &Retry::default(), "mei").await.unwrap();
    let again = office.task().await;
    assert_eq!(again.id, task.id);
    office.ends_as(&run, RunState::Waiting).await;
    office.decide(&again, Decision::Approve, Value::Null).await;
    engine.task_decided(&again.id).await.unwrap();
    assert_eq!(office.ends_as(&run, RunState::Done).await.note, "said so");
    engine.shutdown().await;
}
