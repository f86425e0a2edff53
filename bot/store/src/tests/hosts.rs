use chrono::TimeDelta;

use super::on_both_databases;

on_both_databases! {
    async fn a_machine_is_there_until_it_ends_or_is_not_seen(store) {
        let lanes = ["steps".to_owned(), "posting".to_owned()];
        store.host_started("back-room", &lanes, "0.1.0").await.unwrap();
        store.clock.advance(TimeDelta::minutes(1));
        assert!(!store.host_is_there("back-room").await.unwrap());
        let row = store.hosts().await.unwrap().remove(0);
        assert_eq!((row.lanes.as_slice(), row.seen_at), (&lanes[..], store.now()));
        assert_eq!((row.ended_at, row.told_at), (None, None));

        assert!(store.host_is_gone("back-room").await.unwrap());
        assert!(!store.host_is_gone("back-room").await.unwrap(), "one of several tells the operators");
        assert!(store.host_is_there("back-room").await.unwrap(), "it is back");
        assert_eq!(store.hosts().await.unwrap()[0].told_at, None);

        store.host_ended("back-room").await.unwrap();
        assert_eq!(store.hosts().await.unwrap()[0].ended_at, Some(store.now()));
        store.host_started("back-room", &lanes[..1], "0.2.0").await.unwrap();
        let row = store.hosts().await.unwrap().remove(0);
        assert_eq!((row.lanes.len(), row.version.as_str(), row.ended_at), (1, "0.2.0", None));
    }
}
