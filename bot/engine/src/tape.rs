//! The tape of a run: the answers of its finished steps, and the history check.
//!
//! A script runs from the top. Each host call asks the tape: a finished step answers from it; the first unfinished
//! one is noted as wanted and stops the script.

use std::sync::{Arc, Mutex, PoisonError};

use rhai::{Dynamic, EvalAltResult, NativeCallContext, Position};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::EngineError;

/// A run of more steps is taken for one that never ends.
pub(crate) const MAX_STEPS: usize = 1_000;

/// One host call of a script.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Call {
    /// Its place in the run, from 0.
    pub(crate) index: u32,
    /// `module::function`.
    pub(crate) name: String,
    /// Its arguments: references and small values, never secrets.
    pub(crate) args: Value,
}

/// The tape, shared between the orchestrator and the host functions of the script that is running.
#[derive(Clone, Default)]
pub(crate) struct Tape(Arc<Mutex<Reel>>);

#[derive(Default)]
struct Reel {
    answers: Vec<(Call, Value)>,
    next: usize,
    wanted: Option<Call>,
    line: Option<usize>,
    broken: Option<(usize, String, String)>,
    replaying: bool,
}

impl Tape {
    /// Back to the top, before the script runs again.
    pub(crate) fn rewind(&self, replaying: bool) {
        let mut reel = self.reel();
        reel.next = 0;
        reel.wanted = None;
        reel.replaying = replaying;
    }

    /// A step has answered.
    pub(crate) fn record(&self, call: Call, answer: Value) {
        self.reel().answers.push((call, answer));
    }

    /// What the script stopped for.
    pub(crate) fn wanted(&self) -> Option<Call> {
        self.reel().wanted.clone()
    }

    /// The line of the script that stopped for it.
    pub(crate) fn wanted_line(&self) -> Option<usize> {
        self.reel().line
    }

    /// The history check's verdict.
    pub(crate) fn order_changed(&self) -> Option<EngineError> {
        let reel = self.reel();
        let (index, was, now) = reel.broken.clone()?;
        Some(EngineError::OrderChanged { index, was, now })
    }

    /// The last step that the script has passed in this turn: its place and its name.
    pub(crate) fn last_done(&self) -> Option<(usize, String)> {
        let reel = self.reel();
        let last = reel.next.min(reel.answers.len()).checked_sub(1)?;
        Some((last, reel.answers[last].0.name.clone()))
    }

    /// Whether the script wants more steps than a run may have.
    pub(crate) fn is_too_long(&self) -> bool {
        self.reel().next > MAX_STEPS
    }

    /// True where the script is doing something for the first time: only there may it speak to the log.
    pub(crate) fn is_live(&self) -> bool {
        let reel = self.reel();
        !reel.replaying && reel.next == reel.answers.len()
    }

    /// A host call: the answer, or the end of this turn.
    fn ask(&self, name: &str, args: Value, line: Option<usize>) -> Result<Value, Stop> {
        let mut reel = self.reel();
        let at = reel.next;
        reel.next += 1;
        if let Some((call, answer)) = reel.answers.get(at) {
            if call.name == name && call.args == args {
                return Ok(answer.clone());
            }
            let was = call.name.clone();
            reel.broken = Some((at, was, name.to_owned()));
            return Err(Stop);
        }
        let index = u32::try_from(at).unwrap_or(u32::MAX);
        reel.line = line;
        reel.wanted = Some(Call { index, name: name.to_owned(), args });
        Err(Stop)
    }

    fn reel(&self) -> std::sync::MutexGuard<'_, Reel> {
        // A panic under this lock leaves plain data behind, so the data is still good.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Stop;

/// What every host function that is a step ends in.
///
/// The script stops with `ErrorTerminated`, which rhai lets no script catch.
pub(crate) fn step(
    context: &NativeCallContext,
    name: &str,
    args: Value,
) -> Result<Dynamic, Box<EvalAltResult>> {
    let stopped = || Box::new(EvalAltResult::ErrorTerminated(Dynamic::UNIT, Position::NONE));
    let tape = tape_of(context).ok_or_else(stopped)?;
    match tape.ask(name, args, context.call_position().line()) {
        Ok(answer) => rhai::serde::to_dynamic(answer),
        Err(Stop) => Err(stopped()),
    }
}

/// The tape of the run for which a host function is called.
pub(crate) fn tape_of(context: &NativeCallContext) -> Option<Tape> {
    context.tag()?.clone().try_cast::<Tape>()
}
