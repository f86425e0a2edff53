//! The rhai host: what a script is made of, what it may not do, and one turn of it.
//!
//! No clock, no randomness, no I/O: only host calls, which are steps. Limits stop a runaway; `eval` does not exist.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicIteratorPackage, BasicMapPackage, BasicMathPackage,
    BasicStringPackage, LogicPackage, MoreStringPackage, Package,
};
use rhai::{
    AST, Dynamic, Engine as Rhai, EvalAltResult, Module, OptimizationLevel, ParseError, Scope,
    exported_module,
};
use serde_json::Value;

use crate::bounds::{self, MAX_TEXT};
use crate::error::{EngineError, ScriptPlace};
use crate::host::{self, SharedModule};
use crate::tape::{Call, MAX_STEPS, Tape};

/// Operations a turn may take. The shipped workflows need a few hundred.
const MAX_OPERATIONS: u64 = 1_000_000;
/// Time a turn may take: other runs wait for it. The shipped workflows need a few milliseconds.
const MAX_TURN: Duration = Duration::from_secs(2);
/// Lines that a turn may write to the log, and the characters of each.
const MAX_LINES: usize = 100;
const MAX_LINE: usize = 500;

/// How a turn ended.
#[derive(Debug)]
pub(crate) enum Turn {
    /// The script stopped for a step that is not done yet.
    Wants(Call),
    /// The script ended with this value.
    Ended(Value),
    /// The script cannot go on.
    Broken(EngineError),
}

/// Compiles scripts and runs their turns.
pub(crate) struct Scripts {
    library: Vec<SharedModule>,
    modules: Vec<(&'static str, SharedModule)>,
    compiled: Mutex<HashMap<String, Arc<AST>>>,
}

impl Scripts {
    pub(crate) fn new() -> Self {
        // Not among them: `LanguageCorePackage`, because it holds `sleep` and `exit`, and `BasicTimePackage`.
        let library = vec![
            ArithmeticPackage::new().as_shared_module(),
            LogicPackage::new().as_shared_module(),
            BasicMathPackage::new().as_shared_module(),
            BasicStringPackage::new().as_shared_module(),
            MoreStringPackage::new().as_shared_module(),
            BasicIteratorPackage::new().as_shared_module(),
            BasicArrayPackage::new().as_shared_module(),
            BasicMapPackage::new().as_shared_module(),
            // Last, because what is registered last is found first.
            exported_module!(bounds::functions).into(),
        ];
        Self { library, modules: host::modules(), compiled: Mutex::default() }
    }

    /// Compiles, or finds what was compiled before. The key is the text's hash.
    pub(crate) fn compile(&self, workflow: &str, sha256: &str, text: &str) -> Result<Arc<AST>, EngineError> {
        let known = || self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ast) = known().get(sha256) {
            return Ok(Arc::clone(ast));
        }
        let ast = self.parse(text).map_err(|error| EngineError::Script {
            workflow: workflow.to_owned(),
            reason: error.to_string(),
        })?;
        let ast = Arc::new(ast);
        known().insert(sha256.to_owned(), Arc::clone(&ast));
        Ok(ast)
    }

    /// The script as a tree.
    pub(crate) fn parse(&self, text: &str) -> Result<AST, ParseError> {
        self.engine(&Tape::default(), "").compile_with_scope(&scope(&Value::Null), text)
    }

    /// Runs the script from the top, as far as the tape goes.
    pub(crate) fn turn(&self, workflow: &str, ast: &AST, run: &Value, tape: &Tape) -> Turn {
        let engine = self.engine(tape, workflow);
        let outcome = engine.eval_ast_with_scope::<Dynamic>(&mut scope(run), ast);
        if let Some(error) = tape.order_changed() {
            return Turn::Broken(error);
        }
        if tape.is_too_long() {
            let (workflow, reason) = (workflow.to_owned(), format!("more than {MAX_STEPS} steps"));
            let place = ScriptPlace::default();
            return Turn::Broken(EngineError::Runaway { workflow, place, reason });
        }
        match outcome {
            Ok(value) => match rhai::serde::from_dynamic::<Value>(&value) {
                Ok(value) => Turn::Ended(value),
                Err(error) => Turn::Broken(failed(workflow, &error, tape)),
            },
            Err(error) => match (root(&error), tape.wanted()) {
                (EvalAltResult::ErrorTerminated(reason, _), Some(call)) if reason.is_unit() => {
                    Turn::Wants(call)
                }
                _ => Turn::Broken(failed(workflow, &error, tape)),
            },
        }
    }

    /// All that a script may call, as rhai's metadata: the library by itself, the host functions by module.
    pub(crate) fn metadata(&self) -> Value {
        let json = self.engine(&Tape::default(), "").gen_fn_metadata_to_json(true).unwrap_or_default();
        serde_json::from_str(&json).unwrap_or(Value::Null)
    }

    /// An engine with the same limits that knows these functions instead of the host's.
    pub(crate) fn bare_engine(&self, functions: Module) -> Rhai {
        let mut engine = self.limited();
        engine.register_global_module(functions.into());
        engine
    }

    fn engine(&self, tape: &Tape, workflow: &str) -> Rhai {
        let mut engine = self.limited();
        for (name, module) in &self.modules {
            engine.register_static_module(*name, Arc::clone(module));
        }
        engine.set_default_tag(Dynamic::from(tape.clone()));
        speak(&mut engine, tape, workflow);
        engine
    }

    fn limited(&self) -> Rhai {
        let mut engine = Rhai::new_raw();
        for module in &self.library {
            engine.register_global_module(Arc::clone(module));
        }
        // Without the optimiser: it would fold this run's constants into a script that other runs share.
        engine.set_optimization_level(OptimizationLevel::None);
        engine.set_strict_variables(true);
        engine.set_fail_on_invalid_map_property(true);
        engine.disable_symbol("eval");
        limit(&mut engine);
        engine
    }
}

fn limit(engine: &mut Rhai) {
    engine.set_max_operations(MAX_OPERATIONS);
    engine.set_max_call_levels(32);
    engine.set_max_expr_depths(64, 32);
    engine.set_max_variables(256);
    engine.set_max_functions(128);
    engine.set_max_modules(0);
    engine.set_max_string_size(MAX_TEXT);
    engine.set_max_array_size(10_000);
    engine.set_max_map_size(10_000);
    let begun = Instant::now();
    engine.on_progress(move |operations| {
        // A single operation may copy a long text, so the clock is looked at often.
        let look = operations % 64 == 0;
        (look && begun.elapsed() > MAX_TURN)
            .then(|| Dynamic::from(format!("longer than {} s", MAX_TURN.as_secs())))
    });
}

/// `print` and `debug` go to the log, once, and not again at each replay.
fn speak(engine: &mut Rhai, tape: &Tape, workflow: &str) {
    let said = Arc::new(AtomicUsize::new(0));
    let may_speak = {
        let (tape, said) = (tape.clone(), Arc::clone(&said));
        move || tape.is_live() && said.fetch_add(1, Ordering::Relaxed) < MAX_LINES
    };
    let (name, may) = (workflow.to_owned(), may_speak.clone());
    engine.on_print(move |text| {
        if may() {
            tracing::info!(workflow = %name, "{}", short(text));
        }
    });
    let name = workflow.to_owned();
    engine.on_debug(move |text, _, position| {
        if may_speak() {
            tracing::debug!(workflow = %name, line = position.line(), "{}", short(text));
        }
    });
}

fn short(text: &str) -> &str {
    text.char_indices().nth(MAX_LINE).map_or(text, |(end, _)| &text[..end])
}

/// What a script finds when it begins: the constant `run`.
fn scope(run: &Value) -> Scope<'static> {
    let mut scope = Scope::new();
    scope.push_constant_dynamic("run", rhai::serde::to_dynamic(run).unwrap_or(Dynamic::UNIT));
    scope
}

/// The error below the function calls that it came through.
pub(crate) fn root(error: &EvalAltResult) -> &EvalAltResult {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) | EvalAltResult::ErrorInModule(_, inner, _) => {
            root(inner)
        }
        other => other,
    }
}

fn failed(workflow: &str, error: &EvalAltResult, tape: &Tape) -> EngineError {
    let (workflow, reason) = (workflow.to_owned(), error.to_string());
    let place = ScriptPlace { line: root(error).position().line(), after: tape.last_done() };
    match root(error) {
        EvalAltResult::ErrorTooManyOperations(..)
        | EvalAltResult::ErrorTooManyVariables(..)
        | EvalAltResult::ErrorStackOverflow(..)
        | EvalAltResult::ErrorDataTooLarge(..)
        | EvalAltResult::ErrorTerminated(..) => EngineError::Runaway { workflow, place, reason },
        _ => EngineError::ScriptFailed { workflow, place, reason },
    }
}
