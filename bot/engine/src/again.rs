//! A failed or cancelled run is done again: from which step, on which version of its script, and what of it would leave
//! the house a second time. The store alone is touched, so it works whether or not an engine is running: the run is
//! queued, and the engine that serves begins it.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use store::{Again, FailureClass, RunRow, RunState, StepRow, StepState, Store};

use crate::error::EngineError;
use crate::host::{LASTING, http};
use crate::rehearsal::{Next, Rehearsal};
use crate::script::Scripts;
use crate::start::{pinned, script_key};
use crate::tape::Call;
use crate::workflows::Workflows;

/// How a run is to be done again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retry {
    /// From this step on everything is done anew; else the run goes on at the first step that is not done.
    pub from: Option<u32>,
    /// What has left the house may leave it again.
    pub repeat_effects: bool,
    /// It goes on with the script as it lies in the folder now, and not with the one it began on.
    pub on_new_version: bool,
    /// Why, in a person's words.
    pub why: String,
}

/// What a retry does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RetryPlan {
    /// The run.
    pub run: String,
    /// The first step that is not answered from the record.
    pub from: u32,
    /// Whether it and the later ones are done anew, even where they were done.
    pub anew: bool,
    /// The version of the script on which it goes on.
    pub version: String,
    /// The version that lies in the folder, when that is another one.
    pub newer: Option<String>,
    /// Steps from there on that have sent, posted or written something, or may have.
    pub repeats: Vec<Repeat>,
}

/// A step whose effect would be repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repeat {
    /// Its place in the run.
    pub index: u32,
    /// Its name.
    pub step: String,
    /// False when nobody knows whether it came about.
    pub sure: bool,
}

/// Queues a run to be done again, and says what comes of it. What would leave the house a second time is refused
/// unless the retry says that it is meant, and why. The acting person is that of the store.
pub async fn retry_run(
    store: &Store,
    workflows: &Path,
    run: &str,
    retry: &Retry,
) -> Result<RetryPlan, EngineError> {
    let plan = plan_retry(store, workflows, run, retry).await?;
    let meant = retry.repeat_effects && !retry.why.trim().is_empty();
    if !plan.repeats.is_empty() && !meant {
        let said = |repeat: &Repeat| {
            let doubt = if repeat.sure { "" } else { " (nobody knows whether it came about)" };
            format!("step {} `{}`{doubt}", repeat.index, repeat.step)
        };
        let repeats = plan.repeats.iter().map(said).collect::<Vec<_>>().join(", ");
        return Err(EngineError::Repeats { run: plan.run, from: plan.from, repeats });
    }
    let again = Again {
        run: plan.run.clone(),
        from: plan.from,
        anew: plan.anew,
        script_sha256: plan.version.clone(),
        why: retry.why.clone(),
    };
    if store.run_again(&again).await? {
        return Ok(plan);
    }
    Err(EngineError::NotAgain { run: plan.run, state: "no longer failed" })
}

/// What a retry would do, without doing it. On a new version, the steps that are answered from the record must be those
/// that the script asks for.
pub async fn plan_retry(
    store: &Store,
    workflows: &Path,
    run: &str,
    retry: &Retry,
) -> Result<RetryPlan, EngineError> {
    let missing = || EngineError::NoRun { run: run.to_owned() };
    let (row, steps) = store.run(run).await?.ok_or_else(missing)?;
    if !matches!(row.state, RunState::Failed | RunState::Cancelled) {
        return Err(EngineError::NotAgain { run: row.id, state: row.state.as_str() });
    }
    let furthest = furthest(&steps);
    let from = retry.from.unwrap_or(furthest);
    if from > furthest {
        return Err(EngineError::NoSuchStep { run: row.id, from, furthest });
    }
    let scripts = Arc::new(Scripts::new());
    let present = Workflows::new(workflows.to_owned(), Arc::clone(&scripts)).load(&row.workflow);
    let newer = present.as_ref().ok().map(|now| now.sha256.clone()).filter(|sha| *sha != row.script_sha256);
    let mut version = row.script_sha256.clone();
    if retry.on_new_version {
        let now = present?;
        same_order(&scripts, store, &row, &now.text, &steps, from).await?;
        store.blobs().put(&script_key(&now.sha256), now.text.into_bytes()).await?;
        version = now.sha256;
    }
    let repeats: Vec<Repeat> = steps.iter().filter_map(|step| repeat(step, from, retry.from)).collect();
    // A step that may have sent something is begun anew only because a person says so.
    let anew = retry.from.is_some() || !repeats.is_empty();
    Ok(RetryPlan { run: row.id, from, anew, version, newer, repeats })
}

/// The first step that is not done.
fn furthest(steps: &[StepRow]) -> u32 {
    let done = (0..)
        .zip(steps)
        .take_while(|(index, step)| step.index == *index && matches!(step.state, StepState::Done));
    u32::try_from(done.count()).unwrap_or(u32::MAX)
}

/// Whether a step would repeat what has left the house. Where a run only goes on, a step that had begun looks itself
/// whether it came about; one that posts to a server cannot.
fn repeat(step: &StepRow, from: u32, named: Option<u32>) -> Option<Repeat> {
    let sent = step.index >= from && LASTING.contains(&step.name.as_str());
    let unknown = step.output.as_ref().is_some_and(|output| {
        output["class"] == FailureClass::OutcomeUnknown.as_str() || output["code"] == "DH-6524"
    });
    let (repeats, sure) = match step.state {
        StepState::Done | StepState::Waiting => (named.is_some(), true),
        StepState::Running => (named.is_some() || step.name == http::POST, false),
        StepState::Failed => (unknown, false),
        StepState::SetAside => (false, false),
    };
    (sent && repeats).then(|| Repeat { index: step.index, step: step.name.clone(), sure })
}

/// The history check, before anything is begun: a changed script must ask for the steps that are kept, in their order.
async fn same_order(
    scripts: &Arc<Scripts>,
    store: &Store,
    row: &RunRow,
    text: &str,
    steps: &[StepRow],
    from: u32,
) -> Result<(), EngineError> {
    let constants = pinned(store, row).await?.constants;
    let mut rehearsal = Rehearsal::new(scripts, &row.workflow, text, constants)?;
    for step in steps.iter().filter(|step| step.index < from) {
        let now = match rehearsal.next() {
            Next::Step(call) if call.name == step.name && call.args == step.input => {
                let call = Call { index: step.index, ..call };
                rehearsal.answer(call, step.output.clone().unwrap_or_default());
                continue;
            }
            Next::Step(call) if call.name == step.name => format!("{} with other values", call.name),
            Next::Step(call) => call.name,
            Next::End(end) => format!("the end ({})", end.state),
        };
        let (index, was) = (usize::try_from(step.index).unwrap_or(usize::MAX), step.name.clone());
        return Err(EngineError::OrderChanged { index, was, now });
    }
    Ok(())
}
