//! The plan of a day: forecast, policy, what the warehouse has, papers for suppliers. Made once a day, however often it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ::stock::calendar::{Calendar, hong_kong_festivals};
use ::stock::forecast::{Forecast, Forecaster, Options};
use ::stock::order::{EditReason, Proposal, ValueAdded};
use ::stock::plan::{Buyer, Planned, classes, from_warehouse, item, proposals};
use ::stock::policy::class::Class;
use ::stock::policy::{Goal, Item, Line, propose as lines_of};
use ::stock::series::Panel;
use ::stock::stock_list::Terms;
use chrono::{Datelike as _, Days, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{NewDocument, NewOrder, NewPlan, OrderState, PlanRow, Store};

use super::books::{Books, books};
use super::guard::automatic;
use super::hindsight::hindsight;
use super::{StockRules, replaced, sheets};
use crate::book;
use crate::failure::Failure;
use crate::host::documents::on_a_thread;
use crate::house::House;
use crate::orchestrator::Ask;

/// Where documents come from that a plan has made.
const ORIGIN: &str = "stock";
/// Days of a week.
pub(super) const WEEK: usize = 7;
/// What a proposal is.
pub(super) const MEDIA: &str = "application/vnd.deskhand.proposal+json";

/// What is kept of a plan: every line, with what the guard compares later.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PlanFile {
    pub(super) day: NaiveDate,
    pub(super) lines: Vec<PlanLine>,
    /// WAPE of whole weeks on the data by which the methods were chosen.
    pub(super) train_wape: Option<f64>,
}

/// A line of a plan.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PlanLine {
    pub(super) line: Line,
    pub(super) name: String,
    /// Ordered through a proposal; otherwise by the manual sheet.
    pub(super) automatic: bool,
    pub(super) on_hand: i64,
    pub(super) unit_cost: Decimal,
    pub(super) class: Option<Class>,
    /// Expected in the seven days from the day of the plan on.
    pub(super) week: Option<Week>,
}

/// What is expected of a week.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Week {
    /// Units a day.
    pub(super) days: [f64; WEEK],
    /// The tenth and the ninetieth percentile of the week's units.
    pub(super) band: (f64, f64),
}

/// All that a plan comes to, before anything is written down.
struct Reckoned {
    file: PlanFile,
    papers: Vec<Proposal>,
    findings: usize,
    overrides: BTreeMap<EditReason, ValueAdded>,
}

/// Plans a day, or answers the plan that it has. `workflow` takes each proposal.
pub(crate) async fn propose(
    house: &House,
    ask: &Ask,
    day: NaiveDate,
    workflow: &str,
) -> Result<Value, Failure> {
    if let Some(plan) = house.store.stock_plan(day).await? {
        // What a crash left undone is done now.
        record(house, &plan, workflow).await?;
        return answer(house, &plan).await;
    }
    let begun = house.store.now();
    let reckoned = reckon(house, day).await?;
    let Reckoned { file, papers, findings, overrides } = reckoned;
    let bytes =
        book::workbook(&sheets::plan(house.language, &file)).map_err(|why| Failure::business(&why))?;
    let report = house.store.keep_report("plan", bytes).await?;
    let whole = serde_json::to_vec(&file).map_err(|error| Failure::business(&error))?;
    house.store.blobs().put(&plan_key(day), whole).await?;
    let mut orders = Vec::new();
    for paper in &papers {
        let bytes = serde_json::to_vec(paper).map_err(|error| Failure::business(&error))?;
        let document = store::sha256_hex(&bytes);
        house.store.blobs().put(&store::blobs::original_key(&document), bytes).await?;
        orders.push(NewOrder {
            number: paper.number.clone(),
            supplier: paper.supplier.id.clone(),
            document,
            currency: paper.currency.clone(),
            proposed: paper.total().to_string(),
        });
    }
    let ordering = papers.iter().flat_map(Proposal::ordering).count();
    let plan = json!({
        "lines": file.lines.len(),
        "ordering": ordering,
        "manual": file.lines.iter().filter(|line| !line.automatic).count(),
        "findings": findings,
        "overrides": overrides,
        "report": report,
        "seconds": (house.store.now() - begun).num_seconds(),
    });
    let made = house.store.record_stock_plan(&NewPlan { day, run: ask.run.clone(), plan, orders }).await?;
    record(house, &made, workflow).await?;
    let kept = Days::new(u64::from(house.stock.keep_days));
    let oldest = day.checked_sub_days(kept).unwrap_or(NaiveDate::MIN);
    house.store.forget_stock_events_before(oldest).await?;
    answer(house, &made).await
}

/// The documents of a plan's proposals, each of which gets a run of its own; what they replace is put away first.
async fn record(house: &House, plan: &PlanRow, workflow: &str) -> Result<(), Failure> {
    for order in house.store.stock_orders_in(OrderState::Proposed).await? {
        if order.day != plan.day || house.store.document(&order.document).await?.is_some() {
            continue;
        }
        let bytes = house.store.blobs().get(&store::blobs::original_key(&order.document)).await?;
        let document = NewDocument {
            sha256: order.document.clone(),
            name: format!("{} {}.json", order.number, order.supplier),
            media: MEDIA.to_owned(),
            bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            origin: ORIGIN.to_owned(),
            workflow: workflow.to_owned(),
            portal: None,
        };
        house.store.record_document(&document).await?;
    }
    Ok(())
}

async fn answer(house: &House, plan: &PlanRow) -> Result<Value, Failure> {
    let orders = house.store.stock_orders(1_000).await?;
    let own: Vec<_> = orders.iter().filter(|order| order.day == plan.day).collect();
    let sum = |amount: Decimal, text: &String| amount + text.parse::<Decimal>().unwrap_or_default();
    let total = own.iter().map(|order| &order.proposed).fold(Decimal::ZERO, sum);
    let mut answer = plan.plan.clone();
    if let Some(answer) = answer.as_object_mut() {
        answer.remove("overrides");
    }
    answer["day"] = json!(plan.day);
    answer["orders"] = json!(own.len());
    answer["total"] = json!(format!("{} {total:.2}", house.stock.currency));
    answer["file"] = json!(format!("replenishment {}.xlsx", plan.day));
    Ok(answer)
}

/// Where the whole of a plan is kept.
pub(super) fn plan_key(day: NaiveDate) -> String {
    format!("stock/plans/{day}.json")
}

pub(super) async fn plan_file(store: &Store, day: NaiveDate) -> Result<Option<PlanFile>, Failure> {
    let key = plan_key(day);
    if !store.blobs().exists(&key).await? {
        return Ok(None);
    }
    let bytes = store.blobs().get(&key).await?;
    serde_json::from_slice(&bytes).map(Some).map_err(|error| Failure::business(&error))
}

async fn reckon(house: &House, day: NaiveDate) -> Result<Reckoned, Failure> {
    let mut books = books(house, day).await?;
    if books.terms.is_empty() {
        return Err(Failure::business(
            &"DH-8106: there is no stock list, so nothing can be planned; drop one with item_id, store_id, on_hand and supplier into the stock folder",
        ));
    }
    let waiting = replaced(house, day).await?;
    for terms in &mut books.terms {
        let key = format!("{}/{}", terms.store, terms.sku);
        terms.position.on_order += waiting.get(&key).copied().unwrap_or(0);
    }
    let sorted = classes(&books.panel, &books.terms);
    let auto = automatic(house, day, &books.terms, &sorted).await?;
    let overrides = hindsight(house, &books.panel, day).await?;
    let rules = Arc::clone(&house.stock);
    on_a_thread(move || {
        let planned = planned(day, &books, &rules, &sorted, auto.as_ref())?;
        Ok(Reckoned { overrides, ..planned })
    })
    .await?
}

fn planned(
    day: NaiveDate,
    books: &Books,
    rules: &StockRules,
    sorted: &BTreeMap<(String, String), Class>,
    auto: Option<&BTreeSet<(String, String)>>,
) -> Result<Reckoned, Failure> {
    let wrong = |error: &dyn std::error::Error| Failure::business(&error.to_string());
    let leads = books.terms.iter().map(|terms| books.lead(terms, rules)).collect::<Result<Vec<_>, _>>()?;
    let longest = leads.iter().map(|lead| ::stock::count::ceil(lead.mean_days)).max().unwrap_or(0);
    let horizon = ::stock::count::index(longest) + usize::from(rules.review_days) + 14;
    let (forecasts, train_wape) = forecasts(&books.panel, rules, horizon);
    let by_key: BTreeMap<(&str, &str), &Forecast> = forecasts
        .iter()
        .map(|forecast| {
            let series = &books.panel.series[forecast.series];
            ((books.panel.store(series), books.panel.item(series)), forecast)
        })
        .collect();
    let forecast_of = |terms: &Terms| {
        by_key.get(&(terms.store.as_str(), terms.sku.as_str())).map(|found| (&books.panel, *found))
    };
    let mut items: Vec<Item> = Vec::with_capacity(books.terms.len());
    for (terms, lead) in books.terms.iter().zip(&leads) {
        let key = (terms.store.clone(), terms.sku.clone());
        let review = rules.review_days(terms.supplier.as_deref());
        let goal = goal(rules, sorted.get(&key));
        let mut one = item(terms, forecast_of(terms), lead, review, goal).map_err(|error| wrong(&error))?;
        one.count_first |= books.count_first.contains(&key);
        items.push(one);
    }
    let mut lines = lines_of(day, &items, &[], &rules.day_limits());
    if let Some(warehouse) = &rules.warehouse {
        from_warehouse(&mut lines, &items, warehouse, &free(books, warehouse))
            .map_err(|error| wrong(&error))?;
    }
    let is_auto =
        |terms: &Terms| auto.is_none_or(|auto| auto.contains(&(terms.store.clone(), terms.sku.clone())));
    let all: Vec<Planned<'_>> = lines
        .iter()
        .zip(&items)
        .zip(&books.terms)
        .map(|((line, item), terms)| Planned {
            line,
            item,
            terms,
            forecast: forecast_of(terms),
            class: sorted.get(&(terms.store.clone(), terms.sku.clone())).copied(),
        })
        .collect();
    let automatic: Vec<Planned<'_>> = all.iter().filter(|one| is_auto(one.terms)).copied().collect();
    let suppliers = rules.papers();
    let buyer = Buyer { name: &rules.buyer, currency: &rules.currency, suppliers: &suppliers };
    let papers = proposals(day, &automatic, &buyer);
    let kept = |one: &Planned<'_>| PlanLine {
        line: one.line.clone(),
        name: one.terms.name.clone().unwrap_or_else(|| one.terms.sku.clone()),
        automatic: is_auto(one.terms),
        on_hand: one.terms.position.on_hand,
        unit_cost: one.terms.unit_cost,
        class: one.class,
        week: one.forecast.map(|(_, forecast)| Week::of(forecast)),
    };
    let file = PlanFile { day, lines: all.iter().map(kept).collect(), train_wape };
    Ok(Reckoned { file, papers, findings: books.panel.findings.len(), overrides: BTreeMap::new() })
}

/// Forecasts of everything, and how wrong they were in the past; with the festivals of Hong Kong and what else the operator has named.
fn forecasts(panel: &Panel, rules: &StockRules, horizon: usize) -> (Vec<Forecast>, Option<f64>) {
    let first = panel.series.iter().map(|series| series.first.year()).min().unwrap_or(panel.cut_off.year());
    let ahead = panel.cut_off.checked_add_days(Days::new(400)).unwrap_or(panel.cut_off);
    let mut calendar: Calendar = hong_kong_festivals(first, ahead.year());
    calendar.extend(&rules.calendar);
    let forecaster = Forecaster::learn(panel, &calendar, &Options::new(horizon));
    (forecaster.all(), forecaster.past_error())
}

/// The service that a SKU of this class must give.
fn goal(rules: &StockRules, class: Option<&Class>) -> Goal {
    let letter = class.map(ToString::to_string).and_then(|text| text.chars().next());
    letter.and_then(|letter| rules.goals.get(&letter.to_string())).copied().unwrap_or(rules.goal)
}

/// Units that the warehouse may give: what it has less what it owes the stores already.
fn free(books: &Books, warehouse: &str) -> BTreeMap<String, i64> {
    let mut free: BTreeMap<String, i64> = books
        .terms
        .iter()
        .filter(|terms| terms.store == warehouse)
        .map(|terms| (terms.sku.clone(), terms.position.free()))
        .collect();
    for order in books.open_orders.iter().filter(|order| order.supplier_id.as_deref() == Some(warehouse)) {
        if let Some(units) = free.get_mut(&order.sku) {
            *units -= order.outstanding();
        }
    }
    free
}

impl Week {
    fn of(forecast: &Forecast) -> Self {
        let mut days = [0.0; WEEK];
        for (day, mean) in days.iter_mut().zip(&forecast.mean) {
            *day = *mean;
        }
        Self { days, band: (forecast.quantile_over(WEEK, 0.10), forecast.quantile_over(WEEK, 0.90)) }
    }
}
