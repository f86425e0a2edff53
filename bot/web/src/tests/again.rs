//! Failed runs on the pages: the list, trying again, putting away.

use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use serde_json::json;
use store::{FailureClass, NewRun, Role, RunEnd, RunFailure, RunState, StepState};

use super::*;
use crate::{Again, NotAgain};

/// A run that failed at its second step.
async fn failed(desk: &Desk) -> String {
    let run = NewRun {
        id: "report/month-end/2026-04-01T09:00:00+08:00".to_owned(),
        workflow: "report".to_owned(),
        script_sha256: "5f".repeat(32),
        document: None,
        trigger: "schedule".to_owned(),
    };
    desk.store.start_run(&run).await.unwrap();
    seed::step(&desk.store, &run.id, 0, "calendar::today", StepState::Done, &json!("2026-04-01")).await;
    let failure = json!({ "class": "outcome_unknown", "code": "DH-6524", "text": "nobody knows" });
    seed::step(&desk.store, &run.id, 1, "http::post", StepState::Failed, &failure).await;
    let failure = RunFailure { class: FailureClass::OutcomeUnknown, step: Some(1), line: Some(4) };
    let note = "DH-6524: nobody knows".to_owned();
    let (generation, state, answer) = (None, RunState::Failed, None);
    let end = RunEnd { run: run.id.clone(), generation, state, note, failure: Some(failure), answer };
    desk.store.end_run(&end).await.unwrap();
    run.id
}

/// A desk whose engine notes what it is asked, and refuses to send twice.
async fn desk() -> (Desk, Arc<Mutex<Vec<Again>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&asked);
    let desk = Desk::with(|state| {
        state.again = Some(Arc::new(move |again: Again| {
            let meant = again.repeat_effects;
            told.lock().unwrap().push(again);
            let text = "DH-6051: step 1 `http::post`".to_owned();
            let refused = NotAgain { code: "DH-6051".to_owned(), text };
            Box::pin(std::future::ready(if meant { Ok(()) } else { Err(refused) }))
        }));
    })
    .await;
    (desk, asked)
}

#[tokio::test]
async fn a_failed_run_stays_in_sight_until_somebody_deals_with_it() {
    let (desk, _) = desk().await;
    let run = failed(&desk).await;
    let mei = desk.reviewer().await;
    assert!(desk.get(&mei, "/").await.text.contains("/runs?state=failed"));
    assert!(desk.get("", "/health").await.text.contains("failed runs: 1"));
    let list = desk.get(&mei, "/runs").await.text;
    assert!(list.contains("1 run has failed") && list.contains("outcome unknown:"), "{list}");
    assert!(list.contains(">month-end 1 Apr 2026 09:00</a>"), "{list}");
    assert!(list.contains("step 1") && list.contains("line 4 of the workflow"), "{list}");
    let page = desk.get(&mei, &paths::run(&run)).await.text;
    assert!(page.contains("/retry") && page.contains("/put-away") && page.contains("DH-6524"), "{page}");

    let away = format!("{}/put-away", paths::run(&run));
    let refused = desk.post(&mei, &away, &[("why", " ")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("Say why nothing more is to be done."), "{}", refused.text);
    assert_eq!(desk.post(&mei, &away, &[("why", "typed by hand")]).await.status, StatusCode::SEE_OTHER);
    let page = desk.get(&mei, &paths::run(&run)).await.text;
    assert!(page.contains("Put away by Mei") && page.contains("typed by hand"), "{page}");
    assert!(!desk.get(&mei, "/").await.text.contains("/runs?state=failed"));
    let log = desk.store.audit_of(&format!("runs/{run}")).await.unwrap();
    let person = desk.store.people().await.unwrap().remove(0);
    assert!(log.iter().any(|entry| entry.action == "run.put_away" && entry.actor == person.id));
}

#[tokio::test]
async fn what_would_leave_the_house_again_is_named_before_it_does() {
    let (desk, asked) = desk().await;
    let run = failed(&desk).await;
    let mei = desk.reviewer().await;
    let retry = format!("{}/retry", paths::run(&run));
    let refused = desk.post(&mei, &retry, &[("from", "1"), ("new_version", "yes"), ("why", "")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused.text.contains("a second time") && refused.text.contains("http::post"),
        "{}",
        refused.text
    );
    let form = [("from", ""), ("repeat", "yes"), ("why", "they lost it")];
    assert_eq!(desk.post(&mei, &retry, &form).await.location(), paths::run(&run));
    let asked = asked.lock().unwrap().clone();
    assert_eq!((asked[0].from, asked[0].on_new_version, asked[0].repeat_effects), (Some(1), true, false));
    assert_eq!(
        (asked[1].from, asked[1].why.as_str(), asked[1].run.as_str()),
        (None, "they lost it", run.as_str())
    );
}

#[tokio::test]
async fn who_may_only_look_changes_nothing_and_an_author_sends_nothing_twice() {
    let (desk, asked) = desk().await;
    let run = failed(&desk).await;
    let (retry, away) = (format!("{}/retry", paths::run(&run)), format!("{}/put-away", paths::run(&run)));
    let viewer = desk.enter("Vera", Role::Viewer, Speaks::ZhHant).await;
    let page = desk.get(&viewer, &paths::run(&run)).await.text;
    assert!(!page.contains("/retry") && page.contains("結果不明"), "{page}");
    for path in [&retry, &away] {
        assert_eq!(desk.post(&viewer, path, &[("why", "x")]).await.status, StatusCode::FORBIDDEN);
    }
    let author = desk.enter("Ada", Role::Author, Speaks::En).await;
    let form = [("repeat", "yes"), ("why", "x")];
    assert_eq!(desk.post(&author, &retry, &form).await.status, StatusCode::FORBIDDEN);
    assert!(asked.lock().unwrap().is_empty());
    assert_eq!(desk.post(&author, &retry, &[("why", "x")]).await.status, StatusCode::CONFLICT);
}
