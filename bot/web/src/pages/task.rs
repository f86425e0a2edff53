//! One review task: the form beside the page, the claim, and what is known around it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use invoices::{FieldName, Finding};
use serde::Serialize;
use serde_json::{Value, json};
use store::{StoreError, TaskRow};

use crate::failure::Failure;
use crate::format;
use crate::pages::order_task;
use crate::pages::queue::names;
use crate::paths;
use crate::people::{Permission, Signed};
use crate::render;
use crate::render::context;
use crate::state::WebState;
use crate::view::{self, memory::MemoryView, page, run::StepView, task::Looking, task::TaskView};

/// How long a claim holds without a sign of life.
pub(crate) const LEASE: Duration = Duration::from_mins(15);

/// The page of a task. Looking changes nothing; the page's script, or its button, claims.
pub(crate) async fn page(
    State(state): State<WebState>,
    signed: Signed,
    Path(segment): Path<String>,
) -> Result<Response, Failure> {
    signed.must(Permission::Read)?;
    let task = load(&state, &segment).await?;
    if view::task::proposed(&task).is_some() {
        return order_task::shown(&state, &signed, &task, &order_task::Typed::default()).await;
    }
    shown(&state, &signed, &task, &Typed::default()).await
}

/// What was typed and not taken, and why.
#[derive(Default)]
pub(crate) struct Typed {
    pub(crate) values: BTreeMap<FieldName, String>,
    pub(crate) refused: BTreeMap<FieldName, String>,
    pub(crate) found: Option<Vec<Finding>>,
    pub(crate) remember: BTreeSet<FieldName>,
    pub(crate) not_remembered: BTreeMap<FieldName, String>,
    /// The key of the sentence at the top.
    pub(crate) trouble: Option<&'static str>,
    pub(crate) reason: String,
    pub(crate) note: String,
    pub(crate) reference: String,
    /// The amount that approving would post now.
    pub(crate) amount: Option<String>,
}

/// The task at this address.
pub(crate) async fn load(state: &WebState, segment: &str) -> Result<TaskRow, Failure> {
    state.store.task(&paths::id(segment)).await?.ok_or(Failure::NotFound)
}

/// The page with what was typed, if anything.
pub(crate) async fn shown(
    state: &WebState,
    signed: &Signed,
    task: &TaskRow,
    typed: &Typed,
) -> Result<Response, Failure> {
    let (own, path) = (content(state, signed, task, typed).await?, paths::task(&task.id));
    let status = if typed.trouble.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = render::frame(state, signed, &path);
    Ok(render::page_with(status, "task.html", &context! { ..own, ..frame }))
}

async fn content(state: &WebState, signed: &Signed, task: &TaskRow, typed: &Typed) -> Result<Value, Failure> {
    let store = &state.store;
    let people = names(store).await?;
    let pages = page::of_document(store, &task.document).await;
    let memories = memories(state, signed, task, &people).await?;
    let looking = Looking {
        language: signed.language(),
        zone: state.zone,
        now: store.now(),
        person: &signed.0.id,
        may_decide: signed.may(Permission::Decide),
        people: &people,
        pages: &pages,
        typed: &typed.values,
        refused: &typed.refused,
        remember: &typed.remember,
        not_remembered: &typed.not_remembered,
        memories: &memories,
        found: typed.found.as_deref(),
    };
    let mut view = TaskView::of(task, &looking);
    if let Some(amount) = &typed.amount {
        view.amount = Some(amount.clone());
    }
    Ok(context! {
        postings => postings(state, signed, task).await?,
        twins => twins(state, signed, task).await?,
        history => history(state, signed, task, &people).await?,
        steps => steps(state, signed, task).await?,
        task => view,
        trouble => typed.trouble,
        changed => typed.values.len(),
        typed => context! { reason => &typed.reason, note => &typed.note, reference => &typed.reference },
        reasons => view::task::REASONS,
    })
}

/// The memories on which the values of this invoice rest.
async fn memories(
    state: &WebState,
    signed: &Signed,
    task: &TaskRow,
    people: &BTreeMap<String, String>,
) -> Result<Vec<MemoryView>, Failure> {
    let invoice = view::task::invoice(task);
    let rests = invoice.is_some_and(|i| i.fields.values().any(|field| field.remembered.is_some()));
    if !rests {
        return Ok(Vec::new());
    }
    let rows = state.store.memories().await?;
    Ok(rows.iter().map(|row| MemoryView::of(row, people, state.zone, signed.language())).collect())
}

/// Another document that may be the same invoice.
#[derive(Serialize)]
struct TwinView {
    sha256: String,
    name: String,
    at: String,
    hard: bool,
    posted_as: Option<String>,
    run: Option<String>,
    run_state: Option<String>,
}

async fn twins(state: &WebState, signed: &Signed, task: &TaskRow) -> Result<Vec<TwinView>, Failure> {
    let Some(invoice) = view::task::invoice(task) else { return Ok(Vec::new()) };
    let twins = crate::recheck::twins(&state.store, &task.document, &invoice).await?;
    let view = |twin: store::TwinRow| TwinView {
        at: format::moment(twin.recorded_at, state.zone, signed.language()),
        sha256: twin.sha256,
        name: twin.name,
        hard: twin.hard,
        posted_as: twin.posted_as,
        run: twin.run,
        run_state: twin.run_state.map(|s| s.to_string()),
    };
    Ok(twins.into_iter().map(view).collect())
}

pub(crate) async fn postings(
    state: &WebState,
    signed: &Signed,
    task: &TaskRow,
) -> Result<Vec<Value>, Failure> {
    let mut views = Vec::new();
    for posting in state.store.postings(500).await?.into_iter().filter(|p| p.document == task.document) {
        views.push(super::postings::view(state, signed, &posting).await?);
    }
    Ok(views)
}

pub(crate) async fn steps(
    state: &WebState,
    signed: &Signed,
    task: &TaskRow,
) -> Result<Vec<StepView>, Failure> {
    let run = state.store.run(&task.run).await?;
    let steps = run.map(|(_, steps)| steps).unwrap_or_default();
    Ok(steps.iter().map(|step| StepView::of(step, state.zone, signed.language())).collect())
}

/// What was done to the task, by whom, when: from the audit chain.
pub(crate) async fn history(
    state: &WebState,
    signed: &Signed,
    task: &TaskRow,
    people: &BTreeMap<String, String>,
) -> Result<Vec<Value>, Failure> {
    let entries = state.store.audit_of(&format!("tasks/{}", task.id)).await?;
    let view = |entry: &store::AuditEntry| {
        context! {
            at => format::moment(entry.at, state.zone, signed.language()),
            who => view::task::name_of(people, &entry.actor),
            action => &entry.action,
            hash => entry.entry_hash.chars().take(12).collect::<String>(),
            seq => entry.seq,
        }
    };
    Ok(entries.iter().map(view).collect())
}

/// Claims the task for this person, or renews the claim. A script is told in JSON, a button by the page.
pub(crate) async fn claim(
    State(state): State<WebState>,
    signed: Signed,
    headers: HeaderMap,
    Path(segment): Path<String>,
) -> Result<Response, Failure> {
    signed.must(Permission::Decide)?;
    let id = paths::id(&segment);
    let claimed = state.store.acting_as(&signed.0.id).claim(&id, &signed.0.id, LEASE).await;
    if !from_script(&headers) {
        return match claimed {
            Ok(_) | Err(StoreError::ClaimedByOther { .. } | StoreError::AlreadyDecided) => {
                Ok(Redirect::to(&paths::task(&id)).into_response())
            }
            Err(error) => Err(error.into()),
        };
    }
    match claimed {
        Ok(task) => Ok(Json(json!({ "held": true, "version": task.version })).into_response()),
        Err(StoreError::ClaimedByOther { .. } | StoreError::AlreadyDecided) => {
            Ok((StatusCode::CONFLICT, Json(json!({ "held": false }))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Gives the claim back.
pub(crate) async fn release(
    State(state): State<WebState>,
    signed: Signed,
    headers: HeaderMap,
    Path(segment): Path<String>,
) -> Result<Response, Failure> {
    signed.must(Permission::Decide)?;
    state.store.acting_as(&signed.0.id).release(&paths::id(&segment), &signed.0.id).await?;
    if from_script(&headers) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(Redirect::to("/").into_response())
}

fn from_script(headers: &HeaderMap) -> bool {
    headers.contains_key("x-deskhand-script")
}
