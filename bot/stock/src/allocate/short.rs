//! A warehouse short of a SKU: who gets the packs.
//!
//! Every store's expected loss of sales is convex in what it gets, so giving the next pack to the store where it saves most is
//! not a rule of thumb but the optimum, also with a floor and a ceiling for each store: the tests compare it with every
//! possible division.

use std::cmp::Ordering;
use std::collections::{BTreeSet, BinaryHeap};

use serde::{Deserialize, Serialize};

use crate::count;
use crate::policy::demand::Demand;
use crate::policy::line::Line;
use crate::policy::pack::Pack;

/// Packs that are given out one by one.
const MOST_GIFTS: i64 = 1_000_000;

/// What cannot be shared out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AllocateError {
    /// The warehouse's stock is below zero.
    #[error(
        "DH-8030: the warehouse record shows {units} units; count it before sharing out. 倉庫紀錄為 {units} 件，分配前請先點算。"
    )]
    Stock {
        /// What the record shows.
        units: i64,
    },
    /// A store claims twice.
    #[error(
        "DH-8031: {store} claims the same item twice; keep one line for it. {store} 就同一貨品重複申請，請只保留一行。"
    )]
    Twice {
        /// The store.
        store: String,
    },
}

impl AllocateError {
    /// The code of the page that explains it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Stock { .. } => "DH-8030",
            Self::Twice { .. } => "DH-8031",
        }
    }
}

/// A store that wants a SKU from the warehouse.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The store; ties are broken by it.
    pub store: String,
    /// Its inventory position without the claim.
    pub position: i64,
    /// Units it would get were there enough; only whole packs of it are given.
    pub wanted: i64,
    /// Units that its shelf must hold to look kept: served before anything else is weighed.
    pub presentation: i64,
    /// Its demand over the protection period.
    pub demand: Demand,
    /// What a lost sale of a unit costs there.
    pub stockout_cost: f64,
}

impl Claim {
    /// The claim behind a proposal's line: its order, its demand over the protection period. `stockout_cost` is what a lost
    /// sale of a unit costs. None for a line that orders nothing, or has no figures.
    pub fn of(line: &Line, presentation: i64, stockout_cost: f64) -> Option<Self> {
        let told = line.explanation.as_ref()?;
        let wanted = line.outcome.units();
        let demand = Demand::over(told.mean_over, told.sigma_over * told.sigma_over).ok()?;
        let claim = Self {
            store: line.id.store.clone(),
            position: told.inventory,
            wanted,
            presentation,
            demand,
            stockout_cost,
        };
        (wanted > 0).then_some(claim)
    }

    /// Units missing on a shelf that must look kept; a store without such a shelf has no gap, whatever it owes.
    fn shelf_gap(&self) -> i64 {
        if self.presentation > 0 { self.presentation.saturating_sub(self.position) } else { 0 }
    }
}

/// What decides who gets the next pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Where it saves most expected stock-out cost.
    #[default]
    StockoutCost,
    /// Where stock lasts for the fewest days: fair share in days of supply.
    DaysOfSupply,
}

/// How far a store may get ahead of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fairness {
    /// No limit: the optimum for the business as a whole.
    #[default]
    Free,
    /// At most this percentage of its share in proportion to what was wanted, rounded up to a pack; goods that would
    /// otherwise stay in the warehouse are given out all the same.
    Percent(u16),
}

/// What a store gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The store.
    pub store: String,
    /// Units, a multiple of the pack, never above what was wanted.
    pub units: i64,
    /// Units that it wanted, in whole packs, and does not get.
    pub short: i64,
}

/// Shares out `stock` units among the claims, in whole packs; the shares are in the order of the claims.
pub fn share(
    stock: i64,
    pack: Pack,
    claims: &[Claim],
    rule: Rule,
    fairness: Fairness,
) -> Result<Vec<Share>, AllocateError> {
    if stock < 0 {
        return Err(AllocateError::Stock { units: stock });
    }
    let mut stores = BTreeSet::new();
    if let Some(claim) = claims.iter().find(|claim| !stores.insert(&claim.store)) {
        return Err(AllocateError::Twice { store: claim.store.clone() });
    }
    let stock = stock.min(count::LARGEST);
    let wanted: Vec<i64> = claims.iter().map(|claim| pack.down(claim.wanted.min(count::LARGEST))).collect();
    let left = pack.down(stock);
    let lump = pack.units() * (pack.packs(left) / MOST_GIFTS + 1);
    let mut round = Round { pack, claims, rule, given: vec![0; claims.len()], left, lump };
    let floors: Vec<i64> =
        claims.iter().zip(&wanted).map(|(claim, &wanted)| pack.up(claim.shelf_gap()).min(wanted)).collect();
    round.give_up_to(&floors);
    if let Fairness::Percent(percent) = fairness {
        let fair = fair_limits(pack.down(stock), pack, &wanted, percent);
        let limits: Vec<i64> = fair.iter().zip(&wanted).map(|(&fair, &wanted)| fair.min(wanted)).collect();
        round.give_up_to(&limits);
    }
    round.give_up_to(&wanted);
    let shares = claims.iter().zip(round.given).zip(wanted);
    Ok(shares
        .map(|((claim, units), wanted)| Share { store: claim.store.clone(), units, short: wanted - units })
        .collect())
}

/// `percent` of the proportional share of each, rounded up to a pack.
fn fair_limits(stock: i64, pack: Pack, wanted: &[i64], percent: u16) -> Vec<i64> {
    let total: i128 = wanted.iter().map(|&wanted| i128::from(wanted)).sum();
    let limit = |&wanted: &i64| {
        let part = i128::from(stock) * i128::from(wanted) * i128::from(percent);
        let units = (part + total * 100 - 1) / (total * 100).max(1);
        pack.up(i64::try_from(units).unwrap_or(i64::MAX / 2))
    };
    wanted.iter().map(limit).collect()
}

struct Round<'a> {
    pack: Pack,
    claims: &'a [Claim],
    rule: Rule,
    given: Vec<i64>,
    left: i64,
    /// What is given at a time: a pack; a heap of them only where a wrong record asks for more packs than any shop has.
    lump: i64,
}

impl<'a> Round<'a> {
    /// Gives pack by pack until every store is at its limit or nothing is left.
    fn give_up_to(&mut self, limits: &[i64]) {
        let mut queue: BinaryHeap<Next<'a>> = BinaryHeap::new();
        for (i, &limit) in limits.iter().enumerate() {
            if self.given[i] < limit {
                queue.push(self.next(i));
            }
        }
        while self.left >= self.pack.units()
            && let Some(next) = queue.pop()
        {
            let gift =
                self.lump.min(self.left).min(self.pack.up(limits[next.claim] - self.given[next.claim]));
            self.given[next.claim] += gift;
            self.left -= gift;
            if self.given[next.claim] < limits[next.claim] {
                queue.push(self.next(next.claim));
            }
        }
    }

    /// How urgent the next pack of a claim is.
    fn next(&self, i: usize) -> Next<'a> {
        let claim = &self.claims[i];
        let position = claim.position.saturating_add(self.given[i]);
        let urgency = match self.rule {
            Rule::StockoutCost => {
                let saved = claim.demand.loss(position)
                    - claim.demand.loss(position.saturating_add(self.pack.units()));
                saved.max(0.0) * claim.stockout_cost.max(0.0)
            }
            Rule::DaysOfSupply => -count::as_float(position) / claim.demand.mean().max(1e-9),
        };
        Next { urgency, given: self.given[i], store: &claim.store, claim: i }
    }
}

/// A place in the queue: the more urgent first, then who got less, then by name.
struct Next<'a> {
    urgency: f64,
    given: i64,
    store: &'a str,
    claim: usize,
}

impl Ord for Next<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.urgency
            .total_cmp(&other.urgency)
            .then_with(|| other.given.cmp(&self.given))
            .then_with(|| other.store.cmp(self.store))
    }
}

impl PartialOrd for Next<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Next<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Next<'_> {}

#[cfg(test)]
mod tests;
