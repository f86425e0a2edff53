use chrono::TimeDelta;
use serde_json::json;

use super::{document, lines, on_both_databases, run_of, started};
use crate::{NewRun, RunFilter, RunState, StepState, StoreError};

on_both_databases! {
    async fn a_second_start_of_a_run_changes_nothing(store) {
        let (_, run) = started(&store, "a").await;
        let before = lines(&store).await;
        let mut other = run.clone();
        other.script_sha256 = "0".repeat(64);
        assert!(!store.start_run(&other).await.unwrap());
        assert_eq!(store.run(&run.id).await.unwrap().unwrap().0.script_sha256, run.script_sha256);
        assert_eq!(lines(&store).await, before);
    }

    async fn the_versions_of_a_workflow_are_those_that_its_runs_are_on(store) {
        let (_, run) = started(&store, "a").await;
        store.clock.advance(TimeDelta::hours(1));
        let newer = NewRun { id: "invoice/newer".into(), script_sha256: "f".repeat(64), document: None, ..run.clone() };
        store.start_run(&newer).await.unwrap();
        store.finish_run(&run.id, RunState::Done, "").await.unwrap();
        let versions = store.versions(&run.workflow).await.unwrap();
        let said: Vec<_> = versions.iter().map(|row| (row.sha256.as_str(), row.runs, row.going)).collect();
        assert_eq!(said, [(newer.script_sha256.as_str(), 1, 1), (run.script_sha256.as_str(), 1, 0)]);
        assert!(versions[0].first_at > versions[1].last_at);
        assert!(store.versions("nothing").await.unwrap().is_empty());
    }

    async fn a_run_ends_once(store) {
        let (_, run) = started(&store, "a").await;
        store.mark_run(&run.id, RunState::Waiting).await.unwrap();
        store.mark_run(&run.id, RunState::Waiting).await.unwrap();
        assert!(store.finish_run(&run.id, RunState::Running, "").await.is_err());
        assert!(store.mark_run(&run.id, RunState::Done).await.is_err());
        store.clock.advance(TimeDelta::days(5));
        store.finish_run(&run.id, RunState::Done, "posted 已過賬").await.unwrap();
        let before = lines(&store).await;
        store.finish_run(&run.id, RunState::Done, "again").await.unwrap();
        assert_eq!(lines(&store).await, before);
        let wrong = StoreError::WrongState { what: "run", state: "done" }.to_string();
        assert_eq!(store.finish_run(&run.id, RunState::Failed, "").await.unwrap_err().to_string(), wrong);
        assert_eq!(store.mark_run(&run.id, RunState::Running).await.unwrap_err().to_string(), wrong);
        let (row, _) = store.run(&run.id).await.unwrap().unwrap();
        assert_eq!((row.state, row.note.as_str()), (RunState::Done, "posted 已過賬"));
        assert_eq!(row.ended_at.unwrap() - row.started_at, TimeDelta::days(5));
        assert!(matches!(store.finish_run("no", RunState::Done, "").await, Err(StoreError::NotFound { what: "run" })));
    }

    async fn a_step_begun_again_counts_its_attempts(store) {
        let (_, run) = started(&store, "a").await;
        let input = json!({"document": "a"});
        assert_eq!(store.begin_step(&run.id, 0, "read", &input, 0).await.unwrap(), 1);
        store.end_step(&run.id, 0, 1, StepState::Failed, &json!({"error": "DH-1101"})).await.unwrap();
        assert_eq!(store.begin_step(&run.id, 0, "read", &input, 1).await.unwrap(), 2);
        assert_eq!(store.begin_step(&run.id, 1, "check", &json!(null), 0).await.unwrap(), 1);
        store.end_step(&run.id, 0, 2, StepState::Done, &json!({"pages": 1})).await.unwrap();
        store.end_step(&run.id, 1, 1, StepState::Waiting, &json!(null)).await.unwrap();
        let (row, steps) = store.run(&run.id).await.unwrap().unwrap();
        assert_eq!(row.steps, 2);
        assert_eq!(steps[0].attempt, 2);
        assert_eq!((steps[0].state, &steps[0].output), (StepState::Done, &Some(json!({"pages": 1}))));
        assert_eq!(steps[0].input, input);
        assert_eq!((steps[1].state, steps[1].ended_at), (StepState::Waiting, None));
        let late = store.end_step(&run.id, 0, 1, StepState::Failed, &json!(null)).await;
        assert!(matches!(late, Err(StoreError::WrongState { what: "step", .. })), "it was begun again since");
        let both = store.begin_step(&run.id, 0, "read", &input, 1).await;
        assert!(matches!(both, Err(StoreError::WrongState { what: "step", .. })), "somebody else began it");
        let lost = store.begin_step("no", 0, "read", &input, 0).await;
        assert!(matches!(lost, Err(StoreError::NotFound { what: "run" })));
        assert!(store.end_step(&run.id, 9, 1, StepState::Done, &input).await.is_err());
    }

    async fn runs_are_listed_newest_first_and_by_filter(store) {
        let (a, run_a) = started(&store, "a").await;
        store.clock.advance(TimeDelta::seconds(1));
        let digest = NewRun { document: None, id: "daily_digest/1".into(), workflow: "daily_digest".into(), ..run_a.clone() };
        store.start_run(&digest).await.unwrap();
        store.finish_run(&digest.id, RunState::Done, "").await.unwrap();
        let ids = |rows: Vec<crate::RunRow>| rows.into_iter().map(|run| run.id).collect::<Vec<_>>();
        assert_eq!(ids(store.runs(10).await.unwrap()), [digest.id.clone(), run_a.id.clone()]);
        assert_eq!(store.runs(10).await.unwrap()[1].document_name, Some(a.name));
        let filter = RunFilter { document: Some(a.sha256), limit: 5, ..RunFilter::default() };
        assert_eq!(ids(store.runs_where(&filter).await.unwrap()), [run_a.id]);
        let filter = RunFilter { state: Some(RunState::Done), workflow: Some("daily_digest".into()), limit: 5, ..RunFilter::default() };
        assert_eq!(ids(store.runs_where(&filter).await.unwrap()), [digest.id]);
        assert_eq!(store.run("no").await.unwrap(), None);
    }

    async fn a_run_of_an_unknown_document_is_refused(store) {
        let error = store.start_run(&run_of(&document("never seen"))).await.unwrap_err();
        assert_eq!(error.code(), "DH-3002");
        assert!(store.runs(1).await.unwrap().is_empty());
        assert_eq!(lines(&store).await, 0);
    }
}
