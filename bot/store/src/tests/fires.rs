use chrono::{DateTime, TimeDelta, Utc};

use super::{lines, on_both_databases};
use crate::{FireOutcome, NewFire};

/// A fire that was due at its nominal time.
pub(super) fn fire<'a>(
    schedule: &'a str,
    nominal: DateTime<Utc>,
    run: &'a str,
    outcome: FireOutcome,
) -> NewFire<'a> {
    NewFire { schedule, nominal, due: nominal, run, outcome, note: "" }
}

on_both_databases! {
    async fn a_schedule_fires_once_for_each_time(store) {
        let nominal = store.now();
        let first = fire("daily_digest", nominal, "daily_digest/1", FireOutcome::Started);
        assert!(store.record_fire(&first).await.unwrap());
        let before = lines(&store).await;
        assert!(!store.record_fire(&first).await.unwrap());
        assert_eq!(lines(&store).await, before);
        let next = nominal + TimeDelta::days(1);
        let holiday = NewFire { note: "Christmas Day", ..fire("daily_digest", next, "daily_digest/2", FireOutcome::SkippedHoliday) };
        assert!(store.record_fire(&holiday).await.unwrap());
        assert!(store.record_fire(&fire("other", nominal, "other/1", FireOutcome::Started)).await.unwrap());
        let fires = store.fires("daily_digest", 9).await.unwrap();
        assert_eq!((fires.len(), fires[0].nominal, fires[0].outcome), (2, next, FireOutcome::SkippedHoliday));
        assert_eq!(fires[0].note, "Christmas Day");
        assert!(store.fires("never", 9).await.unwrap().is_empty());
    }

    async fn a_fire_is_found_by_the_day_that_it_is_named_for_and_by_the_day_on_which_it_is_due(store) {
        let (nominal, due) = (store.now(), store.now() + TimeDelta::days(3));
        let moved = NewFire { due, ..fire("digest", nominal, "digest/1", FireOutcome::Started) };
        store.record_fire(&moved).await.unwrap();
        let hour = TimeDelta::hours(1);
        for (at, found) in [(nominal, 1), (nominal + TimeDelta::days(1), 0), (due, 1)] {
            assert_eq!(store.fires_between("digest", at - hour, at + hour).await.unwrap().len(), found);
        }
    }

    async fn a_fire_that_waits_is_settled_once(store) {
        let nominal = store.now();
        store.record_fire(&fire("digest", nominal, "digest/1", FireOutcome::Held)).await.unwrap();
        assert_eq!(store.fires_waiting("digest").await.unwrap()[0].run, "digest/1");
        assert!(store.settle_fire("digest", nominal, FireOutcome::Started, "").await.unwrap());
        assert!(!store.settle_fire("digest", nominal, FireOutcome::SkippedOverlap, "").await.unwrap());
        assert!(store.fires_waiting("digest").await.unwrap().is_empty());
        assert_eq!(store.fires("digest", 1).await.unwrap()[0].outcome, FireOutcome::Started);
    }

    async fn a_schedule_keeps_everything_that_it_was(store) {
        let (nine, ten) = (serde_json::json!({"cron": "0 9 * * *"}), serde_json::json!({"cron": "0 10 * * *"}));
        store.define_schedule("digest", Some(&nine)).await.unwrap();
        let before = lines(&store).await;
        assert_eq!(store.define_schedule("digest", Some(&nine)).await.unwrap().len(), 1);
        assert_eq!(lines(&store).await, before);
        store.define_schedule("digest", Some(&ten)).await.unwrap();
        assert_eq!(store.defined_schedules().await.unwrap(), ["digest"]);
        let all = store.define_schedule("digest", None).await.unwrap();
        let all: Vec<_> = all.into_iter().map(|row| row.definition).collect();
        assert_eq!(all, [Some(nine), Some(ten), None]);
        assert!(store.defined_schedules().await.unwrap().is_empty());
    }
}
