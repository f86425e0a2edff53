//! A policy played day by day on what was wanted: periodic review, lead times that vary, lost sales, packs and minimums.
//!
//! A day goes: what is due arrives; on a review day an order is made from what is known up to yesterday; customers come, and
//! whoever finds the shelf empty is lost. Orders are sized by the same code as live proposals.

use rayon::prelude::*;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::count;
use crate::policy::item::{Item, Standing};
use crate::policy::position::Position;
use crate::policy::protection::Protection;
use crate::policy::target::Goal;
use crate::policy::weigh::weigh;
use crate::replay::censored;
use crate::replay::error::ReplayError;
use crate::replay::forecaster::{Forecaster, Seen};
use crate::replay::lead::LeadDays;
use crate::replay::scores::Scores;
use crate::replay::series::Series;

/// A policy to try.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplayPolicy {
    /// What a person calls it.
    pub name: String,
    /// R: days from one order to the next.
    pub review_days: u16,
    /// The service it aims at.
    pub goal: Goal,
}

/// What the forecaster sees of the simulated days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// What was wanted: policies differ by their orders alone.
    #[default]
    Demand,
    /// What was sold from the simulated shelf, as in life: a policy that runs out also spoils its own forecast, and an item
    /// that is no longer kept is not seen to be wanted.
    Sales,
}

/// How it is tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// Days of history before the first simulated day.
    pub warm_up: usize,
    /// The days that suppliers take.
    pub lead: LeadDays,
    /// The seed of the draws: the same seed is the same luck.
    pub seed: u64,
    /// What the forecaster sees of the simulated days.
    #[serde(default)]
    pub sight: Sight,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Replay {
    /// The policy's name.
    pub policy: String,
    /// All SKUs together.
    pub total: Scores,
    /// One for each series, in their order; of nothing for those that are too short.
    pub by_series: Vec<Scores>,
    /// Series (by place) whose history is not longer than the warm-up, or that never sell before their last day.
    pub skipped: Vec<usize>,
}

/// Plays `policy` on every series. The result does not depend on the number of threads.
pub fn replay(
    series: &[Series],
    policy: &ReplayPolicy,
    forecaster: &impl Forecaster,
    setup: &Setup,
) -> Result<Replay, ReplayError> {
    if policy.review_days == 0 {
        return Err(ReplayError::Review);
    }
    let lead = setup.lead.known()?;
    let protection = Protection {
        review_days: f64::from(policy.review_days),
        lead_days: lead.mean_days,
        lead_sd_days: lead.sd_days,
    };
    for series in series {
        series.checked()?;
    }
    let skipped: Vec<usize> = (0..series.len()).filter(|&i| first_day(&series[i], setup).is_none()).collect();
    if skipped.len() == series.len() {
        return Err(ReplayError::HistoryTooShort { warm_up: setup.warm_up });
    }
    let by_series: Vec<Scores> = series
        .par_iter()
        .map(|series| play(series, policy, protection, forecaster, setup))
        .collect::<Result<_, _>>()?;
    let total = by_series.iter().copied().sum();
    Ok(Replay { policy: policy.name.clone(), total, by_series, skipped })
}

/// The first day that is played: after the warm-up and after the first sale, for before that the item was not on the shelf.
fn first_day(series: &Series, setup: &Setup) -> Option<usize> {
    let listed = series.sold.iter().position(|&units| units > 0)?;
    Some(setup.warm_up.max(listed + 1)).filter(|&first| first < series.sold.len())
}

fn play(
    series: &Series,
    policy: &ReplayPolicy,
    protection: Protection,
    forecaster: &impl Forecaster,
    setup: &Setup,
) -> Result<Scores, ReplayError> {
    let mut scores = Scores::default();
    let Some(first) = first_day(series, setup) else { return Ok(scores) };
    let demand = censored::demand(series);
    let lead = setup.lead.for_series(setup.seed, &series.store, &series.sku)?;
    let known = |day: usize| (!series.was_out(day)).then(|| count::as_float(series.sold[day].max(0)));
    let mut seen: Vec<Option<f64>> = (0..first).map(known).collect();
    seen.reserve(demand.len() - first);
    let mut item = item(series, policy, protection);
    let mut coming: Vec<(usize, i64)> = Vec::new();
    let mut expected = 0.0;
    for (today, &wanted) in demand.iter().enumerate().skip(first) {
        coming.retain(|&(due, units)| {
            if due <= today {
                item.position.on_hand += units;
                item.position.on_order -= units;
            }
            due > today
        });
        let begun = today - first;
        if begun.is_multiple_of(usize::from(policy.review_days)) {
            let view =
                Seen { store: &series.store, sku: &series.sku, first_day: series.first_day, units: &seen };
            let daily = forecaster.daily(&view);
            expected = if daily.is_usable() { daily.mean } else { expected };
            if let Some((order, told)) = daily.is_usable().then(|| weigh(&item, daily)).flatten() {
                if begun == 0 {
                    // the replay begins with the stock that the policy itself would hold
                    let cap = told.cap.map_or(i64::MAX, |cap| cap.level);
                    item.position.on_hand = told.target.level.min(cap);
                } else if let Ok(units) = order {
                    scores.order_lines += 1;
                    scores.ordered += units;
                    match lead(today) {
                        0 => item.position.on_hand += units,
                        days => {
                            item.position.on_order += units;
                            coming.push((today + days, units));
                        }
                    }
                }
            }
        }
        let opening = item.position.on_hand;
        let sold = wanted.min(opening);
        item.position.on_hand -= sold;
        let out = item.position.on_hand == 0;
        seen.push(match setup.sight {
            Sight::Demand => known(today),
            Sight::Sales => observed(opening, sold, expected),
        });
        scores.days += 1;
        scores.demand += wanted;
        scores.sold += sold;
        scores.lost += wanted - sold;
        scores.out_days += i64::from(out);
        scores.stock_days += item.position.on_hand;
    }
    let cost = series.unit_cost.max(Decimal::ZERO);
    scores.cost_of_sales = cost.saturating_mul(Decimal::from(scores.sold));
    scores.stock_cost_days = cost.saturating_mul(Decimal::from(scores.stock_days));
    Ok(scores)
}

/// What a day tells the forecaster: nothing when the shelf was empty all day; when it ran empty while selling, at least what
/// was sold and at least what was expected, or a shelf of one would teach that nothing more is ever wanted.
fn observed(opening: i64, sold: i64, expected: f64) -> Option<f64> {
    let units = count::as_float(sold);
    match opening {
        0 => None,
        _ if opening == sold => Some(units.max(expected)),
        _ => Some(units),
    }
}

/// The series as an item of a proposal, with nothing on hand.
fn item(series: &Series, policy: &ReplayPolicy, protection: Protection) -> Item {
    Item {
        store: series.store.clone(),
        sku: series.sku.clone(),
        supplier: None,
        standing: Standing::Active,
        position: Position::default(),
        count_first: false,
        forecast: None,
        protection,
        goal: policy.goal,
        rules: series.rules,
        unit_cost: series.unit_cost,
        unit_margin: Decimal::ZERO,
        unit_load: 0,
    }
}

#[cfg(test)]
mod tests;
