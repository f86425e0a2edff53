//! What reports and statements are reckoned from: a supplier's papers, what was posted in a time, who was asked.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::hash::sha256_hex;
use crate::postings::{SELECT as POSTINGS, posting_row};
use crate::row::Columns;
use crate::tasks::{SELECT as TASKS, task_row};
use crate::{PostingRow, PostingState, RunState, Store, StoreError, TaskRow};

/// A paper of a supplier, with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SupplierPaper {
    /// The document.
    pub document: String,
    /// The invoice as it was read.
    pub invoice: Option<Value>,
    /// The state of its newest run.
    pub run_state: Option<RunState>,
    /// How far its posting has come, if it has one.
    pub posting_state: Option<PostingState>,
    /// What was posted, or was to be.
    pub bill: Option<Value>,
}

/// A posting that was confirmed, and whether a person was asked on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfirmedPosting {
    /// The posting.
    pub posting: PostingRow,
    /// Whether a person was asked.
    pub asked: bool,
}

impl Store {
    /// The names of all suppliers, as their papers were read.
    pub async fn supplier_names(&self) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query(
            "SELECT DISTINCT supplier FROM documents WHERE supplier IS NOT NULL ORDER BY supplier",
        )
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(|row| row.text("supplier")).collect()
    }

    /// The papers of a supplier under this name, oldest first; one row for each posting of a paper. What is read from
    /// another document is not among them.
    pub async fn papers_of_supplier(&self, name: &str) -> Result<Vec<SupplierPaper>, StoreError> {
        let rows = sqlx::query(
            "SELECT d.sha256, d.invoice, p.state AS posting_state, p.bill, r.state AS run_state
             FROM documents d
             LEFT JOIN postings p ON p.document = d.sha256
             LEFT JOIN runs r ON r.id = (SELECT n.id FROM runs n WHERE n.document = d.sha256
                 ORDER BY n.started_at DESC, n.id DESC LIMIT 1)
             WHERE d.supplier = $1 AND d.carrier_of IS NULL
             ORDER BY d.recorded_at, d.sha256, p.id",
        )
        .bind(name)
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(paper_row).collect()
    }

    /// The postings that were confirmed from one time (included) until another (not included), in that order.
    pub async fn confirmed_between(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<ConfirmedPosting>, StoreError> {
        let asked = "CAST(CASE WHEN EXISTS (SELECT 1 FROM tasks t WHERE t.run = postings.run) THEN 1 ELSE 0 END AS BIGINT) AS asked";
        let columns = POSTINGS.replace(" FROM postings", &format!(", {asked} FROM postings"));
        let sql = format!(
            "{columns} WHERE state = 'confirmed' AND updated_at >= $1 AND updated_at < $2 ORDER BY updated_at, id"
        );
        let rows = sqlx::query(&sql)
            .bind(from.timestamp_micros())
            .bind(until.timestamp_micros())
            .fetch_all(self.reader())
            .await?;
        let row = |row: &AnyRow| {
            Ok(ConfirmedPosting { posting: posting_row(row)?, asked: row.number("asked")? == 1 })
        };
        rows.iter().map(row).collect()
    }

    /// The tasks that were opened in a time, and those that still waited at its end, oldest first.
    pub async fn tasks_between(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<TaskRow>, StoreError> {
        let sql = format!(
            "{TASKS} WHERE t.created_at < $2 AND (t.created_at >= $1 OR t.decided_at IS NULL OR t.decided_at >= $2)
             ORDER BY t.created_at, t.id"
        );
        let rows = sqlx::query(&sql)
            .bind(from.timestamp_micros())
            .bind(until.timestamp_micros())
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(task_row).collect()
    }

    /// How many documents that came in a time turned out to be another carrier of an invoice that was here.
    pub async fn carriers_between(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS carriers FROM documents WHERE carrier_of IS NOT NULL AND recorded_at >= $1
             AND recorded_at < $2",
        )
        .bind(from.timestamp_micros())
        .bind(until.timestamp_micros())
        .fetch_one(self.reader())
        .await?;
        row.count("carriers")
    }

    /// Keeps a report for good, under the hash of its bytes, and notes that hash in the audit chain. Answers the hash.
    pub async fn keep_report(&self, kind: &str, bytes: Vec<u8>) -> Result<String, StoreError> {
        let sha256 = sha256_hex(&bytes);
        let (key, count) = (report_key(&sha256), bytes.len());
        if self.blobs().exists(&key).await? {
            return Ok(sha256);
        }
        self.blobs().put(&key, bytes).await?;
        let details =
            json!({ "kind": kind, "sha256": sha256, "bytes": i64::try_from(count).unwrap_or(i64::MAX) });
        self.audit("deskhand", "report.kept", &format!("reports/{sha256}"), &details).await?;
        Ok(sha256)
    }

    /// A report that was kept. One whose bytes are not those of its hash is an error, never an answer.
    pub async fn report(&self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        let key = report_key(sha256);
        // Reports were all workbooks once.
        let key = if self.blobs().exists(&key).await? { key } else { format!("{key}.xlsx") };
        let bytes = self.blobs().get(&key).await?;
        if sha256_hex(&bytes) == sha256 { Ok(bytes) } else { Err(StoreError::BlobDamaged) }
    }
}

fn report_key(sha256: &str) -> String {
    format!("reports/{sha256}")
}

fn paper_row(row: &AnyRow) -> Result<SupplierPaper, StoreError> {
    Ok(SupplierPaper {
        document: row.text("sha256")?,
        invoice: row.maybe_json("invoice")?,
        run_state: row.maybe_word("run_state")?,
        posting_state: row.maybe_word("posting_state")?,
        bill: row.maybe_json("bill")?,
    })
}
