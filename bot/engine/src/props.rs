//! What stands for the answer of a step that is not truly done: the shape of its documentation, filled in.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::host::{DOING, documents, invoices, letter, mail, portal, review, statements, stock, subruns};
use crate::reference::host_functions;
use crate::shape::{Kind, Shape};
use crate::tape::Call;

/// The shapes of all answers, by step.
pub(crate) struct Props(BTreeMap<String, Shape>);

impl Props {
    pub(crate) fn new() -> Self {
        let functions = host_functions().into_iter();
        Self(functions.filter_map(|function| Some((function.path(), function.shape()?))).collect())
    }

    /// A name that the answer of a step never has, and those that it has.
    pub(crate) fn stranger(&self, step: &str, answer: &Value) -> Option<(String, String)> {
        let (shape, answer) = (self.0.get(step)?, answer.as_object()?);
        for (name, value) in answer {
            match shape.kind(name) {
                None => return Some((name.clone(), shape.names())),
                Some(Kind::As(inner)) => match self.stranger(inner, value) {
                    None => {}
                    found => return found,
                },
                Some(_) => {}
            }
        }
        None
    }

    /// A whole answer from what was given of it: what a true step would know (the document, the task, the invoice as it
    /// was last) is that, and the rest is as empty as its kind allows.
    pub(crate) fn fill(
        &self,
        call: &Call,
        given: Option<Value>,
        run: &Value,
        before: &[(Call, Value)],
    ) -> Value {
        match (self.0.get(&call.name), given.unwrap_or_else(|| json!({}))) {
            (Some(shape), Value::Object(mut given)) => {
                for (name, value) in known(call, run) {
                    given.entry(name).or_insert(value);
                }
                Value::Object(self.filled(shape, given, before))
            }
            // Of a list of ends, each is as one.
            (None, Value::Array(ends)) if call.name == subruns::EACH => {
                let Some(shape) = self.0.get(subruns::WAIT) else { return Value::Array(ends) };
                let end = |end| match end {
                    Value::Object(end) => Value::Object(self.filled(shape, end, before)),
                    other => other,
                };
                ends.into_iter().map(end).collect()
            }
            (_, given) => given,
        }
    }

    fn filled(
        &self,
        shape: &Shape,
        mut given: Map<String, Value>,
        before: &[(Call, Value)],
    ) -> Map<String, Value> {
        let last =
            |step: &str| before.iter().rev().find(|(call, _)| call.name == step).map(|(_, answer)| answer);
        let names = shape.0.iter();
        names
            .map(|(name, kind)| {
                let value = match (given.remove(name), kind) {
                    (Some(Value::Object(mut part)), Kind::As(step)) => {
                        // What a part leaves out is as it was.
                        for (name, value) in last(step).and_then(Value::as_object).into_iter().flatten() {
                            part.entry(name).or_insert_with(|| value.clone());
                        }
                        self.0.get(step).map_or(Value::Null, |shape| self.filled(shape, part, before).into())
                    }
                    (Some(value), _) => value,
                    (None, Kind::As(step)) => last(step).cloned().unwrap_or_default(),
                    (None, kind) => kind.empty(),
                };
                (name.clone(), value)
            })
            .collect()
    }
}

/// Whether a step needs nobody to say what it answers.
pub(crate) fn goes_by_itself(step: &str) -> bool {
    let asks = [review::OPEN, review::OPEN_STATEMENT, review::OPEN_ORDER];
    DOING.contains(&step) || asks.contains(&step) || [stock::GUARD, stock::MANUAL_SHEET].contains(&step)
}

/// What a true step would know from its call.
fn known(call: &Call, run: &Value) -> Map<String, Value> {
    let mut known = Map::new();
    let mut say = |name: &str, value: Value| known.insert(name.to_owned(), value);
    match call.name.as_str() {
        review::OPEN | review::OPEN_STATEMENT | review::OPEN_ORDER => {
            let of_proposal = call.args["proposal"]["document"].clone();
            say("task", json!(format!("{}/{}", run["id"].as_str().unwrap_or_default(), call.index)));
            let document = call.args["document"].clone();
            say("document", if document.is_null() { of_proposal } else { document });
            say("portal", call.args["posted"]["portal"].clone());
            say("key", call.args["posted"]["key"].clone());
        }
        letter::SEND
        | mail::EXCEPTION
        | mail::DIGEST
        | mail::AUDIT_HEAD
        | mail::BROKEN_CHAIN
        | mail::REMINDER
        | mail::REPORT
        | stock::TELL
        | stock::SEND_ORDER => {
            say("sent", json!(true));
        }
        documents::READ
        | invoices::CHECK
        | statements::READ
        | statements::COMPARE
        | stock::TAKE
        | stock::PROPOSAL
        | stock::PAPER
        | stock::COUNT => {
            say("document", call.args["document"].clone());
        }
        subruns::START | subruns::INVOKE => {
            say("run", json!(format!("{}/{}", run["id"].as_str().unwrap_or_default(), call.index)));
            say("step", json!(call.index));
        }
        subruns::WAIT => {
            say("run", call.args["run"].clone());
        }
        stock::READINESS | stock::GUARD | stock::PROPOSE | stock::MANUAL_SHEET => {
            say("day", call.args["day"].clone());
        }
        portal::POST_BILL | portal::POST_ORDER => {
            say("portal", call.args["portal"].clone());
        }
        _ => {}
    }
    known
}
