//! The seam between what is said and how it travels.

use async_trait::async_trait;

use crate::{NotifyError, RenderedMail};

/// Sends mails. A mail that was sent already under the same id is sent at most once more: whoever calls
/// again after a crash does no harm.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one mail to all its recipients.
    async fn send(&self, mail: &RenderedMail) -> Result<(), NotifyError>;
}
