//! What the operator decides about stock.

use std::collections::BTreeMap;

use ::stock::calendar::Calendar;
use ::stock::event::Source;
use ::stock::guard::Rules;
use ::stock::order::Supplier;
use ::stock::policy::lead_time::Declared;
use ::stock::policy::{DayLimits, Goal};
use ::stock::readiness::{CheckId, Limits};
use chrono::{FixedOffset, NaiveDate};
use rust_decimal::Decimal;

/// The rules of replenishment.
#[derive(Debug, Clone)]
pub struct StockRules {
    /// Who orders, as purchase orders say.
    pub buyer: String,
    /// The currency of costs, ISO 4217.
    pub currency: String,
    /// Days from one order to the next.
    pub review_days: u16,
    /// Days that a supplier takes of whom nothing else is known.
    pub lead_days: u16,
    /// The service that is wanted.
    pub goal: Goal,
    /// Another service for a class by value: `A`, `B`, `C`, or `N` for new goods.
    pub goals: BTreeMap<String, Goal>,
    /// What may be spent in a day on all orders together.
    pub budget: Option<Decimal>,
    /// The store that is the own warehouse, by its id.
    pub warehouse: Option<String>,
    /// What is known of suppliers, by their names in the stock list.
    pub suppliers: BTreeMap<String, SupplierRules>,
    /// The limits of the report on readiness.
    pub limits: Limits,
    /// Checks that may fail for a while.
    pub waivers: Vec<Waiver>,
    /// Events that move demand, besides the festivals of Hong Kong.
    pub calendar: Calendar,
    /// The zone of tills that write times without one; none when such times are refused.
    pub till_zone: Option<FixedOffset>,
    /// Days for which events are kept.
    pub keep_days: u16,
    /// Hours after which a stock list is too old to order by.
    pub list_hours: u16,
    /// Who hears of plans, doubts and incidents; the reviewers when empty.
    pub buyers: Vec<String>,
    /// The pilot, if one is on: only its canary is proposed automatically.
    pub pilot: Option<Pilot>,
}

/// What is known of a supplier.
#[derive(Debug, Clone, Default)]
pub struct SupplierRules {
    /// Name and addresses.
    pub supplier: Supplier,
    /// Days from one order to the next, where they differ.
    pub review_days: Option<u16>,
    /// Days from order to receipt, as agreed.
    pub lead: Option<Declared>,
    /// Room in a day's delivery, in units; no limit when absent.
    pub room: Option<i64>,
}

/// A check that may fail for a while: at most fourteen days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Which check.
    pub check: CheckId,
    /// From which day on; it ends fourteen days later at the latest.
    pub from: NaiveDate,
    /// The last day on which it holds.
    pub until: NaiveDate,
    /// Who answers for it.
    pub who: String,
    /// Why.
    pub why: String,
}

/// A pilot: half of the SKUs of each of its stores are ordered automatically, step by step.
#[derive(Debug, Clone)]
pub struct Pilot {
    /// Its name.
    pub name: String,
    /// The day on which the canary begins.
    pub from: NaiveDate,
    /// What the drawing of lots rests on.
    pub seed: String,
    /// Its stores; all when empty.
    pub stores: Vec<String>,
    /// The wording of the triggers.
    pub rules: Rules,
}

impl Default for StockRules {
    fn default() -> Self {
        Self {
            buyer: String::new(),
            currency: "HKD".to_owned(),
            review_days: 7,
            lead_days: 3,
            goal: Goal::FillRate(0.98),
            goals: BTreeMap::new(),
            budget: None,
            warehouse: None,
            suppliers: BTreeMap::new(),
            limits: Limits::default(),
            waivers: Vec::new(),
            calendar: Calendar::default(),
            till_zone: None,
            keep_days: 731,
            list_hours: 36,
            buyers: Vec::new(),
            pilot: None,
        }
    }
}

impl StockRules {
    /// What rows leave unsaid.
    pub(crate) fn source(&self, name: &str) -> Source {
        Source { name: name.to_owned(), zone: self.till_zone, store_id: None }
    }

    /// Suppliers as papers name them.
    pub(crate) fn papers(&self) -> BTreeMap<String, Supplier> {
        self.suppliers.iter().map(|(id, rules)| (id.clone(), rules.supplier.clone())).collect()
    }

    /// Days from one order to the next of this supplier.
    pub(crate) fn review_days(&self, supplier: Option<&str>) -> u16 {
        let own = supplier.and_then(|id| self.suppliers.get(id)).and_then(|rules| rules.review_days);
        own.unwrap_or(self.review_days).max(1)
    }

    /// What was agreed with this supplier.
    pub(crate) fn declared(&self, supplier: Option<&str>) -> Option<Declared> {
        supplier.and_then(|id| self.suppliers.get(id)).and_then(|rules| rules.lead)
    }

    /// What couples the lines of a day.
    pub(crate) fn day_limits(&self) -> DayLimits {
        let rooms = self.suppliers.iter().filter_map(|(id, rules)| Some((id.clone(), rules.room?)));
        DayLimits { budget: self.budget, deliveries: rooms.collect() }
    }
}

impl Waiver {
    /// Whether it holds on this day: never longer than fourteen days.
    pub(crate) fn holds(&self, day: NaiveDate) -> bool {
        const LONGEST: i64 = 14;
        day >= self.from && day <= self.until && (day - self.from).num_days() < LONGEST
    }
}
