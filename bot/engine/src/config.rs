//! What the operator decides about the engine.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use chrono::NaiveTime;
use notify::Security;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use store::{Limits, RunState};

use crate::calendar::{Calendars, WorkingDays};
use crate::lanes::Lane;

/// The engine's file; its number changes with what is kept there.
pub(crate) const STATE_FILE: &str = "engine-2.db";

/// The engine's settings.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// Where `engine.lock` lives, and what is this machine's own.
    pub data_dir: PathBuf,
    /// What this machine is called among those that share a database; nothing for a run by hand, which is none.
    pub host: Option<String>,
    /// Where the state of runs is kept.
    pub state: EngineState,
    /// Which kinds of steps this machine takes.
    pub lanes: BTreeSet<Lane>,
    /// Where the scripts are: `<workflow>.rhai`.
    pub workflows_dir: PathBuf,
    /// Only what is started by hand runs: no trigger is looked at, and none is forgotten because it is not named here.
    pub by_hand: bool,
    /// The watched folders.
    pub folders: Vec<FolderTrigger>,
    /// The watched mailboxes.
    pub mailboxes: Vec<MailboxTrigger>,
    /// What runs when another has ended.
    pub followers: Vec<Follower>,
    /// What runs by the clock.
    pub schedules: Vec<ScheduleConfig>,
    /// The calendars that schedules may name.
    pub calendars: Calendars,
    /// The address that announces holds, if one is asked.
    pub hold_polling: Option<HoldPolling>,
    /// When people work, for folders that must not stay quiet.
    pub hours: OfficeHours,
    /// How long a file's size and mtime must be still before it is taken.
    pub settle: Duration,
    /// How often every folder is looked at, events or not: network shares send none.
    pub poll: Duration,
    /// How often the store is compared with the engine, so that nothing that was lost stays lost.
    pub reconcile: Duration,
    /// How many documents are read at the same time. Reading uses a whole core.
    pub ocr_parallel: usize,
    /// How many runs may go at a time and begin in a minute, and whose turn comes first.
    pub limits: Limits,
    /// The waits between the tries of a step that failed for a technical reason.
    pub retries: Vec<Duration>,
    /// What a clean stop gives the steps that are under way.
    pub grace: Duration,
}

impl EngineConfig {
    /// The settings that fit a small office.
    pub fn new(data_dir: impl Into<PathBuf>, workflows_dir: impl Into<PathBuf>) -> Self {
        let data_dir = data_dir.into();
        Self {
            host: None,
            state: EngineState::File(data_dir.join(STATE_FILE)),
            lanes: BTreeSet::from(Lane::ALL),
            data_dir,
            workflows_dir: workflows_dir.into(),
            by_hand: false,
            folders: Vec::new(),
            mailboxes: Vec::new(),
            followers: Vec::new(),
            schedules: Vec::new(),
            calendars: Calendars::default(),
            hold_polling: None,
            hours: OfficeHours::default(),
            settle: Duration::from_secs(2),
            poll: Duration::from_secs(5),
            reconcile: Duration::from_secs(10),
            ocr_parallel: 1,
            limits: Limits::default(),
            retries: vec![Duration::from_secs(5), Duration::from_secs(30), Duration::from_mins(2)],
            grace: Duration::from_secs(20),
        }
    }
}

/// Where the state of runs is kept.
#[derive(Debug, Clone)]
pub enum EngineState {
    /// A file, for one machine.
    File(PathBuf),
    /// A PostgreSQL database, which several machines share: its address.
    Postgres(SecretString),
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
    /// After so many working hours without anything new, the operators are told.
    pub quiet_after: Option<Duration>,
}

/// A watched mailbox: every paper of every mail that comes becomes a document and a run.
#[derive(Debug, Clone)]
pub struct MailboxTrigger {
    /// Its name, for people.
    pub name: String,
    /// The server, which speaks IMAP.
    pub host: String,
    /// Its port; the usual one of `security` when none is given.
    pub port: Option<u16>,
    /// How the connection is kept private.
    pub security: Security,
    /// The user.
    pub user: String,
    /// Their password.
    pub password: SecretString,
    /// A PEM file with one more certificate to trust.
    pub extra_root: Option<PathBuf>,
    /// The folder that is watched.
    pub folder: String,
    /// Which workflow runs.
    pub workflow: String,
    /// Which portal the workflow posts to; the only one there is when absent.
    pub portal: Option<String>,
    /// Where a mail goes when it was taken.
    pub filing: Filing,
    /// Mails that lie there when the mailbox is first watched are taken too.
    pub take_existing: bool,
    /// How often it is looked into where the server announces nothing.
    pub poll: Duration,
    /// How often it is looked into although the server announces new mail.
    pub renew: Duration,
    /// How long one answer of the server may take.
    pub patience: Duration,
    /// After so long without an answer the operators are told.
    pub alarm_after: Duration,
    /// After so many working hours without a new paper, the operators are told.
    pub quiet_after: Option<Duration>,
}

impl MailboxTrigger {
    /// A mailbox with what is usual: TLS, the inbox, taken mails moved to `Deskhand/Done` and `Deskhand/Quarantine`.
    pub fn new(name: &str, host: &str, user: &str, password: SecretString, workflow: &str) -> Self {
        Self {
            name: name.to_owned(),
            host: host.to_owned(),
            port: None,
            security: Security::Tls,
            user: user.to_owned(),
            password,
            extra_root: None,
            folder: "INBOX".to_owned(),
            workflow: workflow.to_owned(),
            portal: None,
            filing: Filing::default(),
            take_existing: false,
            poll: Duration::from_mins(2),
            renew: Duration::from_mins(5),
            patience: Duration::from_mins(1),
            alarm_after: Duration::from_mins(15),
            quiet_after: None,
        }
    }

    /// The server's port.
    pub(crate) fn port(&self) -> u16 {
        let usual = if self.security == Security::Tls { 993 } else { 143 };
        self.port.unwrap_or(usual)
    }

    /// User, server and folder: another place is another mailbox.
    pub(crate) fn place(&self) -> String {
        format!("{}@{}:{}/{}", self.user, self.host, self.port(), self.folder)
    }
}

/// Where a mail goes when it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filing {
    /// Into these folders; levels are parted by `/`.
    Move {
        /// What was taken.
        done: String,
        /// What a person must look at.
        quarantine: String,
    },
    /// It stays where it is; what a person must look at gets a flag.
    Flag,
}

impl Filing {
    /// The folder of what a person must look at.
    pub(crate) fn quarantine(&self) -> Option<&str> {
        match self {
            Self::Move { quarantine, .. } => Some(quarantine),
            Self::Flag => None,
        }
    }
}

impl Default for Filing {
    fn default() -> Self {
        Self::Move { done: "Deskhand/Done".to_owned(), quarantine: "Deskhand/Quarantine".to_owned() }
    }
}

/// A workflow that runs when another has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    /// Which workflow runs.
    pub workflow: String,
    /// After each run of this one.
    pub after: String,
    /// That has ended like this.
    pub states: Vec<RunState>,
}

/// An address that announces holds.
#[derive(Debug, Clone)]
pub struct HoldPolling {
    /// The address: the Observatory's warning summary, or one that answers `{ "holds": [...] }`.
    pub url: String,
    /// How often it is asked.
    pub every: Duration,
    /// After so long without an answer the operators are told.
    pub stale_after: Duration,
}

/// When people work.
#[derive(Debug, Clone)]
pub struct OfficeHours {
    /// When they begin, on a working day in the office's zone.
    pub opens: NaiveTime,
    /// When they end.
    pub closes: NaiveTime,
    /// On which days.
    pub days: WorkingDays,
}

impl Default for OfficeHours {
    /// Nine to six, every day.
    fn default() -> Self {
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self { opens: hour(9), closes: hour(18), days: WorkingDays::default() }
    }
}

/// A schedule. Its form is kept in the store, to explain later why it ran, or did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// What happens when the run before is still going.
    #[serde(default)]
    pub overlap: Overlap,
    /// The calendars that must all work on a day to make it a working day. None: every day is one.
    #[serde(default)]
    pub calendar: Vec<String>,
    /// What happens when the day is no working day.
    #[serde(default)]
    pub not_working_day: NotWorkingDay,
    /// What happens during a hold.
    #[serde(default)]
    pub on_hold: OnHold,
}

impl ScheduleConfig {
    /// A schedule with an hour to catch up, for every day, and the usual policies.
    pub fn new(name: &str, workflow: &str, cron: &str, zone: &str) -> Self {
        Self {
            name: name.to_owned(),
            workflow: workflow.to_owned(),
            cron: cron.to_owned(),
            zone: zone.to_owned(),
            catch_up: Duration::from_hours(1),
            overlap: Overlap::default(),
            calendar: Vec::new(),
            not_working_day: NotWorkingDay::default(),
            on_hold: OnHold::default(),
        }
    }

    /// Whether two schedules are due at the same times and start the same.
    pub(crate) fn times_as(&self, other: &Self) -> bool {
        let Self {
            name: _,
            catch_up: _,
            overlap: _,
            on_hold: _,
            workflow,
            cron,
            zone,
            calendar,
            not_working_day,
        } = self;
        (workflow, cron, zone, calendar, not_working_day)
            == (&other.workflow, &other.cron, &other.zone, &other.calendar, &other.not_working_day)
    }
}

/// What happens when the run before is still going.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// The fire is left out.
    #[default]
    Skip,
    /// One fire waits until that run has ended; more are left out.
    QueueOne,
    /// It runs beside the other.
    Allow,
}

/// What happens to a fire on a day that is no working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotWorkingDay {
    /// It is left out.
    #[default]
    Skip,
    /// It runs at the same hour of the working day before.
    Before,
    /// It runs at the same hour of the working day after.
    After,
    /// It runs all the same.
    Run,
}

/// What happens to a fire during a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnHold {
    /// It waits until the hold is lifted; of several, the latest runs.
    #[default]
    WhenLifted,
    /// It is left out.
    Skip,
    /// It runs all the same.
    Run,
}
