//! What is known of single periods beside the value. Most series have none, and none costs nothing.

use serde::{Deserialize, Serialize};

/// A mark that a period may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// On-hand was zero: what was sold says little of what was asked for, so the period is left out.
    StockOut,
    /// The store was closed: no sale, and no sign of no demand.
    Closed,
    /// The item was on promotion.
    Promotion,
    /// The value cannot be used (not a number, or two values for one period).
    Unknown,
}

/// The marks of a series, sorted period numbers counted from its first period. Periods after the cut-off are what is
/// planned: promotions to come, days on which the store will be closed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Marks {
    stock_out: Vec<u32>,
    closed: Vec<u32>,
    promotion: Vec<u32>,
    unknown: Vec<u32>,
    price: Vec<(u32, f32)>,
}

impl Marks {
    fn list(&self, mark: Mark) -> &Vec<u32> {
        match mark {
            Mark::StockOut => &self.stock_out,
            Mark::Closed => &self.closed,
            Mark::Promotion => &self.promotion,
            Mark::Unknown => &self.unknown,
        }
    }

    fn list_mut(&mut self, mark: Mark) -> &mut Vec<u32> {
        match mark {
            Mark::StockOut => &mut self.stock_out,
            Mark::Closed => &mut self.closed,
            Mark::Promotion => &mut self.promotion,
            Mark::Unknown => &mut self.unknown,
        }
    }

    /// Puts the mark on these periods, which ascend, and on no other.
    pub(crate) fn set(&mut self, mark: Mark, periods: Vec<u32>) {
        *self.list_mut(mark) = periods;
    }

    /// Puts a mark on a period, counted from the first period of the series.
    pub fn put(&mut self, mark: Mark, period: u32) {
        let list = self.list_mut(mark);
        if let Err(place) = list.binary_search(&period) {
            list.insert(place, period);
        }
    }

    /// The selling price from a period on, until the next that is said.
    pub fn price_from(&mut self, period: u32, price: f32) {
        match self.price.binary_search_by_key(&period, |(at, _)| *at) {
            Ok(place) => self.price[place].1 = price,
            Err(place) => self.price.insert(place, (period, price)),
        }
    }

    /// The periods with this mark, in order.
    pub fn periods(&self, mark: Mark) -> &[u32] {
        self.list(mark)
    }

    /// Whether the period has the mark.
    pub fn has(&self, mark: Mark, period: usize) -> bool {
        u32::try_from(period).is_ok_and(|period| self.list(mark).binary_search(&period).is_ok())
    }

    /// The price in a period: the last that was said at or before it.
    pub fn price(&self, period: usize) -> Option<f32> {
        let period = u32::try_from(period).ok()?;
        let after = self.price.partition_point(|(at, _)| *at <= period);
        after.checked_sub(1).map(|last| self.price[last].1)
    }

    /// The marks of a series that begins `start` periods later.
    #[must_use]
    pub fn from(&self, start: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let later = |list: &Vec<u32>| list.iter().filter_map(|period| period.checked_sub(start)).collect();
        let mut price: Vec<(u32, f32)> =
            self.price.iter().filter_map(|(at, price)| Some((at.checked_sub(start)?, *price))).collect();
        let before = self.price.partition_point(|(at, _)| *at <= start);
        if let Some(last) = before.checked_sub(1)
            && price.first().is_none_or(|(at, _)| *at > 0)
        {
            price.insert(0, (0, self.price[last].1));
        }
        Self {
            stock_out: later(&self.stock_out),
            closed: later(&self.closed),
            promotion: later(&self.promotion),
            unknown: later(&self.unknown),
            price,
        }
    }

    /// Whether there is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.stock_out.is_empty()
            && self.closed.is_empty()
            && self.promotion.is_empty()
            && self.unknown.is_empty()
            && self.price.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_put_twice_stands_once_and_the_order_does_not_matter() {
        let mut marks = Marks::default();
        for period in [7, 3, 7, 0] {
            marks.put(Mark::Promotion, period);
        }
        assert_eq!(marks.periods(Mark::Promotion), [0, 3, 7]);
        assert!(
            marks.has(Mark::Promotion, 3) && !marks.has(Mark::Promotion, 4) && !marks.has(Mark::Closed, 3)
        );
    }

    #[test]
    fn a_price_holds_until_the_next() {
        let mut marks = Marks::default();
        marks.price_from(5, 9.5);
        marks.price_from(2, 12.0);
        assert_eq!([marks.price(1), marks.price(4), marks.price(9)], [None, Some(12.0), Some(9.5)]);
    }
}
