//! What `deskhand doctor` asks of a mailbox: it only looks.

use super::MailboxError;
use super::connection::{exists, folder_error, sign_in, within};
use super::names::on_server;
use crate::config::{Filing, MailboxTrigger};

/// A mailbox as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxCheck {
    /// Whether the server announces new mail.
    pub announces: bool,
    /// How many mails lie in the folder.
    pub mails: u32,
    /// The folders for what was taken that are not there yet; they are made at the first start.
    pub to_be_made: Vec<String>,
}

/// Signs in, opens the folder without changing anything, and signs out.
pub async fn check_mailbox(trigger: &MailboxTrigger) -> Result<MailboxCheck, MailboxError> {
    let patience = trigger.patience;
    let (mut session, capabilities) = sign_in(trigger).await?;
    let delimiter = super::connection::delimiter(&mut session, patience).await?;
    let folder = on_server(&trigger.folder, delimiter.as_deref());
    let opened = within(patience, session.examine(&folder)).await;
    let opened = opened.map_err(|why| folder_error(&trigger.folder, why))?;
    let mut to_be_made = Vec::new();
    if let Filing::Move { done, quarantine } = &trigger.filing {
        for name in [done, quarantine] {
            let below = on_server(&format!("INBOX/{name}"), delimiter.as_deref());
            let there = exists(&mut session, patience, &on_server(name, delimiter.as_deref())).await?
                || exists(&mut session, patience, &below).await?;
            if !there {
                to_be_made.push(name.clone());
            }
        }
    }
    let _ = tokio::time::timeout(patience, session.logout()).await;
    Ok(MailboxCheck { announces: capabilities.contains("IDLE"), mails: opened.exists, to_be_made })
}
