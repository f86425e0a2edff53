use super::{lines, on_both_databases};
use crate::{HoldKind, HoldSource};

on_both_databases! {
    async fn a_hold_is_set_once_and_lifted_once_and_the_chain_says_by_whom(store) {
        let set = store.set_hold(HoldKind::Typhoon8, HoldSource::Person, "may", "").await.unwrap();
        let before = lines(&store).await;
        assert_eq!(store.set_hold(HoldKind::Typhoon8, HoldSource::Person, "ann", "").await.unwrap(), set);
        assert_eq!(lines(&store).await, before);
        let polled = store.set_hold(HoldKind::Typhoon8, HoldSource::Polled, "deskhand", "").await.unwrap();
        assert_eq!(store.holds_in_force().await.unwrap().len(), 2);
        assert!(store.lift_hold(&set.id, "ann", "").await.unwrap());
        assert!(!store.lift_hold(&set.id, "may", "").await.unwrap());
        assert_eq!(store.holds_in_force().await.unwrap(), [polled]);
        let history = store.audit_of(&format!("holds/{}", set.id)).await.unwrap();
        let acts: Vec<_> = history.iter().map(|line| (line.actor.as_str(), line.action.as_str())).collect();
        assert_eq!(acts, [("may", "hold.set"), ("ann", "hold.lifted")]);
        assert_eq!(store.holds(9).await.unwrap().len(), 2);
    }

    async fn an_address_is_silent_since_its_first_failure_until_it_answers(store) {
        let first = store.hold_source_failed().await.unwrap();
        store.clock.advance(chrono::TimeDelta::hours(1));
        assert_eq!(store.hold_source_failed().await.unwrap(), first);
        store.hold_source_was_told().await.unwrap();
        let told = store.silent_hold_source().await.unwrap().unwrap();
        assert_eq!((told.silent_since, told.told_at), (first.silent_since, Some(store.now())));
        store.hold_source_answered().await.unwrap();
        assert_eq!(store.silent_hold_source().await.unwrap(), None);
        assert!(store.hold_source_failed().await.unwrap().silent_since > first.silent_since);
    }
}
