//! `calendar`: what day it is.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use serde_json::{Value, json};

use crate::house::House;

pub(crate) const TODAY: &str = "calendar::today";

#[export_module]
pub(crate) mod functions {
    use rhai::EvalAltResult;

    use crate::tape::step;

    /// Today's date where the office is, such as `"2026-11-22"`.
    ///
    /// It is a step: a run that waits over midnight keeps the day on which it asked.
    #[rhai_fn(return_raw)]
    pub(crate) fn today(context: NativeCallContext) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::TODAY, Value::Null)
    }
}

pub(crate) fn today(house: &House) -> Value {
    day(house.zone, house.store.now())
}

/// The date of a time where the office is.
pub(crate) fn day(zone: Tz, now: DateTime<Utc>) -> Value {
    json!(now.with_timezone(&zone).date_naive())
}
