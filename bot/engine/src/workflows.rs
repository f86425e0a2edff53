//! The folder of scripts: found by name, pinned by hash.

use std::path::PathBuf;
use std::sync::Arc;

use crate::error::EngineError;
use crate::params;
use crate::schedule::is_name;
use crate::script::Scripts;

/// A script as people see it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct WorkflowView {
    /// Its name: the file's, without `.rhai`.
    pub name: String,
    /// The hash of its text.
    pub sha256: String,
    /// Its text.
    pub text: String,
    /// Why it cannot run.
    pub trouble: Option<String>,
}

/// A script's text and its hash.
pub(crate) struct Pinned {
    pub(crate) sha256: String,
    pub(crate) text: String,
}

/// The folder.
pub(crate) struct Workflows {
    folder: PathBuf,
    scripts: Arc<Scripts>,
}

impl Workflows {
    pub(crate) fn new(folder: PathBuf, scripts: Arc<Scripts>) -> Self {
        Self { folder, scripts }
    }

    /// Reads and compiles a script as it is now.
    pub(crate) fn load(&self, workflow: &str) -> Result<Pinned, EngineError> {
        let missing =
            || EngineError::NoWorkflow { workflow: workflow.to_owned(), folder: self.folder.clone() };
        if !is_name(workflow) {
            return Err(missing());
        }
        let text =
            std::fs::read_to_string(self.folder.join(format!("{workflow}.rhai"))).map_err(|_| missing())?;
        let sha256 = store::sha256_hex(&text);
        self.scripts.compile(workflow, &sha256, &text)?;
        Ok(Pinned { sha256, text })
    }

    /// Every script in the folder.
    pub(crate) fn views(&self) -> Vec<WorkflowView> {
        let files = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut names: Vec<String> = files
            .filter_map(|file| file.file_name().to_str()?.strip_suffix(".rhai").map(str::to_owned))
            .filter(|name| is_name(name))
            .collect();
        names.sort();
        names.into_iter().map(|name| self.view(name)).collect()
    }

    fn view(&self, name: String) -> WorkflowView {
        let text = std::fs::read_to_string(self.folder.join(format!("{name}.rhai"))).unwrap_or_default();
        let sha256 = store::sha256_hex(&text);
        let trouble = self.scripts.compile(&name, &sha256, &text).err().map(|error| error.to_string());
        WorkflowView { name, sha256, text, trouble }
    }
}

/// Checks a script without running it.
pub fn check_workflow(name: &str, text: &str) -> Result<(), EngineError> {
    params::declared(text).map_err(|reason| EngineError::Script { workflow: name.to_owned(), reason })?;
    Scripts::new().compile(name, &store::sha256_hex(text), text).map(|_| ())
}

/// What a script may call, with the documentation of each function, as rhai's metadata.
pub fn script_functions() -> serde_json::Value {
    Scripts::new().metadata()
}
