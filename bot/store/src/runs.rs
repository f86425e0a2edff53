//! Runs and their steps, as people see them. The engine's own state is disposable; this is not.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::database::Write;
use crate::hash::{sha256_hex, value_sha256};
use crate::row::{Columns, plain};
use crate::words::words;
use crate::{Store, StoreError};

words! {
    /// How far a run has come.
    pub enum RunState {
        /// Steps are being done.
        Running = "running",
        /// A person is asked.
        Waiting = "waiting",
        /// Everything was done.
        Done = "done",
        /// A person rejected the document.
        Rejected = "rejected",
        /// It ended well, but nothing was posted (not an invoice, already there, only checked).
        NotPosted = "not_posted",
        /// It could not go on.
        Failed = "failed",
        /// A person stopped it.
        Cancelled = "cancelled",
    }
}

impl RunState {
    /// Whether the run has ended.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Running | Self::Waiting)
    }
}

words! {
    /// How far a step has come.
    pub enum StepState {
        /// It is being done.
        Running = "running",
        /// It waits for a person or a time.
        Waiting = "waiting",
        /// It was done.
        Done = "done",
        /// It failed.
        Failed = "failed",
    }
}

/// A run that is to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// Derived, so that a second start is harmless: `invoice/<sha256>`, `daily_digest/<nominal time>`.
    pub id: String,
    /// The workflow.
    pub workflow: String,
    /// The hash of the script's text on which this run stays.
    pub script_sha256: String,
    /// The document, if it has one.
    pub document: Option<String>,
    /// What started it: `folder`, `upload`, `schedule`, `person`.
    pub trigger: String,
}

/// A run as the pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunRow {
    /// Its id.
    pub id: String,
    /// The workflow.
    pub workflow: String,
    /// The hash of its script's text.
    pub script_sha256: String,
    /// The document, if it has one.
    pub document: Option<String>,
    /// The name of that document.
    pub document_name: Option<String>,
    /// What started it.
    pub trigger: String,
    /// How far it has come.
    pub state: RunState,
    /// How it ended, in words.
    pub note: String,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// How many steps it has begun.
    pub steps: u32,
}

/// A step as the pages show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepRow {
    /// The run.
    pub run: String,
    /// Its place in the run, from 0.
    pub index: u32,
    /// The host call, such as `read`.
    pub name: String,
    /// How far it has come.
    pub state: StepState,
    /// How often it was begun.
    pub attempt: u32,
    /// What it was given.
    pub input: Value,
    /// What it gave.
    pub output: Option<Value>,
    /// When it was last begun.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Which runs to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunFilter {
    /// Only those in this state.
    pub state: Option<RunState>,
    /// Only those of this workflow.
    pub workflow: Option<String>,
    /// Only those of this document.
    pub document: Option<String>,
    /// At most so many.
    pub limit: u32,
}

const SELECT: &str =
    "SELECT r.id, r.workflow, r.script_sha256, r.document, d.name AS document_name, r.started_by,
    r.state, r.note, r.started_at, r.ended_at,
    (SELECT COUNT(*) FROM steps s WHERE s.run = r.id) AS steps
    FROM runs r LEFT JOIN documents d ON d.sha256 = r.document";

/// Another machine has begun the step since.
const OTHER_HANDS: StoreError = StoreError::WrongState { what: "step", state: "in other hands" };

impl Store {
    /// Starts a run. False when there is one of that id already; nothing has changed then.
    pub async fn start_run(&self, run: &NewRun) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let made = sqlx::query(
            "INSERT INTO runs (id, workflow, script_sha256, document, started_by, state, note, started_at)
             VALUES ($1, $2, $3, $4, $5, 'running', '', $6) ON CONFLICT (id) DO NOTHING",
        )
        .bind(plain(&run.id))
        .bind(plain(&run.workflow))
        .bind(plain(&run.script_sha256))
        .bind(run.document.as_deref())
        .bind(plain(&run.trigger))
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        if made.rows_affected() == 0 {
            return Ok(false);
        }
        let details = json!({
            "workflow": run.workflow, "script_sha256": run.script_sha256, "document": run.document,
            "trigger": run.trigger,
        });
        write.audit("run.started", &format!("runs/{}", run.id), &details).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Says whether a run that has not ended is running or waiting.
    pub async fn mark_run(&self, id: &str, state: RunState) -> Result<(), StoreError> {
        if state.is_final() {
            return Err(StoreError::WrongState { what: "run", state: state.as_str() });
        }
        let mut write = self.write().await?;
        let now = write.run_state(id).await?;
        if now == state {
            return Ok(());
        }
        if now.is_final() {
            return Err(StoreError::WrongState { what: "run", state: now.as_str() });
        }
        write.set_run_state(id, state).await?;
        write.commit().await
    }

    /// Ends a run. To end it again in the same state does nothing; in another state it is an error.
    pub async fn finish_run(&self, id: &str, state: RunState, note: &str) -> Result<(), StoreError> {
        if !state.is_final() {
            return Err(StoreError::WrongState { what: "run", state: state.as_str() });
        }
        let mut write = self.write().await?;
        let now = write.run_state(id).await?;
        if now == state {
            return Ok(());
        }
        if now.is_final() {
            return Err(StoreError::WrongState { what: "run", state: now.as_str() });
        }
        sqlx::query("UPDATE runs SET state = $2, note = $3, ended_at = $4 WHERE id = $1")
            .bind(id)
            .bind(state.as_str())
            .bind(plain(note))
            .bind(write.micros())
            .execute(&mut *write.tx)
            .await?;
        let details = json!({"state": state, "note_sha256": sha256_hex(note)});
        write.audit("run.finished", &format!("runs/{id}"), &details).await?;
        write.commit().await
    }

    /// Puts a failed or cancelled run back to running, because a person said: run it again. False when the
    /// run is in another state; nothing has changed then.
    pub async fn reopen_run(&self, id: &str) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let now = write.run_state(id).await?;
        if !matches!(now, RunState::Failed | RunState::Cancelled) {
            return Ok(false);
        }
        sqlx::query("UPDATE runs SET state = 'running', note = '', ended_at = NULL WHERE id = $1")
            .bind(id)
            .execute(&mut *write.tx)
            .await?;
        write.audit("run.reopened", &format!("runs/{id}"), &json!({"from": now})).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Begins a step, or begins it once more. Answers its attempt: how many times it was begun, this one included.
    ///
    /// `seen` is the attempt that the caller knows of, 0 for none: of two that begin it at once, one is refused.
    pub async fn begin_step(
        &self,
        run: &str,
        index: u32,
        name: &str,
        input: &Value,
        seen: u32,
    ) -> Result<u32, StoreError> {
        let mut write = self.write().await?;
        write.run_state(run).await?;
        if write.attempt(run, index).await? != seen {
            return Err(OTHER_HANDS);
        }
        sqlx::query(
            "INSERT INTO steps (run, step_index, name, state, attempt, input, started_at)
             VALUES ($1, $2, $3, 'running', 1, $4, $5)
             ON CONFLICT (run, step_index) DO UPDATE SET name = excluded.name, state = 'running',
                 attempt = steps.attempt + 1, input = excluded.input, output = NULL,
                 started_at = excluded.started_at, ended_at = NULL",
        )
        .bind(run)
        .bind(i64::from(index))
        .bind(plain(name))
        .bind(input.to_string())
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        let attempt = write.attempt(run, index).await?;
        let details =
            json!({"index": index, "step": name, "attempt": attempt, "input_sha256": value_sha256(input)});
        write.audit("step.begun", &format!("runs/{run}"), &details).await?;
        write.commit().await?;
        Ok(attempt)
    }

    /// Ends a step (or says that it waits). Who began it before the last one is refused.
    pub async fn end_step(
        &self,
        run: &str,
        index: u32,
        attempt: u32,
        state: StepState,
        output: &Value,
    ) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let ended = matches!(state, StepState::Done | StepState::Failed).then(|| write.micros());
        let changed = sqlx::query(
            "UPDATE steps SET state = $3, output = $4, ended_at = $5
             WHERE run = $1 AND step_index = $2 AND attempt = $6",
        )
        .bind(run)
        .bind(i64::from(index))
        .bind(state.as_str())
        .bind(output.to_string())
        .bind(ended)
        .bind(i64::from(attempt))
        .execute(&mut *write.tx)
        .await?;
        if changed.rows_affected() == 0 {
            let none = write.attempt(run, index).await? == 0;
            return Err(if none { StoreError::NotFound { what: "step" } } else { OTHER_HANDS });
        }
        let details = json!({"index": index, "state": state, "output_sha256": value_sha256(output)});
        write.audit("step.ended", &format!("runs/{run}"), &details).await?;
        write.commit().await
    }

    /// Runs, newest first.
    pub async fn runs(&self, limit: u32) -> Result<Vec<RunRow>, StoreError> {
        self.runs_where(&RunFilter { limit, ..RunFilter::default() }).await
    }

    /// Some runs, newest first.
    pub async fn runs_where(&self, filter: &RunFilter) -> Result<Vec<RunRow>, StoreError> {
        // A condition whose value is NULL does not count.
        let sql = format!(
            "{SELECT} WHERE ($1 IS NULL OR r.state = $1) AND ($2 IS NULL OR r.workflow = $2)
                AND ($3 IS NULL OR r.document = $3)
             ORDER BY r.started_at DESC, r.id LIMIT $4"
        );
        let rows = sqlx::query(&sql)
            .bind(filter.state.map(RunState::as_str))
            .bind(filter.workflow.as_deref())
            .bind(filter.document.as_deref())
            .bind(i64::from(filter.limit))
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(run_row).collect()
    }

    /// One run and its steps, in order.
    pub async fn run(&self, id: &str) -> Result<Option<(RunRow, Vec<StepRow>)>, StoreError> {
        let sql = format!("{SELECT} WHERE r.id = $1");
        let Some(row) = sqlx::query(&sql).bind(id).fetch_optional(self.reader()).await? else {
            return Ok(None);
        };
        let steps = sqlx::query(
            "SELECT run, step_index, name, state, attempt, input, output, started_at, ended_at FROM steps
             WHERE run = $1 ORDER BY step_index",
        )
        .bind(id)
        .fetch_all(self.reader())
        .await?;
        let steps = steps.iter().map(step_row).collect::<Result<_, _>>()?;
        Ok(Some((run_row(&row)?, steps)))
    }
}

impl Write {
    /// How often a step was begun.
    async fn attempt(&mut self, run: &str, index: u32) -> Result<u32, StoreError> {
        let row = sqlx::query("SELECT attempt FROM steps WHERE run = $1 AND step_index = $2")
            .bind(run)
            .bind(i64::from(index))
            .fetch_optional(&mut *self.tx)
            .await?;
        row.map_or(Ok(0), |row| row.count("attempt"))
    }

    /// The state of a run, as this transaction sees it.
    pub(crate) async fn run_state(&mut self, id: &str) -> Result<RunState, StoreError> {
        let row = sqlx::query("SELECT state FROM runs WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut *self.tx)
            .await?;
        row.ok_or(StoreError::NotFound { what: "run" })?.word("state")
    }

    /// Moves a run between running and waiting, and says so in the chain.
    pub(crate) async fn set_run_state(&mut self, id: &str, state: RunState) -> Result<(), StoreError> {
        sqlx::query("UPDATE runs SET state = $2 WHERE id = $1")
            .bind(id)
            .bind(state.as_str())
            .execute(&mut *self.tx)
            .await?;
        self.audit("run.state", &format!("runs/{id}"), &json!({"state": state})).await
    }
}

fn run_row(row: &AnyRow) -> Result<RunRow, StoreError> {
    Ok(RunRow {
        id: row.text("id")?,
        workflow: row.text("workflow")?,
        script_sha256: row.text("script_sha256")?,
        document: row.maybe_text("document")?,
        document_name: row.maybe_text("document_name")?,
        trigger: row.text("started_by")?,
        state: row.word("state")?,
        note: row.text("note")?,
        started_at: row.time("started_at")?,
        ended_at: row.maybe_time("ended_at")?,
        steps: row.count("steps")?,
    })
}

fn step_row(row: &AnyRow) -> Result<StepRow, StoreError> {
    Ok(StepRow {
        run: row.text("run")?,
        index: row.count("step_index")?,
        name: row.text("name")?,
        state: row.word("state")?,
        attempt: row.count("attempt")?,
        input: row.json("input")?,
        output: row.maybe_json("output")?,
        started_at: row.time("started_at")?,
        ended_at: row.maybe_time("ended_at")?,
    })
}
