//! What a test of a workflow may say.

use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use rhai::{Module, exported_module};

/// The functions as one module.
pub(super) fn module() -> Module {
    exported_module!(functions)
}

#[export_module]
mod functions {
    use rhai::{Array, EvalAltResult, Map};

    use crate::script_tests::stage::stage_of;

    type Said = Result<(), Box<EvalAltResult>>;

    /// Says what a step answers the next time that it is asked. What a map leaves out is filled in.
    #[rhai_fn(return_raw)]
    pub(crate) fn answer(context: NativeCallContext, step: &str, value: Dynamic) -> Said {
        stage_of(&context)?.answer(step, &value)
    }

    /// Says what time it is where the office is when the next run starts, such as `"2026-11-20 09:00"`. From then on
    /// `calendar::today` answers by itself, and a sleep moves the clock.
    #[rhai_fn(return_raw)]
    pub(crate) fn clock(context: NativeCallContext, time: &str) -> Said {
        stage_of(&context)?.clock(time)
    }

    /// Starts a workflow without parameters, and lets it run to its end.
    #[rhai_fn(return_raw)]
    pub(crate) fn start(context: NativeCallContext, workflow: &str) -> Said {
        stage_of(&context)?.start(workflow, Map::new())
    }

    /// Starts a workflow with what it finds as `run`, and lets it run to its end.
    #[rhai_fn(name = "start", return_raw)]
    pub(crate) fn start_with(context: NativeCallContext, workflow: &str, run: Map) -> Said {
        stage_of(&context)?.start(workflow, run)
    }

    /// The steps must have been these, in this order.
    #[rhai_fn(return_raw)]
    pub(crate) fn expect_steps(context: NativeCallContext, steps: Array) -> Said {
        stage_of(&context)?.expect_steps(&steps)
    }

    /// A step of this name must have been given these values, among others.
    #[rhai_fn(return_raw)]
    pub(crate) fn expect_step(context: NativeCallContext, step: &str, given: Map) -> Said {
        stage_of(&context)?.expect_step(step, given)
    }

    /// The run must have ended so: `"done"`, `"rejected"`, `"not_posted"` or `"failed"`.
    #[rhai_fn(return_raw)]
    pub(crate) fn expect_end(context: NativeCallContext, state: &str) -> Said {
        stage_of(&context)?.expect_end(state, None)
    }

    /// The run must have ended so, and said this.
    #[rhai_fn(name = "expect_end", return_raw)]
    pub(crate) fn expect_end_saying(context: NativeCallContext, state: &str, note: &str) -> Said {
        stage_of(&context)?.expect_end(state, Some(note))
    }
}
