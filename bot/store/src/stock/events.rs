//! Events as they were accepted, and the files and batches that they came in.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use super::NewQuarantined;
use crate::row::{Columns, places, plain};
use crate::{Store, StoreError};

/// Rows in one statement, and statements in one turn of the writer: others wait no longer than that.
const ROWS: usize = 500;
const TURN: usize = 10 * ROWS;

/// A file or batch, counted.
#[derive(Debug, Clone, PartialEq)]
pub struct NewIntake {
    /// Derived from what came, so that taking it twice counts once.
    pub id: String,
    /// Where it came from.
    pub source: String,
    /// How many events came.
    pub received: u64,
    /// How many were new.
    pub accepted: u64,
    /// How many were known before.
    pub duplicates: u64,
    /// How many were refused.
    pub rejected: u64,
    /// The counts for the report on readiness.
    pub tally: Value,
}

/// An event that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStockEvent {
    /// Its id.
    pub id: String,
    /// `sale`, `receipt`, …
    pub kind: String,
    /// The store.
    pub store_id: String,
    /// The SKU; empty for a promotion.
    pub sku: String,
    /// Its day in Hong Kong.
    pub day: NaiveDate,
    /// All of it, as JSON.
    pub event: String,
}

/// A file or batch that was taken.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IntakeRow {
    /// Its id.
    pub id: String,
    /// Where it came from.
    pub source: String,
    /// How many events came.
    pub received: u64,
    /// How many were new.
    pub accepted: u64,
    /// How many were known before.
    pub duplicates: u64,
    /// How many were refused.
    pub rejected: u64,
    /// The counts for the report on readiness.
    pub tally: Value,
    /// When.
    pub taken_at: DateTime<Utc>,
}

impl Store {
    /// Takes what came in. Events that are here already stay as they are; after a crash half-way the rest is added when it
    /// is taken again. The intake itself, with its audit entry, is written last.
    pub async fn take_stock_events(
        &self,
        intake: &NewIntake,
        events: &[NewStockEvent],
        quarantine: &[NewQuarantined],
    ) -> Result<(), StoreError> {
        for turn in events.chunks(TURN) {
            let mut write = self.write().await?;
            let now = write.micros();
            for rows in turn.chunks(ROWS) {
                let sql = format!(
                    "INSERT INTO stock_events (id, kind, store_id, sku, day, event, intake, taken_at)
                     VALUES {} ON CONFLICT (id) DO NOTHING",
                    places(rows.len(), 8)
                );
                let insert = rows.iter().fold(sqlx::query(&sql), |query, event| {
                    query
                        .bind(&event.id)
                        .bind(&event.kind)
                        .bind(plain(&event.store_id))
                        .bind(plain(&event.sku))
                        .bind(event.day.to_string())
                        .bind(plain(&event.event))
                        .bind(&intake.id)
                        .bind(now)
                });
                insert.execute(&mut *write.tx).await?;
            }
            write.commit().await?;
        }
        let mut write = self.write().await?;
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let made = sqlx::query(
            "INSERT INTO stock_intakes (id, source, received, accepted, duplicates, rejected, tally, taken_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
        )
        .bind(&intake.id)
        .bind(plain(&intake.source))
        .bind(count(intake.received))
        .bind(count(intake.accepted))
        .bind(count(intake.duplicates))
        .bind(count(intake.rejected))
        .bind(intake.tally.to_string())
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        if made.rows_affected() == 0 {
            return Ok(());
        }
        for refused in quarantine {
            write.quarantine(&intake.id, refused).await?;
        }
        let NewIntake { received, accepted, duplicates, rejected, .. } = intake;
        let details = json!({
            "received": received, "accepted": accepted, "duplicates": duplicates, "rejected": rejected,
        });
        write.audit("stock.taken", &format!("stock/intakes/{}", intake.id), &details).await?;
        write.commit().await
    }

    /// Whether this file or batch was taken before.
    pub async fn stock_intake(&self, id: &str) -> Result<Option<IntakeRow>, StoreError> {
        let sql = format!("{SELECT} WHERE id = $1");
        let row = sqlx::query(&sql).bind(id).fetch_optional(self.reader()).await?;
        row.as_ref().map(intake_row).transpose()
    }

    /// The files and batches since a time, newest first.
    pub async fn stock_intakes(
        &self,
        since: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<IntakeRow>, StoreError> {
        let sql = format!("{SELECT} WHERE taken_at >= $1 ORDER BY taken_at DESC, id LIMIT $2");
        let rows = sqlx::query(&sql)
            .bind(since.timestamp_micros())
            .bind(i64::from(limit))
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(intake_row).collect()
    }

    /// Those of these events that are here, as JSON.
    pub async fn stock_events_by_id(&self, ids: &[String]) -> Result<Vec<String>, StoreError> {
        let mut found = Vec::new();
        for ids in ids.chunks(ROWS) {
            let sql = format!("SELECT event FROM stock_events WHERE id IN {}", places(1, ids.len()));
            let query = ids.iter().fold(sqlx::query(&sql), sqlx::query::Query::bind);
            let rows = query.fetch_all(self.reader()).await?;
            for row in &rows {
                found.push(row.text("event")?);
            }
        }
        Ok(found)
    }

    /// All events of a day and after, as JSON, and those that are of no SKU (promotions) of all days.
    pub async fn stock_events_since(&self, day: NaiveDate) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query("SELECT event FROM stock_events WHERE day >= $1 OR sku = '' ORDER BY day, id")
            .bind(day.to_string())
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(|row| row.text("event")).collect()
    }

    /// All events of the SKUs from one to another (both included), as JSON, from a day on; and those that are of no SKU.
    pub async fn stock_events_of(
        &self,
        from: &str,
        to: &str,
        since: NaiveDate,
    ) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query(
            "SELECT event FROM stock_events WHERE (sku >= $1 AND sku <= $2 AND day >= $3) OR sku = ''
             ORDER BY day, id",
        )
        .bind(from)
        .bind(to)
        .bind(since.to_string())
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(|row| row.text("event")).collect()
    }

    /// The SKUs of which something is known, each with how many events it has.
    pub async fn stock_skus(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let rows = sqlx::query(
            "SELECT sku, COUNT(*) AS events FROM stock_events WHERE sku <> '' GROUP BY sku ORDER BY sku",
        )
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(|row| Ok((row.text("sku")?, row.count("events")?))).collect()
    }

    /// Takes away events of days before this one, and says how many: they are kept no longer than was promised.
    pub async fn forget_stock_events_before(&self, day: NaiveDate) -> Result<u64, StoreError> {
        let mut write = self.write().await?;
        let gone = sqlx::query("DELETE FROM stock_events WHERE day < $1 AND sku <> ''")
            .bind(day.to_string())
            .execute(&mut *write.tx)
            .await?;
        let count = gone.rows_affected();
        if count > 0 {
            let details = json!({ "before": day, "events": count });
            write.audit("stock.forgotten", "stock/events", &details).await?;
        }
        write.commit().await?;
        Ok(count)
    }
}

const SELECT: &str =
    "SELECT id, source, received, accepted, duplicates, rejected, tally, taken_at FROM stock_intakes";

fn intake_row(row: &AnyRow) -> Result<IntakeRow, StoreError> {
    Ok(IntakeRow {
        id: row.text("id")?,
        source: row.text("source")?,
        received: row.count("received")?,
        accepted: row.count("accepted")?,
        duplicates: row.count("duplicates")?,
        rejected: row.count("rejected")?,
        tally: row.json("tally")?,
        taken_at: row.time("taken_at")?,
    })
}
