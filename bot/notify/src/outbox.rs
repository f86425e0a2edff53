//! A mailer that writes each mail as a file: for offices that carry mail themselves, and to try things out.

use std::io::Write;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use lettre::message::Mailbox;

use crate::message::{fnv64, mailbox};
use crate::{Mailer, NotifyError, RenderedMail};

/// A folder of `.eml` files with readable names. A file is there whole or not at all.
#[derive(Debug, Clone)]
pub struct Outbox {
    folder: PathBuf,
    sender: Mailbox,
}

impl Outbox {
    /// Uses a folder (made when it is missing) and a sender's address.
    pub fn new(folder: impl Into<PathBuf>, sender: &str) -> Result<Self, NotifyError> {
        let folder = folder.into();
        std::fs::create_dir_all(&folder).map_err(|error| outbox_error(&error))?;
        Ok(Self { folder, sender: mailbox(sender, "the sender")? })
    }
}

#[async_trait]
impl Mailer for Outbox {
    async fn send(&self, mail: &RenderedMail) -> Result<(), NotifyError> {
        let bytes = mail.message(&self.sender)?.formatted();
        let (folder, name, tail) = (self.folder.clone(), file_name(mail), file_tail(mail));
        tokio::task::spawn_blocking(move || write(&folder, &name, &tail, &bytes))
            .await
            .map_err(|_| NotifyError::Outbox { why: "the writing was interrupted".to_owned() })?
            .map_err(|error| outbox_error(&error))
    }
}

/// `20260401T020000Z-exception-invoice-…-0123456789abcdef.eml`: sorts by time, reads like what it is.
fn file_name(mail: &RenderedMail) -> String {
    let slug: String =
        mail.id.chars().take(60).map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{}-{slug}{}", mail.at.format("%Y%m%dT%H%M%SZ"), file_tail(mail))
}

/// The end of the name tells a repeat of the same mail to the same people, whenever it comes.
fn file_tail(mail: &RenderedMail) -> String {
    format!("-{:016x}.eml", fnv64(&format!("{}\n{}", mail.id, mail.to.join("\n"))))
}

fn write(folder: &Path, name: &str, tail: &str, bytes: &[u8]) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        if entry?.file_name().to_string_lossy().ends_with(tail) {
            return Ok(());
        }
    }
    let unfinished = folder.join(format!(".{name}.part"));
    let mut file = std::fs::File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, folder.join(name))?;
    // The name itself must survive a power cut as well; some systems cannot do this for folders.
    let _ = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

fn outbox_error(error: &std::io::Error) -> NotifyError {
    NotifyError::Outbox { why: error.kind().to_string() }
}
