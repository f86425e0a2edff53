//! The shape of the year: how the demand of all series together moved at the same time last year.

use chrono::NaiveDate;

use crate::calendar::Calendar;
use crate::series::Every;

/// Totals of a group of series on the panel's line of periods, as one series of the group sees them.
#[derive(Clone, Copy)]
pub(crate) struct YearShape<'a> {
    /// Sold a period by the whole group, on the panel's line.
    pub(crate) total: &'a [f64],
    /// Where the series begins on that line.
    pub(crate) start: usize,
    /// Periods of a year.
    pub(crate) year: usize,
    /// How many periods ago last year's festival week was, for every period of the line and the horizon; absent when the
    /// calendar has no festival that moves.
    pub(crate) moon: Option<&'a [usize]>,
}

/// Festivals of the moon that trade prepares for, with the weeks before and after that move with them.
pub(crate) const MOVING: [(&str, i64, i64); 2] = [("Lunar New Year", 6, 2), ("Mid-Autumn Festival", 4, 1)];

/// For every week of a line of `length` that begins on `first`: how many weeks ago the same week of the last lunar year
/// was. Fifty-two where no festival is near. Absent when the calendar has none twice, or periods are not weeks.
pub(crate) fn by_the_moon(
    calendar: &Calendar,
    every: Every,
    first: NaiveDate,
    length: usize,
) -> Option<Vec<usize>> {
    if every != Every::Week {
        return None;
    }
    let mut back = vec![every.year(); length];
    let mut moved = false;
    for (name, before, after) in MOVING {
        let Some((_, dates)) = calendar.events().find(|(event, _)| *event == name) else { continue };
        for pair in dates.windows(2) {
            let [then, now] = [pair[0], pair[1]].map(|date| every.between(first, date));
            let Some(apart) = usize::try_from(now - then).ok().filter(|apart| (48..=56).contains(apart))
            else {
                continue;
            };
            for week in (now - before..=now + after).filter_map(|week| usize::try_from(week).ok()) {
                if let Some(back) = back.get_mut(week) {
                    *back = apart;
                    moved = true;
                }
            }
        }
    }
    moved.then_some(back)
}

impl YearShape<'_> {
    /// How many periods ago the same time of the last lunar year was.
    pub(crate) fn lunar_year(&self, period: usize) -> usize {
        self.moon.and_then(|moon| moon.get(self.start + period)).copied().unwrap_or(self.year)
    }

    /// Sold by the group in a stretch of the series' own periods; the stretch may begin before the series does.
    fn sold(&self, from: usize, length: usize, back: usize) -> Option<f64> {
        let from = (self.start + from).checked_sub(back)?;
        Some(self.total.get(from..from + length)?.iter().sum())
    }

    /// How the group's sales changed last year from the `window` before the place of `origin` to the stretch that
    /// corresponds to `ahead..ahead + window`; 1 is no change. Absent without a year of history.
    pub(crate) fn turn(&self, origin: usize, ahead: usize, window: usize) -> Option<f64> {
        let before = self.sold(origin, window, self.year + window)?;
        let after = self.sold(origin + ahead, window, self.year)?;
        (before > 0.0).then(|| (after / before).clamp(0.2, 5.0))
    }

    /// What the group sold in the last `window` beside the same weeks a year before. Absent without a year of history.
    pub(crate) fn growth(&self, origin: usize, window: usize) -> Option<f64> {
        let now = self.sold(origin, window, window)?;
        let then = self.sold(origin, window, window + self.year)?;
        (then > 0.0).then(|| (now / then).clamp(0.1, 10.0))
    }

    /// The peak of a period beside its neighbours `reach` to both sides, for the whole group.
    pub(crate) fn peak(&self, period: usize, reach: usize) -> f64 {
        let at = self.start + period;
        let around = at.saturating_sub(reach)..(at + reach + 1).min(self.total.len());
        let count = around.clone().fold(0.0, |sum, _| sum + 1.0);
        let mean = self.total.get(around).map_or(0.0, |around| around.iter().sum::<f64>() / count);
        self.total.get(at).map_or(1.0, |sold| if mean > 0.0 { sold / mean } else { 1.0 })
    }
}
