//! What couples the lines of a day: the budget, and the room in each supplier's delivery.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::allocate::coupled::{Limits, Request, Step, choose};
use crate::policy::demand::Demand;
use crate::policy::item::Item;
use crate::policy::line::{Explanation, Line, LineId};
use crate::policy::no_order::NoOrder;

/// A line that was issued before, as an order that a person approved or is asked to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Its key.
    pub id: LineId,
    /// Who delivers it.
    pub supplier: Option<String>,
    /// What it costs; counts against the budget of its day.
    pub cost: Decimal,
    /// Room that it takes; counts against the supplier's delivery of its day.
    pub load: i64,
}

/// What couples the lines of a day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DayLimits {
    /// What may be spent in the day on all lines together.
    pub budget: Option<Decimal>,
    /// What a supplier can deliver of a day's order, in the measure of [`Item::unit_load`]; no limit for those not named.
    pub deliveries: BTreeMap<String, i64>,
}

impl Issued {
    /// The issued form of a line; none for a line that orders nothing. `unit_load` is that of its item.
    pub fn of(line: &Line, unit_load: i64) -> Option<Self> {
        let units = line.outcome.units();
        let load = unit_load.max(0).saturating_mul(units);
        (units > 0).then(|| Self {
            id: line.id.clone(),
            supplier: line.supplier.clone(),
            cost: line.cost,
            load,
        })
    }
}

/// An order before the limits are looked at.
pub(crate) struct Wanted<'a> {
    pub(crate) id: &'a LineId,
    pub(crate) item: &'a Item,
    pub(crate) units: i64,
    pub(crate) told: Option<&'a Explanation>,
}

/// What each of the orders may take of what today's issued lines leave of the limits, pack by pack, where it saves most margin;
/// in the order of `wanted`.
pub(crate) fn keep_to(
    limits: &DayLimits,
    today: &[&Issued],
    wanted: &[Wanted<'_>],
) -> Vec<Result<i64, NoOrder>> {
    let places: BTreeMap<&str, usize> =
        limits.deliveries.keys().enumerate().map(|(place, supplier)| (supplier.as_str(), place)).collect();
    let place =
        |supplier: Option<&String>| supplier.and_then(|supplier| places.get(supplier.as_str()).copied());
    let mut loads: Vec<i64> = limits.deliveries.values().copied().collect();
    let mut spent = Decimal::ZERO;
    for line in today {
        spent = spent.saturating_add(line.cost);
        if let Some(place) = place(line.supplier.as_ref()) {
            loads[place] = loads[place].saturating_sub(line.load);
        }
    }
    for room in &mut loads {
        *room = (*room).max(0);
    }
    let money =
        limits.budget.map(|budget| cents(budget.saturating_sub(spent).max(Decimal::ZERO), Rounding::Down));
    let requests: Vec<Request> =
        wanted.par_iter().map(|wanted| steps(wanted, place(wanted.item.supplier.as_ref()))).collect();
    let room = Limits { money, loads };
    let taken = choose(&requests, &room).units;
    let answer = |(units, request): (i64, &Request)| {
        if units > 0 {
            return Ok(units);
        }
        let free = request.delivery.and_then(|place| room.loads.get(place)).copied().unwrap_or(i64::MAX);
        let too_large = request.steps.first().is_some_and(|step| step.load > free);
        Err(if too_large || room.money.is_none() { NoOrder::TruckFull } else { NoOrder::OverBudget })
    };
    taken.into_iter().zip(&requests).map(answer).collect()
}

/// Steps into which an order is cut, at most; beyond, several packs go together.
const MOST_STEPS: i64 = 500;

/// The order as steps: first the smallest order, then pack by pack.
fn steps(wanted: &Wanted<'_>, delivery: Option<usize>) -> Request {
    let (item, units) = (wanted.item, wanted.units);
    let rules = &item.rules;
    let position = item.position.inventory();
    let pack = rules.pack.units().saturating_mul(rules.pack.packs(units) / MOST_STEPS + 1);
    let margin = item.unit_margin.max(Decimal::ZERO).to_f64().unwrap_or(0.0);
    // made again rather than kept: the tables of a hundred thousand items would fill the memory
    let demand =
        wanted.told.and_then(|told| Demand::over(told.mean_over, told.sigma_over * told.sigma_over).ok());
    let short =
        |ordered: i64| demand.as_ref().map_or(0.0, |demand| demand.loss(position.saturating_add(ordered)));
    let mut steps = Vec::new();
    let mut reached = 0;
    while reached < units {
        let next = if reached == 0 { rules.pack.up(rules.moq.max(1)) } else { reached.saturating_add(pack) }
            .min(units);
        steps.push(Step {
            units: next - reached,
            value: margin * (short(reached) - short(next)).max(0.0),
            money: cents(item.cost(next), Rounding::Up) - cents(item.cost(reached), Rounding::Up),
            load: item.unit_load.max(0).saturating_mul(next - reached),
        });
        reached = next;
    }
    Request { key: wanted.id.to_string(), delivery, steps }
}

#[derive(Clone, Copy)]
enum Rounding {
    Up,
    Down,
}

fn cents(money: Decimal, rounding: Rounding) -> i64 {
    let cents = money.saturating_mul(Decimal::ONE_HUNDRED);
    let whole = match rounding {
        Rounding::Up => cents.ceil(),
        Rounding::Down => cents.floor(),
    };
    whole.to_i64().unwrap_or(i64::MAX / 4).min(i64::MAX / 4)
}
