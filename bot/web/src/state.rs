//! What the pages need from the rest of the house.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use engine::{FolderView, MailboxView, ScheduleView, Why};
use futures::future::BoxFuture;
use invoices::Vocabulary;
use secrecy::SecretString;
use serde_json::{Map, Value};
use store::{Limits, Store};

use crate::desk::StockDesk;
use crate::feeds::Feeds;

/// Called after a decision has been recorded, with the task's id: the engine goes on with the run.
pub type OnDecided = Arc<dyn Fn(String) -> BoxFuture<'static, ()> + Send + Sync>;

/// Draws a page of a document, by its hash, that has no picture yet. False when that cannot be done.
pub type Draw = Arc<dyn Fn(String, u32) -> BoxFuture<'static, bool> + Send + Sync>;

/// Hands an uploaded file, by name and bytes, to the intake. Answers for each paper in it, by the paper's name: an
/// archive or a mail may hold several.
pub type Upload = Arc<dyn Fn(String, Vec<u8>) -> BoxFuture<'static, Vec<(String, Handed)>> + Send + Sync>;

/// What the intake says to an uploaded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    /// It is kept and its run has started.
    Started {
        /// The run's id.
        run: String,
    },
    /// The same bytes came before.
    Duplicate {
        /// Under this name.
        first_name: String,
        /// At this time.
        first_at: DateTime<Utc>,
    },
    /// It is not a file that can be read.
    Refused {
        /// The code of the page in `docs/errors/` that says why.
        code: String,
    },
    /// The intake is broken; the log says why.
    Failed,
}

/// Has a failed run done again.
pub type TryAgain = Arc<dyn Fn(Again) -> BoxFuture<'static, Result<(), NotAgain>> + Send + Sync>;

/// How a run is to be done again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Again {
    /// The run.
    pub run: String,
    /// The id of the person who says so.
    pub person: String,
    /// From this step on everything is done anew.
    pub from: Option<u32>,
    /// What has left the house may leave it again.
    pub repeat_effects: bool,
    /// It goes on with the workflow as it is now.
    pub on_new_version: bool,
    /// Why.
    pub why: String,
}

/// Why a run is not done again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAgain {
    /// The code of the page in `docs/errors/`.
    pub code: String,
    /// One sentence and what to do.
    pub text: String,
}

/// Starts a workflow for a webhook: gets what makes the delivery's run unique, and the parameters; answers the run.
pub type StartRun =
    Arc<dyn Fn(String, Map<String, Value>) -> BoxFuture<'static, Result<String, NotStarted>> + Send + Sync>;

/// Why a webhook's run was not started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotStarted {
    /// The parameters are not those that the workflow declares; says which.
    Params(String),
    /// Something is out of order; the sender should deliver again.
    Later,
}

/// A webhook.
#[derive(Clone)]
pub struct Hook {
    /// What the sender signs with.
    pub secret: SecretString,
    /// How far a delivery's timestamp may be from this machine's clock.
    pub window: Duration,
    /// Starts its workflow.
    pub start: StartRun,
}

/// Says why a schedule, by its name, ran or did not on a date; today when none is named. Nothing when it cannot say.
pub type AskWhy = Arc<dyn Fn(String, Option<NaiveDate>) -> BoxFuture<'static, Option<Why>> + Send + Sync>;

/// What starts workflows by itself, and how it is.
#[derive(Clone)]
pub struct Triggers {
    /// The schedules with their next fires.
    pub schedules: Arc<dyn Fn() -> Vec<ScheduleView> + Send + Sync>,
    /// The watched folders.
    pub folders: Arc<dyn Fn() -> Vec<FolderView> + Send + Sync>,
    /// The watched mailboxes.
    pub mailboxes: Arc<dyn Fn() -> BoxFuture<'static, Vec<MailboxView>> + Send + Sync>,
    /// Why a schedule ran, or did not.
    pub why: AskWhy,
}

impl Default for Triggers {
    /// None.
    fn default() -> Self {
        Self {
            schedules: Arc::new(Vec::new),
            folders: Arc::new(Vec::new),
            mailboxes: Arc::new(|| Box::pin(std::future::ready(Vec::new()))),
            why: Arc::new(|_, _| Box::pin(std::future::ready(None))),
        }
    }
}

/// What the pages need from the rest of the house.
#[derive(Clone)]
pub struct WebState {
    /// Documents, runs, tasks, postings, people, audit.
    pub store: Store,
    /// Where people reach the pages, such as `https://desk.example.com`: cookies are `Secure` when it is https.
    pub base_url: String,
    /// The office's time zone.
    pub zone: Tz,
    /// Called after each recorded decision.
    pub on_decided: OnDecided,
    /// Takes uploaded files; without it there is no upload page.
    pub upload: Option<Upload>,
    /// Draws pages that were not drawn to be read; without it they have no picture.
    pub draw: Option<Draw>,
    /// What starts workflows by itself.
    pub triggers: Triggers,
    /// Has failed runs done again; without it there is no button for it.
    pub again: Option<TryAgain>,
    /// How many runs may go at a time, to say what a queued one waits for.
    pub limits: Arc<Limits>,
    /// The webhooks by name.
    pub hooks: Arc<BTreeMap<String, Hook>>,
    /// Replenishment; without it there are no pages of orders and stock.
    pub stock: Option<Arc<dyn StockDesk>>,
    /// The programs that may send events of the shops.
    pub feeds: Arc<Feeds>,
    /// True when a reverse proxy that this house runs stands in front: the caller's address is then the
    /// last of `X-Forwarded-For`, else that of the connection.
    pub behind_proxy: bool,
    /// An invoice older than so many months goes to a person.
    pub oldest_months: u32,
    /// The names of labels and titles, to find the label of a value that is to be remembered.
    pub vocabulary: Arc<Vocabulary>,
}

impl WebState {
    /// A state with the office in Hong Kong, nothing to call after a decision, no upload and no proxy.
    pub fn new(store: Store, base_url: impl Into<String>) -> Self {
        Self {
            store,
            base_url: base_url.into(),
            zone: chrono_tz::Asia::Hong_Kong,
            on_decided: Arc::new(|_| Box::pin(std::future::ready(()))),
            upload: None,
            draw: None,
            triggers: Triggers::default(),
            again: None,
            limits: Arc::default(),
            hooks: Arc::default(),
            stock: None,
            feeds: Arc::default(),
            behind_proxy: false,
            oldest_months: 18,
            vocabulary: Arc::default(),
        }
    }
}
