//! Runs and their steps, as people see them. The engine's own state is disposable; this is not.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::database::Write;
use crate::ends::{FailureClass, PutAway, RunFailure, failure_of, put_away_of};
use crate::hash::value_sha256;
use crate::row::{Columns, plain};
use crate::words::words;
use crate::{Limits, Store, StoreError};

words! {
    /// How far a run has come.
    pub enum RunState {
        /// It waits for its turn: as many of its kind go as may.
        Queued = "queued",
        /// Steps are being done.
        Running = "running",
        /// It waits for a person, a time, or runs that it has started.
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
        !matches!(self, Self::Queued | Self::Running | Self::Waiting)
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
        /// It was done or tried, and a person said: do it anew.
        SetAside = "set_aside",
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
    /// How often a person had it done again.
    pub generation: u32,
    /// Why it failed, if it did.
    pub failure: Option<RunFailure>,
    /// Who put the failed run away.
    pub put_away: Option<PutAway>,
    /// The run whose step started it.
    pub parent: Option<String>,
    /// That step.
    pub parent_step: Option<u32>,
    /// How many runs stand above it.
    pub depth: u32,
    /// The step whose runs it waits for.
    pub awaits: Option<u32>,
    /// Until when it sleeps.
    pub wakes_at: Option<DateTime<Utc>>,
    /// Its place among the queued runs of its workflow, from 1.
    pub position: Option<u64>,
    /// What its script gave beside the note.
    pub answer: Option<Value>,
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
    /// How often a person had it done anew.
    pub edition: u32,
    /// How many of its attempts do not count any more, because a person had the run done again.
    pub forgiven: u32,
}

impl StepRow {
    /// Who deals with it, if it failed; a posting of which nobody knows has failed too, although its step is done.
    pub fn failure_class(&self) -> Option<FailureClass> {
        let output = self.output.as_ref()?;
        match self.state {
            StepState::Failed => output["class"].as_str()?.parse().ok(),
            StepState::Done if output["outcome"] == "unknown" => Some(FailureClass::OutcomeUnknown),
            _ => None,
        }
    }
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

pub(crate) const SELECT: &str =
    "SELECT r.id, r.workflow, r.script_sha256, r.document, d.name AS document_name, r.started_by,
    r.state, r.note, r.started_at, r.ended_at, r.generation, r.failure_class, r.failure_step, r.failure_line,
    r.put_away_by, r.put_away_at, r.put_away_why, r.parent, r.parent_step, r.depth, r.awaits, r.answer,
    (SELECT COUNT(*) FROM steps s WHERE s.run = r.id) AS steps,
    (SELECT MIN(t.wake_at) FROM timers t JOIN steps s ON s.run = t.run AND s.step_index = t.step_index
        WHERE t.run = r.id AND s.state = 'waiting') AS wakes_at,
    CASE WHEN r.state = 'queued' THEN (SELECT COUNT(*) FROM runs q WHERE q.state = 'queued'
        AND q.workflow = r.workflow AND (q.turn < r.turn OR (q.turn = r.turn AND (q.place < r.place
        OR (q.place = r.place AND q.id <= r.id))))) END AS position
    FROM runs r LEFT JOIN documents d ON d.sha256 = r.document";

/// Another machine has begun the step since.
const OTHER_HANDS: StoreError = StoreError::WrongState { what: "step", state: "in other hands" };

impl Store {
    /// Starts a run at once. False when there is one of that id already; nothing has changed then.
    pub async fn start_run(&self, run: &NewRun) -> Result<bool, StoreError> {
        Ok(self.start_run_within(run, &Limits::default()).await?.is_some())
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
        if now.is_final() || now == RunState::Queued || state == RunState::Queued {
            return Err(StoreError::WrongState { what: "run", state: now.as_str() });
        }
        write.set_run_state(id, state).await?;
        write.commit().await
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
            "SELECT run, step_index, name, state, attempt, input, output, started_at, ended_at, edition, forgiven
             FROM steps
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

    /// How often a person had a run done again.
    pub(crate) async fn generation(&mut self, id: &str) -> Result<u32, StoreError> {
        let row = sqlx::query("SELECT generation FROM runs WHERE id = $1").bind(id);
        row.fetch_one(&mut *self.tx).await?.count("generation")
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

pub(crate) fn run_row(row: &AnyRow) -> Result<RunRow, StoreError> {
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
        generation: row.count("generation")?,
        failure: failure_of(row)?,
        put_away: put_away_of(row)?,
        parent: row.maybe_text("parent")?,
        parent_step: row.maybe_count("parent_step")?,
        depth: row.count("depth")?,
        awaits: row.maybe_count("awaits")?,
        wakes_at: row.maybe_time("wakes_at")?,
        position: row.maybe_count("position")?,
        answer: row.maybe_json("answer")?,
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
        edition: row.count("edition")?,
        forgiven: row.count("forgiven")?,
    })
}
