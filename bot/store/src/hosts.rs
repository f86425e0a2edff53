//! The machines that share this database.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::row::{Columns, plain};
use crate::{Store, StoreError};

/// A machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostRow {
    /// Its name.
    pub host: String,
    /// The kinds of steps that it takes.
    pub lanes: Vec<String>,
    /// The version of its program.
    pub version: String,
    /// When its program started.
    pub started_at: DateTime<Utc>,
    /// When it was last seen.
    pub seen_at: DateTime<Utc>,
    /// When it ended, if it was asked to.
    pub ended_at: Option<DateTime<Utc>>,
    /// When the operators were told that it is gone.
    pub told_at: Option<DateTime<Utc>>,
}

impl Store {
    /// A machine says that its program has started.
    pub async fn host_started(&self, host: &str, lanes: &[String], version: &str) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        sqlx::query(
            "INSERT INTO hosts (host, lanes, version, started_at, seen_at) VALUES ($1, $2, $3, $4, $4)
             ON CONFLICT (host) DO UPDATE SET lanes = excluded.lanes, version = excluded.version,
                 started_at = excluded.started_at, seen_at = excluded.seen_at, ended_at = NULL, told_at = NULL",
        )
        .bind(plain(host))
        .bind(json!(lanes).to_string())
        .bind(plain(version))
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        let details = json!({ "lanes": lanes, "version": version });
        write.audit("host.started", &format!("hosts/{host}"), &details).await?;
        write.commit().await
    }

    /// A machine is there. True when it was thought to be gone.
    pub async fn host_is_there(&self, host: &str) -> Result<bool, StoreError> {
        let mut tx = self.write_unaudited().await?;
        let back = sqlx::query("UPDATE hosts SET told_at = NULL WHERE host = $1 AND told_at IS NOT NULL")
            .bind(host)
            .execute(&mut *tx)
            .await?;
        sqlx::query("UPDATE hosts SET seen_at = $2, ended_at = NULL WHERE host = $1")
            .bind(host)
            .bind(self.now().timestamp_micros())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(back.rows_affected() > 0)
    }

    /// A machine ends because it was asked to.
    pub async fn host_ended(&self, host: &str) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE hosts SET ended_at = $2 WHERE host = $1")
            .bind(host)
            .bind(write.micros())
            .execute(&mut *write.tx)
            .await?;
        write.audit("host.ended", &format!("hosts/{host}"), &Value::Null).await?;
        write.commit().await
    }

    /// Notes that the operators are told that a machine is gone. True for one caller alone.
    pub async fn host_is_gone(&self, host: &str) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let changed = sqlx::query("UPDATE hosts SET told_at = $2 WHERE host = $1 AND told_at IS NULL")
            .bind(host)
            .bind(write.micros())
            .execute(&mut *write.tx)
            .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        write.audit("host.gone", &format!("hosts/{host}"), &Value::Null).await?;
        write.commit().await?;
        Ok(true)
    }

    /// The machines by name.
    pub async fn hosts(&self) -> Result<Vec<HostRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT host, lanes, version, started_at, seen_at, ended_at, told_at FROM hosts ORDER BY host",
        )
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(host_row).collect()
    }
}

fn host_row(row: &AnyRow) -> Result<HostRow, StoreError> {
    let lanes = row.json("lanes")?;
    let lanes = lanes.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    Ok(HostRow {
        host: row.text("host")?,
        lanes: lanes.collect(),
        version: row.text("version")?,
        started_at: row.time("started_at")?,
        seen_at: row.time("seen_at")?,
        ended_at: row.maybe_time("ended_at")?,
        told_at: row.maybe_time("told_at")?,
    })
}
