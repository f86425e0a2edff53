//! The task about a proposal to order: its lines with their inputs; and the task about the order's posting.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use stock::order::{Edit, EditReason, Edits, Proposal};
use store::{Decision, OrderRow, OrderState, TaskRow, TaskState};

use crate::failure::Failure;
use crate::format;
use crate::language::Language;
use crate::pages::queue::names;
use crate::pages::task;
use crate::paths;
use crate::people::{Permission, Signed};
use crate::render;
use crate::render::context;
use crate::state::WebState;
use crate::view::finding;
use crate::view::order::{self, ProposalView, TypedLines, say};
use crate::view::task::{DecisionView, Looking, asks, decision, findings, name_of};

/// What was typed and not taken, and why.
#[derive(Default)]
pub(crate) struct Typed {
    pub(crate) lines: TypedLines,
    pub(crate) note: String,
    pub(crate) reject_note: String,
    pub(crate) reference: String,
    /// The key of the sentence at the top.
    pub(crate) trouble: Option<&'static str>,
}

/// The proposal that a task is about.
pub(crate) async fn proposal_of(state: &WebState, document: &str) -> Result<Proposal, Failure> {
    let bytes = state.store.blobs().get(&store::blobs::original_key(document)).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        tracing::error!(%error, document, "a proposal cannot be read");
        Failure::Broken
    })
}

/// A person's changes, as a decided task keeps them.
pub(crate) fn edits_of(task: &TaskRow) -> Edits {
    let corrections = task.corrections.as_ref().filter(|_| task.decision == Some(Decision::Correct));
    let lines = corrections.and_then(|corrections| corrections["lines"].as_object());
    let edit = |(key, edit): (&String, &Value)| {
        let reason = edit["reason"].as_str().and_then(EditReason::of).unwrap_or(EditReason::Other);
        Some((key.clone(), Edit { units: edit["units"].as_i64()?, reason }))
    };
    lines.into_iter().flatten().filter_map(edit).collect()
}

/// The frame of the task: who holds it, what was decided.
#[derive(Serialize)]
struct Head {
    id: String,
    version: i64,
    asks: crate::view::task::Asks,
    document: String,
    run: String,
    age: String,
    held_by: Option<String>,
    mine: bool,
    open: bool,
    decision: Option<DecisionView>,
    findings: Vec<finding::FindingView>,
}

/// The page with what was typed, if anything.
pub(crate) async fn shown(
    state: &WebState,
    signed: &Signed,
    task: &TaskRow,
    typed: &Typed,
) -> Result<Response, Failure> {
    let path = paths::task(&task.id);
    let own = content(state, signed, task, typed).await?;
    let status = if typed.trouble.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = render::frame(state, signed, &path);
    Ok(render::page_with(status, "order_task.html", &context! { ..own, ..frame }))
}

async fn content(state: &WebState, signed: &Signed, task: &TaskRow, typed: &Typed) -> Result<Value, Failure> {
    let language = signed.language();
    let proposal = proposal_of(state, &task.document).await?;
    let order = state.store.stock_order_of(&task.document).await?;
    let people = names(&state.store).await?;
    let edits = edits_of(task);
    let lines = if typed.lines.is_empty() { order::typed(&edits) } else { typed.lines.clone() };
    let today = state.store.now().with_timezone(&state.zone).date_naive();
    Ok(context! {
        task => head(state, signed, task, order.as_ref(), &people),
        proposal => ProposalView::of(&proposal, &lines, language),
        order => order.as_ref().map(|order| order_in_short(order, language)),
        days_old => (today - proposal.day).num_days(),
        reasons => reasons(language),
        trouble => typed.trouble,
        typed => context! {
            note => &typed.note, reject_note => &typed.reject_note, reference => &typed.reference,
        },
        postings => task::postings(state, signed, task).await?,
        history => task::history(state, signed, task, &people).await?,
        steps => task::steps(state, signed, task).await?,
    })
}

fn head(
    state: &WebState,
    signed: &Signed,
    task: &TaskRow,
    order: Option<&OrderRow>,
    people: &BTreeMap<String, String>,
) -> Head {
    let now = state.store.now();
    let looking = Looking {
        language: signed.language(),
        zone: state.zone,
        now,
        person: &signed.0.id,
        may_decide: signed.may(Permission::Decide),
        people,
        pages: &[],
        typed: &BTreeMap::new(),
        refused: &BTreeMap::new(),
        remember: &BTreeSet::new(),
        not_remembered: &BTreeMap::new(),
        memories: &[],
        found: None,
    };
    let own = findings(task, None);
    let asks = asks(task, None, &own);
    let holder = task.held_by(now);
    let undecided = matches!(task.state, TaskState::Open | TaskState::Claimed);
    let free = holder.is_none_or(|by| by == signed.0.id);
    let live = asks != crate::view::task::Asks::Order || is_proposed(order);
    Head {
        id: task.id.clone(),
        version: task.version,
        asks,
        document: task.document.clone(),
        run: task.run.clone(),
        age: format::age(now - task.created_at, signed.language()),
        held_by: holder.filter(|by| *by != signed.0.id).map(|by| name_of(people, by)),
        mine: holder == Some(signed.0.id.as_str()),
        open: undecided && looking.may_decide && free && live,
        decision: decision(task, &looking)
            .map(|decision| DecisionView { corrections: Vec::new(), ..decision }),
        // What a proposal asks stands in its head already.
        findings: if asks == crate::view::task::Asks::Order {
            Vec::new()
        } else {
            finding::views(&own, signed.language())
        },
    }
}

/// Whether the order of a task may still be approved.
pub(crate) fn is_proposed(order: Option<&OrderRow>) -> bool {
    order.is_some_and(|order| order.state == OrderState::Proposed)
}

fn order_in_short(order: &OrderRow, language: Language) -> Value {
    let money = |total: &String| format::money(total, Some(&order.currency));
    context! {
        number => &order.number, state => order.state, day => format::date(order.day, language),
        total => order.total.as_ref().map(money), reference => &order.reference,
    }
}

fn reasons(language: Language) -> Vec<Value> {
    let reason = |reason: EditReason| {
        context! { code => reason.code(), text => say(&reason.sentence(), language) }
    };
    EditReason::ALL.map(reason).to_vec()
}
