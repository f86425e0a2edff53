//! `portal`: posting a bill into the accounting system.

use std::sync::Arc;

use ::stock::order::{OrderedLine, PurchaseOrder};
use invoices::{FieldName, Invoice, LineItem};
use portal::{Bill, BillLine, Outcome, Portal, PortalError};
use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use store::{NewPosting, PostingState, TaskRow};

use crate::failure::Failure;
use crate::host::{invoices as checked, stock, text};
use crate::house::House;
use crate::orchestrator::Ask;

pub(crate) const POST_BILL: &str = "portal::post_bill";
pub(crate) const POST_ORDER: &str = "portal::post_order";

#[export_module]
pub(crate) mod functions {
    use rhai::{EvalAltResult, Map};
    use serde_json::json;

    use crate::host::json_of;
    use crate::tape::step;

    /// Enters the invoice into a portal, once, whatever happens: it looks for it first, fills, submits, reads back.
    ///
    /// `portal` is a portal's name, or `()` for the only one there is. It answers `#{done: bool, outcome: text,
    /// reference: text?, code: text?, why: map?, portal: text, key: text?}`. `done` is true when the bill stands in the
    /// portal. Otherwise `outcome` is `"refused"`: nothing was entered, or `"unknown"`: nobody knows; a person must
    /// look, see `review::open`.
    #[rhai_fn(return_raw)]
    pub(crate) fn post_bill(
        context: NativeCallContext,
        portal: Dynamic,
        invoice: Map,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let document = invoice.get("document").cloned().unwrap_or_default();
        let args = json!({ "portal": json_of(portal)?, "document": json_of(document)? });
        step(&context, super::POST_BILL, args)
    }

    /// Enters a purchase order into a portal, once, whatever happens, as `post_bill` does with bills: `order` is what
    /// `stock::paper` or `stock::proposal` answered, and a person must have approved it.
    ///
    /// `portal` is a portal's name, or `()` for the only one there is. It answers `#{done: bool, outcome: text,
    /// reference: text?, code: text?, why: map?, portal: text, key: text?}`, as `post_bill` does.
    #[rhai_fn(return_raw)]
    pub(crate) fn post_order(
        context: NativeCallContext,
        portal: Dynamic,
        order: Map,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let document = order.get("document").cloned().unwrap_or_default();
        let args = json!({ "portal": json_of(portal)?, "document": json_of(document)? });
        step(&context, super::POST_ORDER, args)
    }
}

/// Enters the purchase order that was approved.
pub(crate) async fn post_order(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let sha256 = text(ask, "document")?;
    let portal = granted(house, &ask.workflow, ask.call.args["portal"].as_str())?;
    let order = stock::placed(house, sha256).await?;
    let bill = bill_of_order(&order);
    let outcome = portal::post_bill(&**portal, &house.store, &bill, sha256, &ask.run).await;
    let outcome = outcome.map_err(|error| failure(&error))?;
    if let Outcome::Posted { reference } | Outcome::AlreadyThere { reference } = &outcome {
        house.store.stock_order_entered(&order.number, reference).await?;
    }
    answer(&outcome, portal.name(), Some(&bill))
}

/// A purchase order as what is typed: its number is what it is looked for by.
pub(crate) fn bill_of_order(order: &PurchaseOrder) -> Bill {
    let line = |line: &OrderedLine| BillLine {
        description: format!("{} {} · {}", line.sku, line.name, line.store),
        quantity: Some(line.units.into()),
        unit_price: Some(line.unit_cost),
        amount: line.amount,
    };
    Bill {
        key: format!("order/{}", order.number),
        reference: order.number.clone(),
        supplier_name: order.supplier.name.clone(),
        supplier_tax_id: None,
        issue_date: order.day,
        due_date: Some(order.expected),
        currency: order.currency.clone(),
        net: Some(order.total),
        tax: None,
        total: order.total,
        lines: order.lines.iter().map(line).collect(),
        memo: String::new(),
    }
}

/// A person looked into the portal and says under which reference the purchase order is there.
pub(crate) async fn order_is_there_as(
    house: &House,
    ask: &Ask,
    portal: &str,
    task: &TaskRow,
    reference: &str,
) -> Result<(), Failure> {
    let order = stock::placed(house, &task.document).await?;
    let person = task.decided_by.as_deref().unwrap_or("?");
    stands_as(house, ask, portal, &task.document, bill_of_order(&order), (reference, person)).await?;
    Ok(house.store.stock_order_entered(&order.number, reference).await?)
}

pub(crate) async fn post_bill(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let sha256 = text(ask, "document")?;
    let named = ask.call.args["portal"].as_str();
    let portal = granted(house, &ask.workflow, named)?;
    let invoice = checked::load(house, sha256).await?;
    let (bill, outcome) = match bill(&invoice) {
        Err(missing) => (None, incomplete(missing)),
        Ok(bill) => {
            let outcome = portal::post_bill(&**portal, &house.store, &bill, sha256, &ask.run).await;
            (Some(bill), outcome.map_err(|error| failure(&error))?)
        }
    };
    answer(&outcome, portal.name(), bill.as_ref())
}

fn answer(outcome: &Outcome, portal: &str, bill: Option<&Bill>) -> Result<Value, Failure> {
    let mut answer = serde_json::to_value(outcome).map_err(|error| Failure::business(&error))?;
    answer["done"] = json!(matches!(outcome, Outcome::Posted { .. } | Outcome::AlreadyThere { .. }));
    answer["portal"] = json!(portal);
    answer["key"] = json!(bill.map(|bill| &bill.key));
    for absent in ["reference", "code", "why"] {
        if answer.get(absent).is_none() {
            answer[absent] = Value::Null;
        }
    }
    Ok(answer)
}

/// A person looked into the portal and says that the bill is not there: it may be entered again.
pub(crate) async fn is_not_there(
    house: &House,
    portal: &str,
    key: &str,
    person: &str,
) -> Result<(), Failure> {
    let Some(row) = house.store.posting_by_key(portal, key).await? else { return Ok(()) };
    if matches!(row.state, PostingState::Unknown | PostingState::Submitted) {
        let note = format!("{person} looked: it is not there");
        house.store.posting_failed(&row.id, &note).await?;
    }
    Ok(())
}

/// A person looked into the portal and says under which reference the bill is there.
pub(crate) async fn is_there_as(
    house: &House,
    ask: &Ask,
    portal: &str,
    sha256: &str,
    reference: &str,
    person: &str,
) -> Result<(), Failure> {
    let invoice = checked::load(house, sha256).await?;
    let Ok(bill) = bill(&invoice) else { return Ok(()) };
    stands_as(house, ask, portal, sha256, bill, (reference, person)).await
}

/// What a person says stands in the portal is taken to be confirmed.
async fn stands_as(
    house: &House,
    ask: &Ask,
    portal: &str,
    sha256: &str,
    bill: Bill,
    (reference, person): (&str, &str),
) -> Result<(), Failure> {
    let posting = NewPosting {
        key: bill.key.clone(),
        portal: portal.to_owned(),
        document: sha256.to_owned(),
        run: ask.run.clone(),
        bill: json!(bill),
    };
    let row = house.store.intend(&posting).await?;
    match row.state {
        PostingState::Confirmed => return Ok(()),
        PostingState::Failed => house.store.posting_reopened(&row.id, &posting).await?,
        // Another document stands for this bill, and its own task settles it.
        _ if row.document != sha256 => return Ok(()),
        PostingState::Intended | PostingState::Submitted | PostingState::Unknown => {}
    }
    let read_back = json!({ "said_by": person });
    Ok(house.store.posting_confirmed(&row.id, reference, &read_back).await?)
}

/// What is to be entered. An invoice that lacks what every bill needs names it.
pub(crate) fn bill(invoice: &Invoice) -> Result<Bill, FieldName> {
    let value = |name: FieldName| invoice.value(name).filter(|value| !value.is_empty());
    let need = |name: FieldName| value(name).ok_or(name);
    let money = |name: FieldName| value(name).map(str::parse::<Decimal>).transpose().map_err(|_| name);
    let date = |name: FieldName| value(name).map(str::parse).transpose().map_err(|_| name);
    let total = money(FieldName::Total)?.ok_or(FieldName::Total)?;
    // Where the paper names its seller by number alone, the portal knows whose number it is.
    let tax_id = value(FieldName::SellerTaxId);
    Ok(Bill {
        key: invoice.key().ok_or(FieldName::InvoiceNumber)?,
        reference: need(FieldName::InvoiceNumber)?.to_owned(),
        supplier_name: value(FieldName::SellerName).or(tax_id).ok_or(FieldName::SellerName)?.to_owned(),
        supplier_tax_id: tax_id.or_else(|| value(FieldName::Brn)).map(str::to_owned),
        issue_date: date(FieldName::IssueDate)?.ok_or(FieldName::IssueDate)?,
        due_date: date(FieldName::DueDate)?,
        currency: need(FieldName::Currency)?.to_owned(),
        net: money(FieldName::AmountExTax)?,
        tax: money(FieldName::Tax)?,
        total,
        lines: lines(&invoice.lines),
        memo: value(FieldName::Remarks).unwrap_or_default().to_owned(),
    })
}

/// The lines, all of them or none: some of them would not add up.
fn lines(items: &[LineItem]) -> Vec<BillLine> {
    let number = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Decimal>().ok());
    let line = |item: &LineItem| {
        Some(BillLine {
            description: item.name.clone(),
            quantity: number(&item.quantity),
            unit_price: number(&item.unit_price),
            amount: number(&item.amount)?,
        })
    };
    items.iter().map(line).collect::<Option<Vec<_>>>().unwrap_or_default()
}

pub(crate) fn incomplete(field: FieldName) -> Outcome {
    Outcome::Refused {
        code: "DH-6012".to_owned(),
        why: portal::Words::new(
            format!(
                "The invoice has no usable {field}, and no bill can be entered without it. Nothing was entered."
            ),
            format!("發票缺少可用的欄位（{field}），沒有它便不能輸入單據。未有輸入任何資料。"),
        ),
    }
}

/// The portal of this name, or the only one, of those that the workflow was granted.
pub(crate) fn granted<'a>(
    house: &'a House,
    workflow: &str,
    named: Option<&str>,
) -> Result<&'a Arc<dyn Portal>, Failure> {
    let portals: Vec<_> = house.granted_portals(workflow).collect();
    let found = match (named, portals.as_slice()) {
        (Some(named), portals) => portals.iter().find(|(name, _)| *name == named),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    found.map(|(_, portal)| *portal).ok_or_else(|| {
        let what = match named {
            Some(name) => format!("the workflow {workflow} was not granted the portal {name}"),
            None => format!("the workflow {workflow} names no portal"),
        };
        let all: Vec<&str> = portals.iter().map(|(name, _)| *name).collect();
        Failure::business(&format!(
            "DH-6506: {what}; it was granted: {}. Correct [grants.{workflow}] in the settings, then try again",
            if all.is_empty() { "none".to_owned() } else { all.join(", ") }
        ))
    })
}

fn failure(error: &PortalError) -> Failure {
    if error.is_transient() { Failure::application(error) } else { Failure::business(error) }
}
