//! Intermittent demand: Croston's method as Syntetos and Boylan corrected it, and Teunter, Syntetos and Babai's.

use super::demand::{Demand, Paths};

/// SBA: size and interval of the demands are smoothed when there is one; (1 − α/2) takes the bias out.
/// (Croston 1972; Syntetos & Boylan 2005, α = 0.1.)
pub(crate) fn sba(demand: &Demand<'_>, alpha: f64, paths: &mut Paths<'_>) {
    let (mut size, mut interval): (Option<f64>, f64) = (None, 1.0);
    let mut since = 0.0;
    let mut number = 0;
    for period in 0..=demand.len() {
        while paths.origins.get(number) == Some(&period) {
            let level = size.map_or(0.0, |size| (1.0 - alpha / 2.0) * size / interval.max(1.0));
            paths.flat(number, level, demand.factor);
            number += 1;
        }
        let Some(ordinary) = (period < demand.len()).then(|| demand.ordinary(period)).flatten() else {
            continue;
        };
        since += 1.0;
        if ordinary > 0.0 {
            interval = if size.is_some() { interval + alpha * (since - interval) } else { since };
            size = Some(size.map_or(ordinary, |size| size + alpha * (ordinary - size)));
            since = 0.0;
        }
    }
}

/// TSB: the chance of a demand is smoothed in every period and so fades when an item dies; its size when there is one.
/// (Teunter, Syntetos & Babai 2011.) The two constants are those of a small grid that forecast one period ahead best.
pub(crate) fn tsb(demand: &Demand<'_>, paths: &mut Paths<'_>) {
    const GRID: [(f64, f64); 6] =
        [(0.02, 0.05), (0.05, 0.05), (0.05, 0.1), (0.1, 0.1), (0.2, 0.1), (0.2, 0.2)];
    let start = Tsb::start(demand);
    let error = |(chance, size)| {
        let mut state = start;
        (0..demand.len()).filter_map(|period| demand.ordinary(period)).fold(0.0, |sum, ordinary| {
            let miss = ordinary - state.level();
            state.take(ordinary, chance, size);
            sum + miss * miss
        })
    };
    let best =
        GRID.into_iter().map(|constants| (error(constants), constants)).min_by(|a, b| a.0.total_cmp(&b.0));
    let (chance, size) = best.map_or((0.1, 0.1), |(_, constants)| constants);
    let mut state = start;
    let mut number = 0;
    for period in 0..=demand.len() {
        while paths.origins.get(number) == Some(&period) {
            paths.flat(number, state.level(), demand.factor);
            number += 1;
        }
        if let Some(ordinary) = (period < demand.len()).then(|| demand.ordinary(period)).flatten() {
            state.take(ordinary, chance, size);
        }
    }
}

#[derive(Clone, Copy)]
struct Tsb {
    chance: f64,
    size: f64,
}

impl Tsb {
    /// Chance and size over the first periods.
    fn start(demand: &Demand<'_>) -> Self {
        let first: Vec<f64> =
            (0..demand.len()).filter_map(|period| demand.ordinary(period)).take(28).collect();
        let sold: Vec<f64> = first.iter().copied().filter(|ordinary| *ordinary > 0.0).collect();
        let count = |list: &[f64]| list.iter().fold(0.0, |sum, _| sum + 1.0);
        let size = if sold.is_empty() { 0.0 } else { sold.iter().sum::<f64>() / count(&sold) };
        Self { chance: count(&sold) / count(&first).max(1.0), size }
    }

    fn level(self) -> f64 {
        self.chance * self.size
    }

    fn take(&mut self, ordinary: f64, chance: f64, size: f64) {
        if ordinary > 0.0 {
            self.chance += chance * (1.0 - self.chance);
            self.size = if self.size == 0.0 { ordinary } else { self.size + size * (ordinary - self.size) };
        } else {
            self.chance -= chance * self.chance;
        }
    }
}
