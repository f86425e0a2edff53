//! Schedules against a clock that the test moves.

use chrono::{DateTime, TimeDelta, Utc};
use store::{FireOutcome, FireRow, HoldKind, HoldSource};

use super::*;
use crate::{Calendars, NotWorkingDay, OnHold, Overlap, ScheduleConfig};

fn daily(cron: &str) -> ScheduleConfig {
    let catch_up = Duration::from_hours(2);
    ScheduleConfig { catch_up, ..ScheduleConfig::new("digest", "test", cron, "Asia/Hong_Kong") }
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
    office.store.fires("digest", 20).await.unwrap()
}

async fn defined(office: &Office) {
    until("the schedule is known", || async {
        (!office.store.definitions("digest").await.unwrap().is_empty()).then_some(())
    })
    .await;
}

/// Waits until the newest fire has come out like this.
async fn came_out(office: &Office, outcome: FireOutcome) -> FireRow {
    until(&format!("a fire is {outcome}"), || async {
        fires(office).await.into_iter().find(|fire| fire.outcome == outcome)
    })
    .await
}

/// The answer to "why?" for a day.
async fn why(office: &Office, date: &str) -> String {
    asked(office, date).await.sentence.en
}

async fn asked(office: &Office, date: &str) -> crate::Why {
    let (schedules, date) = (&office.config.schedules, date.parse().unwrap());
    crate::why(&office.store, schedules, &Calendars::default(), "digest", Some(date)).await.unwrap()
}

#[tokio::test]
async fn a_schedule_fires_once_at_its_time_and_its_run_carries_it() {
    let office = office().await;
    let engine = office.open().await;
    defined(&office).await;
    assert_eq!(engine.schedules()[0].next.len(), 5);
    office.store.clock.advance(TimeDelta::minutes(1));
    let run = "test/digest/2026-11-20T09:00:00+08:00";
    office.ends_as(run, RunState::Done).await;
    office.store.clock.advance(TimeDelta::minutes(1));
    tokio::time::sleep(Duration::from_millis(1500)).await;
    engine.shutdown().await;
    let fires = fires(&office).await;
    assert_eq!(fires.len(), 1);
    assert_eq!((fires[0].run.as_str(), fires[0].outcome), (run, FireOutcome::Started));
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
    office.ends_as("test/digest/2026-11-22T09:00:00+08:00", RunState::Done).await;
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
            .any(|fire| fire.nominal == time("2026-11-23T01:00:00Z") && fire.outcome == FireOutcome::Missed)
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
        fires(&office).await.iter().any(|fire| fire.outcome == FireOutcome::SkippedOverlap).then_some(())
    })
    .await;
    office.mailer.shut(false);
    office.ends_as("test/digest/2026-11-20T09:00:00+08:00", RunState::Done).await;
    engine.shutdown().await;
    assert_eq!(office.store.runs(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn one_fire_waits_for_the_run_before_when_it_is_to_queue() {
    let mut office = office().await;
    office.config.schedules[0].overlap = Overlap::QueueOne;
    office.script("test", "mail::digest(report::hours(24));");
    office.mailer.shut(true);
    let engine = office.open().await;
    defined(&office).await;
    office.store.clock.advance(TimeDelta::minutes(1));
    until("the first is under way", || async { (office.mailer.asked() == 1).then_some(()) }).await;
    office.store.clock.advance(TimeDelta::days(1));
    came_out(&office, FireOutcome::Queued).await;
    assert!(
        why(&office, "2026-11-21")
            .await
            .contains("has waited at 09:00 for the end of run test/digest/2026-11-20")
    );
    office.store.clock.advance(TimeDelta::days(1));
    came_out(&office, FireOutcome::SkippedOverlap).await;
    office.mailer.shut(false);
    office.ends_as("test/digest/2026-11-20T09:00:00+08:00", RunState::Done).await;
    office.ends_as("test/digest/2026-11-21T09:00:00+08:00", RunState::Done).await;
    engine.shutdown().await;
    assert_eq!(office.store.runs(10).await.unwrap().len(), 2);
    let said = why(&office, "2026-11-22").await;
    assert!(
        said.contains(
            "did not run at 09:00, because run test/digest/2026-11-20T09:00:00+08:00 was still going"
        ),
        "{said}"
    );
}

#[tokio::test]
async fn what_a_typhoon_held_up_runs_once_when_it_is_over_even_after_a_restart() {
    let office = office().await;
    let hold = office.store.set_hold(HoldKind::Typhoon8, HoldSource::Person, "may", "").await.unwrap();
    let engine = office.open().await;
    defined(&office).await;
    assert!(why(&office, "2026-11-20").await.contains("unless typhoon signal 8 is still in force then"));
    office.store.clock.advance(TimeDelta::minutes(1));
    came_out(&office, FireOutcome::Held).await;
    assert_eq!(
        why(&office, "2026-11-20").await,
        "On Fri 20 Nov 2026, digest has waited at 09:00 for the end of typhoon signal 8."
    );
    assert_eq!(
        asked(&office, "2026-11-20").await.sentence.zh_hant,
        "2026年11月20日（星期五）：digest 原定在 09:00 執行，正等候八號或以上熱帶氣旋警告信號解除。"
    );
    office.store.clock.advance(TimeDelta::days(1));
    until("two are held", || async { (fires(&office).await.len() == 2).then_some(()) }).await;
    engine.shutdown().await;
    drop(engine);
    let engine = office.open().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(office.store.runs(10).await.unwrap().is_empty());
    office.store.clock.advance(TimeDelta::hours(3));
    office.store.lift_hold(&hold.id, "may", "").await.unwrap();
    office.ends_as("test/digest/2026-11-21T09:00:00+08:00", RunState::Done).await;
    engine.shutdown().await;
    assert_eq!(office.store.runs(10).await.unwrap().len(), 1);
    assert_eq!(
        why(&office, "2026-11-21").await,
        "On Sat 21 Nov 2026, digest ran at 09:00 late, on 21 Nov 2026 at 12:00, as run \
         test/digest/2026-11-21T09:00:00+08:00, which ended well."
    );
    assert!(
        why(&office, "2026-11-20").await.contains("only the latest one, that of 2026-11-21T09:00:00+08:00")
    );
}

#[tokio::test]
async fn a_fire_is_left_out_in_black_rain_when_that_is_its_policy() {
    let mut office = office().await;
    office.config.schedules[0].on_hold = OnHold::Skip;
    office.store.set_hold(HoldKind::BlackRain, HoldSource::Person, "may", "").await.unwrap();
    let engine = office.open().await;
    defined(&office).await;
    office.store.clock.advance(TimeDelta::minutes(1));
    came_out(&office, FireOutcome::SkippedHold).await;
    engine.shutdown().await;
    let said = why(&office, "2026-11-20").await;
    assert!(
        said.ends_with("did not run at 09:00, because the black rainstorm warning was in force."),
        "{said}"
    );
}

#[tokio::test]
async fn every_day_is_explained_in_one_sentence() {
    let mut office = office().await;
    office.store.clock.set(time("2026-12-22T00:00:00Z"));
    let schedule = &mut office.config.schedules[0];
    schedule.calendar = vec!["hk".to_owned(), "five_day".to_owned()];
    schedule.cron = "0 9 * * 1-6".to_owned();
    let not_served = "On Tue 22 Dec 2026, digest will run at 09:00: it is not yet due (once `deskhand serve` has been \
                      started with these settings).";
    assert_eq!(why(&office, "2026-12-22").await, not_served);
    let engine = office.open().await;
    defined(&office).await;
    office.store.clock.set(time("2026-12-22T01:00:30Z"));
    office.ends_as("test/digest/2026-12-22T09:00:00+08:00", RunState::Done).await;
    came_out(&office, FireOutcome::Started).await;
    office.store.clock.set(time("2026-12-25T01:00:30Z"));
    came_out(&office, FireOutcome::SkippedHoliday).await;
    came_out(&office, FireOutcome::Missed).await;
    engine.shutdown().await;
    drop(engine);
    for (date, says) in [
        (
            "2026-12-21",
            "digest did not run on Mon 21 Dec 2026, because it did not exist then: it is known since 22 Dec 2026 at 08:00.",
        ),
        (
            "2026-12-22",
            "On Tue 22 Dec 2026, digest ran at 09:00 as run test/digest/2026-12-22T09:00:00+08:00, which ended well.",
        ),
        (
            "2026-12-23",
            "On Wed 23 Dec 2026, digest did not run at 09:00, because Deskhand was not running then and came back after the catch-up window.",
        ),
        ("2026-12-25", "On Fri 25 Dec 2026, digest did not run at 09:00, because it was Christmas Day."),
        (
            "2026-12-26",
            "On Sat 26 Dec 2026, digest will not run at 09:00, because it is The first weekday after Christmas Day.",
        ),
        (
            "2026-12-27",
            "digest does not run on Sun 27 Dec 2026, because its fields `0 9 * * 1-6` (Asia/Hong_Kong) name no time on that day.",
        ),
        ("2026-12-28", "On Mon 28 Dec 2026, digest will run at 09:00: it is not yet due."),
        (
            "2028-01-03",
            "On Mon 3 Jan 2028, digest will run at 09:00: it is not yet due (the calendar hk says nothing of that year, so the day counts as a working day).",
        ),
    ] {
        assert_eq!(why(&office, date).await, says);
    }

    // Moved, then taken out.
    office.config.schedules[0].not_working_day = NotWorkingDay::Before;
    office.store.clock.set(time("2027-02-01T00:00:00Z"));
    let engine = office.open().await;
    until("the change is known", || async {
        (office.store.definitions("digest").await.unwrap().len() == 2).then_some(())
    })
    .await;
    engine.shutdown().await;
    drop(engine);
    assert_eq!(
        why(&office, "2027-02-06").await,
        "On Sat 6 Feb 2027, digest will not run by itself: its time is moved, not then (Lunar New Year's Day) but on Fri 5 \
         Feb 2027 at 09:00, where the fire of 2027-02-05T09:00:00+08:00 runs."
    );
    let schedules = std::mem::take(&mut office.config.schedules);
    let engine = office.open().await;
    engine.shutdown().await;
    drop(engine);
    assert_eq!(
        why(&office, "2027-02-05").await,
        "digest does not run on Fri 5 Feb 2027, because it was taken out of the settings on 1 Feb 2027 at 08:00."
    );
    office.config.schedules = schedules;
    let unknown =
        crate::why(&office.store, &office.config.schedules, &Calendars::default(), "month-end", None).await;
    assert_eq!(
        unknown.unwrap_err().to_string(),
        "DH-6041: there is no schedule month-end, and never was; there are: digest"
    );
}

#[tokio::test]
async fn an_engine_that_is_stopped_and_started_all_the_time_fires_each_time_once() {
    let mut office = office().await;
    office.config.grace = Duration::from_millis(1);
    office.config.schedules = vec![daily("*/10 * * * *")];
    for round in 0_u32..12 {
        let engine = office.open().await;
        if round == 0 {
            defined(&office).await;
        }
        tokio::time::sleep(Duration::from_millis(u64::from(round * 7 % 12) * 25)).await;
        office.store.clock.advance(TimeDelta::seconds(247));
        tokio::time::sleep(Duration::from_millis(u64::from(round * 5 % 12) * 100)).await;
        engine.shutdown().await;
    }
    let engine = office.open().await;
    let due =
        |fires: &[FireRow]| fires.iter().map(|fire| fire.due).collect::<std::collections::BTreeSet<_>>();
    // 12 times 247 seconds from 08:59: at nine, ten past, and so on to twenty to ten.
    until("every fire is accounted for", || async { (due(&fires(&office).await).len() == 5).then_some(()) })
        .await;
    for fire in fires(&office).await.iter().filter(|fire| fire.outcome == FireOutcome::Started) {
        office.ends_as(&fire.run, RunState::Done).await;
    }
    engine.shutdown().await;
    let started = fires(&office).await.iter().filter(|fire| fire.outcome == FireOutcome::Started).count();
    assert_eq!(office.store.runs(50).await.unwrap().len(), started);
}

#[tokio::test]
async fn a_run_by_hand_in_between_takes_no_schedule_out_of_the_settings() {
    let mut office = office().await;
    let engine = office.open().await;
    defined(&office).await;
    engine.shutdown().await;
    drop(engine);
    let schedules = std::mem::take(&mut office.config.schedules);
    office.config.by_hand = true;
    let engine = office.open().await;
    engine.shutdown().await;
    drop(engine);
    office.store.clock.advance(TimeDelta::minutes(30));
    (office.config.schedules, office.config.by_hand) = (schedules, false);
    let engine = office.open().await;
    office.ends_as("test/digest/2026-11-20T09:00:00+08:00", RunState::Done).await;
    engine.shutdown().await;
    assert_eq!(office.store.definitions("digest").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_schedule_that_is_wrong_stops_the_start_with_its_reason() {
    let mut office = office().await;
    office.config.schedules = vec![daily("* * 0,30 * * * *")];
    assert_eq!(office.try_open().await.err().unwrap().code(), "DH-6008");
}
