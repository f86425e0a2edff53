//! When something happened: an instant, or a day where a file knows no more.

use std::cmp::Ordering;
use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone as _, Utc};
use serde::{Deserialize, Serialize};

/// Hong Kong's offset, +08:00; there is no summer time.
pub const fn hong_kong() -> FixedOffset {
    const OFFSET: FixedOffset = match FixedOffset::east_opt(8 * 3600) {
        Some(offset) => offset,
        None => panic!("eight hours are less than a day"),
    };
    OFFSET
}

/// The day in Hong Kong.
pub fn hong_kong_date(at: DateTime<FixedOffset>) -> NaiveDate {
    at.with_timezone(&hong_kong()).date_naive()
}

/// An instant at +08:00, or a whole day in Hong Kong.
///
/// Written as `2026-03-05T14:00:00+08:00` or `2026-03-05`. A day sorts at its noon: a count before opening comes before
/// that day's sales, a count after closing comes behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Moment {
    /// An instant.
    At(DateTime<FixedOffset>),
    /// A whole day.
    Day(NaiveDate),
}

impl Moment {
    /// An instant, turned to Hong Kong's offset.
    pub fn at(when: DateTime<FixedOffset>) -> Self {
        Self::At(when.with_timezone(&hong_kong()))
    }

    /// The day in Hong Kong.
    pub fn date(self) -> NaiveDate {
        match self {
            Self::At(at) => hong_kong_date(at),
            Self::Day(day) => day,
        }
    }

    /// The instant by which it is put in order: of a day its noon.
    pub fn instant(self) -> DateTime<FixedOffset> {
        match self {
            Self::At(at) => at,
            Self::Day(day) => on(day, NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()),
        }
    }

    /// The instant at which it was over: of a day the midnight after it.
    pub fn end(self) -> DateTime<FixedOffset> {
        match self {
            Self::At(at) => at,
            Self::Day(day) => on(day.succ_opt().unwrap_or(day), NaiveTime::MIN),
        }
    }

    /// Whether only the day is known.
    pub fn is_day(self) -> bool {
        matches!(self, Self::Day(_))
    }
}

/// A time of day in Hong Kong. Without summer time every one exists once.
fn on(day: NaiveDate, time: NaiveTime) -> DateTime<FixedOffset> {
    let local = day.and_time(time);
    hong_kong().from_local_datetime(&local).single().unwrap_or_else(|| Utc.from_utc_datetime(&local).into())
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |moment: &Self| (moment.instant(), moment.is_day());
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => f.write_str(&at.to_rfc3339()),
            Self::Day(day) => write!(f, "{day}"),
        }
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

impl TryFrom<String> for Moment {
    type Error = chrono::ParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self::Day).or_else(|_| DateTime::parse_from_rfc3339(&text).map(Self::at))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn an_instant_of_elsewhere_falls_on_its_day_in_hong_kong() {
        let late = moment("2026-03-05T17:30:00Z");
        assert_eq!(late.to_string(), "2026-03-06T01:30:00+08:00");
        assert_eq!(late.date().to_string(), "2026-03-06");
    }

    #[test]
    fn a_day_stands_between_the_counts_before_and_after_it() {
        let day = moment("2026-03-05");
        assert!(moment("2026-03-05T09:00:00+08:00") < day && day < moment("2026-03-05T22:00:00+08:00"));
        assert_eq!(day.end(), moment("2026-03-06T00:00:00+08:00").instant());
        assert_eq!(day.to_string(), "2026-03-05");
    }
}
