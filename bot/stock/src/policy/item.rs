//! Everything that decides the line of one SKU in one store.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::count;
use crate::policy::cap::{CapRule, MoqRule};
use crate::policy::error::PolicyError;
use crate::policy::pack::Pack;
use crate::policy::position::Position;
use crate::policy::protection::{DailyDemand, Protection};
use crate::policy::target::Goal;

/// Whether a SKU may be ordered by the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It may.
    #[default]
    Active,
    /// It is sold off and not bought again.
    Discontinued,
    /// A person has stopped it.
    Blocked,
    /// It is not in the scope that was agreed; a person orders it.
    OutOfScope,
}

/// How long a SKU keeps.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ShelfLife {
    /// Days from receipt to expiry.
    pub days: f64,
    /// How sure one is to sell what is held: the quantile of demand over (shelf life − P). 0.5 is "as likely as not"; lower
    /// wastes less.
    pub quantile: f64,
}

/// The terms of ordering a SKU for a store.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OrderRules {
    /// Base units in a pack.
    pub pack: Pack,
    /// The supplier's minimum, in base units; 0 for none.
    pub moq: i64,
    /// What happens below it.
    pub moq_rule: MoqRule,
    /// The most that the store may hold.
    pub max_stock: Option<i64>,
    /// How long it keeps, if it does not for ever.
    pub shelf_life: Option<ShelfLife>,
    /// How packs are rounded under either cap.
    pub cap_rule: CapRule,
    /// Units the shelf needs to look kept; the target is never below.
    pub presentation: i64,
}

impl Default for OrderRules {
    fn default() -> Self {
        Self {
            pack: Pack::SINGLE,
            moq: 0,
            moq_rule: MoqRule::default(),
            max_stock: None,
            shelf_life: None,
            cap_rule: CapRule::default(),
            presentation: 0,
        }
    }
}

impl OrderRules {
    /// Refuses quantities below zero or beyond any shop (`DH-8027`).
    pub fn checked(self) -> Result<Self, PolicyError> {
        let named = [
            ("the minimum order 最低訂購量", Some(self.moq)),
            ("the presentation minimum 陳列最低量", Some(self.presentation)),
            ("the maximum stock 庫存上限", self.max_stock),
        ];
        let wrong = named.into_iter().find_map(|(what, units)| {
            units
                .filter(|units| !(0..=count::LARGEST).contains(units))
                .map(|units| PolicyError::Quantity { what, units })
        });
        wrong.map_or(Ok(self), Err)
    }
}

/// Everything that decides one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The store.
    pub store: String,
    /// The SKU.
    pub sku: String,
    /// Who delivers it.
    pub supplier: Option<String>,
    /// Whether it may be ordered.
    pub standing: Standing,
    /// What the store has, expects and owes.
    pub position: Position,
    /// Whether the record looks wrong ([`record_looks_wrong`](crate::policy::position::record_looks_wrong)).
    pub count_first: bool,
    /// The forecast, if there is one.
    pub forecast: Option<DailyDemand>,
    /// Review period and lead time.
    pub protection: Protection,
    /// The service it must give.
    pub goal: Goal,
    /// The terms of ordering.
    pub rules: OrderRules,
    /// Landed cost of a base unit.
    pub unit_cost: Decimal,
    /// What a lost sale of a base unit loses.
    pub unit_margin: Decimal,
    /// Room that a base unit takes in a delivery, in any whole measure (cm³, g); 0 when it does not matter.
    pub unit_load: i64,
}

impl Item {
    /// What so many units cost; a cost below zero is a wrong record and counts as nothing.
    pub fn cost(&self, units: i64) -> Decimal {
        self.unit_cost.max(Decimal::ZERO).saturating_mul(Decimal::from(units))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn a_barcode_in_a_quantity_is_refused() {
        assert!(OrderRules::default().checked().is_ok());
        for rules in [
            OrderRules { moq: -1, ..OrderRules::default() },
            OrderRules { max_stock: Some(i64::MAX), ..OrderRules::default() },
        ] {
            assert_eq!(rules.checked().unwrap_err().code(), "DH-8027");
        }
    }
}
