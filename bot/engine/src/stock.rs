//! Stock: what the shops tell is taken in, folded and judged; once a day it becomes a plan, and the plan becomes orders that
//! a person approves.
//!
//! | file | what |
//! |---|---|
//! | `rules` | what the operator decides |
//! | `take` | files and batches become events, a stock list, a list of tagged pieces |
//! | `books` | events folded into demand and positions |
//! | `ready` | whether the data is good enough to order by |
//! | `guard`, `pilot` | whether automatic ordering may go on; the way back to the manual sheet |
//! | `plan` | the lines of a day, and a paper for each supplier |
//! | `place` | what a person approves is ordered, and told to the ledger |
//! | `hindsight` | what changing proposals was worth |
//! | `letters`, `sheets` | what buyers and suppliers read |
//! | `count`, `count_sheets` | the stocktake |

mod books;
mod count;
mod count_sheets;
mod guard;
mod hindsight;
mod letters;
mod pilot;
mod place;
mod plan;
mod ready;
mod rules;
mod sheets;
mod take;

pub use guard::{Guarded, PilotState, manual_order_sheet, move_pilot, pilot_state};
pub use place::{OrderEnd, settle_order};
pub use rules::{Pilot, StockRules, SupplierRules, Waiver};
pub use sheets::proposal_sheet;
pub use take::{TakeError, take_batch};

#[cfg(test)]
pub(crate) use books::books_of;
pub(crate) use count::count;
pub(crate) use guard::{guard, manual_sheet};
pub(crate) use letters::{letter, order_letter, papers, supplier_words};
pub(crate) use place::{approve, in_short, order_of, proposal_of, rejected, replaced};
pub(crate) use plan::propose;
pub(crate) use ready::readiness;
pub(crate) use take::take;
