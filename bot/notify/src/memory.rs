//! A mailer that only remembers: for rehearsals and tests.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use crate::message::mailbox;
use crate::{Mailer, NotifyError, RenderedMail};

/// Keeps every mail, and fails when it is told to.
#[derive(Debug, Default)]
pub struct Memory {
    sent: Mutex<Vec<RenderedMail>>,
    failures: Mutex<Vec<NotifyError>>,
}

impl Memory {
    /// One that has sent nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was sent, oldest first. A repeat of the same id stands here once.
    pub fn sent(&self) -> Vec<RenderedMail> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets the next sending fail with this error. Called several times, as many sendings fail, in that order.
    pub fn fail_next(&self, error: NotifyError) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).push(error);
    }

    fn next_failure(&self) -> Option<NotifyError> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.is_empty() { None } else { Some(failures.remove(0)) }
    }
}

#[async_trait]
impl Mailer for Memory {
    async fn send(&self, mail: &RenderedMail) -> Result<(), NotifyError> {
        if let Some(error) = self.next_failure() {
            return Err(error);
        }
        // The same message as on the wire, so that what cannot be sent is found without a server.
        mail.message(&mailbox("Deskhand <deskhand@localhost>", "the sender")?)?;
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.iter().all(|before| before.id != mail.id || before.to != mail.to) {
            sent.push(mail.clone());
        }
        Ok(())
    }
}
