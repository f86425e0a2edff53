//! How runs end, and what a person does about those that failed: have them done again, or put them away.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::database::Write;
use crate::hash::sha256_hex;
use crate::row::{Columns, plain};
use crate::runs::{RunRow, SELECT, run_row};
use crate::words::words;
use crate::{RunState, Store, StoreError};

words! {
    /// Who deals with a failure.
    pub enum FailureClass {
        /// Data is wrong or missing: a person must mend it.
        Business = "business",
        /// A system or a script is out of order.
        Application = "application",
        /// Something was sent, and nobody can tell what came of it.
        OutcomeUnknown = "outcome_unknown",
    }
}

/// Why a run failed; its note says it in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFailure {
    /// Who deals with it.
    pub class: FailureClass,
    /// The step in which, or the last one after which it failed.
    pub step: Option<u32>,
    /// The line of the script.
    pub line: Option<u32>,
}

/// Who said that nothing more is to be done about a failed run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PutAway {
    /// A person's id.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub why: String,
}

/// How a run ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunEnd {
    /// The run.
    pub run: String,
    /// The generation that ends; none: whichever there is.
    pub generation: Option<u32>,
    /// How.
    pub state: RunState,
    /// In words.
    pub note: String,
    /// Why it failed, if it did.
    pub failure: Option<RunFailure>,
    /// What it gives to the run that started it.
    pub answer: Option<Value>,
}

/// A failed or cancelled run that is to be done again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// The run.
    pub run: String,
    /// The first step that is not answered from the record.
    pub from: u32,
    /// Whether that step and the later ones are done anew, even where they were done.
    pub anew: bool,
    /// The version of the script on which it goes on.
    pub script_sha256: String,
    /// Why, in a person's words.
    pub why: String,
}

impl Store {
    /// Ends a run. To end it again in the same state does nothing; in another state it is an error.
    pub async fn finish_run(&self, id: &str, state: RunState, note: &str) -> Result<(), StoreError> {
        let (run, note) = (id.to_owned(), note.to_owned());
        self.end_run(&RunEnd { run, generation: None, state, note, failure: None, answer: None }).await
    }

    /// Ends a run as [`Store::finish_run`] does, with why it failed and what it gives to the run that started it.
    pub async fn end_run(&self, end: &RunEnd) -> Result<(), StoreError> {
        let RunEnd { run: id, generation, state, note, failure, answer } = end;
        if !state.is_final() {
            return Err(StoreError::WrongState { what: "run", state: state.as_str() });
        }
        let mut write = self.write().await?;
        let now = write.run_state(id).await?;
        let of_this = generation.is_none() || *generation == Some(write.generation(id).await?);
        if now == *state && of_this {
            return Ok(());
        }
        if now.is_final() || !of_this {
            return Err(StoreError::WrongState { what: "run", state: now.as_str() });
        }
        sqlx::query(
            "UPDATE runs SET state = $2, note = $3, ended_at = $4, failure_class = $5, failure_step = $6,
                failure_line = $7, answer = $8, awaits = NULL WHERE id = $1",
        )
        .bind(id)
        .bind(state.as_str())
        .bind(plain(note))
        .bind(write.micros())
        .bind(failure.as_ref().map(|failure| failure.class.as_str()))
        .bind(failure.as_ref().and_then(|failure| failure.step).map(i64::from))
        .bind(failure.as_ref().and_then(|failure| failure.line).map(i64::from))
        .bind(answer.as_ref().map(|answer| plain(&answer.to_string())))
        .execute(&mut *write.tx)
        .await?;
        let details = json!({"state": state, "note_sha256": sha256_hex(note)});
        write.audit("run.finished", &format!("runs/{id}"), &details).await?;
        write.commit().await
    }

    /// Queues a failed or cancelled run once more, because a person said so; the runs that it had started and that were
    /// cancelled with it are queued too. False when it is in another state; nothing has changed then.
    pub async fn run_again(&self, again: &Again) -> Result<bool, StoreError> {
        let Again { run, from, anew, script_sha256, why } = again;
        let mut write = self.write().await?;
        let was = write.run_state(run).await?;
        if !matches!(was, RunState::Failed | RunState::Cancelled) {
            return Ok(false);
        }
        sqlx::query("UPDATE runs SET script_sha256 = $2 WHERE id = $1")
            .bind(run)
            .bind(plain(script_sha256))
            .execute(&mut *write.tx)
            .await?;
        // What crashed too often may try as often again.
        let sql = if *anew {
            "UPDATE steps SET forgiven = attempt, state = 'set_aside', edition = edition + 1
             WHERE run = $1 AND step_index >= $2"
        } else {
            "UPDATE steps SET forgiven = attempt WHERE run = $1 AND step_index >= $2"
        };
        sqlx::query(sql).bind(run).bind(i64::from(*from)).execute(&mut *write.tx).await?;
        if *anew {
            sqlx::query("DELETE FROM timers WHERE run = $1 AND step_index >= $2")
                .bind(run)
                .bind(i64::from(*from))
                .execute(&mut *write.tx)
                .await?;
        }
        write.reopen_tasks(run, *from, *anew).await?;
        let details = json!({"from": was, "step": from, "anew": anew, "why_sha256": sha256_hex(why)});
        write.reopen(run, &details).await?;
        let mut parents = if *anew { Vec::new() } else { vec![(run.clone(), i64::from(*from))] };
        while let Some((parent, from)) = parents.pop() {
            let rows = sqlx::query(
                "SELECT id FROM runs WHERE parent = $1 AND parent_step >= $2 AND state = 'cancelled'",
            )
            .bind(&parent)
            .bind(from)
            .fetch_all(&mut *write.tx)
            .await?;
            for row in rows {
                let child = row.text("id")?;
                write.reopen_tasks(&child, 0, false).await?;
                write.reopen(&child, &json!({"from": "cancelled", "parent": parent})).await?;
                parents.push((child, 0));
            }
        }
        write.commit().await?;
        Ok(true)
    }

    /// Takes a failed run off the list of those that somebody must look at. False when it is not on it.
    pub async fn put_away(&self, run: &str, person: &str, why: &str) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        if write.run_state(run).await? != RunState::Failed {
            return Ok(false);
        }
        let done = sqlx::query(
            "UPDATE runs SET put_away_by = $2, put_away_at = $3, put_away_why = $4
             WHERE id = $1 AND put_away_at IS NULL",
        )
        .bind(run)
        .bind(plain(person))
        .bind(write.micros())
        .bind(plain(why))
        .execute(&mut *write.tx)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        let details = json!({"why_sha256": sha256_hex(why)});
        write.audit_by(person, "run.put_away", &format!("runs/{run}"), &details).await?;
        write.commit().await?;
        Ok(true)
    }

    /// The failed runs that nobody has had done again or put away, the latest first.
    pub async fn dead_letters(&self, limit: u32) -> Result<Vec<RunRow>, StoreError> {
        let sql = format!(
            "{SELECT} WHERE r.state = 'failed' AND r.put_away_at IS NULL ORDER BY r.ended_at DESC, r.id LIMIT $1"
        );
        let rows = sqlx::query(&sql).bind(i64::from(limit)).fetch_all(self.reader()).await?;
        rows.iter().map(run_row).collect()
    }

    /// How many there are.
    pub async fn dead_letters_count(&self) -> Result<u64, StoreError> {
        let sql = "SELECT COUNT(*) AS found FROM runs WHERE state = 'failed' AND put_away_at IS NULL";
        sqlx::query(sql).fetch_one(self.reader()).await?.count("found")
    }
}

impl Write {
    /// Opens the questions again that were closed because the run had ended, as far as the steps that asked them are
    /// kept. Those about a failed step are asked anew by the step.
    async fn reopen_tasks(&mut self, run: &str, from: u32, anew: bool) -> Result<(), StoreError> {
        let closed = sqlx::query(
            "SELECT t.id FROM tasks t JOIN runs r ON r.id = t.run
             WHERE t.run = $1 AND t.decided_at >= r.ended_at AND t.id NOT LIKE '%-failure-%'",
        );
        for row in closed.bind(run).fetch_all(&mut *self.tx).await? {
            let id = row.text("id")?;
            let step = id.strip_prefix(run).and_then(|rest| rest.trim_start_matches('/').split('.').next());
            let step = step.and_then(|step| step.parse::<u32>().ok());
            if anew && step.is_none_or(|step| step >= from) {
                continue;
            }
            sqlx::query(
                "UPDATE tasks SET state = 'open', version = version + 1, claimed_by = NULL, claimed_until = NULL,
                    decision = NULL, decided_by = NULL, decided_at = NULL, applied_at = NULL, corrections = NULL,
                    note = NULL WHERE id = $1",
            )
            .bind(&id)
            .execute(&mut *self.tx)
            .await?;
            self.audit("task.reopened", &format!("tasks/{id}"), &json!({"run": run})).await?;
        }
        Ok(())
    }

    /// Queues a run that had ended, as its next generation.
    async fn reopen(&mut self, run: &str, details: &Value) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE runs SET state = 'queued', generation = generation + 1, note = '', ended_at = NULL,
                turn = $2, released_at = NULL, failure_class = NULL, failure_step = NULL, failure_line = NULL,
                put_away_by = NULL, put_away_at = NULL, put_away_why = NULL, awaits = NULL, answer = NULL
             WHERE id = $1",
        )
        .bind(run)
        .bind(self.micros())
        .execute(&mut *self.tx)
        .await?;
        self.audit("run.reopened", &format!("runs/{run}"), details).await
    }
}

pub(crate) fn failure_of(row: &AnyRow) -> Result<Option<RunFailure>, StoreError> {
    let Some(class) = row.maybe_word("failure_class")? else { return Ok(None) };
    let (step, line) = (row.maybe_count("failure_step")?, row.maybe_count("failure_line")?);
    Ok(Some(RunFailure { class, step, line }))
}

pub(crate) fn put_away_of(row: &AnyRow) -> Result<Option<PutAway>, StoreError> {
    let Some(at) = row.maybe_time("put_away_at")? else { return Ok(None) };
    let text = |column| row.maybe_text(column).map(Option::unwrap_or_default);
    Ok(Some(PutAway { by: text("put_away_by")?, at, why: text("put_away_why")? }))
}
