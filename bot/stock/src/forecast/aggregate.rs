//! Temporal aggregation: ADIDA and IMAPA.
//!
//! Demand is laid together in buckets, the buckets are smoothed, and the level is shared out again (Nikolopoulos et al.
//! 2011, "An aggregate–disaggregate intermittent demand approach"; Petropoulos & Kourentzes 2015, "Forecast combinations
//! for intermittent demand": the mean over all buckets from one period to the mean interval between demands).

use super::demand::{Demand, Paths};

/// No bucket is longer: a mean interval above it says only that demand is rare.
const LONGEST_BUCKET: usize = 24;

/// The mean over all bucket lengths up to the mean interval; with `all` unset, that one bucket only (ADIDA).
pub(crate) fn aggregated(demand: &Demand<'_>, all: bool, paths: &mut Paths<'_>) {
    let longest = mean_interval(demand);
    let buckets = if all { 1..=longest } else { longest..=longest };
    let share = 1.0 / buckets.clone().fold(0.0, |sum, _| sum + 1.0);
    let running = Running::of(demand);
    paths.rows.fill(0.0);
    let mut levels = vec![0.0; paths.origins.len()];
    for bucket in buckets {
        let alpha = running.best_alpha(demand.len(), bucket);
        for (level, origin) in levels.iter_mut().zip(paths.origins) {
            *level += share * running.level(*origin, bucket, alpha).0;
        }
    }
    for (number, level) in levels.into_iter().enumerate() {
        paths.flat(number, level, demand.factor);
    }
}

/// Periods between demands, rounded.
fn mean_interval(demand: &Demand<'_>) -> usize {
    let seen = (0..demand.len()).filter_map(|period| demand.ordinary(period));
    let (all, sold) =
        seen.fold((0, 0), |(all, sold), ordinary| (all + 1, sold + usize::from(ordinary > 0.0)));
    ((all + sold / 2) / sold.max(1)).clamp(1, LONGEST_BUCKET)
}

/// Running sums of sales and exposure, so that any bucket costs two subtractions.
struct Running {
    sold: Vec<f64>,
    exposed: Vec<f64>,
}

impl Running {
    fn of(demand: &Demand<'_>) -> Self {
        let (mut sold, mut exposed) = (vec![0.0], vec![0.0]);
        let (mut all_sold, mut all_exposed) = (0.0, 0.0);
        for period in 0..demand.len() {
            let exposure = demand.exposure(period);
            if exposure > 0.0 {
                all_sold += demand.value[period];
                all_exposed += exposure;
            }
            sold.push(all_sold);
            exposed.push(all_exposed);
        }
        Self { sold, exposed }
    }

    /// The level after smoothing the buckets that end at `end`, and the squared error one bucket ahead.
    fn level(&self, end: usize, bucket: usize, alpha: f64) -> (f64, f64) {
        let fade = 1.0 - alpha;
        let (mut sold, mut exposed, mut error) = (0.0, 0.0, 0.0);
        let mut from = end % bucket;
        while from + bucket <= end {
            let (fresh, exposure) = (
                self.sold[from + bucket] - self.sold[from],
                self.exposed[from + bucket] - self.exposed[from],
            );
            if exposed > 0.0 {
                let miss = fresh - sold / exposed * exposure;
                error += miss * miss;
            }
            sold = sold * fade + fresh;
            exposed = exposed * fade + exposure;
            from += bucket;
        }
        (if exposed > 0.0 { sold / exposed } else { 0.0 }, error)
    }

    fn best_alpha(&self, end: usize, bucket: usize) -> f64 {
        let tried = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5].map(|alpha| (self.level(end, bucket, alpha).1, alpha));
        tried.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).map_or(0.1, |(_, alpha)| alpha)
    }
}
