//! What will be asked for: means, quantiles and how sure they are, by item and store.
//!
//! Reading order, the order in which a panel meets the files:
//!
//! 1. [`Forecaster`] is the door in: it prepares what series share, then forecasts one series after the other.
//! 2. `pool` is what they share: weekday factors (`weekday`), days of the month and events (`effects`), promotions
//!    (`promotion`), the shape of the year (`year`), levels of items and stores for newcomers (`newcomer`).
//! 3. `line` puts a series on the periods that all share; `demand` is the series as the models see it: values, what shows
//!    demand, and the factor of every period.
//! 4. The models: `smoothing`, `intermittent`, `aggregate`, `theta`, `ets`, `seasonal`; [`Method`] names them.
//! 5. `evidence` lets them forecast from rolling origins inside the history and weighs them by their errors; `contest`
//!    drops those that did badly on a sample of the panel.
//! 6. `trial` is how the combination did in the past; `counts` and `calibration` turn a mean and a variance into quantiles that held in the past.
//! 7. [`Forecast`] is what comes out; `reasons` says why in words. [`Backtest`] says how each method did on one series.

mod aggregate;
mod backtest;
mod calibration;
mod contest;
mod counts;
mod demand;
mod effects;
mod ets;
mod evidence;
mod forecaster;
mod intermittent;
mod line;
mod method;
mod nelder_mead;
mod newcomer;
mod pool;
mod promotion;
mod reasons;
mod result;
mod seasonal;
mod smoothing;
mod theta;
mod trial;
mod weekday;
mod year;

pub use backtest::Backtest;
pub use counts::Counts;
pub use forecaster::{Forecaster, Options};
pub use method::Method;
pub use result::{Forecast, LEVELS, Spread};

#[cfg(test)]
mod tests;
