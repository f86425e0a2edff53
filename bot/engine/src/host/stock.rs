//! `stock`: replenishment and stocktakes.

use ::stock::order::PurchaseOrder;
use chrono::NaiveDate;
use notify::{Attachment, Letter, Mail};
use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::host::{mail, text};
use crate::house::House;
use crate::orchestrator::Ask;
use crate::stock as room;

pub(crate) const TAKE: &str = "stock::take";
pub(crate) const READINESS: &str = "stock::readiness";
pub(crate) const GUARD: &str = "stock::guard";
pub(crate) const PROPOSE: &str = "stock::propose";
pub(crate) const PROPOSAL: &str = "stock::proposal";
pub(crate) const PAPER: &str = "stock::paper";
pub(crate) const MANUAL_SHEET: &str = "stock::manual_sheet";
pub(crate) const COUNT: &str = "stock::count";
pub(crate) const TELL: &str = "mail::stock";
pub(crate) const SEND_ORDER: &str = "mail::purchase_order";

const PDF: &str = "application/pdf";

#[export_module]
pub(crate) mod functions {
    use rhai::{EvalAltResult, Map};
    use serde_json::json;

    use crate::host::json_of;
    use crate::tape::step;

    /// Takes a file of the shops: events (sales, returns, receipts, counts, …), a stock list, or a list of tagged pieces. A
    /// workflow that takes such files says in its head `//! takes: data`.
    ///
    /// It answers `#{document: text, kind: text, received: number, accepted: number, duplicates: number, rejected: number,
    /// why: [text]}`. `kind` is `"events"`, `"list"` or `"pieces"`. What was rejected waits in quarantine, and `why` says why.
    #[rhai_fn(return_raw)]
    pub(crate) fn take(context: NativeCallContext, document: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::TAKE, json!({ "document": document }))
    }

    /// Whether the data is good enough to order by on this day (`"2026-11-23"`, see `calendar::today`).
    ///
    /// It answers `#{day: text, ready: bool, failed: [text], warned: number, waived: [text], file: text, report: text}`.
    /// Every defect stands in the workbook.
    #[rhai_fn(return_raw)]
    pub(crate) fn readiness(context: NativeCallContext, day: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::READINESS, json!({ "day": day }))
    }

    /// Asks the triggers of the pilot about the last whole week, and takes back what they reach: what was ordered
    /// automatically goes to the manual order sheet. Without a pilot it does nothing.
    ///
    /// It answers `#{day: text, watching: bool, fired: [text], rolled_back: bool, file: text, report: text}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn guard(context: NativeCallContext, day: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::GUARD, json!({ "day": day }))
    }

    /// Plans a day: forecast, policy, what the warehouse has. Each supplier of whom something is to be ordered gets a
    /// proposal, and each proposal a run of `workflow`, which the operator must have granted. A day is planned once, however
    /// often it is asked; proposals of earlier days that nobody has in hand give way.
    ///
    /// It answers `#{day: text, lines: number, ordering: number, manual: number, orders: number, total: text, file: text,
    /// report: text}`. `manual` counts the lines that a pilot leaves to the manual sheet.
    #[rhai_fn(return_raw)]
    pub(crate) fn propose(
        context: NativeCallContext,
        day: &str,
        workflow: &str,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::PROPOSE, json!({ "day": day, "workflow": workflow }))
    }

    /// The proposal that a run is about.
    ///
    /// It answers `#{document: text, number: text, supplier: text, day: text, lines: number, total: text, open: bool,
    /// transfer: bool}`. `open` is false when a later plan has taken its place; `transfer` is true when the own warehouse
    /// delivers: then nothing is bought.
    #[rhai_fn(return_raw)]
    pub(crate) fn proposal(
        context: NativeCallContext,
        document: &str,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::PROPOSAL, json!({ "document": document }))
    }

    /// Makes the paper of a purchase order that a person approved: a PDF for the supplier, and one for the buyer with a
    /// picture of every line.
    ///
    /// It answers `#{document: text, number: text, supplier: text, total: text, expected: text, lines: number, file: text,
    /// report: text, buyer_file: text, buyer_report: text}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn paper(context: NativeCallContext, proposal: Map) -> Result<Dynamic, Box<EvalAltResult>> {
        let document = proposal.get("document").cloned().unwrap_or_default();
        step(&context, super::PAPER, json!({ "document": json_of(document)? }))
    }

    /// The manual order sheet of a day: what a store orders by hand when nothing else runs, by what people approved last.
    ///
    /// It answers `#{day: text, lines: number, file: text, report: text}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn manual_sheet(context: NativeCallContext, day: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::MANUAL_SHEET, json!({ "day": day }))
    }

    /// Compares what readers of tags have read in a store today with the pieces that should be there: this file, and those
    /// that came into the same folder before it on the same day. `store` is often `run.folder`.
    ///
    /// It answers `#{document: text, store: text, day: text, passes: number, expected: number, read: number, final: bool,
    /// missing: number, not_yet_read: number, unknown: number, misplaced: number, says: text, file: text, report: text}`. A
    /// piece is missing only when two passes looked for it; what is settled becomes the count of its SKU.
    #[rhai_fn(return_raw)]
    pub(crate) fn count(
        context: NativeCallContext,
        document: &str,
        store: &str,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::COUNT, json!({ "document": document, "store": store }))
    }
}

pub(crate) async fn take(house: &House, ask: &Ask) -> Result<Value, Failure> {
    room::take(house, text(ask, "document")?).await
}

pub(crate) async fn readiness(house: &House, ask: &Ask) -> Result<Value, Failure> {
    room::readiness(house, day(ask)?).await
}

pub(crate) async fn guard(house: &House, ask: &Ask) -> Result<Value, Failure> {
    room::guard(house, day(ask)?).await
}

pub(crate) async fn propose(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let workflow = text(ask, "workflow")?;
    if !house.grants.workflows(&ask.workflow).any(|granted| granted == workflow) {
        return Err(Failure::business(&format!(
            "DH-6054: the workflow {} was not granted to start {workflow}; add it to [grants.{0}] workflows in the settings, then try again",
            ask.workflow
        )));
    }
    room::propose(house, ask, day(ask)?, workflow).await
}

pub(crate) async fn proposal(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let document = text(ask, "document")?;
    let (proposal, order) =
        (room::proposal_of(&house.store, document).await?, room::order_of(house, document).await?);
    Ok(room::in_short(&house.stock, document, &proposal, &order))
}

/// Both papers. They are kept under their hashes, as reports are.
pub(crate) async fn paper(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let document = text(ask, "document")?;
    let proposal = room::proposal_of(&house.store, document).await?;
    let placed = placed(house, document).await?;
    let papers = room::papers(house, &placed, &proposal).await?;
    Ok(json!({
        "document": document,
        "number": placed.number,
        "supplier": placed.supplier.name,
        "total": format!("{} {:.2}", placed.currency, placed.total),
        "expected": placed.expected,
        "lines": placed.lines.len(),
        "file": format!("{}.pdf", placed.number),
        "report": papers.supplier,
        "buyer_file": format!("{} (buyer).pdf", placed.number),
        "buyer_report": papers.buyer,
    }))
}

/// The purchase order of this proposal.
pub(crate) async fn placed(house: &House, document: &str) -> Result<PurchaseOrder, Failure> {
    let placed = room::order_of(house, document).await?.placed;
    placed.and_then(|placed| serde_json::from_value(placed).ok()).ok_or_else(|| {
        Failure::business(&"DH-8111: nobody has approved this proposal yet; wait for review::wait first")
    })
}

pub(crate) async fn manual_sheet(house: &House, ask: &Ask) -> Result<Value, Failure> {
    room::manual_sheet(house, day(ask)?).await
}

pub(crate) async fn count(house: &House, ask: &Ask) -> Result<Value, Failure> {
    room::count(house, text(ask, "document")?, text(ask, "store")?).await
}

fn day(ask: &Ask) -> Result<NaiveDate, Failure> {
    let said = text(ask, "day")?;
    said.parse().map_err(|_| {
        Failure::business(&format!("DH-6018: `{said}` is no day such as 2026-11-23; correct the script"))
    })
}

/// Who hears of plans, doubts and incidents.
pub(crate) fn buyers(house: &House) -> Vec<String> {
    if house.stock.buyers.is_empty() { house.reviewers.clone() } else { house.stock.buyers.clone() }
}

/// Mails buyers what a step of stock came to, with its workbook.
pub(crate) async fn tell(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let about = &ask.call.args["about"];
    let word = |name: &str| about[name].as_str().unwrap_or_default().to_owned();
    let mut letter = room::letter(house, about);
    if !word("report").is_empty() {
        let bytes = house.store.report(&word("report")).await?;
        let media = documents::table::TableKind::Xlsx.mime().to_owned();
        letter = letter.with(Attachment { name: word("file"), media, bytes });
    }
    mail::sent(ask, mail::send(house, &identified(letter, ask)).await)
}

/// The same mail however often its step is tried.
fn identified(mail: Mail, ask: &Ask) -> Mail {
    Mail { id: format!("stock/{}/{}", ask.run, ask.call.index), ..mail }
}

/// Mails a purchase order to its supplier, once, and the buyer's copy to the buyers. When nobody can know whether the
/// supplier has it, a person is asked.
pub(crate) async fn send_order(house: &House, ask: &Ask, begun_before: bool) -> Result<Value, Failure> {
    let order = &ask.call.args["order"];
    let word = |name: &str| order[name].as_str().unwrap_or_default().to_owned();
    let placed = placed(house, &word("document")).await?;
    let to = placed.supplier.mail.clone();
    if begun_before && ask.round == 0 && !to.is_empty() {
        return Err(Failure::business(
            &"DH-6077: nobody knows whether the mail left (Deskhand stopped while it was sent); ask who should have got it, then try again or give up",
        ));
    }
    let attachment = async |name: &str, report: &str| -> Result<Attachment, Failure> {
        let bytes = house.store.report(&word(report)).await?;
        Ok(Attachment { name: word(name), media: PDF.to_owned(), bytes })
    };
    let own = room::order_letter(house, &placed, to.is_empty());
    let own = own.with(attachment("buyer_file", "buyer_report").await?);
    let own = own.with(attachment("file", "report").await?);
    let told = mail::send(house, &Mail { id: format!("order/{}/buyer", placed.number), ..own }).await?;
    if to.is_empty() {
        return Ok(json!({ "sent": false, "told": told > 0 }));
    }
    let language = match placed.supplier.language.as_deref() {
        Some("zh-Hant") => notify::Language::ZhHant,
        Some("en") => notify::Language::En,
        _ => house.language,
    };
    let (subject, body) = room::supplier_words(language, &placed);
    let letter =
        Mail::letter(to, language, &format!("order/{}", placed.number), &Letter::new(&subject, &body));
    let sent = mail::send(house, &letter.with(attachment("file", "report").await?)).await?;
    house.store.stock_order_mailed(&placed.number).await?;
    Ok(json!({ "sent": sent > 0, "told": told > 0 }))
}
