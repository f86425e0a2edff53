//! Days of the month and events, from what all series of a store sold together beside what was to be expected.
//!
//! An effect is the mean log-ratio over the times it was seen. How much of it is kept depends on how far it stands out of
//! the store's ordinary days: the factor (1 − c/z²)₊ is Breiman's garrote (1995), close to James & Stein's. So Christmas
//! stays, and a day that only looked odd once goes.

use chrono::{Datelike, NaiveDate};

use super::weekday::weekday;
use super::year::MOVING;
use crate::calendar::Calendar;
use crate::series::Every;

/// Days before and after an event that it may reach.
const REACH: i64 = 3;
/// c of the garrote: an effect below 2.4 standard errors is dropped.
const GARROTE: f64 = 6.0;
/// A log-ratio is not let below this: a closed store sells nothing, and nothing has no logarithm.
const FLOOR: f64 = -5.0;
/// Days of history from which on a day of the month is known well enough: a year.
const MONTH_DAYS_FROM: usize = 364;
/// Times that a day of the month counts as having been ordinary.
const MONTH_DAY_PRIOR: f64 = 8.0;

/// What a store sold and what was to be expected, by period.
#[derive(Debug, Clone)]
pub(crate) struct StoreTotals {
    /// Units sold where demand could be seen.
    pub(crate) sold: Vec<f64>,
    /// Units expected of the same series and periods.
    pub(crate) expected: Vec<f64>,
}

impl StoreTotals {
    /// No sale yet.
    pub(crate) fn new(periods: usize) -> Self {
        Self { sold: vec![0.0; periods], expected: vec![0.0; periods] }
    }

    /// Periods without any sale though at least this much was to be expected.
    pub(crate) fn shut(&self, expected: f64) -> Vec<usize> {
        (0..self.sold.len())
            .filter(|period| self.sold[*period] == 0.0 && self.expected[*period] >= expected)
            .collect()
    }

    fn log_ratio(&self, period: usize, factor: &[f64]) -> Option<f64> {
        let expected = self.expected[period] * factor[period];
        (expected > 1.0).then(|| ((self.sold[period] + 0.01) / expected).ln().clamp(FLOOR, -FLOOR))
    }

    /// The spread of an ordinary day's log-ratio: from the middle half, so that events do not widen it.
    fn noise(&self, factor: &[f64]) -> f64 {
        let mut ratios: Vec<f64> =
            (0..self.sold.len()).filter_map(|period| self.log_ratio(period, factor)).collect();
        if ratios.len() < 20 {
            return f64::INFINITY;
        }
        ratios.sort_by(f64::total_cmp);
        let quarter = |number: usize| ratios[(ratios.len() - 1) * number / 4];
        ((quarter(3) - quarter(1)) / 1.349).max(0.01)
    }
}

/// Factors of the panel's line of periods and of the horizon for one store.
pub(crate) fn factors(
    totals: &StoreTotals,
    panel: &StoreTotals,
    calendar: &Calendar,
    first: NaiveDate,
    every: Every,
    horizon: usize,
) -> Vec<f64> {
    let periods = totals.sold.len();
    let mut factor = vec![1.0; periods + horizon];
    if every == Every::Month {
        return factor;
    }
    if every == Every::Day && periods >= MONTH_DAYS_FROM {
        month_days(totals, first, &mut factor);
    }
    events(totals, panel, calendar, first, every, &mut factor);
    factor
}

/// Pay-days and the like: a factor for each day of the month.
fn month_days(totals: &StoreTotals, first: NaiveDate, factor: &mut [f64]) {
    let day = |period: usize| Every::Day.after(first, period).day0() as usize;
    let noise = totals.noise(factor);
    let (mut sum, mut count) = ([0.0; 31], [0.0; 31]);
    for period in 0..totals.sold.len() {
        if let Some(ratio) = totals.log_ratio(period, factor) {
            // One closed day must not make a day of the month.
            sum[day(period)] += ratio.clamp(-3.0 * noise, 3.0 * noise);
            count[day(period)] += 1.0;
        }
    }
    let effect: Vec<f64> = (0..31).map(|day| sum[day] / (count[day] + MONTH_DAY_PRIOR)).collect();
    for (period, factor) in factor.iter_mut().enumerate() {
        *factor *= effect[day(period)].exp();
    }
}

/// Events and the days around them, nearest first.
fn events(
    totals: &StoreTotals,
    panel: &StoreTotals,
    calendar: &Calendar,
    first: NaiveDate,
    every: Every,
    factor: &mut [f64],
) {
    let periods = totals.sold.len();
    let mut panel_factor = factor.to_vec();
    // Before any event: what is ordinary is seen in the middle half, which events hardly move.
    let (noise, panel_noise) = (totals.noise(factor), panel.noise(factor));
    let furthest =
        calendar.events().map(|(event, _)| reach(event, every)).map(|(before, after)| before.max(after));
    for distance in 0..=furthest.max().unwrap_or(0) {
        for offset in if distance == 0 { vec![0] } else { vec![-distance, distance] } {
            for (_, dates) in calendar.events().filter(|(event, _)| reaches(reach(event, every), offset)) {
                let places: Vec<usize> = dates
                    .iter()
                    .filter_map(|date| usize::try_from(every.between(first, *date) + offset).ok())
                    .filter(|place| *place < factor.len())
                    .collect();
                let (past, ahead): (Vec<usize>, Vec<usize>) =
                    places.iter().partition(|place| **place < periods);
                // An event that goes on for long is a season, which the level follows by itself.
                if past.is_empty() || past.len() > periods / 10 {
                    continue;
                }
                let everywhere = effect(panel, &past, &panel_factor, 0.0, panel_noise);
                let here = everywhere + effect(totals, &past, factor, everywhere, noise);
                for place in past.into_iter().chain(ahead) {
                    factor[place] *= here.exp();
                    panel_factor[place] *= everywhere.exp();
                }
            }
        }
    }
}

/// Periods before and after an event that it may reach.
fn reach(event: &str, every: Every) -> (i64, i64) {
    let prepared = MOVING.iter().find(|(name, ..)| *name == event);
    match (every, prepared) {
        (Every::Day, Some((_, before, after))) => (7 * before, 7 * after),
        (_, Some((_, before, after))) => (*before, *after),
        (Every::Day, None) => (REACH, REACH),
        (_, None) => (1, 1),
    }
}

fn reaches((before, after): (i64, i64), offset: i64) -> bool {
    (-before..=after).contains(&offset)
}

/// What stands out beyond what is `known`, after the garrote.
fn effect(totals: &StoreTotals, past: &[usize], factor: &[f64], known: f64, noise: f64) -> f64 {
    let ratios: Vec<f64> = past.iter().filter_map(|period| totals.log_ratio(*period, factor)).collect();
    let count = ratios.iter().fold(0.0, |sum, _| sum + 1.0);
    if count == 0.0 {
        return 0.0;
    }
    let mean = ratios.iter().sum::<f64>() / count - known;
    // Years that disagree among themselves weigh less than the ordinary noise says.
    let between = ratios.iter().map(|ratio| (ratio - known - mean).powi(2)).sum::<f64>() / count;
    let error = (noise * noise).max(between) / count;
    let kept = (1.0 - GARROTE * error / (mean * mean).max(1e-12)).max(0.0);
    kept * mean
}

/// Number of the weekday of a period.
pub(crate) fn weekday_of(first: NaiveDate, period: usize) -> usize {
    (weekday(first) + period) % 7
}
