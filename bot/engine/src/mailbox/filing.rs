//! Where a mail goes when it was taken, so that people see in their own mail program what became of it. It stays as
//! unread as it was, and no mail is deleted.

use store::{MailOutcome, MailRow};

use super::MailboxError;
use super::connection::Connection;
use crate::config::{Filing, MailboxTrigger};
use crate::engine::Engine;
use crate::error::EngineError;

/// Marks what was taken, for mail programs that show a server's own marks.
const TAKEN: &str = "$DeskhandTaken";
/// Marks what a person must look at.
const LOOK: &str = "$DeskhandLook";

/// What filing needs to know of the server.
#[derive(Debug)]
pub(super) struct Shelves {
    moves: bool,
    /// One mail alone can be taken away after it was copied.
    one_by_one: bool,
    /// The folders for what was taken and for what a person must look at, as the server names them.
    pub(super) names: Option<(String, String)>,
    /// What could not be filed.
    pub(super) trouble: Option<MailboxError>,
}

impl Shelves {
    pub(super) fn new(moves: bool, one_by_one: bool) -> Self {
        Self { moves, one_by_one, names: None, trouble: None }
    }
}

/// Files what is not filed. What the server refuses is tried again at the next look.
pub(super) async fn file_all(
    engine: &Engine,
    trigger: &MailboxTrigger,
    connection: &mut Connection,
    validity: u32,
) -> Result<(), EngineError> {
    for mail in engine.store().mails_unfiled(&trigger.name, validity).await? {
        match file(trigger, connection, &mail).await {
            Ok(()) => {
                engine.store().mail_is_filed(&mail.mailbox, &mail.id).await?;
                connection.shelves.trouble = None;
            }
            Err(trouble @ MailboxError::Unfiled { .. }) => {
                tracing::warn!(mailbox = %trigger.name, "{trouble}");
                connection.shelves.trouble = Some(trouble);
                break;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

async fn file(
    trigger: &MailboxTrigger,
    connection: &mut Connection,
    mail: &MailRow,
) -> Result<(), MailboxError> {
    let look = mail.outcome.needs_a_person();
    let Shelves { moves, one_by_one, ref names, .. } = connection.shelves;
    let (Filing::Move { done, quarantine }, Some((done_there, quarantine_there)), true) =
        (&trigger.filing, names.clone(), moves || one_by_one)
    else {
        return mark(connection, mail.uid, mail.outcome).await;
    };
    let (shown, folder) = if look { (quarantine, quarantine_there) } else { (done, done_there) };
    let unfiled = |why| match why {
        MailboxError::Refused { reason } => MailboxError::Unfiled { folder: shown.clone(), reason },
        other => other,
    };
    connection.carry(mail.uid, &folder, moves).await.map_err(unfiled)?;
    if !moves {
        let uid = mail.uid;
        connection.say(&format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)")).await.map_err(unfiled)?;
        connection.say(&format!("UID EXPUNGE {uid}")).await.map_err(unfiled)?;
    }
    Ok(())
}

/// A flag on what a person must look at. Marks of one's own are not taken by every server: then there is none.
async fn mark(connection: &mut Connection, uid: u32, outcome: MailOutcome) -> Result<(), MailboxError> {
    let look = outcome.needs_a_person();
    if look {
        let flagged = connection.say(&format!("UID STORE {uid} +FLAGS.SILENT (\\Flagged)")).await;
        flagged.map_err(|why| match why {
            MailboxError::Refused { reason } => {
                MailboxError::Unfiled { folder: "\\Flagged".to_owned(), reason }
            }
            other => other,
        })?;
    }
    let own = if look { LOOK } else { TAKEN };
    match connection.say(&format!("UID STORE {uid} +FLAGS.SILENT ({own})")).await {
        Err(MailboxError::Refused { .. }) => Ok(()),
        said => said,
    }
}
