//! Holidays and events by date, from a file or from the Chinese calendar.
//!
//! [`Calendar`] holds them, [`read()`] takes them from a CSV file, [`hong_kong_festivals`] computes the festivals that move
//! with the moon and the sun.

mod festivals;
mod read;

use std::collections::BTreeMap;

use chrono::NaiveDate;

pub use festivals::{hong_kong_festivals, lunar_festivals};
pub use read::{CalendarError, read};

/// Named events and the days on which each falls.
///
/// ```
/// use stock::calendar::Calendar;
/// let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
/// let mut calendar = Calendar::default();
/// calendar.add("Founder's day", day("2026-03-09"));
/// assert_eq!(calendar.on(day("2026-03-09")).collect::<Vec<_>>(), ["Founder's day"]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    events: BTreeMap<String, Vec<NaiveDate>>,
}

impl Calendar {
    /// Notes an event on a day. The same event on the same day stands once.
    pub fn add(&mut self, name: &str, date: NaiveDate) {
        let dates = self.events.entry(name.to_owned()).or_default();
        if let Err(place) = dates.binary_search(&date) {
            dates.insert(place, date);
        }
    }

    /// Takes all events of another calendar too.
    pub fn extend(&mut self, other: &Self) {
        for (name, dates) in &other.events {
            for date in dates {
                self.add(name, *date);
            }
        }
    }

    /// The events, each with its days in order.
    pub fn events(&self) -> impl Iterator<Item = (&str, &[NaiveDate])> {
        self.events.iter().map(|(name, dates)| (name.as_str(), dates.as_slice()))
    }

    /// The names of what falls on a day.
    pub fn on(&self, date: NaiveDate) -> impl Iterator<Item = &str> {
        let fits = move |(_, dates): &(&String, &Vec<NaiveDate>)| dates.binary_search(&date).is_ok();
        self.events.iter().filter(fits).map(|(name, _)| name.as_str())
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}
