//! `review`: asking a person, and waiting for the answer, days if need be.

use invoices::{Finding, Invoice, Message, Severity};
use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use serde_json::{Value, json};
use store::{Decision, NewTask, TaskRow};

use crate::failure::Failure;
use crate::host::{invoices as checked, portal, statements, text};
use crate::house::House;
use crate::orchestrator::{Ask, Reply};
use crate::stock;

pub(crate) const OPEN: &str = "review::open";
pub(crate) const OPEN_STATEMENT: &str = "review::open_statement";
pub(crate) const OPEN_ORDER: &str = "review::open_order";
pub(crate) const WAIT: &str = "review::wait";

/// The name under which a person says where a bill is in the portal.
const REFERENCE: &str = "reference";
/// The name under which stand the marks of the findings that a person saw and accepted with their corrections.
/// Every other name among the corrections is a field.
const ACCEPTED: &str = "accepted";
/// The word before the reason of a task about a statement, and the name under which what was compared stands in it.
const STATEMENT: &str = "statement";
/// The same of a task about a proposal to order.
const ORDER: &str = "order";
/// So many differences stand on the page of a task; the workbook has all of them.
const SHOWN: usize = 200;

#[export_module]
pub(crate) mod functions {
    use rhai::{EvalAltResult, Map};
    use serde_json::json;

    use crate::host::json_of;
    use crate::tape::step;

    /// Opens a review task for an invoice that is in doubt.
    ///
    /// It answers the task, for `mail::exception` and `review::wait`: `#{task: text, document: text, portal: text?,
    /// key: text?}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn open(context: NativeCallContext, invoice: Map) -> Result<Dynamic, Box<EvalAltResult>> {
        let document = invoice.get("document").cloned().unwrap_or_default();
        step(&context, super::OPEN, json!({ "document": json_of(document)? }))
    }

    /// Opens a review task for a posting that was refused, or whose outcome is unknown: `posted` is what
    /// `portal::post_bill` answered.
    ///
    /// It answers the task, for `mail::exception` and `review::wait`: `#{task: text, document: text, portal: text?,
    /// key: text?}`.
    #[rhai_fn(name = "open", return_raw)]
    pub(crate) fn open_posting(
        context: NativeCallContext,
        invoice: Map,
        posted: Map,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let document = invoice.get("document").cloned().unwrap_or_default();
        let args = json!({ "document": json_of(document)?, "posted": json_of(posted)? });
        step(&context, super::OPEN, args)
    }

    /// Opens a review task for a statement that differs from what was posted: `compared` is what `statements::compare`
    /// answered. A person settles what differs; nothing is posted or corrected because of it.
    ///
    /// It answers the task, for `mail::exception` and `review::wait`: `#{task: text, document: text, portal: text?,
    /// key: text?}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn open_statement(
        context: NativeCallContext,
        compared: Map,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let document = compared.get("document").cloned().unwrap_or_default();
        step(&context, super::OPEN_STATEMENT, json!({ "document": json_of(document)? }))
    }

    /// Opens a review task for a proposal to order: `proposal` is what `stock::proposal` answered. A person approves it,
    /// changes lines first, or rejects it.
    ///
    /// It answers the task, for `mail::exception` and `review::wait`: `#{task: text, document: text, portal: text?,
    /// key: text?}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn open_order(
        context: NativeCallContext,
        proposal: Map,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::OPEN_ORDER, json!({ "proposal": json_of(proposal)? }))
    }

    /// Opens a review task for a purchase order that the portal refused, or whose outcome is unknown: `posted` is what
    /// `portal::post_order` answered.
    ///
    /// It answers the task, for `mail::exception` and `review::wait`: `#{task: text, document: text, portal: text?,
    /// key: text?}`.
    #[rhai_fn(name = "open_order", return_raw)]
    pub(crate) fn open_order_posting(
        context: NativeCallContext,
        proposal: Map,
        posted: Map,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let args = json!({ "proposal": json_of(proposal)?, "posted": json_of(posted)? });
        step(&context, super::OPEN_ORDER, args)
    }

    /// Waits until a person has decided, and takes over what they corrected.
    ///
    /// It answers `#{agreed: bool, approved: bool, corrected: bool, rejected: bool, reference: text?, note: text,
    /// refused_values: [text], invoice: invoices::check}`; `invoice` is as `invoices::check` answers it, after the
    /// corrections. `agreed` is true when the person takes the responsibility for it as it is now: they approved it, or
    /// saw with their corrections all that is still doubtful. Of a statement or a proposal to order, `invoice` is `()`. A proposal that was agreed to is ordered from then on. `reference` is set when the person says where the bill is
    /// in the portal.
    #[rhai_fn(return_raw)]
    pub(crate) fn wait(context: NativeCallContext, task: Map) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::WAIT, json_of(task)?)
    }
}

pub(crate) async fn open(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let sha256 = text(ask, "document")?;
    let invoice = checked::load(house, sha256).await?;
    let posted = &ask.call.args["posted"];
    let (reason, findings) = match posted.get("outcome") {
        Some(outcome) => {
            (format!("posting: {}", outcome.as_str().unwrap_or_default()), vec![of_posting(posted)])
        }
        None => ("check: the invoice needs a person".to_owned(), invoice.findings.clone()),
    };
    let task = NewTask {
        id: ask.step_id(),
        run: ask.run.clone(),
        document: sha256.to_owned(),
        workflow: ask.workflow.clone(),
        reason,
        findings: json!(findings),
        invoice: json!(invoice),
    };
    house.store.open_task(&task).await?;
    Ok(json!({
        "task": task.id,
        "document": sha256,
        "portal": posted.get("portal"),
        "key": posted.get("key"),
    }))
}

/// A task with what differs as its findings, and in place of an invoice what was compared.
pub(crate) async fn open_statement(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let sha256 = text(ask, "document")?;
    let (answer, comparison) = statements::load_comparison(house, sha256).await?;
    let differences = comparison.differences.len();
    let mut findings: Vec<Finding> =
        comparison.differences.iter().take(SHOWN).map(invoices::statement::Difference::finding).collect();
    if answer["supplier"].is_null() {
        findings.insert(0, no_supplier());
    }
    if differences > SHOWN {
        findings.push(more_differences(differences - SHOWN));
    }
    let task = NewTask {
        id: format!("{}/{}", ask.run, ask.call.index),
        run: ask.run.clone(),
        document: sha256.to_owned(),
        workflow: ask.workflow.clone(),
        reason: format!("{STATEMENT}: it differs from what was posted"),
        findings: json!(findings),
        invoice: json!({ STATEMENT: answer }),
    };
    house.store.open_task(&task).await?;
    Ok(json!({ "task": task.id, "document": sha256, "portal": Value::Null, "key": Value::Null }))
}

/// Of a task about a statement, what was compared.
pub(crate) fn statement(task: &TaskRow) -> Option<&Value> {
    task.invoice.get(STATEMENT)
}

/// A task about a proposal, or about its purchase order's posting.
pub(crate) async fn open_order(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let (proposal, posted) = (&ask.call.args["proposal"], &ask.call.args["posted"]);
    let document = proposal["document"].as_str().unwrap_or_default();
    let (reason, findings) = match posted.get("outcome") {
        Some(outcome) => {
            (format!("posting: {}", outcome.as_str().unwrap_or_default()), vec![of_posting(posted)])
        }
        None => (format!("{ORDER}: a proposal to approve"), vec![to_approve(proposal)]),
    };
    let task = NewTask {
        id: ask.step_id(),
        run: ask.run.clone(),
        document: document.to_owned(),
        workflow: ask.workflow.clone(),
        reason,
        findings: json!(findings),
        invoice: json!({ ORDER: proposal }),
    };
    house.store.open_task(&task).await?;
    Ok(json!({
        "task": task.id,
        "document": document,
        "portal": posted.get("portal"),
        "key": posted.get("key"),
    }))
}

/// Of a task about a proposal to order, the proposal in short.
pub(crate) fn order(task: &TaskRow) -> Option<&Value> {
    task.invoice.get(ORDER)
}

fn to_approve(proposal: &Value) -> Finding {
    let word = |name: &str| proposal[name].as_str().unwrap_or_default();
    let (number, total, lines) = (word("number"), word("total"), &proposal["lines"]);
    Finding {
        code: "DH-8113".to_owned(),
        severity: Severity::Review,
        fields: Vec::new(),
        message: Message {
            en: format!("{number}: {lines} lines, {total}. Approve it, change lines first, or reject it."),
            zh_hant: format!("{number}：{lines} 行，{total}。請核准、修改或拒絕。"),
        },
    }
}

fn no_supplier() -> Finding {
    Finding {
        code: "DH-6100".to_owned(),
        severity: Severity::Review,
        fields: Vec::new(),
        message: Message {
            en: "It is not clear whose statement this is, so its lines were not compared with what was posted.".to_owned(),
            zh_hant: "未能確定這是哪一個供應商的月結單，因此未與已過賬的資料核對。".to_owned(),
        },
    }
}

fn more_differences(count: usize) -> Finding {
    Finding {
        code: "DH-6090".to_owned(),
        severity: Severity::Note,
        fields: Vec::new(),
        message: Message {
            en: format!("{count} more differences stand in the workbook."),
            zh_hant: format!("另有 {count} 項差異列於試算表。"),
        },
    }
}

pub(crate) async fn wait(house: &House, ask: &Ask) -> Result<Reply, Failure> {
    let id = text(ask, "task")?;
    let gone = || Failure::business(&format!("DH-6020: the review task {id} is gone; start the run again"));
    let task = house.store.task(id).await?.ok_or_else(gone)?;
    let Some(decision) = task.decision else { return Ok(Reply::Pending(task.id)) };
    // Who ends a run closes its questions: that is no answer.
    let run = house.store.run(&ask.run).await?;
    if run.is_none_or(|(run, _)| run.state.is_final()) {
        return Ok(Reply::Over);
    }
    if statement(&task).is_some() {
        house.store.mark_applied(&task.id).await?;
        return Ok(Reply::Done(json!({
            "agreed": decision == Decision::Approve,
            "approved": decision == Decision::Approve,
            "corrected": false,
            "rejected": decision == Decision::Reject,
            "reference": Value::Null,
            "note": task.note.as_deref().unwrap_or_default(),
            "refused_values": Vec::<String>::new(),
            "invoice": Value::Null,
        })));
    }
    if order(&task).is_some() {
        return Ok(Reply::Done(wait_for_order(house, ask, &task, decision).await?));
    }
    let (invoice, refused) = take_over(house, &task).await?;
    let reference = reference_of(&task);
    settle_posting(house, ask, &task, decision, reference).await?;
    house.store.mark_applied(&task.id).await?;
    Ok(Reply::Done(json!({
        "agreed": agreed(&task, decision, &invoice),
        "approved": decision == Decision::Approve,
        "corrected": decision == Decision::Correct,
        "rejected": decision == Decision::Reject,
        "reference": reference,
        "note": task.note.as_deref().unwrap_or_default(),
        "refused_values": refused,
        "invoice": checked::in_short(&task.document, &invoice),
    })))
}

/// What a person said about a proposal, or about the posting of its purchase order.
async fn wait_for_order(
    house: &House,
    ask: &Ask,
    task: &TaskRow,
    decision: Decision,
) -> Result<Value, Failure> {
    let about_posting = ask.call.args["portal"].is_string();
    let mut refused = Vec::new();
    let mut reference = None;
    if about_posting {
        reference = reference_of(task);
        let (portal, key) = (ask.call.args["portal"].as_str(), ask.call.args["key"].as_str());
        match (decision, reference, portal, key) {
            (Decision::Correct, Some(reference), Some(portal), _) => {
                portal::order_is_there_as(house, ask, portal, task, reference).await?;
            }
            (Decision::Approve | Decision::Correct, _, Some(portal), Some(key)) => {
                let person = task.decided_by.as_deref().unwrap_or("?");
                portal::is_not_there(house, portal, key, person).await?;
            }
            _ => {}
        }
    } else if decision == Decision::Reject {
        stock::rejected(house, &task.document).await?;
    } else {
        refused = stock::approve(house, task).await?;
    }
    house.store.mark_applied(&task.id).await?;
    Ok(json!({
        "agreed": decision != Decision::Reject && refused.is_empty(),
        "approved": decision == Decision::Approve,
        "corrected": decision == Decision::Correct,
        "rejected": decision == Decision::Reject,
        "reference": reference,
        "note": task.note.as_deref().unwrap_or_default(),
        "refused_values": refused,
        "invoice": Value::Null,
    }))
}

/// The person's values become the invoice's.
async fn take_over(house: &House, task: &TaskRow) -> Result<(Invoice, Vec<String>), Failure> {
    let corrections = task.corrections.as_ref().filter(|_| task.decision == Some(Decision::Correct));
    match corrections.filter(|corrections| !checked::fields(corrections).is_empty()) {
        None => Ok((checked::load(house, &task.document).await?, Vec::new())),
        Some(corrections) => {
            let (invoice, refused) = checked::correct(house, &task.document, corrections).await?;
            Ok((invoice, refused.iter().map(|rejected| format!("{:?}", rejected.field)).collect()))
        }
    }
}

/// Whether the person has seen every doubt that the invoice has now. A doubt that came in between is asked about.
fn agreed(task: &TaskRow, decision: Decision, invoice: &Invoice) -> bool {
    let corrections = task.corrections.as_ref();
    let accepted = corrections.and_then(|corrections| corrections[ACCEPTED].as_array());
    let seen = |mark: &str| accepted.is_some_and(|marks| marks.iter().any(|seen| seen == mark));
    match decision {
        Decision::Approve => true,
        Decision::Correct => {
            invoice.findings.iter().all(|finding| !finding.blocks() || seen(&finding.mark()))
        }
        Decision::Reject => false,
    }
}

/// What a person said about a posting is written where the next try looks.
async fn settle_posting(
    house: &House,
    ask: &Ask,
    task: &TaskRow,
    decision: Decision,
    reference: Option<&str>,
) -> Result<(), Failure> {
    let args = &ask.call.args;
    let (Some(portal), person) = (args["portal"].as_str(), task.decided_by.as_deref().unwrap_or("?")) else {
        return Ok(());
    };
    match (decision, reference) {
        (Decision::Correct, Some(reference)) => {
            portal::is_there_as(house, ask, portal, &task.document, reference, person).await
        }
        (Decision::Approve | Decision::Correct, _) => match args["key"].as_str() {
            Some(key) => portal::is_not_there(house, portal, key, person).await,
            None => Ok(()),
        },
        (Decision::Reject, _) => Ok(()),
    }
}

fn reference_of(task: &TaskRow) -> Option<&str> {
    let corrections = task.corrections.as_ref().filter(|_| task.decision == Some(Decision::Correct))?;
    corrections.get(REFERENCE)?.as_str().map(str::trim).filter(|reference| !reference.is_empty())
}

/// A posting's outcome as a finding, so that the page shows all doubts in one way.
fn of_posting(posted: &Value) -> Finding {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Finding {
        code: word(&posted["code"]),
        severity: Severity::Review,
        fields: Vec::new(),
        message: Message { en: word(&posted["why"]["en"]), zh_hant: word(&posted["why"]["zh-Hant"]) },
    }
}
