//! Runs that sleep, and runs that wait for runs that they have started.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::row::Columns;
use crate::{RunState, Store, StoreError};

impl Store {
    /// Until when a step sleeps: what was written down when it was first asked, else `wake_at`, which is written down.
    /// A step that was given something else since is another step.
    pub async fn timer(
        &self,
        run: &str,
        step: u32,
        input: &Value,
        wake_at: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, StoreError> {
        let input = input.to_string();
        let mut tx = self.write_unaudited().await?;
        sqlx::query(
            "INSERT INTO timers (run, step_index, input, wake_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (run, step_index) DO UPDATE SET input = excluded.input, wake_at = excluded.wake_at
             WHERE timers.input <> excluded.input",
        )
        .bind(run)
        .bind(i64::from(step))
        .bind(&input)
        .bind(wake_at.timestamp_micros())
        .execute(&mut *tx)
        .await?;
        let row = sqlx::query("SELECT wake_at FROM timers WHERE run = $1 AND step_index = $2")
            .bind(run)
            .bind(i64::from(step))
            .fetch_one(&mut *tx)
            .await?;
        let wake_at = row.time("wake_at")?;
        tx.commit().await?;
        Ok(wake_at)
    }

    /// Puts a run that is at work to rest: until a time, or until the runs of one of its steps have ended.
    pub async fn rest_run(&self, id: &str, awaits: Option<u32>) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        if write.run_state(id).await? == RunState::Running {
            write.set_run_state(id, RunState::Waiting).await?;
        }
        sqlx::query("UPDATE runs SET awaits = $2 WHERE id = $1")
            .bind(id)
            .bind(awaits.map(i64::from))
            .execute(&mut *write.tx)
            .await?;
        write.commit().await
    }

    /// Puts a run that rests back to work.
    pub async fn wake_run(&self, id: &str) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        if write.run_state(id).await? != RunState::Waiting {
            return Ok(());
        }
        write.set_run_state(id, RunState::Running).await?;
        sqlx::query("UPDATE runs SET awaits = NULL WHERE id = $1").bind(id).execute(&mut *write.tx).await?;
        write.commit().await
    }

    /// The runs that rest although their time has come, or the runs that they wait for have ended; each with its
    /// generation.
    pub async fn runs_to_wake(&self) -> Result<Vec<(String, u32)>, StoreError> {
        let rows = sqlx::query(
            "SELECT r.id, r.generation FROM runs r WHERE r.state = 'waiting' AND r.awaits IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM runs c WHERE c.parent = r.id AND c.parent_step = r.awaits
                    AND c.state IN ('queued', 'running', 'waiting'))
             UNION
             SELECT r.id, r.generation FROM timers t JOIN runs r ON r.id = t.run
                JOIN steps s ON s.run = t.run AND s.step_index = t.step_index
                WHERE r.state = 'waiting' AND s.state = 'waiting' AND t.wake_at <= $1",
        )
        .bind(self.now().timestamp_micros())
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(|row| Ok((row.text("id")?, row.count("generation")?))).collect()
    }
}
