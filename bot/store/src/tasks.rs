//! Review tasks: what a person is asked, who works on it, and what they decided.
//!
//! `open → claimed → decided → applied`. A claim is a lease: it ends by itself. A decision is final.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::database::Write;
use crate::hash::{sha256_hex, value_sha256};
use crate::row::{Columns, plain};
use crate::words::words;
use crate::{NewMemory, RunState, Store, StoreError};

words! {
    /// How far a task has come.
    pub enum TaskState {
        /// Nobody works on it.
        Open = "open",
        /// A person works on it (as long as the lease holds).
        Claimed = "claimed",
        /// A person has decided; the run has not yet gone on.
        Decided = "decided",
        /// The run went on with the decision.
        Applied = "applied",
    }
}

words! {
    /// What a person decided.
    pub enum Decision {
        /// As it is.
        Approve = "approve",
        /// With the values that the person put right.
        Correct = "correct",
        /// Not at all.
        Reject = "reject",
    }
}

words! {
    /// Which tasks to list.
    pub enum TaskView {
        /// Those that wait for a person, oldest first.
        Open = "open",
        /// Those that are decided, newest decision first.
        Done = "done",
        /// All, newest first.
        All = "all",
    }
}

/// A question to a person.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTask {
    /// Derived, so that asking twice is harmless: `<run>/<step index>`.
    pub id: String,
    /// The run that waits.
    pub run: String,
    /// The document in question.
    pub document: String,
    /// The workflow.
    pub workflow: String,
    /// Why a person is asked, in one sentence.
    pub reason: String,
    /// The findings.
    pub findings: Value,
    /// The invoice as it was read.
    pub invoice: Value,
}

/// A task as the pages show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TaskRow {
    /// Its id.
    pub id: String,
    /// The run that waits.
    pub run: String,
    /// The document in question.
    pub document: String,
    /// The name of that document.
    pub document_name: String,
    /// The workflow.
    pub workflow: String,
    /// How far it has come. A claim whose lease has ended still reads `claimed`: see [`TaskRow::held_by`].
    pub state: TaskState,
    /// Goes up whenever the task changes hands or is decided.
    pub version: i64,
    /// Who works on it.
    pub claimed_by: Option<String>,
    /// Until when that claim holds.
    pub claimed_until: Option<DateTime<Utc>>,
    /// What was decided.
    pub decision: Option<Decision>,
    /// By whom.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why a person is asked.
    pub reason: String,
    /// The findings.
    pub findings: Value,
    /// The invoice as it was read.
    pub invoice: Value,
    /// The values that the person put right.
    pub corrections: Option<Value>,
    /// What the person wrote.
    pub note: Option<String>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When the run went on.
    pub applied_at: Option<DateTime<Utc>>,
    /// The supplier, as read.
    pub supplier: Option<String>,
    /// The total, as read.
    pub total: Option<String>,
}

impl TaskRow {
    /// The person whose claim holds at the given time.
    pub fn held_by(&self, now: DateTime<Utc>) -> Option<&str> {
        let holds = self.state == TaskState::Claimed && self.claimed_until.is_some_and(|until| until > now);
        self.claimed_by.as_deref().filter(|_| holds)
    }

    /// Whether a decision was made.
    pub fn is_decided(&self) -> bool {
        matches!(self.state, TaskState::Decided | TaskState::Applied)
    }
}

/// Which tasks to list, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskFilter {
    /// Which.
    pub view: TaskView,
    /// At most so many.
    pub limit: u32,
}

impl TaskFilter {
    /// Those that wait for a person.
    pub const fn open(limit: u32) -> Self {
        Self { view: TaskView::Open, limit }
    }

    /// Those that are decided.
    pub const fn done(limit: u32) -> Self {
        Self { view: TaskView::Done, limit }
    }

    /// All.
    pub const fn all(limit: u32) -> Self {
        Self { view: TaskView::All, limit }
    }
}

/// A person's decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// What was decided.
    pub decision: Decision,
    /// Field names and the values that the person put there; an empty object when there are none.
    pub corrections: Value,
    /// What the person wrote.
    pub note: String,
}

pub(crate) const SELECT: &str =
    "SELECT t.id, t.run, t.document, d.name AS document_name, t.workflow, t.state, t.version,
    t.claimed_by, t.claimed_until, t.decision, t.decided_by, t.decided_at, t.applied_at, t.reason, t.findings,
    t.invoice, t.corrections, t.note, t.created_at, d.supplier, d.total
    FROM tasks t JOIN documents d ON d.sha256 = t.document";

impl Store {
    /// Asks a person. Asked again under the same id, it answers the task as it is by now.
    pub async fn open_task(&self, task: &NewTask) -> Result<TaskRow, StoreError> {
        let mut write = self.write().await?;
        let made = sqlx::query(
            "INSERT INTO tasks (id, run, document, workflow, state, version, reason, findings, invoice, created_at)
             VALUES ($1, $2, $3, $4, 'open', 1, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
        )
        .bind(plain(&task.id))
        .bind(&task.run)
        .bind(&task.document)
        .bind(plain(&task.workflow))
        .bind(plain(&task.reason))
        .bind(task.findings.to_string())
        .bind(task.invoice.to_string())
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        if made.rows_affected() > 0 {
            let details = json!({
                "run": task.run, "document": task.document, "findings_sha256": value_sha256(&task.findings),
                "invoice_sha256": value_sha256(&task.invoice),
            });
            write.audit("task.opened", &format!("tasks/{}", task.id), &details).await?;
            if write.run_state(&task.run).await? == RunState::Running {
                write.set_run_state(&task.run, RunState::Waiting).await?;
            }
        }
        let row = write.task(&task.id).await?;
        write.commit().await?;
        Ok(row)
    }

    /// Some tasks.
    pub async fn tasks(&self, filter: &TaskFilter) -> Result<Vec<TaskRow>, StoreError> {
        let which = match filter.view {
            TaskView::Open => "WHERE t.state IN ('open', 'claimed') ORDER BY t.created_at, t.id",
            TaskView::Done => "WHERE t.state IN ('decided', 'applied') ORDER BY t.decided_at DESC, t.id",
            TaskView::All => "ORDER BY t.created_at DESC, t.id",
        };
        let sql = format!("{SELECT} {which} LIMIT $1");
        let rows = sqlx::query(&sql).bind(i64::from(filter.limit)).fetch_all(self.reader()).await?;
        rows.iter().map(task_row).collect()
    }

    /// One task.
    pub async fn task(&self, id: &str) -> Result<Option<TaskRow>, StoreError> {
        let sql = format!("{SELECT} WHERE t.id = $1");
        let row = sqlx::query(&sql).bind(id).fetch_optional(self.reader()).await?;
        row.as_ref().map(task_row).transpose()
    }

    /// The tasks of a run, oldest first.
    pub async fn tasks_of_run(&self, run: &str) -> Result<Vec<TaskRow>, StoreError> {
        let sql = format!("{SELECT} WHERE t.run = $1 ORDER BY t.created_at, t.id");
        let rows = sqlx::query(&sql).bind(run).fetch_all(self.reader()).await?;
        rows.iter().map(task_row).collect()
    }

    /// How many tasks wait for a person.
    pub async fn tasks_open(&self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS waiting FROM tasks WHERE state IN ('open', 'claimed')")
            .fetch_one(self.reader())
            .await?;
        row.count("waiting")
    }

    /// Takes a task in hand for a while, or holds it for longer. A new holder raises the version, so that what
    /// an earlier holder still has on the screen can no longer be sent.
    pub async fn claim(&self, task: &str, person: &str, lease: Duration) -> Result<TaskRow, StoreError> {
        let mut write = self.write().await?;
        let row = write.undecided_task(task, person).await?;
        let renews = row.claimed_by.as_deref() == Some(person) && row.state == TaskState::Claimed;
        let lease = TimeDelta::from_std(lease).unwrap_or(TimeDelta::MAX);
        let until = write.now.checked_add_signed(lease).unwrap_or(DateTime::<Utc>::MAX_UTC);
        sqlx::query(
            "UPDATE tasks SET state = 'claimed', claimed_by = $2, claimed_until = $3, version = version + $4
             WHERE id = $1",
        )
        .bind(task)
        .bind(plain(person))
        .bind(until.timestamp_micros())
        .bind(i64::from(!renews))
        .execute(&mut *write.tx)
        .await?;
        // The chain tells who had it in hand, not every sign of life.
        if !renews {
            let details = json!({"version": row.version + 1});
            write.audit_by(person, "task.claimed", &format!("tasks/{task}"), &details).await?;
        }
        let row = write.task(task).await?;
        write.commit().await?;
        Ok(row)
    }

    /// Lets go of a task. False when this person did not hold it; nothing has changed then.
    pub async fn release(&self, task: &str, person: &str) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let changed = sqlx::query(
            "UPDATE tasks SET state = 'open', claimed_by = NULL, claimed_until = NULL
             WHERE id = $1 AND state = 'claimed' AND claimed_by = $2",
        )
        .bind(task)
        .bind(person)
        .execute(&mut *write.tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        write.audit_by(person, "task.released", &format!("tasks/{task}"), &json!({})).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Decides a task, once and for all. The person must hold it or nobody may; the version must be the one
    /// that the person saw.
    pub async fn decide(
        &self,
        task: &str,
        version: i64,
        person: &str,
        decided: &Decided,
    ) -> Result<TaskRow, StoreError> {
        self.decide_and_remember(task, version, person, decided, &[]).await
    }

    /// Decides a task, and remembers of its supplier what the person asked to have remembered: both, or neither.
    pub async fn decide_and_remember(
        &self,
        task: &str,
        version: i64,
        person: &str,
        decided: &Decided,
        memories: &[NewMemory],
    ) -> Result<TaskRow, StoreError> {
        let mut write = self.write().await?;
        let row = write.undecided_task(task, person).await?;
        if row.version != version {
            return Err(StoreError::VersionChanged);
        }
        sqlx::query(
            "UPDATE tasks SET state = 'decided', version = version + 1, decision = $2, decided_by = $3,
                 decided_at = $4, corrections = $5, note = $6, claimed_by = NULL, claimed_until = NULL
             WHERE id = $1",
        )
        .bind(task)
        .bind(decided.decision.as_str())
        .bind(plain(person))
        .bind(write.micros())
        .bind(decided.corrections.to_string())
        .bind(plain(&decided.note))
        .execute(&mut *write.tx)
        .await?;
        let details = json!({
            "decision": decided.decision, "version": version + 1, "document": row.document,
            "invoice_sha256": value_sha256(&row.invoice), "corrections_sha256": value_sha256(&decided.corrections),
            "note_sha256": sha256_hex(&decided.note),
        });
        write.audit_by(person, "task.decided", &format!("tasks/{task}"), &details).await?;
        for memory in memories {
            write.remember(&self.new_id(), &row.document, task, person, memory).await?;
        }
        let row = write.task(task).await?;
        write.commit().await?;
        Ok(row)
    }

    /// Decisions with which their runs have not yet gone on, oldest first: what the engine picks up after a crash.
    pub async fn decided_unapplied(&self) -> Result<Vec<TaskRow>, StoreError> {
        let sql = format!("{SELECT} WHERE t.state = 'decided' ORDER BY t.decided_at, t.id");
        let rows = sqlx::query(&sql).fetch_all(self.reader()).await?;
        rows.iter().map(task_row).collect()
    }

    /// Notes that the run went on with the decision. Once more does nothing.
    pub async fn mark_applied(&self, task: &str) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let row = write.task(task).await?;
        match row.state {
            TaskState::Applied => return Ok(()),
            TaskState::Decided => {}
            other => return Err(StoreError::WrongState { what: "task", state: other.as_str() }),
        }
        sqlx::query("UPDATE tasks SET state = 'applied', applied_at = $2 WHERE id = $1")
            .bind(task)
            .bind(write.micros())
            .execute(&mut *write.tx)
            .await?;
        write.audit("task.applied", &format!("tasks/{task}"), &json!({"run": row.run})).await?;
        if write.run_state(&row.run).await? == RunState::Waiting {
            write.set_run_state(&row.run, RunState::Running).await?;
        }
        write.commit().await
    }
}

impl Write {
    async fn task(&mut self, id: &str) -> Result<TaskRow, StoreError> {
        let sql = format!("{SELECT} WHERE t.id = $1");
        let row = sqlx::query(&sql).bind(id).fetch_optional(&mut *self.tx).await?;
        task_row(&row.ok_or(StoreError::NotFound { what: "task" })?)
    }

    /// The task, if this person may still change it.
    async fn undecided_task(&mut self, id: &str, person: &str) -> Result<TaskRow, StoreError> {
        let row = self.task(id).await?;
        if row.is_decided() {
            return Err(StoreError::AlreadyDecided);
        }
        match (row.held_by(self.now), row.claimed_until) {
            (Some(holder), Some(until)) if holder != person => {
                Err(StoreError::ClaimedByOther { by: holder.to_owned(), until })
            }
            _ => Ok(row),
        }
    }
}

pub(crate) fn task_row(row: &AnyRow) -> Result<TaskRow, StoreError> {
    Ok(TaskRow {
        id: row.text("id")?,
        run: row.text("run")?,
        document: row.text("document")?,
        document_name: row.text("document_name")?,
        workflow: row.text("workflow")?,
        state: row.word("state")?,
        version: row.number("version")?,
        claimed_by: row.maybe_text("claimed_by")?,
        claimed_until: row.maybe_time("claimed_until")?,
        decision: row.maybe_word("decision")?,
        decided_by: row.maybe_text("decided_by")?,
        decided_at: row.maybe_time("decided_at")?,
        reason: row.text("reason")?,
        findings: row.json("findings")?,
        invoice: row.json("invoice")?,
        corrections: row.maybe_json("corrections")?,
        note: row.maybe_text("note")?,
        created_at: row.time("created_at")?,
        applied_at: row.maybe_time("applied_at")?,
        supplier: row.maybe_text("supplier")?,
        total: row.maybe_text("total")?,
    })
}
