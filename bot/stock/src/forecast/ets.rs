//! Additive exponential smoothing in state-space form: ETS(A,N,N), (A,N,A) and (A,Ad,A).
//!
//! Hyndman, Koehler, Ord & Snyder 2008. Never multiplicative: a level near zero would blow it up. A period that was not
//! seen leaves the state as it is. The constants are searched by Nelder and Mead in a box, on the squared error one period
//! ahead; the form is chosen by the corrected Akaike criterion.

use super::demand::{Demand, Paths};

/// Periods of history that are enough to fit constants; older ones only cost time.
const FITTED: usize = 400;
/// Evaluations that a search may take.
const EVALUATIONS: usize = 60;

/// The form and its constants.
#[derive(Debug, Clone, Copy)]
struct Form {
    trend: bool,
    seasonal: bool,
    /// α, γ, β, φ in the order of the search.
    constants: [f64; 4],
}

impl Form {
    fn count(self) -> usize {
        1 + usize::from(self.seasonal) + 2 * usize::from(self.trend)
    }
}

/// Level, trend and the season's additions.
struct State {
    level: f64,
    trend: f64,
    season: Vec<f64>,
}

impl State {
    /// Means over the first seasons.
    fn start(demand: &Demand<'_>, from: usize, season: usize) -> Self {
        let end = demand.len().min(from + (4 * season).max(10));
        let (mut sums, mut counts) = (vec![0.0; season], vec![0.0; season]);
        for period in (from..end).filter(|period| demand.seen[*period]) {
            sums[period % season] += demand.value[period];
            counts[period % season] += 1.0;
        }
        let level = sums.iter().sum::<f64>() / counts.iter().sum::<f64>().max(1.0);
        let addition = |(sum, count): (&f64, &f64)| if *count > 0.0 { sum / count - level } else { 0.0 };
        Self { level, trend: 0.0, season: sums.iter().zip(&counts).map(addition).collect() }
    }

    fn expected(&self, period: usize, form: Form) -> f64 {
        let season = if form.seasonal { self.season[period % self.season.len()] } else { 0.0 };
        self.level + form.constants[3] * self.trend + season
    }

    /// Takes a period and gives the error.
    fn take(&mut self, period: usize, value: f64, form: Form) -> f64 {
        let [alpha, gamma, beta, damping] = form.constants;
        let error = value - self.expected(period, form);
        self.level += damping * self.trend + alpha * error;
        self.trend = damping * self.trend + beta * error;
        if form.seasonal {
            let place = period % self.season.len();
            self.season[place] += gamma * error;
        }
        error
    }
}

/// ETS forecasts. The constants are fitted once, on all that is known; states are those known at each origin.
pub(crate) fn ets(demand: &Demand<'_>, paths: &mut Paths<'_>) {
    let season = demand.season.max(1);
    let from = demand.len().saturating_sub(FITTED.max(3 * season));
    let form = best_form(demand, from, season);
    let mut state = State::start(demand, 0, season);
    let mut number = 0;
    for period in 0..=demand.len() {
        while paths.origins.get(number) == Some(&period) {
            ahead(&state, form, demand, period, paths, number);
            number += 1;
        }
        if period < demand.len() && demand.seen[period] {
            state.take(period, demand.value[period], form);
        }
    }
}

fn ahead(
    state: &State,
    form: Form,
    demand: &Demand<'_>,
    origin: usize,
    paths: &mut Paths<'_>,
    number: usize,
) {
    let damping = form.constants[3];
    let (mut grown, mut power) = (0.0, damping);
    for (step, out) in paths.row(number).iter_mut().enumerate() {
        grown += power * state.trend;
        power *= damping;
        let place = origin + step;
        let season = if form.seasonal { state.season[place % state.season.len()] } else { 0.0 };
        let closed = demand.factor[place] == 0.0;
        *out = if closed { 0.0 } else { (state.level + grown + season).max(0.0) };
    }
}

fn best_form(demand: &Demand<'_>, from: usize, season: usize) -> Form {
    let seen = (from..demand.len()).filter(|period| demand.seen[*period]).fold(0.0, |sum, _| sum + 1.0);
    let seasonal = season > 1;
    let forms = [(false, false), (false, seasonal), (true, seasonal)];
    let mut best: Option<(f64, Form)> = None;
    for (trend, seasonal) in forms {
        let (error, form) = fit(demand, from, season, trend, seasonal);
        let free = form.count() + 1 + if seasonal { season } else { 1 };
        let free = (0..free).fold(0.0, |sum, _| sum + 1.0);
        if seen <= free + 2.0 {
            continue;
        }
        let criterion = seen * (error.max(1e-9) / seen).ln()
            + 2.0 * free
            + 2.0 * free * (free + 1.0) / (seen - free - 1.0);
        if best.is_none_or(|(least, _)| criterion < least) {
            best = Some((criterion, form));
        }
    }
    best.map_or(Form { trend: false, seasonal: false, constants: [0.1, 0.0, 0.0, 0.0] }, |(_, form)| form)
}

fn fit(demand: &Demand<'_>, from: usize, season: usize, trend: bool, seasonal: bool) -> (f64, Form) {
    let form = |point: &[f64]| {
        let gamma = if seasonal { point[1] } else { 0.0 };
        let (beta, damping) = if trend { (point[2], point[3]) } else { (0.0, 0.0) };
        Form { trend, seasonal, constants: [point[0], gamma, beta, damping] }
    };
    let error = |point: &[f64]| {
        let form = form(point);
        let mut state = State::start(demand, from, season);
        let seen = (from..demand.len()).filter(|period| demand.seen[*period]);
        seen.fold(0.0, |sum, period| {
            let miss = state.take(period, demand.value[period], form);
            sum + miss * miss
        })
    };
    let (start, low, high) = ([0.1, 0.02, 0.01, 0.9], [1e-4, 0.0, 0.0, 0.8], [0.9, 0.5, 0.2, 0.98]);
    let free: Vec<usize> = [(0, true), (1, seasonal), (2, trend), (3, trend)]
        .into_iter()
        .filter_map(|(at, free)| free.then_some(at))
        .collect();
    let whole = |point: &[f64]| {
        let mut all = start;
        for (at, value) in free.iter().zip(point) {
            all[*at] = value.clamp(low[*at], high[*at]);
        }
        all
    };
    let first: Vec<f64> = free.iter().map(|at| start[*at]).collect();
    let steps: Vec<f64> = free.iter().map(|at| (high[*at] - low[*at]) * 0.15).collect();
    let (least, point) = super::nelder_mead::least(|point| error(&whole(point)), &first, &steps, EVALUATIONS);
    (least, form(&whole(&point)))
}
