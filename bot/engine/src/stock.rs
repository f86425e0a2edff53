//! Stock: what the shops tell is taken in, folded and judged; once a day it becomes a plan, and the plan becomes orders that
//! a person approves.
//!
//! In the order in which a sale meets them: [`take`](mod@take) (files and batches), `books` (events folded into demand and
//! positions), `ready` (whether the data is good enough), `guard` (whether automatic ordering may go on), `plan` (the day's
//! lines and papers), `place` (what was approved becomes a purchase order), `sheets` (workbooks). `count` is the stocktake.

mod books;
mod count;
mod guard;
mod pilot;
mod place;
mod plan;
mod ready;
mod rules;
mod sheets;
mod take;

pub use guard::{Guarded, PilotState};
pub use place::{settle_order, OrderEnd};
pub use rules::{Pilot, StockRules, SupplierRules, Waiver};
pub use take::{TakeError, take_batch};

pub(crate) use count::{count, Counted};
pub(crate) use guard::{guard, manual_sheet};
pub(crate) use place::{approve, order_of, proposal_of, rejected, replaced};
pub(crate) use plan::propose;
pub(crate) use ready::readiness;
pub(crate) use take::take;
