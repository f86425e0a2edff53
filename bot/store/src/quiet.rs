//! Folders in which nothing has arrived for longer than it should.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::hash::sha256_hex;
use crate::row::{Columns, plain};
use crate::{Store, StoreError};

/// A folder that is quiet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuietRow {
    /// The folder.
    pub folder: String,
    /// When something arrived last, or when it was first watched.
    pub quiet_since: DateTime<Utc>,
    /// When the operators were told; not yet when absent.
    pub told_at: Option<DateTime<Utc>>,
}

impl Store {
    /// When something last arrived in a folder that must not stay quiet: the time from which on it is watched when
    /// nothing ever did.
    pub async fn last_heard(&self, folder: &str) -> Result<DateTime<Utc>, StoreError> {
        let mut tx = self.write_unaudited().await?;
        sqlx::query(
            "INSERT INTO quiet_folders (folder, watched_since) VALUES ($1, $2) ON CONFLICT (folder) DO NOTHING",
        )
        .bind(plain(folder))
        .bind(self.now().timestamp_micros())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        let origin = format!("{folder}#");
        let row = sqlx::query(
            "SELECT q.watched_since, (SELECT MAX(a.at) FROM arrivals a
                 WHERE substr(a.origin, 1, CAST($2 AS INTEGER)) = $3) AS arrived
             FROM quiet_folders q WHERE q.folder = $1",
        )
        .bind(folder)
        .bind(i64::try_from(origin.chars().count()).unwrap_or(i64::MAX))
        .bind(&origin)
        .fetch_one(self.reader())
        .await?;
        Ok(row.time("watched_since")?.max(row.maybe_time("arrived")?.unwrap_or_default()))
    }

    /// Notes that a folder is quiet, since when. False when that is known.
    pub async fn folder_is_quiet(&self, folder: &str, since: DateTime<Utc>) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let changed = sqlx::query(
            "UPDATE quiet_folders SET quiet_since = $2, told_at = NULL
             WHERE folder = $1 AND (quiet_since IS NULL OR quiet_since <> $2)",
        )
        .bind(folder)
        .bind(since.timestamp_micros())
        .execute(&mut *write.tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        let details = json!({"since": since.timestamp_micros()});
        write.audit("folder.quiet", &format!("folders/{}", sha256_hex(folder)), &details).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Notes that the operators were told that a folder is quiet.
    pub async fn quiet_was_told(&self, folder: &str) -> Result<(), StoreError> {
        let mut tx = self.write_unaudited().await?;
        sqlx::query("UPDATE quiet_folders SET told_at = $2 WHERE folder = $1")
            .bind(folder)
            .bind(self.now().timestamp_micros())
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Notes that a folder is not quiet any more.
    pub async fn folder_is_heard(&self, folder: &str) -> Result<(), StoreError> {
        let mut tx = self.write_unaudited().await?;
        sqlx::query("UPDATE quiet_folders SET quiet_since = NULL, told_at = NULL WHERE folder = $1")
            .bind(folder)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Forgets a folder that may stay quiet from now on.
    pub async fn folder_may_be_quiet(&self, folder: &str) -> Result<(), StoreError> {
        let mut tx = self.write_unaudited().await?;
        sqlx::query("DELETE FROM quiet_folders WHERE folder = $1").bind(folder).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// The folders that must not stay quiet.
    pub async fn listened_folders(&self) -> Result<Vec<String>, StoreError> {
        let rows =
            sqlx::query("SELECT folder FROM quiet_folders ORDER BY folder").fetch_all(self.reader()).await?;
        rows.iter().map(|row| row.text("folder")).collect()
    }

    /// The folders that are quiet.
    pub async fn quiet_folders(&self) -> Result<Vec<QuietRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT folder, quiet_since, told_at FROM quiet_folders WHERE quiet_since IS NOT NULL ORDER BY folder",
        )
        .fetch_all(self.reader())
        .await?;
        let row = |row: &sqlx::any::AnyRow| {
            Ok(QuietRow {
                folder: row.text("folder")?,
                quiet_since: row.time("quiet_since")?,
                told_at: row.maybe_time("told_at")?,
            })
        };
        rows.iter().map(row).collect()
    }
}
