//! The backtest: a changed script is replayed over what past runs were given and what their steps answered, and what
//! would come out differently is told before the script goes live. No world is touched.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use store::{RunFilter, RunRow, RunState, StepRow, StepState, Store};

use crate::error::EngineError;
use crate::orchestrator::Started;
use crate::props::{Props, goes_by_itself};
use crate::rehearsal::{Ending, Next, Rehearsal};
use crate::script::Scripts;
use crate::start::pin_key;
use crate::tape::Call;

/// At most so many runs are looked at, the latest ones.
const MOST_RUNS: u32 = 100_000;

/// What a changed script would have made of a past run.
#[derive(Debug, Clone, Serialize)]
pub struct Backtested {
    /// The run.
    pub run: String,
    /// The name of its document.
    pub document_name: Option<String>,
    /// How it ended then.
    pub ended: Ending,
    /// What would be different; nothing when it would all be the same.
    pub difference: Option<Difference>,
}

/// Where a changed script goes another way.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    /// The first step that is another one, from 0; the number of steps when only the end is another.
    pub step: usize,
    /// What was done there then.
    pub was: Option<StepGiven>,
    /// What would be done there now.
    pub now: Option<StepGiven>,
    /// How the run would end. Nothing when that depends on an answer that nobody has given yet.
    pub would_end: Option<Ending>,
}

/// A step and what it is given.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepGiven {
    /// The step.
    pub step: String,
    /// What it is given.
    pub given: Value,
}

/// Replays a script over the runs of its workflow that started at this time or later and have ended, oldest first. Runs
/// that a person cancelled say nothing about a script and are left out.
pub async fn backtest(
    store: &Store,
    workflow: &str,
    text: &str,
    since: DateTime<Utc>,
) -> Result<Vec<Backtested>, EngineError> {
    let filter = RunFilter { workflow: Some(workflow.to_owned()), limit: MOST_RUNS, ..RunFilter::default() };
    let (scripts, props) = (Arc::new(Scripts::new()), Props::new());
    let mut all = Vec::new();
    for row in store.runs_where(&filter).await?.into_iter().rev() {
        if row.started_at < since || !row.state.is_final() || row.state == RunState::Cancelled {
            continue;
        }
        let Some((row, steps)) = store.run(&row.id).await? else { continue };
        let constants = constants(store, &row).await;
        let rehearsal = Rehearsal::new(&scripts, workflow, text, constants.clone())?;
        let ended = Ending { state: row.state.to_string(), note: row.note };
        let difference = difference(rehearsal, Recorded::of(steps), &ended, &props, &constants);
        all.push(Backtested { run: row.id, document_name: row.document_name, ended, difference });
    }
    Ok(all)
}

/// What the run saw as `run`. Where that was not kept, the document is what counts.
async fn constants(store: &Store, row: &RunRow) -> Value {
    let pinned = store.blobs().get(&pin_key(&row.id)).await.ok();
    let pinned = pinned.and_then(|text| serde_json::from_slice::<Started>(&text).ok());
    pinned.map_or_else(
        || Started::constants(&row.id, &row.workflow, json!({ "document": row.document })),
        |started| started.constants,
    )
}

/// The steps of a past run.
struct Recorded {
    steps: Vec<StepGiven>,
    /// Their answers; a step that failed has none.
    answers: Vec<Option<Value>>,
    used: Vec<bool>,
}

impl Recorded {
    fn of(rows: Vec<StepRow>) -> Self {
        let used = vec![false; rows.len()];
        let (steps, answers) = rows
            .into_iter()
            .map(|row| {
                let answer = row.output.filter(|_| row.state == StepState::Done);
                (StepGiven { step: row.name, given: row.input }, answer)
            })
            .unzip();
        Self { steps, answers, used }
    }

    /// What this step answered then, wherever in the run it was.
    fn answer(&mut self, call: &Call) -> Option<Value> {
        let same = |step: &StepGiven| step.step == call.name && step.given == call.args;
        let place = (0..self.steps.len()).find(|place| !self.used[*place] && same(&self.steps[*place]))?;
        self.used[place] = true;
        self.answers[place].clone()
    }
}

fn difference(
    mut rehearsal: Rehearsal,
    mut recorded: Recorded,
    ended: &Ending,
    props: &Props,
    run: &Value,
) -> Option<Difference> {
    let (would_end, unanswered) = loop {
        match rehearsal.next() {
            Next::End(end) => break (Some(end), None),
            Next::Step(call) => {
                let known = recorded.answer(&call);
                let by_itself =
                    || goes_by_itself(&call.name).then(|| props.fill(&call, None, run, rehearsal.steps()));
                match known.or_else(by_itself) {
                    Some(answer) => rehearsal.answer(call, answer),
                    None => break (None, Some(call)),
                }
            }
        }
    };
    let given = |call: &Call| StepGiven { step: call.name.clone(), given: call.args.clone() };
    let calls = rehearsal.steps().iter().map(|(call, _)| call).chain(&unanswered);
    let now: Vec<StepGiven> = calls.map(given).collect();
    let step = now.iter().zip(&recorded.steps).take_while(|(now, was)| now == was).count();
    let (was, now) = (recorded.steps.get(step).cloned(), now.get(step).cloned());
    // A run that came to its end at a step that failed would come to it again.
    let ends_there_again = unanswered.is_some() && was.is_none() && now.is_none();
    let ends_the_same = would_end.as_ref() == Some(ended);
    let same = was.is_none() && now.is_none() && (ends_the_same || ends_there_again);
    (!same).then_some(Difference { step, was, now, would_end })
}
