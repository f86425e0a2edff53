//! The checker: what can be known to be wrong with a script before it runs. It looks at the tree that rhai compiles.
//!
//! | file | what it finds |
//! |---|---|
//! | `calls` | functions that do not exist, the wrong number of arguments, clocks and dice |
//! | `answers` | answers of steps that nobody looks at |
//! | `properties` | names that an answer does not have |
//! | `reach` | what the workflow was not granted |

mod answers;
mod calls;
mod properties;
mod reach;
mod tree;

use invoices::Message;
use rhai::{AST, ParseError, Position};
use serde::Serialize;

use crate::grants::Grants;
use crate::params;
use crate::reference::{HostFunction, host_functions};
use crate::script::Scripts;

/// What is wrong at one place of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The code of the page in `docs/errors/`.
    pub code: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// The line itself.
    pub source: String,
    /// What is wrong and what to do.
    pub message: Message,
}

/// A script and what is known of what it may use.
struct Looked<'a> {
    workflow: &'a str,
    ast: &'a AST,
    host: Vec<HostFunction>,
    grants: &'a Grants,
}

/// Looks at a script without running it. What comes first in the text comes first.
pub fn check_script(workflow: &str, text: &str, grants: &Grants) -> Vec<Problem> {
    let scripts = Scripts::new();
    let mut problems = match scripts.parse(text) {
        Err(error) => vec![Problem::does_not_compile(&error)],
        Ok(ast) => {
            let declared = params::declared(text).err();
            let looked = Looked { workflow, ast: &ast, host: host_functions(), grants };
            let mut problems = calls::check(&looked, &scripts);
            problems.extend(answers::check(&looked));
            problems.extend(properties::check(&looked));
            problems.extend(reach::check(&looked));
            problems.extend(declared.map(|reason| Problem::of_parameters(&reason)));
            problems
        }
    };
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems.dedup();
    problems.into_iter().map(|problem| problem.with_source(text)).collect()
}

impl Problem {
    pub(crate) fn at(position: Position, code: &'static str, en: String, zh_hant: String) -> Self {
        Self {
            code,
            line: position.line().unwrap_or(1),
            column: position.position().unwrap_or(1),
            source: String::new(),
            message: Message { en, zh_hant },
        }
    }

    pub(crate) fn does_not_compile(error: &ParseError) -> Self {
        let reason = error.err_type().to_string();
        Self::at(
            error.position(),
            "DH-6003",
            format!("This is no script: {reason}. Correct the line."),
            format!("這不是有效的指令稿：{reason}。請更正此行。"),
        )
    }

    fn of_parameters(reason: &str) -> Self {
        Self::at(
            Position::NONE,
            "DH-6003",
            format!("The parameters at its head cannot be read: {reason}."),
            format!("無法讀取指令稿開首的參數：{reason}。"),
        )
    }

    /// The problem with its line from the text.
    pub(crate) fn with_source(mut self, text: &str) -> Self {
        let line = text.lines().nth(self.line.saturating_sub(1)).unwrap_or_default();
        line.clone_into(&mut self.source);
        self
    }
}
