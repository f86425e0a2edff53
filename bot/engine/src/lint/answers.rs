//! Answers: what a step found decides how a script goes on, so somebody must look at it.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{ASTNode, Expr, Position, Stmt};

use super::tree::{call_of, given, step_of, variable_of};
use super::{Looked, Problem};
use crate::host::DECIDING;

pub(super) fn check(looked: &Looked) -> Vec<Problem> {
    let top: BTreeSet<usize> = looked.ast.statements().iter().map(place).collect();
    let mut problems = Vec::new();
    let mut kept: BTreeMap<String, (String, Position)> = BTreeMap::new();
    let mut read = BTreeSet::new();
    looked.ast.walk(&mut |path| {
        let Some(node) = path.last() else { return true };
        if let ASTNode::Stmt(statement) = node {
            if let Some((step, position)) = let_fall(statement)
                && !is_taken(path, &top)
            {
                problems.push(fallen(&step, position));
            }
            if let Some((name, value, position)) = given(statement)
                && let Some(step) = step_of(value).filter(|step| DECIDING.contains(&step.as_str()))
            {
                kept.entry(name.to_owned()).or_insert((step, position));
            }
        }
        if let ASTNode::Expr(expression) = node
            && let Some(name) = variable_of(expression)
            && !is_target(path)
        {
            read.insert(name.to_owned());
        }
        true
    });
    let unread = kept.into_iter().filter(|(name, _)| !read.contains(name));
    problems.extend(unread.map(|(name, (step, position))| never_read(&name, &step, position)));
    problems
}

/// A statement that is nothing but the call of a step whose answer decides.
fn let_fall(statement: &Stmt) -> Option<(String, Position)> {
    let node = match statement {
        Stmt::Expr(expression) => ASTNode::Expr(expression),
        other => ASTNode::Stmt(other),
    };
    let called = call_of(&node)?;
    let step = called.path();
    DECIDING.contains(&step.as_str()).then_some((step, called.position))
}

/// Whether the value of the last node of a path goes somewhere: out of a function, or into an expression.
fn is_taken(path: &[ASTNode], top: &BTreeSet<usize>) -> bool {
    let Some((ASTNode::Stmt(statement), above)) = path.split_last() else { return true };
    let ends = |block: &[Stmt]| block.last().is_some_and(|last| place(last) == place(statement));
    match above.last() {
        // The end of the script goes nowhere. The end of a function may.
        None => !top.contains(&place(statement)),
        Some(ASTNode::Stmt(Stmt::While(..) | Stmt::Do(..) | Stmt::For(..))) => false,
        Some(ASTNode::Stmt(Stmt::If(flow, _) | Stmt::TryCatch(flow, _))) => {
            (ends(flow.body.statements()) || ends(flow.branch.statements())) && is_taken(above, top)
        }
        Some(ASTNode::Stmt(Stmt::Block(block))) => ends(block.statements()) && is_taken(above, top),
        Some(ASTNode::Expr(Expr::Stmt(block))) => ends(block.statements()),
        Some(_) => true,
    }
}

/// Whether a variable is here only to be given something.
fn is_target(path: &[ASTNode]) -> bool {
    let [.., ASTNode::Stmt(Stmt::Assignment(assignment)), ASTNode::Expr(expression)] = path else {
        return false;
    };
    std::ptr::eq(&raw const assignment.1.lhs, std::ptr::from_ref::<Expr>(expression))
}

fn place(statement: &Stmt) -> usize {
    std::ptr::from_ref(statement).addr()
}

fn fallen(step: &str, position: Position) -> Problem {
    Problem::at(
        position,
        "DH-6504",
        format!(
            "Nobody looks at what `{step}` answers, and how the script goes on depends on it. Keep it: `let answer = {step}(…);`"
        ),
        format!("沒有人看 `{step}` 的答案，而指令稿如何繼續取決於它。請留下答案：`let answer = {step}(…);`"),
    )
}

fn never_read(name: &str, step: &str, position: Position) -> Problem {
    Problem::at(
        position,
        "DH-6504",
        format!(
            "`{name}` keeps what `{step}` answers, and nothing ever looks at it. Use it, or leave the step out."
        ),
        format!("`{name}` 留下了 `{step}` 的答案，卻從未使用。請使用它，或刪去這一步。"),
    )
}
