//! The audit chain: one line for every act, each bound to the one before by its hash.
//!
//! `entry_hash = SHA-256(prev_hash ‖ canonical JSON of {action, actor, at, details, object, seq})`. Lines hold
//! ids, states, codes and hashes, never names, amounts or texts, so that erasing a person's data later does
//! not break the chain. A chain proves nothing if its head never leaves the machine: see [`Store::export_head`].

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use crate::Store;
use crate::StoreError;
use crate::clock::from_micros;
use crate::hash::{canonical, sha256_hex};
use crate::row::Columns;

/// The `prev_hash` of the first line.
pub(crate) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
const WITHHELD: &str = "withheld";
const COLUMNS: &str = "seq, at, actor, action, object, details, prev_hash, entry_hash";

/// One line of the chain.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditEntry {
    /// 1, 2, 3, … without gaps.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// A person's id, or `deskhand`.
    pub actor: String,
    /// What was done: `document.recorded`, `task.decided`, …
    pub action: String,
    /// To what: `documents/<sha256>`, `tasks/<id>`, …
    pub object: String,
    /// Ids, states, codes and hashes.
    pub details: Value,
    /// The hash of the line before.
    pub prev_hash: String,
    /// The hash of this line.
    pub entry_hash: String,
}

/// The newest line of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditHead {
    /// The number of its newest line; 0 when it is empty.
    pub seq: i64,
    /// The hash of its newest line.
    pub entry_hash: String,
    /// When that was written.
    pub at: Option<DateTime<Utc>>,
}

/// A head as it leaves the machine: in a mail, on paper, in a file. The chain must pass through it for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedHead {
    /// The number of the line.
    pub seq: i64,
    /// The hash of the line.
    pub entry_hash: String,
    /// When it was exported.
    pub exported_at: DateTime<Utc>,
}

/// The number and hash of a line, which the next line builds on.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) seq: i64,
    pub(crate) entry_hash: String,
}

/// What a new line says.
pub(crate) struct Act<'a> {
    pub(crate) at: i64,
    pub(crate) actor: &'a str,
    pub(crate) action: &'a str,
    pub(crate) object: &'a str,
    pub(crate) details: &'a Value,
}

/// Takes the head for this transaction; other writers wait here. An UPDATE and not `SELECT … FOR UPDATE`,
/// because SQLite knows only the first, and because as the first statement it takes SQLite's write lock at once.
pub(crate) async fn lock_head(tx: &mut Transaction<'static, Any>) -> Result<Link, StoreError> {
    sqlx::query("UPDATE audit_head SET seq = seq WHERE id = 1").execute(&mut **tx).await?;
    let row = sqlx::query("SELECT seq, entry_hash FROM audit_head WHERE id = 1").fetch_one(&mut **tx).await?;
    Ok(Link { seq: row.number("seq")?, entry_hash: row.text("entry_hash")? })
}

/// Appends a line after the head that this transaction holds.
pub(crate) async fn append(
    tx: &mut Transaction<'static, Any>,
    head: &Link,
    act: &Act<'_>,
) -> Result<Link, StoreError> {
    let seq = head.seq + 1;
    let (actor, object) = (code_or_withheld(act.actor), code_or_withheld(act.object));
    let details = canonical(&codes_only(act.details));
    let entry_hash = hash_of(&head.entry_hash, seq, act.at, actor, act.action, object, &details);
    sqlx::query(
        "INSERT INTO audit (seq, at, actor, action, object, details, prev_hash, entry_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(seq)
    .bind(act.at)
    .bind(actor)
    .bind(act.action)
    .bind(object)
    .bind(details)
    .bind(&head.entry_hash)
    .bind(&entry_hash)
    .execute(&mut **tx)
    .await?;
    sqlx::query("UPDATE audit_head SET seq = $1, entry_hash = $2 WHERE id = 1")
        .bind(seq)
        .bind(&entry_hash)
        .execute(&mut **tx)
        .await?;
    Ok(Link { seq, entry_hash })
}

/// The hash of a line. `details` is the stored text itself: any change of it shows.
pub(crate) fn hash_of(
    prev_hash: &str,
    seq: i64,
    at: i64,
    actor: &str,
    action: &str,
    object: &str,
    details: &str,
) -> String {
    let line =
        json!({"action": action, "actor": actor, "at": at, "details": details, "object": object, "seq": seq});
    sha256_hex(format!("{prev_hash}{}", canonical(&line)))
}

/// Whether a text can only be an id, a state, a code or a hash: no spaces, no `@`, no Chinese.
fn is_code(text: &str) -> bool {
    text.len() <= 300
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':' | b'/' | b'+' | b'-'))
}

fn code_or_withheld(text: &str) -> &str {
    if is_code(text) { text } else { WITHHELD }
}

/// The details without any text that might be somebody's data.
fn codes_only(details: &Value) -> Value {
    match details {
        Value::String(text) => Value::from(code_or_withheld(text)),
        Value::Array(items) => items.iter().map(codes_only).collect(),
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| (code_or_withheld(name).to_owned(), codes_only(value)))
                .collect(),
        ),
        // A number with a fraction is an amount, not a count.
        Value::Number(number) if !number.is_i64() => Value::from(WITHHELD),
        plain => plain.clone(),
    }
}

impl Store {
    /// Writes a line for something that no other method of the store records, such as a sign-out or an export.
    ///
    /// Only ids, states, codes and hashes: a text that is not code-like (`A-Z a-z 0-9 _ . : / + -`, at most
    /// 300 characters) or a number with a fraction is written as `withheld`.
    pub async fn audit(
        &self,
        actor: &str,
        action: &str,
        object: &str,
        details: &Value,
    ) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        write.audit_by(actor, code_or_withheld(action), object, details).await?;
        write.commit().await
    }

    /// The newest line.
    pub async fn audit_head(&self) -> Result<AuditHead, StoreError> {
        let row = sqlx::query(
            "SELECT h.seq, h.entry_hash, a.at FROM audit_head h LEFT JOIN audit a ON a.seq = h.seq WHERE h.id = 1",
        )
        .fetch_one(self.reader())
        .await?;
        Ok(AuditHead {
            seq: row.number("seq")?,
            entry_hash: row.text("entry_hash")?,
            at: row.maybe_time("at")?,
        })
    }

    /// Notes the newest line in the table of heads and hands it out, to be mailed or printed. The export is
    /// itself a line of the chain, after the head that it names.
    pub async fn export_head(&self) -> Result<ExportedHead, StoreError> {
        let id = self.new_id();
        let mut write = self.write().await?;
        let head = write.head().clone();
        let exported = ExportedHead { seq: head.seq, entry_hash: head.entry_hash, exported_at: write.now };
        sqlx::query("INSERT INTO heads (id, seq, entry_hash, exported_at) VALUES ($1, $2, $3, $4)")
            .bind(id)
            .bind(exported.seq)
            .bind(&exported.entry_hash)
            .bind(write.micros())
            .execute(&mut *write.tx)
            .await?;
        let details = json!({"seq": exported.seq, "entry_hash": exported.entry_hash});
        write.audit("audit.exported", "audit", &details).await?;
        write.commit().await?;
        Ok(exported)
    }

    /// Lines, newest first; with a prefix such as `postings/`, only those whose object begins with it.
    pub async fn audit_entries(
        &self,
        object_prefix: Option<&str>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let prefix = object_prefix.unwrap_or_default();
        let sql = format!(
            "SELECT {COLUMNS} FROM audit WHERE substr(object, 1, CAST($1 AS INTEGER)) = $2 ORDER BY seq DESC LIMIT $3"
        );
        let rows = sqlx::query(&sql)
            .bind(i64::try_from(prefix.chars().count()).unwrap_or(i64::MAX))
            .bind(prefix)
            .bind(i64::from(limit))
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(entry).collect()
    }

    /// The history of one thing, oldest first.
    pub async fn audit_of(&self, object: &str) -> Result<Vec<AuditEntry>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM audit WHERE object = $1 ORDER BY seq");
        let rows = sqlx::query(&sql).bind(object).fetch_all(self.reader()).await?;
        rows.iter().map(entry).collect()
    }
}

fn entry(row: &AnyRow) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        seq: row.number("seq")?,
        at: from_micros(row.number("at")?),
        actor: row.text("actor")?,
        action: row.text("action")?,
        object: row.text("object")?,
        details: row.json("details")?,
        prev_hash: row.text("prev_hash")?,
        entry_hash: row.text("entry_hash")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_values_do_not_reach_the_chain_by_way_of_details() {
        let details = json!({
            "state": "approved", "sha256": GENESIS, "who": "chan@example.com", "name": "陳大文",
            "note": "call him back", "total": 113.5, "count": 3, "list": ["DH-2104", "two words"]
        });
        assert_eq!(
            codes_only(&details),
            json!({
                "state": "approved", "sha256": GENESIS, "who": WITHHELD, "name": WITHHELD,
                "note": WITHHELD, "total": WITHHELD, "count": 3, "list": ["DH-2104", WITHHELD]
            })
        );
    }

    #[test]
    fn the_hash_of_a_line_is_the_published_one() {
        // printf '%s' '<64 zeros>{"action":"a","actor":"b","at":1,"details":"{}","object":"c","seq":1}' | sha256sum
        let line =
            format!(r#"{GENESIS}{{"action":"a","actor":"b","at":1,"details":"{{}}","object":"c","seq":1}}"#);
        assert_eq!(hash_of(GENESIS, 1, 1, "b", "a", "c", "{}"), sha256_hex(line));
    }
}
