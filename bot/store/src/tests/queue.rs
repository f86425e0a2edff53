use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::on_both_databases;
use crate::testing::TestStore;
use crate::{Held, Limit, Limits, NewChildren, NewRun, Priority, RunState};

fn run(workflow: &str, key: u32) -> NewRun {
    NewRun {
        id: format!("{workflow}/{key:02}"),
        workflow: workflow.to_owned(),
        script_sha256: "a".repeat(64),
        document: None,
        trigger: "person".to_owned(),
    }
}

fn limits(all: Option<u32>, of: &[(&str, Option<u32>, Option<u32>, Priority)]) -> Limits {
    let workflows = of.iter().map(|(name, at_once, per_minute, priority)| {
        ((*name).to_owned(), Limit { at_once: *at_once, per_minute: *per_minute, priority: *priority })
    });
    Limits { at_once: all, workflows: workflows.collect::<BTreeMap<_, _>>() }
}

async fn start(
    store: &TestStore,
    limits: &Limits,
    workflow: &str,
    keys: std::ops::Range<u32>,
) -> Vec<RunState> {
    let mut states = Vec::new();
    for key in keys {
        states.push(store.start_run_within(&run(workflow, key), limits).await.unwrap().unwrap());
    }
    states
}

async fn end(store: &TestStore, id: &str) {
    store.finish_run(id, RunState::Done, "").await.unwrap();
}

on_both_databases! {
    async fn no_more_runs_go_at_once_than_may_and_the_oldest_is_next(store) {
        let limits = limits(None, &[("a", Some(2), None, Priority::Normal)]);
        let states = start(&store, &limits, "a", 0..5).await;
        assert_eq!(states[..3], [RunState::Running, RunState::Running, RunState::Queued]);
        assert_eq!(start(&store, &limits, "b", 0..2).await, [RunState::Running; 2], "others have no limit");
        assert!(store.release_runs(&limits).await.unwrap().is_empty());
        assert!(store.start_run_within(&run("a", 4), &limits).await.unwrap().is_none(), "never twice");
        let row = store.run("a/03").await.unwrap().unwrap().0;
        assert_eq!((row.position, store.why_queued(&row, &limits).await.unwrap()), (Some(2), Held::AtOnce(2)));
        end(&store, "a/01").await;
        assert_eq!(store.release_runs(&limits).await.unwrap(), ["a/02"]);
        // Who waits for a person is not at work.
        store.mark_run("a/00", RunState::Waiting).await.unwrap();
        assert_eq!(store.release_runs(&limits).await.unwrap(), ["a/03"]);
        assert!(store.mark_run("a/04", RunState::Running).await.is_err(), "nobody jumps the queue");
    }

    async fn no_more_runs_begin_in_a_minute_than_may(store) {
        let limits = limits(None, &[("a", None, Some(2), Priority::Normal)]);
        start(&store, &limits, "a", 0..5).await;
        for done in ["a/00", "a/01"] {
            end(&store, done).await;
        }
        assert!(store.release_runs(&limits).await.unwrap().is_empty());
        let row = store.run("a/02").await.unwrap().unwrap().0;
        assert_eq!(store.why_queued(&row, &limits).await.unwrap(), Held::PerMinute(2));
        store.clock.advance(TimeDelta::seconds(61));
        assert_eq!(store.release_runs(&limits).await.unwrap(), ["a/02", "a/03"]);
    }

    async fn the_high_go_first_and_the_low_are_never_starved(store) {
        let of = [("low", None, None, Priority::Low), ("high", None, None, Priority::High)];
        let limits = limits(Some(1), &of);
        start(&store, &limits, "first", 0..1).await;
        start(&store, &limits, "low", 0..1).await;
        store.clock.advance(TimeDelta::seconds(1));
        start(&store, &limits, "normal", 0..1).await;
        store.clock.advance(TimeDelta::seconds(1));
        start(&store, &limits, "high", 0..1).await;
        store.clock.advance(TimeDelta::minutes(61));
        start(&store, &limits, "high", 1..2).await;
        let row = store.run("high/01").await.unwrap().unwrap().0;
        assert_eq!(store.why_queued(&row, &limits).await.unwrap(), Held::All(1));
        let mut order = Vec::new();
        let mut going = "first/00".to_owned();
        for _ in 0..4 {
            end(&store, &going).await;
            let released = store.release_runs(&limits).await.unwrap();
            assert_eq!(released.len(), 1);
            going.clone_from(&released[0]);
            order.push(going.clone());
        }
        assert_eq!(order, ["high/00", "normal/00", "low/00", "high/01"]);
    }

    async fn of_the_runs_of_one_step_no_more_go_than_it_asked_for(store) {
        let limits = Limits::default();
        start(&store, &limits, "a", 0..1).await;
        let runs: Vec<_> = (0..12).map(|n| NewRun { id: format!("a/00/1/{n}"), ..run("b", n) }).collect();
        let children = NewChildren { parent: "a/00".to_owned(), step: 1, at_once: Some(3), runs };
        store.start_children(&children, &limits).await.unwrap();
        store.start_children(&children, &limits).await.unwrap();
        assert_eq!(store.release_runs(&limits).await.unwrap(), ["a/00/1/0", "a/00/1/1", "a/00/1/2"]);
        assert!(store.release_runs(&limits).await.unwrap().is_empty());
        store.mark_run("a/00/1/1", RunState::Waiting).await.unwrap();
        assert!(store.release_runs(&limits).await.unwrap().is_empty(), "it has not ended");
        end(&store, "a/00/1/1").await;
        assert_eq!(store.release_runs(&limits).await.unwrap(), ["a/00/1/3"]);
        let all = store.children("a/00", None).await.unwrap();
        assert_eq!((all.len(), all[10].id.as_str(), all[10].depth), (12, "a/00/1/10", 1));
        assert_eq!((all[10].parent.as_deref(), all[10].parent_step), (Some("a/00"), Some(1)));
        assert_eq!(store.why_queued(&all[10], &limits).await.unwrap(), Held::Siblings(3));
    }

    async fn many_who_let_runs_go_at_the_same_time_let_no_more_go_than_may(store) {
        let limits = limits(Some(4), &[("a", Some(3), None, Priority::Normal)]);
        start(&store, &limits, "a", 0..9).await;
        start(&store, &limits, "b", 0..9).await;
        for done in ["a/00", "a/01", "a/02"] {
            end(&store, done).await;
        }
        let looks = (0..6).map(|_| store.release_runs(&limits));
        let released: Vec<String> =
            futures::future::join_all(looks).await.into_iter().flat_map(Result::unwrap).collect();
        assert_eq!(released, ["a/03", "a/04", "a/05", "b/00"]);
    }
}
