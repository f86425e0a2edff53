//! A run as a strip of its steps.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;
use store::{RunRow, StepRow};
use taxid::privacy;

use crate::format;
use crate::language::Language;

/// The most that is shown of a step's input or output.
const SUMMARY: usize = 1200;

/// A run, ready to be written.
#[derive(Debug, Serialize)]
pub(crate) struct RunView {
    pub(crate) id: String,
    pub(crate) workflow: String,
    pub(crate) document: Option<String>,
    /// The document's name, else the last part of the id.
    pub(crate) name: String,
    pub(crate) trigger: String,
    pub(crate) state: &'static str,
    pub(crate) note: String,
    pub(crate) started: String,
    pub(crate) took: Option<String>,
    pub(crate) script: String,
    /// When it ended.
    pub(crate) ended: Option<String>,
    pub(crate) failure: Option<FailureView>,
}

/// Why a run failed, ready to be written; its note says it in words.
#[derive(Debug, Serialize)]
pub(crate) struct FailureView {
    pub(crate) class: &'static str,
    pub(crate) step: Option<u32>,
    pub(crate) line: Option<u32>,
    /// A code such as `DH-6005`.
    pub(crate) code: Option<String>,
}

/// The name of a run that another has started: its workflow, and its place below the other.
fn place_of(run: &RunRow) -> Option<String> {
    let place = run.id.strip_prefix(run.parent.as_deref()?)?;
    Some(format!("{} {}", run.workflow, place.trim_start_matches('/')))
}

/// The name of a run by the clock: its schedule, and the time that it ran for.
fn fire_of(run: &RunRow, zone: Tz, language: Language) -> Option<String> {
    let mut parts = run.id.rsplit('/');
    let nominal = DateTime::parse_from_rfc3339(parts.next()?).ok()?;
    Some(format!("{} {}", parts.next()?, format::moment(nominal.to_utc(), zone, language)))
}

impl RunView {
    pub(crate) fn of(run: &RunRow, zone: Tz, language: Language) -> Self {
        let last = run.id.rsplit('/').next().unwrap_or(&run.id);
        Self {
            id: run.id.clone(),
            workflow: run.workflow.clone(),
            document: run.document.clone(),
            name: run
                .document_name
                .clone()
                .or_else(|| place_of(run))
                .or_else(|| fire_of(run, zone, language))
                .unwrap_or_else(|| last.chars().take(25).collect()),
            trigger: run.trigger.clone(),
            state: run.state.as_str(),
            note: privacy::mask(&run.note).into_owned(),
            started: format::moment(run.started_at, zone, language),
            took: run.ended_at.map(|ended| format::span(ended - run.started_at)),
            script: run.script_sha256.chars().take(12).collect(),
            ended: run.ended_at.map(|ended| format::moment(ended, zone, language)),
            failure: run.failure.as_ref().map(|failure| FailureView {
                class: failure.class.as_str(),
                step: failure.step,
                line: failure.line,
                code: code_in(&run.note),
            }),
        }
    }
}

/// A step, ready to be written.
#[derive(Debug, Serialize)]
pub(crate) struct StepView {
    pub(crate) index: u32,
    pub(crate) name: String,
    /// The name as a part of a text's key: `portal-post-bill`.
    pub(crate) key: String,
    pub(crate) state: &'static str,
    pub(crate) attempt: u32,
    pub(crate) started: String,
    pub(crate) clock: String,
    pub(crate) took: Option<String>,
    /// A code such as `DH-4003`, when the step's output names one.
    pub(crate) code: Option<String>,
    /// Who deals with its failure: `business`, `application`, `outcome_unknown`.
    pub(crate) class: Option<&'static str>,
    pub(crate) input: String,
    pub(crate) output: String,
}

impl StepView {
    pub(crate) fn of(step: &StepRow, zone: Tz, language: Language) -> Self {
        let output = step.output.as_ref().map(summary).unwrap_or_default();
        Self {
            index: step.index,
            name: step.name.clone(),
            key: step.name.replace("::", "-").replace('_', "-"),
            state: step.state.as_str(),
            attempt: step.attempt,
            started: format::moment(step.started_at, zone, language),
            clock: format::clock(step.started_at, zone),
            took: step.ended_at.map(|ended: DateTime<Utc>| format::span(ended - step.started_at)),
            code: if step.state == store::StepState::Failed { code_in(&output) } else { None },
            class: step.failure_class().map(store::FailureClass::as_str),
            input: summary(&step.input),
            output,
        }
    }
}

/// A value as short indented JSON, with identity numbers masked: a run's page does not need them.
fn summary(value: &Value) -> String {
    let empty = value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
    if empty {
        return String::new();
    }
    let text = serde_json::to_string_pretty(&veiled(value)).unwrap_or_default();
    let masked = privacy::mask(&text);
    let mut short: String = masked.chars().take(SUMMARY).collect();
    if short.len() < masked.len() {
        short.push('…');
    }
    short
}

/// The value without account numbers, whatever they look like.
fn veiled(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| {
                let account = matches!(key.as_str(), "bank_account" | "fps_id" | "password" | "secret");
                (key.clone(), if account && !value.is_null() { Value::from("••••") } else { veiled(value) })
            })
            .collect(),
        Value::Array(list) => list.iter().map(veiled).collect(),
        other => other.clone(),
    }
}

/// The first `DH-nnnn` in a text.
pub(crate) fn code_in(text: &str) -> Option<String> {
    let start = text.find("DH-")?;
    let code = text.get(start..start + 7)?;
    code.bytes().skip(3).all(|byte| byte.is_ascii_digit()).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use serde_json::json;

    #[test]
    fn a_step_shows_no_account_number() {
        let shown = summary(
            &json!({ "fields": { "bank_account": { "value": "012-345-6-789012" } }, "total": "5.00" }),
        );
        assert!(!shown.contains("789012") && shown.contains("5.00"));
    }

    #[test]
    fn a_long_output_is_cut_between_characters() {
        let shown = summary(&json!({ "text": "發票".repeat(2000) }));
        assert!(shown.ends_with('…') && shown.chars().count() == SUMMARY + 1);
    }

    #[test]
    fn the_code_of_a_failure_is_found() {
        assert_eq!(code_in("{\"error\": \"DH-4003: no answer\"}").unwrap(), "DH-4003");
        assert_eq!(code_in("DH-40"), None);
        assert_eq!(code_in("DH-發票發票"), None);
    }
}
