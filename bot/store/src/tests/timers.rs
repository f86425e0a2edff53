use chrono::TimeDelta;
use serde_json::json;

use super::{on_both_databases, started};
use crate::{Limits, NewChildren, NewRun, RunState, StepState};

on_both_databases! {
    async fn a_sleeper_is_woken_when_its_time_has_come_and_not_before(store) {
        let (_, run) = started(&store, "a").await;
        let at = store.now() + TimeDelta::days(3);
        assert_eq!(store.timer(&run.id, 0, &json!({"days": 3}), at).await.unwrap(), at);
        store.begin_step(&run.id, 0, "run::sleep", &json!({"days": 3}), 0).await.unwrap();
        store.end_step(&run.id, 0, 1, StepState::Waiting, &json!({})).await.unwrap();
        store.rest_run(&run.id, None).await.unwrap();
        store.clock.advance(TimeDelta::days(2));
        let asked_again = store.now() + TimeDelta::days(3);
        assert_eq!(store.timer(&run.id, 0, &json!({"days": 3}), asked_again).await.unwrap(), at, "it is kept");
        assert!(store.runs_to_wake().await.unwrap().is_empty());
        assert_eq!(store.run(&run.id).await.unwrap().unwrap().0.wakes_at, Some(at));
        store.clock.advance(TimeDelta::days(1));
        assert_eq!(store.runs_to_wake().await.unwrap(), [(run.id.clone(), 0)]);
        store.wake_run(&run.id).await.unwrap();
        store.wake_run(&run.id).await.unwrap();
        assert!(store.runs_to_wake().await.unwrap().is_empty());
        assert_eq!(store.run(&run.id).await.unwrap().unwrap().0.state, RunState::Running);
        assert_eq!(store.timer(&run.id, 0, &json!({"days": 9}), asked_again).await.unwrap(), asked_again);
    }

    async fn who_waits_for_its_runs_is_woken_when_the_last_has_ended(store) {
        let (_, run) = started(&store, "a").await;
        let child = |n: u32| NewRun { id: format!("{}/2/{n}", run.id), document: None, ..run.clone() };
        let children = NewChildren { parent: run.id.clone(), step: 2, at_once: None, runs: vec![child(0), child(1)] };
        store.start_children(&children, &Limits::default()).await.unwrap();
        store.rest_run(&run.id, Some(2)).await.unwrap();
        assert_eq!(store.run(&run.id).await.unwrap().unwrap().0.awaits, Some(2));
        store.finish_run(&child(0).id, RunState::Failed, "").await.unwrap();
        assert!(store.runs_to_wake().await.unwrap().is_empty());
        store.finish_run(&child(1).id, RunState::Done, "").await.unwrap();
        assert_eq!(store.runs_to_wake().await.unwrap(), [(run.id.clone(), 0)]);
        store.wake_run(&run.id).await.unwrap();
        assert_eq!(store.run(&run.id).await.unwrap().unwrap().0.awaits, None);
    }
}
