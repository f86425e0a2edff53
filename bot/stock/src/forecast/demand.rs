//! One series as the models see it.

/// A series with what is expected of each period beside its level.
///
/// `factor` covers the past and the horizon: 1 is an ordinary period, 1.4 a Saturday, 0 a day on which the store is closed.
/// A period that shows no demand (out of stock, closed, unknown) is not `seen`; every model passes over it.
pub(crate) struct Demand<'a> {
    /// Units a period, the past only.
    pub(crate) value: &'a [f64],
    /// Whether the value shows demand, the past only.
    pub(crate) seen: &'a [bool],
    /// What the period is worth beside an ordinary one; the past and then the horizon.
    pub(crate) factor: &'a [f64],
    /// The season in periods; 1 when there is none or too little history for it.
    pub(crate) season: usize,
    /// How demand changes over the year, from all series of the group.
    pub(crate) year: Option<&'a crate::forecast::year::YearShape<'a>>,
}

/// Below this a period says nothing about the level: what is sold on a nearly closed day is noise when divided by it.
const FAINTEST: f64 = 0.1;

impl Demand<'_> {
    /// Periods known.
    pub(crate) fn len(&self) -> usize {
        self.value.len()
    }

    /// The weight with which a period speaks of the level: its factor, or 0 when it says nothing.
    pub(crate) fn exposure(&self, period: usize) -> f64 {
        if self.seen[period] && self.factor[period] >= FAINTEST { self.factor[period] } else { 0.0 }
    }

    /// Demand as if it were an ordinary period; absent when the period says nothing.
    pub(crate) fn ordinary(&self, period: usize) -> Option<f64> {
        let exposure = self.exposure(period);
        (exposure > 0.0).then(|| self.value[period] / exposure)
    }

    /// The mean level of a stretch, weighted by exposure; absent when nothing in it was seen.
    pub(crate) fn level(&self, stretch: std::ops::Range<usize>) -> Option<f64> {
        let (sold, exposed) = stretch.fold((0.0, 0.0), |(sold, exposed), period| {
            let exposure = self.exposure(period);
            if exposure > 0.0 { (sold + self.value[period], exposed + exposure) } else { (sold, exposed) }
        });
        (exposed > 0.0).then(|| sold / exposed)
    }
}

/// Forecasts from several origins: `at(origin)[ahead]`. Origin `n` knows the periods before `n`.
pub(crate) struct Paths<'a> {
    /// The origins in ascending order.
    pub(crate) origins: &'a [usize],
    /// Periods ahead.
    pub(crate) horizon: usize,
    /// One row of `horizon` an origin.
    pub(crate) rows: &'a mut [f64],
}

impl Paths<'_> {
    /// The row of the origin with this number.
    pub(crate) fn row(&mut self, number: usize) -> &mut [f64] {
        &mut self.rows[number * self.horizon..(number + 1) * self.horizon]
    }

    /// Fills the row of an origin with a flat level times the factors.
    pub(crate) fn flat(&mut self, number: usize, level: f64, factor: &[f64]) {
        let (origin, horizon) = (self.origins[number], self.horizon);
        for (ahead, out) in self.row(number).iter_mut().enumerate().take(horizon) {
            *out = level * factor[origin + ahead];
        }
    }
}
