//! What a step answers, as its documentation says: `#{name: kind, name: kind}`.
//!
//! The same words are read by people, by the checker, which knows from them what an answer has, and by the tests of
//! scripts, which fill in what a scripted answer leaves out.

use serde_json::{Value, json};

/// What kind of value a name of an answer has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `bool`.
    Flag,
    /// `text`.
    Text,
    /// `number`.
    Number,
    /// `[…]`.
    List,
    /// Ends with `?`: it may be `()`. So may be whatever is not one of the others.
    Maybe,
    /// The name of a step: as that step answers.
    As(String),
}

/// The names of an answer, in the order of the documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape(pub(crate) Vec<(String, Kind)>);

impl Shape {
    /// Finds the shape in a function's documentation.
    pub(crate) fn in_text(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once("`#{")?;
        let (inside, _) = rest.split_once("}`")?;
        let names = inside.split(',').map(|part| {
            let (name, kind) = part.split_once(": ").unwrap_or((part, "?"));
            (name.trim().to_owned(), Kind::of(kind.trim()))
        });
        Some(Self(names.collect()))
    }

    /// The kind of a name, if the answer has it.
    pub(crate) fn kind(&self, name: &str) -> Option<&Kind> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, kind)| kind)
    }

    /// The names, for people.
    pub(crate) fn names(&self) -> String {
        self.0.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

impl Kind {
    fn of(word: &str) -> Self {
        match word {
            "bool" => Self::Flag,
            "text" => Self::Text,
            "number" => Self::Number,
            step if step.contains("::") => Self::As(step.to_owned()),
            list if list.starts_with('[') => Self::List,
            _ => Self::Maybe,
        }
    }

    /// What stands for a value that nobody gave.
    pub(crate) fn empty(&self) -> Value {
        match self {
            Self::Flag => json!(false),
            Self::Text => json!(""),
            Self::Number => json!(0),
            Self::List => json!([]),
            Self::Maybe | Self::As(_) => Value::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn a_shape_is_read_over_the_end_of_a_line() {
        let shape =
            Shape::in_text("It answers `#{done: bool,\nwhy: map?, invoice: invoices::check}`.").unwrap();
        assert_eq!(shape.names(), "done, why, invoice");
        assert_eq!(shape.kind("done"), Some(&Kind::Flag));
        assert_eq!(shape.kind("why"), Some(&Kind::Maybe));
        assert_eq!(shape.kind("invoice"), Some(&Kind::As("invoices::check".to_owned())));
        assert_eq!(shape.kind("nothing"), None);
    }
}
