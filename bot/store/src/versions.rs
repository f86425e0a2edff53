//! Versions of workflows: each run names the hash of the text on which it stays.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::row::Columns;
use crate::{Store, StoreError};

/// A version of a workflow that runs began on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionRow {
    /// The hash of its text.
    pub sha256: String,
    /// When the first run began on it.
    pub first_at: DateTime<Utc>,
    /// When the latest did.
    pub last_at: DateTime<Utc>,
    /// How many runs there were.
    pub runs: u64,
    /// How many of them have not ended.
    pub going: u64,
}

impl Store {
    /// The versions of a workflow, the one that was used last first.
    pub async fn versions(&self, workflow: &str) -> Result<Vec<VersionRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT script_sha256, MIN(started_at) AS first_at, MAX(started_at) AS last_at, COUNT(*) AS runs,
                CAST(SUM(CASE WHEN state IN ('queued', 'running', 'waiting') THEN 1 ELSE 0 END) AS BIGINT) AS going
             FROM runs WHERE workflow = $1 GROUP BY script_sha256 ORDER BY last_at DESC, script_sha256",
        )
        .bind(workflow)
        .fetch_all(self.reader())
        .await?;
        let row = |row: &sqlx::any::AnyRow| {
            Ok(VersionRow {
                sha256: row.text("script_sha256")?,
                first_at: row.time("first_at")?,
                last_at: row.time("last_at")?,
                runs: row.count("runs")?,
                going: row.count("going")?,
            })
        };
        rows.iter().map(row).collect()
    }
}
