use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;

use super::{lines, on_both_databases, started, task_of};
use crate::testing::TestStore;
use crate::{Decided, Decision, NewTask, RunState, StoreError, TaskFilter, TaskState};

const LEASE: Duration = Duration::from_mins(15);

async fn asked(store: &TestStore) -> NewTask {
    let (_, run) = started(store, "a").await;
    let task = task_of(&run);
    store.open_task(&task).await.unwrap();
    task
}

fn approve() -> Decided {
    Decided { decision: Decision::Approve, corrections: json!({}), note: String::new() }
}

on_both_databases! {
    async fn asking_twice_asks_once(store) {
        let (document, run) = started(&store, "a").await;
        let task = task_of(&run);
        let first = store.open_task(&task).await.unwrap();
        assert_eq!((first.state, first.version, first.document_name), (TaskState::Open, 1, document.name));
        assert_eq!(store.run(&run.id).await.unwrap().unwrap().0.state, RunState::Waiting);
        store.decide(&task.id, 1, "ann", &approve()).await.unwrap();
        let before = lines(&store).await;
        let again = store.open_task(&task).await.unwrap();
        assert_eq!((again.state, again.decision), (TaskState::Decided, Some(Decision::Approve)));
        assert_eq!(lines(&store).await, before);
        assert_eq!(store.tasks_of_run(&run.id).await.unwrap().len(), 1);
    }

    async fn a_claim_keeps_others_out_until_its_lease_ends(store) {
        let task = asked(&store).await;
        let claimed = store.claim(&task.id, "ann", LEASE).await.unwrap();
        assert_eq!((claimed.state, claimed.version), (TaskState::Claimed, 2));
        assert_eq!(claimed.held_by(store.now()), Some("ann"));
        let until = store.now() + LEASE;
        for refused in [store.claim(&task.id, "bob", LEASE).await, store.decide(&task.id, 2, "bob", &approve()).await] {
            match refused {
                Err(StoreError::ClaimedByOther { by, until: to }) => assert_eq!((by.as_str(), to), ("ann", until)),
                other => panic!("{other:?}"),
            }
        }
        store.clock.advance(TimeDelta::minutes(10));
        let renewed = store.claim(&task.id, "ann", LEASE).await.unwrap();
        assert_eq!((renewed.version, renewed.claimed_until), (2, Some(store.now() + LEASE)));
        store.clock.advance(TimeDelta::minutes(16));
        assert_eq!(store.task(&task.id).await.unwrap().unwrap().held_by(store.now()), None);
        assert_eq!(store.claim(&task.id, "bob", LEASE).await.unwrap().version, 3);
        let late = store.decide(&task.id, 2, "ann", &approve()).await;
        assert!(matches!(late, Err(StoreError::ClaimedByOther { .. })));
        store.release(&task.id, "bob").await.unwrap();
        let late = store.decide(&task.id, 2, "ann", &approve()).await;
        assert!(matches!(late, Err(StoreError::VersionChanged)));
    }

    async fn whose_lease_ended_unnoticed_may_still_decide(store) {
        let task = asked(&store).await;
        store.claim(&task.id, "ann", LEASE).await.unwrap();
        store.clock.advance(TimeDelta::hours(1));
        store.decide(&task.id, 2, "ann", &approve()).await.unwrap();
    }

    async fn only_the_holder_lets_go(store) {
        let task = asked(&store).await;
        store.claim(&task.id, "ann", LEASE).await.unwrap();
        assert!(!store.release(&task.id, "bob").await.unwrap());
        assert!(store.release(&task.id, "ann").await.unwrap());
        assert!(!store.release(&task.id, "ann").await.unwrap());
        let row = store.task(&task.id).await.unwrap().unwrap();
        assert_eq!((row.state, row.claimed_by, row.claimed_until), (TaskState::Open, None, None));
    }

    async fn a_decision_is_final_and_goes_on_once(store) {
        let task = asked(&store).await;
        store.claim(&task.id, "ann", LEASE).await.unwrap();
        let corrections = json!({"total": "114.00"});
        let decided = Decided { decision: Decision::Correct, corrections: corrections.clone(), note: "看清楚了".into() };
        let row = store.decide(&task.id, 2, "ann", &decided).await.unwrap();
        assert_eq!((row.state, row.version, row.decided_by.as_deref()), (TaskState::Decided, 3, Some("ann")));
        assert_eq!((row.corrections, row.note.as_deref()), (Some(corrections), Some("看清楚了")));
        assert_eq!(row.decided_at, Some(store.now()));
        for refused in [store.decide(&task.id, 3, "ann", &approve()).await, store.claim(&task.id, "bob", LEASE).await] {
            assert!(matches!(refused, Err(StoreError::AlreadyDecided)), "{refused:?}");
        }
        assert!(!store.release(&task.id, "ann").await.unwrap());
        assert_eq!(store.decided_unapplied().await.unwrap().len(), 1);
        store.mark_applied(&task.id).await.unwrap();
        let before = lines(&store).await;
        store.mark_applied(&task.id).await.unwrap();
        assert_eq!(lines(&store).await, before);
        assert!(store.decided_unapplied().await.unwrap().is_empty());
        assert_eq!(store.run(&task.run).await.unwrap().unwrap().0.state, RunState::Running);
        assert_eq!(store.task(&task.id).await.unwrap().unwrap().applied_at, Some(store.now()));
        let late = store.decide(&task.id, 3, "ann", &approve()).await;
        assert!(matches!(late, Err(StoreError::AlreadyDecided)));
    }

    async fn an_undecided_task_cannot_be_applied(store) {
        let task = asked(&store).await;
        assert!(matches!(store.mark_applied(&task.id).await, Err(StoreError::WrongState { what: "task", .. })));
        assert!(matches!(store.mark_applied("no").await, Err(StoreError::NotFound { what: "task" })));
        assert!(matches!(store.decide("no", 1, "ann", &approve()).await, Err(StoreError::NotFound { what: "task" })));
        assert_eq!(store.task("no").await.unwrap(), None);
    }

    async fn the_queue_shows_the_oldest_first(store) {
        let mut ids = Vec::new();
        for name in ["c", "a", "b"] {
            let (document, run) = started(&store, name).await;
            store.save_invoice(&document.sha256, &json!({}), None, Some("朝陽"), Some("113.00"), None).await.unwrap();
            ids.push(store.open_task(&task_of(&run)).await.unwrap().id);
            store.clock.advance(TimeDelta::minutes(1));
        }
        store.decide(&ids[1], 1, "ann", &approve()).await.unwrap();
        store.clock.advance(TimeDelta::minutes(1));
        let listed = |rows: Vec<crate::TaskRow>| rows.into_iter().map(|task| task.id).collect::<Vec<_>>();
        assert_eq!(listed(store.tasks(&TaskFilter::open(9)).await.unwrap()), [ids[0].clone(), ids[2].clone()]);
        assert_eq!(listed(store.tasks(&TaskFilter::done(9)).await.unwrap()), [ids[1].clone()]);
        assert_eq!(store.tasks(&TaskFilter::all(9)).await.unwrap().len(), 3);
        assert_eq!(store.tasks(&TaskFilter::all(1)).await.unwrap().len(), 1);
        assert_eq!(store.tasks_open().await.unwrap(), 2);
        let row = store.task(&ids[0]).await.unwrap().unwrap();
        assert_eq!((row.supplier.as_deref(), row.total.as_deref()), (Some("朝陽"), Some("113.00")));
        assert!(row.reason.ends_with("稅號"));
    }
}
