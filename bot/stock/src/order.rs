//! A purchase order, from what is proposed to what is sent.
//!
//! 1. [`Proposal`] is what the program would order of one supplier on one day, with the figures behind each line.
//! 2. A person changes lines or not; [`Proposal::approve`] checks the changes and makes a [`PurchaseOrder`].
//! 3. [`PurchaseOrder::events`] tells the ledger that goods are to come, so that nothing is ordered twice.
//! 4. [`paper`] writes it, and the manual order sheet, for the printer.
//! 5. [`overriding`] measures, once the days have passed, whether the changes were better than the proposal.

mod approve;
mod events;
pub mod overriding;
pub mod paper;
mod proposal;

pub use approve::{Edit, EditError, EditReason, Edits, OrderedLine, PurchaseOrder};
pub use overriding::{Settled, ValueAdded, value_added};
pub use proposal::{Day, Outlook, Proposal, ProposedLine, Supplier};

#[cfg(test)]
mod tests;
