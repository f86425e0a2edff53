//! What stock is reckoned from and what comes of it: events, the stock list, plans, orders, pilots.
//!
//! The store keeps them and knows nothing of their meaning: what is JSON here has its types in the crate `stock`.

mod events;
mod orders;
mod pilots;
mod quarantine;
mod terms;

pub use events::{IntakeRow, NewIntake, NewStockEvent};
pub use orders::{NewOrder, NewPlan, OrderRow, OrderState, PlanRow};
pub use pilots::PilotRow;
pub use quarantine::{NewQuarantined, QuarantinedRow};
pub use terms::{ListedTerms, NewTerms};
