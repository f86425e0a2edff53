//! Texts with holes, such as `{bill.reference}`: parsed and checked when the description is loaded.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;

/// The names that each part of a bill offers.
pub(crate) const BILL: &[&str] = &[
    "reference",
    "supplier_name",
    "supplier_tax_id",
    "issue_date",
    "due_date",
    "currency",
    "net",
    "tax",
    "total",
    "memo",
    "key",
];
/// The names that a line offers, inside `each_line`; `code` is the first word of its description.
pub(crate) const LINE: &[&str] =
    &["index", "number", "description", "code", "quantity", "unit_price", "amount", "item"];

/// A text with holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Hole(Hole),
}

/// `{scope.name}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hole {
    /// `bill`, `line`, `setting`, `secret`, `kept` or `row`.
    pub(crate) scope: String,
    /// The name within it.
    pub(crate) name: String,
}

impl fmt::Display for Hole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}.{}}}", self.scope, self.name)
    }
}

/// What a hole is filled with. The kind decides how a form's value is compared with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Number(Decimal),
    Date(NaiveDate),
}

impl Value {
    /// As it is typed. Dates take the given `strftime` form.
    pub(crate) fn typed(&self, date_form: &str) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Date(date) => date.format(date_form).to_string(),
        }
    }
}

impl Template {
    /// Parses `a {bill.reference} b`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            if open > 0 {
                parts.push(Part::Text(rest[..open].to_owned()));
            }
            let close =
                rest[open..].find('}').ok_or_else(|| format!("a hole is not closed in {text:?}"))? + open;
            let (scope, name) = rest[open + 1..close]
                .split_once('.')
                .ok_or_else(|| format!("{{{}}} is not like {{bill.reference}}", &rest[open + 1..close]))?;
            parts.push(Part::Hole(Hole { scope: scope.trim().to_owned(), name: name.trim().to_owned() }));
            rest = &rest[close + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self { parts })
    }

    pub(crate) fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.parts.iter().filter_map(|part| match part {
            Part::Hole(hole) => Some(hole),
            Part::Text(_) => None,
        })
    }

    /// Whether a secret is in it: then nothing of it may be shown.
    pub(crate) fn is_secret(&self) -> bool {
        self.holes().any(|hole| hole.scope == "secret")
    }

    /// The hole, when there is nothing else.
    pub(crate) fn only_hole(&self) -> Option<&Hole> {
        match self.parts.as_slice() {
            [Part::Hole(hole)] => Some(hole),
            _ => None,
        }
    }

    /// Fills the holes. `text_of` turns each into text; `None` anywhere gives `None`.
    pub(crate) fn fill(&self, mut text_of: impl FnMut(&Hole) -> Option<String>) -> Option<String> {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Some(text.clone()),
                Part::Hole(hole) => text_of(hole),
            })
            .collect()
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Hole(hole) => hole.fmt(f),
        })
    }
}

impl<'de> serde::Deserialize<'de> for Template {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn a_template_keeps_what_stands_around_its_holes() {
        let template = Template::parse("#line-{line.index}-amount").unwrap();
        assert_eq!(template.fill(|_| Some("3".into())).unwrap(), "#line-3-amount");
        assert_eq!(template.to_string(), "#line-{line.index}-amount");
        assert_eq!(template.fill(|_| None), None);
    }

    #[test]
    fn a_hole_that_is_not_one_is_said() {
        assert!(Template::parse("{bill}").unwrap_err().contains("{bill} is not like"));
        assert!(Template::parse("{bill.total").unwrap_err().contains("not closed"));
    }
}
