//! The sections of `deskhand.toml`, in the order of the file.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};
use chrono::NaiveTime;
use chrono_tz::Tz;
use confique::Config as Derive;
use engine::{Lane, NotWorkingDay, OnHold, Overlap};
use serde::Deserialize;
use store::{Priority, RunState};

use super::mailbox::Mailbox;
use super::secret::Secret;
use super::values::{duration, maybe_duration, time_of_day, zone};

/// Everything.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Config {
    /// Where everything is kept: database, blobs, engine state. Back up this folder.
    #[config(default = "data", env = "DESKHAND_DATA")]
    pub(crate) data: PathBuf,

    /// The workflows (*.rhai) and the descriptions of portals (portals/*.toml).
    #[config(default = "workflows", env = "DESKHAND_WORKFLOWS")]
    pub(crate) workflows: PathBuf,

    /// The reading models that scripts/setup fetches.
    #[config(default = "ocr-models", env = "DESKHAND_MODELS")]
    pub(crate) models: PathBuf,

    /// The office's time zone: for the days of invoices, the hours of schedules and the times on the pages.
    #[config(default = "Asia/Hong_Kong", env = "DESKHAND_ZONE", deserialize_with = zone)]
    pub(crate) zone: Tz,

    /// Where several machines meet: the address of a PostgreSQL database, such as postgres://deskhand:PASSWORD@db/deskhand,
    /// as { env = "NAME" } or { file = "PATH" }. Without it, everything is in a file in the data folder.
    pub(crate) database: Option<Secret>,

    #[config(nested)]
    pub(crate) blobs: BlobPlace,

    #[config(nested)]
    pub(crate) host: Host,

    #[config(nested)]
    pub(crate) web: Web,

    #[config(nested)]
    pub(crate) intake: Intake,

    #[config(nested)]
    pub(crate) runs: Runs,

    #[config(nested)]
    pub(crate) invoices: Invoices,

    #[config(nested)]
    pub(crate) office: Office,

    #[config(nested)]
    pub(crate) chase: Chase,

    #[config(nested)]
    pub(crate) reports: Reports,

    #[config(nested)]
    pub(crate) holds: Holds,

    #[config(nested)]
    pub(crate) browser: Browser,

    #[config(nested)]
    pub(crate) mail: Mail,

    #[config(nested)]
    pub(crate) log: Log,

    /// Folders that are watched. See the example at the end.
    #[config(default = [])]
    pub(crate) folders: Vec<Folder>,

    /// Mailboxes that are watched. See the example at the end.
    #[config(default = [])]
    pub(crate) mailboxes: Vec<Mailbox>,

    /// Workflows that run by the clock. See the example at the end.
    #[config(default = [])]
    pub(crate) schedules: Vec<Schedule>,

    /// Workflows that run when another has ended. See the example at the end.
    #[config(default = [])]
    pub(crate) followers: Vec<Follower>,

    /// How many runs of a workflow may go at a time. See the example at the end.
    #[config(default = [])]
    pub(crate) limits: Vec<LimitConfig>,

    /// Workflows that another program may start, by name. See the example at the end.
    #[config(default = {})]
    pub(crate) hooks: BTreeMap<String, Hook>,

    /// Calendars of your own, beside the built-in ones: a name and a TOML file as docs/operators.md shows.
    #[config(default = {})]
    pub(crate) calendars: BTreeMap<String, PathBuf>,

    /// The systems that may be posted into, by name. See the example at the end.
    #[config(default = {})]
    pub(crate) portals: BTreeMap<String, PortalConfig>,

    /// What each workflow may reach, by its name. See the example at the end.
    #[config(default = {})]
    pub(crate) grants: BTreeMap<String, Grant>,

    /// Secrets that workflows may be granted, by name: { env = "NAME" } or { file = "PATH" }.
    #[config(default = {})]
    pub(crate) secrets: BTreeMap<String, Secret>,
}

/// Where originals and pictures are kept. Machines that share a database must share this too.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct BlobPlace {
    /// A folder. Default: `blobs` in the data folder.
    pub(crate) folder: Option<PathBuf>,

    /// Or a bucket of an S3-compatible service.
    pub(crate) bucket: Option<String>,

    /// The address of the service. Default: the one of AWS.
    pub(crate) endpoint: Option<String>,

    /// The region that requests are signed for; most other services take any.
    #[config(default = "us-east-1")]
    pub(crate) region: String,

    /// Under which all keys stand in the bucket.
    #[config(default = "")]
    pub(crate) prefix: String,

    /// The id of the key: { env = "NAME" } or { file = "PATH" }.
    pub(crate) access_key: Option<Secret>,

    /// The key: { env = "NAME" } or { file = "PATH" }.
    pub(crate) secret_key: Option<Secret>,
}

/// This machine among others that share a database.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Host {
    /// Its name, for people. Default: what the machine calls itself.
    #[config(env = "DESKHAND_HOST")]
    pub(crate) name: Option<String>,

    /// Which steps it takes: "steps", "files" (granted folders must be here), "reading", "pixels", "posting" (takes a
    /// browser). Default: all for `deskhand serve`; for `deskhand worker` what the machine has the programs for.
    pub(crate) lanes: Option<Vec<Lane>>,

    /// How many papers it reads from pixels at once; each takes a whole core and some 400 MB.
    #[config(default = 1)]
    pub(crate) pixels_at_once: usize,
}

/// The pages for reviewers.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Web {
    /// Where the pages are served. Put a TLS proxy in front of anything but this machine.
    #[config(default = "127.0.0.1:8088", env = "DESKHAND_LISTEN")]
    pub(crate) listen: SocketAddr,

    /// How people reach the pages; used in mails. Default: `http://` and `listen`.
    pub(crate) base_url: Option<String>,

    /// A reverse proxy of yours stands in front: callers are told apart by the last of its `X-Forwarded-For`.
    #[config(default = false)]
    pub(crate) behind_proxy: bool,
}

/// How files are taken in.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Intake {
    /// A file is taken when its size and time have been still for so long.
    #[config(default = "5s", deserialize_with = duration)]
    pub(crate) settle: Duration,

    /// Folders are looked through this often even without a notice (network shares give none).
    #[config(default = "10s", deserialize_with = duration)]
    pub(crate) poll: Duration,

    /// Documents without a run, and decisions that no run has heard of, are looked for this often.
    #[config(default = "30s", deserialize_with = duration)]
    pub(crate) reconcile: Duration,
}

/// How runs share the machine.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Runs {
    /// So many runs of all workflows together are at work at the same time; the others are queued. Who waits for a
    /// person or a time is not at work. No limit, if not given.
    pub(crate) at_once: Option<u32>,
}

/// What may go through without a person.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Invoices {
    /// An invoice older than so many months goes to a person.
    #[config(default = 18)]
    pub(crate) oldest_months: u32,

    /// Labels of your own, beside the built-in ones: a TOML file as docs/operators.md shows.
    pub(crate) labels: Option<PathBuf>,

    /// Titles of your own, beside the built-in ones: a TOML file as docs/operators.md shows.
    pub(crate) kinds: Option<PathBuf>,
}

/// When people work: working hours are counted for folders that must not stay quiet.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Office {
    /// When they begin, in the office's zone.
    #[config(default = "09:00", deserialize_with = time_of_day)]
    pub(crate) opens: NaiveTime,

    /// When they end.
    #[config(default = "18:00", deserialize_with = time_of_day)]
    pub(crate) closes: NaiveTime,

    /// The calendars that must all work; docs/operators.md says which there are.
    #[config(default = ["hk", "five_day"])]
    pub(crate) calendar: Vec<String>,
}

/// Reminders of tasks that wait, in working hours; sent by the workflow `chase`.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Chase {
    /// After so many working hours the person who has a task in hand is reminded, or else the reviewers.
    #[config(default = "8h", deserialize_with = duration)]
    pub(crate) remind_after: Duration,

    /// After so many working hours the operators hear of it.
    #[config(default = "16h", deserialize_with = duration)]
    pub(crate) escalate_after: Duration,
}

/// The month's report, made by the workflow `month_end_report`.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Reports {
    /// What entering one invoice takes by hand: the hours saved are reckoned with it, and every report prints it.
    #[config(default = "5m", deserialize_with = duration)]
    pub(crate) by_hand: Duration,

    /// Who gets it. Default: the reviewers.
    #[config(default = [])]
    pub(crate) readers: Vec<String>,
}

/// Typhoon signal 8 and black rain: set by hand (`deskhand hold`), or read from an address as well.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Holds {
    /// An address that says what is in force: the Observatory's warning summary, or one that answers as docs/operators.md
    /// shows. Nothing is asked, if not given.
    pub(crate) url: Option<String>,

    /// How often it is asked.
    #[config(default = "5m", deserialize_with = duration)]
    pub(crate) every: Duration,

    /// After so long without an answer the operators are told; what it said last stays in force.
    #[config(default = "30m", deserialize_with = duration)]
    pub(crate) stale_after: Duration,
}

/// The browser that posts.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Browser {
    /// The browser's program.
    #[config(default = "/usr/bin/chromium", env = "DESKHAND_CHROMIUM")]
    pub(crate) chromium: PathBuf,

    /// Its driver; must be of the same version.
    #[config(default = "/usr/bin/chromedriver", env = "DESKHAND_CHROMEDRIVER")]
    pub(crate) chromedriver: PathBuf,

    /// Run the browser without its sandbox: needed when Deskhand runs as root, as in a container.
    #[config(default = false)]
    pub(crate) no_sandbox: bool,
}

/// Mail out.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Mail {
    /// "file" writes mails into `outbox`; "smtp" sends them.
    #[config(default = "file")]
    pub(crate) transport: MailTransport,

    /// The folder for "file".
    #[config(default = "outbox")]
    pub(crate) outbox: PathBuf,

    /// The sender.
    #[config(default = "Deskhand <deskhand@localhost>")]
    pub(crate) from: String,

    /// Who hears of exceptions and gets the digest.
    #[config(default = ["reviewers@localhost"])]
    pub(crate) reviewers: Vec<String>,

    /// Who hears when something is wrong with Deskhand itself. Default: the reviewers.
    #[config(default = [])]
    pub(crate) operators: Vec<String>,

    /// Who keeps the day's audit head, outside this machine.
    #[config(default = ["audit@localhost"])]
    pub(crate) audit_keepers: Vec<String>,

    /// The language of mails: "en" or "zh-Hant".
    #[config(default = "en")]
    pub(crate) language: String,

    /// The SMTP server's name for "smtp".
    pub(crate) host: Option<String>,

    /// Its port. Default: the usual one of `security`.
    pub(crate) port: Option<u16>,

    /// "starttls", "tls" or "plain".
    #[config(default = "starttls")]
    pub(crate) security: String,

    /// The user to sign in with, if the server wants one.
    pub(crate) user: Option<String>,

    /// Where its password is: { env = "NAME" } or { file = "PATH" }.
    pub(crate) password: Option<Secret>,

    /// A certificate to trust beside the usual ones (PEM file).
    pub(crate) extra_root: Option<PathBuf>,
}

/// Logs. Personal numbers are masked in all of them.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Log {
    /// What is logged, such as "info" or "info,engine=debug".
    #[config(default = "info,sqlx=warn,duroxide=warn,hayro=error,fantoccini=warn", env = "DESKHAND_LOG")]
    pub(crate) level: String,

    /// "text" for people, "json" for machines.
    #[config(default = "text", env = "DESKHAND_LOG_FORMAT")]
    pub(crate) format: String,
}

/// How mails leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MailTransport {
    File,
    Smtp,
}

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

impl Config {
    /// Makes every path absolute from the file's own folder.
    pub(super) fn resolve(&mut self, base: &Path) {
        let base = std::path::absolute(base).unwrap_or_else(|_| base.to_path_buf());
        for path in [&mut self.data, &mut self.workflows, &mut self.models, &mut self.mail.outbox] {
            *path = base.join(&path);
        }
        let own = [&mut self.invoices.labels, &mut self.invoices.kinds, &mut self.blobs.folder];
        for path in own.into_iter().flatten() {
            *path = base.join(&path);
        }
        let shared = [&mut self.database, &mut self.blobs.access_key, &mut self.blobs.secret_key];
        for secret in shared.into_iter().flatten() {
            if let Secret::File { file } = secret {
                *file = base.join(&file);
            }
        }
        for folder in &mut self.folders {
            folder.path = base.join(&folder.path);
        }
        for mailbox in &mut self.mailboxes {
            if let Secret::File { file } = &mut mailbox.password {
                *file = base.join(&file);
            }
            if let Some(root) = &mut mailbox.extra_root {
                *root = base.join(&root);
            }
        }
        for calendar in self.calendars.values_mut() {
            *calendar = base.join(&calendar);
        }
        for hook in self.hooks.values_mut() {
            if let Secret::File { file } = &mut hook.secret {
                *file = base.join(&file);
            }
        }
        for portal in self.portals.values_mut() {
            portal.description = base.join(&portal.description);
            for secret in portal.secrets.values_mut() {
                if let Secret::File { file } = secret {
                    *file = base.join(&file);
                }
            }
        }
        for folder in self.grants.values_mut().flat_map(|grant| grant.folders.values_mut()) {
            folder.path = base.join(&folder.path);
        }
        for secret in self.secrets.values_mut() {
            if let Secret::File { file } = secret {
                *file = base.join(&file);
            }
        }
        if let Some(Secret::File { file }) = &mut self.mail.password {
            *file = base.join(&file);
        }
    }

    /// What the types cannot say.
    pub(super) fn validate(&self) -> Result<()> {
        let BlobPlace { folder, bucket, access_key, secret_key, .. } = &self.blobs;
        if folder.is_some() && bucket.is_some() {
            bail!("[blobs] names a folder and a bucket; files are kept in one of them");
        }
        if bucket.is_some() && (access_key.is_none() || secret_key.is_none()) {
            bail!("[blobs] names a bucket without access_key and secret_key");
        }
        if self.host.lanes.as_ref().is_some_and(Vec::is_empty) {
            bail!("[host] takes no lane; leave `lanes` out, or name one");
        }
        for folder in &self.folders {
            if let Some(portal) = &folder.portal
                && !self.portals.contains_key(portal)
            {
                bail!(
                    "the folder {} posts into `{portal}`, but there is no [portals.{portal}]",
                    folder.path.display()
                );
            }
        }
        for mailbox in &self.mailboxes {
            mailbox.validate()?;
            if let Some(portal) = mailbox.portal.as_ref().filter(|portal| !self.portals.contains_key(*portal))
            {
                bail!(
                    "the mailbox {} posts into `{portal}`, but there is no [portals.{portal}]",
                    mailbox.name
                );
            }
        }
        for (workflow, grant) in &self.grants {
            if let Some(portal) = grant.portals.iter().find(|portal| !self.portals.contains_key(*portal)) {
                bail!("[grants.{workflow}] names the portal `{portal}`, but there is no [portals.{portal}]");
            }
            if let Some(secret) = grant.secrets.iter().find(|secret| !self.secrets.contains_key(*secret)) {
                bail!("[grants.{workflow}] names the secret `{secret}`, but [secrets] has none of that name");
            }
        }
        for (workflow, grant) in &self.grants {
            if let Some(domain) =
                grant.mail.iter().find(|domain| domain.contains(['@', '*', ' ']) || domain.is_empty())
            {
                bail!(
                    "[grants.{workflow}] mail names `{domain}`: write whole domains such as \"shop.example\""
                );
            }
        }
        if self.mail.transport == MailTransport::Smtp && self.mail.host.is_none() {
            bail!("mail.transport is \"smtp\", but mail.host is missing");
        }
        for follower in &self.followers {
            if let Some(state) = follower.states.iter().find(|state| !state.is_final()) {
                bail!("the follower {} waits for the state `{state}`, which is no end", follower.workflow);
            }
        }
        let none = self.limits.iter().find(|limit| limit.at_once == Some(0) || limit.per_minute == Some(0));
        if let Some(limit) = none {
            bail!("[[limits]] of {} lets none of its runs go: write a number from 1", limit.workflow);
        }
        if self.runs.at_once == Some(0) {
            bail!("runs.at_once lets no run go: write a number from 1");
        }
        let mut limited = std::collections::BTreeSet::new();
        if let Some(twice) = self.limits.iter().find(|limit| !limited.insert(&limit.workflow)) {
            bail!("there are two [[limits]] of {}", twice.workflow);
        }
        let plain = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        if let Some(name) = self.hooks.keys().find(|name| !plain(name)) {
            bail!("`{name}` cannot name a webhook: use letters, digits, - and _");
        }
        if self
            .holds
            .url
            .as_ref()
            .is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://"))
        {
            bail!("holds.url is no address: write one that begins with https://");
        }
        if self.holds.every < Duration::from_secs(10) {
            bail!("holds.every is shorter than 10s: nobody's warnings change so fast");
        }
        if self.office.opens >= self.office.closes {
            bail!("office.closes is not after office.opens");
        }
        if self.chase.remind_after >= self.chase.escalate_after {
            bail!("chase.escalate_after is not after chase.remind_after");
        }
        if !["en", "zh-Hant"].contains(&self.mail.language.as_str()) {
            bail!("mail.language is \"en\" or \"zh-Hant\"");
        }
        Ok(())
    }

    /// How people reach the pages.
    pub(crate) fn base_url(&self) -> String {
        let given = self.web.base_url.clone().unwrap_or_else(|| format!("http://{}", self.web.listen));
        given.trim_end_matches('/').to_owned()
    }
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
