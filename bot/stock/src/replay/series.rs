//! The history of a SKU in a store.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::policy::item::OrderRules;
use crate::replay::error::ReplayError;

/// Daily sales of a SKU in a store, and the terms on which it is ordered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The store.
    pub store: String,
    /// The SKU.
    pub sku: String,
    /// The day of the first value.
    pub first_day: NaiveDate,
    /// Units sold, one value a day without gaps; negative days (returns) count as zero demand.
    pub sold: Vec<i64>,
    /// Whether the shelf ran empty, one mark a day; empty when nobody knows, and then sales are taken for demand.
    pub stocked_out: Vec<bool>,
    /// The terms of ordering.
    pub rules: OrderRules,
    /// Landed cost of a base unit; stock and turns are valued with it.
    pub unit_cost: Decimal,
}

impl Series {
    /// Whether the shelf ran empty on a day.
    pub fn was_out(&self, day: usize) -> bool {
        self.stocked_out.get(day).copied().unwrap_or(false)
    }

    /// Refuses marks that do not cover the days (`DH-8037`).
    pub(crate) fn checked(&self) -> Result<(), ReplayError> {
        let (sold, marks) = (self.sold.len(), self.stocked_out.len());
        if marks == 0 || marks == sold {
            return Ok(());
        }
        Err(ReplayError::Marks { sku: self.sku.clone(), sold, marks })
    }
}
