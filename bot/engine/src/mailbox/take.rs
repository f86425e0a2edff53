//! A mail becomes documents: it is kept whole, and taken apart the way a saved mail in a watched folder is.

use chrono::{DateTime, Utc};
use documents::container::{self, MailHead};
use documents::{Limits, ReadError};
use serde_json::json;
use store::{MailOutcome, MailPaper, NewMail, blobs, sha256_hex};

use super::MailboxError;
use crate::config::MailboxTrigger;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::{self, Arrived, Received, receive};

/// What the server says of a mail.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    pub(super) uid: u32,
    pub(super) bytes: u64,
    pub(super) came_at: Option<DateTime<Utc>>,
}

/// What came when a mail was fetched.
#[derive(Debug)]
pub(super) enum Fetched {
    /// The mail.
    Whole(Vec<u8>),
    /// Only its head.
    TooLarge { head: Vec<u8>, why: ReadError },
    /// Nothing, however often it was tried.
    Never,
    /// It is not there any more.
    Gone,
}

/// Where the arrivals of a mailbox come from, as the store writes it.
pub(crate) fn origin(mailbox: &str) -> String {
    format!("mailbox:{mailbox}")
}

/// Keeps a mail and takes its papers. Doing it again with the same mail changes nothing.
pub(super) async fn take(
    engine: &Engine,
    trigger: &MailboxTrigger,
    uid_validity: u32,
    about: &About,
    fetched: Fetched,
) -> Result<NewMail, EngineError> {
    let place = sha256_hex(format!("{}/{uid_validity}/{}", trigger.place(), about.uid));
    let (id, head, papers) = match fetched {
        Fetched::Whole(bytes) => {
            let id = sha256_hex(&bytes);
            let (head, papers) = papers_of(engine, trigger, &id, bytes).await?;
            (id, head, papers)
        }
        Fetched::TooLarge { head, why } => {
            (place, container::mail_head(&head), vec![refused("mail", &why.to_string())])
        }
        Fetched::Never | Fetched::Gone => {
            (place, MailHead::default(), vec![refused("mail", &MailboxError::Unfetched.to_string())])
        }
    };
    let outcome = outcome(&papers);
    tracing::info!(mailbox = %trigger.name, uid = about.uid, %outcome, papers = papers.len(), "a mail was taken");
    Ok(NewMail {
        mailbox: trigger.name.clone(),
        id,
        uid_validity,
        uid: about.uid,
        sender: head.sender,
        subject: head.subject,
        came_at: about.came_at.unwrap_or_else(|| engine.store().now()),
        outcome,
        papers,
    })
}

async fn papers_of(
    engine: &Engine,
    trigger: &MailboxTrigger,
    id: &str,
    bytes: Vec<u8>,
) -> Result<(MailHead, Vec<MailPaper>), EngineError> {
    // The mail first: what is recorded can be traced to what was sent.
    engine.store().blobs().put(&blobs::mail_key(id), bytes.clone()).await?;
    let apart = move || {
        let (size, limit) = (bytes.len() as u64, Limits::default().bytes);
        if size > limit {
            let error = ReadError::TooLarge { bytes: size, limit };
            return (container::mail_head(&bytes), vec![("mail".to_owned(), Err(error))]);
        }
        (container::mail_head(&bytes), container::mail_papers(&bytes))
    };
    let broken = |error: tokio::task::JoinError| EngineError::Durable { reason: error.to_string() };
    let (head, found) = tokio::task::spawn_blocking(apart).await.map_err(broken)?;
    let mut papers = Vec::new();
    for (number, (name, paper)) in (1..).zip(found) {
        let name = name.rsplit('/').next().unwrap_or(&name).to_owned();
        papers.push(match paper {
            Err(error) => refused(&name, &error.to_string()),
            Ok(bytes) => {
                // The mail's own hash: the same mail under another number, or after a crash, is the same arrival.
                let origin = format!("{}#{id}.{number}", origin(&trigger.name));
                paper_of(engine, trigger, &name, bytes, &origin).await?
            }
        });
    }
    Ok((head, papers))
}

async fn paper_of(
    engine: &Engine,
    trigger: &MailboxTrigger,
    name: &str,
    bytes: Vec<u8>,
    origin: &str,
) -> Result<MailPaper, EngineError> {
    let MailboxTrigger { workflow, portal, .. } = trigger;
    let kinds = intake::takes(&engine.config().workflows_dir, workflow);
    let arrived = Arrived { name, bytes, origin, workflow, portal: portal.as_deref(), takes: kinds };
    let taken =
        |document, known| MailPaper { name: name.to_owned(), document: Some(document), known, refused: None };
    Ok(match receive(engine.store(), arrived).await? {
        Received::New { document } => {
            let params = json!({ "document": document, "portal": portal });
            // What cannot start now is started by the reconcile loop.
            if let Err(error) = engine.start_run(workflow, params, "mailbox").await {
                tracing::warn!(%document, "its run cannot start yet: {error}");
            }
            taken(document, false)
        }
        Received::Duplicate { document, .. } => taken(document, true),
        Received::Refused { reason, .. } => refused(name, &reason),
    })
}

fn refused(name: &str, reason: &str) -> MailPaper {
    MailPaper { name: name.to_owned(), document: None, known: false, refused: Some(reason.to_owned()) }
}

fn outcome(papers: &[MailPaper]) -> MailOutcome {
    let (taken, refused) =
        (papers.iter().any(|p| p.document.is_some()), papers.iter().any(|p| p.refused.is_some()));
    match (taken, refused) {
        (true, true) => MailOutcome::Partly,
        (false, _) => MailOutcome::Refused,
        (true, false) if papers.iter().all(|paper| paper.known) => MailOutcome::Known,
        (true, false) => MailOutcome::Taken,
    }
}
