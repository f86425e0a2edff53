//! The decision: read from the form, checked again, recorded once.

use std::collections::{BTreeMap, BTreeSet};

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use invoices::{FieldName, Finding, Invoice, Severity};
use serde_json::{Map, Value, json};
use store::{Decided, Decision, NewMemory, StoreError, TaskFilter, TaskRow};

use crate::failure::Failure;
use crate::format;
use crate::pages::order_decide;
use crate::pages::queue::names;
use crate::pages::task::{self, Typed};
use crate::paths;
use crate::people::{Permission, Signed};
use crate::recheck::{self, Refusal};
use crate::remember;
use crate::render;
use crate::render::context;
use crate::state::WebState;
use crate::view::finding::sentence;
use crate::view::task::{Asks, REASONS, asks, findings, invoice, name_of};
use crate::view::{field, finding};

/// What the form holds.
#[derive(Debug, Default)]
struct Sent {
    decision: Option<Decision>,
    version: i64,
    values: BTreeMap<FieldName, String>,
    seen: Vec<String>,
    anyway: bool,
    remember: BTreeSet<FieldName>,
    reason: String,
    note: String,
    reference: String,
}

impl Sent {
    fn of(pairs: Vec<(String, String)>) -> Result<Self, Failure> {
        let mut sent = Self { version: -1, ..Self::default() };
        for (key, value) in pairs {
            let value = value.trim().to_owned();
            if value.chars().count() > 2000 {
                return Err(Failure::BadForm);
            }
            match key.as_str() {
                "decision" => sent.decision = value.parse().ok(),
                "version" => sent.version = value.parse().map_err(|_| Failure::BadForm)?,
                "seen" => sent.seen = value.split(',').map(str::to_owned).collect(),
                "anyway" => sent.anyway = true,
                "reason" if value.is_empty() || REASONS.contains(&value.as_str()) => sent.reason = value,
                "note" => sent.note = value,
                "reference" => sent.reference = value,
                key if key.starts_with("m.") => {
                    let name = key.strip_prefix("m.").and_then(field::of_name).ok_or(Failure::BadForm)?;
                    sent.remember.insert(name);
                }
                key => {
                    // A field that we do not know is refused, not ignored: nobody's value is lost unseen.
                    let name = key.strip_prefix("f.").and_then(field::of_name).ok_or(Failure::BadForm)?;
                    sent.values.insert(name, value);
                }
            }
        }
        Ok(sent)
    }

    /// The values that differ from what was read.
    fn changed(&self, invoice: &Invoice) -> BTreeMap<FieldName, String> {
        let differs =
            |(name, value): &(&FieldName, &String)| invoice.value(**name).unwrap_or_default() != *value;
        self.values.iter().filter(differs).map(|(name, value)| (*name, value.clone())).collect()
    }

    /// `reason: free text`, as it is kept.
    fn note(&self) -> String {
        match (self.reason.as_str(), self.note.as_str()) {
            ("", note) => note.to_owned(),
            (reason, "") => reason.to_owned(),
            (reason, note) => format!("{reason}: {note}"),
        }
    }

    fn typed(&self, trouble: &'static str) -> Typed {
        Typed {
            values: self.values.clone(),
            trouble: Some(trouble),
            reason: self.reason.clone(),
            note: self.note.clone(),
            reference: self.reference.clone(),
            remember: self.remember.clone(),
            ..Typed::default()
        }
    }
}

/// Records the decision and opens the next task; or shows the page again with what was typed.
pub(crate) async fn decide(
    State(state): State<WebState>,
    signed: Signed,
    Path(segment): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    signed.must(Permission::Decide)?;
    let task = task::load(&state, &segment).await?;
    if crate::view::task::proposed(&task).is_some() {
        return order_decide::decide(&state, &signed, &task, pairs).await;
    }
    let mut sent = Sent::of(pairs)?;
    let Some(decision) = sent.decision else { return Err(Failure::BadForm) };
    let decided = match verdict(&state, &signed, &task, &mut sent, decision).await? {
        Ok(decided) => decided,
        Err(typed) => return task::shown(&state, &signed, &task, &typed).await,
    };
    let memories = match to_remember(&state, &signed, &task, &sent, &decided).await? {
        Ok(memories) => memories,
        Err(typed) => return task::shown(&state, &signed, &task, &typed).await,
    };
    let store = state.store.acting_as(&signed.0.id);
    match store.decide_and_remember(&task.id, sent.version, &signed.0.id, &decided, &memories).await {
        Ok(row) => {
            tokio::spawn((state.on_decided)(row.id.clone()));
            onward(&state, &signed, &row, !memories.is_empty()).await
        }
        Err(StoreError::AlreadyDecided | StoreError::ClaimedByOther { .. }) => {
            too_late(&state, &signed, &task.id, &sent).await
        }
        Err(StoreError::VersionChanged) => {
            let now = task::load(&state, &segment).await?;
            if now.decision.is_some() {
                return too_late(&state, &signed, &task.id, &sent).await;
            }
            task::shown(&state, &signed, &now, &sent.typed("version")).await
        }
        Err(error) => Err(error.into()),
    }
}

type Verdict = Result<Decided, Box<Typed>>;

/// What is to be recorded; or what the person has to look at first.
async fn verdict(
    state: &WebState,
    signed: &Signed,
    task: &TaskRow,
    sent: &mut Sent,
    decision: Decision,
) -> Result<Verdict, Failure> {
    let read = invoice(task);
    let asked = asks(task, read.as_ref(), &findings(task, read.as_ref()));
    if decision == Decision::Reject {
        return Ok(rejected(sent, asked));
    }
    match (asked, read) {
        (Asks::Outcome, _) => Ok(outcome(sent, decision)),
        (Asks::Trouble | Asks::Statement | Asks::Order, _) | (_, None) => {
            Ok(Ok(plain(Decision::Approve, sent)))
        }
        (Asks::Reading | Asks::Refused | Asks::NotAnInvoice, Some(invoice)) => {
            reading(state, signed, task, &invoice, sent, decision).await
        }
    }
}

fn plain(decision: Decision, sent: &Sent) -> Decided {
    Decided { decision, corrections: json!({}), note: sent.note() }
}

/// A rejection says why.
fn rejected(sent: &mut Sent, asked: Asks) -> Verdict {
    if sent.reason.is_empty() && asked == Asks::NotAnInvoice {
        "not_an_invoice".clone_into(&mut sent.reason);
    }
    let why_needed = asked == Asks::Reading;
    if why_needed && sent.reason.is_empty() {
        return Err(Box::new(sent.typed("reason")));
    }
    if sent.reason == "other" && sent.note.is_empty() {
        return Err(Box::new(sent.typed("other")));
    }
    Ok(plain(Decision::Reject, sent))
}

/// "It is there" needs to say under which reference.
fn outcome(sent: &Sent, decision: Decision) -> Verdict {
    if decision == Decision::Approve {
        return Ok(plain(decision, sent));
    }
    if sent.reference.is_empty() {
        return Err(Box::new(sent.typed("reference")));
    }
    Ok(Decided { decision, corrections: json!({ "reference": sent.reference }), note: sent.note() })
}

/// The values of an invoice, checked again with what the house knows by now.
async fn reading(
    state: &WebState,
    signed: &Signed,
    task: &TaskRow,
    invoice: &Invoice,
    sent: &Sent,
    decision: Decision,
) -> Result<Verdict, Failure> {
    let changed = sent.changed(invoice);
    let checked = match recheck::corrected(state, &task.document, invoice, &changed).await {
        Ok(checked) => checked,
        Err(Refusal::Store(error)) => return Err(error.into()),
        Err(Refusal::Values(values)) => {
            let language = signed.language();
            let refused =
                values.iter().map(|value| (value.field, sentence(&value.message, language))).collect();
            return Ok(Err(Box::new(Typed { refused, ..sent.typed("values") })));
        }
    };
    let again = |trouble| {
        let typed =
            Typed { found: Some(checked.findings.clone()), amount: amount(&checked), ..sent.typed(trouble) };
        Ok(Err(Box::new(typed)))
    };
    if unseen(&checked.findings, &sent.seen) {
        return again("findings");
    }
    // The button that was pressed named the amount that was read: the new one has to be seen first.
    if decision == Decision::Approve && !changed.is_empty() {
        return again("changed");
    }
    if !sent.anyway && checked.findings.iter().any(|finding| finding.severity == Severity::Reject) {
        return again("tick");
    }
    if changed.is_empty() {
        return Ok(Ok(plain(Decision::Approve, sent)));
    }
    let mut values = confirmed(invoice, &checked.findings, sent);
    values.extend(changed);
    let mut corrections: Map<String, Value> =
        values.into_iter().map(|(name, value)| (field::name(name), value.into())).collect();
    // What is doubtful even so has been shown to the person, who posts it: the engine need not ask again.
    let accepted: Vec<String> = checked.findings.iter().filter(|f| f.blocks()).map(Finding::mark).collect();
    corrections.insert("accepted".to_owned(), accepted.into());
    Ok(Ok(Decided { decision: Decision::Correct, corrections: corrections.into(), note: sent.note() }))
}

/// What is to be remembered with the decision; or why it cannot be. Nothing is decided before the person has seen that.
async fn to_remember(
    state: &WebState,
    signed: &Signed,
    task: &TaskRow,
    sent: &Sent,
    decided: &Decided,
) -> Result<Result<Vec<NewMemory>, Box<Typed>>, Failure> {
    let (Some(read), Decision::Correct, false) = (invoice(task), decided.decision, sent.remember.is_empty())
    else {
        return Ok(Ok(Vec::new()));
    };
    let changed = sent.changed(&read);
    let checked = match recheck::corrected(state, &task.document, &read, &changed).await {
        Ok(checked) => checked,
        Err(Refusal::Store(error)) => return Err(error.into()),
        // The decision was made of the same values a moment ago, and they were taken.
        Err(Refusal::Values(_)) => return Err(Failure::Broken),
    };
    let lessons = remember::lessons(state, &task.document, &read, &checked, &changed, &sent.remember).await?;
    Ok(lessons.map_err(|refused| {
        let mut typed = sent.typed("remember");
        typed.remember.retain(|field| !refused.contains_key(field));
        let why = |(field, message)| (field, sentence(&message, signed.language()));
        typed.not_remembered = refused.into_iter().map(why).collect();
        (typed.amount, typed.found) = (amount(&checked), Some(checked.findings));
        Box::new(typed)
    }))
}

/// The doubtful values that the person has seen and left: given again, they count as theirs, so that the next check
/// does not ask about them once more.
fn confirmed(invoice: &Invoice, found: &[Finding], sent: &Sent) -> BTreeMap<FieldName, String> {
    let doubtful =
        |name: &FieldName| found.iter().any(|finding| finding.blocks() && finding.fields.contains(name));
    let shown = sent.values.iter().filter(|(name, value)| !value.is_empty() && doubtful(name));
    shown
        .filter(|(name, value)| invoice.value(**name) == Some(value.as_str()))
        .map(|(n, v)| (*n, v.clone()))
        .collect()
}

/// Whether the check found something that the person has not been shown.
fn unseen(found: &[Finding], seen: &[String]) -> bool {
    found.iter().filter(|finding| finding.blocks()).any(|finding| !seen.contains(&finding.mark()))
}

fn amount(invoice: &Invoice) -> Option<String> {
    let total = invoice.value(FieldName::Total).filter(|total| !total.is_empty())?;
    Some(format::money(total, invoice.value(FieldName::Currency)))
}

/// The next task that this person may take, else the queue.
pub(crate) async fn onward(
    state: &WebState,
    signed: &Signed,
    decided: &TaskRow,
    remembered: bool,
) -> Result<Response, Failure> {
    let now = state.store.now();
    let tasks = state.store.tasks(&TaskFilter::open(50)).await?;
    let free =
        |task: &&TaskRow| task.id != decided.id && task.held_by(now).is_none_or(|by| by == signed.0.id);
    let next = tasks.iter().find(free).map_or_else(|| "/".to_owned(), |task| paths::task(&task.id));
    let done = decided.decision.map(|decision| decision.to_string()).unwrap_or_default();
    let done = if remembered { "remember".to_owned() } else { done };
    Ok(Redirect::to(&format!("{next}?done={done}")).into_response())
}

/// Somebody else was quicker: shows what is recorded beside what was typed.
async fn too_late(state: &WebState, signed: &Signed, id: &str, sent: &Sent) -> Result<Response, Failure> {
    let task = state.store.task(id).await?.ok_or(Failure::NotFound)?;
    let people = names(&state.store).await?;
    let read = invoice(&task);
    let theirs = task.corrections.clone().unwrap_or_default();
    let rows: Vec<_> = sent
        .changed(&read.unwrap_or_else(crate::view::task::nothing))
        .into_iter()
        .map(|(name, yours)| {
            let name = field::name(name);
            let theirs = theirs.get(&name).and_then(Value::as_str);
            context! { name, yours, theirs }
        })
        .collect();
    let by = task.decided_by.as_deref().or_else(|| task.held_by(state.store.now()));
    let own = context! {
        id, rows, by => by.map(|by| name_of(&people, by)),
        decided => task.decision.map(|decision| decision.to_string()),
        at => task.decided_at.map(|at| format::moment(at, state.zone, signed.language())),
        yours => sent.decision.map(|decision| decision.to_string()),
        note => sent.note(),
        findings => finding::views(&[], signed.language()),
    };
    let frame = render::frame(state, signed, &paths::task(id));
    Ok(render::page_with(StatusCode::CONFLICT, "decided.html", &context! { ..own, ..frame }))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn an_unknown_field_is_refused() {
        assert!(Sent::of(pairs(&[("f.total", "1"), ("f.iban", "x")])).is_err());
        assert!(Sent::of(pairs(&[("reason", "because")])).is_err());
        assert_eq!(Sent::of(pairs(&[("f.total", " 1 ")])).unwrap().values[&FieldName::Total], "1");
    }

    #[test]
    fn a_rejection_of_an_invoice_says_why() {
        let mut sent = Sent::of(pairs(&[("version", "1")])).unwrap();
        assert!(rejected(&mut sent, Asks::Reading).is_err());
        sent.reason = "other".to_owned();
        assert!(rejected(&mut sent, Asks::Reading).is_err());
        sent.note = "the supplier called".to_owned();
        assert_eq!(rejected(&mut sent, Asks::Reading).ok().unwrap().note, "other: the supplier called");
    }

    #[test]
    fn it_is_there_needs_a_reference() {
        let mut sent = Sent::of(pairs(&[("version", "1")])).unwrap();
        assert!(outcome(&sent, Decision::Correct).is_err());
        sent.reference = "BILL-7".to_owned();
        assert_eq!(outcome(&sent, Decision::Correct).ok().unwrap().corrections["reference"], "BILL-7");
    }
}
