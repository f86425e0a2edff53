//! The parameters of a workflow, declared in the head of its script and checked before a run starts.
//!
//! ```rhai
//! //! param month: text -- the month to report, such as 2026-10
//! //! param limit: integer = 50
//! ```

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::error::EngineError;
use crate::schedule::is_name;

/// How a declaration begins, in the comments before the first line of code.
const MARK: &str = "//! param ";
/// What every run knows already.
const TAKEN: [&str; 9] =
    ["id", "workflow", "document", "portal", "folder", "key", "nominal", "after", "after_state"];
/// What may be given with no declaration: the portal to post into, and a key that makes a second start harmless.
const ALWAYS: [&str; 2] = ["portal", "key"];

/// A parameter that a script declares.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Param {
    /// Its name: the script sees it as `run.<name>`.
    pub name: String,
    /// What it must be.
    pub kind: ParamKind,
    /// What it is when it is not given; without it, it must be.
    pub default: Option<Value>,
    /// What it is for.
    pub about: String,
}

/// What a parameter must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParamKind {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// An amount; the script gets it as text, with every digit.
    Decimal,
    /// A day, such as 2026-10-31.
    Date,
    /// `true` or `false`.
    Bool,
    /// Anything that JSON can say.
    Json,
}

impl ParamKind {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "text" => Self::Text,
            "integer" => Self::Integer,
            "decimal" => Self::Decimal,
            "date" => Self::Date,
            "bool" => Self::Bool,
            "json" => Self::Json,
            _ => return None,
        })
    }

    const fn shown(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "a whole number",
            Self::Decimal => "an amount such as 1250.00",
            Self::Date => "a day such as 2026-10-31",
            Self::Bool => "true or false",
            Self::Json => "JSON",
        }
    }

    /// The value as the script gets it. What comes from a command line is always text.
    fn read(self, given: &Value) -> Option<Value> {
        let text = given.as_str().map(str::trim);
        match self {
            Self::Text => given.as_str().map(Value::from),
            Self::Integer => given.as_i64().or_else(|| text?.parse().ok()).map(Value::from),
            Self::Decimal => {
                let number = given.is_number().then(|| given.to_string());
                let amount: Decimal = number.as_deref().or(text)?.parse().ok()?;
                Some(amount.to_string().into())
            }
            Self::Date => text?.parse::<NaiveDate>().ok().map(|date| date.to_string().into()),
            Self::Bool => given.as_bool().or_else(|| text?.parse().ok()).map(Value::from),
            Self::Json => {
                Some(text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| given.clone()))
            }
        }
    }
}

/// How a workflow says that it takes spreadsheets and CSV files, which no other workflow is given; and how it says that it
/// takes data of any kind: these, and JSON, XML and plain text.
const TAKES_TABLES: &str = "//! takes: tables";
const TAKES_DATA: &str = "//! takes: data";

/// What a workflow takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Takes {
    /// Papers: PDF, pictures, electronic invoices.
    #[default]
    Papers,
    /// Spreadsheets and CSV files too.
    Tables,
    /// These, and other texts that programs write.
    Data,
}

impl Takes {
    /// As the head of a script says.
    pub(crate) fn of(script: &str) -> Self {
        let says = |mark: &str| head(script).any(|line| line.trim_end() == mark);
        match () {
            () if says(TAKES_DATA) => Self::Data,
            () if says(TAKES_TABLES) => Self::Tables,
            () => Self::Papers,
        }
    }
}

/// The comments before the first line of code.
fn head(script: &str) -> impl Iterator<Item = &str> {
    script.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with("//"))
}

/// What a run finds besides what it was given: the defaults that the script declares. A declaration that cannot be
/// understood gives none; whoever starts a run by hand is told of it.
pub(crate) fn with_defaults(script: &str, mut params: Value) -> Value {
    if let Some(given) = params.as_object_mut() {
        for param in declared(script).unwrap_or_default() {
            if let Some(default) = param.default {
                given.entry(param.name).or_insert(default);
            }
        }
    }
    params
}

/// The parameters that a script declares, or why a declaration cannot be understood.
pub(crate) fn declared(script: &str) -> Result<Vec<Param>, String> {
    let mut params: Vec<Param> = Vec::new();
    for (number, line) in (1..).zip(head(script)) {
        let Some(rest) = line.strip_prefix(MARK) else { continue };
        let param = declaration(rest).map_err(|why| format!("line {number}: {why}"))?;
        if params.iter().any(|other| other.name == param.name) {
            return Err(format!("line {number}: the parameter {} is declared twice", param.name));
        }
        params.push(param);
    }
    Ok(params)
}

/// `NAME: KIND [= DEFAULT] [-- ABOUT]`
fn declaration(text: &str) -> Result<Param, String> {
    let (what, about) = text.split_once(" -- ").unwrap_or((text, ""));
    let (name, kind) =
        what.split_once(':').ok_or("a parameter is declared as `NAME: KIND = DEFAULT -- what it is`")?;
    let (kind, default) =
        kind.split_once('=').map_or((kind, None), |(kind, default)| (kind, Some(default.trim())));
    let (name, word) = (name.trim(), kind.trim());
    if !is_name(name) || name.contains('-') || TAKEN.contains(&name) {
        return Err(format!("`{name}` cannot name a parameter"));
    }
    let kind = ParamKind::of(word).ok_or_else(|| {
        format!("there is no kind `{word}` of parameter: text, integer, decimal, date, bool, json")
    })?;
    let read = |default: &str| {
        let wrong = || format!("the default `{default}` of {name} is not {}", kind.shown());
        kind.read(&Value::from(default)).ok_or_else(wrong)
    };
    let default = default.map(read).transpose()?;
    Ok(Param { name: name.to_owned(), kind, default, about: about.trim().to_owned() })
}

/// The parameters of a run: what was given, read by its kind, and the defaults of what was not.
pub(crate) fn checked(
    workflow: &str,
    script: &str,
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, EngineError> {
    let refuse = |reason: String| EngineError::Params { workflow: workflow.to_owned(), reason };
    let declared = declared(script).map_err(refuse)?;
    let mut params = Map::new();
    for (name, value) in given {
        let param = declared.iter().find(|param| param.name == *name);
        let value = match param {
            Some(param) => param
                .kind
                .read(value)
                .ok_or_else(|| refuse(format!("{name} is not {}", param.kind.shown())))?,
            None if ALWAYS.contains(&name.as_str()) => value.clone(),
            None => return Err(refuse(format!("it has no parameter {name}{}", offered(&declared)))),
        };
        params.insert(name.clone(), value);
    }
    for param in declared.iter().filter(|param| !given.contains_key(&param.name)) {
        let Some(default) = &param.default else {
            return Err(refuse(format!("{} is missing: {}", param.name, param.kind.shown())));
        };
        params.insert(param.name.clone(), default.clone());
    }
    Ok(params)
}

fn offered(declared: &[Param]) -> String {
    let names: Vec<&str> = declared.iter().map(|param| param.name.as_str()).collect();
    if names.is_empty() {
        " (it declares none)".to_owned()
    } else {
        format!(" (it has {})", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use serde_json::json;

    use super::*;

    const SCRIPT: &str = "// A report.\n\
        //! param month: text -- the month, such as 2026-10\n\
        //! param limit: integer = 50\n\
        //! param least: decimal = 0.00\n\
        //! param until: date = 2026-12-31\n\
        //! param draft: bool = false\n\n\
        //! param extra: json = {\"a\": 1}\n\
        run::done(run.month)\n\
        //! param late: text\n";

    fn given(value: Value) -> Result<Value, String> {
        let Value::Object(given) = value else { unreachable!() };
        checked("report", SCRIPT, &given).map(Value::Object).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_given_is_read_by_its_kind_and_the_rest_is_filled_in() {
        assert_eq!(
            given(
                json!({ "month": "2026-10", "limit": " 7 ", "least": "1250.00", "draft": "true", "key": "a" })
            )
            .unwrap(),
            json!({ "month": "2026-10", "limit": 7, "least": "1250.00", "until": "2026-12-31", "draft": true,
                "extra": { "a": 1 }, "key": "a" })
        );
        assert_eq!(
            given(json!({ "month": "x", "limit": 7, "extra": [1, "2"] })).unwrap()["extra"],
            json!([1, "2"])
        );
    }

    #[test]
    fn what_is_wrong_is_named_before_anything_starts() {
        for (value, says) in [
            (json!({}), "month is missing: text"),
            (json!({ "month": 7 }), "month is not text"),
            (json!({ "month": "a", "limit": "many" }), "limit is not a whole number"),
            (json!({ "month": "a", "least": "1,250" }), "least is not an amount"),
            (json!({ "month": "a", "until": "31/12/2026" }), "until is not a day"),
            (json!({ "month": "a", "late": "x" }), "it has no parameter late (it has month, limit"),
            (json!({ "month": "a", "document": "x" }), "it has no parameter document"),
        ] {
            let said = given(value).unwrap_err();
            assert!(said.starts_with("DH-6043") && said.contains(says), "{said}");
        }
        let said =
            checked("plain", "run::done(1)", &Map::from_iter([("a".to_owned(), json!(1))])).unwrap_err();
        assert!(said.to_string().contains("(it declares none)"), "{said}");
    }

    #[test]
    fn a_declaration_that_cannot_be_understood_is_refused_with_its_line() {
        for wrong in [
            "month",
            "month: number",
            "run.id: text",
            "id: text",
            "limit: integer = many",
            "a: text\n//! param a: text",
        ] {
            let said = declared(&format!("// head\n//! param {wrong}\n")).unwrap_err();
            assert!(said.starts_with("line "), "{said}");
        }
    }
}
