//! Lines that share a budget and deliveries: which packs are taken.
//!
//! Each line is a row of steps (its smallest order, then pack by pack) of falling value. Small cases, up to [`EXACT_STEPS`]
//! steps, are solved exactly by branch and bound. Larger ones by value per cost, greedily, with what is left filled by
//! whatever still fits: with one limit this misses the optimum by less than the most valuable single step, which no buyer
//! can see among hundreds, and a bound on what is missed comes with the answer. An integer-programming library would add
//! a minute and no goods.

use serde::{Deserialize, Serialize};

use crate::count;

/// Steps up to which the answer is exact.
pub const EXACT_STEPS: usize = 40;
/// Branches after which even a small case is left to the greedy answer.
const MOST_BRANCHES: u32 = 200_000;

/// A part of a line that is taken as a whole, after the parts before it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Base units.
    pub units: i64,
    /// What it is worth: the stock-out cost that it saves.
    pub value: f64,
    /// Its cost in cents (or any smallest unit of money).
    pub money: i64,
    /// What it takes of its delivery, in any whole measure.
    pub load: i64,
}

/// A line that asks for room in the limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Its key; ties are broken by it.
    pub key: String,
    /// The delivery it comes with, a place in [`Limits::loads`]; without a limit when there is no such place.
    pub delivery: Option<usize>,
    /// Its steps, in the order in which they are taken; their values should not rise per cost.
    pub steps: Vec<Step>,
}

/// What may be used in all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Limits {
    /// Money, in the unit of the steps; `None` is no limit.
    pub money: Option<i64>,
    /// The room of each delivery, in the measure of the steps.
    pub loads: Vec<i64>,
}

impl Limits {
    /// Takes a step out of what is left; false, and nothing is taken, if it does not fit.
    fn take(&mut self, delivery: Option<usize>, step: &Step) -> bool {
        let (money, load) = (step.money.max(0), step.load.max(0));
        if self.money.is_some_and(|left| money > left) {
            return false;
        }
        if let Some(room) = delivery.and_then(|delivery| self.loads.get_mut(delivery)) {
            if load > *room {
                return false;
            }
            *room -= load;
        }
        if let Some(left) = &mut self.money {
            *left -= money;
        }
        true
    }

    /// The share of the limits that a step uses; its worth is weighed against it.
    fn used(&self, delivery: Option<usize>, step: &Step) -> f64 {
        let share = |used: i64, limit: Option<i64>| {
            limit.map_or(0.0, |limit| count::as_float(used.max(0)) / count::as_float(limit.max(1)))
        };
        let room = delivery.and_then(|delivery| self.loads.get(delivery).copied());
        share(step.money, self.money) + share(step.load, room)
    }
}

/// What is taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Base units of each request, in their order.
    pub units: Vec<i64>,
    /// What they are worth.
    pub value: f64,
    /// No choice can be worth more than this.
    pub bound: f64,
    /// Whether this is proved to be the best choice.
    pub exact: bool,
}

/// The steps to take within the limits.
pub fn choose(requests: &[Request], limits: &Limits) -> Choice {
    let order = by_value_per_use(requests, limits);
    let mut best = Taken { value: 0.0, taken: vec![0; requests.len()] };
    fill(requests, &order, limits, &mut best);
    let mut bound = relaxed(requests, &order, limits);
    let mut exact = best.value >= bound - 1e-9;
    if !exact && order.len() <= EXACT_STEPS {
        let mut search = Search { requests, order: &order, best: best.value, found: None, branches: 0 };
        search.branch(0, limits, 0.0, &mut vec![0; requests.len()]);
        exact = search.branches < MOST_BRANCHES;
        if let Some(taken) = search.found {
            best = Taken { value: search.best, taken };
        }
        if exact {
            bound = best.value;
        }
    }
    fill(requests, &order, limits, &mut best);
    let units =
        |(request, &taken): (&Request, &usize)| request.steps[..taken].iter().map(|step| step.units).sum();
    let units = requests.iter().zip(&best.taken).map(units).collect();
    Choice { units, value: best.value, bound: bound.max(best.value), exact }
}

/// How many steps of each request are taken, and their worth.
struct Taken {
    value: f64,
    taken: Vec<usize>,
}

/// All steps, the most valuable for what they use first; the steps of a request stay in order.
fn by_value_per_use(requests: &[Request], limits: &Limits) -> Vec<(usize, usize)> {
    let mut order: Vec<(f64, usize, usize)> = Vec::new();
    for (r, request) in requests.iter().enumerate() {
        let mut least = f64::INFINITY;
        for (s, step) in request.steps.iter().enumerate() {
            let used = limits.used(request.delivery, step);
            let value = step.value.max(0.0);
            let ratio = if used > 0.0 { value / used } else { f64::INFINITY };
            least = least.min(ratio);
            order.push((least, r, s));
        }
    }
    order.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then_with(|| requests[a.1].key.cmp(&requests[b.1].key))
            .then(a.1.cmp(&b.1))
            .then(a.2.cmp(&b.2))
    });
    order.into_iter().map(|(_, request, step)| (request, step)).collect()
}

/// Adds every step that still fits, the best first.
fn fill(requests: &[Request], order: &[(usize, usize)], limits: &Limits, taken: &mut Taken) {
    let mut left = limits.clone();
    for (request, &n) in requests.iter().zip(&taken.taken) {
        for step in &request.steps[..n] {
            left.take(request.delivery, step);
        }
    }
    for &(request, number) in order {
        let step = &requests[request].steps[number];
        if taken.taken[request] == number && left.take(requests[request].delivery, step) {
            taken.taken[request] += 1;
            taken.value += step.value.max(0.0);
        }
    }
}

/// The worth were steps divisible and all limits one: the shares used may sum to the number of limits. No choice is worth
/// more. `order` is by value per use.
fn relaxed(requests: &[Request], order: &[(usize, usize)], limits: &Limits) -> f64 {
    let all = limits.money.iter().chain(&limits.loads);
    // a limit of nothing leaves no share at all
    let mut room: f64 = all.map(|&limit| if limit > 0 { 1.0 } else { 0.0 }).sum();
    let mut worth = 0.0;
    for &(request, number) in order {
        let step = &requests[request].steps[number];
        let used = limits.used(requests[request].delivery, step);
        if used <= room {
            room -= used;
            worth += step.value.max(0.0);
        } else {
            return worth + step.value.max(0.0) * room / used;
        }
    }
    worth
}

struct Search<'a> {
    requests: &'a [Request],
    order: &'a [(usize, usize)],
    best: f64,
    found: Option<Vec<usize>>,
    branches: u32,
}

impl Search<'_> {
    /// Takes or leaves the steps from `at` on. A step can be taken only after those before it in its line.
    fn branch(&mut self, at: usize, left: &Limits, value: f64, taken: &mut Vec<usize>) {
        self.branches += 1;
        if value > self.best + 1e-12 {
            self.best = value;
            self.found = Some(taken.clone());
        }
        let Some(&(request, number)) = self.order.get(at) else { return };
        if self.branches >= MOST_BRANCHES || value + self.most(at, left) <= self.best + 1e-12 {
            return;
        }
        let requests = self.requests;
        let step = &requests[request].steps[number];
        let mut less = left.clone();
        if taken[request] == number && less.take(requests[request].delivery, step) {
            taken[request] += 1;
            self.branch(at + 1, &less, value + step.value.max(0.0), taken);
            taken[request] -= 1;
        }
        self.branch(at + 1, left, value, taken);
    }

    /// No choice among the steps from `at` on is worth more: the money alone, and each delivery alone, with divisible steps.
    fn most(&self, at: usize, left: &Limits) -> f64 {
        let rest = self.order[at..].iter().map(|&(request, number)| {
            let request = &self.requests[request];
            (request.delivery.filter(|&delivery| delivery < left.loads.len()), &request.steps[number])
        });
        let by_money =
            left.money.map(|money| divisible(rest.clone().map(|(_, step)| (step.money, step.value)), money));
        let free: f64 = rest
            .clone()
            .filter(|(delivery, _)| delivery.is_none())
            .map(|(_, step)| step.value.max(0.0))
            .sum();
        let delivery = |(place, &room): (usize, &i64)| {
            let theirs = rest.clone().filter(|(delivery, _)| *delivery == Some(place));
            divisible(theirs.map(|(_, step)| (step.load, step.value)), room)
        };
        let by_load: f64 = free + left.loads.iter().enumerate().map(delivery).sum::<f64>();
        by_money.map_or(by_load, |by_money| by_money.min(by_load))
    }
}

/// The worth of the best part of steps (use, value) that fits into `room` were they divisible.
fn divisible(steps: impl Iterator<Item = (i64, f64)>, room: i64) -> f64 {
    let mut steps: Vec<(i64, f64)> = steps.map(|(used, value)| (used.max(0), value.max(0.0))).collect();
    steps.sort_by(|a, b| (b.1 * count::as_float(a.0)).total_cmp(&(a.1 * count::as_float(b.0))));
    let (mut room, mut worth) = (room, 0.0);
    for (used, value) in steps {
        if used > room {
            return worth + value * count::as_float(room) / count::as_float(used);
        }
        room -= used;
        worth += value;
    }
    worth
}

#[cfg(test)]
mod tests;
