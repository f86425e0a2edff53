//! Documents: one row for each set of bytes that ever arrived, and what was read from it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::database::Write;
use crate::hash::{is_sha256, sha256_hex, value_sha256};
use crate::row::{Columns, plain};
use crate::{PostingState, RunState, Store, StoreError};

/// A document that has just arrived. Its bytes are in the blobs already, under [`crate::blobs::original_key`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// Its id: the SHA-256 of its bytes in 64 lower-case hex digits.
    pub sha256: String,
    /// The file name under which it came.
    pub name: String,
    /// What kind of file it is, such as `pdf`.
    pub media: String,
    /// Its size.
    pub bytes: u64,
    /// Where it came from: the path of a folder, or `upload`.
    pub origin: String,
    /// The workflow that takes it.
    pub workflow: String,
    /// The portal that the workflow posts to, where one was named.
    pub portal: Option<String>,
}

/// What became of an arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// These bytes were never here before.
    New,
    /// The same bytes came before.
    Duplicate {
        /// The name under which they first came.
        first_name: String,
        /// When that was.
        first_at: DateTime<Utc>,
    },
}

/// A document as the pages show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DocumentRow {
    /// Its id.
    pub sha256: String,
    /// The name under which it first came.
    pub name: String,
    /// What kind of file it is.
    pub media: String,
    /// Its size.
    pub bytes: u64,
    /// Where it first came from.
    pub origin: String,
    /// The workflow that takes it.
    pub workflow: String,
    /// The portal that the workflow posts to, where one was named.
    pub portal: Option<String>,
    /// When it first came.
    pub recorded_at: DateTime<Utc>,
    /// The business key of the invoice in it.
    pub key: Option<String>,
    /// The supplier, as read.
    pub supplier: Option<String>,
    /// The total, as read.
    pub total: Option<String>,
    /// The issue date, as read.
    pub issue_date: Option<String>,
    /// How often these bytes came.
    pub times_seen: u32,
    /// When they last came.
    pub last_seen_at: DateTime<Utc>,
    /// Its newest run.
    pub run: Option<String>,
    /// The state of that run.
    pub run_state: Option<RunState>,
    /// The file that this document is a section of.
    pub parent: Option<String>,
    /// Which section.
    pub section: Option<Value>,
    /// The document from which this invoice is read, where another one is.
    pub carrier_of: Option<String>,
}

impl DocumentRow {
    /// Whose original bytes are this document's: its own, or those of the file that it is a section of.
    pub fn original(&self) -> &str {
        self.parent.as_deref().unwrap_or(&self.sha256)
    }
}

/// One arrival of a document's bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Arrival {
    /// The name under which they came.
    pub name: String,
    /// From where.
    pub origin: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Another document that may be the same invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TwinRow {
    /// Its id.
    pub sha256: String,
    /// Its name.
    pub name: String,
    /// When it came.
    pub recorded_at: DateTime<Utc>,
    /// The business key is the same; otherwise only supplier, total and date are.
    pub hard: bool,
    /// How far its posting has come, if it has one.
    pub posting_state: Option<PostingState>,
    /// The reference under which it stands in the portal.
    pub posted_as: Option<String>,
    /// Its newest run.
    pub run: Option<String>,
    /// The state of that run.
    pub run_state: Option<RunState>,
}

pub(crate) const SELECT: &str =
    "SELECT d.sha256, d.name, d.media, d.bytes, d.origin, d.workflow, d.portal, d.recorded_at, d.business_key,
    d.supplier, d.total, d.issue_date, d.times_seen, d.last_seen_at, d.parent, d.section, d.carrier_of,
    r.id AS run, r.state AS run_state
    FROM documents d LEFT JOIN runs r ON r.id =
        (SELECT n.id FROM runs n WHERE n.document = d.sha256 ORDER BY n.started_at DESC, n.id DESC LIMIT 1)";

impl Store {
    /// Records an arrival. The same bytes again are a duplicate, which is told of what, and counted.
    pub async fn record_document(&self, document: &NewDocument) -> Result<Recorded, StoreError> {
        if !is_sha256(&document.sha256) {
            return Err(StoreError::BadSha256);
        }
        let arrival = self.new_id();
        let mut write = self.write().await?;
        let first = sqlx::query("SELECT name, recorded_at FROM documents WHERE sha256 = $1")
            .bind(&document.sha256)
            .fetch_optional(&mut *write.tx)
            .await?;
        let recorded = match first {
            Some(row) => {
                Recorded::Duplicate { first_name: row.text("name")?, first_at: row.time("recorded_at")? }
            }
            None => Recorded::New,
        };
        let now = write.micros();
        let sql = match recorded {
            Recorded::New => {
                "INSERT INTO documents (sha256, name, media, bytes, origin, workflow, recorded_at, last_seen_at, times_seen,
                    portal)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1, $8)"
            }
            Recorded::Duplicate { .. } => {
                "UPDATE documents SET times_seen = times_seen + 1, last_seen_at = $2 WHERE sha256 = $1"
            }
        };
        let query = sqlx::query(sql).bind(&document.sha256);
        let query = match recorded {
            Recorded::New => query
                .bind(plain(&document.name))
                .bind(plain(&document.media))
                .bind(i64::try_from(document.bytes).unwrap_or(i64::MAX))
                .bind(plain(&document.origin))
                .bind(plain(&document.workflow))
                .bind(now)
                .bind(document.portal.as_deref()),
            Recorded::Duplicate { .. } => query.bind(now),
        };
        query.execute(&mut *write.tx).await?;
        write.arrival(&arrival, &document.sha256, &document.name, &document.origin).await?;
        let action = if recorded == Recorded::New { "document.recorded" } else { "document.duplicate" };
        let details = json!({
            "arrival": arrival, "media": document.media, "bytes": document.bytes, "workflow": document.workflow,
            "name_sha256": sha256_hex(&document.name),
        });
        write.audit(action, &format!("documents/{}", document.sha256), &details).await?;
        write.commit().await?;
        Ok(recorded)
    }

    /// One document.
    pub async fn document(&self, sha256: &str) -> Result<Option<DocumentRow>, StoreError> {
        let sql = format!("{SELECT} WHERE d.sha256 = $1");
        let row = sqlx::query(&sql).bind(sha256).fetch_optional(self.reader()).await?;
        row.as_ref().map(document_row).transpose()
    }

    /// Documents, newest first.
    pub async fn documents(&self, limit: u32) -> Result<Vec<DocumentRow>, StoreError> {
        let sql = format!("{SELECT} ORDER BY d.recorded_at DESC, d.sha256 LIMIT $1");
        let rows = sqlx::query(&sql).bind(i64::from(limit)).fetch_all(self.reader()).await?;
        rows.iter().map(document_row).collect()
    }

    /// Every portal that a document was for, or a bill was meant for.
    pub async fn portals_named(&self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT portal FROM documents WHERE portal IS NOT NULL UNION SELECT portal FROM postings";
        let rows = sqlx::query(sql).fetch_all(self.reader()).await?;
        rows.iter().map(|row| row.text("portal")).collect()
    }

    /// Documents for which no run was ever started, oldest first: what the engine picks up after a crash.
    pub async fn documents_without_run(&self) -> Result<Vec<DocumentRow>, StoreError> {
        let sql = format!("{SELECT} WHERE r.id IS NULL ORDER BY d.recorded_at, d.sha256");
        let rows = sqlx::query(&sql).fetch_all(self.reader()).await?;
        rows.iter().map(document_row).collect()
    }

    /// Every time and name under which a document's bytes came, oldest first.
    pub async fn arrivals(&self, sha256: &str) -> Result<Vec<Arrival>, StoreError> {
        let rows = sqlx::query("SELECT name, origin, at FROM arrivals WHERE sha256 = $1 ORDER BY at, id")
            .bind(sha256)
            .fetch_all(self.reader())
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Arrival { name: row.text("name")?, origin: row.text("origin")?, at: row.time("at")? })
            })
            .collect()
    }

    /// Keeps what was read from a document, and the values by which twins are found.
    pub async fn save_invoice(
        &self,
        sha256: &str,
        invoice: &Value,
        key: Option<&str>,
        supplier: Option<&str>,
        total: Option<&str>,
        issue_date: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let changed = sqlx::query(
            "UPDATE documents SET invoice = $2, business_key = $3, supplier = $4, supplier_key = $5, total = $6,
             total_key = $7, issue_date = $8 WHERE sha256 = $1",
        )
        .bind(sha256)
        .bind(invoice.to_string())
        .bind(key.map(plain))
        .bind(supplier.map(plain))
        .bind(supplier.map(folded))
        .bind(total.map(plain))
        .bind(total.map(decimal_key))
        .bind(issue_date.map(plain))
        .execute(&mut *write.tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound { what: "document" });
        }
        let details = json!({"invoice_sha256": value_sha256(invoice), "key_sha256": key.map(sha256_hex)});
        write.audit("document.read", &format!("documents/{sha256}"), &details).await?;
        write.commit().await
    }

    /// What was read from a document.
    pub async fn invoice(&self, sha256: &str) -> Result<Option<Value>, StoreError> {
        let row = sqlx::query("SELECT invoice FROM documents WHERE sha256 = $1")
            .bind(sha256)
            .fetch_optional(self.reader())
            .await?;
        row.map_or(Ok(None), |row| row.maybe_json("invoice"))
    }

    /// Other documents with the same business key (hard), or the same supplier, total and date (soft); hard
    /// ones first, then oldest first. A document whose invoice is read from another one counts as that one. Save the invoice before asking: of two that arrive at once, at least
    /// one then sees the other.
    pub async fn twins(
        &self,
        sha256: &str,
        key: Option<&str>,
        supplier: Option<&str>,
        total: Option<&str>,
        issue_date: Option<&str>,
    ) -> Result<Vec<TwinRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT d.sha256, d.name, d.recorded_at, p.state AS posting_state, p.reference, r.id AS run,
                r.state AS run_state,
                CAST(CASE WHEN d.business_key = $2 THEN 1 ELSE 0 END AS BIGINT) AS hard
             FROM documents d
             LEFT JOIN runs r ON r.id = (SELECT n.id FROM runs n WHERE n.document = d.sha256
                 ORDER BY n.started_at DESC, n.id DESC LIMIT 1)
             LEFT JOIN postings p ON p.id = (SELECT n.id FROM postings n WHERE n.document = d.sha256
                 ORDER BY CASE n.state WHEN 'confirmed' THEN 0 WHEN 'unknown' THEN 1 WHEN 'submitted' THEN 2
                     WHEN 'intended' THEN 3 ELSE 4 END, n.id LIMIT 1)
             WHERE d.sha256 <> $1 AND d.carrier_of IS NULL
                AND (d.business_key = $2 OR (d.supplier_key = $3 AND d.total_key = $4 AND d.issue_date = $5))
             ORDER BY hard DESC, d.recorded_at, d.sha256",
        )
        .bind(sha256)
        .bind(key.map(plain))
        .bind(supplier.map(folded))
        .bind(total.map(decimal_key))
        .bind(issue_date.map(plain))
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(twin_row).collect()
    }
}

impl Write {
    /// Notes that a document came.
    pub(crate) async fn arrival(
        &mut self,
        id: &str,
        sha256: &str,
        name: &str,
        origin: &str,
    ) -> Result<(), StoreError> {
        let now = self.micros();
        sqlx::query("INSERT INTO arrivals (id, sha256, name, origin, at) VALUES ($1, $2, $3, $4, $5)")
            .bind(id)
            .bind(sha256)
            .bind(plain(name))
            .bind(plain(origin))
            .bind(now)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}

pub(crate) fn document_row(row: &AnyRow) -> Result<DocumentRow, StoreError> {
    Ok(DocumentRow {
        sha256: row.text("sha256")?,
        name: row.text("name")?,
        media: row.text("media")?,
        bytes: row.count("bytes")?,
        origin: row.text("origin")?,
        workflow: row.text("workflow")?,
        portal: row.maybe_text("portal")?,
        recorded_at: row.time("recorded_at")?,
        key: row.maybe_text("business_key")?,
        supplier: row.maybe_text("supplier")?,
        total: row.maybe_text("total")?,
        issue_date: row.maybe_text("issue_date")?,
        times_seen: row.count("times_seen")?,
        last_seen_at: row.time("last_seen_at")?,
        run: row.maybe_text("run")?,
        run_state: row.maybe_word("run_state")?,
        parent: row.maybe_text("parent")?,
        section: row.maybe_json("section")?,
        carrier_of: row.maybe_text("carrier_of")?,
    })
}

fn twin_row(row: &AnyRow) -> Result<TwinRow, StoreError> {
    Ok(TwinRow {
        sha256: row.text("sha256")?,
        name: row.text("name")?,
        recorded_at: row.time("recorded_at")?,
        hard: row.number("hard")? == 1,
        posting_state: row.maybe_word("posting_state")?,
        posted_as: row.maybe_text("reference")?,
        run: row.maybe_text("run")?,
        run_state: row.maybe_word("run_state")?,
    })
}

/// A name without spaces and case: `Sunrise  Trading` and `SUNRISE TRADING` are one supplier.
fn folded(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\0').flat_map(char::to_lowercase).collect()
}

/// A decimal without idle zeros: `113.50`, `0113.5` and `+113.5` are one amount. Other text stays as it is.
fn decimal_key(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '\0')).collect();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if digits.is_empty() || !is_number(whole) || !is_number(fraction) {
        return text;
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    match (whole, fraction) {
        ("", "") => "0".to_owned(),
        (_, "") => format!("{sign}{whole}"),
        ("", _) => format!("{sign}0.{fraction}"),
        _ => format!("{sign}{whole}.{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_amount_written_in_two_ways_is_one_amount() {
        for text in ["113.50", "0113.5", "+113.5", " 113.500 "] {
            assert_eq!(decimal_key(text), "113.5");
        }
        assert_eq!(decimal_key("1,130.00"), "1130");
        assert_eq!(decimal_key("-0.00"), "0");
        assert_eq!(decimal_key(".5"), "0.5");
        assert_eq!(decimal_key("-.50"), "-0.5");
        assert_eq!(decimal_key("12a"), "12a");
        assert_eq!(decimal_key(""), "");
    }

    proptest! {
        #[test]
        fn idle_zeros_never_make_two_amounts_of_one(whole in 0u64..10_000_000, cents in 0u8..100) {
            let plain = format!("{whole}.{cents:02}");
            prop_assert_eq!(decimal_key(&plain), decimal_key(&format!("00{plain}00")));
        }
    }

    #[test]
    fn spaces_and_case_do_not_hide_a_twin() {
        assert_eq!(folded("Sunrise  Trading Co"), folded("SUNRISE TRADING CO"));
        assert_eq!(folded("深圳 朝陽\u{3000}有限公司"), "深圳朝陽有限公司");
    }
}
