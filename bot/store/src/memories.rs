//! What people had remembered of suppliers: saved with a decision, used on later papers, revoked for good.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::database::Write;
use crate::hash::{sha256_hex, value_sha256};
use crate::row::{Columns, plain};
use crate::{Store, StoreError};

/// Something to remember of a supplier.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMemory {
    /// How the supplier is known again.
    pub supplier_key: String,
    /// What people call the supplier.
    pub supplier_name: String,
    /// The name as it was surely read, folded.
    pub printed_name: Option<String>,
    /// The field it is about.
    pub field: String,
    /// What it says; its `kind` tells values from labels.
    pub lesson: Value,
}

/// A memory as the pages show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MemoryRow {
    /// Its id.
    pub id: String,
    /// How the supplier is known again.
    pub supplier_key: String,
    /// What people call the supplier.
    pub supplier_name: String,
    /// The name as it was surely read, folded.
    pub printed_name: Option<String>,
    /// The field it is about.
    pub field: String,
    /// What it says.
    pub lesson: Value,
    /// The document from which it was learnt.
    pub document: String,
    /// The name of that document.
    pub document_name: String,
    /// The task with whose decision it was saved.
    pub task: String,
    /// Who saved it.
    pub saved_by: String,
    /// When.
    pub saved_at: DateTime<Utc>,
    /// Who revoked it.
    pub revoked_by: Option<String>,
    /// When.
    pub revoked_at: Option<DateTime<Utc>>,
    /// On how many papers it was used.
    pub times_used: u64,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
}

const SELECT: &str =
    "SELECT m.id, m.supplier_key, m.supplier_name, m.printed_name, m.field, m.lesson, m.document,
    d.name AS document_name, m.task, m.saved_by, m.saved_at, m.revoked_by, m.revoked_at,
    (SELECT COUNT(*) FROM memory_uses u WHERE u.memory = m.id) AS times_used,
    (SELECT MAX(u.used_at) FROM memory_uses u WHERE u.memory = m.id) AS last_used_at
    FROM memories m JOIN documents d ON d.sha256 = m.document";

impl Store {
    /// Everything that is or was remembered, by supplier.
    pub async fn memories(&self) -> Result<Vec<MemoryRow>, StoreError> {
        self.memories_where("").await
    }

    /// What is remembered and not revoked, by supplier: what the next paper is read with.
    pub async fn memories_that_hold(&self) -> Result<Vec<MemoryRow>, StoreError> {
        self.memories_where("WHERE m.revoked_at IS NULL").await
    }

    async fn memories_where(&self, which: &str) -> Result<Vec<MemoryRow>, StoreError> {
        let sql = format!("{SELECT} {which} ORDER BY m.supplier_name, m.supplier_key, m.field, m.id");
        let rows = sqlx::query(&sql).fetch_all(self.reader()).await?;
        rows.iter().map(memory_row).collect()
    }

    /// Revokes a memory: from now on it is not used. Once more does nothing.
    pub async fn revoke_memory(&self, id: &str, person: &str) -> Result<MemoryRow, StoreError> {
        let mut write = self.write().await?;
        let row = write.memory(id).await?;
        if row.revoked_at.is_some() {
            return Ok(row);
        }
        write.revoke(id, person).await?;
        let row = write.memory(id).await?;
        write.commit().await?;
        Ok(row)
    }

    /// Notes that a document was read with the help of these memories. The same again changes nothing.
    pub async fn memories_used(&self, document: &str, memories: &[String]) -> Result<(), StoreError> {
        if memories.is_empty() {
            return Ok(());
        }
        let mut write = self.write().await?;
        let mut fresh = Vec::new();
        for memory in memories {
            let noted = sqlx::query(
                "INSERT INTO memory_uses (memory, document, used_at) VALUES ($1, $2, $3)
                 ON CONFLICT (memory, document) DO NOTHING",
            )
            .bind(memory)
            .bind(document)
            .bind(write.micros())
            .execute(&mut *write.tx)
            .await?;
            if noted.rows_affected() > 0 {
                fresh.push(memory);
            }
        }
        if fresh.is_empty() {
            return Ok(());
        }
        write.audit("memory.used", &format!("documents/{document}"), &json!({ "memories": fresh })).await?;
        write.commit().await
    }
}

impl Write {
    /// Remembers, in the same transaction as the decision that it came with.
    ///
    /// What is remembered already is not written twice. A constant has one value: an earlier one is revoked.
    pub(crate) async fn remember(
        &mut self,
        id: &str,
        document: &str,
        task: &str,
        person: &str,
        memory: &NewMemory,
    ) -> Result<(), StoreError> {
        let sql = format!("{SELECT} WHERE m.revoked_at IS NULL AND m.supplier_key = $1 AND m.field = $2");
        let rows =
            sqlx::query(&sql).bind(&memory.supplier_key).bind(&memory.field).fetch_all(&mut *self.tx).await?;
        for row in rows {
            let held = memory_row(&row)?;
            if held.lesson == memory.lesson {
                return Ok(());
            }
            if is_value(&held.lesson) && is_value(&memory.lesson) {
                self.revoke(&held.id, person).await?;
            }
        }
        sqlx::query(
            "INSERT INTO memories (id, supplier_key, supplier_name, printed_name, field, lesson, document, task,
                 saved_by, saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(id)
        .bind(plain(&memory.supplier_key))
        .bind(plain(&memory.supplier_name))
        .bind(memory.printed_name.as_deref().map(plain))
        .bind(&memory.field)
        .bind(memory.lesson.to_string())
        .bind(document)
        .bind(task)
        .bind(plain(person))
        .bind(self.micros())
        .execute(&mut *self.tx)
        .await?;
        let details = json!({
            "field": memory.field, "kind": memory.lesson["kind"], "document": document, "task": task,
            "supplier_sha256": sha256_hex(&memory.supplier_key), "lesson_sha256": value_sha256(&memory.lesson),
        });
        self.audit_by(person, "memory.saved", &format!("memories/{id}"), &details).await
    }

    async fn revoke(&mut self, id: &str, person: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE memories SET revoked_by = $2, revoked_at = $3 WHERE id = $1")
            .bind(id)
            .bind(plain(person))
            .bind(self.micros())
            .execute(&mut *self.tx)
            .await?;
        self.audit_by(person, "memory.revoked", &format!("memories/{id}"), &json!({})).await
    }

    async fn memory(&mut self, id: &str) -> Result<MemoryRow, StoreError> {
        let sql = format!("{SELECT} WHERE m.id = $1");
        let row = sqlx::query(&sql).bind(id).fetch_optional(&mut *self.tx).await?;
        memory_row(&row.ok_or(StoreError::NotFound { what: "memory" })?)
    }
}

fn is_value(lesson: &Value) -> bool {
    lesson["kind"] == "value"
}

fn memory_row(row: &AnyRow) -> Result<MemoryRow, StoreError> {
    Ok(MemoryRow {
        id: row.text("id")?,
        supplier_key: row.text("supplier_key")?,
        supplier_name: row.text("supplier_name")?,
        printed_name: row.maybe_text("printed_name")?,
        field: row.text("field")?,
        lesson: row.json("lesson")?,
        document: row.text("document")?,
        document_name: row.text("document_name")?,
        task: row.text("task")?,
        saved_by: row.text("saved_by")?,
        saved_at: row.time("saved_at")?,
        revoked_by: row.maybe_text("revoked_by")?,
        revoked_at: row.maybe_time("revoked_at")?,
        times_used: row.count("times_used")?,
        last_used_at: row.maybe_time("last_used_at")?,
    })
}
