//! The newsvendor: the level at which one more unit costs as much to keep as to miss.
//!
//! Source: Snyder and Shen, *Fundamentals of Supply Chain Theory*, chapter 4.

use crate::count;
use crate::policy::demand::Demand;
use crate::policy::error::{PolicyError, mean_of, positive};
use crate::policy::normal::{Normal, density, z};

/// What a unit costs when it is left over and when it is missing, per period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitCosts {
    /// Holding one unit for a period.
    pub holding: f64,
    /// Missing the sale of one unit.
    pub stockout: f64,
}

impl UnitCosts {
    /// Both must be above zero (`DH-8024`).
    pub fn new(holding: f64, stockout: f64) -> Result<Self, PolicyError> {
        Ok(Self {
            holding: positive("the holding cost", holding)?,
            stockout: positive("the stock-out cost", stockout)?,
        })
    }

    /// The critical ratio p / (p + h): the cycle service worth paying for.
    pub fn critical_ratio(&self) -> f64 {
        self.stockout / (self.stockout + self.holding)
    }

    /// The expected cost of a level of stock: h·E\[left over\] + p·E\[short\].
    pub fn of(&self, demand: &Demand, level: i64) -> f64 {
        self.holding * demand.left_over(level) + self.stockout * demand.loss(level)
    }
}

/// The best level and its cost for normal demand, over the lead time and the period itself.
///
/// `mean` and `sigma` are of one period; `lead_time` counts periods, 0 when goods come at once.
pub fn newsvendor_normal(
    costs: UnitCosts,
    mean: f64,
    sigma: f64,
    lead_time: f64,
) -> Result<(f64, f64), PolicyError> {
    let (mean, sigma) = (mean_of(mean)?, positive("the standard deviation", sigma)?);
    let periods = 1.0 + mean_of(lead_time)?;
    let over = Normal { mean: mean * periods, sigma: sigma * periods.sqrt() };
    let ratio = costs.critical_ratio();
    let cost = (costs.holding + costs.stockout) * density(z(ratio)) * over.sigma;
    Ok((over.quantile(ratio), cost))
}

/// The best level and its cost for Poisson demand.
pub fn newsvendor_poisson(costs: UnitCosts, mean: f64) -> Result<(i64, f64), PolicyError> {
    newsvendor(costs, &Demand::poisson(mean)?)
}

/// The best level and its cost for any demand.
pub fn newsvendor(costs: UnitCosts, demand: &Demand) -> Result<(i64, f64), PolicyError> {
    let level = demand.quantile(costs.critical_ratio())?.min(count::LARGEST);
    Ok((level, costs.of(demand, level)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn normal_agrees_with_the_reference() {
        let costs = UnitCosts::new(0.18, 0.70).unwrap();
        let (level, cost) = newsvendor_normal(costs, 50.0, 8.0, 0.0).unwrap();
        assert!((level - 56.603_955_927_433_89).abs() < 1e-8, "{level}");
        assert!((cost - 1.997_605_193_176_644_5).abs() < 1e-8, "{cost}");
        let (level, _) = newsvendor_normal(costs, 50.0, 8.0, 3.0).unwrap();
        assert!((level - 213.207_911_854_867_77).abs() < 1e-8, "{level}");
    }

    #[test]
    fn poisson_agrees_with_the_reference() {
        let (level, cost) = newsvendor_poisson(UnitCosts::new(1.0, 4.0).unwrap(), 6.0).unwrap();
        assert_eq!(level, 8);
        assert!((cost - 3.570_106_945_770_937_6).abs() < 1e-9, "{cost}");
    }

    #[test]
    fn a_cost_of_nothing_is_refused() {
        assert_eq!(UnitCosts::new(0.0, 1.0).unwrap_err().code(), "DH-8024");
    }
}
