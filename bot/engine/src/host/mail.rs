//! `mail`: telling people. A mail that cannot be sent never stops a run: the pages show the same.

use chrono::{DateTime, SecondsFormat, Utc};
use notify::{AuditHead, Digest, Exception, Language, Mail, Waiting};
use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use serde_json::{Value, json};
use store::{TaskFilter, TaskRow};

use crate::failure::Failure;
use crate::host::text;
use crate::house::House;
use crate::orchestrator::Ask;

pub(crate) const EXCEPTION: &str = "mail::exception";
pub(crate) const DIGEST: &str = "mail::digest";
pub(crate) const AUDIT_HEAD: &str = "mail::audit_head";

/// So many waiting tasks are named in a digest; the number of all of them stands in it.
const NAMED: u32 = 50;
/// So many of its findings are named with a task.
const NAMED_FINDINGS: usize = 3;

#[export_module]
pub(crate) mod functions {
    use rhai::{EvalAltResult, Map};
    use serde_json::{Value, json};

    use crate::host::json_of;
    use crate::tape::step;

    /// Mails the reviewers that a task waits for them, with a link. `task` is what `review::open` answered.
    ///
    /// It answers `#{sent: bool}`. A mail that cannot be sent never stops a run.
    #[rhai_fn(return_raw)]
    pub(crate) fn exception(context: NativeCallContext, task: Map) -> Result<Dynamic, Box<EvalAltResult>> {
        let task = task.get("task").cloned().unwrap_or_default();
        step(&context, super::EXCEPTION, json!({ "task": json_of(task)? }))
    }

    /// Mails the digest to the reviewers: the numbers of `report::hours` and the tasks that wait.
    ///
    /// It answers `#{sent: bool}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn digest(context: NativeCallContext, numbers: Map) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::DIGEST, json!({ "numbers": json_of(numbers)? }))
    }

    /// Mails the head of the audit chain to its keepers: with it, even a cut-off end of the chain is found.
    ///
    /// It answers `#{sent: bool}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn audit_head(context: NativeCallContext) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::AUDIT_HEAD, Value::Null)
    }
}

pub(crate) async fn exception(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let id = text(ask, "task")?;
    match house.store.task(id).await? {
        Some(task) => sent(ask, tell(house, &task).await),
        None => Ok(json!({ "sent": false })),
    }
}

/// The mail about one task. The id is derived from the task, so that a second one is the same mail.
pub(crate) async fn tell(house: &House, task: &TaskRow) -> Result<usize, Failure> {
    let exception = Exception {
        supplier: task.supplier.clone(),
        amount: amount(task),
        reason: reason(task, house.language),
        link: link(house, task),
    };
    let id = format!("exception/{}", task.id);
    send(house, &Mail::exception(house.reviewers.clone(), house.language, &id, &exception)).await
}

pub(crate) async fn digest(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let mail = digest_mail(house, &ask.run, &ask.call.args["numbers"]).await?;
    sent(ask, send(house, &mail).await)
}

/// The digest as it would leave now.
pub(crate) async fn digest_mail(house: &House, run: &str, numbers: &Value) -> Result<Mail, Failure> {
    let number = |name: &str| numbers[name].as_u64().unwrap_or_default();
    let now = house.store.now();
    let minutes = |since: DateTime<Utc>| (now - since).num_minutes().max(0).unsigned_abs();
    let open = house.store.tasks(&TaskFilter::open(NAMED)).await?;
    let waiting = |task: &TaskRow| Waiting {
        supplier: task.supplier.clone(),
        amount: amount(task),
        reason: reason(task, house.language),
        age_minutes: minutes(task.created_at),
        link: link(house, task),
    };
    let digest = Digest {
        period: period(numbers),
        posted: number("posted"),
        waiting: house.store.tasks_open().await?,
        oldest_minutes: open.iter().map(|task| minutes(task.created_at)).max(),
        failed: number("failed"),
        dead_letters: house.store.dead_letters_count().await?,
        unknown: number("unknown_postings"),
        straight_through_percent: u32::try_from(number("straight_through_rate"))
            .ok()
            .filter(|_| numbers["straight_through_rate"].is_number()),
        tasks: open.iter().map(waiting).collect(),
        link: format!("{}/", house.base_url),
    };
    Ok(Mail::digest(house.reviewers.clone(), house.language, &format!("digest/{run}"), &digest))
}

pub(crate) async fn audit_head(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let head = house.store.export_head().await?;
    let mail = audit_head_mail(house, &ask.run, head.seq, head.entry_hash, head.exported_at);
    sent(ask, send(house, &mail).await)
}

/// The mail that carries a head.
pub(crate) fn audit_head_mail(
    house: &House,
    run: &str,
    seq: i64,
    entry_hash: String,
    at: DateTime<Utc>,
) -> Mail {
    let day = at.with_timezone(&house.zone).date_naive().to_string();
    let exported_at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let head = AuditHead { day, seq, entry_hash, exported_at };
    Mail::audit_head(house.keepers.clone(), house.language, &format!("audit_head/{run}"), &head)
}

/// Tried again by the run as long as tries are left, and let go after that.
fn sent(ask: &Ask, result: Result<usize, Failure>) -> Result<Value, Failure> {
    match result {
        Ok(count) => Ok(json!({ "sent": count > 0 })),
        Err(failure) if !ask.last => Err(failure),
        Err(failure) => {
            tracing::warn!(run = %ask.run, "a mail is given up: {failure}");
            Ok(json!({ "sent": false, "code": failure.code }))
        }
    }
}

pub(crate) async fn send(house: &House, mail: &Mail) -> Result<usize, Failure> {
    if mail.to.is_empty() {
        return Ok(0);
    }
    let rendered = mail.render(house.store.now()).map_err(|error| Failure::application(&error))?;
    house.mailer.send(&rendered).await.map_err(|error| Failure::application(&error))?;
    Ok(mail.to.len())
}

/// Why a person is asked: the first findings, in the language of the mail.
fn reason(task: &TaskRow, language: Language) -> String {
    let language = language.as_str();
    let findings = task.findings.as_array().into_iter().flatten();
    let sentences: Vec<&str> =
        findings.filter_map(|finding| finding["message"][language].as_str()).take(NAMED_FINDINGS).collect();
    if sentences.is_empty() { task.reason.clone() } else { sentences.join(" ") }
}

/// The total with its currency, as it is to be read.
fn amount(task: &TaskRow) -> Option<String> {
    let total = task.total.as_deref()?;
    let currency = task.invoice["fields"]["currency"]["value"].as_str().unwrap_or_default();
    Some(format!("{currency} {total}").trim().to_owned())
}

/// The hours that the numbers cover, as they are to be read.
fn period(numbers: &Value) -> String {
    let minute = |name: &str| {
        let time = numbers[name].as_str().and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok());
        time.map(|time| time.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
    };
    format!("{} – {}", minute("from"), minute("until"))
}

/// The task's page. An id holds slashes, which the pages write as `~`.
fn link(house: &House, task: &TaskRow) -> String {
    let segment = task.id.replace('/', "~").replace(':', "%3A").replace('+', "%2B");
    format!("{}/tasks/{segment}", house.base_url)
}
