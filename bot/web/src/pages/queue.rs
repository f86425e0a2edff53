//! The queue: what waits for a person, and the day as one row of numbers.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{DateTime, Days, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Store, TaskFilter};

use crate::failure::Failure;
use crate::format;
use crate::people::{Permission, Signed};
use crate::render;
use crate::render::context;
use crate::state::WebState;
use crate::view::task::{Looking, QueueRow};

/// More rows than a person reads in a day; the page says when there are more.
const ROWS: u32 = 200;

/// The filters, as they stand in the address.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Filters {
    /// `review` or `done`.
    #[serde(default)]
    tab: String,
    /// A part of the supplier's name.
    #[serde(default)]
    supplier: String,
    #[serde(default)]
    workflow: String,
    /// `mine`, `free` or empty.
    #[serde(default)]
    who: String,
    /// `age`, `amount` or `confidence`.
    #[serde(default)]
    order: String,
    /// What has just been decided.
    #[serde(default)]
    done: String,
}

/// The queue page.
pub(crate) async fn page(
    State(state): State<WebState>,
    signed: Signed,
    Query(filters): Query<Filters>,
) -> Result<Response, Failure> {
    if !signed.may(Permission::Read) {
        // An author's first page is the runs.
        return Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to("/runs")));
    }
    let store = &state.store;
    let done = filters.tab == "done";
    let filter = if done { TaskFilter::done(ROWS) } else { TaskFilter::open(ROWS) };
    let tasks = store.tasks(&filter).await?;
    let people = names(store).await?;
    let looking = Looking {
        language: signed.language(),
        zone: state.zone,
        now: store.now(),
        person: &signed.0.id,
        may_decide: signed.may(Permission::Decide),
        people: &people,
        pages: &[],
        typed: &BTreeMap::new(),
        refused: &BTreeMap::new(),
        remember: &BTreeSet::new(),
        not_remembered: &BTreeMap::new(),
        memories: &[],
        found: None,
    };
    let full = tasks.len() >= ROWS as usize;
    let mut rows: Vec<QueueRow> = tasks.iter().map(|task| QueueRow::of(task, &looking)).collect();
    let workflows: BTreeSet<String> = rows.iter().map(|row| row.workflow.clone()).collect();
    keep(&mut rows, &filters, &signed.0.name);
    order(&mut rows, &filters.order, done);
    let own = context! {
        holds => holds(&state, &signed).await?, quiet => quiet(&state, &signed).await?,
        silent => silent(&state, &signed).await?, mailboxes => mailboxes(&state, &signed).await?,
        rows, workflows, full, done, filters, day => day(&state, &signed).await?, waiting => store.tasks_open().await?,
    };
    Ok(render::page("queue.html", render::frame(&state, &signed, "/"), own))
}

fn keep(rows: &mut Vec<QueueRow>, filters: &Filters, me: &str) {
    let wanted = filters.supplier.trim().to_lowercase();
    rows.retain(|row| {
        let name = row.supplier.as_deref().unwrap_or(&row.file).to_lowercase();
        let who = match filters.who.as_str() {
            "mine" => row.held_by.as_deref() == Some(me),
            "free" => row.held_by.is_none(),
            _ => true,
        };
        who && name.contains(&wanted) && (filters.workflow.is_empty() || row.workflow == filters.workflow)
    });
}

fn order(rows: &mut [QueueRow], order: &str, done: bool) {
    match order {
        "amount" => rows.sort_by_key(|row| std::cmp::Reverse(row.value)),
        "confidence" => rows.sort_by_key(|row| row.confidence.unwrap_or(0)),
        // Decided tasks come newest first from the store.
        _ if done => {}
        _ => rows.sort_by_key(|row| std::cmp::Reverse(row.waiting)),
    }
}

/// The holds that are in force, each kind once, since when.
async fn holds(state: &WebState, signed: &Signed) -> Result<Vec<Value>, Failure> {
    let mut holds = state.store.holds_in_force().await?;
    let mut seen = BTreeSet::new();
    holds.retain(|hold| seen.insert(hold.kind));
    let since = |at| format::moment(at, state.zone, signed.language());
    Ok(holds.iter().map(|hold| context! { kind => hold.kind, since => since(hold.set_at) }).collect())
}

/// Since when the address that announces holds does not answer.
async fn silent(state: &WebState, signed: &Signed) -> Result<Option<String>, Failure> {
    let silent = state.store.silent_hold_source().await?;
    Ok(silent.map(|silent| format::moment(silent.silent_since, state.zone, signed.language())))
}

/// The folders in which nothing has arrived for too long, since when.
async fn quiet(state: &WebState, signed: &Signed) -> Result<Vec<Value>, Failure> {
    let since = |at| format::moment(at, state.zone, signed.language());
    let quiet = state.store.quiet_folders().await?;
    let name = |row: &store::QuietRow| row.folder.trim_start_matches("mailbox:").to_owned();
    Ok(quiet.iter().map(|row| context! { folder => name(row), since => since(row.quiet_since) }).collect())
}

/// The mailboxes of which the operators were told that they are in trouble, since when.
async fn mailboxes(state: &WebState, signed: &Signed) -> Result<Vec<Value>, Failure> {
    let since = |at| format::moment(at, state.zone, signed.language());
    let rows = state.store.mailboxes().await?.into_iter();
    let told = rows.filter_map(|row| {
        row.told_at
            .map(|told| context! { name => row.mailbox, since => since(row.answered_at.unwrap_or(told)) })
    });
    Ok(told.collect())
}

/// The names of all people by id.
pub(crate) async fn names(store: &Store) -> Result<BTreeMap<String, String>, Failure> {
    Ok(store.people().await?.into_iter().map(|person| (person.id, person.name)).collect())
}

/// The day as one row of numbers.
#[derive(Debug, Serialize)]
struct Day {
    posted: u64,
    waiting: u64,
    straight_through: Option<u32>,
    oldest: Option<String>,
    unknown: u64,
    /// Failed runs that somebody must look at.
    failed: u64,
}

async fn day(state: &WebState, signed: &Signed) -> Result<Day, Failure> {
    let now = state.store.now();
    let figures = state.store.figures(midnight(now, state.zone), now).await?;
    Ok(Day {
        posted: figures.posted,
        waiting: figures.waiting,
        straight_through: figures.straight_through_rate(),
        oldest: figures.oldest_waiting_since.map(|since| format::age(now - since, signed.language())),
        unknown: figures.unknown_postings,
        failed: figures.dead_letters,
    })
}

/// When the office's day began.
fn midnight(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let today = now.with_timezone(&zone).date_naive();
    let start = |day: chrono::NaiveDate| day.and_hms_opt(0, 0, 0)?.and_local_timezone(zone).earliest();
    // Where a zone skips midnight itself, yesterday's will do: the figures only span more.
    let start = start(today).or_else(|| start(today.checked_sub_days(Days::new(1))?));
    start.map_or(now, |start| start.to_utc())
}
