//! Whether the data is good enough to forecast and order from: every check with its limit, what was found and each
//! defect, before anything is forecast.
//!
//! [`Evidence`] is what is looked at, [`Limits`] are the limits, [`assess`] makes the [`Report`]; each check has a file of
//! its own. A limit is compared in whole numbers: 94.99 % fails where 95 % is asked. [`audit_sample`] draws the rows that
//! a person looks at, the same ones for the same seed.

mod accuracy;
mod audit;
mod check;
mod completeness;
mod freshness;
mod history;
mod keys;
mod lead_times;
mod limits;
mod promotions;
mod records;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

pub use audit::audit_sample;
pub use check::{Check, CheckId, Defect, Verdict};
pub use limits::Limits;

use crate::event::{Event, Tally};
use crate::ledger::{Ledger, in_force};

/// What the report is made of.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// All accepted events.
    pub events: &'a [Event],
    /// The same, folded.
    pub ledger: &'a Ledger,
    /// What came in, also what was refused.
    pub tally: &'a Tally,
    /// The goods that the purchasing system knows.
    pub erp_skus: &'a BTreeSet<String>,
    /// By store the days on which it was closed, as far as somebody has declared them.
    pub closed_days: &'a BTreeMap<String, BTreeSet<NaiveDate>>,
    /// Suppliers for whom somebody has declared a lead time.
    pub declared_lead_times: &'a BTreeSet<String>,
    /// Now.
    pub now: DateTime<FixedOffset>,
}

/// The report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// When it was made.
    pub at: DateTime<FixedOffset>,
    /// The worst of the checks.
    pub verdict: Verdict,
    /// Every check, in the order of the list.
    pub checks: Vec<Check>,
}

impl Report {
    /// Whether ordering may go on: no check fails.
    pub fn is_ready(&self) -> bool {
        self.verdict < Verdict::Fail
    }

    /// One check.
    pub fn check(&self, id: CheckId) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id)
    }
}

/// Goes through all checks.
pub fn assess(evidence: &Evidence<'_>, limits: &Limits) -> Report {
    let holding = in_force(evidence.events, evidence.ledger.cut_off);
    let checks = vec![
        completeness::check(evidence, limits),
        history::length(evidence, limits),
        history::grain(evidence),
        history::zone(evidence),
        freshness::check(evidence, limits),
        records::duplicates(evidence, limits),
        records::negative_on_hand(evidence, limits),
        keys::check(evidence, &holding, limits),
        promotions::check(evidence, &holding),
        lead_times::check(evidence, &holding, limits),
        accuracy::check(evidence, limits),
    ];
    let verdict = checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Fail);
    Report { at: evidence.now, verdict, checks }
}
