//! Whether it was worth it to change proposals: of orders whose days have passed, what was sold is known by now.

use chrono::{Days, NaiveDate};
use serde_json::Value;
use stock::count;
use stock::event::Event;
use stock::ledger::Ledger;
use stock::order::{OrderedLine, Proposal, PurchaseOrder, Settled, value_added};
use store::{OrderRow, OrderState};

use crate::failure::Failure;
use crate::format;
use crate::language::Language;
use crate::pages::order_task::proposal_of;
use crate::render::context;
use crate::state::WebState;
use crate::view::order::say;

/// So many of the latest orders are looked at, and so many of their changed lines: a page is answered in time.
const ORDERS: u32 = 400;
const LINES: usize = 200;

/// What changes were worth, by their reason.
pub(crate) async fn of(state: &WebState, language: Language) -> Result<Vec<Value>, Failure> {
    let mut settled = Vec::new();
    for order in state.store.stock_orders(ORDERS).await? {
        if settled.len() >= LINES {
            break;
        }
        if matches!(order.state, OrderState::Approved | OrderState::Received) {
            settled.extend(of_order(state, &order).await?);
        }
    }
    let view = |(reason, added): (stock::order::EditReason, stock::order::ValueAdded)| {
        context! {
            reason => say(&reason.sentence(), language), changed => added.changed, better => added.better,
            worse => added.worse, proposed_off => added.proposed_off, ordered_off => added.ordered_off,
            worth => format::money(&added.worth.to_string(), None), lost => added.worth.is_sign_negative(),
        }
    };
    Ok(value_added(&settled).into_iter().map(view).collect())
}

/// The changed lines of an order of which everything is known by now.
async fn of_order(state: &WebState, order: &OrderRow) -> Result<Vec<Settled>, Failure> {
    let placed = order.placed.clone().and_then(|placed| serde_json::from_value::<PurchaseOrder>(placed).ok());
    let Some(placed) = placed.filter(|placed| placed.lines.iter().any(|line| line.reason.is_some())) else {
        return Ok(Vec::new());
    };
    let Ok(proposal) = proposal_of(state, &order.document).await else { return Ok(Vec::new()) };
    let today = state.store.now().with_timezone(&state.zone).date_naive();
    let mut settled = Vec::new();
    for line in placed.lines.iter().filter(|line| line.reason.is_some()) {
        settled.extend(of_line(state, &proposal, line, today).await?);
    }
    Ok(settled)
}

async fn of_line(
    state: &WebState,
    proposal: &Proposal,
    line: &OrderedLine,
    today: NaiveDate,
) -> Result<Option<Settled>, Failure> {
    let told = proposal
        .line(&format!("{}/{}", line.store, line.sku))
        .and_then(|proposed| proposed.line.explanation.as_ref());
    let (Some(told), Some(reason)) = (told, line.reason) else { return Ok(None) };
    let days = u64::try_from(count::ceil(told.protection_days)).unwrap_or(0);
    let until = proposal.day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX);
    if until > today {
        return Ok(None);
    }
    let demand = demand(state, line, proposal.day, until).await?;
    Ok(Some(Settled {
        proposed: line.proposed,
        ordered: line.units,
        position: told.inventory,
        demand,
        unit_cost: line.unit_cost,
        reason,
    }))
}

/// What was asked for in a store from one day on, before another.
async fn demand(
    state: &WebState,
    line: &OrderedLine,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<i64, Failure> {
    let texts = state.store.stock_events_of(&line.sku, &line.sku, from).await?;
    let events: Vec<Event> = texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    let zone = stock::event::hong_kong();
    let ledger = Ledger::fold(&events, state.store.now().with_timezone(&zone));
    let account = ledger.accounts.get(&line.store).and_then(|accounts| accounts.get(&line.sku));
    Ok(account.map_or(0, |account| account.demand.range(from..until).map(|(_, units)| *units).sum()))
}
