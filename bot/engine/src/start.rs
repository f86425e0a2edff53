//! What a run needs before it can begin: its script pinned by hash, and its constants, written down beside its row.

use std::collections::BTreeSet;

use serde_json::Value;
use store::{Limits, RunRow, Store};

use crate::error::EngineError;
use crate::grants::Grants;
use crate::orchestrator::Started;
use crate::params;
use crate::workflows::Workflows;

/// Prepares runs: those that a trigger starts, and those that a step of another run starts.
pub(crate) struct Starter {
    pub(crate) store: Store,
    pub(crate) workflows: Workflows,
    pub(crate) retries_ms: Vec<u64>,
    /// How many runs may go at a time.
    pub(crate) limits: Limits,
    pub(crate) grants: Grants,
    /// The portals that there are.
    pub(crate) portals: BTreeSet<String>,
}

impl Starter {
    /// Fixes what a run may depend on, and writes it down beside the run's row: the engine's file can be lost.
    pub(crate) async fn pin(
        &self,
        run: &str,
        workflow: &str,
        document: Option<String>,
        params: Value,
    ) -> Result<Started, EngineError> {
        let script = self.workflows.load(workflow)?;
        let started = Started {
            run: run.to_owned(),
            workflow: workflow.to_owned(),
            document,
            sha256: script.sha256,
            constants: Started::constants(run, workflow, params::with_defaults(&script.text, params)),
            script: script.text,
            retries_ms: self.retries_ms.clone(),
            portals: self
                .grants
                .portals(workflow)
                .filter(|portal| self.portals.contains(*portal))
                .map(str::to_owned)
                .collect(),
            generation: 0,
        };
        let blobs = self.store.blobs();
        blobs.put(&script_key(&started.sha256), started.script.clone().into_bytes()).await?;
        let text = serde_json::to_vec(&started).map_err(|error| broken(&error))?;
        blobs.put(&pin_key(run), text).await?;
        Ok(started)
    }
}

/// What a run was pinned to, with the version and the generation that its row names: a person may have had it done
/// again on a later one.
pub(crate) async fn pinned(store: &Store, row: &RunRow) -> Result<Started, EngineError> {
    let text = store.blobs().get(&pin_key(&row.id)).await?;
    let mut started: Started = serde_json::from_slice(&text).map_err(|error| broken(&error))?;
    if started.sha256 != row.script_sha256 {
        let script = store.blobs().get(&script_key(&row.script_sha256)).await?;
        started.script = String::from_utf8(script).map_err(|error| broken(&error))?;
        started.sha256.clone_from(&row.script_sha256);
    }
    started.generation = row.generation;
    Ok(started)
}

/// Where the text of a version is kept.
pub(crate) fn script_key(sha256: &str) -> String {
    format!("scripts/{sha256}")
}

/// Where stands what a run may depend on.
pub(crate) fn pin_key(run: &str) -> String {
    format!("runs/{}.json", store::sha256_hex(run))
}

fn broken(error: &impl ToString) -> EngineError {
    EngineError::Durable { reason: error.to_string() }
}
