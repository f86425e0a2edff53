//! From a forecast to an order line.
//!
//! In reading order: [`demand`] is the distribution of what will be sold, [`normal`] its limit for large sums;
//! [`lead_time`] learns from receipts; [`protection`] adds review and lead time to the period that stock must last for;
//! [`target`] is the level to order up to, by cycle service, by fill rate or by cost ([`economic`]); the textbook models
//! [`newsvendor`], [`eoq`], [`reorder`] (r, Q) and [`min_max`] (s, S); [`class`] and [`priority`] explain which SKU matters;
//! then the line itself: [`pack`], [`position`], [`item`], [`cap`], [`no_order`], [`mod@line`], and [`mod@propose`], which makes a day's
//! lines within its [`day_limits`].

pub mod cap;
pub mod class;
pub mod day_limits;
pub mod demand;
pub mod economic;
pub mod eoq;
pub mod error;
pub mod item;
pub mod lead_time;
pub mod line;
pub mod min_max;
pub mod newsvendor;
pub mod no_order;
pub mod normal;
pub mod pack;
pub mod position;
pub mod priority;
pub mod propose;
pub mod protection;
pub mod reorder;
pub mod target;
pub(crate) mod weigh;

pub use cap::{Cap, CapKind, CapRule, MoqRule};
pub use class::{Abc, Class, Xyz};
pub use day_limits::{DayLimits, Issued};
pub use demand::Demand;
pub use error::PolicyError;
pub use item::{Item, OrderRules, ShelfLife, Standing};
pub use lead_time::LeadTime;
pub use line::{Explanation, Line, LineId, Outcome};
pub use no_order::NoOrder;
pub use pack::Pack;
pub use position::Position;
pub use propose::propose;
pub use protection::{DailyDemand, Protection};
pub use target::{Goal, Target};
