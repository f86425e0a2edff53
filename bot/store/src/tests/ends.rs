use chrono::TimeDelta;
use serde_json::json;

use super::{lines, on_both_databases, started};
use crate::testing::TestStore;
use crate::{Again, FailureClass, Limits, NewChildren, NewRun, RunEnd, RunFailure, RunState, StepState};

fn again(run: &str, from: u32, anew: bool) -> Again {
    let (script_sha256, why) = ("e".repeat(64), "the bank is up".to_owned());
    Again { run: run.to_owned(), from, anew, script_sha256, why }
}

/// Steps 0 and 1 done, step 2 failed.
async fn failed(store: &TestStore, name: &str) -> NewRun {
    let (_, run) = started(store, name).await;
    for (index, state) in [(0, StepState::Done), (1, StepState::Done), (2, StepState::Failed)] {
        store.begin_step(&run.id, index, "step", &json!(null), 0).await.unwrap();
        store.end_step(&run.id, index, 1, state, &json!({"n": index})).await.unwrap();
    }
    let failure = RunFailure { class: FailureClass::Application, step: Some(2), line: Some(7) };
    let (id, note) = (run.id.clone(), "DH-6523: no answer".to_owned());
    let end = RunEnd {
        run: id,
        generation: Some(0),
        state: RunState::Failed,
        note,
        failure: Some(failure),
        answer: None,
    };
    store.end_run(&end).await.unwrap();
    run
}

on_both_databases! {
    async fn a_failed_run_says_why_and_stays_on_the_list_until_a_person_deals_with_it(store) {
        let run = failed(&store, "a").await;
        let listed = store.dead_letters(10).await.unwrap();
        let failure = listed[0].failure.clone().unwrap();
        assert_eq!((failure.class, failure.step, failure.line), (FailureClass::Application, Some(2), Some(7)));
        assert!(store.put_away(&run.id, "mei", "typed by hand").await.unwrap());
        let before = lines(&store).await;
        assert!(!store.put_away(&run.id, "ann", "again").await.unwrap());
        assert_eq!(lines(&store).await, before);
        assert_eq!((store.dead_letters(10).await.unwrap().len(), store.dead_letters_count().await.unwrap()), (0, 0));
        let row = store.run(&run.id).await.unwrap().unwrap().0;
        let away = row.put_away.unwrap();
        assert_eq!((away.by.as_str(), away.why.as_str(), away.at), ("mei", "typed by hand", store.now()));
        assert_eq!(row.state, RunState::Failed, "it stays what it was");
    }

    async fn only_a_failed_or_cancelled_run_is_run_again(store) {
        let (_, going) = started(&store, "going").await;
        assert!(!store.run_again(&again(&going.id, 0, false)).await.unwrap());
        assert!(!store.put_away(&going.id, "mei", "no").await.unwrap());
        let run = failed(&store, "a").await;
        store.put_away(&run.id, "mei", "too early").await.unwrap();
        assert!(store.run_again(&again(&run.id, 2, false)).await.unwrap());
        let (row, steps) = store.run(&run.id).await.unwrap().unwrap();
        assert_eq!((row.state, row.generation, row.ended_at, row.note.as_str()), (RunState::Queued, 1, None, ""));
        assert_eq!((row.failure, row.put_away, row.script_sha256), (None, None, "e".repeat(64)));
        let told: Vec<_> = steps.iter().map(|step| (step.state, step.attempt - step.forgiven, step.edition)).collect();
        assert_eq!(told, [(StepState::Done, 1, 0), (StepState::Done, 1, 0), (StepState::Failed, 0, 0)]);
        let stale = RunEnd { run: run.id.clone(), generation: Some(0), state: RunState::Done, note: String::new(), failure: None, answer: None };
        assert!(store.end_run(&stale).await.is_err(), "what was before does not end what is now");
    }

    async fn a_step_that_is_done_anew_loses_its_answer_and_its_timer_but_not_its_record(store) {
        let run = failed(&store, "a").await;
        let at = store.now() + TimeDelta::days(1);
        store.timer(&run.id, 1, &json!(1), at).await.unwrap();
        assert!(store.run_again(&again(&run.id, 1, true)).await.unwrap());
        let (_, steps) = store.run(&run.id).await.unwrap().unwrap();
        let told: Vec<_> = steps.iter().map(|step| (step.state, step.attempt - step.forgiven, step.edition)).collect();
        assert_eq!(told, [(StepState::Done, 1, 0), (StepState::SetAside, 0, 1), (StepState::SetAside, 0, 1)]);
        assert_eq!(steps[1].output, Some(json!({"n": 1})));
        let later = at + TimeDelta::days(1);
        assert_eq!(store.timer(&run.id, 1, &json!(1), later).await.unwrap(), later);
    }

    async fn runs_that_were_cancelled_with_their_parent_come_back_with_it(store) {
        let (_, run) = started(&store, "a").await;
        let child = |n: u32| NewRun { id: format!("{}/0/{n}", run.id), document: None, ..run.clone() };
        let children = NewChildren { parent: run.id.clone(), step: 0, at_once: Some(1), runs: vec![child(0), child(1)] };
        store.start_children(&children, &Limits::default()).await.unwrap();
        let done = child(0).id;
        store.finish_run(&done, RunState::Done, "").await.unwrap();
        for id in [&child(1).id, &run.id] {
            store.finish_run(id, RunState::Cancelled, "").await.unwrap();
        }
        assert!(store.run_again(&again(&run.id, 0, false)).await.unwrap());
        let states: Vec<_> = store.children(&run.id, Some(0)).await.unwrap().iter().map(|row| row.state).collect();
        assert_eq!(states, [RunState::Done, RunState::Queued]);
    }
}
