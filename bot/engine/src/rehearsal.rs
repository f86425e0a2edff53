//! A rehearsal: a script is run turn by turn, and whoever rehearses answers its steps. No world is touched.

use std::sync::Arc;

use rhai::AST;
use serde_json::Value;

use crate::error::EngineError;
use crate::orchestrator;
use crate::script::{Scripts, Turn};
use crate::tape::{Call, Tape};

/// A script that is being rehearsed.
pub(crate) struct Rehearsal {
    scripts: Arc<Scripts>,
    workflow: String,
    text: String,
    constants: Value,
    ast: AST,
    tape: Tape,
    steps: Vec<(Call, Value)>,
}

/// What comes next in a rehearsal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Next {
    /// A step wants its answer.
    Step(Call),
    /// The run has ended.
    End(Ending),
}

/// How a rehearsed run ends.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Ending {
    /// A word of [`store::RunState`].
    pub state: String,
    /// What it says, for people.
    pub note: String,
}

impl Rehearsal {
    pub(crate) fn new(
        scripts: &Arc<Scripts>,
        workflow: &str,
        text: &str,
        constants: Value,
    ) -> Result<Self, EngineError> {
        let ast = scripts.parse(text).map_err(|error| EngineError::Script {
            workflow: workflow.to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Self {
            scripts: Arc::clone(scripts),
            workflow: workflow.to_owned(),
            text: text.to_owned(),
            constants,
            ast,
            tape: Tape::default(),
            steps: Vec::new(),
        })
    }

    /// Runs the script from the top until it wants a step that has no answer yet, or ends.
    pub(crate) fn next(&self) -> Next {
        // What the script has to say, it says in a true run.
        self.tape.rewind(true);
        let ended = match self.scripts.turn(&self.workflow, &self.ast, &self.constants, &self.tape) {
            Turn::Wants(call) => return Next::Step(call),
            Turn::Ended(value) => orchestrator::ended(&value),
            Turn::Broken(error) => orchestrator::failed(&error),
        };
        Next::End(Ending { state: ended.state, note: ended.note })
    }

    /// Answers the step that [`Rehearsal::next`] wanted.
    pub(crate) fn answer(&mut self, call: Call, answer: Value) {
        self.tape.record(call.clone(), answer.clone());
        self.steps.push((call, answer));
    }

    /// The steps so far, with their answers.
    pub(crate) fn steps(&self) -> &[(Call, Value)] {
        &self.steps
    }

    /// What a program that crashed after so many steps finds at its next start: the text, and what was written down.
    pub(crate) fn crashed_after(&self, steps: usize) -> Result<Self, EngineError> {
        let mut again = Self::new(&self.scripts, &self.workflow, &self.text, written(&self.constants))?;
        for (call, answer) in self.steps.iter().take(steps) {
            let call = Call { args: written(&call.args), ..call.clone() };
            again.answer(call, written(answer));
        }
        Ok(again)
    }
}

/// A value after it was written down and read again.
fn written(value: &Value) -> Value {
    serde_json::from_str(&value.to_string()).unwrap_or_default()
}
