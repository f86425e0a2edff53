//! The lists of `deskhand.toml`: folders, schedules, portals and what else there may be several of.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use engine::{NotWorkingDay, OnHold, Overlap};
use serde::Deserialize;
use store::{Priority, RunState};

use super::secret::Secret;
use super::values::{duration, maybe_duration};

/// A watched folder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    pub(crate) workflow: String,
    pub(crate) portal: Option<String>,
    /// After so many working hours without anything new, the operators are told.
    #[serde(default, deserialize_with = "maybe_duration")]
    pub(crate) quiet_after: Option<Duration>,
}

/// A workflow by the clock.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Schedule {
    pub(crate) name: String,
    pub(crate) workflow: String,
    pub(crate) cron: String,
    /// The office's, if not given.
    pub(crate) zone: Option<String>,
    #[serde(default = "an_hour", deserialize_with = "duration")]
    pub(crate) catch_up: Duration,
    #[serde(default)]
    pub(crate) overlap: Overlap,
    #[serde(default)]
    pub(crate) calendar: Vec<String>,
    #[serde(default)]
    pub(crate) not_working_day: NotWorkingDay,
    #[serde(default)]
    pub(crate) on_hold: OnHold,
}

/// A workflow that runs when another has ended.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Follower {
    pub(crate) workflow: String,
    pub(crate) after: String,
    /// How the other must have ended.
    #[serde(default = "done")]
    pub(crate) states: Vec<RunState>,
}

/// How many runs of a workflow may go at a time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitConfig {
    pub(crate) workflow: String,
    pub(crate) at_once: Option<u32>,
    pub(crate) per_minute: Option<u32>,
    #[serde(default = "normal")]
    pub(crate) priority: Priority,
}

/// A workflow that another program may start.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hook {
    pub(crate) workflow: String,
    pub(crate) secret: Secret,
    /// How far a delivery's timestamp may be from this machine's clock.
    #[serde(default = "five_minutes", deserialize_with = "duration")]
    pub(crate) window: Duration,
}

/// A system that is posted into.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PortalConfig {
    /// The description, a TOML file under workflows/portals/.
    pub(crate) description: PathBuf,
    pub(crate) base_url: String,
    /// Hosts that its pages need besides its own.
    #[serde(default)]
    pub(crate) hosts: Vec<String>,
    /// Values for the description's settings.
    #[serde(default)]
    pub(crate) settings: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) secrets: BTreeMap<String, Secret>,
}

/// What a workflow may reach. The portal of a folder's workflow is granted by the folder.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Grant {
    pub(crate) portals: Vec<String>,
    pub(crate) folders: BTreeMap<String, GrantedFolder>,
    pub(crate) hosts: Vec<String>,
    pub(crate) mail: Vec<String>,
    pub(crate) secrets: Vec<String>,
    pub(crate) workflows: Vec<String>,
}

/// A folder that a script reaches by its name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GrantedFolder {
    pub(crate) path: PathBuf,
    /// Whether new files may be put there.
    #[serde(default)]
    pub(crate) write: bool,
}

fn normal() -> Priority {
    Priority::Normal
}

fn done() -> Vec<RunState> {
    vec![RunState::Done]
}

fn five_minutes() -> Duration {
    Duration::from_mins(5)
}

fn an_hour() -> Duration {
    Duration::from_hours(1)
}
