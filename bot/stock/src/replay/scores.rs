//! What came of a policy, in exact counts.

use std::iter::Sum;
use std::ops::Add;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::count;

/// Counts of a simulated period, of one SKU or of many.
///
/// Stock-outs are counted twice, because the two counts can move in opposite directions: by days (share of days that end
/// with an empty shelf) and by units (share of demand that was lost). An acceptance must name the one it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scores {
    /// Days, summed over SKUs.
    pub days: i64,
    /// Units wanted.
    pub demand: i64,
    /// Units sold.
    pub sold: i64,
    /// Units lost: wanted, not on the shelf.
    pub lost: i64,
    /// Days that ended with an empty shelf.
    pub out_days: i64,
    /// Units on the shelf at the end of each day, summed.
    pub stock_days: i64,
    /// Orders of one SKU for one store.
    pub order_lines: i64,
    /// Units ordered.
    pub ordered: i64,
    /// Cost of what was sold.
    pub cost_of_sales: Decimal,
    /// Cost of what was on the shelf at the end of each day, summed.
    pub stock_cost_days: Decimal,
}

impl Scores {
    /// Share of demand lost.
    pub fn lost_share(&self) -> f64 {
        share(self.lost, self.demand)
    }

    /// Share of days that ended with an empty shelf.
    pub fn out_day_share(&self) -> f64 {
        share(self.out_days, self.days)
    }

    /// Average units in stock per SKU.
    pub fn average_stock(&self) -> f64 {
        share(self.stock_days, self.days)
    }

    /// Stock turns a year: cost of sales over average stock at cost; 0 without stock.
    pub fn turns(&self) -> f64 {
        let stock = self.stock_cost_days.to_f64().unwrap_or(0.0);
        if stock > 0.0 { 365.0 * self.cost_of_sales.to_f64().unwrap_or(0.0) / stock } else { 0.0 }
    }
}

fn share(part: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { count::as_float(part) / count::as_float(whole) }
}

impl Add for Scores {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            days: self.days + other.days,
            demand: self.demand + other.demand,
            sold: self.sold + other.sold,
            lost: self.lost + other.lost,
            out_days: self.out_days + other.out_days,
            stock_days: self.stock_days.saturating_add(other.stock_days),
            order_lines: self.order_lines + other.order_lines,
            ordered: self.ordered.saturating_add(other.ordered),
            cost_of_sales: self.cost_of_sales.saturating_add(other.cost_of_sales),
            stock_cost_days: self.stock_cost_days.saturating_add(other.stock_cost_days),
        }
    }
}

impl Sum for Scores {
    fn sum<I: Iterator<Item = Self>>(scores: I) -> Self {
        scores.fold(Self::default(), Add::add)
    }
}
