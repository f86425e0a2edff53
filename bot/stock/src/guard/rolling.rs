//! Forecasts as they would have been made before each week of the past.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use rayon::prelude::*;

use crate::calendar::Calendar;
use crate::count;
use crate::forecast::{Forecaster, Options};
use crate::series::{Every, Panel};

/// Days of history before the first week.
const FIRST_AFTER: usize = 13 * 7;
/// Days of history that a week is forecast from.
const HISTORY: usize = 730;
/// Days of a week.
pub(crate) const WEEK: usize = 7;

/// A week as it was forecast before it began.
#[derive(Debug, Clone, PartialEq)]
pub struct ForecastWeek {
    /// Its Monday.
    pub week: NaiveDate,
    /// The series that were known.
    pub skus: Vec<ForecastSku>,
    /// WAPE of whole weeks on the data by which the forecaster chose its methods; none when it had too little.
    pub train_wape: Option<f64>,
}

/// A series of the panel in a week to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForecastSku {
    /// Its number in the panel.
    pub series: usize,
    /// Units expected from Monday to Sunday.
    pub days: [f64; WEEK],
    /// The tenth and the ninetieth percentile of the week's units.
    pub band: (f64, f64),
}

/// The Mondays of the last `most` whole weeks of a daily panel that have a quarter of history before them, in order.
pub fn weeks(panel: &Panel, most: usize) -> Vec<NaiveDate> {
    let Some(first) = panel.series.iter().map(|series| series.first).min() else { return vec![] };
    let earliest = Every::Day.after(first, FIRST_AFTER);
    let next = panel.next();
    let this_week = next.checked_sub_days(Days::new(u64::from(next.weekday().days_since(Weekday::Mon))));
    let before = |weeks: usize| {
        let days = u64::try_from(weeks * WEEK).unwrap_or(u64::MAX);
        this_week?.checked_sub_days(Days::new(days))
    };
    let mut weeks: Vec<NaiveDate> =
        (1..=most).map_while(before).take_while(|monday| *monday >= earliest).collect();
    weeks.reverse();
    weeks
}

/// Forecasts every week from what was known on the day before it, never from later. `learnt` hears of each week done.
pub fn forecast_weeks(
    panel: &Panel,
    calendar: &Calendar,
    weeks: &[NaiveDate],
    mut learnt: impl FnMut(NaiveDate),
) -> Vec<ForecastWeek> {
    let one = |week: &NaiveDate| {
        let found = forecast_week(panel, calendar, *week);
        learnt(*week);
        found
    };
    weeks.iter().map(one).collect()
}

fn forecast_week(panel: &Panel, calendar: &Calendar, week: NaiveDate) -> ForecastWeek {
    let unknown = count::index(Every::Day.between(week, panel.next()));
    let known = panel.as_of(unknown, HISTORY);
    let numbers: Vec<usize> =
        (0..panel.series.len()).filter(|&number| panel.series[number].values.len() > unknown).collect();
    let forecaster = Forecaster::learn(&known, calendar, &Options::new(WEEK));
    let sku = |(place, &series): (usize, &usize)| {
        let forecast = forecaster.forecast(place);
        let mut days = [0.0; WEEK];
        days.iter_mut().zip(&forecast.mean).for_each(|(day, mean)| *day = *mean);
        let band = (forecast.quantile_over(WEEK, 0.1), forecast.quantile_over(WEEK, 0.9));
        ForecastSku { series, days, band }
    };
    let skus = numbers.par_iter().enumerate().map(sku).collect();
    ForecastWeek { week, skus, train_wape: forecaster.past_error() }
}

#[cfg(test)]
mod tests;
