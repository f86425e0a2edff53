//! Runs that wait for their turn: how many of a workflow may go at a time and begin in a minute, and who goes first.
//!
//! Everything is decided in one transaction from what the tables say, so that several programs may ask at once.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::Serialize;
use serde_json::json;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::database::Write;
use crate::row::{Columns, plain};
use crate::runs::{RunRow, SELECT, run_row};
use crate::words::words;
use crate::{NewRun, RunState, Store, StoreError};

/// The time in which starts are counted against a rate.
const MINUTE: TimeDelta = TimeDelta::minutes(1);
/// So many runs of one kind begin at most in one look.
const AT_A_LOOK: i64 = 200;

words! {
    /// Whose turn comes first.
    pub enum Priority {
        /// Before the others.
        High = "high",
        /// Like most.
        Normal = "normal",
        /// When there is time.
        Low = "low",
    }
}

impl Priority {
    /// So much later its turn comes than that of a run of high priority that came at the same moment. Because it is a
    /// time and no rank, whoever waits long enough goes before everybody who comes later.
    pub const fn behind(self) -> TimeDelta {
        match self {
            Self::High => TimeDelta::zero(),
            Self::Normal => TimeDelta::minutes(10),
            Self::Low => TimeDelta::hours(1),
        }
    }
}

/// What a workflow may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// So many of its runs are at work at the same time. Who waits for a person or a time is not at work.
    pub at_once: Option<u32>,
    /// So many of them begin within a minute.
    pub per_minute: Option<u32>,
    /// Whose turn comes first.
    pub priority: Priority,
}

/// What runs may take.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// So many runs of all workflows together are at work at the same time.
    pub at_once: Option<u32>,
    /// What single workflows may take.
    pub workflows: BTreeMap<String, Limit>,
}

impl Limits {
    fn of(&self, workflow: &str) -> Limit {
        let free = Limit { at_once: None, per_minute: None, priority: Priority::Normal };
        self.workflows.get(workflow).copied().unwrap_or(free)
    }
}

/// What a queued run waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "why", content = "limit")]
pub enum Held {
    /// So many runs of its workflow are at work.
    AtOnce(u32),
    /// So many runs of its workflow have begun within a minute.
    PerMinute(u32),
    /// So many runs of all workflows are at work.
    All(u32),
    /// So many of the runs that its parent started with it have not ended.
    Siblings(u32),
    /// Nothing: it begins at the next look, or after those before it.
    Turn,
}

/// Runs that a step of another run starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChildren {
    /// The run whose step it is.
    pub parent: String,
    /// The step.
    pub step: u32,
    /// So many of them may go at a time.
    pub at_once: Option<u32>,
    /// The runs, in order.
    pub runs: Vec<NewRun>,
}

impl Store {
    /// Starts a run, or queues it when a limit is reached. None when there is one of that id already; nothing has
    /// changed then.
    pub async fn start_run_within(
        &self,
        run: &NewRun,
        limits: &Limits,
    ) -> Result<Option<RunState>, StoreError> {
        let mut write = self.write().await?;
        let now = write.micros();
        let at_once = held(&mut write.tx, &run.workflow, limits, now).await?.is_none();
        let state = if at_once { RunState::Running } else { RunState::Queued };
        let new = New { run, state, child: None, place: 0 };
        if !write.insert_run(&new, limits).await? {
            return Ok(None);
        }
        write.commit().await?;
        Ok(Some(state))
    }

    /// Queues the runs that a step of another run starts. Those that are there already stay as they are.
    pub async fn start_children(&self, children: &NewChildren, limits: &Limits) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        write.run_state(&children.parent).await?;
        for (place, run) in (0..).zip(&children.runs) {
            let new = New { run, state: RunState::Queued, child: Some(children), place };
            write.insert_run(&new, limits).await?;
        }
        write.commit().await
    }

    /// The runs that a step of a run has started, in order; without a step, those of all its steps.
    pub async fn children(&self, parent: &str, step: Option<u32>) -> Result<Vec<RunRow>, StoreError> {
        let sql = format!(
            "{SELECT} WHERE r.parent = $1 AND ($2 IS NULL OR r.parent_step = $2)
             ORDER BY r.parent_step, r.place, r.id"
        );
        let rows = sqlx::query(&sql).bind(parent).bind(step.map(i64::from)).fetch_all(self.reader()).await?;
        rows.iter().map(run_row).collect()
    }

    /// Lets queued runs go as far as the limits allow, and answers which.
    pub async fn release_runs(&self, limits: &Limits) -> Result<Vec<String>, StoreError> {
        // Mostly nobody waits, and to find that out needs no lock.
        let waiting = sqlx::query("SELECT id FROM runs WHERE state = 'queued' LIMIT 1");
        if waiting.fetch_optional(self.reader()).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut write = self.write().await?;
        let mut room = Room::now(&mut write.tx, limits).await?;
        let now = write.micros();
        let mut next = candidates(&mut write.tx, &mut room, now).await?;
        next.sort();
        let mut released = Vec::new();
        for candidate in next {
            if !room.take(&candidate.workflow) {
                continue;
            }
            sqlx::query("UPDATE runs SET state = 'running', released_at = $2 WHERE id = $1")
                .bind(&candidate.id)
                .bind(now)
                .execute(&mut *write.tx)
                .await?;
            write.audit("run.released", &format!("runs/{}", candidate.id), &json!({})).await?;
            released.push(candidate.id);
        }
        if !released.is_empty() {
            write.commit().await?;
        }
        Ok(released)
    }

    /// What a queued run waits for.
    pub async fn why_queued(&self, run: &RunRow, limits: &Limits) -> Result<Held, StoreError> {
        let mut reader = self.reader().acquire().await?;
        let siblings = sqlx::query(
            "SELECT r.at_once, (SELECT COUNT(*) FROM runs s WHERE s.parent = r.parent
                AND s.parent_step = r.parent_step AND s.state IN ('running', 'waiting')) AS going
             FROM runs r WHERE r.id = $1",
        );
        let siblings = siblings.bind(&run.id).fetch_one(&mut *reader).await?;
        if let Some(at_once) = siblings.maybe_count::<u32>("at_once")?
            && siblings.count::<u32>("going")? >= at_once
        {
            return Ok(Held::Siblings(at_once));
        }
        let limit = limits.of(&run.workflow);
        let now = self.now().timestamp_micros();
        Ok(full(&mut reader, &run.workflow, limit, limits.at_once, now).await?.unwrap_or(Held::Turn))
    }
}

/// A run that is to be written down.
struct New<'a> {
    run: &'a NewRun,
    state: RunState,
    child: Option<&'a NewChildren>,
    place: i64,
}

impl Write {
    async fn insert_run(&mut self, new: &New<'_>, limits: &Limits) -> Result<bool, StoreError> {
        let New { run, state, child, place } = new;
        let behind = limits.of(&run.workflow).priority.behind().num_microseconds().unwrap_or_default();
        let running = *state == RunState::Running;
        let made = sqlx::query(
            "INSERT INTO runs (id, workflow, script_sha256, document, started_by, state, note, started_at,
                turn, released_at, parent, parent_step, place, at_once, depth)
             VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, $9, $10, $11, $12, $13,
                COALESCE((SELECT p.depth + 1 FROM runs p WHERE p.id = $10), 0))
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(plain(&run.id))
        .bind(plain(&run.workflow))
        .bind(plain(&run.script_sha256))
        .bind(run.document.as_deref())
        .bind(plain(&run.trigger))
        .bind(state.as_str())
        .bind(self.micros())
        .bind(self.micros() + behind)
        .bind(running.then(|| self.micros()))
        .bind(child.map(|child| child.parent.as_str()))
        .bind(child.map(|child| i64::from(child.step)))
        .bind(*place)
        .bind(child.and_then(|child| child.at_once).map(i64::from))
        .execute(&mut *self.tx)
        .await?;
        if made.rows_affected() == 0 {
            return Ok(false);
        }
        let mut details = json!({
            "workflow": run.workflow, "script_sha256": run.script_sha256, "document": run.document,
            "trigger": run.trigger,
        });
        if let Some(child) = child {
            details["parent"] = json!(child.parent);
        }
        let action = if running { "run.started" } else { "run.queued" };
        self.audit(action, &format!("runs/{}", run.id), &details).await?;
        Ok(true)
    }
}

/// Why a new run of a workflow cannot begin at once.
async fn held(
    db: &mut AnyConnection,
    workflow: &str,
    limits: &Limits,
    now: i64,
) -> Result<Option<Held>, StoreError> {
    let limit = limits.of(workflow);
    if limits.at_once.is_none() && limit.at_once.is_none() && limit.per_minute.is_none() {
        return Ok(None);
    }
    // Nobody overtakes those who wait for the same.
    let ahead =
        sqlx::query("SELECT id FROM runs WHERE state = 'queued' AND ($1 = 1 OR workflow = $2) LIMIT 1");
    let ahead = ahead.bind(i64::from(limits.at_once.is_some())).bind(workflow);
    if ahead.fetch_optional(&mut *db).await?.is_some() {
        return Ok(Some(Held::Turn));
    }
    full(db, workflow, limit, limits.at_once, now).await
}

/// Which limit of a workflow is reached.
async fn full(
    db: &mut AnyConnection,
    workflow: &str,
    limit: Limit,
    all: Option<u32>,
    now: i64,
) -> Result<Option<Held>, StoreError> {
    if let Some(most) = limit.at_once {
        let sql = "SELECT COUNT(*) AS found FROM runs WHERE state = 'running' AND workflow = $1";
        let row = sqlx::query(sql).bind(workflow).fetch_one(&mut *db).await?;
        if row.count::<u32>("found")? >= most {
            return Ok(Some(Held::AtOnce(most)));
        }
    }
    if let Some(most) = limit.per_minute
        && begun_lately(db, workflow, now).await? >= i64::from(most)
    {
        return Ok(Some(Held::PerMinute(most)));
    }
    if let Some(most) = all {
        let row = sqlx::query("SELECT COUNT(*) AS found FROM runs WHERE state = 'running'");
        if row.fetch_one(&mut *db).await?.count::<u32>("found")? >= most {
            return Ok(Some(Held::All(most)));
        }
    }
    Ok(None)
}

async fn begun_lately(db: &mut AnyConnection, workflow: &str, now: i64) -> Result<i64, StoreError> {
    let since = now - MINUTE.num_microseconds().unwrap_or_default();
    let sql = "SELECT COUNT(*) AS found FROM runs WHERE workflow = $1 AND released_at > $2";
    sqlx::query(sql).bind(workflow).bind(since).fetch_one(&mut *db).await?.number("found")
}

/// How many runs may still begin.
struct Room<'a> {
    limits: &'a Limits,
    all: i64,
    running: BTreeMap<String, i64>,
    of: BTreeMap<String, i64>,
}

impl<'a> Room<'a> {
    async fn now(db: &mut AnyConnection, limits: &'a Limits) -> Result<Self, StoreError> {
        let rows = sqlx::query(
            "SELECT workflow, COUNT(*) AS found FROM runs WHERE state = 'running' GROUP BY workflow",
        );
        let mut running = BTreeMap::new();
        for row in rows.fetch_all(&mut *db).await? {
            running.insert(row.text("workflow")?, row.number("found")?);
        }
        let all = limits.at_once.map_or(i64::MAX, |most| i64::from(most) - running.values().sum::<i64>());
        Ok(Self { limits, all, running, of: BTreeMap::new() })
    }

    /// How many runs of a workflow may begin now, by its own limits.
    async fn of(&mut self, db: &mut AnyConnection, workflow: &str, now: i64) -> Result<i64, StoreError> {
        if let Some(room) = self.of.get(workflow) {
            return Ok(*room);
        }
        let limit = self.limits.of(workflow);
        let mut room = i64::MAX;
        if let Some(most) = limit.at_once {
            room = i64::from(most) - self.running.get(workflow).copied().unwrap_or_default();
        }
        if let Some(most) = limit.per_minute {
            room = room.min(i64::from(most) - begun_lately(db, workflow, now).await?);
        }
        self.of.insert(workflow.to_owned(), room);
        Ok(room)
    }

    fn take(&mut self, workflow: &str) -> bool {
        let Some(room) = self.of.get_mut(workflow) else { return false };
        if *room <= 0 || self.all <= 0 {
            return false;
        }
        *room -= 1;
        self.all -= 1;
        true
    }
}

/// A queued run that may be next, in the order of turns.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    turn: i64,
    place: i64,
    id: String,
    workflow: String,
}

/// The queued runs that nothing but the common limit holds back.
async fn candidates(
    db: &mut AnyConnection,
    room: &mut Room<'_>,
    now: i64,
) -> Result<Vec<Candidate>, StoreError> {
    let mut found = Vec::new();
    let workflows = sqlx::query("SELECT DISTINCT workflow FROM runs WHERE state = 'queued'");
    for row in workflows.fetch_all(&mut *db).await? {
        let workflow = row.text("workflow")?;
        let most = room.of(db, &workflow, now).await?.clamp(0, AT_A_LOOK);
        let rows = sqlx::query(
            "SELECT id, workflow, turn, place FROM runs WHERE state = 'queued' AND workflow = $1
                AND at_once IS NULL ORDER BY turn, place, id LIMIT $2",
        );
        let rows = rows.bind(&workflow).bind(most).fetch_all(&mut *db).await?;
        found.extend(rows.iter().map(candidate).collect::<Result<Vec<_>, _>>()?);
    }
    let siblings = sqlx::query(
        "SELECT parent, parent_step, MIN(at_once) AS at_once FROM runs
         WHERE state = 'queued' AND at_once IS NOT NULL GROUP BY parent, parent_step",
    );
    for row in siblings.fetch_all(&mut *db).await? {
        let (parent, step) = (row.text("parent")?, row.number("parent_step")?);
        let going = sqlx::query(
            "SELECT COUNT(*) AS found FROM runs WHERE parent = $1 AND parent_step = $2
                AND state IN ('running', 'waiting')",
        );
        let going = going.bind(&parent).bind(step).fetch_one(&mut *db).await?.number("found")?;
        let most = (row.number("at_once")? - going).clamp(0, AT_A_LOOK);
        let rows = sqlx::query(
            "SELECT id, workflow, turn, place FROM runs WHERE parent = $1 AND parent_step = $2
                AND state = 'queued' ORDER BY place, id LIMIT $3",
        );
        let rows = rows.bind(&parent).bind(step).bind(most).fetch_all(&mut *db).await?;
        found.extend(rows.iter().map(candidate).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(found)
}

fn candidate(row: &AnyRow) -> Result<Candidate, StoreError> {
    let (turn, place) = (row.number("turn")?, row.number("place")?);
    Ok(Candidate { turn, place, id: row.text("id")?, workflow: row.text("workflow")? })
}
