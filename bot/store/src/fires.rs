//! Fires: each time a schedule was due, and what came of it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::row::{Columns, plain};
use crate::{Store, StoreError};

/// A time at which a schedule was due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FireRow {
    /// The schedule.
    pub schedule: String,
    /// The time for which it was due, whenever it was done.
    pub nominal: DateTime<Utc>,
    /// The run that it started, or would have started.
    pub run: String,
    /// What came of it: `started`, `skipped_holiday`, `missed`, …
    pub outcome: String,
    /// When this was noted.
    pub recorded_at: DateTime<Utc>,
}

const SELECT: &str = "SELECT schedule, nominal, run, outcome, recorded_at FROM fires";

impl Store {
    /// Notes a fire. False when that schedule and time are noted already: somebody else took it.
    pub async fn record_fire(
        &self,
        schedule: &str,
        nominal: DateTime<Utc>,
        run_id: &str,
        outcome: &str,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let made = sqlx::query(
            "INSERT INTO fires (schedule, nominal, run, outcome, recorded_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (schedule, nominal) DO NOTHING",
        )
        .bind(plain(schedule))
        .bind(nominal.timestamp_micros())
        .bind(plain(run_id))
        .bind(plain(outcome))
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        if made.rows_affected() == 0 {
            return Ok(false);
        }
        let details = json!({"nominal": nominal.timestamp_micros(), "run": run_id, "outcome": outcome});
        write.audit("schedule.fired", &format!("schedules/{schedule}"), &details).await?;
        write.commit().await?;
        Ok(true)
    }

    /// The fires of a schedule, newest first.
    pub async fn fires(&self, schedule: &str, limit: u32) -> Result<Vec<FireRow>, StoreError> {
        let sql = format!("{SELECT} WHERE schedule = $1 ORDER BY nominal DESC LIMIT $2");
        let rows = sqlx::query(&sql).bind(schedule).bind(i64::from(limit)).fetch_all(self.reader()).await?;
        rows.iter().map(fire_row).collect()
    }

    /// The newest fire of a schedule.
    pub async fn last_fire(&self, schedule: &str) -> Result<Option<FireRow>, StoreError> {
        Ok(self.fires(schedule, 1).await?.pop())
    }
}

fn fire_row(row: &AnyRow) -> Result<FireRow, StoreError> {
    Ok(FireRow {
        schedule: row.text("schedule")?,
        nominal: row.time("nominal")?,
        run: row.text("run")?,
        outcome: row.text("outcome")?,
        recorded_at: row.time("recorded_at")?,
    })
}
