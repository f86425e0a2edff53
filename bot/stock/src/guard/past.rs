//! What would have been recorded in the past: sales beside the forecasts of each week.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::calendar::lunar_festivals;
use crate::count;
use crate::guard::psi::psi;
use crate::guard::record::{AccuracyWeek, DriftWeek, ModelWeek, PromotionWeek, Records, SkuWeek};
use crate::guard::rolling::{ForecastSku, ForecastWeek, WEEK};
use crate::guard::verdict::Trigger;
use crate::sentence::Sentence;
use crate::series::{Every, Mark, Panel, Series};

/// How many sell most.
const TOP: usize = 50;
/// Weeks before a week that say what sells most and how demand was.
const BEFORE: usize = 13;
/// Weeks of the benchmark, the seasonal-window average.
const BENCHMARK_WEEKS: usize = 4;

/// Records of each forecast week, as far as a daily panel of sales can tell: accuracy, the drift of demand, promotions where
/// they are marked, bias and fit. `canary` says whether a store's SKU is in the canary.
///
/// Days on which sales do not show demand count neither as sold nor as forecast; weeks beyond the panel are left out.
pub fn records(panel: &Panel, weeks: &[ForecastWeek], canary: impl Fn(&str, &str) -> bool) -> Records {
    let mut whole: Vec<&ForecastWeek> =
        weeks.iter().filter(|week| Every::Day.after(week.week, WEEK) <= panel.next()).collect();
    whole.sort_by_key(|week| week.week);
    let years = whole.iter().map(|week| week.week.year());
    let (from, to) = (years.clone().min().unwrap_or(0), years.max().unwrap_or(0));
    let festivals = lunar_festivals(from - 1, to + 1);
    let promoted = panel
        .series
        .iter()
        .any(|series| series.marks.as_ref().is_some_and(|marks| !marks.periods(Mark::Promotion).is_empty()));
    let mut records = Records::default();
    for week in whole {
        let accuracy = accuracy(panel, week, &canary);
        records.model.push(model(week, &accuracy, &festivals));
        records.drift.extend(drift(panel, week));
        if promoted {
            records.promotions.push(promotions(panel, week));
        }
        records.accuracy.push(accuracy);
    }
    records
}

/// A trigger that sales alone cannot ask, or only in part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unasked {
    /// The trigger.
    pub trigger: Trigger,
    /// Whether a part of it is asked.
    pub in_part: bool,
    /// What is missing.
    pub missing: Sentence,
}

/// The triggers that records from sales leave unasked.
pub fn unasked(records: &Records) -> Vec<Unasked> {
    let one = |trigger, in_part, en, zh| Unasked { trigger, in_part, missing: Sentence::fixed(en, zh) };
    let mut unasked = vec![
        one(Trigger::T3, false, "needs the stock of each week", "需要每周庫存記錄"),
        one(
            Trigger::T4,
            true,
            "demand only: lead times and the business figure are not in sales",
            "只查需求：銷售記錄沒有交貨期及業務指標",
        ),
    ];
    if records.promotions.is_empty() {
        let (en, zh) = ("no promotion is marked in these sales", "銷售記錄沒有促銷標記");
        unasked.push(one(Trigger::T5, false, en, zh));
    }
    unasked.push(one(Trigger::T6, false, "needs the arrival of data and jobs", "需要數據到達及作業記錄"));
    unasked.push(one(Trigger::T7, false, "needs receipts of suppliers", "需要供應商收貨記錄"));
    unasked
}

/// The days of a week in a series.
fn days(series: &Series, week: NaiveDate) -> Option<usize> {
    usize::try_from(Every::Day.between(series.first, week)).ok()
}

/// Units of a week on the days that show demand; none when no day does, or the series begins later.
fn shown(series: &Series, begin: usize) -> Option<(f64, [bool; WEEK])> {
    let mut seen = [false; WEEK];
    for (day, seen) in seen.iter_mut().enumerate() {
        *seen = begin + day < series.values.len() && series.shows_demand(begin + day);
    }
    let sold = (0..WEEK).filter(|&day| seen[day]).map(|day| f64::from(series.values[begin + day]));
    seen.contains(&true).then(|| (sold.sum(), seen))
}

fn accuracy(panel: &Panel, week: &ForecastWeek, canary: &impl Fn(&str, &str) -> bool) -> AccuracyWeek {
    let top = best_sellers(panel, week);
    let sku = |forecast: &ForecastSku| {
        let series = panel.series.get(forecast.series)?;
        let begin = days(series, week.week)?;
        let (sold, seen) = shown(series, begin)?;
        let over = |units: [f64; WEEK]| (0..WEEK).filter(|&day| seen[day]).map(|day| units[day]).sum();
        let (store, sku) = (panel.store(series), panel.item(series));
        Some(SkuWeek {
            store: store.to_owned(),
            sku: sku.to_owned(),
            sold: count::nearest(sold),
            forecast: over(forecast.days),
            benchmark: over(benchmark(series, begin)),
            canary: canary(store, sku),
            top: top.contains(&forecast.series),
        })
    };
    AccuracyWeek { week: week.week, skus: week.skus.iter().filter_map(sku).collect() }
}

/// The seasonal-window average: each day as its weekday was in the last four weeks; as all their days where none showed.
fn benchmark(series: &Series, begin: usize) -> [f64; WEEK] {
    let mean = |days: &mut dyn Iterator<Item = usize>| {
        let known = days.filter(|&day| series.shows_demand(day)).map(|day| f64::from(series.values[day]));
        let (sum, n) = known.fold((0.0, 0.0), |(sum, n), units| (sum + units, n + 1.0));
        (n > 0.0).then(|| sum / n)
    };
    let all = mean(&mut (begin.saturating_sub(BENCHMARK_WEEKS * WEEK)..begin.min(series.values.len())));
    let mut means = [0.0; WEEK];
    for (day, found) in means.iter_mut().enumerate() {
        let mut same = (1..=BENCHMARK_WEEKS).filter_map(|back| (begin + day).checked_sub(back * WEEK));
        *found = mean(&mut same).or(all).unwrap_or(0.0);
    }
    means
}

/// The series that sold most in the weeks before, by number.
fn best_sellers(panel: &Panel, week: &ForecastWeek) -> BTreeSet<usize> {
    let units = |forecast: &ForecastSku| {
        let series = panel.series.get(forecast.series)?;
        let begin = days(series, week.week)?.min(series.values.len());
        let sold = series.values[begin.saturating_sub(BEFORE * WEEK)..begin].iter();
        Some((sold.map(|units| f64::from(*units)).sum::<f64>(), forecast.series))
    };
    let mut ranked: Vec<(f64, usize)> = week.skus.iter().filter_map(units).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    ranked.into_iter().take(TOP).map(|(_, series)| series).collect()
}

/// The demand of a week against the weeks before, of the series that were sold through all of them.
fn drift(panel: &Panel, week: &ForecastWeek) -> Option<DriftWeek> {
    let (mut before, mut now): (Vec<f64>, Vec<f64>) = (vec![], vec![]);
    let whole = |series: &Series, begin: usize| {
        shown(series, begin).filter(|(_, seen)| !seen.contains(&false)).map(|(sold, _)| sold)
    };
    for series in week.skus.iter().filter_map(|sku| panel.series.get(sku.series)) {
        let Some(begin) = days(series, week.week).filter(|begin| *begin >= BEFORE * WEEK) else { continue };
        let Some(sold) = whole(series, begin) else { continue };
        let earlier = (1..=BEFORE).filter_map(|back| whole(series, begin - back * WEEK));
        before.extend(earlier);
        now.push(sold);
    }
    let mean = |units: &[f64]| units.iter().sum::<f64>() / count::len_as_float(units.len().max(1));
    let (was, is) = (mean(&before), mean(&now));
    Some(DriftWeek {
        week: week.week,
        demand_psi: psi(&before, &now).ok()?,
        lead_psi: 0.0,
        mean_change: if was > 0.0 { is / was - 1.0 } else { 0.0 },
        kpi_change: 0.0,
        kpi_effect: 0.0,
        kpi_error: 1.0,
    })
}

/// Promoted SKUs whose days all show demand, and those of them that sold outside their band.
fn promotions(panel: &Panel, week: &ForecastWeek) -> PromotionWeek {
    let (mut promoted, mut outside) = (0, 0);
    for sku in &week.skus {
        let Some(series) = panel.series.get(sku.series) else { continue };
        let Some(begin) = days(series, week.week) else { continue };
        let marked = (begin..begin + WEEK).any(|day| series.has(Mark::Promotion, day));
        let sold = shown(series, begin).filter(|(_, seen)| marked && !seen.contains(&false));
        if let Some((sold, _)) = sold {
            promoted += 1;
            outside += i64::from(sold < sku.band.0 || sold > sku.band.1);
        }
    }
    PromotionWeek { week: week.week, promoted, outside }
}

/// Bias and error of all SKUs together, and how near a festival of the moon is.
fn model(week: &ForecastWeek, accuracy: &AccuracyWeek, festivals: &[NaiveDate]) -> ModelWeek {
    let sum = |of: &dyn Fn(&SkuWeek) -> f64| accuracy.skus.iter().map(of).sum::<f64>();
    let sold = sum(&|sku| count::as_float(sku.sold));
    let missed = sum(&|sku| (sku.forecast - count::as_float(sku.sold)).abs());
    let share = |part: f64| if sold > 0.0 { part / sold } else { 0.0 };
    ModelWeek {
        week: week.week,
        festival_days: nearest(week.week, festivals),
        bias: if sold > 0.0 { sum(&|sku| sku.forecast) / sold - 1.0 } else { 0.0 },
        train_wape: week.train_wape.unwrap_or(0.0),
        test_wape: share(missed),
    }
}

/// Days from the festival that is nearest to any day of the week; negative before it.
fn nearest(week: NaiveDate, festivals: &[NaiveDate]) -> Option<i64> {
    let sunday = week.checked_add_days(Days::new(6))?;
    let to =
        |festival: &NaiveDate| (*festival).clamp(week, sunday).signed_duration_since(*festival).num_days();
    festivals.iter().map(to).min_by_key(|days| days.abs())
}

#[cfg(test)]
pub(crate) mod tests;
