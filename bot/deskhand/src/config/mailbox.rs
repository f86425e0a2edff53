//! A watched mailbox, as the file names it.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use engine::{Filing, MailboxTrigger};
use serde::Deserialize;

use super::secret::Secret;
use super::values::{duration, maybe_duration};

/// A watched mailbox.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mailbox {
    pub(crate) name: String,
    pub(crate) host: String,
    /// The usual one of `security`, if not given.
    port: Option<u16>,
    /// "tls", "starttls" or "plain".
    #[serde(default = "tls")]
    security: String,
    user: String,
    pub(crate) password: Secret,
    /// A certificate to trust beside the usual ones (PEM file).
    pub(crate) extra_root: Option<PathBuf>,
    #[serde(default = "inbox")]
    folder: String,
    pub(crate) workflow: String,
    pub(crate) portal: Option<String>,
    /// Where taken mails go: "move" into the two folders below, or "flag".
    #[serde(default)]
    filing: FilingWord,
    #[serde(default = "done")]
    done: String,
    #[serde(default = "quarantine")]
    quarantine: String,
    /// What lies there when the mailbox is first watched: "leave" or "take".
    #[serde(default)]
    existing: Existing,
    /// How often it is looked into where the server announces nothing.
    #[serde(default = "two_minutes", deserialize_with = "duration")]
    poll: Duration,
    /// After so long without an answer the operators are told.
    #[serde(default = "fifteen_minutes", deserialize_with = "duration")]
    alarm_after: Duration,
    /// After so many working hours without anything new, the operators are told.
    #[serde(default, deserialize_with = "maybe_duration")]
    quiet_after: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FilingWord {
    #[default]
    Move,
    Flag,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Existing {
    #[default]
    Leave,
    Take,
}

impl Mailbox {
    /// What the types cannot say.
    pub(super) fn validate(&self) -> Result<()> {
        let name = &self.name;
        let plain = |c: char| c.is_alphanumeric() || "-_".contains(c);
        if name.is_empty() || !name.chars().all(plain) {
            bail!("`{name}` cannot name a mailbox: use letters, digits, - and _");
        }
        let security: notify::Security = self.security.parse()?;
        let is_local = matches!(self.host.as_str(), "localhost" | "127.0.0.1" | "::1");
        if security == notify::Security::Plain && !is_local {
            bail!(
                "the mailbox {name}: a password would travel unprotected; set security to \"tls\" or \"starttls\""
            );
        }
        let files = [&self.folder, &self.done, &self.quarantine];
        if self.filing == FilingWord::Move
            && (self.folder == self.done
                || self.folder == self.quarantine
                || files.iter().any(|f| f.trim().is_empty()))
        {
            bail!("the mailbox {name}: taken mails must go into folders other than {}", self.folder);
        }
        if self.poll < Duration::from_secs(1) {
            bail!("the mailbox {name}: poll is shorter than 1s");
        }
        // It is looked into every five minutes, or every `poll`; one look that fails is no alarm.
        let least = (self.poll * 2).max(Duration::from_mins(10));
        if self.alarm_after < least {
            bail!("the mailbox {name}: alarm_after is shorter than {} minutes", least.as_secs().div_ceil(60));
        }
        Ok(())
    }

    /// The trigger, with its password opened.
    pub(crate) fn trigger(&self) -> Result<MailboxTrigger> {
        let password = self.password.open().with_context(|| format!("the mailbox {}", self.name))?;
        let filing = match self.filing {
            FilingWord::Move => Filing::Move { done: self.done.clone(), quarantine: self.quarantine.clone() },
            FilingWord::Flag => Filing::Flag,
        };
        Ok(MailboxTrigger {
            port: self.port,
            security: self.security.parse()?,
            extra_root: self.extra_root.clone(),
            folder: self.folder.clone(),
            portal: self.portal.clone(),
            filing,
            take_existing: self.existing == Existing::Take,
            poll: self.poll,
            alarm_after: self.alarm_after,
            quiet_after: self.quiet_after,
            ..MailboxTrigger::new(&self.name, &self.host, &self.user, password, &self.workflow)
        })
    }
}

fn tls() -> String {
    "tls".to_owned()
}

fn inbox() -> String {
    "INBOX".to_owned()
}

fn done() -> String {
    "Deskhand/Done".to_owned()
}

fn quarantine() -> String {
    "Deskhand/Quarantine".to_owned()
}

fn two_minutes() -> Duration {
    Duration::from_mins(2)
}

fn fifteen_minutes() -> Duration {
    Duration::from_mins(15)
}
