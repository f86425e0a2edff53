//! Whether changing a proposal was worth it.
//!
//! Once the days that an order had to last for have passed, it is known what would have been right: the demand of those
//! days less what was there and coming. How far proposal and change were from that, in units and at cost, is what the
//! change added or took (forecast value added; Gilliland 2010).

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::EditReason;

/// A line that a person changed, of which everything is known by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// Base units proposed.
    pub proposed: i64,
    /// Base units ordered.
    pub ordered: i64,
    /// On the shelf and coming when it was proposed.
    pub position: i64,
    /// Demand of the days for which the order had to last.
    pub demand: i64,
    /// Of a base unit.
    pub unit_cost: Decimal,
    /// Why it was changed.
    pub reason: EditReason,
}

/// What changes added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueAdded {
    /// Lines that were changed.
    pub changed: u64,
    /// Of them, those that were nearer to what was right.
    pub better: u64,
    /// Of them, those that were further from it.
    pub worse: u64,
    /// Units by which the proposals were wrong.
    pub proposed_off: i64,
    /// Units by which the changed lines were wrong.
    pub ordered_off: i64,
    /// Cost of the units that the changes brought nearer; below zero when they led away.
    pub worth: Decimal,
}

impl Settled {
    /// What would have been right.
    pub fn right(&self) -> i64 {
        self.demand.saturating_sub(self.position).max(0)
    }

    fn off(&self) -> (i64, i64) {
        let from = |units: i64| units.saturating_sub(self.right()).saturating_abs();
        (from(self.proposed), from(self.ordered))
    }
}

/// What changes added, by their reason.
pub fn value_added(settled: &[Settled]) -> BTreeMap<EditReason, ValueAdded> {
    let mut added: BTreeMap<EditReason, ValueAdded> = BTreeMap::new();
    for line in settled {
        let (proposed, ordered) = line.off();
        let sum = added.entry(line.reason).or_default();
        sum.changed += 1;
        sum.better += u64::from(ordered < proposed);
        sum.worse += u64::from(ordered > proposed);
        sum.proposed_off = sum.proposed_off.saturating_add(proposed);
        sum.ordered_off = sum.ordered_off.saturating_add(ordered);
        let nearer = Decimal::from(proposed.saturating_sub(ordered));
        sum.worth = sum.worth.saturating_add(nearer.saturating_mul(line.unit_cost.max(Decimal::ZERO)));
    }
    added
}
