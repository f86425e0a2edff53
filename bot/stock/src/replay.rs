//! Trying a policy on the past.
//!
//! In reading order: [`series`] is a SKU's history, with [`censored`] days estimated; [`forecaster`] is whoever forecasts,
//! [`house`] our own; [`lead`] draws lead times; `span` are the days; [`simulate`] plays a policy, `shelf` one SKU of it day by
//! day; [`scores`] counts what came of it; [`mod@compare`] sets two policies side by side on the same days, demands and lead
//! times; [`break_even`] says how accurate a forecast must become, and [`improve`] for which SKUs that pays.

pub mod break_even;
pub mod censored;
pub mod compare;
mod draw;
pub mod error;
pub mod forecaster;
pub mod house;
pub mod improve;
pub mod lead;
pub mod scores;
pub mod series;
mod shelf;
pub mod simulate;
mod span;

pub use compare::{Comparison, compare};
pub use error::ReplayError;
pub use forecaster::{Forecaster, MovingAverage, Review, Seen, Together};
pub use house::House;
pub use improve::{Improvement, Trade, Wish, improvements};
pub use lead::LeadDays;
pub use scores::Scores;
pub use series::Series;
pub use simulate::{Replay, ReplayPolicy, Setup, Sight, replay};

/// A draw in (0, 1) for tests of other modules.
#[cfg(test)]
pub(crate) fn draw_for_tests(a: u64, b: u64) -> f64 {
    let top = u32::try_from(draw::draw(1, &[a, b]) >> 32).unwrap_or(0);
    (f64::from(top) + 0.5) / 4_294_967_296.0
}
