//! From the own warehouse or from the supplier: which is cheaper once the wait is counted.

use serde::{Deserialize, Serialize};

use crate::policy::demand::Demand;
use crate::policy::error::PolicyError;
use crate::policy::pack::Pack;
use crate::policy::protection::DailyDemand;
use crate::sentence::Sentence;

/// The terms of one way to get goods.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Way {
    /// Days until they are there.
    pub lead_days: f64,
    /// Cost of an order or a trip.
    pub fixed: f64,
    /// Cost of a base unit by this way: handling for a transfer, freight for a purchase; the goods themselves cost the same.
    pub per_unit: f64,
    /// The pack in which they come.
    pub pack: Pack,
    /// The smallest order, in base units; 0 for none.
    pub moq: i64,
}

/// What a store gets from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sourcing {
    /// Units from the warehouse.
    pub transfer: i64,
    /// Units bought for the store.
    pub buy: i64,
    /// Why.
    pub reason: Sentence,
}

/// Splits a need between the warehouse, which has `available` units free, and the supplier.
///
/// Each way costs its handling and the sales that are lost while the goods are on their way; the cheaper goes first, the
/// warehouse when both are equal, since those goods are paid for. What the warehouse cannot give is bought.
pub fn source(
    need: i64,
    available: i64,
    position: i64,
    daily: DailyDemand,
    stockout_cost: f64,
    transfer: &Way,
    buy: &Way,
) -> Result<Sourcing, PolicyError> {
    let bought = |units: i64| if units > 0 { buy.pack.up(units.max(buy.moq)) } else { 0 };
    let from_stock = transfer.pack.down(available.min(transfer.pack.up(need)));
    if need <= 0 {
        let reason = Sentence::fixed("Nothing is needed.", "無需補貨。");
        return Ok(Sourcing { transfer: 0, buy: 0, reason });
    }
    if from_stock <= 0 || from_stock < transfer.moq {
        let reason = Sentence::fixed(
            "The warehouse has no full pack to give; bought.",
            "倉庫不足一個包裝，改為採購。",
        );
        return Ok(Sourcing { transfer: 0, buy: bought(need), reason });
    }
    let units = need.min(from_stock);
    let waiting = |way: &Way| -> Result<f64, PolicyError> {
        let demand = Demand::over(daily.mean * way.lead_days, daily.sigma * daily.sigma * way.lead_days)?;
        let handling = way.fixed + way.per_unit * crate::count::as_float(units);
        Ok(handling + stockout_cost.max(0.0) * demand.loss(position))
    };
    let (by_transfer, by_purchase) = (waiting(transfer)?, waiting(buy)?);
    if by_purchase < by_transfer {
        let reason = Sentence::new(
            format!(
                "Buying costs {by_purchase:.2}, a transfer {by_transfer:.2}, lost sales while waiting included."
            ),
            format!("連同等候期間的缺貨損失，採購成本為 {by_purchase:.2}，調撥為 {by_transfer:.2}。"),
        );
        return Ok(Sourcing { transfer: 0, buy: bought(need), reason });
    }
    let reason = Sentence::new(
        format!(
            "The warehouse gives {from_stock}; a transfer costs {by_transfer:.2}, buying {by_purchase:.2}."
        ),
        format!("由倉庫調撥 {from_stock} 件；調撥成本為 {by_transfer:.2}，採購為 {by_purchase:.2}。"),
    );
    Ok(Sourcing { transfer: from_stock, buy: bought(need - from_stock), reason })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    const DAILY: DailyDemand = DailyDemand { mean: 3.0, sigma: 2.0 };

    fn way(lead_days: f64, fixed: f64, pack: i64, moq: i64) -> Way {
        Way { lead_days, fixed, per_unit: 0.1, pack: Pack::new(pack).unwrap(), moq }
    }

    #[test]
    fn the_warehouse_gives_what_it_has_and_the_rest_is_bought() {
        let found = source(40, 20, 2, DAILY, 5.0, &way(1.0, 5.0, 6, 0), &way(7.0, 5.0, 12, 24)).unwrap();
        assert_eq!((found.transfer, found.buy), (18, 24));
    }

    #[test]
    fn a_dear_trip_for_a_few_units_is_not_made() {
        let found = source(6, 20, 30, DAILY, 5.0, &way(1.0, 200.0, 6, 0), &way(3.0, 0.0, 6, 0)).unwrap();
        assert_eq!((found.transfer, found.buy), (0, 6));
    }

    #[test]
    fn never_more_than_the_warehouse_has() {
        for available in [-5, 0, 3, 5, 6, 11, 12, 500] {
            let found =
                source(10, available, 0, DAILY, 5.0, &way(1.0, 0.0, 6, 0), &way(2.0, 0.0, 1, 0)).unwrap();
            assert!(found.transfer <= available.max(0) && found.transfer % 6 == 0);
            assert!(found.transfer + found.buy >= 10);
        }
    }
}
