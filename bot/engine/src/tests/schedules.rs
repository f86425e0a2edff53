//! Schedules against a clock that the test moves.

use chrono::{DateTime, TimeDelta, Utc};
use store::FireRow;

use super::*;
use crate::ScheduleConfig;

fn daily(cron: &str) -> ScheduleConfig {
    ScheduleConfig {
        name: "digest".to_owned(),
        workflow: "test".to_owned(),
        cron: cron.to_owned(),
        zone: "Asia/Hong_Kong".to_owned(),
        catch_up: Duration::from_hours(2),
    }
}

/// An office at 08:59 on a Friday in Hong Kong, with a digest at nine.
async fn office() -> Office {
    let mut office = Office::new().await;
    office.script("test", "calendar::today();");
    office.store.clock.set(time("2026-11-20T00:59:00Z"));
    office.config.schedules = vec![daily("0 9 * * *")];
    office
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn fires(office: &Office) -> Vec<FireRow> {
    let fires = office.store.fires("digest", 20).await.unwrap();
    fires.into_iter().filter(|fire| !fire.outcome.starts_with("defined:")).collect()
}

async fn defined(office: &Office) {
    until("the schedule is known", || async {
        (!office.store.fires("digest", 20).await.unwrap().is_empty()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_schedule_fires_once_at_its_time_and_its_run_carries_it() {
    let office = office().await;
    let engine = office.open().await;
    defined(&office).await;
    assert_eq!(engine.schedules()[0].next.len(), 5);
    office.store.clock.advance(TimeDelta::minutes(1));
    let run = "test/2026-11-20T09:00:00+08:00";
    office.ends_as(run, RunState::Done).await;
    office.store.clock.advance(TimeDelta::minutes(1));
    tokio::time::sleep(Duration::from_millis(1500)).await;
    engine.shutdown().await;
    let fires = fires(&office).await;
    assert_eq!(fires.len(), 1);
    assert_eq!((fires[0].run.as_str(), fires[0].outcome.as_str()), (run, "started"));
}

#[tokio::test]
async fn a_fire_that_was_missed_a_short_while_ago_is_made_up_for_and_an_old_one_is_not() {
    let office = office().await;
    let engine = office.open().await;
    defined(&office).await;
    engine.shutdown().await;
    drop(engine);

    // Three days later, an hour after the last of three missed fires.
    office.store.clock.set(time("2026-11-22T02:00:00Z"));
    let engine = office.open().await;
    office.ends_as("test/2026-11-22T09:00:00+08:00", RunState::Done).await;
    engine.shutdown().await;
    drop(engine);
    assert_eq!(office.store.runs(10).await.unwrap().len(), 1);

    // Another day later, five hours late.
    office.store.clock.set(time("2026-11-23T06:00:00Z"));
    let engine = office.open().await;
    until("the missed fire is noted", || async {
        fires(&office)
            .await
            .iter()
            .any(|fire| fire.nominal == time("2026-11-23T01:00:00Z") && fire.outcome == "missed")
            .then_some(())
    })
    .await;
    engine.shutdown().await;
    assert_eq!(
        office.store.runs(10).await.unwrap().len(),
        1,
        "what is older than the window is not made up for"
    );
}

#[tokio::test]
async fn a_changed_schedule_does_not_fire_for_a_time_that_has_gone() {
    let mut office = office().await;
    let engine = office.open().await;
    defined(&office).await;
    engine.shutdown().await;
    drop(engine);
    office.config.schedules = vec![daily("30 8 * * *")];
    let engine = office.open().await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    engine.shutdown().await;
    assert!(office.store.runs(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_fire_is_left_out_while_the_one_before_is_still_going() {
    let office = office().await;
    office.script("test", "mail::digest(report::hours(24));");
    office.mailer.shut(true);
    let engine = office.open().await;
    defined(&office).await;
    office.store.clock.advance(TimeDelta::minutes(1));
    until("the first is under way", || async { (office.mailer.asked() == 1).then_some(()) }).await;
    office.store.clock.advance(TimeDelta::days(1));
    until("the second is left out", || async {
        fires(&office).await.iter().any(|fire| fire.outcome == "skipped_overlap").then_some(())
    })
    .await;
    office.mailer.shut(false);
    office.ends_as("test/2026-11-20T09:00:00+08:00", RunState::Done).await;
    engine.shutdown().await;
    assert_eq!(office.store.runs(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_schedule_that_is_wrong_stops_the_start_with_its_reason() {
    let mut office = office().await;
    office.config.schedules = vec![daily("* * 0,30 * * * *")];
    assert_eq!(office.try_open().await.err().unwrap().code(), "DH-6008");
}
