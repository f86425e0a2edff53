//! How the methods did on one series in the past, beside a plain average: what a better forecast could bring it.

use super::demand::Demand;
use super::evidence::Forecasts;
use super::method::Method;
use crate::count;

/// Days of a week, for errors of whole weeks.
const WEEK: usize = 7;

/// Errors of one series from rolling origins inside its history; every forecast knows the periods before its origin only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backtest {
    /// The method with the smallest error.
    pub best: Method,
    /// Its root mean squared error of a period, in units.
    pub best_rmse: f64,
    /// That of the plain average.
    pub average_rmse: f64,
    /// The mean of the plain average's percentage errors of whole weeks (0.2 is twenty per cent), of weeks that sold.
    pub average_mape: Option<f64>,
    /// Units a period over what was tried.
    pub mean: f64,
}

impl Backtest {
    /// Reads the errors off what the methods made.
    pub(crate) fn of(
        made: &Forecasts,
        methods: &[Method],
        demand: &Demand<'_>,
        average: usize,
    ) -> Option<Self> {
        let (mut squares, mut plain) = (vec![0.0; methods.len()], 0.0);
        let (mut periods, mut sold) = (0.0, 0.0);
        let mut weeks: Vec<f64> = vec![];
        for (number, &origin) in made.origins.past().iter().enumerate() {
            let level = level(demand, origin, average);
            let seen = (origin..origin + made.origins.scored).filter(|period| demand.seen[*period]);
            for period in seen {
                let value = demand.value[period];
                for (method, squares) in squares.iter_mut().enumerate() {
                    *squares += (value - made.row(method, number)[period - origin]).powi(2);
                }
                plain += (value - level).powi(2);
                sold += value;
                periods += 1.0;
            }
            weeks.extend(week_error(demand, origin, made.origins.scored, level));
        }
        let able = squares.iter().enumerate().filter(|(_, squares)| squares.is_finite());
        let (best, least) = able.min_by(|a, b| a.1.total_cmp(b.1))?;
        (periods > 0.0).then(|| Self {
            best: methods[best],
            best_rmse: (least / periods).sqrt(),
            average_rmse: (plain / periods).sqrt(),
            average_mape: (!weeks.is_empty())
                .then(|| weeks.iter().sum::<f64>() / count::len_as_float(weeks.len())),
            mean: sold / periods,
        })
    }

    /// The smallest error beside that of the average: what the best model reaches.
    pub fn best_ratio(&self) -> Option<f64> {
        (self.average_rmse > 0.0).then(|| self.best_rmse / self.average_rmse)
    }
}

/// The mean of the last periods before the origin that show demand.
fn level(demand: &Demand<'_>, origin: usize, average: usize) -> f64 {
    let seen = (0..origin).rev().filter(|period| demand.seen[*period]).take(average.max(1));
    let (sum, periods) = seen.fold((0.0, 0.0), |(sum, n), period| (sum + demand.value[period], n + 1.0));
    if periods > 0.0 { sum / periods } else { 0.0 }
}

/// The percentage error of the first week after the origin, if all of it was seen and something sold.
fn week_error(demand: &Demand<'_>, origin: usize, scored: usize, level: f64) -> Option<f64> {
    let week = origin..origin + WEEK;
    let whole = scored >= WEEK && week.clone().all(|period| demand.seen[period]);
    let sold: f64 = if whole { demand.value[week].iter().sum() } else { 0.0 };
    (sold > 0.0).then(|| (level * count::len_as_float(WEEK) - sold).abs() / sold)
}
