//! What a changed script would have made of past runs.

use chrono::{DateTime, TimeDelta, Utc};
use store::RunState;

use super::*;
use crate::{Backtested, backtest};

const DIGEST: &str =
    "let numbers = report::hours(24);\nmail::digest(numbers);\nrun::done(`posted ${numbers.posted}`)";

/// An office with one run of the script behind it.
async fn after(script: &str) -> (Office, RunRow) {
    let office = Office::new().await;
    let (row, _) = office.run(script).await;
    (office, row)
}

async fn all(office: &Office, text: &str, since: DateTime<Utc>) -> Vec<Backtested> {
    backtest(&office.store, "test", text, since).await.unwrap()
}

async fn one(office: &Office, text: &str) -> Backtested {
    all(office, text, DateTime::<Utc>::MIN_UTC).await.remove(0)
}

#[tokio::test]
async fn the_same_script_and_one_that_only_reads_better_make_no_difference() {
    let (office, row) = after(DIGEST).await;
    assert_eq!(row.state, RunState::Done);
    for text in [DIGEST.to_owned(), format!("// better\n{}", DIGEST.replace("numbers", "n"))] {
        let tested = one(&office, &text).await;
        assert!(tested.difference.is_none(), "{:?}", tested.difference);
        assert_eq!(tested.ended.note, "posted 0");
    }
}

#[tokio::test]
async fn another_end_is_told_without_doing_anything() {
    let (office, _) = after(DIGEST).await;
    let sent = office.mailer.sent();
    let steps = office.row("test/1").await.1;
    let difference = one(&office, &DIGEST.replace("posted ${", "entered ${")).await.difference.unwrap();
    assert_eq!((difference.step, difference.was, difference.now), (2, None, None));
    assert_eq!(difference.would_end.unwrap().note, "entered 0");
    assert_eq!(office.mailer.sent(), sent);
    assert_eq!(office.row("test/1").await.1, steps);
}

#[tokio::test]
async fn a_new_step_that_needs_no_answer_is_told_and_the_run_goes_on() {
    let (office, _) = after(DIGEST).await;
    let text = DIGEST.replace("mail::digest(numbers);", "mail::audit_head();\nmail::digest(numbers);");
    let difference = one(&office, &text).await.difference.unwrap();
    assert_eq!(difference.step, 1);
    assert_eq!(difference.was.unwrap().step, "mail::digest");
    assert_eq!(difference.now.unwrap().step, "mail::audit_head");
    assert_eq!(difference.would_end.unwrap().note, "posted 0", "what was answered then is answered again");
}

#[tokio::test]
async fn a_question_that_nobody_was_asked_has_no_answer() {
    let (office, _) = after(DIGEST).await;
    let difference = one(&office, &DIGEST.replace("24", "48")).await.difference.unwrap();
    assert_eq!(difference.step, 0);
    assert_eq!(difference.now.unwrap().given, json!({ "count": 48 }));
    assert!(difference.would_end.is_none());
}

#[tokio::test]
async fn a_step_that_is_left_out_is_told() {
    let (office, _) = after(DIGEST).await;
    let difference = one(&office, &DIGEST.replace("mail::digest(numbers);", "")).await.difference.unwrap();
    assert_eq!((difference.step, difference.was.unwrap().step.as_str()), (1, "mail::digest"));
    assert!(difference.now.is_none());
}

#[tokio::test]
async fn runs_before_the_day_and_runs_that_go_on_are_left_alone() {
    let (office, row) = after(DIGEST).await;
    assert!(all(&office, DIGEST, row.started_at + TimeDelta::seconds(1)).await.is_empty());
    let document = office.document(b"%PDF- paper", Some(doubtful())).await;
    office.script(
        "test",
        "let t = review::open(#{document: run.document}); let a = review::wait(t); run::done(a.note)",
    );
    let engine = office.open().await;
    let run = engine.start_run("test", json!({ "document": document }), "person").await.unwrap();
    office.ends_as(&run, RunState::Waiting).await;
    engine.shutdown().await;
    assert_eq!(all(&office, DIGEST, DateTime::<Utc>::MIN_UTC).await.len(), 1);
}

#[tokio::test]
async fn a_run_that_failed_is_seen_to_end_well_with_the_mended_script() {
    let (office, _) = after(&DIGEST.replace("run::done", "run::dine")).await;
    assert_eq!(one(&office, DIGEST).await.ended.state, "failed");
    let difference = one(&office, DIGEST).await.difference.unwrap();
    assert_eq!(difference.would_end.unwrap().state, "done");
}

#[tokio::test]
async fn a_script_that_does_not_compile_is_refused() {
    let (office, _) = after(DIGEST).await;
    let error = backtest(&office.store, "test", "let = ;", DateTime::<Utc>::MIN_UTC).await.unwrap_err();
    assert_eq!(error.code(), "DH-6003");
}
