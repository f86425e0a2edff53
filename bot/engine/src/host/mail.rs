//! `mail`: telling people. A mail that cannot be sent never stops a run: the pages show the same.

use chrono::{DateTime, SecondsFormat, Utc};
use notify::{
    Alarm, Attachment, AuditHead, Digest, Exception, Language, Mail, MonthReport, Overdue, Reminder, Waiting,
};
use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use serde_json::{Value, json};
use store::{TaskFilter, TaskRow};

use crate::failure::Failure;
use crate::host::{chase, review, text};
use crate::house::House;
use crate::orchestrator::Ask;

pub(crate) const EXCEPTION: &str = "mail::exception";
pub(crate) const DIGEST: &str = "mail::digest";
pub(crate) const AUDIT_HEAD: &str = "mail::audit_head";
pub(crate) const BROKEN_CHAIN: &str = "mail::broken_chain";
pub(crate) const REMINDER: &str = "mail::reminder";
pub(crate) const REPORT: &str = "mail::report";

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

    /// Sends a letter in your own words, once: `mail::send(#{to: "ann@shop.example", subject: "…", body: "…"})`. `to` may be
    /// a list. Only domains that the operator granted are reached. An empty line in `body` begins a paragraph. When
    /// nobody can know whether it left, it is not sent again: a person is asked.
    ///
    /// It answers `#{sent: bool}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn send(context: NativeCallContext, letter: Map) -> Result<Dynamic, Box<EvalAltResult>> {
        let part = |name: &str| json_of(letter.get(name).cloned().unwrap_or_default());
        let args = json!({ "to": part("to")?, "subject": part("subject")?, "body": part("body")? });
        step(&context, crate::host::letter::SEND, args)
    }

    /// Mails the head of the audit chain to its keepers: with it, even a cut-off end of the chain is found.
    ///
    /// It answers `#{sent: bool}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn audit_head(context: NativeCallContext) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::AUDIT_HEAD, Value::Null)
    }

    /// Alarms the operators and the keepers of the heads: the audit chain does not hold. `chain` is what `audit::verify`
    /// answered.
    ///
    /// It answers `#{sent: bool}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn broken_chain(
        context: NativeCallContext,
        chain: Map,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::BROKEN_CHAIN, json!({ "chain": json_of(chain)? }))
    }

    /// Mails one of the letters of `chase::overdue`: the tasks in it that still wait, with links. When it cannot be sent, its
    /// reminders are due again.
    ///
    /// It answers `#{sent: bool}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn reminder(context: NativeCallContext, letter: Map) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::REMINDER, json!({ "letter": json_of(letter)? }))
    }

    /// Mails the buyers what a step of `stock` came to, with its workbook: `about` is what `stock::propose`,
    /// `stock::readiness`, `stock::guard`, `stock::take`, `stock::count` or `stock::manual_sheet` answered.
    ///
    /// It answers `#{sent: bool}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn stock(context: NativeCallContext, about: Map) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, crate::host::stock::TELL, json!({ "about": json_of(about)? }))
    }

    /// Mails a purchase order (`stock::paper`) to its supplier, once, and a copy with the reason of each line to the buyers.
    /// Where the supplier's address is not known, only the buyers are written to. When nobody can know whether the mail
    /// left, it is not sent again: a person is asked.
    ///
    /// It answers `#{sent: bool, told: bool}`: whether the supplier was written to, and the buyers.
    #[rhai_fn(return_raw)]
    pub(crate) fn purchase_order(
        context: NativeCallContext,
        order: Map,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, crate::host::stock::SEND_ORDER, json!({ "order": json_of(order)? }))
    }

    /// Mails a month's report (`report::month`) with its workbook to those who are named in the settings, or else to the
    /// reviewers.
    ///
    /// It answers `#{sent: bool}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn report(context: NativeCallContext, report: Map) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::REPORT, json!({ "report": json_of(report)? }))
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
    let id = format!("exception/{}", task.id);
    if let Some(compared) = review::statement(task) {
        let findings = task.findings.as_array().into_iter().flatten();
        let sentence =
            |finding: &Value| finding["message"][house.language.as_str()].as_str().map(str::to_owned);
        let first = findings.filter_map(sentence).take(NAMED_FINDINGS).collect();
        return send(house, &statement_mail(house, &id, compared, first, link(house, task))).await;
    }
    let proposed = |name: &str| review::order(task).and_then(|order| order[name].as_str()).map(str::to_owned);
    let exception = Exception {
        supplier: task.supplier.clone().or_else(|| proposed("supplier")),
        amount: amount(task).or_else(|| proposed("total")),
        reason: reason(task, house.language),
        link: link(house, task),
    };
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
        supplier: supplier(task),
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

/// The mail about a statement that differs, with the first differences in words.
pub(crate) fn statement_mail(
    house: &House,
    id: &str,
    compared: &Value,
    first: Vec<String>,
    link: String,
) -> Mail {
    let word = |name: &str| compared[name].as_str().map(str::to_owned);
    let statement = notify::Statement {
        supplier: word("supplier"),
        period: word("from").zip(word("to")).map(|(from, to)| format!("{from} – {to}")),
        differences: compared["differences"].as_u64().unwrap_or_default(),
        first,
        link,
    };
    Mail::statement(house.reviewers.clone(), house.language, id, &statement)
}

pub(crate) async fn broken_chain(house: &House, ask: &Ask) -> Result<Value, Failure> {
    sent(ask, send(house, &broken_chain_mail(house, &ask.run, &ask.call.args["chain"])).await)
}

/// The alarm about a chain that does not hold, to operators and keepers alike: whoever broke it may be one of them.
pub(crate) fn broken_chain_mail(house: &House, run: &str, chain: &Value) -> Mail {
    let (line, why) = (chain["line"].as_i64().unwrap_or_default(), chain["why"].as_str().unwrap_or_default());
    let alarm = match house.language {
        Language::En => Alarm {
            headline: "The audit chain does not hold".to_owned(),
            detail: format!("From line {line} on. {why}"),
            to_do: "Keep this mail and the last heads that you have. Change nothing, make a copy of the data folder, and run `deskhand audit verify --head FILE` with the newest head that was mailed (DH-6103).".to_owned(),
            link: format!("{}/audit", house.base_url),
        },
        Language::ZhHant => Alarm {
            headline: "審計鏈不完整".to_owned(),
            detail: format!("由第 {line} 行起。{why}"),
            to_do: "請保存此電郵和手上最近的審計鏈首。請勿更改任何資料，先複製整個資料夾，再以最近收到的審計鏈首執行 `deskhand audit verify --head 檔案`（DH-6103）。".to_owned(),
            link: format!("{}/audit", house.base_url),
        },
    };
    let mut to = house.operators.clone();
    to.extend(house.keepers.iter().filter(|keeper| !house.operators.contains(keeper)).cloned());
    Mail::alarm(to, house.language, &format!("broken_chain/{run}"), &alarm)
}

pub(crate) async fn reminder(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let letter = &ask.call.args["letter"];
    let Some(mail) = reminder_mail(house, &ask.run, letter).await? else {
        return Ok(json!({ "sent": false }));
    };
    let result = send(house, &mail).await;
    if result.is_err() && ask.last {
        house.store.give_back_reminders(&ask.run, letter["to"].as_str().unwrap_or_default()).await?;
    }
    sent(ask, result)
}

/// A letter as it would leave now: what was decided meanwhile is not in it. Nothing when all of it was.
pub(crate) async fn reminder_mail(house: &House, run: &str, letter: &Value) -> Result<Option<Mail>, Failure> {
    let to = letter["to"].as_str().unwrap_or_default();
    let mut rows = Vec::new();
    for id in letter["tasks"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        rows.extend(house.store.task(id).await?.filter(|task| !task.is_decided()));
    }
    if rows.is_empty() || to.is_empty() {
        return Ok(None);
    }
    rows.sort_by_key(|task| task.created_at);
    let overdue = |task: &TaskRow| Overdue {
        supplier: supplier(task),
        number: task.invoice["fields"]["invoice_number"]["value"].as_str().map(str::to_owned),
        reason: reason(task, house.language),
        hours: chase::worked(house, task).num_hours().max(0).unsigned_abs(),
        link: link(house, task),
    };
    let reminder = Reminder {
        escalated: letter["escalated"].as_bool().unwrap_or_default(),
        tasks: rows.iter().map(overdue).collect(),
        link: format!("{}/", house.base_url),
    };
    let id = format!("chase/{run}/{to}");
    Ok(Some(Mail::reminder(vec![to.to_owned()], house.language, &id, &reminder)))
}

pub(crate) async fn report(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let report = &ask.call.args["report"];
    let word = |name: &str| report[name].as_str().unwrap_or_default().to_owned();
    let bytes = house.store.report(&word("report")).await?;
    let media = documents::table::TableKind::Xlsx.mime().to_owned();
    let attachment = Attachment { name: word("file"), media, bytes };
    sent(ask, send(house, &report_mail(house, &ask.run, report).with(attachment)).await)
}

/// A month's report as it would leave, without its workbook.
pub(crate) fn report_mail(house: &House, run: &str, report: &Value) -> Mail {
    let word = |name: &str| report[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| report[name].as_u64().unwrap_or_default();
    let totals = report["totals"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let month = MonthReport {
        month: word("month"),
        posted: number("posted"),
        totals: totals.map(str::to_owned).collect(),
        straight_through_percent: report["straight_through_rate"]
            .as_u64()
            .and_then(|rate| u32::try_from(rate).ok()),
        open: number("open"),
        hours_saved: word("hours_saved"),
        sha256: word("report"),
        link: format!("{}/", house.base_url),
    };
    let readers = &house.office.report_readers;
    let to = if readers.is_empty() { house.reviewers.clone() } else { readers.clone() };
    Mail::month_report(to, house.language, &format!("report/{run}"), &month)
}

/// Whose paper a task is about.
fn supplier(task: &TaskRow) -> Option<String> {
    let stated = || review::statement(task)?["supplier"].as_str().map(str::to_owned);
    let proposed = || review::order(task)?["supplier"].as_str().map(str::to_owned);
    task.supplier.clone().or_else(stated).or_else(proposed)
}

/// Tried again by the run as long as tries are left, and let go after that.
pub(crate) fn sent(ask: &Ask, result: Result<usize, Failure>) -> Result<Value, Failure> {
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
