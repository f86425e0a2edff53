//! `run`: how a run ends.

use rhai::plugin::export_module;

#[export_module]
pub(crate) mod functions {
    use rhai::Map;

    /// The run did what it was to do. The note says what, for people.
    pub(crate) fn done(note: &str) -> Map {
        super::end("done", note)
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
}

fn end(state: &str, note: &str) -> rhai::Map {
    [("state".into(), state.into()), ("note".into(), note.into())].into_iter().collect()
}
