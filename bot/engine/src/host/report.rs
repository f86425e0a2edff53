//! `report`: numbers for the digest.

use chrono::TimeDelta;
use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::house::House;
use crate::orchestrator::Ask;

pub(crate) const HOURS: &str = "report::hours";

#[export_module]
pub(crate) mod functions {
    use rhai::{EvalAltResult, INT};
    use serde_json::json;

    use crate::tape::step;

    /// What was done in the last so many hours.
    ///
    /// It answers `#{recorded: number, duplicates: number, done: number, straight_through: number, asked: number,
    /// posted: number, rejected: number, failed: number, dead_letters: number, not_posted: number, unknown_postings: number,
    /// waiting: number, oldest_waiting_since: text?, straight_through_rate: number?, from: text, until: text}`;
    /// `dead_letters` (failed runs that nobody has tried again or put away), `unknown_postings` and `waiting` are as
    /// they are now.
    #[rhai_fn(return_raw)]
    pub(crate) fn hours(context: NativeCallContext, count: INT) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::HOURS, json!({ "count": count }))
    }

    /// Makes the report of a month, such as `"2026-10"`; of the last one when it is `""`: totals per supplier and currency, tax,
    /// exceptions with their reasons and how long they took, the straight-through rate, hours saved, what is still open.
    ///
    /// It answers `#{month: text, posted: number, totals: [text], straight_through_rate: number?, exceptions: number,
    /// open: number, duplicates: number, hours_saved: text, file: text, report: text}`. The workbook is kept under its hash
    /// (`report`), which is noted in the audit chain; see `mail::report` and `sheet::save`.
    #[rhai_fn(return_raw)]
    pub(crate) fn month(context: NativeCallContext, month: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, crate::host::month::MONTH, json!({ "month": month }))
    }
}

pub(crate) async fn hours(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let count = ask.call.args["count"].as_i64().unwrap_or(24).clamp(1, 24 * 366);
    let until = house.store.now();
    let from = until - TimeDelta::hours(count);
    let figures = house.store.figures(from, until).await?;
    let mut numbers = json!(figures);
    numbers["straight_through_rate"] = json!(figures.straight_through_rate());
    let local = |time: chrono::DateTime<chrono::Utc>| time.with_timezone(&house.zone).to_rfc3339();
    numbers["from"] = json!(local(from));
    numbers["until"] = json!(local(until));
    Ok(numbers)
}
