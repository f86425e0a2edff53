//! The activities: one step of one run, done once, written down before and after.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use serde_json::{Value, json};
use store::{RunEnd, RunState, StepState};
use tokio::sync::Notify;

use crate::alone::Alone;
use crate::error::EngineError;
use crate::failure::Failure;
use crate::host;
use crate::house::House;
use crate::orchestrator::{Ask, End, Reply};
use crate::start::Starter;
use crate::tape::Call;
use crate::trouble;

/// So often may a step take the whole program down before a person must look at its document.
const MAX_CRASHES: u32 = 8;

/// What the store says before a step is begun.
enum Before {
    /// It has no answer yet. It may have been begun before, when the program stopped in it, and a person may have said
    /// that it is done anew.
    Open { begun: bool, attempt: u32, forgiven: u32, edition: u32 },
    /// It was done, and this was its answer.
    Answered(Value),
    /// The run has ended.
    Over,
}

/// Does the steps.
pub(crate) struct Steps {
    house: House,
    starter: Arc<Starter>,
    recent: host::documents::Recent,
    alone: Alone,
    bells: Bells,
}

/// What rings when something is to be looked at before its time.
#[derive(Clone, Default)]
pub(crate) struct Bells {
    /// Documents were recorded whose runs are to be started.
    pub(crate) recorded: Arc<Notify>,
    /// A run has ended.
    pub(crate) ended: Arc<Notify>,
    /// A run was queued, or went out of the way of those that are.
    pub(crate) freed: Arc<Notify>,
}

impl Steps {
    pub(crate) fn new(house: House, starter: Arc<Starter>, bells: Bells) -> Arc<Self> {
        let (recent, alone) = (host::documents::Recent::default(), Alone::default());
        Arc::new(Self { house, starter, recent, alone, bells })
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
        let End { run, state, note, generation, failure, answer } =
            serde_json::from_str(&input).map_err(|error| error.to_string())?;
        let state = state.parse().unwrap_or(RunState::Failed);
        let end = RunEnd { run, generation: Some(generation), state, note, failure, answer };
        match self.house.store.end_run(&end).await {
            // It was ended in another way meanwhile: a person cancelled it, and may have had it done again since.
            Ok(()) | Err(store::StoreError::WrongState { .. }) => {
                self.bells.ended.notify_one();
                self.bells.freed.notify_one();
                Ok(String::new())
            }
            Err(error) => Err(error.to_string()),
        }
    }

    async fn reply(&self, ask: &Ask) -> Result<Reply, Failure> {
        let (begun, seen, forgiven, edition) = match self.before(ask).await? {
            Before::Answered(answer) => return Ok(Reply::Done(answer)),
            Before::Over => return Ok(Reply::Over),
            Before::Open { begun, attempt, forgiven, edition } => (begun, attempt, forgiven, edition),
        };
        let ask = &Ask { edition, ..ask.clone() };
        let (store, call) = (&self.house.store, &ask.call);
        let attempt = store.begin_step(&ask.run, call.index, &call.name, &call.args, seen).await?;
        let reply = if attempt - forgiven > ask.tries + 1 + MAX_CRASHES * (ask.round + 1) {
            Reply::Failed(crashes(call))
        } else {
            self.act(ask, begun).await
        };
        let (state, output) = match &reply {
            Reply::Over | Reply::Pixels => return Ok(reply),
            Reply::Done(answer) => (StepState::Done, answer.clone()),
            Reply::Pending(task) => (StepState::Waiting, json!({ "task": task })),
            Reply::Asleep(_) | Reply::Awaiting => (StepState::Waiting, Value::Null),
            Reply::Failed(failure) => (StepState::Failed, json!(failure)),
        };
        store.end_step(&ask.run, call.index, attempt, state, &output).await?;
        if call.name == host::sections::SPLIT {
            self.bells.recorded.notify_one();
        }
        if matches!(state, StepState::Waiting) || call.name == host::subruns::START {
            self.bells.freed.notify_one();
        }
        if matches!(reply, Reply::Pending(_)) && ask.generation > 0 {
            // The question was opened before the run was tried again.
            let _ended_meanwhile = store.mark_run(&ask.run, RunState::Waiting).await;
        }
        Ok(reply)
    }

    /// The work itself. A panic ends the step, never the program.
    async fn act(&self, ask: &Ask, begun_before: bool) -> Reply {
        let work = AssertUnwindSafe(host::act(&self.house, &self.starter, &self.recent, ask, begun_before))
            .catch_unwind();
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
        if run.state.is_final() || run.generation != ask.generation {
            return Ok(Before::Over);
        }
        let call = &ask.call;
        let Some(step) = steps.iter().find(|step| step.index == call.index) else {
            return Ok(Before::Open { begun: false, attempt: 0, forgiven: 0, edition: 0 });
        };
        let done = step.state == StepState::Done;
        let same = done && step.name == call.name && step.input == call.args;
        // An answer counts only as long as nothing before it was done anew since.
        let earlier = steps.iter().filter(|other| other.index < call.index);
        let untouched = earlier.filter_map(|other| other.ended_at).all(|ended| ended <= step.started_at);
        Ok(match &step.output {
            Some(answer) if same && untouched => Before::Answered(answer.clone()),
            // A run that a person has done again keeps what was done, or says that it cannot.
            _ if done && !same && untouched && run.generation > 0 => {
                let (index, was, now) = (call.index as usize, step.name.clone(), call.name.clone());
                return Err(Failure::business(&EngineError::OrderChanged { index, was, now }));
            }
            _ => Before::Open {
                begun: step.state == StepState::Running,
                attempt: step.attempt,
                forgiven: step.forgiven,
                edition: step.edition,
            },
        })
    }
}

fn crashes(call: &Call) -> Failure {
    Failure::business(&format!(
        "DH-6016: the step {} took the program down again and again on this document; a person must look at it",
        call.name
    ))
}
