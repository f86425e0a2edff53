//! Order `Q` whenever the inventory position falls to `r`: the (r, Q) policy, exact for Poisson demand and by the
//! expected-inventory-level approximation for normal demand.
//!
//! Sources: Federgruen and Zheng (1992) for the exact search; Hadley and Whitin (1963) for the approximation, as told by
//! Snyder and Shen, chapter 5.

use serde::{Deserialize, Serialize};

use crate::count;
use crate::policy::demand::Demand;
use crate::policy::eoq::eoq;
use crate::policy::error::{PolicyError, positive};
use crate::policy::newsvendor::UnitCosts;
use crate::policy::normal::Normal;

/// Steps after which a search is given up.
const PATIENCE: i64 = 1_000_000;

/// A reorder point and an order quantity with their cost per unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReorderPoint<Units> {
    /// Order when the inventory position is at or below this.
    pub reorder_point: Units,
    /// Order this much.
    pub quantity: Units,
    /// Cost per unit of time.
    pub cost: f64,
}

/// The best (r, Q) for Poisson demand of `rate` per unit of time that arrives `lead_time` after the order.
///
/// The cost of a position is unimodal, so the best window of Q positions grows by its cheaper neighbour until a wider one
/// costs more.
pub fn reorder_poisson(
    costs: UnitCosts,
    fixed: f64,
    rate: f64,
    lead_time: f64,
) -> Result<ReorderPoint<i64>, PolicyError> {
    let fixed = positive("the cost of an order", fixed)?;
    let rate = positive("the demand rate", rate)?;
    let demand = Demand::poisson(rate * positive("the lead time", lead_time)?)?;
    let first = demand.quantile(costs.critical_ratio())?;
    let mut sum = fixed * rate + costs.of(&demand, first);
    let mut best = ReorderPoint { reorder_point: first - 1, quantity: 1, cost: sum };
    while best.quantity < PATIENCE {
        let (below, above) = (best.reorder_point, best.reorder_point + best.quantity + 1);
        let (cost_below, cost_above) = (costs.of(&demand, below), costs.of(&demand, above));
        let quantity = best.quantity + 1;
        sum += cost_below.min(cost_above);
        let cost = sum / count::as_float(quantity);
        if cost > best.cost {
            return Ok(best);
        }
        best = ReorderPoint {
            reorder_point: if cost_below < cost_above { below - 1 } else { below },
            quantity,
            cost,
        };
    }
    Err(PolicyError::Unsettled { what: "the order quantity" })
}

/// (r, Q) for normal demand (`rate` and `sigma` per unit of time) by the expected-inventory-level approximation; `stockout`
/// is per unit short, however long.
///
/// Refused (`DH-8028`) when so much may be short that the two equations have no common solution.
pub fn reorder_normal(
    costs: UnitCosts,
    fixed: f64,
    rate: f64,
    sigma: f64,
    lead_time: f64,
) -> Result<ReorderPoint<f64>, PolicyError> {
    const ENOUGH: f64 = 1e-6;
    let (mut quantity, _) = eoq(fixed, costs.holding, rate)?;
    let lead_time = positive("the lead time", lead_time)?;
    let over = Normal {
        mean: rate * lead_time,
        sigma: positive("the standard deviation", sigma)? * lead_time.sqrt(),
    };
    let mut point = 0.0;
    for _ in 0..1_000 {
        let short = quantity * costs.holding / (costs.stockout * rate);
        if short >= 1.0 {
            break;
        }
        let next_point = over.quantile(1.0 - short);
        let next = (2.0 * rate * (fixed + costs.stockout * over.loss(next_point)) / costs.holding).sqrt();
        let settled = (next - quantity).abs() <= ENOUGH && (next_point - point).abs() <= ENOUGH;
        (quantity, point) = (next, next_point);
        if settled {
            let cost = costs.holding * (point - over.mean + quantity / 2.0)
                + (fixed + costs.stockout * over.loss(point)) * rate / quantity;
            return Ok(ReorderPoint { reorder_point: point, quantity, cost });
        }
    }
    Err(PolicyError::Unsettled { what: "the reorder point" })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn exact_poisson_agrees_with_the_reference() {
        let found = reorder_poisson(UnitCosts::new(20.0, 150.0).unwrap(), 100.0, 1.5, 2.0).unwrap();
        assert_eq!((found.reorder_point, found.quantity), (3, 5));
        assert!((found.cost - 107.923_580_633_149_75).abs() < 1e-8, "{}", found.cost);
    }

    #[test]
    fn approximation_agrees_with_the_reference() {
        let costs = UnitCosts::new(0.225, 7.5).unwrap();
        let found = reorder_normal(costs, 8.0, 1300.0, 150.0, 1.0 / 12.0).unwrap();
        assert!((found.reorder_point - 213.970_442_135_802_44).abs() < 1e-5, "{found:?}");
        assert!((found.quantity - 318.590_181_076_872_9).abs() < 1e-5, "{found:?}");
        assert!((found.cost - 95.451_140_222_851_96).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn a_stock_out_that_costs_next_to_nothing_has_no_reorder_point() {
        let costs = UnitCosts::new(10.0, 0.01).unwrap();
        assert_eq!(reorder_normal(costs, 8.0, 10.0, 3.0, 1.0).unwrap_err().code(), "DH-8028");
    }
}
