//! The uplift of promotions: sold on promotion beside what was to be expected without, shrunken.

/// Expected units with which the store's uplift leans on none, and a series' own on its store's.
const STORE_WEIGHT: f64 = 30.0;
const OWN_WEIGHT: f64 = 15.0;
/// No promotion is believed to sell more than ten times, or less than half.
const BOUNDS: (f64, f64) = (0.5, 10.0);

/// What was sold on promotion, beside what was to be expected.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PromotionSums {
    sold: f64,
    expected: f64,
}

impl PromotionSums {
    /// Notes a period on promotion.
    pub(crate) fn add(&mut self, sold: f64, expected: f64) {
        self.sold += sold;
        self.expected += expected;
    }

    /// Both together.
    #[must_use]
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.add(other.sold, other.expected);
        self
    }

    /// The uplift of a store, which leans on the panel's; that leans on none.
    pub(crate) fn of_store(&self, panel: f64) -> f64 {
        self.lean(panel, STORE_WEIGHT)
    }

    /// The uplift of a series.
    pub(crate) fn of_series(&self, store: f64) -> f64 {
        self.lean(store, OWN_WEIGHT)
    }

    /// The mean of the log-ratio, weighted by what was expected, leans on the prior's.
    fn lean(&self, prior: f64, weight: f64) -> f64 {
        let own = ((self.sold + 0.5) / (self.expected + 0.5)).ln();
        let log = (own * self.expected + prior.ln() * weight) / (self.expected + weight);
        log.exp().clamp(BOUNDS.0, BOUNDS.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_uplift_seen_often_is_believed_and_one_seen_once_is_not() {
        let mut often = PromotionSums::default();
        often.add(900.0, 300.0);
        assert!((often.of_series(1.0) - 2.85).abs() < 0.05);
        let mut once = PromotionSums::default();
        once.add(6.0, 2.0);
        assert!(once.of_series(1.0) < 1.2);
    }
}
