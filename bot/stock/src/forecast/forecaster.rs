//! The door in: prepares what series share, then forecasts one after the other.

use rayon::prelude::*;

use super::backtest::Backtest;
use super::calibration::Places;
use super::contest;
use super::evidence::Forecasts;
use super::line::Bare;
use super::method::Method;
use super::pool::{Pool, settled};
use super::reasons;
use super::result::{self, Forecast};
use super::trial::{self, Trial};
use crate::calendar::Calendar;
use crate::series::{Every, Panel, Series};

/// What the caller may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Periods to forecast; at least one.
    pub horizon: usize,
    /// Periods of history used at most: older ones tell little and cost time. Absent: three years of days, five of weeks,
    /// ten of months.
    pub history: Option<usize>,
}

impl Options {
    /// The options for a horizon.
    pub fn new(horizon: usize) -> Self {
        Self { horizon, history: None }
    }
}

/// Series from which the evidence of all is taken, evenly spread over the panel.
const SAMPLE: usize = 1200;

/// Forecasts the series of a panel.
///
/// ```
/// use stock::calendar::Calendar;
/// use stock::forecast::{Forecaster, Options};
/// let mut file = String::from("item_id,store_id,date,value\n");
/// for day in 1..=28 {
///     file += &format!("TEA,MK,2026-02-{day:02},{}\n", 3 + day % 7);
/// }
/// let panel = stock::sales::read(file.as_bytes(), None)?;
/// let forecaster = Forecaster::learn(&panel, &Calendar::default(), &Options::new(7));
/// let forecast = forecaster.forecast(0);
/// assert_eq!(forecast.mean.len(), 7);
/// assert!(forecast.over(7).mean > 35.0 && forecast.over(7).mean < 49.0);
/// # Ok::<(), stock::sales::SalesError>(())
/// ```
pub struct Forecaster<'a> {
    panel: &'a Panel,
    pool: Pool,
    methods: Vec<Method>,
    pooled: Pooled,
}

/// What the rolling origins say of all series.
#[derive(Default)]
struct Pooled {
    /// Relative loss a method.
    losses: Vec<f64>,
    dispersion: f64,
    correlation: f64,
    drift: f64,
    /// Σ|came − forecast| and Σ came over whole windows of the past.
    missed: (f64, f64),
    places: Places,
}

/// What the surviving methods made of one series.
struct Made {
    bare: Bare,
    factor: Vec<f64>,
    combined: Vec<f64>,
    weights: Vec<f64>,
    trial: Trial,
}

impl<'a> Forecaster<'a> {
    /// Learns what the series share. Runs on the threads of the current rayon pool; the result does not depend on them.
    pub fn learn(panel: &'a Panel, calendar: &Calendar, options: &Options) -> Self {
        let longest = options.history.unwrap_or(match panel.every {
            Every::Day => 3 * 365,
            Every::Week => 5 * 52,
            Every::Month => 120,
        });
        let pool = Pool::learn(panel, calendar, options.horizon.max(1), longest.max(1));
        let methods = Method::competing(panel.every, pool.has_moon());
        let mut forecaster = Self { panel, pool, methods, pooled: Pooled::default() };
        let count = panel.series.len();
        let sample: Vec<usize> = (0..count).step_by(count.div_ceil(SAMPLE).max(1)).collect();
        forecaster.choose(&sample);
        forecaster.measure(&sample);
        forecaster
    }

    /// Lets all methods try on the sample; those without hope are dropped.
    fn choose(&mut self, sample: &[usize]) {
        let tried = |number: &usize| {
            let (bare, factor) = self.pool.prepare(&self.panel.series[*number]);
            let year = self.pool.year(bare.start);
            let demand = bare.demand(&factor, self.panel.every, &year);
            Forecasts::make(&self.methods, &demand, self.pool.line.horizon, self.panel.every).losses(&demand)
        };
        let losses: Vec<Vec<f64>> = sample.par_iter().filter_map(tried).collect();
        let kept = contest::survivors(&self.methods, &losses, self.panel.every);
        (self.methods, self.pooled.losses) = kept.into_iter().unzip();
    }

    /// Drift, spread and coverage of the combined forecasts.
    fn measure(&mut self, sample: &[usize]) {
        let mut trials: Vec<Trial> =
            sample.par_iter().map(|number| self.series(&self.panel.series[*number]).trial).collect();
        self.pooled.drift = trial::drift(&trials, self.panel.every.year());
        let missed = trials.iter().map(|trial| trial.missed(self.pooled.drift));
        self.pooled.missed = missed.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        for trial in &mut trials {
            trial.scale(self.pooled.drift);
        }
        (self.pooled.dispersion, self.pooled.correlation) = trial::typical(&trials);
        let places = trials.iter().map(|trial| trial.places(trial.dispersion(self.pooled.dispersion)));
        self.pooled.places = places.fold(Places::default(), |all, places| all.and(&places));
    }

    /// Runs the surviving methods on one series.
    fn series(&self, series: &Series) -> Made {
        let (bare, factor) = self.pool.prepare(series);
        let year = self.pool.year(bare.start);
        let demand = bare.demand(&factor, self.panel.every, &year);
        let made = Forecasts::make(&self.methods, &demand, self.pool.line.horizon, self.panel.every);
        let losses = made.losses(&demand);
        let weights = made.weights(losses.as_deref(), &self.pooled.losses);
        let trial = Trial::of(&made, &weights, &demand);
        let combined = made.combined(&weights, made.origins.past().len());
        Made { bare, factor, combined, weights, trial }
    }

    /// The forecast of the series with this number in the panel. Linear in its length.
    ///
    /// # Panics
    /// When the panel has no series of this number.
    pub fn forecast(&self, number: usize) -> Forecast {
        let series = &self.panel.series[number];
        let Made { bare, factor, combined, weights, mut trial } = self.series(series);
        trial.scale(self.pooled.drift);
        let sound = |mean: f64| if mean.is_finite() { mean.max(0.0) * self.pooled.drift } else { 0.0 };
        let mut mean: Vec<f64> = combined.into_iter().map(sound).collect();
        let new = self.lean_on_others(series, &bare, &factor, &mut mean);
        let dispersion = trial.dispersion(self.pooled.dispersion);
        let asked = result::asked(&trial.places(dispersion).lean(&self.pooled.places));
        let level = mean.iter().sum::<f64>() / mean.iter().fold(0.0, |sum, _| sum + 1.0_f64).max(1.0);
        Forecast {
            series: number,
            quantiles: result::quantiles(&mean, dispersion, trial.whole, &asked),
            sigma_one: (dispersion * level).sqrt(),
            mean,
            dispersion,
            correlation: trial.correlation(self.pooled.correlation),
            whole: trial.whole,
            asked,
            model: reasons::model(&weights, &self.methods),
            why: reasons::why(&bare, &trial),
            findings: reasons::findings(self.panel, series, &bare, new),
        }
    }

    /// A newcomer leans on the level that others let expect, the more the less it has shown itself. Says whether it did.
    fn lean_on_others(&self, series: &Series, bare: &Bare, factor: &[f64], mean: &mut [f64]) -> bool {
        let seen = bare.seen.iter().filter(|seen| **seen).count();
        let enough = settled(self.panel.every);
        let Some(level) = self.pool.analogy.level(series.item, series.store).filter(|_| seen < enough / 2)
        else {
            return false;
        };
        let count = |periods| (0..periods).fold(0.0, |sum, _| sum + 1.0);
        let weight: f64 = count(enough / 4) / (count(enough / 4) + count(seen));
        for (mean, factor) in mean.iter_mut().zip(&factor[bare.value.len()..]) {
            *mean = (1.0 - weight) * *mean + weight * level * factor;
        }
        true
    }

    /// The methods that every series is forecast with, best first, and their mean error from rolling origins beside that
    /// of all methods tried: 0.95 is five per cent better.
    pub fn evidence(&self) -> impl Iterator<Item = (Method, f64)> {
        self.methods.iter().copied().zip(self.pooled.losses.iter().copied())
    }

    /// By what all forecasts are multiplied because past ones, all series together, were too low or too high.
    pub fn drift(&self) -> f64 {
        self.pooled.drift
    }

    /// The error of all series over whole horizons of the past by which the methods were weighed: Σ|came − forecast| over
    /// Σ came. None when nothing came there.
    pub fn past_error(&self) -> Option<f64> {
        let (missed, came) = self.pooled.missed;
        (came > 0.0).then(|| missed / came)
    }

    /// How each method would have done on one series, from origins inside its history, beside an average of its last
    /// `average` days with stock. None when there is too little history.
    ///
    /// # Panics
    /// When the panel has no series of this number.
    pub fn backtest(&self, number: usize, average: usize) -> Option<Backtest> {
        let (bare, factor) = self.pool.prepare(&self.panel.series[number]);
        let year = self.pool.year(bare.start);
        let demand = bare.demand(&factor, self.panel.every, &year);
        let made = Forecasts::make(&self.methods, &demand, self.pool.line.horizon, self.panel.every);
        Backtest::of(&made, &self.methods, &demand, average)
    }

    /// Forecasts all series in the order of the panel.
    pub fn all(&self) -> Vec<Forecast> {
        (0..self.panel.series.len()).into_par_iter().map(|number| self.forecast(number)).collect()
    }

    /// Forecasts all series and hands them over in the order of the panel, a thousand at a time, so that a hundred thousand
    /// need not be held at once.
    ///
    /// # Errors
    /// What `take` returns; the rest is then not forecast.
    pub fn each<E>(&self, mut take: impl FnMut(Forecast) -> Result<(), E>) -> Result<(), E> {
        const AT_A_TIME: usize = 1000;
        let count = self.panel.series.len();
        for from in (0..count).step_by(AT_A_TIME) {
            let to = (from + AT_A_TIME).min(count);
            let some: Vec<Forecast> =
                (from..to).into_par_iter().map(|number| self.forecast(number)).collect();
            some.into_iter().try_for_each(&mut take)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
