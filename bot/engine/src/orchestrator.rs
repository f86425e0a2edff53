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
use store::{FailureClass, RunFailure};

use crate::error::{EngineError, ScriptPlace};
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

/// The event by which a run that rests hears that it should look again.
pub(crate) const WAKE: &str = "wake";
/// So long a run sleeps at most before it looks whether its time has come: a clock may be set meanwhile.
const LONGEST_NAP: Duration = Duration::from_hours(24);
/// What a script may give to the run that started it, as JSON.
const MOST_ANSWER: usize = 64 * 1024;

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
    /// How often a person had it done again.
    #[serde(default)]
    pub(crate) generation: u32,
}

impl Started {
    /// What the script sees as the constant `run`: the parameters, and what every run has.
    pub(crate) fn constants(run: &str, workflow: &str, params: Value) -> Value {
        let mut constants = json!({ "portal": Value::Null, "document": Value::Null, "folder": "" });
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
    /// Of which generation of the run it is.
    #[serde(default)]
    pub(crate) generation: u32,
    /// How often a person had this step done anew.
    #[serde(default)]
    pub(crate) edition: u32,
}

impl Ask {
    /// What names this step and what it makes: the same however often it is tried, another when it is done anew.
    pub(crate) fn step_id(&self) -> String {
        let Self { run, call, edition, .. } = self;
        match edition {
            0 => format!("{run}/{}", call.index),
            edition => format!("{run}/{}.{edition}", call.index),
        }
    }
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
    /// Its time has not come yet; it does in so many milliseconds.
    Asleep(u64),
    /// Runs that it has started have not ended yet.
    Awaiting,
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
    #[serde(default)]
    pub(crate) generation: u32,
    #[serde(default)]
    pub(crate) failure: Option<RunFailure>,
    #[serde(default)]
    pub(crate) answer: Option<Value>,
}

/// How a script has ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Ended {
    /// A word of `store::RunState`.
    pub(crate) state: String,
    pub(crate) note: String,
    pub(crate) failure: Option<RunFailure>,
    pub(crate) answer: Option<Value>,
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
    let Ended { state, note, failure, answer } = run.to_its_end(&scripts).await;
    let (run_id, generation) = (started.run.clone(), started.generation);
    let end = End { run: run_id, state, note, generation, failure, answer };
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
    async fn to_its_end(&self, scripts: &Scripts) -> Ended {
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
                    Err(end) => return end.at(tape.wanted_line()),
                },
            }
        }
    }

    /// Gets a step done, with a person's help where it takes one.
    async fn answer(&self, call: &Call) -> Result<Value, Ended> {
        let mut tries = 0;
        for round in 0.. {
            let failure = match self.round(call, &mut tries, round).await {
                Ok(answer) => return Ok(answer),
                Err(No::Over) => return Err(Ended::over()),
                Err(No::Failure(failure)) => failure,
            };
            // Without a document there is nothing that a person could be shown.
            if self.started.document.is_none() {
                return Err(failed_step(call, &failure));
            }
            match self.ask_a_person(call, tries, round, &failure).await {
                Ok(verdict) if verdict.again => {}
                Ok(verdict) => return Err(given_up(&failure, &verdict)),
                Err(No::Over) => return Err(Ended::over()),
                Err(No::Failure(worse)) => return Err(failed_step(call, &worse)),
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
                Reply::Asleep(millis) => self.rest(Some(Duration::from_millis(millis))).await,
                Reply::Awaiting => self.rest(None).await,
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
                Reply::Pixels | Reply::Asleep(_) | Reply::Awaiting => {
                    return Err(No::Failure(Failure::business(&"a question only waits for its decision")));
                }
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

    /// Sleeps until a time, or until someone says that there is something to look at. Whether it is time, the store
    /// knows, not the timer and not the event.
    async fn rest(&self, time: Option<Duration>) {
        let woken = self.ctx.dequeue_event(WAKE);
        match time {
            Some(time) => {
                let nap = self.ctx.schedule_timer(time.min(LONGEST_NAP));
                let _either = self.ctx.select2(nap, woken).await;
            }
            None => drop(woken.await),
        }
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
        let Started { run, workflow, document, generation, .. } = self.started;
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
            generation: *generation,
            edition: 0,
        }
    }
}

/// What the script's last value says: `run::done(..)` and its sisters, or nothing.
pub(crate) fn ended(value: &Value) -> Ended {
    let word = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let answer = value.get("value").filter(|value| !value.is_null()).cloned();
    if answer.as_ref().is_some_and(|answer| answer.to_string().len() > MOST_ANSWER) {
        let most = MOST_ANSWER / 1024;
        let note = format!("DH-6056: what the run gives to the run that started it is longer than {most} KB");
        return Ended { state: "failed".to_owned(), note, failure: Some(of_script(None)), answer: None };
    }
    let (state, note) =
        (word("state").unwrap_or_else(|| "done".to_owned()), word("note").unwrap_or_default());
    Ended { state, note, failure: None, answer }
}

/// The script cannot go on.
pub(crate) fn failed(error: &EngineError) -> Ended {
    let failure = of_script(error.place());
    Ended { state: "failed".to_owned(), note: error.to_string(), failure: Some(failure), answer: None }
}

/// A mistake in a script is no matter of data.
fn of_script(place: Option<&ScriptPlace>) -> RunFailure {
    let number = |number: usize| u32::try_from(number).ok();
    let step = place.and_then(|place| place.after.as_ref()).and_then(|(step, _)| number(*step));
    let line = place.and_then(|place| place.line).and_then(number);
    RunFailure { class: FailureClass::Application, step, line }
}

fn failed_step(call: &Call, failure: &Failure) -> Ended {
    let because = RunFailure { class: failure.class.into(), step: Some(call.index), line: None };
    Ended { state: "failed".to_owned(), note: failure.to_string(), failure: Some(because), answer: None }
}

impl Ended {
    /// With the line of the script that asked for what failed.
    fn at(mut self, line: Option<usize>) -> Self {
        if let Some(failure) = &mut self.failure {
            failure.line = line.and_then(|line| u32::try_from(line).ok());
        }
        self
    }

    /// Whoever ended the run has written it down already.
    fn over() -> Self {
        Self { state: "cancelled".to_owned(), ..Self::default() }
    }
}

fn given_up(failure: &Failure, verdict: &Verdict) -> Ended {
    let note = format!("given up by a person after {}: {}", failure.code, verdict.note);
    Ended { state: "not_posted".to_owned(), note, ..Ended::default() }
}
