//! What the operator decided about people's time: when they work, when they are reminded, what a report reckons with.

use std::time::Duration;

use crate::config::OfficeHours;

/// The rules of reminders and reports.
#[derive(Debug, Clone)]
pub struct OfficeRules {
    /// When people work.
    pub hours: OfficeHours,
    /// After so many working hours the reviewers are reminded of a task.
    pub remind_after: Duration,
    /// After so many working hours the operators hear of it.
    pub escalate_after: Duration,
    /// What one invoice takes by hand: an assumption, which every report prints.
    pub by_hand: Duration,
    /// Who gets the month's report; the reviewers when empty.
    pub report_readers: Vec<String>,
}

impl Default for OfficeRules {
    fn default() -> Self {
        Self {
            hours: OfficeHours::default(),
            remind_after: Duration::from_hours(8),
            escalate_after: Duration::from_hours(16),
            by_hand: Duration::from_mins(5),
            report_readers: Vec::new(),
        }
    }
}
