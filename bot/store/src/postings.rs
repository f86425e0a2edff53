//! Postings: what was meant to be typed into a portal, and what became of it.
//!
//! ```text
//! intended ──► submitted ──► confirmed
//!    │  ▲          ├──► unknown ──► confirmed | failed   (a search or a person finds out)
//!    ▼  │          ▼
//!   failed ◄───────┘      failed ──► intended only by `posting_reopened`
//! ```
//! The row is written before the portal is touched and moves to `submitted` before the click, so that after a
//! crash the row never claims less than what may have happened.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::database::Write;
use crate::hash::{sha256_hex, value_sha256};
use crate::row::{Columns, plain};
use crate::words::words;
use crate::{Store, StoreError};

words! {
    /// How far a posting has come.
    pub enum PostingState {
        /// Written down; the portal has not been asked to keep anything.
        Intended = "intended",
        /// The click was made, or was about to be.
        Submitted = "submitted",
        /// It stands in the portal and was read back.
        Confirmed = "confirmed",
        /// It surely does not stand in the portal.
        Failed = "failed",
        /// Nobody knows yet: a person has to look.
        Unknown = "unknown",
    }
}

/// A posting that is meant.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPosting {
    /// The business key of the invoice: one posting for each in a portal, ever.
    pub key: String,
    /// The portal.
    pub portal: String,
    /// The document.
    pub document: String,
    /// The run.
    pub run: String,
    /// What is to be typed.
    pub bill: Value,
}

/// A posting as the pages show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PostingRow {
    /// Its id.
    pub id: String,
    /// The business key of the invoice.
    pub key: String,
    /// The portal.
    pub portal: String,
    /// The document that was first meant.
    pub document: String,
    /// The run that first meant it.
    pub run: String,
    /// How far it has come.
    pub state: PostingState,
    /// The reference under which it stands in the portal.
    pub reference: Option<String>,
    /// What was to be typed.
    pub bill: Value,
    /// What the portal showed afterwards.
    pub read_back: Option<Value>,
    /// Why it failed or is unknown.
    pub note: Option<String>,
    /// When it was first meant.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// A picture of what the browser did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// The posting.
    pub posting: String,
    /// Its place among the pictures of this posting, from 0.
    pub index: u32,
    /// What was done: `search`, `fill`, `submit`, `read_back`.
    pub act: String,
    /// Where the picture is kept.
    pub blob_key: String,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
}

pub(crate) const SELECT: &str =
    "SELECT id, posting_key, portal, document, run, state, reference, bill, read_back, note,
    created_at, updated_at FROM postings";

/// A move from some states to another, and what it brings along.
struct Move<'a> {
    from: &'a [PostingState],
    to: PostingState,
    reference: Option<&'a str>,
    read_back: Option<&'a Value>,
    note: Option<&'a str>,
}

impl Store {
    /// Writes down that an invoice is to stand in a portal. There is one row for each portal and key, for
    /// ever: a second call answers the first row, whatever became of it. Look at its state and its document.
    pub async fn intend(&self, posting: &NewPosting) -> Result<PostingRow, StoreError> {
        let id = self.new_id();
        let mut write = self.write().await?;
        let made = sqlx::query(
            "INSERT INTO postings (id, posting_key, portal, document, run, state, bill, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, 'intended', $6, $7, $7) ON CONFLICT (portal, posting_key) DO NOTHING",
        )
        .bind(&id)
        .bind(plain(&posting.key))
        .bind(plain(&posting.portal))
        .bind(&posting.document)
        .bind(&posting.run)
        .bind(posting.bill.to_string())
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        let sql = format!("{SELECT} WHERE portal = $1 AND posting_key = $2");
        let row = sqlx::query(&sql)
            .bind(plain(&posting.portal))
            .bind(plain(&posting.key))
            .fetch_one(&mut *write.tx)
            .await?;
        let row = posting_row(&row)?;
        let object = format!("postings/{}", row.id);
        let details = json!({
            "portal": posting.portal, "document": posting.document, "run": posting.run,
            "key_sha256": sha256_hex(&posting.key), "bill_sha256": value_sha256(&posting.bill), "state": row.state,
        });
        let action = if made.rows_affected() > 0 { "posting.intended" } else { "posting.intended_again" };
        write.audit(action, &object, &details).await?;
        write.commit().await?;
        Ok(row)
    }

    /// Lets a posting that failed be tried again, by this run with this bill: the first bill may have been wrong, and
    /// the run that first meant it may have ended.
    pub async fn posting_reopened(&self, id: &str, again: &NewPosting) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let row = write.posting(id).await?;
        let same = (&row.portal, &row.key) == (&again.portal, &again.key);
        if row.state != PostingState::Failed || !same {
            return Err(StoreError::WrongState { what: "posting", state: row.state.as_str() });
        }
        sqlx::query(
            "UPDATE postings SET state = 'intended', document = $2, run = $3, bill = $4, reference = NULL,
             read_back = NULL, note = NULL, updated_at = $5 WHERE id = $1",
        )
        .bind(id)
        .bind(&again.document)
        .bind(&again.run)
        .bind(again.bill.to_string())
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        let details = json!({
            "from": row.state, "state": PostingState::Intended, "document": again.document, "run": again.run,
            "bill_sha256": value_sha256(&again.bill),
        });
        write.audit("posting.reopened", &format!("postings/{id}"), &details).await?;
        write.commit().await
    }

    /// Notes that the portal is about to be told to keep it: call this before the click. Of several callers
    /// exactly one succeeds; the others must not click.
    pub async fn posting_submitted(&self, id: &str) -> Result<(), StoreError> {
        let step = Move {
            from: &[PostingState::Intended],
            to: PostingState::Submitted,
            reference: None,
            read_back: None,
            note: None,
        };
        self.move_posting(id, &step).await
    }

    /// Notes that it stands in the portal, under which reference, and what the portal showed. The same
    /// reference once more does nothing; another reference is an error.
    pub async fn posting_confirmed(
        &self,
        id: &str,
        reference: &str,
        read_back: &Value,
    ) -> Result<(), StoreError> {
        let step = Move {
            from: &[PostingState::Intended, PostingState::Submitted, PostingState::Unknown],
            to: PostingState::Confirmed,
            reference: Some(reference),
            read_back: Some(read_back),
            note: None,
        };
        self.move_posting(id, &step).await
    }

    /// Notes that it surely does not stand in the portal.
    pub async fn posting_failed(&self, id: &str, note: &str) -> Result<(), StoreError> {
        let step = Move {
            from: &[PostingState::Intended, PostingState::Submitted, PostingState::Unknown],
            to: PostingState::Failed,
            reference: None,
            read_back: None,
            note: Some(note),
        };
        self.move_posting(id, &step).await
    }

    /// Notes that nobody knows whether it stands in the portal.
    pub async fn posting_unknown(&self, id: &str, note: &str) -> Result<(), StoreError> {
        let step = Move {
            from: &[PostingState::Intended, PostingState::Submitted],
            to: PostingState::Unknown,
            reference: None,
            read_back: None,
            note: Some(note),
        };
        self.move_posting(id, &step).await
    }

    async fn move_posting(&self, id: &str, step: &Move<'_>) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let row = write.posting(id).await?;
        if !step.from.contains(&row.state) {
            // A crash after the commit makes the caller say it again: only "submitted" must not be said twice.
            let said_before = row.state == step.to
                && step.to != PostingState::Submitted
                && step.reference.is_none_or(|reference| row.reference.as_deref() == Some(reference));
            let wrong = StoreError::WrongState { what: "posting", state: row.state.as_str() };
            return if said_before { Ok(()) } else { Err(wrong) };
        }
        sqlx::query(
            "UPDATE postings SET state = $2, reference = $3, read_back = $4, note = $5, updated_at = $6 WHERE id = $1",
        )
        .bind(id)
        .bind(step.to.as_str())
        .bind(step.reference.map(plain))
        .bind(step.read_back.map(Value::to_string))
        .bind(step.note.map(plain))
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        let details = json!({
            "from": row.state, "state": step.to, "reference_sha256": step.reference.map(sha256_hex),
            "read_back_sha256": step.read_back.map(value_sha256), "note_sha256": step.note.map(sha256_hex),
        });
        write.audit(&format!("posting.{}", step.to), &format!("postings/{id}"), &details).await?;
        write.commit().await
    }

    /// Postings, newest first.
    pub async fn postings(&self, limit: u32) -> Result<Vec<PostingRow>, StoreError> {
        let sql = format!("{SELECT} ORDER BY created_at DESC, id DESC LIMIT $1");
        let rows = sqlx::query(&sql).bind(i64::from(limit)).fetch_all(self.reader()).await?;
        rows.iter().map(posting_row).collect()
    }

    /// Postings of which it is not settled whether they stand in the portal, oldest first.
    pub async fn postings_unsettled(&self) -> Result<Vec<PostingRow>, StoreError> {
        let sql =
            format!("{SELECT} WHERE state IN ('intended', 'submitted', 'unknown') ORDER BY created_at, id");
        let rows = sqlx::query(&sql).fetch_all(self.reader()).await?;
        rows.iter().map(posting_row).collect()
    }

    /// One posting.
    pub async fn posting(&self, id: &str) -> Result<Option<PostingRow>, StoreError> {
        let sql = format!("{SELECT} WHERE id = $1");
        let row = sqlx::query(&sql).bind(id).fetch_optional(self.reader()).await?;
        row.as_ref().map(posting_row).transpose()
    }

    /// The posting of an invoice in a portal.
    pub async fn posting_by_key(&self, portal: &str, key: &str) -> Result<Option<PostingRow>, StoreError> {
        let sql = format!("{SELECT} WHERE portal = $1 AND posting_key = $2");
        let row = sqlx::query(&sql).bind(portal).bind(plain(key)).fetch_optional(self.reader()).await?;
        row.as_ref().map(posting_row).transpose()
    }

    /// Notes a picture that is in the blobs already; its hash goes into the audit chain. A picture of the same
    /// place is replaced: go on from the number of [`Store::pictures`].
    pub async fn picture(
        &self,
        posting: &str,
        index: u32,
        act: &str,
        blob_key: &str,
    ) -> Result<(), StoreError> {
        let sha256 = sha256_hex(self.blobs().get(blob_key).await?);
        let mut write = self.write().await?;
        write.posting(posting).await?;
        sqlx::query(
            "INSERT INTO pictures (posting, picture_index, act, blob_key, taken_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (posting, picture_index) DO UPDATE SET act = excluded.act, blob_key = excluded.blob_key,
                 taken_at = excluded.taken_at",
        )
        .bind(posting)
        .bind(i64::from(index))
        .bind(plain(act))
        .bind(blob_key)
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        let details = json!({"index": index, "act": act, "blob": blob_key, "sha256": sha256});
        write.audit("posting.picture", &format!("postings/{posting}"), &details).await?;
        write.commit().await
    }

    /// The pictures of a posting, in order.
    pub async fn pictures(&self, posting: &str) -> Result<Vec<Picture>, StoreError> {
        let rows = sqlx::query(
            "SELECT posting, picture_index, act, blob_key, taken_at FROM pictures WHERE posting = $1
             ORDER BY picture_index",
        )
        .bind(posting)
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(picture_row).collect()
    }
}

impl Write {
    async fn posting(&mut self, id: &str) -> Result<PostingRow, StoreError> {
        let sql = format!("{SELECT} WHERE id = $1");
        let row = sqlx::query(&sql).bind(id).fetch_optional(&mut *self.tx).await?;
        posting_row(&row.ok_or(StoreError::NotFound { what: "posting" })?)
    }
}

pub(crate) fn posting_row(row: &AnyRow) -> Result<PostingRow, StoreError> {
    Ok(PostingRow {
        id: row.text("id")?,
        key: row.text("posting_key")?,
        portal: row.text("portal")?,
        document: row.text("document")?,
        run: row.text("run")?,
        state: row.word("state")?,
        reference: row.maybe_text("reference")?,
        bill: row.json("bill")?,
        read_back: row.maybe_json("read_back")?,
        note: row.maybe_text("note")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

fn picture_row(row: &AnyRow) -> Result<Picture, StoreError> {
    Ok(Picture {
        posting: row.text("posting")?,
        index: row.count("picture_index")?,
        act: row.text("act")?,
        blob_key: row.text("blob_key")?,
        taken_at: row.time("taken_at")?,
    })
}
