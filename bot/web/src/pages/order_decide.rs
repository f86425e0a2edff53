//! The decision about a proposal: read from the form, checked by the proposal itself, recorded once.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};
use stock::order::{Edit, EditReason, Edits, Proposal};
use store::{Decided, Decision, StoreError, TaskRow};

use crate::failure::Failure;
use crate::format;
use crate::language::Language;
use crate::pages::decide::onward;
use crate::pages::order_task::{self, Typed};
use crate::pages::queue::names;
use crate::paths;
use crate::people::Signed;
use crate::render;
use crate::render::context;
use crate::state::WebState;
use crate::view::order::{TypedLine, TypedLines, say, units};
use crate::view::task::{Asks, asks, findings, name_of};

/// A note is a sentence or two.
const LONGEST: usize = 2_000;

/// What the form holds.
#[derive(Debug, Default)]
struct Sent {
    decision: Option<Decision>,
    version: i64,
    lines: TypedLines,
    note: String,
    reject_note: String,
    reference: String,
}

impl Sent {
    fn of(pairs: Vec<(String, String)>) -> Result<Self, Failure> {
        let mut sent = Self { version: -1, ..Self::default() };
        for (key, value) in pairs {
            let value = value.trim().to_owned();
            if value.chars().count() > LONGEST {
                return Err(Failure::BadForm);
            }
            match (key.as_str(), key.split_once('.')) {
                ("decision", _) => sent.decision = value.parse().ok(),
                ("version", _) => sent.version = value.parse().map_err(|_| Failure::BadForm)?,
                ("note", _) => sent.note = value,
                ("reject_note", _) => sent.reject_note = value,
                ("reference", _) => sent.reference = value,
                (_, Some(("u", line))) => sent.line(line).units = value,
                (_, Some(("r", line))) if value.is_empty() || EditReason::of(&value).is_some() => {
                    sent.line(line).reason = value;
                }
                // What we do not know is refused, not ignored: nobody's change is lost unseen.
                _ => return Err(Failure::BadForm),
            }
        }
        Ok(sent)
    }

    fn line(&mut self, key: &str) -> &mut TypedLine {
        self.lines.entry(key.to_owned()).or_default()
    }

    fn typed(&self, trouble: &'static str) -> Typed {
        Typed {
            lines: self.lines.clone(),
            note: self.note.clone(),
            reject_note: self.reject_note.clone(),
            reference: self.reference.clone(),
            trouble: Some(trouble),
        }
    }
}

/// Records the decision and opens the next task; or shows the page again with what was typed.
pub(crate) async fn decide(
    state: &WebState,
    signed: &Signed,
    task: &TaskRow,
    pairs: Vec<(String, String)>,
) -> Result<Response, Failure> {
    let mut sent = Sent::of(pairs)?;
    let Some(decision) = sent.decision else { return Err(Failure::BadForm) };
    let decided = match verdict(state, signed, task, &mut sent, decision).await? {
        Ok(decided) => decided,
        Err(trouble) => return order_task::shown(state, signed, task, &sent.typed(trouble)).await,
    };
    let store = state.store.acting_as(&signed.0.id);
    match store.decide(&task.id, sent.version, &signed.0.id, &decided).await {
        Ok(row) => {
            tokio::spawn((state.on_decided)(row.id.clone()));
            onward(state, signed, &row, false).await
        }
        Err(StoreError::AlreadyDecided | StoreError::ClaimedByOther { .. }) => {
            too_late(state, signed, task, &sent).await
        }
        Err(StoreError::VersionChanged) => {
            let now = state.store.task(&task.id).await?.ok_or(Failure::NotFound)?;
            if now.decision.is_some() {
                return too_late(state, signed, task, &sent).await;
            }
            order_task::shown(state, signed, &now, &sent.typed("version")).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What is to be recorded; or the key of what the person has to look at first.
async fn verdict(
    state: &WebState,
    signed: &Signed,
    task: &TaskRow,
    sent: &mut Sent,
    decision: Decision,
) -> Result<Result<Decided, &'static str>, Failure> {
    if asks(task, None, &findings(task, None)) != Asks::Order {
        return Ok(posting(sent, decision));
    }
    if task.decision.is_none() {
        let order = state.store.stock_order_of(&task.document).await?;
        if !order_task::is_proposed(order.as_ref()) {
            return Ok(Err("order-replaced"));
        }
    }
    if decision == Decision::Reject {
        let why = sent.reject_note.clone();
        return Ok(if why.is_empty() { Err("order-why") } else { Ok(plain(decision, why)) });
    }
    let proposal = order_task::proposal_of(state, &task.document).await?;
    Ok(changes(&proposal, sent, decision, signed.language()))
}

/// The changes, checked as they will be when they are ordered. What is wrong with a line is written beside it.
fn changes(
    proposal: &Proposal,
    sent: &mut Sent,
    decision: Decision,
    language: Language,
) -> Result<Decided, &'static str> {
    let edits = edits(proposal, &mut sent.lines, language);
    let mut nothing = false;
    for error in proposal.approve(&edits).err().unwrap_or_default() {
        match error.key().and_then(|key| sent.lines.get_mut(key)) {
            Some(line) => line.refused.push(say(&error.sentence(), language).to_owned()),
            None => nothing = true,
        }
    }
    if sent.lines.values().any(|line| !line.refused.is_empty()) {
        return Err("order-lines");
    }
    if nothing {
        return Err("order-nothing");
    }
    if edits.values().any(|edit| edit.reason == EditReason::Other) && sent.note.is_empty() {
        return Err("order-other");
    }
    if edits.is_empty() {
        return Ok(plain(Decision::Approve, sent.note.clone()));
    }
    // The button that was pressed named the amount that was proposed: the new one has to be seen first.
    if decision == Decision::Approve {
        return Err("order-changed");
    }
    let line = |(key, edit): (&String, &Edit)| {
        (key.clone(), json!({ "units": edit.units, "reason": edit.reason.code() }))
    };
    let lines: Map<String, Value> = edits.iter().map(line).collect();
    Ok(Decided { decision, corrections: json!({ "lines": lines }), note: sent.note.clone() })
}

/// The lines that differ from the proposal. Those that cannot be understood, or have no reason, are refused.
fn edits(proposal: &Proposal, lines: &mut TypedLines, language: Language) -> Edits {
    let mut edits = Edits::new();
    for (key, typed) in lines.iter_mut() {
        let proposed = proposal.line(key).map(|line| line.line.outcome.units());
        let Some(units) = units(&typed.units) else {
            typed.refused.push(language.text("order-not-a-number"));
            continue;
        };
        if proposed == Some(units) {
            continue;
        }
        let reason = EditReason::of(&typed.reason);
        if reason.is_none() {
            typed.refused.push(language.text("order-reason-needed"));
        }
        edits.insert(key.clone(), Edit { units, reason: reason.unwrap_or(EditReason::Other) });
    }
    edits
}

fn plain(decision: Decision, note: String) -> Decided {
    Decided { decision, corrections: json!({}), note }
}

/// What a person saw in the books of an order that was refused there, or of which nobody knows.
fn posting(sent: &Sent, decision: Decision) -> Result<Decided, &'static str> {
    match decision {
        Decision::Reject => Ok(plain(decision, sent.reject_note.clone())),
        Decision::Approve => Ok(plain(decision, sent.note.clone())),
        Decision::Correct if sent.reference.is_empty() => Err("reference"),
        Decision::Correct => Ok(Decided {
            decision,
            corrections: json!({ "reference": sent.reference }),
            note: sent.note.clone(),
        }),
    }
}

/// Somebody else was quicker: shows what is recorded beside what was typed.
async fn too_late(
    state: &WebState,
    signed: &Signed,
    task: &TaskRow,
    sent: &Sent,
) -> Result<Response, Failure> {
    let task = state.store.task(&task.id).await?.ok_or(Failure::NotFound)?;
    let proposal = order_task::proposal_of(state, &task.document).await?;
    let theirs: BTreeMap<String, i64> =
        order_task::edits_of(&task).into_iter().map(|(key, edit)| (key, edit.units)).collect();
    let was = |key: &str| proposal.line(key).map(|line| line.line.outcome.units());
    let changed = sent.lines.iter().filter(|(key, line)| was(key) != units(&line.units));
    let rows: Vec<Value> = changed
        .map(|(name, line)| {
            let theirs = theirs.get(name).copied().or_else(|| was(name)).map(|units| units.to_string());
            context! { name, yours => &line.units, theirs }
        })
        .collect();
    let people = names(&state.store).await?;
    let by = task.decided_by.as_deref().or_else(|| task.held_by(state.store.now()));
    let own = context! {
        id => &task.id, rows, by => by.map(|by| name_of(&people, by)),
        decided => task.decision.map(|decision| decision.to_string()),
        at => task.decided_at.map(|at| format::moment(at, state.zone, signed.language())),
        yours => sent.decision.map(|decision| decision.to_string()),
        note => if sent.reject_note.is_empty() { &sent.note } else { &sent.reject_note },
    };
    let frame = render::frame(state, signed, &paths::task(&task.id));
    Ok(render::page_with(StatusCode::CONFLICT, "decided.html", &context! { ..own, ..frame }))
}
