use chrono::TimeDelta;

use super::{lines, on_both_databases};

on_both_databases! {
    async fn a_schedule_fires_once_for_each_time(store) {
        let nominal = store.now();
        assert!(store.record_fire("daily_digest", nominal, "daily_digest/1", "started").await.unwrap());
        let before = lines(&store).await;
        assert!(!store.record_fire("daily_digest", nominal, "daily_digest/1", "started").await.unwrap());
        assert_eq!(lines(&store).await, before);
        let next = nominal + TimeDelta::days(1);
        assert!(store.record_fire("daily_digest", next, "daily_digest/2", "skipped_holiday").await.unwrap());
        assert!(store.record_fire("other", nominal, "other/1", "started").await.unwrap());
        let fires = store.fires("daily_digest", 9).await.unwrap();
        assert_eq!((fires.len(), fires[0].nominal, fires[0].outcome.as_str()), (2, next, "skipped_holiday"));
        assert_eq!(store.last_fire("daily_digest").await.unwrap(), Some(fires[0].clone()));
        assert_eq!(store.last_fire("never").await.unwrap(), None);
    }
}
