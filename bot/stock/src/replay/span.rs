//! The days of a replay: where it begins, where each series comes in, and on which days orders are made.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::replay::error::ReplayError;
use crate::replay::series::Series;
use crate::replay::simulate::Setup;

/// A series comes in on a weekly day: a forecast that is learnt from all series need not be learnt for each newcomer.
const STEP: usize = 7;

/// The days of a replay.
pub(crate) struct Span {
    begin: NaiveDate,
    /// For each series, the place of the first day that is played; none when no day is.
    pub(crate) firsts: Vec<Option<usize>>,
}

impl Span {
    /// A series is played after the warm-up and after its first sale, for before that the item was not on the shelf; from
    /// the weekly day on or after that, the same whatever the policy.
    pub(crate) fn of(series: &[Series], setup: &Setup) -> Result<Self, ReplayError> {
        let earliest = |series: &Series| {
            let listed = series.sold.iter().position(|&units| units > 0)?;
            Some(setup.warm_up.max(listed + 1)).filter(|&first| first < series.sold.len())
        };
        let begins = series.iter().filter_map(|series| Some(on(series, earliest(series)?)));
        let begin = begins.min().ok_or(ReplayError::HistoryTooShort { warm_up: setup.warm_up })?;
        let aligned = |series: &Series| {
            let first = earliest(series)?;
            let waits = (STEP - between(begin, on(series, first)) % STEP) % STEP;
            Some(first + waits).filter(|&first| first < series.sold.len())
        };
        Ok(Self { begin, firsts: series.iter().map(aligned).collect() })
    }

    /// The series that are not played, by place.
    pub(crate) fn skipped(&self) -> Vec<usize> {
        (0..self.firsts.len()).filter(|&place| self.firsts[place].is_none()).collect()
    }

    /// Days after the begin on which some series orders: every `review` days, and where one comes in.
    pub(crate) fn stops(&self, series: &[Series], review: usize) -> Vec<usize> {
        let played = series.iter().zip(&self.firsts).filter_map(|(series, &first)| Some((series, first?)));
        let (mut stops, mut end) = (BTreeSet::new(), 0);
        for (series, first) in played {
            stops.insert(between(self.begin, on(series, first)));
            end = end.max(between(self.begin, on(series, series.sold.len())));
        }
        stops.extend((0..end).step_by(review.max(1)));
        stops.into_iter().collect()
    }

    /// The day so many days after the begin.
    pub(crate) fn day(&self, stop: usize) -> NaiveDate {
        after(self.begin, stop)
    }
}

/// The day of a place in a series.
pub(crate) fn on(series: &Series, place: usize) -> NaiveDate {
    after(series.first_day, place)
}

/// The days from one to another; none when it is not later.
pub(crate) fn between(from: NaiveDate, to: NaiveDate) -> usize {
    usize::try_from((to - from).num_days()).unwrap_or(0)
}

fn after(day: NaiveDate, days: usize) -> NaiveDate {
    let days = u64::try_from(days).unwrap_or(u64::MAX);
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}
