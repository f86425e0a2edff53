//! What the operator granted to each workflow. What was not granted is out of a script's reach.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The grants of all workflows, by name.
#[derive(Debug, Clone, Default)]
pub struct Grants(BTreeMap<String, Grant>);

/// What one workflow may reach.
#[derive(Debug, Clone, Default)]
pub struct Grant {
    /// The portals it may post into.
    pub portals: BTreeSet<String>,
    /// The folders it may read, by the name that its script uses.
    pub folders: BTreeMap<String, FolderGrant>,
    /// The servers it may ask: `api.example.com`, or with scheme and port.
    pub hosts: BTreeSet<String>,
    /// The domains that it may send mail to.
    pub mail: BTreeSet<String>,
    /// The workflows whose runs it may start.
    pub workflows: BTreeSet<String>,
    /// The secrets it may hand to functions that need one.
    pub secrets: BTreeSet<String>,
}

/// A folder that a workflow may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderGrant {
    /// Where it is.
    pub path: PathBuf,
    /// Whether new files may be put there.
    pub write: bool,
}

impl Grants {
    /// What this workflow was granted, to add to it.
    pub fn of(&mut self, workflow: &str) -> &mut Grant {
        self.0.entry(workflow.to_owned()).or_default()
    }

    pub(crate) fn portals(&self, workflow: &str) -> impl Iterator<Item = &str> {
        self.0.get(workflow).into_iter().flat_map(|grant| &grant.portals).map(String::as_str)
    }

    pub(crate) fn hosts(&self, workflow: &str) -> impl Iterator<Item = &str> {
        self.0.get(workflow).into_iter().flat_map(|grant| &grant.hosts).map(String::as_str)
    }

    pub(crate) fn mail(&self, workflow: &str) -> impl Iterator<Item = &str> {
        self.0.get(workflow).into_iter().flat_map(|grant| &grant.mail).map(String::as_str)
    }

    pub(crate) fn secrets(&self, workflow: &str) -> impl Iterator<Item = &str> {
        self.0.get(workflow).into_iter().flat_map(|grant| &grant.secrets).map(String::as_str)
    }

    pub(crate) fn workflows(&self, workflow: &str) -> impl Iterator<Item = &str> {
        self.0.get(workflow).into_iter().flat_map(|grant| &grant.workflows).map(String::as_str)
    }

    pub(crate) fn folder(&self, workflow: &str, name: &str) -> Option<&FolderGrant> {
        self.0.get(workflow)?.folders.get(name)
    }
}
