//! Versions of workflows: what the folder holds now, what runs began on before, and the way back.
//!
//! The text of every version that a run began on is kept by its hash. A run that goes on stays on its own text, whatever
//! lies in the folder.

use std::io::Write as _;
use std::path::Path;

use serde::Serialize;
use serde_json::json;
use store::{Store, VersionRow};

use crate::error::EngineError;
use crate::schedule::is_name;
use crate::start::script_key;

/// A version as people name it: so many characters of its hash.
const SHORT: usize = 12;
/// At least so many must be given.
const LEAST: usize = 4;

/// A version of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// The hash of its text.
    pub sha256: String,
    /// Whether it is the one that lies in the folder.
    pub current: bool,
    /// The runs that began on it; nothing when none has yet.
    pub used: Option<VersionRow>,
}

impl Version {
    /// The beginning of the hash, which is enough to name it.
    pub fn short(&self) -> &str {
        self.sha256.get(..SHORT).unwrap_or(&self.sha256)
    }
}

/// The versions of a workflow: the one that lies in the folder first, then those that runs began on, the latest first.
pub async fn workflow_versions(
    store: &Store,
    folder: &Path,
    workflow: &str,
) -> Result<Vec<Version>, EngineError> {
    let now = store::sha256_hex(current(folder, workflow)?);
    let mut used = store.versions(workflow).await?;
    let of_now = used.iter().position(|row| row.sha256 == now).map(|place| used.remove(place));
    let before =
        used.into_iter().map(|row| Version { sha256: row.sha256.clone(), current: false, used: Some(row) });
    Ok(std::iter::once(Version { sha256: now, current: true, used: of_now }).chain(before).collect())
}

/// The text of a version, which is named by the beginning of its hash.
pub async fn version_text(
    store: &Store,
    folder: &Path,
    workflow: &str,
    version: &str,
) -> Result<(Version, String), EngineError> {
    let versions = workflow_versions(store, folder, workflow).await?;
    let mut meant = versions.into_iter().filter(|one| one.sha256.starts_with(version));
    let (Some(found), None) = (meant.next().filter(|_| version.len() >= LEAST), meant.next()) else {
        return Err(EngineError::NoVersion { workflow: workflow.to_owned(), version: version.to_owned() });
    };
    let text = if found.current {
        current(folder, workflow)?
    } else {
        let bytes = store.blobs().get(&script_key(&found.sha256)).await?;
        String::from_utf8_lossy(&bytes).into_owned()
    };
    Ok((found, text))
}

/// Puts the text of an earlier version back into the folder. The text that lies there now is kept by its hash; the audit
/// chain says who did it, and from which version to which. False when that version is there already.
pub async fn roll_back(
    store: &Store,
    folder: &Path,
    workflow: &str,
    version: &str,
    by: &str,
) -> Result<bool, EngineError> {
    let now = current(folder, workflow)?;
    let (found, text) = version_text(store, folder, workflow, version).await?;
    if found.current {
        return Ok(false);
    }
    let from = store::sha256_hex(&now);
    store.blobs().put(&script_key(&from), now.into_bytes()).await?;
    let file = folder.join(format!("{workflow}.rhai"));
    replace(&file, &text).map_err(|error| EngineError::Folder { path: file, reason: error.to_string() })?;
    let details = json!({ "from": from, "to": found.sha256 });
    store.audit(by, "workflow.rolled_back", &format!("workflows/{workflow}"), &details).await?;
    Ok(true)
}

fn current(folder: &Path, workflow: &str) -> Result<String, EngineError> {
    let missing = || EngineError::NoWorkflow { workflow: workflow.to_owned(), folder: folder.to_owned() };
    if !is_name(workflow) {
        return Err(missing());
    }
    std::fs::read_to_string(folder.join(format!("{workflow}.rhai"))).map_err(|_| missing())
}

/// Whole or not at all: a run that starts at this moment never finds half a script.
fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    let aside = file.with_extension("rhai.part");
    let mut part = std::fs::File::create(&aside)?;
    part.write_all(text.as_bytes())?;
    part.sync_all()?;
    std::fs::rename(&aside, file)
}
