//! The limits of the checks.

use serde::{Deserialize, Serialize};

/// The limits; shares in hundredths of a per cent (9 500 is 95 %).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Mandatory fields that are there, by store and field: at least 95 %.
    pub complete: u64,
    /// Days of history of every store: at least 90.
    pub history_days: u64,
    /// Below so many days nobody may waive it: 30.
    pub history_floor: u64,
    /// Hours since a store was last heard of that are told: 6.
    pub delay_alarm_hours: i64,
    /// Hours since a store was last heard of that block: 24.
    pub delay_limit_hours: i64,
    /// Duplicates among what came: at most 0.5 %.
    pub duplicates: u64,
    /// Records below zero among those that are known: at most 1 %.
    pub negative_on_hand: u64,
    /// Value sold under SKUs that purchasing knows: at least 99 %.
    pub key_match: u64,
    /// Deliveries by supplier: at least 10.
    pub receipts: u64,
    /// SKUs counted by store: at least 50, or all that it has.
    pub counted_skus: u64,
    /// Counts that agree with the record: at least 90 %.
    pub accurate: u64,
    /// Base units by which a count that agrees may differ: 1.
    pub tolerance: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            complete: 9_500,
            history_days: 90,
            history_floor: 30,
            delay_alarm_hours: 6,
            delay_limit_hours: 24,
            duplicates: 50,
            negative_on_hand: 100,
            key_match: 9_900,
            receipts: 10,
            counted_skus: 50,
            accurate: 9_000,
            tolerance: 1,
        }
    }
}

/// Hundredths of a per cent as people write them: `95 %`, `0.50 %`.
pub(super) fn percent(basis_points: u64) -> String {
    match basis_points % 100 {
        0 => format!("{} %", basis_points / 100),
        rest => format!("{}.{rest:02} %", basis_points / 100),
    }
}
