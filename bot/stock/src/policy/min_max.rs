//! Order up to `S` whenever the position is at or below `s`: the (s, S) policy, exact for Poisson demand and by the power
//! approximation.
//!
//! Sources: Zheng and Federgruen (1991) for the exact search; Ehrhardt and Mosier (1984) for the power approximation.

use serde::{Deserialize, Serialize};

use crate::count;
use crate::policy::demand::Demand;
use crate::policy::error::{PolicyError, positive};
use crate::policy::newsvendor::UnitCosts;

/// Levels after which a search is given up.
const PATIENCE: i64 = 100_000;

/// A minimum and a maximum with their cost per period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinMax<Units> {
    /// Order when the inventory position is at or below this.
    pub minimum: Units,
    /// Order up to this.
    pub maximum: Units,
}

/// The power approximation for demand with this mean and standard deviation over the lead time and a period.
pub fn min_max_power(
    costs: UnitCosts,
    fixed: f64,
    mean: f64,
    sigma: f64,
) -> Result<MinMax<f64>, PolicyError> {
    let fixed = positive("the cost of an order", fixed)?;
    let (mean, sigma) = (positive("the mean demand", mean)?, positive("the standard deviation", sigma)?);
    let quantity = 1.30
        * mean.powf(0.494)
        * (fixed / costs.holding).powf(0.506)
        * (1.0 + (sigma / mean).powi(2)).powf(0.116);
    let z = (quantity / sigma * costs.holding / costs.stockout).sqrt();
    let minimum = 0.973 * mean + sigma * (0.183 / z + 1.063 - 2.192 * z);
    Ok(MinMax { minimum, maximum: minimum + quantity })
}

/// The best (s, S) and its cost per period for Poisson demand with this mean per period.
pub fn min_max_poisson(costs: UnitCosts, fixed: f64, mean: f64) -> Result<(MinMax<i64>, f64), PolicyError> {
    let fixed = positive("the cost of an order", fixed)?;
    let demand = Demand::poisson(positive("the mean demand", mean)?)?;
    let cycle = Cycle { costs, fixed, demand: &demand };
    let lowest = demand.quantile(costs.critical_ratio())?;
    let mut minimum = lowest - 1;
    while cycle.cost(minimum, lowest) > cycle.period(minimum) {
        minimum -= 1;
        if lowest - minimum > PATIENCE {
            return Err(PolicyError::Unsettled { what: "the minimum" });
        }
    }
    let mut best = (MinMax { minimum, maximum: lowest }, cycle.cost(minimum, lowest));
    let mut maximum = lowest + 1;
    // no level whose own cost is above the best average can be the order-up-to level
    while cycle.period(maximum) <= best.1 {
        if cycle.cost(best.0.minimum, maximum) < best.1 {
            while cycle.cost(minimum, maximum) <= cycle.period(minimum + 1) {
                minimum += 1;
            }
            best = (MinMax { minimum, maximum }, cycle.cost(minimum, maximum));
        }
        maximum += 1;
        if maximum - lowest > PATIENCE {
            return Err(PolicyError::Unsettled { what: "the maximum" });
        }
    }
    Ok(best)
}

/// One cycle from an order to the next, as a renewal process.
struct Cycle<'a> {
    costs: UnitCosts,
    fixed: f64,
    demand: &'a Demand,
}

impl Cycle<'_> {
    /// The cost of a period that begins at a level.
    fn period(&self, level: i64) -> f64 {
        self.costs.of(self.demand, level)
    }

    /// The average cost per period of (s, S): `visits[j]` is how often the position stands `j` below S in a cycle.
    fn cost(&self, minimum: i64, maximum: i64) -> f64 {
        let steps = count::index(maximum - minimum);
        let mass: Vec<f64> = (0..steps).map(|k| self.demand.pmf(count::of(k))).collect();
        let mut visits: Vec<f64> = Vec::with_capacity(steps);
        let stay = 1.0 - self.demand.pmf(0);
        for j in 0..steps {
            let arrived: f64 = if j == 0 { 1.0 } else { (1..=j).map(|k| mass[k] * visits[j - k]).sum() };
            visits.push(arrived / stay);
        }
        let periods: f64 = visits.iter().sum();
        let spent: f64 =
            visits.iter().enumerate().map(|(j, visits)| visits * self.period(maximum - count::of(j))).sum();
        (self.fixed + spent) / periods
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn power_approximation_agrees_with_the_reference() {
        let found = min_max_power(UnitCosts::new(0.18, 0.7).unwrap(), 2.5, 50.0, 8.0).unwrap();
        assert!((found.minimum - 40.194_616_956_474_07).abs() < 1e-9, "{found:?}");
        assert!((found.maximum - 74.290_170_109_805_79).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn exact_poisson_agrees_with_the_reference() {
        let (found, cost) = min_max_poisson(UnitCosts::new(1.0, 4.0).unwrap(), 5.0, 6.0).unwrap();
        assert_eq!(found, MinMax { minimum: 4, maximum: 10 });
        assert!((cost - 8.034_111_561_471_642).abs() < 1e-8, "{cost}");
    }

    #[test]
    fn exact_poisson_is_the_best_of_all_levels() {
        let (costs, fixed) = (UnitCosts::new(1.0, 9.0).unwrap(), 8.0);
        let (_, cost) = min_max_poisson(costs, fixed, 3.0).unwrap();
        let demand = Demand::poisson(3.0).unwrap();
        let cycle = Cycle { costs, fixed, demand: &demand };
        let all = (-3..12).flat_map(|s| (s + 1..25).map(move |big| (s, big)));
        let best = all.map(|(s, big)| cycle.cost(s, big)).fold(f64::INFINITY, f64::min);
        assert!((cost - best).abs() < 1e-9, "{cost} {best}");
    }
}
