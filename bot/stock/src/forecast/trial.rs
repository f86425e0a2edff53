//! How the combined forecast did from the past: what was forecast beside what came. Spread, coverage and drift are read
//! off it.

use std::collections::BTreeMap;

use super::calibration::Places;
use super::counts::Counts;
use super::demand::Demand;
use super::evidence::Forecasts;

/// One window: what was forecast and what came, where demand could be seen.
type Window = Vec<(f64, f64)>;

/// What the combined forecast of one series was worth in the past.
pub(crate) struct Trial {
    /// Windows that follow each other without overlap.
    windows: Vec<Window>,
    /// Of every origin, counted back from the present: what came in the whole window and what was forecast.
    sums: Vec<(usize, f64, f64)>,
    /// Periods of a window.
    scored: usize,
    /// Whether everything was sold in whole units.
    pub(crate) whole: bool,
}

/// Sums over pairs.
#[derive(Default)]
struct Sums {
    squares: f64,
    means: f64,
    came: f64,
    periods: f64,
}

/// Periods with which a series' own dispersion leans on that of all.
const PRIOR_PERIODS: f64 = 30.0;
/// c of the garrote for the drift, as for events.
const GARROTE: f64 = 2.0;

impl Trial {
    /// Reads the windows off the forecasts.
    pub(crate) fn of(made: &Forecasts, weights: &[f64], demand: &Demand<'_>) -> Self {
        let scored = made.origins.scored;
        let mut windows: Vec<Window> = vec![];
        let mut sums = vec![];
        let mut free_until = usize::MAX;
        for (number, origin) in made.origins.past().iter().enumerate().rev() {
            let row = made.combined(weights, number);
            let seen = (0..scored).filter(|ahead| demand.seen[origin + ahead]);
            let pairs: Window = seen.map(|ahead| (row[ahead], demand.value[origin + ahead])).collect();
            let (mean, came) = pairs.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
            sums.push((demand.len() - origin, came, mean));
            if origin + scored <= free_until {
                free_until = *origin;
                windows.push(pairs);
            }
        }
        windows.reverse();
        Self { windows, sums, scored, whole: demand.value.iter().all(|value| value.fract() == 0.0) }
    }

    /// Multiplies all that was forecast.
    pub(crate) fn scale(&mut self, by: f64) {
        for (mean, _) in self.windows.iter_mut().flatten() {
            *mean *= by;
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (f64, f64)> {
        self.windows.iter().flatten().copied()
    }

    fn sums(&self) -> Sums {
        self.pairs().fold(Sums::default(), |sums, (mean, came)| Sums {
            squares: sums.squares + (came - mean) * (came - mean),
            means: sums.means + mean,
            came: sums.came + came,
            periods: sums.periods + 1.0,
        })
    }

    /// Periods tried and the root of the mean squared error.
    pub(crate) fn error(&self) -> (f64, f64) {
        let sums = self.sums();
        (sums.periods, (sums.squares / sums.periods.max(1.0)).sqrt())
    }

    /// Squared errors over what was forecast or, when more came, over what came; where there is something to divide by.
    ///
    /// An item that starts again was forecast next to nothing: over that, its errors would make any later mean explode. What
    /// came had that variance too, so that the dispersion never exceeds twice the largest period.
    fn own_dispersion(&self) -> Option<f64> {
        let sums = self.sums();
        let units = sums.means.max(sums.came);
        (units > 0.0).then(|| sums.squares / units)
    }

    /// Variance over mean of one period, leaning on that of all.
    pub(crate) fn dispersion(&self, all: f64) -> f64 {
        let periods = self.sums().periods;
        let own = self.own_dispersion().map_or((0.0, 0.0), |own| (own * periods, periods));
        ((own.0 + all * PRIOR_PERIODS) / (own.1 + PRIOR_PERIODS)).max(0.02)
    }

    /// Correlation of the errors of one window: from the spread of the windows' sums beside that of single periods.
    fn own_correlation(&self) -> Option<f64> {
        let one = Some(self.sums().squares).filter(|squares| *squares > 0.0)?;
        let (mut together, mut length, mut windows) = (0.0, 0.0, 0.0);
        for window in &self.windows {
            let miss: f64 = window.iter().map(|(mean, came)| came - mean).sum();
            together += miss * miss;
            length += window.iter().fold(0.0, |sum, _| sum + 1.0);
            windows += 1.0;
        }
        let length: f64 = length / windows;
        (length > 1.0).then(|| ((together / one - 1.0) / (length - 1.0)).clamp(0.0, 1.0))
    }

    /// The correlation, half-way to that of all.
    pub(crate) fn correlation(&self, all: f64) -> f64 {
        self.own_correlation().map_or(all, |own| f64::midpoint(own, all))
    }

    /// How far the sums of whole windows were off, the forecasts multiplied by `drift`, and what came.
    pub(crate) fn missed(&self, drift: f64) -> (f64, f64) {
        let pairs = self.sums.iter().map(|(_, came, mean)| ((came - drift * mean).abs(), *came));
        pairs.fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1))
    }

    /// Where demand fell in the distributions with this dispersion.
    pub(crate) fn places(&self, dispersion: f64) -> Places {
        let mut places = Places::default();
        for (mean, came) in self.pairs() {
            places.add(&Counts::new(mean, dispersion * mean, self.whole), came, self.whole);
        }
        places
    }
}

/// Median dispersion and mean correlation.
pub(crate) fn typical(trials: &[Trial]) -> (f64, f64) {
    let mut dispersions: Vec<f64> = trials.iter().filter_map(Trial::own_dispersion).collect();
    dispersions.sort_by(f64::total_cmp);
    let dispersion = dispersions.get(dispersions.len() / 2).copied().unwrap_or(1.5);
    let correlations: Vec<f64> = trials.iter().filter_map(Trial::own_correlation).collect();
    let count = correlations.iter().fold(0.0, |sum, _| sum + 1.0);
    (dispersion, if count > 0.0 { correlations.iter().sum::<f64>() / count } else { 0.1 })
}

/// By what all forecasts together were too low (above 1) or too high: the mean log-ratio of what came to what was forecast
/// over the origins, as far as the origins agree. A panel whose items fade away is so forecast lower than its past. Origins
/// that cover less than a `year` show a season and no drift.
pub(crate) fn drift(trials: &[Trial], year: usize) -> f64 {
    let mut origins: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for (back, came, mean) in trials.iter().flat_map(|trial| trial.sums.iter().copied()) {
        let sums = origins.entry(back).or_default();
        *sums = (sums.0 + came, sums.1 + mean);
    }
    let most = origins.values().map(|(came, _)| *came).fold(0.0, f64::max);
    // An origin that only a few series have says nothing of all.
    origins.retain(|_, (came, mean)| *came > 0.3 * most && *mean > 0.0);
    let ratios: Vec<f64> = origins.values().map(|(came, mean)| (came / mean).ln()).collect();
    let count = ratios.iter().fold(0.0, |sum, _| sum + 1.0);
    let span = origins.keys().next_back().copied().unwrap_or(0);
    if count < 3.0 || span < year {
        return 1.0;
    }
    let mean = ratios.iter().sum::<f64>() / count;
    let spread = ratios.iter().map(|ratio| (ratio - mean).powi(2)).sum::<f64>() / (count - 1.0);
    // Windows overlap: those that do not are as many as fit into the time that all cover.
    let scored = trials.iter().map(|trial| trial.scored).max().unwrap_or(1).max(1);
    let apart = (0..span).step_by(scored).fold(0.0, |sum, _| sum + 1.0_f64).min(count);
    let error = spread / apart.max(1.0);
    let kept = (1.0 - GARROTE * error / (mean * mean).max(1e-12)).max(0.0);
    (kept * mean).clamp(-0.3, 0.3).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn trial(windows: &[Window]) -> Trial {
        Trial { windows: windows.to_vec(), sums: vec![], scored: 7, whole: true }
    }

    #[test]
    fn errors_of_a_restart_are_measured_by_what_came() {
        let asleep = vec![(0.001, 0.0); 7];
        let restart = vec![(0.001, 40.0), (0.001, 60.0), (0.001, 50.0), (0.001, 30.0), (0.001, 70.0)];
        let found = trial(&[asleep.clone(), asleep, restart]).own_dispersion().expect("units");
        assert!((50.0..60.0).contains(&found), "{found}");
    }

    #[test]
    fn errors_of_a_steady_item_are_measured_by_what_was_forecast() {
        let found = trial(&[vec![(4.0, 2.0), (4.0, 6.0), (4.0, 3.0), (4.0, 5.0)]]).own_dispersion();
        assert_eq!(found, Some(10.0 / 16.0));
    }

    fn windows() -> impl Strategy<Value = Vec<Window>> {
        let pair = prop_oneof![
            (0.0..1e-9_f64, 0.0..100.0_f64),
            (0.0..100.0_f64, Just(0.0)),
            (0.0..100.0_f64, 0.0..100.0_f64)
        ];
        prop::collection::vec(prop::collection::vec(pair, 0..9), 0..6)
    }

    proptest! {
        #[test]
        fn the_dispersion_is_at_most_twice_the_largest_period(windows in windows(), all in 0.0..50.0_f64) {
            let largest = windows.iter().flatten().fold(0.0_f64, |most, (mean, came)| most.max(*mean).max(*came));
            let trial = trial(&windows);
            let dispersion = trial.dispersion(all);
            prop_assert!(dispersion.is_finite() && dispersion > 0.0);
            prop_assert!(dispersion <= (2.0 * largest).max(all).max(0.02) * (1.0 + 1e-9), "{dispersion} {largest}");
            prop_assert!((0.0..=1.0).contains(&trial.correlation(0.3)));
        }

        #[test]
        fn larger_units_change_the_scale_of_the_dispersion_alone(windows in windows(), by in 0.01..100.0_f64) {
            let larger: Vec<Window> =
                windows.iter().map(|window| window.iter().map(|(mean, came)| (mean * by, came * by)).collect()).collect();
            let (one, other) = (trial(&windows), trial(&larger));
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * (a.abs() + b.abs() + 1e-9);
            match (one.own_dispersion(), other.own_dispersion()) {
                (Some(one), Some(other)) => prop_assert!(near(one * by, other), "{one} {other}"),
                (one, other) => prop_assert_eq!(one, other),
            }
            prop_assert!(near(one.correlation(0.1), other.correlation(0.1)));
        }
    }
}
