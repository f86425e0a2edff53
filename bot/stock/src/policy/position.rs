//! What a store has, expects and owes of a SKU.

use serde::{Deserialize, Serialize};

use crate::count;
use crate::policy::demand::Demand;
use crate::policy::protection::DailyDemand;

/// Units of a SKU in a store at the time of the proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Position {
    /// On the shelf and in the back room, by the record; negative when more was sold than recorded.
    pub on_hand: i64,
    /// Ordered from a supplier and not yet received.
    pub on_order: i64,
    /// Sent from another place of the business and not yet received.
    pub in_transit: i64,
    /// Promised to customers.
    pub reserved: i64,
}

impl Position {
    /// Inventory position = on hand + on order + in transit − reserved.
    pub fn inventory(&self) -> i64 {
        self.on_hand
            .saturating_add(self.on_order)
            .saturating_add(self.in_transit)
            .saturating_sub(self.reserved)
    }

    /// What could be sold now: on hand − reserved.
    pub fn free(&self) -> i64 {
        self.on_hand.saturating_sub(self.reserved)
    }
}

/// Whether the record of what is on hand looks wrong, so that a person should count before anything is ordered: it is below
/// zero, or it shows stock of something that has not sold for so long (`days_without_sale` open days) that this would
/// happen less than once in a thousand times were it on the shelf.
pub fn record_looks_wrong(on_hand: i64, daily: DailyDemand, days_without_sale: i64) -> bool {
    const ONCE_IN: f64 = 0.001;
    if on_hand < 0 {
        return true;
    }
    let days = count::as_float(days_without_sale.max(0));
    let none_sold =
        Demand::over(daily.mean * days, daily.sigma * daily.sigma * days).map(|demand| demand.pmf(0));
    on_hand > 0 && none_sold.is_ok_and(|chance| chance < ONCE_IN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_orders_count_and_promises_do_not() {
        let position = Position { on_hand: 7, on_order: 12, in_transit: 6, reserved: 2 };
        assert_eq!((position.inventory(), position.free()), (23, 5));
    }

    #[test]
    fn stock_that_nobody_buys_any_more_is_counted_first() {
        let brisk = DailyDemand { mean: 2.0, sigma: 1.5 };
        assert!(record_looks_wrong(-1, brisk, 0));
        assert!(record_looks_wrong(4, brisk, 5));
        assert!(!record_looks_wrong(4, brisk, 2));
        assert!(!record_looks_wrong(0, brisk, 50), "an empty shelf explains itself");
        assert!(!record_looks_wrong(4, DailyDemand { mean: 0.02, sigma: 0.2 }, 60));
    }
}
