//! Reminders of tasks that wait: each step of a task is taken once for each address, by one run.

use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::hash::sha256_hex;
use crate::row::{Columns, plain};
use crate::words::words;
use crate::{Store, StoreError};

words! {
    /// Whom a reminder goes to.
    pub enum ReminderStep {
        /// The person who has the task in hand, or the reviewers.
        Reviewer = "reviewer",
        /// The operators.
        Operator = "operator",
    }
}

/// A reminder that is due to one address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reminder {
    /// To whom.
    pub address: String,
    /// Of which task.
    pub task: String,
    /// Which step it is.
    pub step: ReminderStep,
}

impl Store {
    /// Takes those of the reminders that no run has taken, of tasks that still wait, and answers all that this run has
    /// taken: asked again after a crash, it answers the same.
    pub async fn take_reminders(&self, run: &str, due: &[Reminder]) -> Result<Vec<Reminder>, StoreError> {
        let mut write = self.write().await?;
        for reminder in due {
            let made = sqlx::query(
                "INSERT INTO reminders (task, step, address, run, taken_at)
                 SELECT t.id, CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT) FROM tasks t
                 WHERE t.id = $1 AND t.state IN ('open', 'claimed') ON CONFLICT (task, step, address) DO NOTHING",
            )
            .bind(&reminder.task)
            .bind(reminder.step.as_str())
            .bind(plain(&reminder.address))
            .bind(plain(run))
            .bind(write.micros())
            .execute(&mut *write.tx)
            .await?;
            if made.rows_affected() > 0 {
                let details = json!({
                    "step": reminder.step, "run": run, "address_sha256": sha256_hex(&reminder.address),
                });
                write.audit("task.reminded", &format!("tasks/{}", reminder.task), &details).await?;
            }
        }
        let rows = sqlx::query(
            "SELECT task, step, address FROM reminders WHERE run = $1 ORDER BY address, task, step",
        )
        .bind(plain(run))
        .fetch_all(&mut *write.tx)
        .await?;
        let taken = rows.iter().map(reminder_row).collect();
        write.commit().await?;
        taken
    }

    /// Gives back what this run took for an address, because its mail could not be sent: a later run takes it again.
    pub async fn give_back_reminders(&self, run: &str, address: &str) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let gone = sqlx::query("DELETE FROM reminders WHERE run = $1 AND address = $2")
            .bind(plain(run))
            .bind(plain(address))
            .execute(&mut *write.tx)
            .await?;
        if gone.rows_affected() == 0 {
            return Ok(());
        }
        let details = json!({ "run": run, "address_sha256": sha256_hex(address) });
        write.audit("reminders.given_back", "reminders", &details).await?;
        write.commit().await
    }

    /// The reminders that were taken for these tasks so far.
    pub async fn reminders_taken(&self) -> Result<Vec<Reminder>, StoreError> {
        let rows = sqlx::query(
            "SELECT r.task, r.step, r.address FROM reminders r JOIN tasks t ON t.id = r.task
             WHERE t.state IN ('open', 'claimed') ORDER BY r.address, r.task, r.step",
        )
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(reminder_row).collect()
    }
}

fn reminder_row(row: &AnyRow) -> Result<Reminder, StoreError> {
    Ok(Reminder { task: row.text("task")?, step: row.word("step")?, address: row.text("address")? })
}
