//! `run`: how a run ends, how it sleeps, and how it starts others.

use rhai::plugin::{Dynamic, NativeCallContext, export_module};

#[export_module]
pub(crate) mod functions {
    use rhai::{Array, EvalAltResult, INT, Map};
    use serde_json::{Value, json};

    use crate::host::json_of;
    use crate::host::{sleep as sleeping, subruns};
    use crate::tape::step;

    /// The run did what it was to do. The note says what, for people.
    pub(crate) fn done(note: &str) -> Map {
        super::end("done", note)
    }

    /// The run did what it was to do, and gives a value to the run that started it with `run::invoke` or `run::each`: at
    /// most 64 KB.
    #[rhai_fn(name = "done")]
    pub(crate) fn done_with(note: &str, value: Dynamic) -> Map {
        let mut end = super::end("done", note);
        end.insert("value".into(), value);
        end
    }

    /// A person rejected the document.
    pub(crate) fn rejected(note: &str) -> Map {
        super::end("rejected", note)
    }

    /// It could not do what it was to do. The note says why, for people.
    pub(crate) fn failed(note: &str) -> Map {
        super::end("failed", note)
    }

    /// It ended well and nothing was posted.
    pub(crate) fn not_posted(note: &str) -> Map {
        super::end("not_posted", note)
    }

    /// Sleeps for a time: `run::sleep(#{ days: 3 })`, with `days`, `hours` and `minutes`. So many days later is the same
    /// hour of that day where the office is.
    ///
    /// The run wakes then, whatever was stopped or restarted meanwhile; it can be cancelled while it sleeps. At most 366
    /// days. It answers `#{at: text}`: when it woke, such as `"2026-11-25 09:30"`.
    #[rhai_fn(return_raw)]
    pub(crate) fn sleep(context: NativeCallContext, time: Map) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, sleeping::SLEEP, json_of(time)?)
    }

    /// Sleeps until a time where the office is: `"2026-11-30 09:00"`; a day alone means when it begins, an hour alone
    /// such as `"09:00"` the next time that it comes. A time that has passed is not waited for.
    ///
    /// It answers `#{at: text}`, as `run::sleep` does.
    #[rhai_fn(return_raw)]
    pub(crate) fn sleep_until(context: NativeCallContext, time: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, sleeping::SLEEP_UNTIL, json!({ "time": time }))
    }

    /// Sleeps until the same hour of the so many-eth working day after today, by the office's calendars (`[office]` in
    /// the settings).
    ///
    /// It answers `#{at: text}`, as `run::sleep` does.
    #[rhai_fn(return_raw)]
    pub(crate) fn sleep_working_days(
        context: NativeCallContext,
        count: INT,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, sleeping::SLEEP_WORKING_DAYS, json!({ "count": count, "calendar": Value::Null }))
    }

    /// Sleeps as `run::sleep_working_days(count)` does, by a calendar that it names: `"hk"`, `"cn"` or one of your own.
    ///
    /// It answers `#{at: text}`, as `run::sleep` does.
    #[rhai_fn(name = "sleep_working_days", return_raw)]
    pub(crate) fn sleep_working_days_of(
        context: NativeCallContext,
        count: INT,
        calendar: &str,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, sleeping::SLEEP_WORKING_DAYS, json!({ "count": count, "calendar": calendar }))
    }

    /// Starts a run of another workflow with these parameters, and does not wait for it. The operator must have granted
    /// the workflow; it reaches what was granted to it, and has no document of its own.
    ///
    /// It answers `#{run: text, step: number}`, for `run::wait`. However often the step is tried, there is one such run.
    #[rhai_fn(return_raw)]
    pub(crate) fn start(
        context: NativeCallContext,
        workflow: &str,
        params: Map,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, subruns::START, json!({ "workflow": workflow, "params": json_of(params)? }))
    }

    /// Waits for the end of a run that `run::start` began.
    ///
    /// It answers `#{run: text, state: text, done: bool, note: text, value: map?}`; `state` is `"done"`, `"failed"`,
    /// `"rejected"`, `"not_posted"` or `"cancelled"`, and `value` what its script gave to `run::done(note, value)`.
    #[rhai_fn(return_raw)]
    pub(crate) fn wait(context: NativeCallContext, started: Map) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, subruns::WAIT, json_of(started)?)
    }

    /// Starts a run of another workflow as `run::start` does, and waits for its end. Days, if need be.
    ///
    /// It answers `#{run: text, state: text, done: bool, note: text, value: map?}`, as `run::wait` does.
    #[rhai_fn(return_raw)]
    pub(crate) fn invoke(
        context: NativeCallContext,
        workflow: &str,
        params: Map,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, subruns::INVOKE, json!({ "workflow": workflow, "params": json_of(params)? }))
    }

    /// Starts a run of another workflow for each item, a map of its parameters, and waits until all have ended. Four of
    /// them go at a time; at most 1000 items.
    ///
    /// It answers a list of their ends in the order of the items, each as `run::wait` answers it. One that fails stops
    /// no other. When the run is cancelled, so are they.
    #[rhai_fn(return_raw)]
    pub(crate) fn each(
        context: NativeCallContext,
        items: Array,
        workflow: &str,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let args = json!({ "items": json_of(items)?, "workflow": workflow, "options": Value::Null });
        step(&context, subruns::EACH, args)
    }

    /// Starts a run for each item as `run::each(items, workflow)` does, with so many at a time:
    /// `run::each(items, workflow, #{ at_once: 8 })`.
    ///
    /// It answers a list of their ends in the order of the items, each as `run::wait` answers it.
    #[rhai_fn(name = "each", return_raw)]
    pub(crate) fn each_with(
        context: NativeCallContext,
        items: Array,
        workflow: &str,
        options: Map,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let args = json!({ "items": json_of(items)?, "workflow": workflow, "options": json_of(options)? });
        step(&context, subruns::EACH, args)
    }
}

fn end(state: &str, note: &str) -> rhai::Map {
    [("state".into(), state.into()), ("note".into(), note.into())].into_iter().collect()
}
