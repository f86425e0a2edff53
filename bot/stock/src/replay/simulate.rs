//! A policy played day by day on what was wanted: periodic review, lead times that vary, lost sales, packs and minimums.
//!
//! All series go through the days together: on a review day every one of them is forecast from what is known up to
//! yesterday and ordered, then each shelf is played to the next review day.

use chrono::NaiveDate;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::policy::protection::Protection;
use crate::policy::target::Goal;
use crate::replay::error::ReplayError;
use crate::replay::forecaster::{Review, Seen, Together};
use crate::replay::lead::LeadDays;
use crate::replay::scores::Scores;
use crate::replay::series::Series;
use crate::replay::shelf::Shelf;
use crate::replay::span::Span;

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

/// Plays `policy` on every series. All order on the same days. The result does not depend on the number of threads.
pub fn replay(
    series: &[Series],
    policy: &ReplayPolicy,
    forecaster: &impl Together,
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
    let span = Span::of(series, setup)?;
    let mut shelves: Vec<Shelf<'_>> = series
        .par_iter()
        .zip(&span.firsts)
        .map(|(series, &first)| Shelf::new(series, first, policy, protection, setup))
        .collect::<Result<_, _>>()?;
    let stops = span.stops(series, usize::from(policy.review_days));
    for (number, &stop) in stops.iter().enumerate() {
        let day = span.day(stop);
        let until = stops.get(number + 1).map_or(NaiveDate::MAX, |next| span.day(*next));
        let due = stop.is_multiple_of(usize::from(policy.review_days));
        let asked: Vec<usize> = (0..shelves.len()).filter(|&place| shelves[place].orders(day, due)).collect();
        let seen: Vec<Seen<'_>> = shelves.iter().map(|shelf| shelf.seen_before(day)).collect();
        let review = Review { day, protection, sight: setup.sight, seen: &seen, asked: &asked };
        let mut told = vec![None; shelves.len()];
        for (&place, daily) in asked.iter().zip(forecaster.review(&review)) {
            told[place] = Some(daily);
        }
        shelves.par_iter_mut().zip(told).for_each(|(shelf, told)| shelf.play(day, until, told));
    }
    let by_series: Vec<Scores> = shelves.into_iter().map(Shelf::scores).collect();
    let total = by_series.iter().copied().sum();
    Ok(Replay { policy: policy.name.clone(), total, by_series, skipped: span.skipped() })
}

#[cfg(test)]
mod tests;
