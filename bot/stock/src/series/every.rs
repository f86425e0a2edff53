//! How long a period is.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// The length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// One calendar day.
    Day,
    /// Seven days, named by its first.
    Week,
    /// One calendar month, named by any day of it; written with its first.
    Month,
}

impl Every {
    /// What the dates of a file say: all of them whole weeks apart is weeks, at most one in a month is months, anything
    /// else is days. Fewer than two dates say nothing, which is days.
    pub fn of_dates(dates: &BTreeSet<NaiveDate>) -> Self {
        let Some(first) = dates.first() else { return Self::Day };
        if dates.len() < 2 {
            return Self::Day;
        }
        if dates.iter().all(|date| (*date - *first).num_days() % 7 == 0) {
            return Self::Week;
        }
        let months: BTreeSet<i32> = dates.iter().map(|date| month_number(*date)).collect();
        if months.len() == dates.len() { Self::Month } else { Self::Day }
    }

    /// The periods after which the pattern of the trade repeats itself: the week of days, the year of weeks and months.
    pub fn season(self) -> usize {
        match self {
            Self::Day => 7,
            Self::Week => 52,
            Self::Month => 12,
        }
    }

    /// The periods of a year. For days 364, so that a weekday meets the same weekday.
    pub fn year(self) -> usize {
        match self {
            Self::Day => 364,
            Self::Week => 52,
            Self::Month => 12,
        }
    }

    /// The number of whole periods from `first` to `date`; negative when it is earlier.
    pub fn between(self, first: NaiveDate, date: NaiveDate) -> i64 {
        match self {
            Self::Day => (date - first).num_days(),
            Self::Week => (date - first).num_days().div_euclid(7),
            Self::Month => i64::from(month_number(date) - month_number(first)),
        }
    }

    /// The first day of the period that is `periods` after the one that begins on `first`. At the end of the calendar
    /// (the year 262 000) it stays there.
    pub fn after(self, first: NaiveDate, periods: usize) -> NaiveDate {
        let periods = u64::try_from(periods).unwrap_or(u64::MAX);
        let day = match self {
            Self::Day => first.checked_add_days(Days::new(periods)),
            Self::Week => first.checked_add_days(Days::new(periods.saturating_mul(7))),
            Self::Month => u32::try_from(periods)
                .ok()
                .and_then(|periods| first.with_day(1)?.checked_add_months(chrono::Months::new(periods))),
        };
        day.unwrap_or(NaiveDate::MAX)
    }
}

/// Months since the year 0.
fn month_number(date: NaiveDate) -> i32 {
    date.year() * 12 + i32::try_from(date.month0()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date of this test")
    }

    #[rstest]
    #[case(&["2026-01-05", "2026-01-12", "2026-02-02"], Every::Week)]
    #[case(&["2026-01-01", "2026-02-01", "2026-03-01"], Every::Month)]
    #[case(&["2026-01-31", "2026-02-28", "2026-04-30"], Every::Month)]
    #[case(&["2026-01-01", "2026-01-02", "2026-03-01"], Every::Day)]
    #[case(&["2026-01-01"], Every::Day)]
    #[case(&[], Every::Day)]
    fn the_length_of_a_period_is_read_off_the_dates(#[case] dates: &[&str], #[case] every: Every) {
        assert_eq!(Every::of_dates(&dates.iter().map(|date| day(date)).collect()), every);
    }

    #[test]
    fn a_month_is_counted_by_the_calendar() {
        assert_eq!(Every::Month.between(day("2025-11-30"), day("2026-02-01")), 3);
        assert_eq!(Every::Month.after(day("2025-11-30"), 3), day("2026-02-01"));
        assert_eq!(Every::Week.after(day("2025-12-29"), 1), day("2026-01-05"));
        assert_eq!(Every::Week.between(day("2026-01-05"), day("2026-01-04")), -1);
    }
}
