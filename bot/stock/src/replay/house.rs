//! The house's own forecaster in a replay: learnt anew at every review day, from all series as they were known then.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::calendar::Calendar;
use crate::count;
use crate::forecast::{Forecaster, Options};
use crate::policy::protection::{DailyDemand, Protection};
use crate::replay::forecaster::{Review, Seen, Together};
use crate::replay::simulate::Sight;
use crate::series::{Every, Mark, Panel, Series};

/// Days of history that a review learns from: two years show a season twice, older days tell little and cost time.
const HISTORY: usize = 730;

/// The house's own forecaster.
///
/// What is forecast on a review day is learnt once for all series and kept (a mean and a spread each), so that two policies
/// that review on the same day order by the same forecast. Promotions and closed days count as planned; of what was sold or
/// ran out, only the days before the review are ever handed in.
pub struct House<'a> {
    panel: &'a Panel,
    calendar: &'a Calendar,
    /// The panel's series by store and SKU.
    numbers: BTreeMap<(&'a str, &'a str), usize>,
    /// Periods that orders must last for, ascending.
    periods: Vec<usize>,
    learnt: Mutex<BTreeMap<(NaiveDate, usize), Arc<Learnt>>>,
}

/// The demand of each series of the panel, by number; none for those that were not known.
type Learnt = Vec<Option<DailyDemand>>;

impl<'a> House<'a> {
    /// Learns from the series of `panel`, which begin where those of the replay do, for orders that last these periods.
    pub fn new(panel: &'a Panel, calendar: &'a Calendar, protections: &[Protection]) -> Self {
        let mut periods: Vec<usize> = protections.iter().map(|protection| whole_days(*protection)).collect();
        periods.sort_unstable();
        periods.dedup();
        let key = |series: &'a Series| (panel.store(series), panel.item(series));
        let numbers = panel.series.iter().enumerate().map(|(number, series)| (key(series), number)).collect();
        Self { panel, calendar, numbers, periods, learnt: Mutex::default() }
    }

    /// The panel as the review knows it, and for each of its series the number in the whole panel.
    fn known(&self, review: &Review<'_>) -> (Panel, Vec<usize>) {
        let yesterday = review.day.pred_opt().unwrap_or(review.day);
        let mut panel = Panel {
            items: self.panel.items.clone(),
            stores: self.panel.stores.clone(),
            ..Panel::empty(Every::Day, yesterday)
        };
        let mut numbers: Vec<usize> = vec![];
        let mut all: Vec<(usize, &Seen<'_>)> = review
            .seen
            .iter()
            .filter(|seen| !seen.units.is_empty() && ends_on(seen, yesterday))
            .filter_map(|seen| Some((*self.numbers.get(&(seen.store, seen.sku))?, seen)))
            .collect();
        all.sort_unstable_by_key(|(number, _)| *number);
        for (number, seen) in all {
            panel.series.push(as_seen(&self.panel.series[number], seen));
            numbers.push(number);
        }
        (panel, numbers)
    }

    /// Learns, and says what each of `periods` asks of a day.
    fn learn(&self, review: &Review<'_>, periods: &[usize]) -> Vec<(usize, Arc<Learnt>)> {
        let (panel, numbers) = self.known(review);
        let horizon = periods.iter().copied().max().unwrap_or(1).max(1);
        let options = Options { history: Some(HISTORY), ..Options::new(horizon) };
        let forecaster = Forecaster::learn(&panel, self.calendar, &options);
        let days: Vec<Vec<DailyDemand>> = (0..numbers.len())
            .into_par_iter()
            .map(|place| {
                let forecast = forecaster.forecast(place);
                let per_day = |periods: &usize| {
                    let (over, days) = (forecast.over(*periods), count::len_as_float(*periods));
                    DailyDemand { mean: over.mean / days, sigma: (over.variance / days).sqrt() }
                };
                periods.iter().map(per_day).collect()
            })
            .collect();
        let of = |(which, periods): (usize, &usize)| {
            let mut learnt = vec![None; self.panel.series.len()];
            for (number, days) in numbers.iter().zip(&days) {
                learnt[*number] = Some(days[which]);
            }
            (*periods, Arc::new(learnt))
        };
        periods.iter().enumerate().map(of).collect()
    }

    /// What was learnt for a day, or is now. Kept only where every policy sees the same.
    fn on(&self, review: &Review<'_>) -> Arc<Learnt> {
        let asked = whole_days(review.protection);
        let mut periods = self.periods.clone();
        if !periods.contains(&asked) {
            periods.push(asked);
        }
        if review.sight == Sight::Sales {
            let learnt = self.learn(review, &periods).into_iter().find(|(periods, _)| *periods == asked);
            return learnt.map(|(_, learnt)| learnt).unwrap_or_default();
        }
        let kept = |learnt: &Mutex<BTreeMap<_, Arc<Learnt>>>| {
            let learnt = learnt.lock().unwrap_or_else(PoisonError::into_inner);
            learnt.get(&(review.day, asked)).cloned()
        };
        if let Some(learnt) = kept(&self.learnt) {
            return learnt;
        }
        let new = self.learn(review, &periods);
        let mut learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        learnt.extend(new.into_iter().map(|(periods, new)| ((review.day, periods), new)));
        learnt.get(&(review.day, asked)).cloned().unwrap_or_default()
    }
}

impl Together for House<'_> {
    fn review(&self, review: &Review<'_>) -> Vec<DailyDemand> {
        let learnt = self.on(review);
        let nobody_knows = DailyDemand { mean: f64::NAN, sigma: f64::NAN };
        let of = |place: &usize| {
            let seen = &review.seen[*place];
            let number = self.numbers.get(&(seen.store, seen.sku))?;
            *learnt.get(*number)?
        };
        review.asked.iter().map(|place| of(place).unwrap_or(nobody_knows)).collect()
    }
}

/// The whole days that an order must last for.
fn whole_days(protection: Protection) -> usize {
    count::index(count::ceil(protection.days())).max(1)
}

fn ends_on(seen: &Seen<'_>, day: NaiveDate) -> bool {
    Every::Day.between(seen.first_day, day) + 1 == count::of(seen.units.len())
}

/// The last days of a series as the review sees them. What is marked for later days is what was planned.
fn as_seen(series: &Series, seen: &Seen<'_>) -> Series {
    let start = seen.units.len().saturating_sub(HISTORY);
    let out = seen.units[start..].iter().enumerate().filter(|(_, units)| units.is_none());
    let out: Vec<u32> = out.filter_map(|(day, _)| u32::try_from(day).ok()).collect();
    let planned = series.marks.as_ref().filter(|_| series.first == seen.first_day);
    let mut marks = planned.map(|marks| marks.from(start)).unwrap_or_default();
    marks.set(Mark::StockOut, out);
    Series {
        item: series.item,
        store: series.store,
        first: Every::Day.after(seen.first_day, start),
        values: seen.units[start..].iter().map(|units| units.map_or(0.0, single)).collect(),
        marks: (!marks.is_empty()).then(|| Box::new(marks)),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "units of a day in a shop; a panel keeps them as f32")]
fn single(units: f64) -> f32 {
    units as f32
}

#[cfg(test)]
mod tests;
