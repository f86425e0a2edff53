//! `invoices`: from a document to an invoice that has been checked.

use std::collections::BTreeMap;
use std::sync::Arc;

use invoices::{Decision, Facts, FieldName, Finding, Invoice, Rejected, Severity, Twin};
use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use serde_json::{Value, json};
use store::{PostingState, TwinRow};

use crate::failure::Failure;
use crate::host::documents::{Recent, on_a_thread, with_pixels};
use crate::host::{carriers, text};
use crate::house::House;
use crate::known;
use crate::orchestrator::Ask;

pub(crate) const CHECK: &str = "invoices::check";

#[export_module]
pub(crate) mod functions {
    use rhai::EvalAltResult;
    use serde_json::json;

    use crate::host::sections;
    use crate::tape::step;

    /// Looks whether a document that has been read holds several invoices. If so, each becomes a document of its own
    /// that goes through this workflow.
    ///
    /// It answers how many there are; 0 when the document is one paper, and the script goes on with it.
    #[rhai_fn(return_raw)]
    pub(crate) fn split(context: NativeCallContext, document: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, sections::SPLIT, json!({ "document": document }))
    }

    /// Finds the invoice in a document that has been read, and checks it: arithmetic, numbers, evidence, twins.
    ///
    /// It answers the invoice in short: `#{document: text, kind: text, supplier: text?, number: text?, date: text?,
    /// currency: text?, total: text?, is_invoice: bool, straight_through: bool, reasons: [text], carrier_of: text?}`.
    /// `straight_through` is true when no person is needed, `reasons` holds the codes of the findings. `carrier_of` is
    /// the name of the file from which the same invoice is already read, posted or asked about, `()` when there is none.
    /// The whole invoice with its evidence is kept beside the document.
    #[rhai_fn(return_raw)]
    pub(crate) fn check(context: NativeCallContext, document: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::CHECK, json!({ "document": document }))
    }
}

pub(crate) async fn check(house: &House, recent: &Recent, ask: &Ask) -> Result<Value, Failure> {
    let sha256 = text(ask, "document")?;
    let document = with_pixels(house, recent, sha256).await?;
    let reader = Arc::clone(&house.reader);
    let known = known::known(house).await?;
    let mut invoice =
        on_a_thread(move || invoices::extract(&document, reader.second_reader(), &known)).await?;
    // Saved before the twins are asked for: of two that arrive together, at least one sees the other.
    save(house, sha256, &invoice).await?;
    let first = twins(house, sha256, &invoice).await?;
    let carrier_of = carriers::settle(house, sha256, &invoice, &first).await?;
    let facts = facts(house, sha256, &invoice).await?;
    invoices::check(&mut invoice, &facts);
    known::note_use(house, sha256, &invoice).await?;
    save(house, sha256, &invoice).await?;
    let mut answer = in_short(sha256, &invoice);
    answer["carrier_of"] = json!(carrier_of.map(|document| document.name));
    Ok(answer)
}

/// A person's values win, and everything is checked again. Answers the invoice and what could not be taken over.
pub(crate) async fn correct(
    house: &House,
    sha256: &str,
    corrections: &Value,
) -> Result<(Invoice, Vec<Rejected>), Failure> {
    let mut invoice = load(house, sha256).await?;
    let facts = facts(house, sha256, &invoice).await?;
    // Whoever gives values to a paper that did not look like an invoice says that it is one.
    invoice.is_invoice = true;
    let rejected = invoices::correct(&mut invoice, &fields(corrections), &facts).err().unwrap_or_default();
    save(house, sha256, &invoice).await?;
    // The correction may have changed what makes a twin.
    let facts = self::facts(house, sha256, &invoice).await?;
    invoices::check(&mut invoice, &facts);
    // The person is told what could not be taken over, in the task that follows.
    invoice.findings.splice(0..0, rejected.iter().map(not_taken));
    save(house, sha256, &invoice).await?;
    Ok((invoice, rejected))
}

/// The corrections that name fields of an invoice.
pub(crate) fn fields(corrections: &Value) -> BTreeMap<FieldName, String> {
    let named = corrections.as_object().into_iter().flatten();
    named
        .filter_map(|(name, value)| {
            let name = serde_json::from_value(Value::String(name.clone())).ok()?;
            Some((name, value.as_str()?.trim().to_owned()))
        })
        .collect()
}

/// The invoice as it stands in the store.
pub(crate) async fn load(house: &House, sha256: &str) -> Result<Invoice, Failure> {
    let value = house.store.invoice(sha256).await?;
    let missing = || "DH-6019: this document has not been checked yet; call invoices::check first".to_owned();
    let value = value.ok_or_else(|| Failure::business(&missing()))?;
    serde_json::from_value(value).map_err(|error| Failure::business(&error))
}

/// What scripts see of an invoice.
pub(crate) fn in_short(sha256: &str, invoice: &Invoice) -> Value {
    let mut reasons: Vec<&str> = invoice.findings.iter().map(|finding| finding.code.as_str()).collect();
    reasons.dedup();
    json!({
        "document": sha256,
        "kind": invoice.kind,
        "supplier": invoice.value(FieldName::SellerName),
        "number": invoice.value(FieldName::InvoiceNumber),
        "date": invoice.value(FieldName::IssueDate),
        "currency": invoice.value(FieldName::Currency),
        "total": invoice.value(FieldName::Total),
        "is_invoice": invoice.decision != Decision::NotAnInvoice,
        "straight_through": invoice.decision == Decision::StraightThrough,
        "reasons": reasons,
        "carrier_of": Value::Null,
    })
}

async fn save(house: &House, sha256: &str, invoice: &Invoice) -> Result<(), Failure> {
    let value = serde_json::to_value(invoice).map_err(|error| Failure::business(&error))?;
    let key = invoice.key();
    let [supplier, total, date] = mark(invoice);
    Ok(house.store.save_invoice(sha256, &value, key.as_deref(), supplier, total, date).await?)
}

pub(crate) async fn facts(house: &House, sha256: &str, invoice: &Invoice) -> Result<Facts, Failure> {
    let twins = twins(house, sha256, invoice).await?;
    let today = house.store.now().with_timezone(&house.zone).date_naive();
    Ok(Facts {
        today,
        twins: twins.into_iter().map(twin).collect(),
        oldest_months: house.oldest_months,
        memories: known::memories(house).await?,
    })
}

pub(crate) async fn twins(house: &House, sha256: &str, invoice: &Invoice) -> Result<Vec<TwinRow>, Failure> {
    let key = invoice.key();
    let [supplier, total, date] = mark(invoice);
    Ok(house.store.twins(sha256, key.as_deref(), supplier, total, date).await?)
}

/// What else tells two invoices apart, where the key is missing.
fn mark(invoice: &Invoice) -> [Option<&str>; 3] {
    [FieldName::SellerName, FieldName::Total, FieldName::IssueDate].map(|name| invoice.value(name))
}

fn not_taken(rejected: &Rejected) -> Finding {
    Finding {
        code: "DH-2801".to_owned(),
        severity: Severity::Review,
        fields: vec![rejected.field],
        message: rejected.message.clone(),
    }
}

fn twin(row: TwinRow) -> Twin {
    let posted = row.posting_state == Some(PostingState::Confirmed);
    let posted_as = row.posted_as.filter(|_| posted);
    Twin { document: row.sha256, name: row.name, posted_as, hard: row.hard }
}
