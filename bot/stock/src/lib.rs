//! Demand to forecast to target to order proposal; stocktake. Pure: what it needs is handed in.
//!
//! What reaches this part of the house are events: what was sold, returned, received, counted. In the order in which
//! data meets them:
//!
//! 1. [`mod@event`] reads events from JSON, CSV and workbooks, refuses what cannot be, and keeps it with the reason.
//! 2. [`ledger`] folds events into daily demand, positions, open orders and lead times.
//! 3. [`readiness`] says whether the data is good enough to forecast from.
//! 4. [`series`] is the panel: one demand series for an item in a store, with what is known of its periods. [`sales`]
//!    reads it from a file and writes forecasts.
//! 5. [`calendar`] is what happened on which day: holidays, events, the moving festivals of Hong Kong.
//! 6. [`mod@forecast`] says what will be asked for, how sure that is, and why.
//! 7. [`stock_list`] is what each store has, and on which terms more may be ordered.
//! 8. [`policy`] turns a forecast into an order line that explains itself.
//! 9. [`plan`] does this for all SKUs of a day, and [`mod@order`] is the paper for a supplier: proposed, changed by a person, sent, and judged afterwards.
//! 10. [`picture`] draws a line of it: what was sold, what is expected, how the stock will go.
//! 11. [`allocate`] shares out what is scarce: stock in the warehouse, money, room on a truck.
//! 12. [`guard`] watches the policy in the present, and goes back to the manual order sheet when it fails.
//! 13. [`replay`] tries a policy on the past, beside another.
//! 14. [`stocktake`] compares what readers of tags have read with what should be there.
//!
//! [`sentence`] is what a person reads; [`count`] is where counts and statistics meet.
#![forbid(unsafe_code)]

pub mod allocate;
pub mod calendar;
pub mod count;
pub mod event;
pub mod forecast;
pub mod guard;
pub mod ledger;
pub mod order;
pub mod picture;
pub mod plan;
pub mod policy;
pub mod readiness;
pub mod replay;
pub mod sales;
pub mod sentence;
pub mod series;
pub mod stock_list;
pub mod stocktake;

mod figure;
mod share;
mod table;

pub use sentence::{Finding, Sentence};
pub use share::Share;
pub use table::TableError;
