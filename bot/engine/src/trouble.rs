//! A step that failed becomes a question to a person: try again, or give up?

use invoices::{Finding, Message, Severity};
use serde_json::{Value, json};
use store::{Decision, NewTask};

use crate::failure::Failure;
use crate::host::{invoices as checked, mail};
use crate::house::House;
use crate::orchestrator::{Ask, Reply, Verdict};

/// Opens the task, and mails that it is there.
pub(crate) async fn open(house: &House, ask: &Ask) -> Result<Reply, Failure> {
    let failure: Failure = serde_json::from_value(ask.call.args["failure"].clone())
        .map_err(|error| Failure::business(&error))?;
    let document = ask.document.clone().unwrap_or_default();
    let step = ask.call.args["step"].as_str().unwrap_or_default();
    let task = NewTask {
        id: task_id(ask),
        run: ask.run.clone(),
        document: document.clone(),
        workflow: ask.workflow.clone(),
        reason: format!("failure: {step}"),
        findings: json!([of_failure(step, &failure)]),
        invoice: house.store.invoice(&document).await?.unwrap_or(Value::Null),
    };
    let row = house.store.open_task(&task).await?;
    // The task is what counts; it is in the digest too, should this mail not leave.
    if let Err(error) = mail::tell(house, &row).await {
        tracing::warn!(task = %row.id, "{error}");
    }
    Ok(Reply::Done(Value::Null))
}

/// What the person said. Corrections are taken over before the step is tried again.
pub(crate) async fn verdict(house: &House, ask: &Ask) -> Result<Reply, Failure> {
    let id = task_id(ask);
    let gone = || Failure::business(&format!("DH-6020: the review task {id} is gone; start the run again"));
    let task = house.store.task(&id).await?.ok_or_else(gone)?;
    let Some(decision) = task.decision else { return Ok(Reply::Pending(task.id)) };
    if let Some(corrections) = task.corrections.as_ref().filter(|_| decision == Decision::Correct)
        && !checked::fields(corrections).is_empty()
    {
        checked::correct(house, &task.document, corrections).await?;
    }
    house.store.mark_applied(&task.id).await?;
    let verdict = Verdict { again: decision != Decision::Reject, note: task.note.unwrap_or_default() };
    Ok(Reply::Done(json!(verdict)))
}

fn task_id(ask: &Ask) -> String {
    // A run that is done again asks again.
    let again = if ask.generation == 0 { String::new() } else { format!("-again-{}", ask.generation) };
    format!("{}/{}-failure-{}{again}", ask.run, ask.call.index, ask.round + 1)
}

fn of_failure(step: &str, failure: &Failure) -> Finding {
    let Failure { code, text, .. } = failure;
    let (_, sentence) = text.split_once(": ").unwrap_or(("", text));
    Finding {
        code: code.clone(),
        severity: Severity::Review,
        fields: Vec::new(),
        message: Message {
            en: format!("The step {step} failed: {sentence}"),
            zh_hant: format!("步驟「{step}」未能完成（{code}）：{sentence}。可選擇再試，或放棄。"),
        },
    }
}
