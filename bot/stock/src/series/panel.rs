//! The panel: series that share a period and a cut-off.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{DemandFinding, Every, Mark, Marks};

/// One demand series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Number of the item in the panel's list of items.
    pub item: u32,
    /// Number of the store in the panel's list of stores.
    pub store: u32,
    /// First day of the first period.
    pub first: NaiveDate,
    /// Units a period, ≥ 0 and finite, dense from `first` to the cut-off.
    pub values: Vec<f32>,
    /// What is known of single periods; absent when there is nothing.
    pub marks: Option<Box<Marks>>,
}

impl Series {
    /// Whether the period carries the mark.
    pub fn has(&self, mark: Mark, period: usize) -> bool {
        self.marks.as_ref().is_some_and(|marks| marks.has(mark, period))
    }

    /// Whether the value shows demand: the item could be bought and the figure can be trusted.
    pub fn shows_demand(&self, period: usize) -> bool {
        !self.marks.as_ref().is_some_and(|marks| {
            [Mark::StockOut, Mark::Closed, Mark::Unknown].iter().any(|mark| marks.has(*mark, period))
        })
    }
}

/// Series of the same period and cut-off, sorted by item and then store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    /// The length of a period.
    pub every: Every,
    /// First day of the last period known. Every series ends with it.
    pub cut_off: NaiveDate,
    /// Names of the items.
    pub items: Vec<String>,
    /// Names of the stores.
    pub stores: Vec<String>,
    /// The series.
    pub series: Vec<Series>,
    /// What was wrong in what was read.
    pub findings: Vec<DemandFinding>,
}

impl Panel {
    /// A panel without anything.
    pub fn empty(every: Every, cut_off: NaiveDate) -> Self {
        Self { every, cut_off, items: vec![], stores: vec![], series: vec![], findings: vec![] }
    }

    /// The item's name.
    pub fn item(&self, series: &Series) -> &str {
        self.items.get(series.item as usize).map_or("", String::as_str)
    }

    /// The store's name.
    pub fn store(&self, series: &Series) -> &str {
        self.stores.get(series.store as usize).map_or("", String::as_str)
    }

    /// First day of the first period to be forecast.
    pub fn next(&self) -> NaiveDate {
        self.every.after(self.cut_off, 1)
    }

    /// The panel as it was known `periods` ago, with at most `history` periods: for rolling origins. What was marked for
    /// the periods cut off stays as what was planned.
    #[must_use]
    pub fn as_of(&self, periods: usize, history: usize) -> Self {
        let series =
            self.series.iter().filter_map(|series| series.as_of(self.every, periods, history)).collect();
        let cut_off =
            self.series.iter().map(|series| series.values.len()).max().map_or(self.cut_off, |longest| {
                let first = self
                    .series
                    .iter()
                    .find(|series| series.values.len() == longest)
                    .map_or(self.cut_off, |series| series.first);
                self.every.after(first, longest.saturating_sub(periods + 1))
            });
        Self { cut_off, series, findings: vec![], ..Self::empty(self.every, cut_off) }.named(self)
    }

    fn named(mut self, from: &Self) -> Self {
        self.items.clone_from(&from.items);
        self.stores.clone_from(&from.stores);
        self
    }
}

impl Series {
    fn as_of(&self, every: Every, periods: usize, history: usize) -> Option<Self> {
        let end = self.values.len().checked_sub(periods).filter(|end| *end > 0)?;
        let start = end.saturating_sub(history);
        let marks = self.marks.as_ref().map(|marks| Box::new(marks.from(start)));
        Some(Self {
            first: every.after(self.first, start),
            values: self.values[start..end].to_vec(),
            marks,
            item: self.item,
            store: self.store,
        })
    }
}
