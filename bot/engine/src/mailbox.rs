//! The mailbox trigger: every mail that comes is kept whole, each of its papers becomes a document and a run, and the
//! mail is put where people see in their own mail program what became of it. No mail is deleted, none is answered.
//!
//! In the order in which a mail meets them:
//!
//! | file | what |
//! |---|---|
//! | `connection` | signing in, waiting for mail, fetching it; everything has a time limit |
//! | `names` | folders as the server writes them |
//! | `take` | a mail is taken apart the way a saved mail in a watched folder is |
//! | `filing` | where the mail goes then |
//! | `guard` | a mailbox that has fallen silent is told of |
//! | `check` | what `deskhand doctor` asks |
//!
//! Every step can be the last one before a power cut. A mail counts as settled when its row is written, after its
//! papers are; doing it again changes nothing, because a paper's arrival is named after the mail's own hash.

mod check;
mod connection;
mod filing;
pub(crate) mod guard;
mod names;
mod take;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use store::MailboxRow;
use tokio::time::Instant;

pub use check::{MailboxCheck, check_mailbox};
pub(crate) use take::origin;

use crate::config::MailboxTrigger;
use crate::engine::Engine;
use crate::error::EngineError;
use connection::Connection;

/// A connection is made anew after so long: what a server no longer tells the old one, it tells a new one.
const SESSION: Duration = Duration::from_hours(1);
/// The waits between tries to reach a server.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(2);
/// So often in a row may mail be found of which the server has said nothing.
const UNTOLD: u32 = 2;
/// So often is it tried to fetch one mail before a person must look at it.
const FETCHES: u32 = 5;

/// A mailbox does not do what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailboxError {
    /// The server cannot be reached, or the connection broke.
    #[error("DH-6070: the mail server does not answer: {reason}; check its name, the network and the server")]
    Silent {
        /// In a few words.
        reason: String,
    },
    /// The server says no.
    #[error("DH-6070: the mail server refuses what it is asked ({reason}); look at the server's own log")]
    Refused {
        /// In its words.
        reason: String,
    },
    /// The server does not let us in.
    #[error("DH-6071: the mail server refuses the user or the password ({reason}); correct them")]
    SignIn {
        /// In the server's words.
        reason: String,
    },
    /// A folder is not there and cannot be made.
    #[error("DH-6072: the mail folder {folder} cannot be used ({reason}); make it, or name another one")]
    Folder {
        /// Its name.
        folder: String,
        /// In the server's words.
        reason: String,
    },
    /// The server says that it announces new mail, and does not.
    #[error(
        "DH-6073: the mail server announces no new mail although it says that it does; it is asked every few minutes instead"
    )]
    Deaf,
    /// One mail cannot be fetched.
    #[error("DH-6074: the mail could not be fetched from the server; open it in your mail program")]
    Unfetched,
    /// A mail cannot be put where it belongs.
    #[error(
        "DH-6075: a mail could not be put into {folder} ({reason}); what became of it stands on the pages"
    )]
    Unfiled {
        /// The folder, or the flag.
        folder: String,
        /// In the server's words.
        reason: String,
    },
}

/// How a mailbox is, for people.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MailboxView {
    /// Its name.
    pub name: String,
    /// User, server and folder.
    pub place: String,
    /// The workflow that its papers start.
    pub workflow: String,
    /// Whether the server announces new mail; not known before it was reached.
    pub announces: Option<bool>,
    /// When the server last answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// What is wrong with it now.
    pub trouble: Option<String>,
    /// When the operators were told of it.
    pub told_at: Option<DateTime<Utc>>,
}

/// A mailbox that is watched.
pub(crate) struct Mailbox {
    trigger: MailboxTrigger,
    live: Mutex<Live>,
}

/// What is known of a mailbox while the program runs.
#[derive(Debug, Default)]
struct Live {
    /// Whether the server says that it announces new mail.
    announces: Option<bool>,
    /// How often in a row mail was found that it had not announced.
    untold: u32,
    /// The last look ended with nothing left and the server listening: mail that is there later was to be announced.
    listened: bool,
    /// A mail whose fetching failed, and how often.
    failing: Option<(u32, u32)>,
}

impl Mailbox {
    pub(crate) fn new(trigger: MailboxTrigger) -> Self {
        Self { trigger, live: Mutex::default() }
    }

    pub(crate) fn trigger(&self) -> &MailboxTrigger {
        &self.trigger
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        // A panic under this lock leaves plain data behind.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_deaf(&self) -> bool {
        self.live().untold >= UNTOLD
    }

    /// How it is, with what the store knows of it.
    pub(crate) fn view(&self, row: Option<MailboxRow>) -> MailboxView {
        let trigger = &self.trigger;
        MailboxView {
            name: trigger.name.clone(),
            place: trigger.place(),
            workflow: trigger.workflow.clone(),
            announces: self.live().announces,
            answered_at: row.as_ref().and_then(|row| row.answered_at),
            told_at: row.as_ref().and_then(|row| row.told_at),
            trouble: row.and_then(|row| row.trouble),
        }
    }

    /// What a look has brought, and whether the server had said so.
    fn heard(&self, found: usize, announced: bool) {
        let mut live = self.live();
        if found > 0 && announced {
            live.untold = 0;
        } else if found > 0 && live.listened {
            live.untold = live.untold.saturating_add(1);
        }
        live.listened = live.announces == Some(true);
    }
}

/// Watches a mailbox for as long as the engine runs.
pub(crate) async fn keep_fetching(engine: Engine, mailbox: Arc<Mailbox>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let mut reached = false;
        let ended = tokio::select! {
            () = engine.stopping() => return,
            ended = session(&engine, &mailbox, &mut reached) => ended,
        };
        if reached {
            pause = FIRST_PAUSE;
        }
        let Err(error) = ended else { continue };
        mailbox.live().listened = false;
        let name = &mailbox.trigger.name;
        tracing::warn!(mailbox = %name, "{error}");
        if let Err(error) = engine.store().mailbox_failed(name, &error.to_string()).await {
            tracing::warn!(mailbox = %name, "{error}");
        }
        tokio::select! {
            () = engine.stopping() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// One connection: looks, waits until the server says that there is something new or it is time to look all the same,
/// and looks again.
async fn session(engine: &Engine, mailbox: &Mailbox, reached: &mut bool) -> Result<(), EngineError> {
    let trigger = &mailbox.trigger;
    let watched = engine.store().watch_mailbox(&trigger.name, &trigger.place()).await?;
    let mut connection = Connection::open(trigger).await?;
    mailbox.live().announces = Some(connection.announces());
    let opened = open(engine, trigger, &mut connection, &watched).await?;
    let began = Instant::now();
    let mut announced = false;
    loop {
        let found = look(engine, mailbox, &mut connection, &opened).await?;
        mailbox.heard(found, announced);
        let deaf = mailbox.is_deaf().then_some(&MailboxError::Deaf);
        let trouble = deaf.or(connection.shelves.trouble.as_ref()).map(ToString::to_string);
        engine.store().mailbox_answered(&trigger.name, trouble.as_deref()).await?;
        *reached = true;
        if began.elapsed() >= SESSION {
            connection.close().await;
            return Ok(());
        }
        announced = if connection.announces() {
            // What is not announced, the poll finds.
            let longest = if mailbox.is_deaf() { trigger.poll } else { trigger.renew };
            connection.wait_for_news(longest).await?
        } else {
            tokio::time::sleep(trigger.poll).await;
            false
        };
    }
}

/// What holds for one connection.
struct Opened {
    validity: u32,
    /// Mails below this number were there when the server began to count anew.
    recounted: u32,
    /// Of those, what the server had received before the mailbox was watched is left alone. A mail that a person moves
    /// into the folder later on keeps its old date, and is to be taken.
    watched_since: DateTime<Utc>,
}

impl Opened {
    fn is_left_alone(&self, about: &take::About) -> bool {
        about.uid < self.recounted && about.came_at.is_some_and(|came_at| came_at < self.watched_since)
    }
}

/// Compares the server's numbers with those that are known. The first time, what is there already is left alone unless
/// the operator wants it taken; when the server counts anew, everything is looked at anew.
async fn open(
    engine: &Engine,
    trigger: &MailboxTrigger,
    connection: &mut Connection,
    watched: &MailboxRow,
) -> Result<Opened, EngineError> {
    let validity = connection.validity();
    let mut recounted = watched.recounted;
    match watched.uid_validity {
        Some(known) if known == validity => {}
        Some(_) => {
            tracing::warn!(mailbox = %trigger.name, validity, "the server counts its mails anew; each is compared with those that were taken");
            recounted = if trigger.take_existing { 0 } else { connection.next_uid().await? };
            engine.store().open_mailbox(&trigger.name, validity, 1, recounted).await?;
        }
        None => {
            let next = if trigger.take_existing { 1 } else { connection.next_uid().await? };
            tracing::info!(mailbox = %trigger.name, next, "is watched from now on");
            engine.store().open_mailbox(&trigger.name, validity, next, 0).await?;
        }
    }
    Ok(Opened { validity, recounted, watched_since: watched.watched_since })
}

/// Takes what is new and files what is not filed. Answers how many mails were new.
async fn look(
    engine: &Engine,
    mailbox: &Mailbox,
    connection: &mut Connection,
    opened: &Opened,
) -> Result<usize, EngineError> {
    let (store, name) = (engine.store(), &mailbox.trigger.name);
    let known = store.mailbox(name).await?.map_or(1, |row| row.next_uid);
    let mut found = 0;
    for uid in connection.uids_from(known).await? {
        let Some(about) = connection.about(uid).await? else {
            store.pass_mail(name, uid).await?;
            continue;
        };
        if opened.is_left_alone(&about) {
            store.pass_mail(name, uid).await?;
            continue;
        }
        match fetch(mailbox, connection, uid, about.bytes).await? {
            take::Fetched::Gone => store.pass_mail(name, uid).await?,
            fetched => {
                let mail = take::take(engine, &mailbox.trigger, opened.validity, &about, fetched).await?;
                store.record_mail(&mail).await?;
                found += 1;
            }
        }
        filing::file_all(engine, &mailbox.trigger, connection, opened.validity).await?;
    }
    filing::file_all(engine, &mailbox.trigger, connection, opened.validity).await?;
    Ok(found)
}

/// Fetches a mail. One at which the connection breaks again and again is for a person: it must not keep the others.
async fn fetch(
    mailbox: &Mailbox,
    connection: &mut Connection,
    uid: u32,
    bytes: u64,
) -> Result<take::Fetched, EngineError> {
    let tries = mailbox.live().failing.filter(|(failing, _)| *failing == uid).map_or(0, |(_, tries)| tries);
    if tries >= FETCHES {
        return Ok(take::Fetched::Never);
    }
    let fetched = connection.fetch(uid, bytes).await;
    mailbox.live().failing = fetched.is_err().then_some((uid, tries + 1));
    Ok(fetched?)
}
