//! The sections of `deskhand.toml`, in the order of the file.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono::NaiveTime;
use chrono_tz::Tz;
use confique::Config as Derive;
use engine::Lane;
use serde::Deserialize;

use super::lists::{Folder, Follower, Grant, Hook, LimitConfig, PortalConfig, Schedule};
use super::mailbox::Mailbox;
use super::secret::Secret;
use super::stock::Stock;
use super::values::{duration, time_of_day, zone};

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

    /// Where several machines meet: the address of a PostgreSQL database, such as `postgres://deskhand:PASSWORD@db/deskhand`,
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
    pub(crate) stock: Stock,

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

impl Config {
    /// How people reach the pages.
    pub(crate) fn base_url(&self) -> String {
        let given = self.web.base_url.clone().unwrap_or_else(|| format!("http://{}", self.web.listen));
        given.trim_end_matches('/').to_owned()
    }
}
