//! Tests of workflows: `invoice.test.rhai` beside `invoice.rhai`. Each function without parameters is a test, which says
//! what the steps answer, starts the workflow, and says what is to come of it. No world is touched.
//!
//! Every run is rehearsed a second time with a crash after each step: what comes next must be the same.

mod functions;
mod stage;

use std::path::{Path, PathBuf};

use invoices::Message;
use rhai::{AST, CallFnOptions, Dynamic, EvalAltResult, FnAccess, Scope};
use serde::Serialize;

use crate::lint::Problem;
use crate::script::{Scripts, root};
use stage::Stage;

/// What the file of a workflow's tests is called: this behind the workflow's name.
pub const TESTS: &str = ".test.rhai";

/// What became of one test.
#[derive(Debug, Clone, Serialize)]
pub struct TestOutcome {
    /// The test's file.
    pub file: PathBuf,
    /// The test's name; empty when the file itself is wrong.
    pub name: String,
    /// How many steps its runs did.
    pub steps: usize,
    /// Why it failed, and where.
    pub failure: Option<Problem>,
}

/// Runs the tests of a file, in the order in which they stand in it.
pub fn run_script_tests(file: &Path, text: &str) -> Vec<TestOutcome> {
    let scripts = Scripts::new();
    let engine = scripts.bare_engine(functions::module());
    let outcome = |name: &str, steps, failure: Option<Problem>| TestOutcome {
        file: file.to_owned(),
        name: name.to_owned(),
        steps,
        failure: failure.map(|problem| problem.with_source(text)),
    };
    let ast = match engine.compile(text) {
        Ok(ast) => ast,
        Err(error) => return vec![outcome("", 0, Some(Problem::does_not_compile(&error)))],
    };
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut outcomes = Vec::new();
    for name in tests(&ast, text) {
        let stage = Stage::new(folder);
        let mut engine = scripts.bare_engine(functions::module());
        engine.set_default_tag(Dynamic::from(stage.clone()));
        let options = CallFnOptions::new().eval_ast(false);
        let done = engine.call_fn_with_options::<Dynamic>(options, &mut Scope::new(), &ast, &name, ());
        let failure = match done {
            Err(error) => Some(failed(&error)),
            Ok(_) => stage.left_over().map(|message| at_its_name(text, &name, message)),
        };
        outcomes.push(outcome(&name, stage.steps(), failure));
    }
    outcomes
}

/// The functions that are tests: public, without parameters.
fn tests(ast: &AST, text: &str) -> Vec<String> {
    let functions = ast.iter_functions();
    let mut tests: Vec<String> = functions
        .filter(|function| function.params.is_empty() && function.access == FnAccess::Public)
        .map(|function| function.name.to_owned())
        .collect();
    tests.sort_by_key(|name| place(text, name));
    tests
}

fn place(text: &str, name: &str) -> usize {
    text.find(&format!("fn {name}(")).unwrap_or(text.len())
}

fn failed(error: &EvalAltResult) -> Problem {
    let cause = root(error);
    let message = match cause {
        EvalAltResult::ErrorRuntime(value, _) => value.clone().try_cast::<Message>(),
        _ => None,
    };
    let message = message.unwrap_or_else(|| Message {
        en: format!("The test itself is wrong: {cause}"),
        zh_hant: format!("測試本身有錯：{cause}"),
    });
    Problem::at(cause.position(), "DH-6510", message.en, message.zh_hant)
}

/// A failure that no line of the test caused stands at the test's name.
fn at_its_name(text: &str, name: &str, message: Message) -> Problem {
    let line = text[..place(text, name)].lines().count().max(1);
    let line = u16::try_from(line + usize::from(place(text, name) > 0)).unwrap_or(u16::MAX);
    Problem::at(rhai::Position::new(line, 1), "DH-6510", message.en, message.zh_hant)
}
