//! Whoever forecasts in a replay.

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::count;
use crate::policy::protection::{DailyDemand, Protection};
use crate::replay::simulate::Sight;

/// What a forecaster may look at: everything up to yesterday, nothing of today.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The store.
    pub store: &'a str,
    /// The SKU.
    pub sku: &'a str,
    /// The day of the first value.
    pub first_day: NaiveDate,
    /// Units a day; `None` where the shelf ran empty and sales do not tell demand.
    pub units: &'a [Option<f64>],
}

/// From a history to the demand of a day to come. Any function of [`Seen`] is one.
pub trait Forecaster: Sync {
    /// Mean units per day and the spread of the error of a day, out of sample.
    fn daily(&self, seen: &Seen<'_>) -> DailyDemand;
}

impl<F: Fn(&Seen<'_>) -> DailyDemand + Sync> Forecaster for F {
    fn daily(&self, seen: &Seen<'_>) -> DailyDemand {
        self(seen)
    }
}

/// A day on which orders are made, for all series at once.
#[derive(Debug, Clone, Copy)]
pub struct Review<'a> {
    /// The day.
    pub day: NaiveDate,
    /// What an order of this day must last for.
    pub protection: Protection,
    /// What `seen` tells of the simulated days.
    pub sight: Sight,
    /// All series in the order of the replay, those that do not order today too.
    pub seen: &'a [Seen<'a>],
    /// The places of those that order today.
    pub asked: &'a [usize],
}

/// Whoever forecasts all series together, so that one may learn from another. Any [`Forecaster`] is one.
pub trait Together: Sync {
    /// The demand of each series that is asked for, in the order of [`Review::asked`].
    fn review(&self, review: &Review<'_>) -> Vec<DailyDemand>;
}

impl<F: Forecaster> Together for F {
    fn review(&self, review: &Review<'_>) -> Vec<DailyDemand> {
        review.asked.par_iter().map(|&place| self.daily(&review.seen[place])).collect()
    }
}

/// The mean of the last days with stock; its spread is that of its own one-day-ahead errors over as many days before. What a
/// careful shop keeps in a spreadsheet, and the least that a forecast must beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MovingAverage {
    /// Days with stock that are averaged.
    pub days: usize,
}

impl Forecaster for MovingAverage {
    fn daily(&self, seen: &Seen<'_>) -> DailyDemand {
        let days = self.days.max(1);
        let mut recent: Vec<f64> = seen.units.iter().rev().flatten().take(2 * days).copied().collect();
        recent.reverse();
        let n = recent.len();
        if n == 0 {
            return DailyDemand { mean: 0.0, sigma: 0.0 };
        }
        let mean_to = |end: usize| {
            let window = &recent[end.saturating_sub(days)..end];
            window.iter().sum::<f64>() / count::len_as_float(window.len().max(1))
        };
        let tested = n.saturating_sub(days.min(n.saturating_sub(1))).max(1);
        let squares: f64 = (n - tested..n)
            .map(|day| if day == 0 { recent[0].powi(2) } else { (recent[day] - mean_to(day)).powi(2) })
            .sum();
        DailyDemand { mean: mean_to(n), sigma: (squares / count::len_as_float(tested)).sqrt() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(units: &[Option<f64>]) -> DailyDemand {
        MovingAverage { days: 4 }.daily(&Seen {
            store: "S",
            sku: "x",
            first_day: NaiveDate::default(),
            units,
        })
    }

    #[test]
    fn a_day_without_stock_is_left_out() {
        let found = of(&[Some(9.0), Some(2.0), Some(4.0), None, Some(2.0), None, Some(4.0)]);
        assert!((found.mean - 3.0).abs() < 1e-12);
    }

    #[test]
    fn no_day_and_one_day_give_finite_figures() {
        for units in [&[][..], &[None][..], &[Some(3.0)][..], &[Some(0.0); 30][..]] {
            assert!(of(units).is_usable());
        }
        assert!(of(&[Some(5.0); 30]).sigma.abs() < 1e-12);
    }
}
