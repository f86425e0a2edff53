//! Mailboxes that are watched, how far each is taken, and what became of every mail.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::any::AnyRow;

use crate::row::{Columns, plain};
use crate::words::words;
use crate::{Store, StoreError, sha256_hex};

/// A watched mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailboxRow {
    /// Its name in the settings.
    pub mailbox: String,
    /// User, server and folder.
    pub place: String,
    /// Since when it is watched.
    pub watched_since: DateTime<Utc>,
    /// Under which the server's numbers of mails hold; not known before it was first opened.
    pub uid_validity: Option<u32>,
    /// Every mail with a lower number is settled.
    pub next_uid: u32,
    /// Mails with a lower number were there when the server began to count anew.
    pub recounted: u32,
    /// When the server last answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// What is wrong with it now.
    pub trouble: Option<String>,
    /// When the operators were told of it; not, or not yet, when absent.
    pub told_at: Option<DateTime<Utc>>,
}

words! {
    /// What became of a mail.
    pub enum MailOutcome {
        /// Each of its papers is a document.
        Taken = "taken",
        /// Each of its papers was here before.
        Known = "known",
        /// Some of its papers are documents, others could not be taken: a person must look.
        Partly = "partly",
        /// Nothing in it could be taken: a person must look.
        Refused = "refused",
    }
}

impl MailOutcome {
    /// Whether a person must look at the mail.
    pub const fn needs_a_person(self) -> bool {
        matches!(self, Self::Partly | Self::Refused)
    }
}

/// What became of one paper of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailPaper {
    /// Its file name.
    pub name: String,
    /// The document that it is.
    pub document: Option<String>,
    /// It was here before.
    pub known: bool,
    /// Why it could not be taken: the code, one sentence, and what to do.
    pub refused: Option<String>,
}

/// A mail that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// The mailbox.
    pub mailbox: String,
    /// SHA-256 of the mail, or of its place.
    pub id: String,
    /// Under which its number holds.
    pub uid_validity: u32,
    /// Its number.
    pub uid: u32,
    /// Who sent it, as it says.
    pub sender: String,
    /// Its subject.
    pub subject: String,
    /// When the server received it.
    pub came_at: DateTime<Utc>,
    /// What became of it.
    pub outcome: MailOutcome,
    /// What became of each of its papers.
    pub papers: Vec<MailPaper>,
}

/// A mail as the pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailRow {
    /// The mailbox.
    pub mailbox: String,
    /// SHA-256 of the mail, or of its place.
    pub id: String,
    /// Its number.
    pub uid: u32,
    /// Who sent it, as it says.
    pub sender: String,
    /// Its subject.
    pub subject: String,
    /// When the server received it.
    pub came_at: DateTime<Utc>,
    /// What became of it.
    pub outcome: MailOutcome,
    /// What became of each of its papers.
    pub papers: Vec<MailPaper>,
    /// When it was taken.
    pub recorded_at: DateTime<Utc>,
    /// When the server showed what became of it.
    pub filed_at: Option<DateTime<Utc>>,
}

const SELECT: &str =
    "SELECT mailbox, id, uid, sender, subject, came_at, outcome, papers, recorded_at, filed_at FROM mails";

impl Store {
    /// Begins to watch a mailbox. One that has moved to another place begins anew.
    pub async fn watch_mailbox(&self, mailbox: &str, place: &str) -> Result<MailboxRow, StoreError> {
        let mut tx = self.write_unaudited().await?;
        sqlx::query(
            "INSERT INTO mailboxes (mailbox, place, watched_since) VALUES ($1, $2, $3)
             ON CONFLICT (mailbox) DO UPDATE SET place = excluded.place, watched_since = excluded.watched_since,
                uid_validity = NULL, next_uid = 1, recounted = 0, answered_at = NULL, trouble = NULL, told_at = NULL
             WHERE mailboxes.place <> excluded.place",
        )
        .bind(plain(mailbox))
        .bind(plain(place))
        .bind(self.now().timestamp_micros())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        self.mailbox(mailbox).await?.ok_or(StoreError::NotFound { what: "mailbox" })
    }

    /// A mailbox was opened: its numbers hold under this validity, and are settled up to `next_uid`; those before
    /// `recounted` were there when the server began to count anew.
    pub async fn open_mailbox(
        &self,
        mailbox: &str,
        uid_validity: u32,
        next_uid: u32,
        recounted: u32,
    ) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        sqlx::query(
            "UPDATE mailboxes SET uid_validity = $2, next_uid = $3, recounted = $4 WHERE mailbox = $1",
        )
        .bind(mailbox)
        .bind(i64::from(uid_validity))
        .bind(i64::from(next_uid))
        .bind(i64::from(recounted))
        .execute(&mut *write.tx)
        .await?;
        let details = json!({"uid_validity": uid_validity, "next_uid": next_uid});
        write.audit("mailbox.opened", &format!("mailboxes/{mailbox}"), &details).await?;
        write.commit().await
    }

    /// The mail of this number needs nothing: it is left alone, or gone.
    pub async fn pass_mail(&self, mailbox: &str, uid: u32) -> Result<(), StoreError> {
        let mut tx = self.write_unaudited().await?;
        settled(&mut tx, mailbox, uid).await?;
        Ok(tx.commit().await?)
    }

    /// Notes what became of a mail. The same mail under another number is the same row.
    pub async fn record_mail(&self, mail: &NewMail) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let papers = json!(mail.papers).to_string();
        sqlx::query(
            "INSERT INTO mails (mailbox, id, uid_validity, uid, sender, subject, came_at, outcome, papers, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (mailbox, id) DO UPDATE SET uid_validity = excluded.uid_validity, uid = excluded.uid,
                outcome = excluded.outcome, papers = excluded.papers, filed_at = NULL",
        )
        .bind(plain(&mail.mailbox))
        .bind(&mail.id)
        .bind(i64::from(mail.uid_validity))
        .bind(i64::from(mail.uid))
        .bind(plain(&mail.sender))
        .bind(plain(&mail.subject))
        .bind(mail.came_at.timestamp_micros())
        .bind(mail.outcome.as_str())
        .bind(plain(&papers))
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        settled(&mut write.tx, &mail.mailbox, mail.uid).await?;
        // Who sent it and what it is called is nobody's business in a chain that is never erased.
        let documents: Vec<&String> =
            mail.papers.iter().filter_map(|paper| paper.document.as_ref()).collect();
        let details = json!({
            "mailbox": mail.mailbox, "uid_validity": mail.uid_validity, "uid": mail.uid, "outcome": mail.outcome,
            "documents": documents, "subject_sha256": sha256_hex(&mail.subject),
        });
        write.audit("mail.taken", &format!("mails/{}", mail.id), &details).await?;
        write.commit().await
    }

    /// The server shows what became of the mail.
    pub async fn mail_is_filed(&self, mailbox: &str, id: &str) -> Result<(), StoreError> {
        let mut tx = self.write_unaudited().await?;
        sqlx::query("UPDATE mails SET filed_at = $3 WHERE mailbox = $1 AND id = $2")
            .bind(mailbox)
            .bind(id)
            .bind(self.now().timestamp_micros())
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// The mails of which the server does not show yet what became of them, oldest first.
    pub async fn mails_unfiled(&self, mailbox: &str, uid_validity: u32) -> Result<Vec<MailRow>, StoreError> {
        let sql = format!(
            "{SELECT} WHERE mailbox = $1 AND uid_validity = $2 AND filed_at IS NULL ORDER BY uid LIMIT 500"
        );
        let rows =
            sqlx::query(&sql).bind(mailbox).bind(i64::from(uid_validity)).fetch_all(self.reader()).await?;
        rows.iter().map(mail_row).collect()
    }

    /// The mails of a mailbox, the one that was taken last first.
    pub async fn mails(&self, mailbox: &str, limit: u32) -> Result<Vec<MailRow>, StoreError> {
        let sql = format!("{SELECT} WHERE mailbox = $1 ORDER BY recorded_at DESC, uid DESC LIMIT $2");
        let rows = sqlx::query(&sql).bind(mailbox).bind(i64::from(limit)).fetch_all(self.reader()).await?;
        rows.iter().map(mail_row).collect()
    }

    /// The mails that a person must look at and was not told of, oldest first; none as long as the last time that
    /// somebody was told lies after `since`.
    pub async fn mails_untold(
        &self,
        mailbox: &str,
        since: DateTime<Utc>,
    ) -> Result<Vec<MailRow>, StoreError> {
        let sql = format!(
            "{SELECT} WHERE mailbox = $1 AND outcome IN ('partly', 'refused') AND told_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM mails t WHERE t.mailbox = $1 AND t.told_at > $2)
             ORDER BY recorded_at, uid"
        );
        let rows =
            sqlx::query(&sql).bind(mailbox).bind(since.timestamp_micros()).fetch_all(self.reader()).await?;
        rows.iter().map(mail_row).collect()
    }

    /// A person was told of these mails.
    pub async fn mails_were_told(&self, mails: &[MailRow]) -> Result<(), StoreError> {
        let mut tx = self.write_unaudited().await?;
        for mail in mails {
            sqlx::query("UPDATE mails SET told_at = $3 WHERE mailbox = $1 AND id = $2")
                .bind(&mail.mailbox)
                .bind(&mail.id)
                .bind(self.now().timestamp_micros())
                .execute(&mut *tx)
                .await?;
        }
        Ok(tx.commit().await?)
    }
}

impl Store {
    /// The mailbox's server has answered; `trouble` says what is wrong all the same.
    pub async fn mailbox_answered(&self, mailbox: &str, trouble: Option<&str>) -> Result<(), StoreError> {
        let mut tx = self.write_unaudited().await?;
        sqlx::query("UPDATE mailboxes SET answered_at = $2, trouble = $3 WHERE mailbox = $1")
            .bind(mailbox)
            .bind(self.now().timestamp_micros())
            .bind(trouble.map(plain))
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// It has not, for this reason.
    pub async fn mailbox_failed(&self, mailbox: &str, trouble: &str) -> Result<(), StoreError> {
        let mut tx = self.write_unaudited().await?;
        sqlx::query("UPDATE mailboxes SET trouble = $2 WHERE mailbox = $1")
            .bind(mailbox)
            .bind(plain(trouble))
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// The operators were told that a mailbox is in trouble, or that it is not any more.
    pub async fn mailbox_was_told(&self, mailbox: &str, in_trouble: bool) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE mailboxes SET told_at = $2 WHERE mailbox = $1")
            .bind(mailbox)
            .bind(in_trouble.then(|| write.micros()))
            .execute(&mut *write.tx)
            .await?;
        let action = if in_trouble { "mailbox.silent" } else { "mailbox.answers" };
        write.audit(action, &format!("mailboxes/{mailbox}"), &json!({})).await?;
        write.commit().await
    }

    /// One mailbox.
    pub async fn mailbox(&self, mailbox: &str) -> Result<Option<MailboxRow>, StoreError> {
        Ok(self.mailboxes().await?.into_iter().find(|row| row.mailbox == mailbox))
    }

    /// The mailboxes that are watched, or were.
    pub async fn mailboxes(&self) -> Result<Vec<MailboxRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT mailbox, place, watched_since, uid_validity, next_uid, recounted, answered_at, trouble, told_at
             FROM mailboxes ORDER BY mailbox",
        )
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(mailbox_row).collect()
    }
}

/// Every mail up to this number is settled. A lower number than is known changes nothing.
async fn settled(
    tx: &mut sqlx::Transaction<'static, sqlx::Any>,
    mailbox: &str,
    uid: u32,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE mailboxes SET next_uid = $2 WHERE mailbox = $1 AND next_uid < $2")
        .bind(mailbox)
        .bind(i64::from(uid) + 1)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn mailbox_row(row: &AnyRow) -> Result<MailboxRow, StoreError> {
    let validity = row.maybe_number("uid_validity")?;
    Ok(MailboxRow {
        mailbox: row.text("mailbox")?,
        place: row.text("place")?,
        watched_since: row.time("watched_since")?,
        uid_validity: validity
            .map(|number| u32::try_from(number).map_err(|_| StoreError::damaged("uid_validity")))
            .transpose()?,
        next_uid: row.count("next_uid")?,
        recounted: row.count("recounted")?,
        answered_at: row.maybe_time("answered_at")?,
        trouble: row.maybe_text("trouble")?,
        told_at: row.maybe_time("told_at")?,
    })
}

fn mail_row(row: &AnyRow) -> Result<MailRow, StoreError> {
    let papers = serde_json::from_value(row.json("papers")?).map_err(|_| StoreError::damaged("papers"))?;
    Ok(MailRow {
        mailbox: row.text("mailbox")?,
        id: row.text("id")?,
        uid: row.count("uid")?,
        sender: row.text("sender")?,
        subject: row.text("subject")?,
        came_at: row.time("came_at")?,
        outcome: row.word("outcome")?,
        papers,
        recorded_at: row.time("recorded_at")?,
        filed_at: row.maybe_time("filed_at")?,
    })
}
