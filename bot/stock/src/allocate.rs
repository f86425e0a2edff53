//! Sharing out what is scarce: a warehouse that cannot fill every claim, a budget or a delivery that cannot take every line.
//!
//! In reading order: [`short`] gives a short SKU to the stores, pack by pack, where the next pack saves most; [`sourcing`]
//! chooses between the warehouse and the supplier; [`coupled`] chooses among lines that share a budget or a delivery.

pub mod coupled;
pub mod short;
pub mod sourcing;

pub use short::{AllocateError, Claim, Fairness, Rule, Share, share};
pub use sourcing::{Sourcing, source};
