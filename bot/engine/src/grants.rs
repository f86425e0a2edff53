//! What the operator granted to each workflow. What was not granted is out of a script's reach.

use std::collections::{BTreeMap, BTreeSet};

/// The grants of all workflows, by name.
#[derive(Debug, Clone, Default)]
pub struct Grants(BTreeMap<String, Grant>);

/// What one workflow may reach.
#[derive(Debug, Clone, Default)]
pub struct Grant {
    /// The portals it may post into.
    pub portals: BTreeSet<String>,
}

impl Grants {
    /// What this workflow was granted, to add to it.
    pub fn of(&mut self, workflow: &str) -> &mut Grant {
        self.0.entry(workflow.to_owned()).or_default()
    }

    /// The portals that a workflow may post into.
    pub(crate) fn portals(&self, workflow: &str) -> impl Iterator<Item = &str> {
        self.0.get(workflow).into_iter().flat_map(|grant| &grant.portals).map(String::as_str)
    }
}
