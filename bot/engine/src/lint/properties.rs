//! Properties: an answer has the names that its documentation says, and no others.
//!
//! A variable is taken to hold what any line of the script puts into it; one that is given something unknown anywhere
//! is left alone.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{ASTNode, Expr, Position, Stmt};

use super::tree::{given, step_of, variable_of};
use super::{Looked, Problem};
use crate::shape::{Kind, Shape};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// The answer of a step.
    Step(String),
    /// A name of what a variable holds.
    Part(String, String),
    /// What a variable holds.
    Same(String),
    Unknown,
}

/// `variable.name`, as it stands in the script.
struct Asked {
    variable: String,
    names: Vec<(String, Position)>,
}

type Shapes = BTreeMap<String, Shape>;
type Origins = BTreeMap<String, BTreeSet<Origin>>;

pub(super) fn check(looked: &Looked) -> Vec<Problem> {
    let shapes: Shapes =
        looked.host.iter().filter_map(|function| Some((function.path(), function.shape()?))).collect();
    let (mut origins, mut asked) = (Origins::new(), Vec::new());
    for function in looked.ast.iter_fn_def() {
        for param in &function.params {
            origins.entry(param.to_string()).or_default().insert(Origin::Unknown);
        }
    }
    looked.ast.walk(&mut |path| {
        match path.last() {
            Some(ASTNode::Stmt(statement)) => note(statement, &mut origins),
            Some(ASTNode::Expr(expression)) => asked.extend(chain(expression)),
            _ => {}
        }
        true
    });
    asked.iter().filter_map(|asked| problem(asked, &origins, &shapes)).collect()
}

/// Notes what a statement puts into which variable.
fn note(statement: &Stmt, origins: &mut Origins) {
    if let Stmt::For(parts, _) = statement {
        let (item, counter, _) = &**parts;
        for name in std::iter::once(item).chain(counter) {
            origins.entry(name.as_str().to_owned()).or_default().insert(Origin::Unknown);
        }
    }
    if let Some((name, value, _)) = given(statement) {
        origins.entry(name.to_owned()).or_default().insert(origin(value));
    }
}

fn origin(value: &Expr) -> Origin {
    if let Some(step) = step_of(value) {
        return Origin::Step(step);
    }
    if let Some(name) = variable_of(value) {
        return Origin::Same(name.to_owned());
    }
    match chain(value).as_ref().map(|asked| (&asked.variable, asked.names.as_slice())) {
        Some((variable, [(name, _)])) if is_whole(value) => Origin::Part(variable.clone(), name.clone()),
        _ => Origin::Unknown,
    }
}

/// Whether an expression is `variable.name` and nothing more.
fn is_whole(value: &Expr) -> bool {
    matches!(value, Expr::Dot(sides, ..) if matches!(sides.rhs, Expr::Property(..)))
}

/// The names that an expression asks of a variable, one below the other.
fn chain(expression: &Expr) -> Option<Asked> {
    let Expr::Dot(sides, ..) = expression else { return None };
    let variable = variable_of(&sides.lhs)?.to_owned();
    let (mut names, mut rest) = (Vec::new(), &sides.rhs);
    loop {
        match rest {
            Expr::Property(property, position) => {
                names.push((property.2.to_string(), *position));
                break;
            }
            Expr::Dot(sides, ..) => match &sides.lhs {
                Expr::Property(property, position) => {
                    names.push((property.2.to_string(), *position));
                    rest = &sides.rhs;
                }
                _ => break,
            },
            _ => break,
        }
    }
    Some(Asked { variable, names })
}

/// The steps of which a variable may hold the answer, or none when it may hold anything else.
fn steps_of(variable: &str, origins: &Origins, shapes: &Shapes, depth: usize) -> Option<BTreeSet<String>> {
    let mut steps = BTreeSet::new();
    for origin in origins.get(variable).filter(|_| depth < 8)? {
        match origin {
            Origin::Step(step) => {
                steps.insert(shapes.contains_key(step).then(|| step.clone())?);
            }
            Origin::Same(other) if other == variable => {}
            Origin::Same(other) => steps.extend(steps_of(other, origins, shapes, depth + 1)?),
            Origin::Part(other, name) => {
                for step in steps_of(other, origins, shapes, depth + 1)? {
                    match shapes.get(&step)?.kind(name)? {
                        Kind::As(inner) => steps.insert(inner.clone()),
                        _ => return None,
                    };
                }
            }
            Origin::Unknown => return None,
        }
    }
    Some(steps)
}

fn problem(asked: &Asked, origins: &Origins, shapes: &Shapes) -> Option<Problem> {
    let mut steps = steps_of(&asked.variable, origins, shapes, 0)?;
    for (name, position) in &asked.names {
        let answers: Vec<&Shape> = steps.iter().filter_map(|step| shapes.get(step)).collect();
        let shape = answers.first()?;
        let kinds: Vec<&Kind> = answers.iter().filter_map(|shape| shape.kind(name)).collect();
        if kinds.is_empty() {
            let step = steps.iter().next()?;
            return Some(no_such_name(name, step, shape, *position));
        }
        steps = kinds
            .into_iter()
            .map(|kind| match kind {
                Kind::As(inner) => Some(inner.clone()),
                _ => None,
            })
            .collect::<Option<_>>()?;
    }
    None
}

fn no_such_name(name: &str, step: &str, shape: &Shape, position: Position) -> Problem {
    let names = shape.names();
    Problem::at(
        position,
        "DH-6505",
        format!("What `{step}` answers has no `{name}`. It has: {names}."),
        format!("`{step}` 的答案沒有 `{name}`。它有：{names}。"),
    )
}
