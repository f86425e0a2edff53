//! How a step fails: the three classes decide who deals with it.

use serde::{Deserialize, Serialize};

/// Why a step did not do its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// Who deals with it.
    pub(crate) class: Class,
    /// The code of the page in `docs/errors/`.
    pub(crate) code: String,
    /// One sentence and what to do.
    pub(crate) text: String,
    /// Whether the database was away: then it is no fault of the step, and none of its tries.
    #[serde(default)]
    pub(crate) outage: bool,
}

/// Who deals with a failure. A posting whose outcome is unknown is no failure of its step: the step answers it, and
/// the script hands it to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Class {
    /// Wrong or missing data: trying again changes nothing, a person must look.
    Business,
    /// A technical reason: tried again with growing waits, then a person looks.
    Application,
    /// Something was sent and nobody can tell what came of it: never tried again blindly, a person must look.
    OutcomeUnknown,
}

impl From<Class> for store::FailureClass {
    fn from(class: Class) -> Self {
        match class {
            Class::Business => Self::Business,
            Class::Application => Self::Application,
            Class::OutcomeUnknown => Self::OutcomeUnknown,
        }
    }
}

impl Failure {
    /// A failure that only a person can mend.
    pub(crate) fn business(error: &impl ToString) -> Self {
        Self::new(Class::Business, error)
    }

    /// A failure that may go away by itself.
    pub(crate) fn application(error: &impl ToString) -> Self {
        Self::new(Class::Application, error)
    }

    /// A failure of which only a person can find out what it left behind.
    pub(crate) fn unknown(error: &impl ToString) -> Self {
        Self::new(Class::OutcomeUnknown, error)
    }

    fn new(class: Class, error: &impl ToString) -> Self {
        let text = error.to_string();
        Self { class, code: crate::error::code_of(&text).to_owned(), text, outage: false }
    }
}

impl From<store::StoreError> for Failure {
    /// The store is ours: what it refuses is a fault of the machine, or of the moment.
    fn from(error: store::StoreError) -> Self {
        Self { outage: error.is_outage(), ..Self::application(&error) }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
