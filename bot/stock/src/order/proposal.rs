//! What the program would order of one supplier on one day.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::policy::class::Class;
use crate::policy::{Line, OrderRules};

/// Who delivers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Supplier {
    /// As the stock list names it.
    pub id: String,
    /// As the accounting system and the paper name it.
    pub name: String,
    /// Where orders are mailed to; none when they are not mailed.
    pub mail: Vec<String>,
    /// `en` or `zh-Hant`: the language of the paper.
    pub language: Option<String>,
}

impl Supplier {
    /// One of whom nothing is known but what the stock list says.
    pub fn named(id: &str) -> Self {
        Self { id: id.to_owned(), name: id.to_owned(), ..Self::default() }
    }
}

/// A proposal: one paper for one supplier and day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its number, which the purchase order keeps: `PO-20261123-01`.
    pub number: String,
    /// The day for which it was reckoned.
    pub day: NaiveDate,
    /// Who delivers.
    pub supplier: Supplier,
    /// ISO 4217, such as `HKD`.
    pub currency: String,
    /// Who orders, as the paper says.
    pub buyer: String,
    /// Lines that order something first, then those that do not, each by store and SKU.
    pub lines: Vec<ProposedLine>,
}

/// A line, with what the page shows beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProposedLine {
    /// How much, or why nothing, and every figure behind it.
    pub line: Line,
    /// What the goods are called; the SKU where nobody said.
    pub name: String,
    /// Pack, minimum, limits.
    pub rules: OrderRules,
    /// Landed cost of a base unit; zero when nobody said.
    pub unit_cost: Decimal,
    /// Days from the order to the delivery, as reckoned with.
    pub lead_days: f64,
    /// Days until the next order.
    pub review_days: f64,
    /// ABC×XYZ.
    pub class: Option<Class>,
    /// What was sold and what is expected, for a picture; only of lines that have a forecast.
    pub outlook: Option<Outlook>,
}

/// What was sold, and what is expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// The first day of `sold`; its last day is the one before `days` begin.
    pub first: NaiveDate,
    /// Units sold a day; none where the shelf was empty, the shop closed or nothing is known.
    pub sold: Vec<Option<f64>>,
    /// From the day of the proposal on.
    pub days: Vec<Day>,
}

/// What is expected of a day, in units.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Day {
    /// The mean.
    pub mean: f64,
    /// On nine days of ten it is at least this.
    pub low: f64,
    /// On nine days of ten it is at most this.
    pub high: f64,
}

impl ProposedLine {
    /// `store/sku`: its key among the lines of one proposal.
    pub fn key(&self) -> String {
        format!("{}/{}", self.line.id.store, self.line.id.sku)
    }
}

impl Proposal {
    /// The lines that order something.
    pub fn ordering(&self) -> impl Iterator<Item = &ProposedLine> {
        self.lines.iter().filter(|line| line.line.outcome.units() > 0)
    }

    /// What the proposed lines cost.
    pub fn total(&self) -> Decimal {
        self.ordering().map(|line| line.line.cost).sum()
    }

    /// The line of this key (`store/sku`).
    pub fn line(&self, key: &str) -> Option<&ProposedLine> {
        self.lines.iter().find(|line| line.key() == key)
    }
}
