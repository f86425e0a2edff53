//! The activities: one step of one run, done once, written down before and after.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use serde_json::{Value, json};
use store::{RunState, StepState};
use tokio::sync::Notify;

use crate::alone::Alone;
use crate::failure::Failure;
use crate::host;
use crate::house::House;
use crate::orchestrator::{Ask, End, Reply};
use crate::tape::Call;
use crate::trouble;

/// So often may a step take the whole program down before a person must look at its document.
const MAX_CRASHES: u32 = 8;

/// What the store says before a step is begun.
enum Before {
    /// It has no answer yet. It may have been begun before, when the program stopped in it.
    Open { begun: bool, attempt: u32 },
    /// It was done, and this was its answer.
    Answered(Value),
    /// The run has ended.
    Over,
}

/// Does the steps.
pub(crate) struct Steps {
    house: House,
    recent: host::documents::Recent,
    alone: Alone,
    /// Rings when documents were recorded whose runs are to be started.
    recorded: Arc<Notify>,
    /// Rings when a run has ended.
    ended: Arc<Notify>,
}

impl Steps {
    pub(crate) fn new(house: House, recorded: Arc<Notify>, ended: Arc<Notify>) -> Arc<Self> {
        let (recent, alone) = (host::documents::Recent::default(), Alone::default());
        Arc::new(Self { house, recent, alone, recorded, ended })
    }

    /// One step of a script.
    pub(crate) async fn step(&self, input: String) -> Result<String, String> {
        let ask: Ask = serde_json::from_str(&input).map_err(|error| error.to_string())?;
        // The lease of a sleeping laptop runs out and the step is handed out again: the second waits for the first.
        let _alone = self.alone.enter(&ask.run).await;
        let reply = self.reply(&ask).await.unwrap_or_else(Reply::Failed);
        serde_json::to_string(&reply).map_err(|error| error.to_string())
    }

    /// A failed step becomes a review task.
    pub(crate) async fn trouble(&self, input: String) -> Result<String, String> {
        let ask: Ask = serde_json::from_str(&input).map_err(|error| error.to_string())?;
        let reply = trouble::open(&self.house, &ask).await.unwrap_or_else(Reply::Failed);
        serde_json::to_string(&reply).map_err(|error| error.to_string())
    }

    /// What a person said about it.
    pub(crate) async fn verdict(&self, input: String) -> Result<String, String> {
        let ask: Ask = serde_json::from_str(&input).map_err(|error| error.to_string())?;
        let reply = trouble::verdict(&self.house, &ask).await.unwrap_or_else(Reply::Failed);
        serde_json::to_string(&reply).map_err(|error| error.to_string())
    }

    /// The end of a run.
    pub(crate) async fn finish(&self, input: String) -> Result<String, String> {
        let end: End = serde_json::from_str(&input).map_err(|error| error.to_string())?;
        let state = end.state.parse().unwrap_or(RunState::Failed);
        match self.house.store.finish_run(&end.run, state, &end.note).await {
            // It was ended in another way meanwhile: a person cancelled it.
            Ok(()) | Err(store::StoreError::WrongState { .. }) => {
                self.ended.notify_one();
                Ok(String::new())
            }
            Err(error) => Err(error.to_string()),
        }
    }

    async fn reply(&self, ask: &Ask) -> Result<Reply, Failure> {
        let (begun, seen) = match self.before(ask).await? {
            Before::Answered(answer) => return Ok(Reply::Done(answer)),
            Before::Over => return Ok(Reply::Over),
            Before::Open { begun, attempt } => (begun, attempt),
        };
        let (store, call) = (&self.house.store, &ask.call);
        let attempt = store.begin_step(&ask.run, call.index, &call.name, &call.args, seen).await?;
        let reply = if attempt > ask.tries + 1 + MAX_CRASHES * (ask.round + 1) {
            Reply::Failed(crashes(call))
        } else {
            self.act(ask, begun).await
        };
        let (state, output) = match &reply {
            Reply::Over | Reply::Pixels => return Ok(reply),
            Reply::Done(answer) => (StepState::Done, answer.clone()),
            Reply::Pending(task) => (StepState::Waiting, json!({ "task": task })),
            Reply::Failed(failure) => {
                (StepState::Failed, json!({ "code": failure.code, "text": failure.text }))
            }
        };
        store.end_step(&ask.run, call.index, attempt, state, &output).await?;
        if call.name == host::sections::SPLIT {
            self.recorded.notify_one();
        }
        Ok(reply)
    }

    /// The work itself. A panic ends the step, never the program.
    async fn act(&self, ask: &Ask, begun_before: bool) -> Reply {
        let work = AssertUnwindSafe(host::act(&self.house, &self.recent, ask, begun_before)).catch_unwind();
        match work.await {
            Ok(result) => result.unwrap_or_else(Reply::Failed),
            Err(_) => Reply::Failed(Failure::business(&format!(
                "DH-6016: the step {} broke down on this document; a person must look at it",
                ask.call.name
            ))),
        }
    }

    /// What was done stays done: when the program stopped before duroxide heard of it, when a lease ran out, when the
    /// engine's file was lost, when a failed run is run again. And a run that was cancelled does nothing any more.
    async fn before(&self, ask: &Ask) -> Result<Before, Failure> {
        let Some((run, steps)) = self.house.store.run(&ask.run).await? else { return Ok(Before::Over) };
        if run.state.is_final() {
            return Ok(Before::Over);
        }
        let call = &ask.call;
        let Some(step) = steps.iter().find(|step| step.index == call.index) else {
            return Ok(Before::Open { begun: false, attempt: 0 });
        };
        let same = step.state == StepState::Done && step.name == call.name && step.input == call.args;
        // An answer counts only as long as nothing before it was done anew since.
        let earlier = steps.iter().filter(|other| other.index < call.index);
        let untouched = earlier.filter_map(|other| other.ended_at).all(|ended| ended <= step.started_at);
        Ok(match &step.output {
            Some(answer) if same && untouched => Before::Answered(answer.clone()),
            _ => Before::Open { begun: step.state == StepState::Running, attempt: step.attempt },
        })
    }
}

fn crashes(call: &Call) -> Failure {
    Failure::business(&format!(
        "DH-6016: the step {} took the program down again and again on this document; a person must look at it",
        call.name
    ))
}
