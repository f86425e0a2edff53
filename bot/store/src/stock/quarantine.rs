//! Events that were refused: kept as they came, until somebody has put them right where they come from.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use crate::database::Write;
use crate::row::{Columns, plain};
use crate::{Store, StoreError};

/// A refused event.
#[derive(Debug, Clone, PartialEq)]
pub struct NewQuarantined {
    /// The row of the file, or the event's place in its batch.
    pub place: u64,
    /// As it came.
    pub raw: String,
    /// Every reason.
    pub reasons: Value,
}

/// A refused event that waits for somebody.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuarantinedRow {
    /// Its id.
    pub id: String,
    /// Where it came from.
    pub source: String,
    /// The row of the file, or the event's place in its batch.
    pub place: u64,
    /// As it came.
    pub raw: String,
    /// Every reason.
    pub reasons: Value,
    /// When.
    pub taken_at: DateTime<Utc>,
}

impl Store {
    /// The refused events that nobody has settled, newest first.
    pub async fn stock_quarantine(&self, limit: u32) -> Result<Vec<QuarantinedRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT q.id, i.source, q.place, q.raw, q.reasons, q.taken_at
             FROM stock_quarantine q JOIN stock_intakes i ON i.id = q.intake
             WHERE q.settled_at IS NULL ORDER BY q.taken_at DESC, q.intake, q.place LIMIT $1",
        )
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await?;
        let row = |row: &sqlx::any::AnyRow| {
            Ok(QuarantinedRow {
                id: row.text("id")?,
                source: row.text("source")?,
                place: row.count("place")?,
                raw: row.text("raw")?,
                reasons: row.json("reasons")?,
                taken_at: row.time("taken_at")?,
            })
        };
        rows.iter().map(row).collect()
    }

    /// How many refused events nobody has settled.
    pub async fn stock_quarantine_count(&self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS open FROM stock_quarantine WHERE settled_at IS NULL")
            .fetch_one(self.reader())
            .await?;
        row.count("open")
    }

    /// A person has put all refused events of a source right where they come from, or knows that they do not matter.
    /// Answers how many there were.
    pub async fn settle_stock_quarantine(&self, source: &str, person: &str) -> Result<u64, StoreError> {
        let mut write = self.write().await?;
        let settled = sqlx::query(
            "UPDATE stock_quarantine SET settled_at = $2, settled_by = $3
             WHERE settled_at IS NULL AND intake IN (SELECT id FROM stock_intakes WHERE source = $1)",
        )
        .bind(source)
        .bind(write.micros())
        .bind(plain(person))
        .execute(&mut *write.tx)
        .await?
        .rows_affected();
        if settled > 0 {
            let details = json!({ "source_sha256": crate::sha256_hex(source), "events": settled });
            write.audit("stock.quarantine_settled", "stock/quarantine", &details).await?;
        }
        write.commit().await?;
        Ok(settled)
    }
}

impl Write {
    pub(super) async fn quarantine(
        &mut self,
        intake: &str,
        refused: &NewQuarantined,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO stock_quarantine (id, intake, place, raw, reasons, taken_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING",
        )
        .bind(format!("{intake}/{}", refused.place))
        .bind(intake)
        .bind(i64::try_from(refused.place).unwrap_or(i64::MAX))
        .bind(plain(&refused.raw))
        .bind(refused.reasons.to_string())
        .bind(self.micros())
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}
