//! Workflows that start at another's end: from when on they do, and after which runs they have yet to start.

use chrono::{DateTime, Utc};
use sqlx::any::AnyRow;

use crate::row::{Columns, plain};
use crate::{RunState, Store, StoreError};

/// A run that has ended and that a workflow follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedRun {
    /// Its id.
    pub id: String,
    /// How it ended.
    pub state: RunState,
    /// Its document, if it had one.
    pub document: Option<String>,
}

impl Store {
    /// From when on a workflow follows another: from now on when it is new.
    pub async fn follows_since(&self, workflow: &str, leader: &str) -> Result<DateTime<Utc>, StoreError> {
        let mut tx = self.write_unaudited().await?;
        sqlx::query(
            "INSERT INTO followers (workflow, leader, since) VALUES ($1, $2, $3)
             ON CONFLICT (workflow, leader) DO NOTHING",
        )
        .bind(plain(workflow))
        .bind(plain(leader))
        .bind(self.now().timestamp_micros())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        let row = sqlx::query("SELECT since FROM followers WHERE workflow = $1 AND leader = $2")
            .bind(workflow)
            .bind(leader)
            .fetch_one(self.reader())
            .await?;
        row.time("since")
    }

    /// Forgets that a workflow follows another: when it does again, it begins anew.
    pub async fn follows_no_more(&self, workflow: &str, leader: &str) -> Result<(), StoreError> {
        let mut tx = self.write_unaudited().await?;
        sqlx::query("DELETE FROM followers WHERE workflow = $1 AND leader = $2")
            .bind(workflow)
            .bind(leader)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Which workflows follow which, as pairs of follower and leader.
    pub async fn followers(&self) -> Result<Vec<(String, String)>, StoreError> {
        let rows = sqlx::query("SELECT workflow, leader FROM followers ORDER BY workflow, leader")
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(|row| Ok((row.text("workflow")?, row.text("leader")?))).collect()
    }

    /// The runs of a workflow that have ended since then and for which there is no run `<prefix><id>` yet, oldest first.
    pub async fn ended_without(
        &self,
        workflow: &str,
        since: DateTime<Utc>,
        prefix: &str,
    ) -> Result<Vec<EndedRun>, StoreError> {
        let rows = sqlx::query(
            "SELECT r.id, r.state, r.document FROM runs r WHERE r.workflow = $1 AND r.ended_at >= $2
             AND NOT EXISTS (SELECT 1 FROM runs f WHERE f.id = CAST($3 AS TEXT) || r.id) ORDER BY r.ended_at, r.id",
        )
        .bind(workflow)
        .bind(since.timestamp_micros())
        .bind(prefix)
        .fetch_all(self.reader())
        .await?;
        let row = |row: &AnyRow| {
            Ok(EndedRun {
                id: row.text("id")?,
                state: row.word("state")?,
                document: row.maybe_text("document")?,
            })
        };
        rows.iter().map(row).collect()
    }
}
