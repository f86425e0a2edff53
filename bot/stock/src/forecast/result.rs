//! What comes out: means, quantiles, spread, and why.

use serde::{Deserialize, Serialize};

use super::calibration::Places;
use super::counts::Counts;
use crate::sentence::Sentence;
use crate::series::DemandFinding;

/// The probabilities of the quantiles, in the order of [`Forecast::quantiles`].
pub const LEVELS: [f64; 7] = [0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95];

/// Mean and variance of demand over some periods, in units and units².
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Expected units.
    pub mean: f64,
    /// Variance of the error of that, from errors out of sample.
    pub variance: f64,
}

/// The forecast of one series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// Number of the series in its panel.
    pub series: usize,
    /// Expected units, one a period, ≥ 0 and finite.
    pub mean: Vec<f64>,
    /// Quantiles a period at [`LEVELS`], never crossing; whole units when all sales were whole units.
    pub quantiles: Vec<[f64; 7]>,
    /// Standard deviation of the error one ordinary period ahead, in units.
    pub sigma_one: f64,
    /// Variance of a period's error over its mean.
    pub dispersion: f64,
    /// Correlation of the errors of two periods of one forecast: a level that is wrong stays wrong for all of them.
    pub correlation: f64,
    /// Whether sales were whole units.
    pub whole: bool,
    /// Probabilities to ask the distribution for at [`LEVELS`], from past coverage.
    pub asked: [f64; 7],
    /// What it was made with.
    pub model: Sentence,
    /// Why: history, evidence and what was taken into account.
    pub why: Sentence,
    /// What a person should know of this series.
    pub findings: Vec<DemandFinding>,
}

impl Forecast {
    /// Mean and variance over the next `periods`, such as review period and lead time. Beyond the horizon the last season
    /// repeats.
    ///
    /// The variance is that of a sum of errors that share a part: dispersion × mean × (1 + (P − 1) × correlation).
    pub fn over(&self, periods: usize) -> Spread {
        let mean: f64 = (0..periods).map(|period| self.mean_at(period)).sum();
        let count = (0..periods).fold(0.0, |sum, _| sum + 1.0_f64);
        Spread { mean, variance: self.dispersion * mean * (1.0 + (count - 1.0).max(0.0) * self.correlation) }
    }

    /// The quantile of demand over the next `periods` at one of [`LEVELS`] or any probability between.
    pub fn quantile_over(&self, periods: usize, probability: f64) -> f64 {
        let Spread { mean, variance } = self.over(periods);
        Counts::new(mean, variance, self.whole).quantile(self.ask(probability))
    }

    fn mean_at(&self, period: usize) -> f64 {
        let known = self.mean.len();
        let season = if known >= 7 { known - known % 7 } else { known };
        match period.checked_sub(known) {
            None => self.mean[period],
            Some(_) if known == 0 => 0.0,
            Some(beyond) => self.mean[known - season + beyond % season],
        }
    }

    /// The probability to ask for, between the levels by straight lines.
    fn ask(&self, probability: f64) -> f64 {
        let mut from = (0.0, 0.0);
        for (level, asked) in LEVELS.iter().zip(self.asked).chain([(&1.0, 1.0)]) {
            if probability <= *level {
                return from.1 + (probability - from.0) / (level - from.0) * (asked - from.1);
            }
            from = (*level, asked);
        }
        probability
    }
}

/// The quantiles of each period.
pub(crate) fn quantiles(mean: &[f64], dispersion: f64, whole: bool, asked: &[f64; 7]) -> Vec<[f64; 7]> {
    let one = |mean: &f64| {
        let demand = Counts::new(*mean, dispersion * mean, whole);
        let mut row = asked.map(|probability| demand.quantile(probability));
        for level in 1..row.len() {
            row[level] = row[level].max(row[level - 1]);
        }
        row
    };
    mean.iter().map(one).collect()
}

/// The probabilities to ask for at [`LEVELS`].
pub(crate) fn asked(places: &Places) -> [f64; 7] {
    LEVELS.map(|level| places.ask(level))
}
