//! What the operator decides about the engine.

use std::path::PathBuf;
use std::time::Duration;

/// The engine's settings.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// Where `engine.db` and `engine.lock` live.
    pub data_dir: PathBuf,
    /// Where the scripts are: `<workflow>.rhai`.
    pub workflows_dir: PathBuf,
    /// The watched folders.
    pub folders: Vec<FolderTrigger>,
    /// What runs by the clock.
    pub schedules: Vec<ScheduleConfig>,
    /// How long a file's size and mtime must be still before it is taken.
    pub settle: Duration,
    /// How often every folder is looked at, events or not: network shares send none.
    pub poll: Duration,
    /// How often the store is compared with the engine, so that nothing that was lost stays lost.
    pub reconcile: Duration,
    /// How many documents are read at the same time. Reading uses a whole core.
    pub ocr_parallel: usize,
    /// The waits between the tries of a step that failed for a technical reason.
    pub retries: Vec<Duration>,
    /// What a clean stop gives the steps that are under way.
    pub grace: Duration,
}

impl EngineConfig {
    /// The settings that fit a small office.
    pub fn new(data_dir: impl Into<PathBuf>, workflows_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            workflows_dir: workflows_dir.into(),
            folders: Vec::new(),
            schedules: Vec::new(),
            settle: Duration::from_secs(2),
            poll: Duration::from_secs(5),
            reconcile: Duration::from_secs(10),
            ocr_parallel: 1,
            retries: vec![Duration::from_secs(5), Duration::from_secs(30), Duration::from_mins(2)],
            grace: Duration::from_secs(20),
        }
    }
}

/// A watched folder: every file that settles in it becomes a document and a run.
#[derive(Debug, Clone)]
pub struct FolderTrigger {
    /// The folder; its sub-folders `done`, `duplicate`, `quarantine` and `.taken` belong to the engine.
    pub path: PathBuf,
    /// Which workflow runs.
    pub workflow: String,
    /// Which portal the workflow posts to; the only one there is when absent.
    pub portal: Option<String>,
}

/// A schedule.
#[derive(Debug, Clone)]
pub struct ScheduleConfig {
    /// Its name, for people and in run ids.
    pub name: String,
    /// Which workflow runs.
    pub workflow: String,
    /// Five fields: minute, hour, day of month, month, day of week.
    pub cron: String,
    /// The zone in which the fields are meant, by name.
    pub zone: String,
    /// How late a missed fire is still made up for; the latest missed one only.
    pub catch_up: Duration,
}
