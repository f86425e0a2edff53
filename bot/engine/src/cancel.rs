//! Ending a run that should not go on. The store alone is touched: a run that it holds as ended does no step any
//! more, whatever the engine's file says, and the reconcile loop tells the engine that serves.

use serde_json::Value;
use store::{Decided, Decision, RunRow, RunState, Store, TaskState};

use crate::error::EngineError;

/// Who decides the tasks of a run that has ended without them.
const NOBODY: &str = "deskhand";

/// Ends a run for good, with the runs that it has started, and closes their tasks; works whether or not an engine is
/// running. A posting that is under way is let come to its end. False when the run had ended before.
pub async fn cancel_run(store: &Store, run: &str, why: &str) -> Result<bool, EngineError> {
    Ok(!cancel_with_children(store, run, why).await?.is_empty())
}

/// Ends a run as [`cancel_run`] does, and answers all those that have ended by it.
pub(crate) async fn cancel_with_children(
    store: &Store,
    run: &str,
    why: &str,
) -> Result<Vec<RunRow>, EngineError> {
    let (row, _) = store.run(run).await?.ok_or_else(|| EngineError::NoRun { run: run.to_owned() })?;
    let (mut open, mut ended) = (vec![row], Vec::new());
    while let Some(row) = open.pop() {
        if row.state.is_final() {
            continue;
        }
        store.finish_run(&row.id, RunState::Cancelled, why).await?;
        close_tasks(store, &row.id, why).await?;
        // After it has ended it starts no more of them.
        open.extend(store.children(&row.id, None).await?);
        ended.push(row);
    }
    Ok(ended)
}

/// Closes the tasks of a run that ended without them, so that nobody is asked in vain.
pub(crate) async fn close_tasks(store: &Store, run: &str, why: &str) -> Result<(), EngineError> {
    for task in store.tasks_of_run(run).await? {
        if matches!(task.state, TaskState::Open | TaskState::Claimed) {
            let holder = task.claimed_by.as_deref().unwrap_or(NOBODY);
            let decided =
                Decided { decision: Decision::Reject, corrections: Value::Null, note: why.to_owned() };
            store.decide(&task.id, task.version, holder, &decided).await?;
        }
        if task.state != TaskState::Applied {
            store.mark_applied(&task.id).await?;
        }
    }
    Ok(())
}
