//! One SKU in one store.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::event::{EventId, Moment};

/// What is known of one SKU in one store at the cut-off. All quantities are base units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Demand by day, never negative; a day with 0 was told, a day that is not here was not.
    pub demand: BTreeMap<NaiveDate, i64>,
    /// Days touched by a promotion, also ones to come.
    pub promo_days: BTreeSet<NaiveDate>,
    /// On the shelf by the record; negative when the record is wrong. `None` as long as nobody has counted.
    pub on_hand: Option<i64>,
    /// Why the record is known at all.
    pub basis: OnHandBasis,
    /// The first day at whose end the record was known.
    pub known_since: Option<NaiveDate>,
    /// Ordered from suppliers and not yet received.
    pub on_order: i64,
    /// On its way from another store.
    pub in_transit: i64,
    /// Put aside for somebody.
    pub reserved: i64,
    /// Days over which the record never showed anything to sell and nothing was sold.
    pub stock_out_days: BTreeSet<NaiveDate>,
    /// Every count with what the record said before it, oldest first.
    pub counts: Vec<CountVariance>,
    /// The last price that was announced.
    pub unit_price: Option<Decimal>,
}

impl Account {
    /// `on_hand + on_order + in_transit − reserved`; `None` as long as on-hand is not known.
    pub fn inventory_position(&self) -> Option<i64> {
        Some(self.on_hand? + self.on_order + self.in_transit - self.reserved)
    }

    /// Demand of every day from the first to the last, 0 where nothing was told.
    pub fn daily(&self, first: NaiveDate, last: NaiveDate) -> Vec<i64> {
        let days = (last - first + TimeDelta::days(1)).num_days().max(0);
        let days = usize::try_from(days).unwrap_or(0);
        first.iter_days().take(days).map(|day| self.demand.get(&day).copied().unwrap_or(0)).collect()
    }
}

/// Why on-hand is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnHandBasis {
    /// It is not.
    #[default]
    Unknown,
    /// The first thing that ever happened was a delivery: there was nothing before.
    FirstDelivery,
    /// Somebody counted.
    Counted,
}

/// A count beside the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountVariance {
    /// The count.
    pub event_id: EventId,
    /// When it was counted.
    pub at: Moment,
    /// What is there.
    pub counted: i64,
    /// What the record said just before; or the count itself, where it brings its own variance.
    pub book: Option<i64>,
}

impl CountVariance {
    /// Counted less the record.
    pub fn variance(&self) -> Option<i64> {
        Some(self.counted - self.book?)
    }
}
