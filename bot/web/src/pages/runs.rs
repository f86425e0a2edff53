//! Runs: what the program did, step by step.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{DocumentRow, RunFilter, RunRow, RunState};

use crate::failure::Failure;
use crate::format;
use crate::pages::queue::names;
use crate::paths;
use crate::people::{Permission, Signed};
use crate::render;
use crate::render::context;
use crate::state::{NotAgain, WebState};
use crate::view::run::{RunView, StepView};

/// Each row has a strip of its steps, so a page holds fewer than the queue.
const ROWS: u32 = 60;

/// The filters, as they stand in the address.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Filters {
    #[serde(default)]
    state: String,
    #[serde(default)]
    workflow: String,
}

/// The latest runs.
pub(crate) async fn list(
    State(state): State<WebState>,
    signed: Signed,
    Query(filters): Query<Filters>,
) -> Result<Response, Failure> {
    signed.must(Permission::Runs)?;
    let filter = RunFilter {
        state: filters.state.parse::<RunState>().ok(),
        workflow: Some(filters.workflow.trim().to_owned()).filter(|workflow| !workflow.is_empty()),
        document: None,
        limit: ROWS,
    };
    let (zone, language) = (state.zone, signed.language());
    let mut rows = Vec::new();
    for run in state.store.runs_where(&filter).await? {
        let steps = state.store.run(&run.id).await?.map(|(_, steps)| steps).unwrap_or_default();
        let steps: Vec<StepView> = steps.iter().map(|step| StepView::of(step, zone, language)).collect();
        rows.push(context! { run => RunView::of(&run, zone, language), steps });
    }
    // The failed runs that somebody must look at stand above the others.
    let mut dead = Vec::new();
    if filter.workflow.is_none() && filter.state.is_none_or(|state| state == RunState::Failed) {
        let letters = state.store.dead_letters(ROWS).await?;
        dead.extend(letters.iter().map(|run| RunView::of(run, zone, language)));
    }
    let own = context! { rows, dead, filters, states => STATES };
    Ok(render::page("runs.html", render::frame(&state, &signed, "/runs"), own))
}

/// The files that belong to a run's document: the file that it is a part of, its parts, and where else its invoice
/// stands. Each with its name, its run, and what it is to the document.
async fn related(state: &WebState, document: Option<&str>) -> Result<Vec<Value>, Failure> {
    let store = &state.store;
    let Some(row) = store.document(document.unwrap_or_default()).await? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (what, sha256) in [("part-of", &row.parent), ("read-from", &row.carrier_of)] {
        let Some(sha256) = sha256 else { continue };
        found.extend(store.document(sha256).await?.map(|other| (what, other)));
    }
    found.extend(store.sections(&row.sha256).await?.into_iter().map(|other| ("part", other)));
    found.extend(store.carriers(&row.sha256).await?.into_iter().map(|other| ("carrier", other)));
    let view = |(what, other): (&str, DocumentRow)| context! { what, name => other.name, run => other.run };
    Ok(found.into_iter().map(view).collect())
}

const STATES: [&str; 8] =
    ["queued", "running", "waiting", "done", "rejected", "not_posted", "failed", "cancelled"];

/// One run.
pub(crate) async fn one(
    State(state): State<WebState>,
    signed: Signed,
    Path(segment): Path<String>,
) -> Result<Response, Failure> {
    shown(&state, &signed, &segment, StatusCode::OK, None).await
}

/// One run, and why a person's wish about it was refused.
pub(super) async fn shown(
    state: &WebState,
    signed: &Signed,
    segment: &str,
    status: StatusCode,
    refused: Option<&NotAgain>,
) -> Result<Response, Failure> {
    signed.must(Permission::Runs)?;
    let id = paths::id(segment);
    let (run, steps) = state.store.run(&id).await?.ok_or(Failure::NotFound)?;
    let (zone, language) = (state.zone, signed.language());
    let mut postings = Vec::new();
    let mut tasks = Vec::new();
    if signed.may(Permission::Read) {
        for posting in state.store.postings(500).await?.into_iter().filter(|posting| posting.run == id) {
            postings.push(super::postings::view(state, signed, &posting).await?);
        }
        tasks = state.store.tasks_of_run(&id).await?;
    }
    let own = context! {
        related => related(state, run.document.as_deref()).await?,
        rest => rest(state, signed, &run).await?,
        again => again(state, signed, &run),
        refused => refused.map(|refused| context! { code => &refused.code, text => &refused.text }),
        run => RunView::of(&run, zone, language),
        steps => steps.iter().map(|step| StepView::of(step, zone, language)).collect::<Vec<_>>(),
        postings,
        tasks => tasks.iter().map(|task| context! { id => &task.id, state => task.state.as_str() }).collect::<Vec<_>>(),
    };
    let frame = render::frame(state, signed, "/runs");
    Ok(render::page_with(status, "run.html", &context! { ..own, ..frame }))
}

/// What there is to know of a run beside its steps: its parent, its children, what it waits for, who put it away.
async fn rest(state: &WebState, signed: &Signed, run: &RunRow) -> Result<Value, Failure> {
    let store = &state.store;
    let held = match run.state {
        RunState::Queued => Some(store.why_queued(run, &state.limits).await?),
        _ => None,
    };
    let moment = |at| format::moment(at, state.zone, signed.language());
    let away = match &run.put_away {
        None => None,
        Some(away) => {
            let by = names(store).await?.remove(&away.by).unwrap_or_else(|| away.by.clone());
            Some(context! { by, at => moment(away.at), why => &away.why })
        }
    };
    let children = store.children(&run.id, None).await?;
    let children: Vec<Value> = children
        .iter()
        .map(|child| context! { id => &child.id, state => child.state.as_str(), note => &child.note })
        .collect();
    Ok(context! {
        held, position => run.position, wakes => run.wakes_at.map(moment), awaits => run.awaits,
        parent => &run.parent, parent_step => run.parent_step, children, away,
        generation => run.generation,
    })
}

/// Whether this person may have the run done again, and what else may be done with it.
fn again(state: &WebState, signed: &Signed, run: &RunRow) -> Value {
    let may = signed.may(Permission::Again);
    let ended = matches!(run.state, RunState::Failed | RunState::Cancelled);
    context! {
        retry => may && ended && state.again.is_some(),
        repeat => signed.may(Permission::Decide),
        put_away => may && run.state == RunState::Failed && run.put_away.is_none(),
    }
}
