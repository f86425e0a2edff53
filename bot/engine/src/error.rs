//! What can go wrong in the engine, each with its code and what to do.

use std::path::PathBuf;

/// An error of the engine. The text begins with the code of the page in `docs/errors/`.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Two programs on one data folder would do every step twice.
    #[error(
        "DH-6001: another Deskhand is already using {path}; stop it, or give this one its own data folder"
    )]
    InUse {
        /// The lock file.
        path: PathBuf,
    },
    /// The engine's own file cannot be used.
    #[error(
        "DH-6002: the engine cannot use {path} ({reason}); check the disk, or move the file away: it is rebuilt"
    )]
    State {
        /// The file or folder.
        path: PathBuf,
        /// In the system's words.
        reason: String,
    },
    /// The engine's tables cannot be used.
    #[error(
        "DH-6110: the engine cannot use the schema {schema} of the PostgreSQL database ({reason}); check that it answers, and that its user may create schemas and tables"
    )]
    Schema {
        /// The schema.
        schema: &'static str,
        /// In the database's words.
        reason: String,
    },
    /// The script is not one.
    #[error(
        "DH-6003: workflow {workflow} does not compile: {reason}; correct the line and save the file. 流程 {workflow} 有語法錯誤，請更正所指的一行並儲存。"
    )]
    Script {
        /// The workflow's name.
        workflow: String,
        /// With the line.
        reason: String,
    },
    /// The script ran into a limit.
    #[error(
        "DH-6004: workflow {workflow} was stopped{}: {reason}; look for a loop that never ends. 流程 {workflow} {}被中止，請檢查有沒有不會結束的迴圈。",
        .place.en(), .place.zh_hant()
    )]
    Runaway {
        /// The workflow's name.
        workflow: String,
        /// Where.
        place: ScriptPlace,
        /// Which limit.
        reason: String,
    },
    /// The script failed while it ran.
    #[error(
        "DH-6005: workflow {workflow} failed{}: {reason}; correct the script and run it again. 流程 {workflow} {}出錯，請更正指令稿後再執行。",
        .place.en(), .place.zh_hant()
    )]
    ScriptFailed {
        /// The workflow's name.
        workflow: String,
        /// Where.
        place: ScriptPlace,
        /// With the line.
        reason: String,
    },
    /// A replay asked for other steps than the first time.
    #[error(
        "DH-6006: step {index} of this run was `{was}` and is now `{now}`; a run must repeat its steps in the same order, so it was stopped; start it again"
    )]
    OrderChanged {
        /// The step's place, from 0.
        index: usize,
        /// What the history holds.
        was: String,
        /// What the script asks for.
        now: String,
    },
    /// No such script.
    #[error("DH-6007: there is no workflow {workflow} in {folder}; check the name")]
    NoWorkflow {
        /// The name asked for.
        workflow: String,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// No such version, or more than one.
    #[error(
        "DH-6530: the workflow {workflow} has no one version {version}; `deskhand workflows versions {workflow}` lists them, and four characters or more name one"
    )]
    NoVersion {
        /// The workflow's name.
        workflow: String,
        /// The beginning of a hash.
        version: String,
    },
    /// A cron text that is not one.
    #[error(
        "DH-6008: schedule {name}: `{cron}` is refused: {reason}; write five fields: minute hour day month weekday"
    )]
    Cron {
        /// The schedule.
        name: String,
        /// The text.
        cron: String,
        /// Why.
        reason: String,
    },
    /// A zone that does not exist.
    #[error("DH-6009: schedule {name}: there is no time zone `{zone}`; write one such as Asia/Hong_Kong")]
    Zone {
        /// The schedule.
        name: String,
        /// The text.
        zone: String,
    },
    /// A folder that cannot be watched.
    #[error(
        "DH-6010: the folder {path} cannot be used ({reason}); check that it is there and may be written to"
    )]
    Folder {
        /// The folder.
        path: PathBuf,
        /// In the system's words.
        reason: String,
    },
    /// The run did not end in time.
    #[error("DH-6013: run {run} is still going after {seconds} s; it goes on, look at it again later")]
    StillRunning {
        /// The run.
        run: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// No such run.
    #[error("DH-6014: there is no run {run}; check the name")]
    NoRun {
        /// The run.
        run: String,
    },
    /// A trigger that asks for what is not there.
    #[error("DH-6015: {what}; correct the settings")]
    Settings {
        /// One sentence.
        what: String,
    },
    /// A calendar that is not there, or whose file is wrong.
    #[error("DH-6040: the calendar {calendar} cannot be used: {reason}; correct the name or the file")]
    Calendar {
        /// Its name.
        calendar: String,
        /// Why.
        reason: String,
    },
    /// No such schedule.
    #[error("DH-6041: there is no schedule {name}, and never was; there are: {known}")]
    NoSchedule {
        /// The name asked for.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// Parameters that the workflow does not take.
    #[error("DH-6043: workflow {workflow} was not started: {reason}; correct the parameters")]
    Params {
        /// The workflow's name.
        workflow: String,
        /// Which, and why.
        reason: String,
    },
    /// A run that is not to be done again.
    #[error("DH-6050: run {run} is `{state}`; only a failed or cancelled run can be tried again")]
    NotAgain {
        /// The run.
        run: String,
        /// How it is.
        state: &'static str,
    },
    /// Something would be sent or written once more.
    #[error(
        "DH-6051: run {run} was not started again: from step {from} on it would repeat what has left the house: {repeats}; say that it is meant, and why (--repeat-effects --why \"…\"), or begin at a later step"
    )]
    Repeats {
        /// The run.
        run: String,
        /// The first step that would be done anew.
        from: u32,
        /// The steps, with their places.
        repeats: String,
    },
    /// A step from which a run cannot go on.
    #[error(
        "DH-6052: run {run} cannot go on from step {from}: it has come to step {furthest}; name that one or one before it"
    )]
    NoSuchStep {
        /// The run.
        run: String,
        /// The step asked for.
        from: u32,
        /// The furthest one.
        furthest: u32,
    },
    /// The durable engine refused.
    #[error("DH-6030: the durable engine failed: {reason}; it is tried again, look at the log if this stays")]
    Durable {
        /// In its words.
        reason: String,
    },
    /// A mailbox does not do what it should.
    #[error(transparent)]
    Mailbox(#[from] crate::mailbox::MailboxError),
    /// The pages of a document could not be drawn; the code is the step's own.
    #[error("{reason}")]
    Undrawn {
        /// One sentence and what to do.
        reason: String,
    },
    /// The store refused; the code is its own.
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

/// Where in a script something happened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScriptPlace {
    /// The line, from 1.
    pub line: Option<usize>,
    /// The step that was done before it: its place in the run, from 0, and its name.
    pub after: Option<(usize, String)>,
}

impl ScriptPlace {
    fn en(&self) -> String {
        let line = self.line.map(|line| format!(" in line {line}")).unwrap_or_default();
        let after = self.after.as_ref().map(|(index, step)| format!(" after step {index} `{step}`"));
        line + after.unwrap_or_default().as_str()
    }

    fn zh_hant(&self) -> String {
        let line = self.line.map(|line| format!("在第 {line} 行")).unwrap_or_default();
        let after = self.after.as_ref().map(|(index, step)| format!("（步驟 {index} `{step}` 之後）"));
        line + after.unwrap_or_default().as_str()
    }
}

impl EngineError {
    /// Where in its script it happened.
    pub(crate) fn place(&self) -> Option<&ScriptPlace> {
        match self {
            Self::Runaway { place, .. } | Self::ScriptFailed { place, .. } => Some(place),
            _ => None,
        }
    }

    /// The code alone, such as `DH-6008`.
    pub fn code(&self) -> String {
        code_of(&self.to_string()).to_owned()
    }
}

/// The code with which a text of this house begins, or the engine's general one.
pub(crate) fn code_of(text: &str) -> &str {
    match text.split_once(':') {
        Some((code, _)) if code.starts_with("DH-") && code.len() == 7 => code,
        _ => "DH-6011",
    }
}
