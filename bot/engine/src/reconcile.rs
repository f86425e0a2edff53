//! The reconcile loop: the store is the truth, and what the engine has lost it is told again.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::json;
use store::{FailureClass, RunEnd, RunFailure, RunFilter, RunState};

use crate::cancel::close_tasks;
use crate::durable::Instance;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::folder::folder_of;

/// How long a run gets to hear of a decision before it is told again.
const TELL_AGAIN: Duration = Duration::from_secs(30);
/// How often every open run is compared with the engine's file.
const COMPARE_RUNS: Duration = Duration::from_mins(1);
/// How often ended runs leave the engine's file, and how old they are then.
const FORGET: Duration = Duration::from_hours(1);
const FORGET_AFTER: TimeDelta = TimeDelta::days(7);

/// What the loop remembers between two rounds.
#[derive(Default)]
pub(crate) struct Reconcile {
    told: HashMap<String, Instant>,
    compared: Option<Instant>,
    forgotten: Option<Instant>,
}

/// Reconciles for as long as the engine runs, the first time at once.
pub(crate) async fn keep_reconciling(engine: Engine, every: Duration) {
    let mut state = Reconcile::default();
    loop {
        if let Err(error) = state.round(&engine).await {
            tracing::warn!("the store and the engine could not be compared: {error}");
        }
        tokio::select! {
            () = engine.stopping() => return,
            () = engine.recorded() => {}
            () = tokio::time::sleep(every) => {}
        }
    }
}

impl Reconcile {
    async fn round(&mut self, engine: &Engine) -> Result<(), EngineError> {
        self.decisions(engine).await?;
        documents(engine).await?;
        if due(&mut self.compared, COMPARE_RUNS) {
            runs(engine).await?;
            cancelled(engine).await?;
        }
        if due(&mut self.forgotten, FORGET) {
            let gone = engine.durable().forget_ended(engine.store().now() - FORGET_AFTER).await?;
            tracing::debug!(gone, "ended runs left the engine's file");
        }
        Ok(())
    }

    /// Decisions that no run has heard of.
    async fn decisions(&mut self, engine: &Engine) -> Result<(), EngineError> {
        let unapplied = engine.store().decided_unapplied().await?;
        self.told.retain(|task, _| unapplied.iter().any(|row| row.id == *task));
        for task in unapplied {
            let run = engine.store().run(&task.run).await?;
            match run.filter(|(row, _)| !row.state.is_final()) {
                None => engine.store().mark_applied(&task.id).await?,
                Some((row, _)) if self.told.get(&task.id).is_none_or(|told| told.elapsed() > TELL_AGAIN) => {
                    engine.durable().decided(&row, &task.id).await?;
                    self.told.insert(task.id, Instant::now());
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

/// Documents that no run was ever started for.
async fn documents(engine: &Engine) -> Result<(), EngineError> {
    for document in engine.store().documents_without_run().await? {
        let folder = folder_of(&document.origin);
        let params = json!({ "document": document.sha256, "portal": document.portal, "folder": folder });
        let trigger = if document.origin.starts_with("mailbox:") { "mailbox" } else { &document.origin };
        if let Err(error) = engine.start_run(&document.workflow, params, trigger).await {
            tracing::warn!(document = %document.sha256, "its run cannot start: {error}");
        }
    }
    Ok(())
}

/// Runs that the store holds open and the engine has lost or given up.
async fn runs(engine: &Engine) -> Result<(), EngineError> {
    for state in [RunState::Running, RunState::Waiting] {
        let filter = RunFilter { state: Some(state), workflow: None, document: None, limit: 10_000 };
        for run in engine.store().runs_where(&filter).await? {
            match engine.durable().instance(&run).await? {
                Instance::Going => {}
                Instance::Unknown => engine.begin_again(&run.id).await?,
                Instance::Ended => tracing::debug!(run = %run.id, "is ending"),
                Instance::Broken(why) => {
                    tracing::warn!(run = %run.id, "{why}");
                    let failure = RunFailure { class: FailureClass::Application, step: None, line: None };
                    let end = RunEnd {
                        run: run.id.clone(),
                        generation: Some(run.generation),
                        state: RunState::Failed,
                        note: why.clone(),
                        failure: Some(failure),
                        answer: None,
                    };
                    engine.store().end_run(&end).await?;
                    close_tasks(engine.store(), &run.id, &why).await?;
                }
            }
        }
    }
    Ok(())
}

/// Runs that were cancelled from the command line while this engine had them.
pub(crate) async fn cancelled(engine: &Engine) -> Result<(), EngineError> {
    let filter = RunFilter { state: Some(RunState::Cancelled), workflow: None, document: None, limit: 1_000 };
    for run in engine.store().runs_where(&filter).await? {
        if matches!(engine.durable().instance(&run).await?, Instance::Going) {
            engine.durable().cancel(&run, &run.note).await?;
        }
    }
    Ok(())
}

fn due(last: &mut Option<Instant>, every: Duration) -> bool {
    let due = last.is_none_or(|last| last.elapsed() >= every);
    if due {
        *last = Some(Instant::now());
    }
    due
}
