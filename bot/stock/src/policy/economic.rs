//! The service level worth paying for, SKU by SKU: margin against holding cost, with a floor by class.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::policy::class::{Abc, Class};
use crate::policy::error::{PolicyError, positive};
use crate::policy::target::{HIGHEST, LOWEST};

/// What a SKU earns and costs, in the currency of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitMoney {
    /// Selling price of a base unit.
    pub price: Decimal,
    /// Landed cost of a base unit.
    pub cost: Decimal,
}

impl UnitMoney {
    /// Price less cost: what a lost sale loses.
    pub fn margin(&self) -> Decimal {
        self.price.saturating_sub(self.cost)
    }
}

/// The least service by ABC class, whatever the margin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceFloors {
    /// Class A.
    pub a: f64,
    /// Class B.
    pub b: f64,
    /// Class C.
    pub c: f64,
    /// New SKUs, under 28 days of history.
    pub new: f64,
}

impl Default for ServiceFloors {
    fn default() -> Self {
        Self { a: 0.97, b: 0.95, c: 0.90, new: 0.95 }
    }
}

impl ServiceFloors {
    /// The floor of a class.
    pub fn of(&self, class: Class) -> f64 {
        match class {
            Class::New => self.new,
            Class::Ranked { abc: Abc::A, .. } => self.a,
            Class::Ranked { abc: Abc::B, .. } => self.b,
            Class::Ranked { abc: Abc::C, .. } => self.c,
        }
    }
}

/// The share of demand worth serving: p / (p + h), where p is the margin and h what it costs to keep a unit for a review
/// period at `carrying_rate` a year (0.12 is twelve per cent); never below the floor of the class, never above 0.9999.
///
/// A SKU without margin gets the floor.
pub fn economic_service(
    money: UnitMoney,
    carrying_rate: f64,
    review_days: f64,
    floor: f64,
) -> Result<f64, PolicyError> {
    let carrying = positive("the carrying rate", carrying_rate)?;
    let review = positive("the review period", review_days)?;
    let floor = floor.clamp(LOWEST, HIGHEST);
    let margin = money.margin().to_f64().unwrap_or(0.0);
    let holding = money.cost.to_f64().unwrap_or(0.0) * carrying * review / 365.0;
    if margin <= 0.0 {
        return Ok(floor);
    }
    Ok((margin / (margin + holding.max(0.0))).clamp(floor, HIGHEST))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use crate::policy::class::Xyz;

    fn money(price: i64, cost: i64) -> UnitMoney {
        UnitMoney { price: Decimal::new(price, 2), cost: Decimal::new(cost, 2) }
    }

    #[test]
    fn dear_goods_with_thin_margins_are_worth_less_service() {
        let rich = economic_service(money(2_000, 800), 0.12, 7.0, 0.9).unwrap();
        let thin = economic_service(money(1_000, 960), 0.60, 14.0, 0.5).unwrap();
        assert!(rich > 0.998 && thin < 0.7, "{rich} {thin}");
    }

    #[test]
    fn a_loss_leader_gets_the_floor_of_its_class() {
        let floors = ServiceFloors::default();
        let floor = floors.of(Class::Ranked { abc: Abc::A, xyz: Xyz::X });
        assert!((economic_service(money(500, 600), 0.12, 7.0, floor).unwrap() - 0.97).abs() < 1e-12);
        assert_eq!(economic_service(money(5, 4), 0.0, 7.0, floor).unwrap_err().code(), "DH-8024");
    }
}
