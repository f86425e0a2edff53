//! A review task as its page shows it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use invoices::{FieldName, Finding, Invoice};
use serde::Serialize;
use store::{TaskRow, TaskState};

use crate::format;
use crate::language::Language;
use crate::remember;
use crate::view::field::{self, FieldView};
use crate::view::finding::{self, FindingView};
use crate::view::memory::MemoryView;
use crate::view::page::{self, PageView};
use crate::view::sums::{self, SumsView};

/// What a task asks of a person: the acts that its page offers follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Asks {
    /// Is it read right, and may it be posted?
    Reading,
    /// Is it an invoice at all?
    NotAnInvoice,
    /// Is it in the books, and if not, shall it be tried again?
    Outcome,
    /// The portal did not take it: is a value to be put right before it is tried again?
    Refused,
    /// A step failed: again, or not?
    Trouble,
    /// A supplier's statement differs from what was posted: is it settled?
    Statement,
    /// Is so much to be ordered?
    Order,
}

/// What a task asks, by its reason and its findings.
pub(crate) fn asks(task: &TaskRow, invoice: Option<&Invoice>, findings: &[Finding]) -> Asks {
    let code = |start: &str| findings.iter().any(|finding| finding.code.starts_with(start));
    let word = task.reason.split(':').next().unwrap_or_default().trim();
    if word == "posting" || code("DH-4") {
        // DH-41nn: nothing was entered. Everything else of a portal leaves it open whether something was.
        let refused = code("DH-41") && !code("DH-42") && (invoice.is_some() || proposed(task).is_some());
        return if refused { Asks::Refused } else { Asks::Outcome };
    }
    if word == "statement" {
        return Asks::Statement;
    }
    if word == "failure" {
        return Asks::Trouble;
    }
    if word == "order" {
        return Asks::Order;
    }
    let Some(invoice) = invoice else { return Asks::Trouble };
    if !invoice.is_invoice || invoice.decision == invoices::Decision::NotAnInvoice || code("DH-29") {
        Asks::NotAnInvoice
    } else {
        Asks::Reading
    }
}

/// The invoice of a task, when it holds one.
pub(crate) fn invoice(task: &TaskRow) -> Option<Invoice> {
    serde_json::from_value(task.invoice.clone()).ok()
}

/// Of a task about a statement, whose statement it is.
fn stated_supplier(task: &TaskRow) -> Option<String> {
    task.invoice["statement"]["supplier"].as_str().map(str::to_owned)
}

/// Of a task about a proposal to order, or about the posting of its order, the proposal in short.
pub(crate) fn proposed(task: &TaskRow) -> Option<&serde_json::Value> {
    task.invoice.get("order").filter(|order| order.is_object())
}

/// Whose proposal it is, and what it comes to.
fn proposed_in_short(task: &TaskRow) -> (Option<String>, Option<(String, String)>) {
    let word = |name: &str| proposed(task)?[name].as_str().map(str::to_owned);
    let total = word("total").and_then(|total| {
        let (currency, amount) = total.split_once(' ')?;
        Some((currency.to_owned(), amount.to_owned()))
    });
    (word("supplier"), total)
}

/// The findings of a task: its own, else those of its invoice.
pub(crate) fn findings(task: &TaskRow, invoice: Option<&Invoice>) -> Vec<Finding> {
    let own: Vec<Finding> = serde_json::from_value(task.findings.clone()).unwrap_or_default();
    if own.is_empty() { invoice.map(|i| i.findings.clone()).unwrap_or_default() } else { own }
}

/// Who looks, when, and what they have typed so far.
pub(crate) struct Looking<'a> {
    pub(crate) language: Language,
    pub(crate) zone: Tz,
    pub(crate) now: DateTime<Utc>,
    pub(crate) person: &'a str,
    pub(crate) may_decide: bool,
    /// Names of people by their ids.
    pub(crate) people: &'a BTreeMap<String, String>,
    pub(crate) pages: &'a [PageView],
    /// What was typed, when the server did not take it.
    pub(crate) typed: &'a BTreeMap<FieldName, String>,
    /// Why not, per field.
    pub(crate) refused: &'a BTreeMap<FieldName, String>,
    /// The fields that are ticked to be remembered.
    pub(crate) remember: &'a BTreeSet<FieldName>,
    /// Why they cannot be, per field.
    pub(crate) not_remembered: &'a BTreeMap<FieldName, String>,
    /// The memories that values may rest on.
    pub(crate) memories: &'a [MemoryView],
    /// What the check found with the typed values; none on the first look.
    pub(crate) found: Option<&'a [Finding]>,
}

/// A review task, ready to be written.
#[derive(Debug, Serialize)]
pub(crate) struct TaskView {
    pub(crate) id: String,
    pub(crate) version: i64,
    pub(crate) state: &'static str,
    pub(crate) asks: Asks,
    pub(crate) kind: Option<String>,
    pub(crate) document: String,
    pub(crate) file: String,
    pub(crate) run: String,
    pub(crate) workflow: String,
    pub(crate) supplier: Option<String>,
    /// With its currency.
    pub(crate) amount: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) reason: String,
    pub(crate) age: String,
    pub(crate) created: String,
    /// Another person who holds the task.
    pub(crate) held_by: Option<String>,
    pub(crate) mine: bool,
    /// Whether this person may decide it now.
    pub(crate) open: bool,
    pub(crate) findings: Vec<FindingView>,
    /// Whether approving needs a tick: something cannot be what it claims to be.
    pub(crate) must_tick: bool,
    /// The findings that this page shows, for the server to compare with those of the next check.
    pub(crate) seen: String,
    pub(crate) doubtful: Vec<FieldCrop>,
    pub(crate) agreed: Vec<FieldCrop>,
    pub(crate) absent: Vec<FieldCrop>,
    pub(crate) lines: Vec<LineView>,
    pub(crate) lines_sum: Option<(String, Option<String>)>,
    pub(crate) sums: Option<SumsView>,
    pub(crate) pages: Vec<PageView>,
    pub(crate) currency: String,
    pub(crate) decision: Option<DecisionView>,
}

/// A field with the picture of its place.
#[derive(Debug, Serialize)]
pub(crate) struct FieldCrop {
    #[serde(flatten)]
    pub(crate) field: FieldView,
    /// The SVG view box around the field's place.
    pub(crate) crop: Option<String>,
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// A date as people write it.
    pub(crate) reads_as: Option<String>,
}

/// A line item, ready to be written.
#[derive(Debug, Serialize)]
pub(crate) struct LineView {
    #[serde(flatten)]
    pub(crate) line: invoices::LineItem,
    pub(crate) spot: Option<[f64; 4]>,
}

/// What was decided, by whom, when.
#[derive(Debug, Serialize)]
pub(crate) struct DecisionView {
    pub(crate) decision: String,
    pub(crate) by: String,
    pub(crate) at: String,
    pub(crate) note: String,
    pub(crate) corrections: Vec<(String, String)>,
}

impl TaskView {
    /// The view of a task for this person.
    pub(crate) fn of(task: &TaskRow, looking: &Looking<'_>) -> Self {
        let read = invoice(task);
        let shown = read.clone().unwrap_or_else(nothing);
        let own = findings(task, read.as_ref());
        let findings = looking.found.map_or_else(|| own.clone(), <[Finding]>::to_vec);
        let [doubtful, agreed, absent] = fields(&shown, &findings, looking);
        let currency = shown.value(FieldName::Currency).map(str::to_owned);
        let holder = task.held_by(looking.now);
        let value = |name| shown.value(name).filter(|value| !value.is_empty()).map(str::to_owned);
        let undecided = matches!(task.state, TaskState::Open | TaskState::Claimed);
        Self {
            id: task.id.clone(),
            version: task.version,
            state: task.state.as_str(),
            asks: asks(task, read.as_ref(), &own),
            kind: read.as_ref().and_then(|i| serde_json::to_value(i.kind).ok()?.as_str().map(str::to_owned)),
            document: task.document.clone(),
            file: task.document_name.clone(),
            run: task.run.clone(),
            workflow: task.workflow.clone(),
            supplier: value(FieldName::SellerName)
                .or_else(|| task.supplier.clone())
                .or_else(|| stated_supplier(task)),
            amount: value(FieldName::Total).map(|total| format::money(&total, currency.as_deref())),
            number: value(FieldName::InvoiceNumber),
            date: value(FieldName::IssueDate).map(|day| written_date(&day, looking.language)),
            reason: reason(task, &findings, looking.language),
            age: format::age(looking.now - task.created_at, looking.language),
            created: format::moment(task.created_at, looking.zone, looking.language),
            held_by: holder.filter(|by| *by != looking.person).map(|by| name_of(looking.people, by)),
            mine: holder == Some(looking.person),
            open: undecided && looking.may_decide && holder.is_none_or(|by| by == looking.person),
            must_tick: findings.iter().any(|f| f.severity == invoices::Severity::Reject),
            seen: findings.iter().map(Finding::mark).collect::<Vec<_>>().join(","),
            findings: finding::views(&findings, looking.language),
            doubtful,
            agreed,
            absent,
            lines_sum: sums::of_lines(&shown),
            sums: sums::of(&shown),
            lines: shown.lines.iter().map(line).collect(),
            pages: looking.pages.to_vec(),
            currency: currency.unwrap_or_default(),
            decision: decision(task, looking),
        }
    }
}

/// An invoice of which nothing is known, so that a person can type one.
pub(crate) fn nothing() -> Invoice {
    Invoice {
        kind: invoices::Kind::Unknown,
        is_invoice: false,
        fields: BTreeMap::new(),
        lines: Vec::new(),
        findings: Vec::new(),
        decision: invoices::Decision::Review,
    }
}

/// Fields that need eyes, fields that agree, fields that are not on the page.
fn fields(invoice: &Invoice, findings: &[Finding], looking: &Looking<'_>) -> [Vec<FieldCrop>; 3] {
    let (mut doubtful, mut agreed, mut absent) = (Vec::new(), Vec::new(), Vec::new());
    for name in field::all(invoice) {
        let mut view = FieldView::of(name, invoice, findings, looking.language);
        if let Some(typed) = looking.typed.get(&name) {
            view.value.clone_from(typed);
        }
        if let Some(why) = looking.refused.get(&name) {
            view.refused = Some(why.clone());
            view.mark = "wrong";
        }
        view.remember = remember::offered(invoice, name).is_some().then(|| looking.remember.contains(&name));
        view.not_remembered = looking.not_remembered.get(&name).cloned();
        let id = invoice.field(name).and_then(|field| field.remembered.as_ref());
        view.memory = looking.memories.iter().find(|memory| Some(&memory.id) == id).cloned();
        if !looking.may_decide && matches!(name, FieldName::BankAccount | FieldName::FpsId) {
            hide(&mut view);
        }
        let group = match view.mark {
            "agreed" => &mut agreed,
            "absent" => &mut absent,
            _ => &mut doubtful,
        };
        group.push(with_crop(view, looking));
    }
    doubtful.sort_by_key(|field: &FieldCrop| field.field.rank());
    absent.retain(|field| field::of_name(&field.field.name).is_some_and(field::worth_typing));
    [doubtful, agreed, absent]
}

/// An account number is shown only to those who need it for a decision: its last four characters tell it apart.
fn hide(view: &mut FieldView) {
    let keep = view.value.chars().count().saturating_sub(4);
    let tail: String = view.value.chars().skip(keep).collect();
    view.value = if tail.is_empty() { tail } else { format!("••••{tail}") };
    view.was.clone_from(&view.value);
    view.raw = None;
    view.spot = None;
    view.others.clear();
}

fn with_crop(view: FieldView, looking: &Looking<'_>) -> FieldCrop {
    let page = looking.pages.iter().find(|page| page.number == u64::from(view.page));
    let crop = view.spot.zip(page).map(|(spot, page)| page::crop(spot, page));
    let reads_as = (view.input == field::Input::Date && !view.value.is_empty())
        .then(|| written_date(&view.value, looking.language))
        .filter(|written| *written != view.value);
    FieldCrop {
        crop,
        reads_as,
        width: page.map_or(0.0, |page| page.width),
        height: page.map_or(0.0, |page| page.height),
        field: view,
    }
}

fn line(line: &invoices::LineItem) -> LineView {
    LineView { line: line.clone(), spot: line.bbox.map(page::spot) }
}

/// An ISO date as people write it; anything else as it stands.
pub(crate) fn written_date(day: &str, language: Language) -> String {
    day.parse().map_or_else(|_| day.to_owned(), |day| format::date(day, language))
}

/// Why the task is here, in one sentence: its worst finding, else the code word's own text.
pub(crate) fn reason(task: &TaskRow, findings: &[Finding], language: Language) -> String {
    if let Some(worst) = findings.iter().min_by_key(|finding| finding.severity) {
        return finding::sentence(&worst.message, language);
    }
    let word = task.reason.split(':').next().unwrap_or_default().trim();
    language.find(&format!("reason-{word}"), None).unwrap_or_else(|| language.text("reason-other"))
}

/// A person's name by id; an id that is nobody's (any more) stands as it is.
pub(crate) fn name_of(people: &BTreeMap<String, String>, id: &str) -> String {
    people.get(id).cloned().unwrap_or_else(|| id.to_owned())
}

pub(crate) fn decision(task: &TaskRow, looking: &Looking<'_>) -> Option<DecisionView> {
    let (decision, at) = task.decision.zip(task.decided_at)?;
    let corrections = task.corrections.as_ref().and_then(serde_json::Value::as_object);
    let read = invoice(task);
    // A value that was confirmed as it stood is no correction to a reader.
    let differs = |(name, value): &(String, String)| {
        let before = field::of_name(name).and_then(|name| read.as_ref()?.value(name));
        before != Some(value)
    };
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Some(DecisionView {
        decision: decision.to_string(),
        by: task.decided_by.as_deref().map(|by| name_of(looking.people, by)).unwrap_or_default(),
        at: format::moment(at, looking.zone, looking.language),
        note: note(task.note.as_deref().unwrap_or_default(), looking.language),
        corrections: corrections
            .map(|map| map.iter().map(|(name, value)| (name.clone(), text(value))).filter(differs).collect())
            .unwrap_or_default(),
    })
}

/// A note `code: free text` with its code word spelt out.
fn note(note: &str, language: Language) -> String {
    let (word, rest) = note.split_once(':').unwrap_or((note, ""));
    match language.find(&format!("why-{}", word.trim()), None) {
        Some(why) if rest.trim().is_empty() => why,
        Some(why) => format!("{why}: {}", rest.trim()),
        None => note.to_owned(),
    }
}

/// A row of the queue.
#[derive(Debug, Serialize)]
pub(crate) struct QueueRow {
    pub(crate) id: String,
    pub(crate) age: String,
    /// `fresh`, `amber` (half of the time is gone) or `late`.
    pub(crate) pace: &'static str,
    pub(crate) amount: Option<String>,
    pub(crate) supplier: Option<String>,
    pub(crate) file: String,
    pub(crate) reason: String,
    /// How bad the worst finding is.
    pub(crate) mark: &'static str,
    pub(crate) asks: Asks,
    pub(crate) workflow: String,
    pub(crate) held_by: Option<String>,
    /// The lowest confidence of its fields, per cent.
    pub(crate) confidence: Option<u8>,
    pub(crate) decision: Option<DecisionView>,
    /// For ordering.
    #[serde(skip)]
    pub(crate) waiting: TimeDelta,
    #[serde(skip)]
    pub(crate) value: rust_decimal::Decimal,
}

impl QueueRow {
    /// The row of a task for this person.
    pub(crate) fn of(task: &TaskRow, looking: &Looking<'_>) -> Self {
        let read = invoice(task);
        let findings = findings(task, read.as_ref());
        let value =
            |name| read.as_ref().and_then(|i| i.value(name)).filter(|v| !v.is_empty()).map(str::to_owned);
        let (whose, sum) = proposed_in_short(task);
        let (currency, sum) = sum.unzip();
        let total = value(FieldName::Total).or_else(|| task.total.clone()).or(sum);
        let currency = value(FieldName::Currency).or(currency);
        let waiting = looking.now - task.created_at;
        Self {
            id: task.id.clone(),
            age: format::age(waiting, looking.language),
            pace: pace(waiting),
            value: total.as_deref().and_then(|total| total.parse().ok()).unwrap_or_default(),
            amount: total.map(|total| format::money(&total, currency.as_deref())),
            supplier: value(FieldName::SellerName)
                .or_else(|| task.supplier.clone())
                .or_else(|| stated_supplier(task))
                .or(whose),
            file: task.document_name.clone(),
            reason: reason(task, &findings, looking.language),
            mark: findings.iter().map(|f| f.severity).min().map_or("note", finding::mark),
            asks: asks(task, read.as_ref(), &findings),
            workflow: task.workflow.clone(),
            held_by: task.held_by(looking.now).map(|by| name_of(looking.people, by)),
            confidence: read.as_ref().and_then(lowest),
            decision: decision(task, looking),
            waiting,
        }
    }
}

/// A working day for an exception: amber when half of it is gone, late when it is over.
fn pace(waiting: TimeDelta) -> &'static str {
    match waiting.num_hours() {
        ..4 => "fresh",
        4..8 => "amber",
        _ => "late",
    }
}

fn lowest(invoice: &Invoice) -> Option<u8> {
    invoice.fields.values().map(|field| field::percent(field.confidence)).min()
}

/// The reasons of a rejection, as code words; the texts are `why-<word>`.
pub(crate) const REASONS: [&str; 7] =
    ["duplicate", "not_ours", "wrong_content", "unreadable", "not_an_invoice", "withdrawn", "other"];
