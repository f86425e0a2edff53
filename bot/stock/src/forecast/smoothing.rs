//! Levels by exponential smoothing: what was sold over what was to be expected, both fading.
//!
//! The level is Σ λᵏ y ÷ Σ λᵏ f: Brown's simple exponential smoothing when every factor is 1, and still right when days
//! are missing, closed or strong. It is the mean of a gamma-Poisson filter (Harvey & Fernandes 1989, "Time series models
//! for count or qualitative observations"), so zeros need no special care.

use super::demand::{Demand, Paths};

/// The first level counts as much as this many ordinary periods.
const START_WEIGHT: f64 = 1.0;
/// The first level is the mean of at most this many periods.
const START_PERIODS: usize = 28;

/// Forecasts from levels with a half-life in periods.
pub(crate) fn fading(demand: &Demand<'_>, half_life: f64, paths: &mut Paths<'_>) {
    let fade = 0.5_f64.powf(1.0 / half_life);
    let start = demand.level(0..demand.len().min(START_PERIODS)).unwrap_or(0.0);
    let (mut sold, mut exposed) = (start * START_WEIGHT, START_WEIGHT);
    let mut number = 0;
    for period in 0..=demand.len() {
        while paths.origins.get(number) == Some(&period) {
            paths.flat(number, sold / exposed.max(1e-9), demand.factor);
            number += 1;
        }
        if period == demand.len() {
            break;
        }
        let exposure = demand.exposure(period);
        let taken = if exposure > 0.0 { demand.value[period] } else { 0.0 };
        // A long gap must not fade the level away: what is not seen changes nothing.
        if exposure > 0.0 {
            sold = sold * fade + taken;
            exposed = exposed * fade + exposure;
        }
    }
}

/// Simple exponential smoothing with the smoothing constant that forecast one period ahead best.
pub(crate) fn optimised(demand: &Demand<'_>, paths: &mut Paths<'_>) {
    let alpha = best_alpha(demand);
    fading(demand, -std::f64::consts::LN_2 / (1.0 - alpha).ln(), paths);
}

/// The α of a grid with the least squared error one period ahead.
fn best_alpha(demand: &Demand<'_>) -> f64 {
    const GRID: [f64; 8] = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5];
    let start = demand.level(0..demand.len().min(START_PERIODS)).unwrap_or(0.0);
    let mut state = GRID.map(|_| (start * START_WEIGHT, START_WEIGHT, 0.0));
    for period in 0..demand.len() {
        let exposure = demand.exposure(period);
        if exposure == 0.0 {
            continue;
        }
        for ((sold, exposed, error), alpha) in state.iter_mut().zip(GRID) {
            let miss = demand.value[period] - *sold / exposed.max(1e-9) * exposure;
            *error += miss * miss;
            *sold = *sold * (1.0 - alpha) + demand.value[period];
            *exposed = *exposed * (1.0 - alpha) + exposure;
        }
    }
    let best = state.iter().zip(GRID).min_by(|a, b| a.0.2.total_cmp(&b.0.2));
    best.map_or(0.1, |(_, alpha)| alpha)
}

/// The average of the last `window` periods that were seen, times the factors: the seasonal-window average with weekday
/// factors that lean on the store's.
pub(crate) fn window_average(demand: &Demand<'_>, window: usize, paths: &mut Paths<'_>) {
    for number in 0..paths.origins.len() {
        let origin = paths.origins[number];
        let (mut sold, mut exposed, mut taken) = (0.0, 0.0, 0);
        for period in (0..origin).rev() {
            let exposure = demand.exposure(period);
            if exposure > 0.0 {
                sold += demand.value[period];
                exposed += exposure;
                taken += 1;
            }
            if taken == window {
                break;
            }
        }
        paths.flat(number, if exposed > 0.0 { sold / exposed } else { 0.0 }, demand.factor);
    }
}
