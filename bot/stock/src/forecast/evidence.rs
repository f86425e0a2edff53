//! Which methods to believe: by the errors they would have made, from rolling origins inside the history.
//!
//! Every method forecasts from several origins in the past. Its errors beside those of the others, of this series and of
//! all series together, give its weight: exp(−p × relative loss). A series with little history believes what is true of
//! all.

use super::demand::{Demand, Paths};
use super::method::Method;
use crate::series::Every;

/// p: with a relative loss 0.1 above the best, a method keeps a twelfth of the best one's weight.
const SHARPNESS: f64 = 25.0;
/// Scored periods at which a series' own evidence weighs as much as that of all.
const POOLED_PERIODS: f64 = 85.0;

/// Origins in the past, in ascending order, and how far ahead they are scored.
pub(crate) struct Origins {
    /// The past ones and then the present: the number of periods known at each.
    pub(crate) all: Vec<usize>,
    /// Periods scored after each past origin.
    pub(crate) scored: usize,
    /// Whether methods that need a year can take part.
    pub(crate) year: bool,
}

impl Origins {
    /// Origins for a series of this length: weekly for days over half a year, every other week over a year for weeks,
    /// monthly over a year and a half for months; none when there is too little before or after.
    pub(crate) fn of(length: usize, horizon: usize, every: Every) -> Self {
        let (step, most, least, window) = match every {
            Every::Day => (7, 26, 14, 56),
            Every::Week => (2, 24, 6, 13),
            Every::Month => (1, 18, 4, 6),
        };
        let scored = horizon.min(length / 3).min(every.year()).max(1);
        let needs = every.year() + window;
        let latest = length.saturating_sub(scored);
        let year = latest >= needs + 3 * step;
        let least = if year { needs } else { least.max(length / 4) };
        let mut all: Vec<usize> = (0..most)
            .filter_map(|back| latest.checked_sub(back * step))
            .take_while(|origin| *origin >= least)
            .collect();
        all.reverse();
        all.push(length);
        Self { all, scored, year }
    }

    /// The origins in the past.
    pub(crate) fn past(&self) -> &[usize] {
        &self.all[..self.all.len() - 1]
    }

    /// Periods that are scored at least once.
    fn distinct(&self) -> f64 {
        let first = self.past().first();
        first.map_or(0.0, |first| (*first..self.all[self.all.len() - 1]).fold(0.0, |sum, _| sum + 1.0))
    }
}

/// Forecasts of several methods from all origins of one series.
pub(crate) struct Forecasts {
    pub(crate) origins: Origins,
    horizon: usize,
    /// One block of rows a method.
    rows: Vec<Vec<f64>>,
}

impl Forecasts {
    /// Lets the methods forecast. A method whose row is not finite at some origin cannot take part.
    pub(crate) fn make(methods: &[Method], demand: &Demand<'_>, horizon: usize, every: Every) -> Self {
        let origins = Origins::of(demand.len(), horizon, every);
        let size = origins.all.len() * horizon;
        let run = |method: Method| {
            let mut rows = vec![0.0; size];
            if method.looks_back_a_year(every) && !origins.year {
                rows.fill(f64::NAN);
            } else {
                method.forecast(demand, &mut Paths { origins: &origins.all, horizon, rows: &mut rows });
            }
            rows
        };
        let mut rows: Vec<Vec<f64>> = methods.iter().map(|method| run(*method)).collect();
        for (number, method) in methods.iter().enumerate().filter(|(_, method)| !method.members().is_empty())
        {
            let members: Vec<Vec<f64>> = method
                .members()
                .iter()
                .map(|member| {
                    let place = methods.iter().position(|method| method == member);
                    place.map_or_else(|| run(*member), |place| rows[place].clone())
                })
                .collect();
            rows[number] = medians(&members, size);
        }
        Self { origins, horizon, rows }
    }

    /// The forecast of one method from one origin.
    pub(crate) fn row(&self, method: usize, origin: usize) -> &[f64] {
        &self.rows[method][origin * self.horizon..(origin + 1) * self.horizon]
    }

    /// Loss of each method over all origins: the mean of its absolute and its root squared error, each relative to the mean of
    /// the methods that can. The absolute error alone would take the lowest forecast for the best where most periods are
    /// zero. Absent when nothing could be scored; a method that cannot is infinite.
    pub(crate) fn losses(&self, demand: &Demand<'_>) -> Option<Vec<f64>> {
        let mut absolute = vec![0.0; self.rows.len()];
        let mut squared = vec![0.0; self.rows.len()];
        for (number, origin) in self.origins.past().iter().enumerate() {
            for (method, (absolute, squared)) in absolute.iter_mut().zip(&mut squared).enumerate() {
                let periods = self.row(method, number).iter().take(self.origins.scored).zip(*origin..);
                for (forecast, period) in periods.filter(|(_, period)| demand.seen[*period]) {
                    let miss = demand.value[period] - forecast;
                    *absolute += miss.abs();
                    *squared += miss * miss;
                }
            }
        }
        let squared: Vec<f64> = squared.into_iter().map(f64::sqrt).collect();
        let (absolute, squared) = (relative(&absolute)?, relative(&squared)?);
        Some(
            absolute
                .iter()
                .zip(&squared)
                .map(|(absolute, squared)| f64::midpoint(*absolute, *squared))
                .collect(),
        )
    }

    /// Weights of the methods, sum 1, from own losses and those of all.
    pub(crate) fn weights(&self, own: Option<&[f64]>, pooled: &[f64]) -> Vec<f64> {
        let distinct = self.origins.distinct();
        let lean = if own.is_some() { POOLED_PERIODS / (POOLED_PERIODS + distinct) } else { 1.0 };
        let able = |method: usize| self.rows[method].iter().all(|forecast| forecast.is_finite());
        let loss: Vec<f64> = (0..self.rows.len())
            .map(|method| {
                let own = own.map_or(0.0, |own| own[method]);
                if able(method) { (1.0 - lean) * own + lean * pooled[method].min(1e6) } else { f64::INFINITY }
            })
            .collect();
        let least = loss.iter().copied().fold(f64::INFINITY, f64::min);
        let raw: Vec<f64> = loss
            .iter()
            .map(|loss| if loss.is_finite() { (SHARPNESS * (least - loss)).exp() } else { 0.0 })
            .collect();
        let sum: f64 = raw.iter().sum();
        raw.into_iter().map(|weight| if sum > 0.0 { weight / sum } else { 0.0 }).collect()
    }

    /// The weighted forecast from an origin, by its number; the last is the present.
    pub(crate) fn combined(&self, weights: &[f64], origin: usize) -> Vec<f64> {
        let mut out = vec![0.0; self.horizon];
        for (method, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            for (out, forecast) in out.iter_mut().zip(self.row(method, origin)) {
                *out += weight * forecast;
            }
        }
        out
    }
}

/// Sums beside the mean of those that are finite.
fn relative(sums: &[f64]) -> Option<Vec<f64>> {
    let able = sums.iter().copied().filter(|sum| sum.is_finite());
    let (sum, count) = able.fold((0.0, 0.0), |(sum, count), one| (sum + one, count + 1.0));
    let mean = sum / count;
    let one = |sum: &f64| if sum.is_finite() { sum / mean } else { f64::INFINITY };
    (mean > 0.0).then(|| sums.iter().map(one).collect())
}

fn medians(members: &[Vec<f64>], size: usize) -> Vec<f64> {
    let mut four = vec![0.0; members.len()];
    (0..size)
        .map(|place| {
            for (value, member) in four.iter_mut().zip(members) {
                *value = member[place];
            }
            four.sort_by(f64::total_cmp);
            let middle = four.len() / 2;
            f64::midpoint(four[middle - 1 + four.len() % 2], four[middle])
        })
        .collect()
}
