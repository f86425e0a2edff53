//! Weekday factors, shrunken: the panel's, the store's, the series' own.

use chrono::{Datelike, NaiveDate};

/// Expected units with which a store's factor leans on the panel's, and a series' own on its store's. A gamma-Poisson
/// shrinkage: the factor is (sold + w × prior) ÷ (expected + w).
const STORE_WEIGHT: f64 = 300.0;
const OWN_WEIGHT: f64 = 150.0;

/// What was sold on each weekday, beside what was to be expected of an ordinary day.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WeekdaySums {
    sold: [f64; 7],
    expected: [f64; 7],
}

/// Factors by weekday, Monday first.
pub(crate) type WeekdayFactors = [f64; 7];

impl WeekdaySums {
    /// Notes a day.
    pub(crate) fn add(&mut self, weekday: usize, sold: f64, expected: f64) {
        self.sold[weekday] += sold;
        self.expected[weekday] += expected;
    }

    /// Both together.
    #[must_use]
    pub(crate) fn and(mut self, other: &Self) -> Self {
        for weekday in 0..7 {
            self.add(weekday, other.sold[weekday], other.expected[weekday]);
        }
        self
    }

    /// The factors of a whole panel, which lean on nothing but the ordinary day.
    pub(crate) fn of_panel(&self) -> WeekdayFactors {
        self.lean(&[1.0; 7], 50.0)
    }

    /// The factors of a store.
    pub(crate) fn of_store(&self, panel: &WeekdayFactors) -> WeekdayFactors {
        self.lean(panel, STORE_WEIGHT)
    }

    /// The factors of a series.
    pub(crate) fn of_series(&self, store: &WeekdayFactors) -> WeekdayFactors {
        self.lean(store, OWN_WEIGHT)
    }

    fn lean(&self, prior: &WeekdayFactors, weight: f64) -> WeekdayFactors {
        let mut factors = [1.0; 7];
        for weekday in 0..7 {
            factors[weekday] =
                (self.sold[weekday] + weight * prior[weekday]) / (self.expected[weekday] + weight);
        }
        factors
    }
}

/// Number of the weekday, Monday is 0.
pub(crate) fn weekday(date: NaiveDate) -> usize {
    match date.weekday().num_days_from_monday() {
        number @ 0..=6 => number as usize,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_evidence_stays_with_the_store_and_much_goes_its_own_way() {
        let store = [1.0, 1.0, 1.0, 1.0, 1.0, 1.5, 0.5];
        let mut few = WeekdaySums::default();
        few.add(5, 0.0, 3.0);
        assert!((few.of_series(&store)[5] - 1.47).abs() < 0.01);
        let mut many = WeekdaySums::default();
        many.add(5, 6000.0, 3000.0);
        assert!((many.of_series(&store)[5] - 1.976).abs() < 0.01);
    }
}
