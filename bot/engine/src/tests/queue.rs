//! Runs that wait for their turn.

use std::collections::BTreeMap;

use serde_json::json;
use store::{Limit, Limits, Priority, RunState};

use super::*;

async fn limited(limit: Limit) -> Office {
    let mut office = Office::new().await;
    office.config.limits = Limits { at_once: None, workflows: BTreeMap::from([("test".to_owned(), limit)]) };
    office
}

#[tokio::test]
async fn runs_over_the_limit_wait_and_all_of_them_are_done_once() {
    let limit = Limit { at_once: Some(2), per_minute: None, priority: Priority::Normal };
    let office = limited(limit).await;
    office.script("test", "calendar::today(); mail::digest(report::hours(1)); run::done(\"\")");
    office.mailer.shut(true);
    let engine = office.open().await;
    for key in 0..7 {
        engine.start_run("test", json!({ "key": format!("{key}") }), "person").await.unwrap();
    }
    until("two are at work", || async { (office.mailer.asked() == 2).then_some(()) }).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(office.mailer.asked(), 2);
    let queued = office.store.runs(10).await.unwrap().into_iter().filter(|row| row.state == RunState::Queued);
    let mut places: Vec<_> = queued.map(|row| row.position.unwrap()).collect();
    places.sort_unstable();
    assert_eq!(places, [1, 2, 3, 4, 5]);
    // A second start changes nothing, and a stop loses nothing.
    engine.start_run("test", json!({ "key": "6" }), "person").await.unwrap();
    engine.shutdown().await;
    drop(engine);
    office.mailer.shut(false);
    let engine = office.open().await;
    for key in 0..7 {
        office.ends_as(&format!("test/{key}"), RunState::Done).await;
    }
    engine.shutdown().await;
    assert_eq!((office.mailer.sent(), office.store.runs(20).await.unwrap().len()), (7, 7));
}

#[tokio::test]
async fn no_more_begin_in_a_minute_than_may_and_a_queued_run_can_be_cancelled() {
    let limit = Limit { at_once: None, per_minute: Some(1), priority: Priority::Low };
    let office = limited(limit).await;
    office.script("test", "run::done(\"\")");
    let engine = office.open().await;
    for key in ["a", "b", "c"] {
        engine.start_run("test", json!({ "key": key }), "person").await.unwrap();
    }
    office.ends_as("test/a", RunState::Done).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(office.row("test/b").await.0.state, RunState::Queued);
    engine.cancel("test/b", "not needed").await.unwrap();
    office.store.clock.advance(chrono::TimeDelta::seconds(61));
    office.ends_as("test/c", RunState::Done).await;
    assert_eq!(office.row("test/b").await.0.state, RunState::Cancelled);
    engine.shutdown().await;
}
