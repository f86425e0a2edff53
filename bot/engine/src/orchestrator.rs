//! The orchestrator: a script is run from the top, again after every step, until it ends.
//!
//! Everything here is replayed by duroxide from its history after a crash, so nothing here may look at the clock, the
//! store or the disk: what a run needs is in its input, and the rest are activities.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use duroxide::OrchestrationContext;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::failure::{Class, Failure};
use crate::host::{documents, invoices, sections};
use crate::lanes::Tag;
use crate::script::{Scripts, Turn};
use crate::tape::{Call, Tape};

/// The orchestration's name in duroxide.
pub(crate) const WORKFLOW: &str = "workflow";
/// The activity that does one step of a script.
pub(crate) const STEP: &str = "step";
/// The activity that hands a failed step to a person.
pub(crate) const TROUBLE: &str = "trouble";
/// The activity that looks what the person said.
pub(crate) const VERDICT: &str = "verdict";
/// The activity that closes the run.
pub(crate) const FINISH: &str = "finish";

/// The longest wait for a store that does not answer.
const PATIENCE: Duration = Duration::from_mins(5);

/// A run's input: all that a replay may depend on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Started {
    pub(crate) run: String,
    pub(crate) workflow: String,
    pub(crate) document: Option<String>,
    /// The script as it was when the run began: a waiting run ends on the version it began with.
    pub(crate) sha256: String,
    pub(crate) script: String,
    /// What the script sees as the constant `run`.
    pub(crate) constants: Value,
    pub(crate) retries_ms: Vec<u64>,
    /// The portals that the workflow was granted.
    #[serde(default)]
    pub(crate) portals: Vec<String>,
}

impl Started {
    /// What the script sees as the constant `run`: the parameters, and what every run has.
    pub(crate) fn constants(run: &str, workflow: &str, params: Value) -> Value {
        let mut constants = json!({ "portal": Value::Null, "document": Value::Null });
        if let (Value::Object(constants), Value::Object(params)) = (&mut constants, params) {
            constants.extend(params);
        }
        constants["id"] = json!(run);
        constants["workflow"] = json!(workflow);
        constants
    }
}

/// What an activity gets: the call and where it belongs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ask {
    pub(crate) run: String,
    pub(crate) workflow: String,
    pub(crate) document: Option<String>,
    pub(crate) call: Call,
    /// How often this call has been tried before, as the run's history knows it.
    pub(crate) tries: u32,
    /// How often a person said "try again".
    pub(crate) round: u32,
    /// Whether a technical failure of this try is the last one before a person is asked.
    pub(crate) last: bool,
    /// Whether it is done where there is time for pixels.
    #[serde(default)]
    pub(crate) pixels: bool,
}

/// What an activity answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    /// The step is done.
    Done(Value),
    /// Pixels must be read for it: it is to be asked again where there is time for that.
    Pixels,
    /// A person has not decided yet; the task's id.
    Pending(String),
    /// The run has ended by another hand: a person cancelled it.
    Over,
    /// The step failed.
    Failed(Failure),
}

/// Why a step has no answer.
enum No {
    /// It failed.
    Failure(Failure),
    /// The run is over.
    Over,
}

/// How a run ends, for the store.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) run: String,
    /// A word of `store::RunState`.
    pub(crate) state: String,
    pub(crate) note: String,
}

/// What a person said about a failed step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Verdict {
    pub(crate) again: bool,
    pub(crate) note: String,
}

/// The event by which a run hears of a decision.
pub(crate) fn decision_event(task: &str) -> String {
    format!("task/{task}")
}

/// The orchestration.
pub(crate) async fn orchestrate(
    scripts: Arc<Scripts>,
    ctx: OrchestrationContext,
    input: String,
) -> Result<String, String> {
    let started: Started = serde_json::from_str(&input).map_err(|error| error.to_string())?;
    let run = Run { ctx: &ctx, started: &started, pixels: AtomicBool::new(false) };
    let (state, note) = run.to_its_end(&scripts).await;
    let end = End { run: started.run.clone(), state, note };
    run.finish(&end).await?;
    Ok(end.state)
}

struct Run<'a> {
    ctx: &'a OrchestrationContext,
    started: &'a Started,
    /// Whether its document has turned out to need its pixels read.
    pixels: AtomicBool,
}

impl Run<'_> {
    async fn to_its_end(&self, scripts: &Scripts) -> (String, String) {
        let Started { workflow, sha256, script, constants, .. } = self.started;
        let ast = match scripts.compile(workflow, sha256, script) {
            Ok(ast) => ast,
            Err(error) => return failed(&error),
        };
        let tape = Tape::default();
        loop {
            tape.rewind(self.ctx.is_replaying());
            match scripts.turn(workflow, &ast, constants, &tape) {
                Turn::Ended(value) => return ended(&value),
                Turn::Broken(error) => return failed(&error),
                Turn::Wants(call) => match self.answer(&call).await {
                    Ok(answer) => tape.record(call, answer),
                    Err(end) => return end,
                },
            }
        }
    }

    /// Gets a step done, with a person's help where it takes one.
    async fn answer(&self, call: &Call) -> Result<Value, (String, String)> {
        let mut tries = 0;
        for round in 0.. {
            let failure = match self.round(call, &mut tries, round).await {
                Ok(answer) => return Ok(answer),
                Err(No::Over) => return Err(over()),
                Err(No::Failure(failure)) => failure,
            };
            // Without a document there is nothing that a person could be shown.
            if self.started.document.is_none() {
                return Err(failed(&failure));
            }
            match self.ask_a_person(call, tries, round, &failure).await {
                Ok(verdict) if verdict.again => {}
                Ok(verdict) => return Err(given_up(&failure, &verdict)),
                Err(No::Over) => return Err(over()),
                Err(No::Failure(worse)) => return Err(failed(&worse)),
            }
        }
        unreachable!("the rounds never run out")
    }

    /// Tries a step, waits, tries again, until it is done or no try is left.
    async fn round(&self, call: &Call, tries: &mut u32, round: u32) -> Result<Value, No> {
        let mut waits = self.started.retries_ms.iter();
        let mut outage = Duration::from_secs(1);
        loop {
            let last = waits.as_slice().is_empty();
            let ask = self.ask(call.clone(), *tries, round, last);
            *tries += 1;
            match self.activity(STEP, &ask).await {
                Reply::Done(answer) => return Ok(answer),
                Reply::Pixels => self.pixels.store(true, Ordering::Relaxed),
                Reply::Pending(task) => self.decision(&task).await,
                Reply::Over => return Err(No::Over),
                Reply::Failed(failure) if failure.outage => {
                    self.ctx.schedule_timer(outage).await;
                    outage = (outage * 2).min(PATIENCE);
                }
                Reply::Failed(failure) => match (failure.class, waits.next()) {
                    (Class::Application, Some(wait)) => {
                        self.ctx.schedule_timer(Duration::from_millis(*wait)).await;
                    }
                    _ => return Err(No::Failure(failure)),
                },
            }
        }
    }

    /// Opens a task for a step that failed and waits for what a person says, days if need be.
    async fn ask_a_person(
        &self,
        call: &Call,
        tries: u32,
        round: u32,
        failure: &Failure,
    ) -> Result<Verdict, No> {
        let args = json!({ "failure": failure, "step": call.name });
        let trouble = Call { index: call.index, name: TROUBLE.to_owned(), args };
        let ask = self.ask(trouble, tries, round, true);
        let mut waits = self.started.retries_ms.iter();
        let mut name = TROUBLE;
        loop {
            match self.activity(name, &ask).await {
                Reply::Done(_) if name == TROUBLE => name = VERDICT,
                Reply::Done(verdict) => {
                    let verdict = serde_json::from_value(verdict);
                    return verdict.map_err(|error| No::Failure(Failure::business(&error)));
                }
                Reply::Pending(task) => self.decision(&task).await,
                Reply::Over => return Err(No::Over),
                Reply::Pixels => return Err(No::Failure(Failure::business(&"a question has no pixels"))),
                // Only the store can fail here. It is waited for: a question that is not asked is a paper lost.
                Reply::Failed(worse) if worse.class == Class::Application => {
                    let wait = waits.next().map_or(PATIENCE, |wait| Duration::from_millis(*wait));
                    self.ctx.schedule_timer(wait).await;
                }
                Reply::Failed(worse) => return Err(No::Failure(worse)),
            }
        }
    }

    /// Sleeps until someone says that the task is decided. Whether it is, the store knows, not the event.
    async fn decision(&self, task: &str) {
        let _heard = self.ctx.dequeue_event(decision_event(task)).await;
    }

    /// Writes the end down. There is no giving up: a run that ended must say so.
    async fn finish(&self, end: &End) -> Result<(), String> {
        let input = serde_json::to_string(end).map_err(|error| error.to_string())?;
        let mut wait = Duration::from_secs(1);
        while let Err(error) = self.ctx.schedule_activity(FINISH, &input).await {
            self.ctx.trace_warn(format!("the end of the run could not be written yet: {error}"));
            self.ctx.schedule_timer(wait).await;
            wait = (wait * 2).min(PATIENCE);
        }
        Ok(())
    }

    async fn activity(&self, name: &str, ask: &Ask) -> Reply {
        let input = match serde_json::to_string(ask) {
            Ok(input) => input,
            Err(error) => return Reply::Failed(Failure::business(&error)),
        };
        let answer = match Tag::of(ask, &self.started.portals) {
            None => self.ctx.schedule_activity(name, input).await,
            Some(Tag { name: tag, session: None }) => {
                self.ctx.schedule_activity(name, input).with_tag(tag).await
            }
            Some(Tag { name: tag, session: Some(session) }) => {
                self.ctx.schedule_activity_on_session(name, input, session).with_tag(tag).await
            }
        };
        // An activity that itself fails was stopped or panicked: a technical reason.
        answer
            .and_then(|reply| serde_json::from_str(&reply).map_err(|error| error.to_string()))
            .unwrap_or_else(|error| Reply::Failed(Failure::application(&error)))
    }

    fn ask(&self, call: Call, tries: u32, round: u32, last: bool) -> Ask {
        let Started { run, workflow, document, .. } = self.started;
        // The check of a paper that was read from pixels has them read a second time.
        let looks = [documents::READ, sections::SPLIT, invoices::CHECK].contains(&call.name.as_str());
        let pixels = looks && self.pixels.load(Ordering::Relaxed);
        Ask {
            run: run.clone(),
            workflow: workflow.clone(),
            document: document.clone(),
            call,
            tries,
            round,
            last,
            pixels,
        }
    }
}

/// What the script's last value says: `run::done(..)` and its sisters, or nothing.
pub(crate) fn ended(value: &Value) -> (String, String) {
    let word = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    (word("state").unwrap_or_else(|| "done".to_owned()), word("note").unwrap_or_default())
}

pub(crate) fn failed(error: &impl ToString) -> (String, String) {
    ("failed".to_owned(), error.to_string())
}

/// Whoever ended the run has written it down already.
fn over() -> (String, String) {
    ("cancelled".to_owned(), String::new())
}

fn given_up(failure: &Failure, verdict: &Verdict) -> (String, String) {
    ("not_posted".to_owned(), format!("given up by a person after {}: {}", failure.code, verdict.note))
}
