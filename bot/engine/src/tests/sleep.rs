//! Sleeping for hours and days.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use store::RunState;

use super::*;
use crate::host::sleep::{self, Almanac};
use crate::tape::Call;
use crate::{Calendars, Retry};

#[tokio::test]
async fn a_run_sleeps_for_days_through_a_restart_and_the_loss_of_the_engines_file() {
    let office = Office::new().await;
    office.script("test", "let w = run::sleep(#{ days: 3, hours: 1 }); run::done(w.at)");
    let engine = office.open().await;
    let run = engine.start_run("test", json!({ "key": "1" }), "person").await.unwrap();
    let row = office.ends_as(&run, RunState::Waiting).await;
    until("it sleeps", || async { office.row(&run).await.0.wakes_at }).await;
    drop(row);
    engine.shutdown().await;
    drop(engine);
    for file in std::fs::read_dir(&office.config.data_dir).unwrap() {
        let path = file.unwrap().path();
        if path.to_string_lossy().contains("engine.db") {
            std::fs::remove_file(path).unwrap();
        }
    }
    office.store.clock.advance(TimeDelta::days(3));
    let engine = office.open().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(office.row(&run).await.0.state, RunState::Waiting, "an hour too early");
    // The clock jumps on, or the machine was asleep.
    office.store.clock.advance(TimeDelta::hours(1));
    let row = office.ends_as(&run, RunState::Done).await;
    assert_eq!(row.note, "2026-04-04 11:00", "three days and an hour after 10:00 on 1 April");
    engine.shutdown().await;
}

#[tokio::test]
async fn a_sleeping_run_can_be_cancelled_and_goes_on_sleeping_when_it_is_run_again() {
    let office = Office::new().await;
    office.script("test", "let w = run::sleep(#{ days: 2 }); run::done(w.at)");
    let engine = office.open().await;
    let run = engine.start_run("test", json!({ "key": "1" }), "person").await.unwrap();
    office.ends_as(&run, RunState::Waiting).await;
    engine.cancel(&run, "no longer needed").await.unwrap();
    office.ends_as(&run, RunState::Cancelled).await;
    office.store.clock.advance(TimeDelta::days(1));
    engine.run_again(&run, &Retry::default(), "mei").await.unwrap();
    let woken = until("it sleeps again", || async { office.row(&run).await.0.wakes_at }).await;
    assert_eq!(woken, office.store.now() + TimeDelta::days(1), "it keeps its time");
    office.store.clock.advance(TimeDelta::days(1));
    office.ends_as(&run, RunState::Done).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn what_is_no_time_is_refused_in_words() {
    for script in [
        "run::sleep(#{ weeks: 1 })",
        "run::sleep(#{})",
        "run::sleep(#{ days: -1 })",
        "run::sleep(#{ days: 900 })",
        "run::sleep_until(\"tomorrow\")",
        "run::sleep_working_days(0)",
        "run::sleep_working_days(1, \"moon\")",
    ] {
        let (row, _) = Office::new().await.run(script).await;
        assert!(row.note.starts_with("DH-6053: "), "{script}: {}", row.note);
    }
}

#[tokio::test]
async fn what_has_passed_is_not_waited_for() {
    let (row, steps) = Office::new().await.run("run::done(run::sleep_until(\"2026-03-31 08:00\").at)").await;
    assert_eq!((row.state, row.note.as_str(), steps.len()), (RunState::Done, "2026-03-31 08:00", 1));
}

#[test]
fn days_and_hours_are_those_of_the_office() {
    let calendars = Calendars::default();
    let days = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        calendars.together(&names).unwrap()
    };
    let office = days(&["hk", "five_day"]);
    let wakes = |zone: chrono_tz::Tz, now: &str, name: &str, args: Value| {
        let almanac = Almanac { zone, office_days: &office, calendars: &calendars };
        let now: DateTime<Utc> = now.parse().unwrap();
        let call = Call { index: 0, name: name.to_owned(), args };
        let until = sleep::wake_at(&almanac, &call, now).unwrap();
        sleep::answer(zone, until)["at"].as_str().unwrap().to_owned()
    };
    let hk = chrono_tz::Asia::Hong_Kong;
    // 10:00 on Thursday, 2 April 2026; the Friday after is Good Friday, the Monday Easter Monday, the Tuesday a holiday.
    let now = "2026-04-02T02:00:00Z";
    for (name, args, until) in [
        (sleep::SLEEP, json!({ "minutes": 90 }), "2026-04-02 11:30"),
        (sleep::SLEEP, json!({ "days": 30 }), "2026-05-02 10:00"),
        (sleep::SLEEP_UNTIL, json!({ "time": "2026-04-30" }), "2026-04-30 00:00"),
        (sleep::SLEEP_UNTIL, json!({ "time": "2026-04-30 09:15" }), "2026-04-30 09:15"),
        (sleep::SLEEP_UNTIL, json!({ "time": "09:00" }), "2026-04-03 09:00"),
        (sleep::SLEEP_UNTIL, json!({ "time": "17:00" }), "2026-04-02 17:00"),
        (sleep::SLEEP_UNTIL, json!({ "time": "2026-04-05T00:00:00Z" }), "2026-04-05 08:00"),
        (sleep::SLEEP_WORKING_DAYS, json!({ "count": 1, "calendar": null }), "2026-04-08 10:00"),
        (sleep::SLEEP_WORKING_DAYS, json!({ "count": 2, "calendar": null }), "2026-04-09 10:00"),
        (sleep::SLEEP_WORKING_DAYS, json!({ "count": 1, "calendar": "five_day" }), "2026-04-03 10:00"),
    ] {
        assert_eq!(wakes(hk, now, name, args.clone()), until, "{name} {args}");
    }
    // A day later is the same hour, also when clocks are put on; an hour that does not exist is the next one.
    let london = chrono_tz::Europe::London;
    let before = "2026-03-28T01:30:00Z";
    assert_eq!(wakes(london, before, sleep::SLEEP, json!({ "days": 1 })), "2026-03-29 02:30");
    let noon = "2026-03-28T12:00:00Z";
    assert_eq!(wakes(london, noon, sleep::SLEEP, json!({ "days": 1 })), "2026-03-29 12:00");
}
