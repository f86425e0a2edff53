//! A panel of demand series: what was asked for, by item, store and period, and what is known of each period.
//!
//! [`Panel`] holds the series, [`Series`] is one of them, [`PanelBuilder`] takes sales row by row in any order and makes
//! them dense to the cut-off date: a period without a row is a period without a sale, unless the store was closed.

mod builder;
mod every;
pub(crate) mod finding;
mod marks;
mod panel;

pub use builder::{PanelBuilder, Row, SpanError};
pub use every::Every;
pub use finding::{DemandFinding, Severity};
pub use marks::{Mark, Marks};
pub use panel::{Panel, Series};
