//! From a proposal to a purchase order: what a person approves is ordered, told to the ledger, and put on paper.

use std::collections::BTreeMap;

use ::stock::order::{Edit, EditReason, Edits, Proposal, PurchaseOrder};
use chrono::NaiveDate;
use serde_json::{Value, json};
use store::{Decided, Decision, NewIntake, OrderRow, OrderState, Store, TaskFilter, TaskRow};

use super::StockRules;
use super::take::{hong_kong, kept};
use crate::failure::Failure;
use crate::house::House;

/// The name under which a person's changes stand among the corrections of a task.
const LINES: &str = "lines";
/// So many open tasks are looked through for those that a new plan replaces.
const MOST_TASKS: u32 = 10_000;
/// Who says it when no person does.
const SELF: &str = "deskhand";

/// How an order ends, as a person says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderEnd {
    /// All of it has come.
    Received,
    /// Nothing of it will come any more.
    CalledOff,
}

/// The proposal that a document holds.
pub(crate) async fn proposal_of(store: &Store, document: &str) -> Result<Proposal, Failure> {
    let bytes = store.blobs().get(&store::blobs::original_key(document)).await?;
    serde_json::from_slice(&bytes).map_err(|_| {
        Failure::business(&"DH-8107: this document is no proposal; start the run from stock::propose")
    })
}

/// The order of a proposal.
pub(crate) async fn order_of(house: &House, document: &str) -> Result<OrderRow, Failure> {
    let row = house.store.stock_order_of(document).await?;
    row.ok_or_else(|| {
        Failure::business(&"DH-8107: this document is no proposal; start the run from stock::propose")
    })
}

/// A person's changes, as their task keeps them. Those that cannot be understood are told.
pub(crate) fn edits_of(task: &TaskRow) -> Result<Edits, String> {
    let corrections = task.corrections.as_ref().filter(|_| task.decision == Some(Decision::Correct));
    let Some(lines) = corrections.and_then(|corrections| corrections[LINES].as_object()) else {
        return Ok(Edits::new());
    };
    let mut edits = Edits::new();
    for (key, edit) in lines {
        let units = edit["units"].as_i64().ok_or_else(|| format!("{key}: units is no whole number"))?;
        let reason = edit["reason"].as_str().and_then(EditReason::of);
        edits.insert(key.clone(), Edit { units, reason: reason.unwrap_or(EditReason::Other) });
    }
    Ok(edits)
}

/// Orders what the person has approved. Answers what is wrong with their changes, if anything is: then nothing is ordered.
pub(crate) async fn approve(house: &House, task: &TaskRow) -> Result<Vec<String>, Failure> {
    let proposal = proposal_of(&house.store, &task.document).await?;
    let edits = match edits_of(task) {
        Ok(edits) => edits,
        Err(why) => return Ok(vec![why]),
    };
    let order = match proposal.approve(&edits) {
        Ok(order) => order,
        Err(wrong) => return Ok(wrong.iter().map(ToString::to_string).collect()),
    };
    let by = task.decided_by.as_deref().unwrap_or(SELF);
    let total = format!("{:.2}", order.total);
    if !house.store.approve_stock_order(&order.number, &json!(order), &total, by).await? {
        // A crash came after it was approved; or it was approved when it was no longer open.
        let now = order_of(house, &task.document).await?;
        if now.state != OrderState::Approved || now.placed != Some(json!(order)) {
            return Ok(vec![format!(
                "DH-8114: {} is {} by now and cannot be approved; look at the newest proposal",
                order.number, now.state
            )]);
        }
    }
    tell_ledger(&house.store, &order, "order", order.events(hong_kong(house.store.now()))).await?;
    Ok(Vec::new())
}

/// A person does not want it.
pub(crate) async fn rejected(house: &House, document: &str) -> Result<(), Failure> {
    let order = order_of(house, document).await?;
    house.store.move_stock_order(&order.number, &[OrderState::Proposed], OrderState::Rejected).await?;
    Ok(())
}

/// What was ordered has come, or will not come: the ledger is told, and the next plan knows. False when it was settled
/// before.
///
/// # Errors
/// The store failed.
pub async fn settle_order(store: &Store, number: &str, end: OrderEnd) -> Result<bool, store::StoreError> {
    let Some(order) = store.stock_order(number).await? else { return Ok(false) };
    let placed = order.placed.and_then(|placed| serde_json::from_value::<PurchaseOrder>(placed).ok());
    let Some(placed) = placed else { return Ok(false) };
    let now = hong_kong(store.now());
    let (state, what, events) = match end {
        OrderEnd::Received => (OrderState::Received, "received", placed.received(now)),
        OrderEnd::CalledOff => (OrderState::CalledOff, "called_off", placed.called_off(now)),
    };
    if !store.move_stock_order(number, &[OrderState::Approved], state).await? {
        return Ok(false);
    }
    tell_ledger(store, &placed, what, events).await?;
    Ok(true)
}

async fn tell_ledger(
    store: &Store,
    order: &PurchaseOrder,
    what: &str,
    events: Vec<::stock::event::Event>,
) -> Result<(), store::StoreError> {
    let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
    let intake = NewIntake {
        id: format!("{}/{what}", order.number),
        source: SELF.to_owned(),
        received: count,
        accepted: count,
        duplicates: 0,
        rejected: 0,
        tally: json!({}),
    };
    let events: Vec<_> = events.iter().map(kept).collect();
    store.take_stock_events(&intake, &events, &[]).await
}

/// Proposals of earlier days give way to the plan of `day`, unless a person has one in hand: what that one proposes counts
/// as ordered. Answers units by `store/sku`.
pub(crate) async fn replaced(house: &House, day: NaiveDate) -> Result<BTreeMap<String, i64>, Failure> {
    let store = &house.store;
    let open = store.tasks(&TaskFilter::open(MOST_TASKS)).await?;
    let mut waiting = BTreeMap::new();
    for order in store.stock_orders_in(OrderState::Proposed).await? {
        let task = open.iter().find(|task| task.document == order.document);
        if order.day < day && gives_way(store, &order, task, day).await? {
            continue;
        }
        for line in proposal_of(store, &order.document).await?.ordering() {
            *waiting.entry(line.key()).or_insert(0) += line.line.outcome.units();
        }
    }
    Ok(waiting)
}

/// Puts a proposal away. False when a person has it in hand or decides it in this very moment: they were first.
async fn gives_way(
    store: &Store,
    order: &OrderRow,
    task: Option<&TaskRow>,
    day: NaiveDate,
) -> Result<bool, Failure> {
    if task.is_some_and(|task| task.held_by(store.now()).is_some()) {
        return Ok(false);
    }
    let (open, gone) = ([OrderState::Proposed], OrderState::Replaced);
    if !store.move_stock_order(&order.number, &open, gone).await? {
        return Ok(true);
    }
    let Some(task) = task else { return Ok(true) };
    let decided = Decided {
        decision: Decision::Reject,
        corrections: json!({}),
        note: format!("replaced by the plan of {day}"),
    };
    if let Err(error) = store.decide(&task.id, task.version, SELF, &decided).await {
        tracing::info!(order = order.number, "a proposal that was to give way is being decided: {error}");
        store.move_stock_order(&order.number, &[gone], OrderState::Proposed).await?;
        return Ok(false);
    }
    Ok(true)
}

/// What a script sees of a proposal.
pub(crate) fn in_short(rules: &StockRules, document: &str, proposal: &Proposal, order: &OrderRow) -> Value {
    json!({
        "document": document,
        "number": proposal.number,
        "supplier": proposal.supplier.name,
        "day": proposal.day,
        "lines": proposal.ordering().count(),
        "total": format!("{} {:.2}", proposal.currency, proposal.total()),
        "open": order.state == OrderState::Proposed,
        "transfer": rules.warehouse.as_ref() == Some(&proposal.supplier.id),
    })
}
