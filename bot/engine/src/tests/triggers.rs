//! Another workflow's end, and a run by hand.

use chrono::TimeDelta;
use serde_json::Map;

use super::*;
use crate::config::Follower;

fn after(workflow: &str, after: &str, states: &[RunState]) -> Follower {
    Follower { workflow: workflow.to_owned(), after: after.to_owned(), states: states.to_vec() }
}

#[tokio::test]
async fn a_workflow_follows_the_runs_that_end_in_its_states_once_also_over_a_restart() {
    let mut office = Office::new().await;
    office.script(
        "test",
        "calendar::today(); if run.key == \"bad\" { run::not_posted(\"no\") } else { run::done(\"yes\") }",
    );
    office.script("archive", "run::done(`${run.after} ${run.after_state}`)");
    // A run of before is not followed.
    let engine = office.open().await;
    let old = engine.start_run("test", json!({ "key": "old" }), "person").await.unwrap();
    office.ends_as(&old, RunState::Done).await;
    engine.shutdown().await;
    drop(engine);
    office.store.clock.advance(TimeDelta::minutes(1));
    office.config.followers = vec![after("archive", "test", &[RunState::Done])];
    let engine = office.open().await;
    until("it is known who follows", || async {
        (!office.store.followers().await.unwrap().is_empty()).then_some(())
    })
    .await;
    office.store.clock.advance(TimeDelta::minutes(1));
    for key in ["good", "bad"] {
        engine.start_run("test", json!({ "key": key }), "person").await.unwrap();
    }
    let row = office.ends_as("archive/after/test/good", RunState::Done).await;
    assert_eq!((row.trigger.as_str(), row.note.as_str()), ("after", "test/good done"));
    engine.shutdown().await;
    drop(engine);
    let engine = office.open().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    engine.shutdown().await;
    assert_eq!(office.store.runs(20).await.unwrap().len(), 4);
}

#[tokio::test]
async fn workflows_that_follow_each_other_in_a_circle_are_refused() {
    let mut office = Office::new().await;
    office.config.followers = vec![after("b", "a", &[]), after("c", "b", &[]), after("a", "c", &[])];
    let error = office.try_open().await.err().unwrap();
    assert!(error.code() == "DH-6015" && error.to_string().contains("comes after itself"), "{error}");
}

#[tokio::test]
async fn a_run_by_hand_gets_its_parameters_by_their_kind_or_does_not_start() {
    let office = Office::new().await;
    office.script(
        "test",
        "//! param count: integer\n//! param name: text = nobody\nrun::done(`${run.count + 1} ${run.name}`)",
    );
    let engine = office.open().await;
    let given =
        |value: &str| Map::from_iter([("count".to_owned(), json!(value)), ("key".to_owned(), json!("1"))]);
    let error = engine.start_with("test", &given("many"), "person").await.unwrap_err();
    assert_eq!(error.code(), "DH-6043");
    let run = engine.start_with("test", &given("41"), "person").await.unwrap();
    let row = office.ends_as(&run, RunState::Done).await;
    engine.shutdown().await;
    assert_eq!(row.note, "42 nobody");
}
