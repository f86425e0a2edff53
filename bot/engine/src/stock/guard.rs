//! The guard: every week the triggers are asked; what one of them takes back goes to the manual order sheet.

mod records;

use std::collections::{BTreeMap, BTreeSet};

use ::stock::guard::roll_back::OpenOrder;
use ::stock::guard::{ApprovedLine, ManualSheet, Ramp, RolledBack, Verdict, roll_back, watch};
use ::stock::plan::classes;
use ::stock::policy::Line;
use ::stock::policy::class::Class;
use ::stock::stock_list::Terms;
use chrono::{Days, NaiveDate, Weekday};
use serde_json::{Value, json};
use store::{OrderState, Store};

pub use super::pilot::PilotState;

use super::books::{Books, books};
use super::pilot::Seen;
use super::place::proposal_of;
use super::plan::plan_file;
use super::{Pilot, StockRules, sheets};
use crate::book;
use crate::failure::Failure;
use crate::house::House;

/// So many orders are looked through for what was approved last.
const MOST_ORDERS: u32 = 2_000;
/// So many days back a plan is looked for.
const PLAN_DAYS: u64 = 35;

/// What became of a person's wish about a pilot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guarded {
    /// It was done.
    Done,
    /// There is no such pilot.
    NoPilot,
    /// It may not be done; the sentence has its code.
    Refused(String),
}

/// The SKUs that may be ordered through proposals; none when there is no pilot, and all may.
pub(super) async fn automatic(
    house: &House,
    day: NaiveDate,
    terms: &[Terms],
    sorted: &BTreeMap<(String, String), Class>,
) -> Result<Option<BTreeSet<(String, String)>>, Failure> {
    let Some(pilot) = &house.stock.pilot else { return Ok(None) };
    let mut seen = Seen::of(&house.store, pilot, terms, sorted).await?;
    begin_canary(house, pilot, &mut seen, day).await?;
    Ok(Some(seen.state.automatic()))
}

/// The canary begins on the day that the settings name.
async fn begin_canary(house: &House, pilot: &Pilot, seen: &mut Seen, day: NaiveDate) -> Result<(), Failure> {
    let state = &mut seen.state;
    if day < pilot.from || !state.ramp.steps.is_empty() || state.ramp.rolled_back.is_some() {
        return Ok(());
    }
    state.ramp = state.ramp.step(day).map_err(|error| Failure::business(&error))?;
    let details = json!({ "percent": state.ramp.percent(), "day": day });
    seen.put(&house.store, &pilot.name, "stock.pilot_step", &details).await
}

/// Asks the triggers about the last whole week, once; and takes back what they reach.
pub(crate) async fn guard(house: &House, day: NaiveDate) -> Result<Value, Failure> {
    let Some(pilot) = &house.stock.pilot else { return Ok(quiet(day, false)) };
    let books = books(house, day).await?;
    let sorted = classes(&books.panel, &books.terms);
    let mut seen = Seen::of(&house.store, pilot, &books.terms, &sorted).await?;
    begin_canary(house, pilot, &mut seen, day).await?;
    let monday = day.week(Weekday::Mon).checked_first_day().unwrap_or(day);
    let week = monday.checked_sub_days(Days::new(7)).unwrap_or(monday);
    let Some(from) = seen.state.canary_from().filter(|from| *from < monday) else {
        return Ok(quiet(day, true));
    };
    if seen.state.records.accuracy.last().is_none_or(|last| last.week < week) {
        records::add(house, &mut seen.state, &books, week).await?;
        let first_week = from.week(Weekday::Mon).checked_first_day().unwrap_or(from);
        seen.state.verdicts = watch(&seen.state.records, &pilot.rules, first_week, week);
        let said: Vec<String> =
            seen.state.verdicts.iter().filter(|v| v.fired).map(|v| v.trigger.to_string()).collect();
        let details = json!({ "week": week, "fired": said });
        seen.put(&house.store, &pilot.name, "stock.pilot_watched", &details).await?;
    }
    act(house, pilot, &mut seen, &books, day).await
}

/// Takes up what fired, and rolls back what it reaches. Done again it does nothing more.
async fn act(
    house: &House,
    pilot: &Pilot,
    seen: &mut Seen,
    books: &Books,
    day: NaiveDate,
) -> Result<Value, Failure> {
    let fired: Vec<Verdict> = seen.state.verdicts.iter().filter(|verdict| verdict.fired).cloned().collect();
    let (mut told, mut back, mut said) = (Vec::new(), Vec::<RolledBack>::new(), Vec::new());
    let open = open_orders(books);
    for verdict in &fired {
        let Some((incident, new)) = seen.state.book.take(verdict) else { continue };
        if !new {
            continue;
        }
        said.push(match house.language {
            notify::Language::En => verdict.why.en.to_string(),
            notify::Language::ZhHant => verdict.why.zh.to_string(),
        });
        if verdict.trigger.rolls_back() {
            let lines = unsent_lines(house).await?;
            let arms = &seen.state.assignment.skus;
            let done = roll_back(day, (&incident, verdict), arms, &seen.state.ramp, &lines, &open);
            seen.state.assignment.skus.clone_from(&done.arms);
            seen.state.ramp.clone_from(&done.ramp);
            back.push(done);
        }
        told.push(json!({ "incident": incident.to_string(), "trigger": verdict.trigger.to_string() }));
    }
    if told.is_empty() {
        return Ok(quiet(day, true));
    }
    let details = json!({ "incidents": told, "rolled_back": back.len() });
    seen.put(&house.store, &pilot.name, "stock.pilot_incident", &details).await?;
    if !back.is_empty() {
        withdraw(house, day).await?;
    }
    let sheet = sheet(&house.store, day).await?;
    let bytes = book::workbook(&sheets::incident(house.language, day, &fired, &back, sheet.as_ref()))
        .map_err(|why| Failure::business(&why))?;
    let report = house.store.keep_report("incident", bytes).await?;
    Ok(json!({
        "day": day,
        "watching": true,
        "fired": said,
        "rolled_back": !back.is_empty(),
        "file": format!("incident {day}.xlsx"),
        "report": report,
    }))
}

fn quiet(day: NaiveDate, watching: bool) -> Value {
    json!({
        "day": day, "watching": watching, "fired": Vec::<String>::new(), "rolled_back": false, "file": "", "report": "",
    })
}

/// Lines that are proposed and not approved.
async fn unsent_lines(house: &House) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for order in house.store.stock_orders_in(OrderState::Proposed).await? {
        let proposal = proposal_of(&house.store, &order.document).await?;
        lines.extend(proposal.lines.into_iter().map(|line| line.line));
    }
    Ok(lines)
}

/// Proposals that wait give way to the manual sheet.
async fn withdraw(house: &House, day: NaiveDate) -> Result<(), Failure> {
    let tomorrow = day.checked_add_days(Days::new(1)).unwrap_or(day);
    super::replaced(house, tomorrow).await.map(|_| ())
}

fn open_orders(books: &Books) -> Vec<OpenOrder> {
    let order = |order: &::stock::ledger::OpenOrder| OpenOrder {
        po_id: order.po_id.clone(),
        store: order.store_id.clone(),
        sku: order.sku.clone(),
        units: order.outstanding(),
        due: order.promised_on,
    };
    books.open_orders.iter().filter(|order| order.outstanding() > 0).map(order).collect()
}

/// The manual order sheet as a workbook. It needs nothing but what is kept here: no accounting system, no network.
pub(crate) async fn manual_sheet(house: &House, day: NaiveDate) -> Result<Value, Failure> {
    let Some(sheet) = sheet(&house.store, day).await? else {
        return Ok(json!({ "day": day, "lines": 0, "file": "", "report": "" }));
    };
    let bytes =
        book::workbook(&sheets::manual(house.language, &sheet)).map_err(|why| Failure::business(&why))?;
    let report = house.store.keep_report("manual_sheet", bytes).await?;
    Ok(json!({
        "day": day, "lines": sheet.lines.len(), "file": format!("manual order sheet {day}.xlsx"), "report": report,
    }))
}

/// What people last approved, line by line; of a supplier of whom nothing was ever approved what the last plan says.
async fn sheet(store: &Store, day: NaiveDate) -> Result<Option<ManualSheet>, Failure> {
    let mut lines: Vec<ApprovedLine> = Vec::new();
    let mut approved: BTreeSet<String> = BTreeSet::new();
    for order in store.stock_orders(MOST_ORDERS).await? {
        let was_approved = matches!(order.state, OrderState::Approved | OrderState::Received);
        if was_approved && approved.insert(order.supplier.clone()) {
            let proposal = proposal_of(store, &order.document).await?;
            lines.extend(proposal.lines.iter().filter_map(|line| ApprovedLine::of(&line.line, &line.name)));
        }
    }
    for back in 0..PLAN_DAYS {
        let at = day.checked_sub_days(Days::new(back)).unwrap_or(day);
        if let Some(plan) = plan_file(store, at).await? {
            let known: BTreeSet<(String, String)> =
                lines.iter().map(|line| (line.store.clone(), line.sku.clone())).collect();
            let more = plan.lines.iter().filter_map(|line| ApprovedLine::of(&line.line, &line.name));
            lines.extend(more.filter(|line| !known.contains(&(line.store.clone(), line.sku.clone()))));
            break;
        }
    }
    Ok(ManualSheet::new(day, &lines).ok())
}

/// The manual order sheet of a day for a page: what it holds needs nothing but the store.
///
/// # Errors
/// The store failed, or what it keeps cannot be read.
pub async fn manual_order_sheet(store: &Store, day: NaiveDate) -> Result<Option<ManualSheet>, String> {
    sheet(store, day).await.map_err(|failure| failure.to_string())
}

/// The pilot of these rules as it is.
///
/// # Errors
/// The store failed.
pub async fn pilot_state(store: &Store, rules: &StockRules) -> Result<Option<PilotState>, store::StoreError> {
    let Some(pilot) = &rules.pilot else { return Ok(None) };
    let row = store.stock_pilot(&pilot.name).await?;
    Ok(row.and_then(|row| serde_json::from_value(row.pilot).ok()))
}

/// A person takes the next step of the ramp, or lets a pilot begin again that was rolled back.
///
/// # Errors
/// The store failed.
pub async fn move_pilot(
    store: &Store,
    rules: &StockRules,
    day: NaiveDate,
    again: bool,
) -> Result<Guarded, store::StoreError> {
    let Some(pilot) = &rules.pilot else { return Ok(Guarded::NoPilot) };
    let Some(row) = store.stock_pilot(&pilot.name).await? else { return Ok(Guarded::NoPilot) };
    let Ok(mut state) = serde_json::from_value::<PilotState>(row.pilot.clone()) else {
        return Ok(Guarded::Refused("DH-8110: what is kept of this pilot cannot be read".to_owned()));
    };
    let moved = if again {
        reset(&mut state, &pilot.seed, day);
        Ok(state.ramp.clone())
    } else {
        state.ramp.step(day)
    };
    match moved {
        Err(error) => return Ok(Guarded::Refused(error.to_string())),
        Ok(ramp) => state.ramp = ramp,
    }
    let action = if again { "stock.pilot_again" } else { "stock.pilot_step" };
    let value = serde_json::to_value(&state).unwrap_or_default();
    let details = json!({ "percent": state.ramp.percent(), "day": day });
    if store.put_stock_pilot(&pilot.name, &value, row.version, action, &details).await? {
        return Ok(Guarded::Done);
    }
    Ok(Guarded::Refused("DH-8110: somebody else changed the pilot just now; look at it again".to_owned()))
}

/// The arms as they were drawn, the incidents closed, no step taken.
fn reset(state: &mut PilotState, seed: &str, day: NaiveDate) {
    let skus: Vec<::stock::guard::assignment::StoreSku> = state
        .assignment
        .skus
        .iter()
        .map(|sku| ::stock::guard::assignment::StoreSku {
            store: sku.store.clone(),
            sku: sku.sku.clone(),
            class: sku.class,
        })
        .collect();
    if let Ok(drawn) = ::stock::guard::assign(&skus, seed) {
        state.assignment = drawn;
    }
    let open: Vec<_> = state.book.incidents.keys().cloned().collect();
    for id in open {
        state.book.close(&id, day);
    }
    state.ramp = Ramp::default();
    state.verdicts.clear();
}
