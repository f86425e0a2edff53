//! `audit`: whether the audit chain holds.

use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::house::House;

pub(crate) const VERIFY: &str = "audit::verify";

#[export_module]
pub(crate) mod functions {
    use rhai::EvalAltResult;

    use crate::tape::step;

    /// Reckons the whole audit chain again, and against every head that left the machine.
    ///
    /// It answers `#{sound: bool, entries: number, line: number?, why: text?}`; `line` and `why` say where it does not hold.
    #[rhai_fn(return_raw)]
    pub(crate) fn verify(context: NativeCallContext) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::VERIFY, Value::Null)
    }
}

pub(crate) async fn verify(house: &House) -> Result<Value, Failure> {
    let verdict = house.store.audit_verify().await?;
    Ok(json!({
        "sound": verdict.is_sound(),
        "entries": verdict.entries,
        "line": verdict.broken.as_ref().map(|broken| broken.seq),
        "why": verdict.broken.as_ref().map(|broken| broken.why.sentence()),
    }))
}
