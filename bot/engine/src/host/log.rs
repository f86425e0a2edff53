//! `log`: words for the operator's log.

use rhai::plugin::{NativeCallContext, export_module};

#[export_module]
pub(crate) mod functions {
    /// Writes a line to the operator's log. Never write names, numbers of papers or amounts: use the run's page for
    /// those.
    pub(crate) fn note(context: NativeCallContext, text: &str) {
        if crate::tape::tape_of(&context).is_some_and(|tape| tape.is_live()) {
            tracing::info!(target: "workflow", "{text}");
        }
    }
}
