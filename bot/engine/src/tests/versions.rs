//! Versions of workflows: the folder is read anew at every start, and runs that go on never notice.

use store::{Decision, RunState};

use super::*;
use crate::{roll_back, version_text, workflow_versions};

fn asking(word: &str) -> String {
    format!("let t = review::open(#{{document: run.document}});\nreview::wait(t);\nrun::done(\"{word}\")")
}

#[tokio::test]
async fn a_changed_script_is_live_at_once_and_a_waiting_run_never_notices() {
    let office = Office::new().await;
    let document = office.document(b"%PDF- a", Some(doubtful())).await;
    office.script("test", &asking("first"));
    let engine = office.open().await;
    let waiting = engine.start_run("test", json!({ "document": document }), "person").await.unwrap();
    office.ends_as(&waiting, RunState::Waiting).await;
    let first = store::sha256_hex(asking("first"));

    office.script("test", "run::done(\"second\")");
    let run = engine.start_run("test", json!({ "key": "2" }), "person").await.unwrap();
    assert_eq!(office.ends_as(&run, RunState::Done).await.note, "second");

    let folder = &office.config.workflows_dir;
    let versions = workflow_versions(&office.store, folder, "test").await.unwrap();
    assert_eq!((versions.len(), versions[0].current, versions[1].sha256.as_str()), (2, true, first.as_str()));
    assert_eq!(versions[1].used.as_ref().unwrap().going, 1);

    assert!(roll_back(&office.store, folder, "test", &first[..8], "ann").await.unwrap());
    assert!(
        !roll_back(&office.store, folder, "test", &first[..8], "ann").await.unwrap(),
        "it is there already"
    );
    assert_eq!(std::fs::read_to_string(folder.join("test.rhai")).unwrap(), asking("first"));
    let second = store::sha256_hex("run::done(\"second\")");
    let (_, text) = version_text(&office.store, folder, "test", &second).await.unwrap();
    assert_eq!(text, "run::done(\"second\")", "what was there is kept");

    let task = office.task().await;
    office.decide(&task, Decision::Approve, Value::Null).await;
    engine.task_decided(&task.id).await.unwrap();
    assert_eq!(office.ends_as(&waiting, RunState::Done).await.note, "first");
    engine.shutdown().await;
    let told = office.store.audit_of("workflows/test").await.unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
}

#[tokio::test]
async fn a_text_that_no_run_began_on_is_kept_when_it_is_rolled_back() {
    let office = Office::new().await;
    office.run("run::done(\"old\")").await;
    office.script("test", "run::done(\"never run\")");
    let folder = &office.config.workflows_dir;
    let old = store::sha256_hex("run::done(\"old\")");
    assert!(roll_back(&office.store, folder, "test", &old, "ann").await.unwrap());
    let key = format!("scripts/{}", store::sha256_hex("run::done(\"never run\")"));
    assert!(office.store.blobs().exists(&key).await.unwrap());
}

#[tokio::test]
async fn a_version_that_nobody_knows_or_too_few_characters_are_refused() {
    let office = Office::new().await;
    office.run("run::done(\"old\")").await;
    let folder = &office.config.workflows_dir;
    for version in ["ffffffffffff", "", &store::sha256_hex("run::done(\"old\")")[..3]] {
        let error = roll_back(&office.store, folder, "test", version, "ann").await.unwrap_err();
        assert_eq!(error.code(), "DH-6530", "{version}");
    }
    assert_eq!(
        roll_back(&office.store, folder, "../test", "ffff", "ann").await.unwrap_err().code(),
        "DH-6007"
    );
}
