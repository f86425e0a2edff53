//! The Theta method with two lines: simple exponential smoothing with half the slope of the regression line as drift
//! (Assimakopoulos & Nikolopoulos 2000; Hyndman & Billah 2003), on demand freed from its factors.

use super::demand::{Demand, Paths};

/// Theta forecasts; the slope and the smoothing are those known at each origin.
pub(crate) fn theta(demand: &Demand<'_>, paths: &mut Paths<'_>) {
    let alpha = best_alpha(demand);
    let mut line = Line::default();
    let mut level = demand.level(0..demand.len().min(28)).unwrap_or(0.0);
    let (mut number, mut at) = (0, 0.0);
    for period in 0..=demand.len() {
        while paths.origins.get(number) == Some(&period) {
            let drift = line.slope() / 2.0;
            // Σ over the geometric weights of how far back the level stands (Hyndman & Billah, eq. 5).
            let lag = (1.0 - (1.0 - alpha).powf(at)) / alpha;
            let horizon = paths.horizon;
            let mut ahead = 0.0;
            for (step, out) in paths.row(number).iter_mut().enumerate().take(horizon) {
                let ordinary = (level + drift * (ahead + lag)).max(0.0);
                *out = ordinary * demand.factor[period + step];
                ahead += 1.0;
            }
            number += 1;
        }
        if period == demand.len() {
            break;
        }
        at += 1.0;
        if let Some(ordinary) = demand.ordinary(period) {
            level += alpha * demand.factor[period].min(1.0) * (ordinary - level);
            line.take(at, ordinary);
        }
    }
}

/// The α with the least squared error one period ahead.
fn best_alpha(demand: &Demand<'_>) -> f64 {
    const GRID: [f64; 8] = [0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5];
    let start = demand.level(0..demand.len().min(28)).unwrap_or(0.0);
    let mut state = GRID.map(|_| (start, 0.0));
    for period in 0..demand.len() {
        let Some(ordinary) = demand.ordinary(period) else { continue };
        let weight = demand.factor[period].min(1.0);
        for ((level, error), alpha) in state.iter_mut().zip(GRID) {
            let miss = ordinary - *level;
            *error += weight * miss * miss;
            *level += alpha * weight * miss;
        }
    }
    state.iter().zip(GRID).min_by(|a, b| a.0.1.total_cmp(&b.0.1)).map_or(0.1, |(_, alpha)| alpha)
}

/// A regression line through the periods so far, by running sums.
#[derive(Default)]
struct Line {
    count: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
}

impl Line {
    fn take(&mut self, x: f64, y: f64) {
        self.count += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.xy += x * y;
    }

    fn slope(&self) -> f64 {
        let spread = self.count * self.xx - self.x * self.x;
        if self.count < 3.0 || spread <= 0.0 {
            0.0
        } else {
            (self.count * self.xy - self.x * self.y) / spread
        }
    }
}
