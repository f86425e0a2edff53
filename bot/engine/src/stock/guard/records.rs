//! What is written down of a week: what was forecast before it, and what came of it.

use std::collections::{BTreeMap, BTreeSet};

use ::stock::calendar::hong_kong_festivals;
use ::stock::guard::Arm;
use ::stock::guard::psi::psi;
use ::stock::guard::record::{
    AccuracyWeek, DriftWeek, ModelWeek, PromotionWeek, ReceiptDay, SkuWeek, StockWeek, SystemWeek,
};
use ::stock::policy::LeadTime;
use ::stock::series::Panel;
use chrono::{Datelike as _, Days, NaiveDate};
use rust_decimal::Decimal;

use super::PilotState;
use crate::failure::Failure;
use crate::house::House;
use crate::stock::books::{Books, midnight};
use crate::stock::plan::{PlanFile, PlanLine, Week, plan_file};

const WEEK: u64 = 7;
/// Weeks of demand that a week is compared with.
const BEFORE: usize = 8;
/// SKUs that sell most.
const TOP: usize = 50;

/// Adds what is known of the week that begins on `week`. What nobody records stays empty, and its triggers rest.
pub(super) async fn add(
    house: &House,
    state: &mut PilotState,
    books: &Books,
    week: NaiveDate,
) -> Result<(), Failure> {
    let mut plans = Vec::new();
    for day in week.iter_days().take(7) {
        plans.extend(plan_file(&house.store, day).await?);
    }
    let sold = Sold::of(&books.panel, week);
    let Some(first) = plans.first() else { return Ok(()) };
    let automatic = state.automatic();
    let accuracy = accuracy(first, &sold, &automatic, week);
    let records = &mut state.records;
    records.model.push(model(&accuracy, &records.accuracy, week));
    records.promotions.push(promotions(first, &sold, week));
    records.stock.push(stock(&plans, &sold, &automatic, week));
    records.receipts.extend(receipts(books, week));
    records.accuracy.push(accuracy);
    if let Some(drift) = drift(state, &plans, books, week) {
        state.records.drift.push(drift);
    }
    state.records.systems.push(system(house, week).await?);
    Ok(())
}

/// Units sold in a week by store and SKU, and in the weeks before it.
struct Sold<'a> {
    units: BTreeMap<(&'a str, &'a str), f64>,
}

impl<'a> Sold<'a> {
    fn of(panel: &'a Panel, week: NaiveDate) -> Self {
        let last = week.checked_add_days(Days::new(WEEK)).unwrap_or(week);
        let of = |series: &'a ::stock::series::Series| {
            let days = series.first.iter_days().zip(&series.values);
            let units =
                days.filter(|(day, _)| *day >= week && *day < last).map(|(_, units)| f64::from(*units));
            ((panel.store(series), panel.item(series)), units.sum())
        };
        Self { units: panel.series.iter().map(of).collect() }
    }

    fn units(&self, line: &PlanLine) -> f64 {
        let key = (line.line.id.store.as_str(), line.line.id.sku.as_str());
        self.units.get(&key).copied().unwrap_or(0.0)
    }
}

fn key(line: &PlanLine) -> (String, String) {
    (line.line.id.store.clone(), line.line.id.sku.clone())
}

fn accuracy(
    plan: &PlanFile,
    sold: &Sold<'_>,
    automatic: &BTreeSet<(String, String)>,
    week: NaiveDate,
) -> AccuracyWeek {
    let forecast: Vec<(&PlanLine, Week)> =
        plan.lines.iter().filter_map(|line| Some((line, line.week?))).collect();
    let mut by_units: Vec<usize> = (0..forecast.len()).collect();
    by_units.sort_by(|a, b| forecast[*b].1.benchmark.total_cmp(&forecast[*a].1.benchmark));
    let top: BTreeSet<usize> = by_units.into_iter().take(TOP).collect();
    let sku = |(place, (line, expected)): (usize, &(&PlanLine, Week))| SkuWeek {
        store: line.line.id.store.clone(),
        sku: line.line.id.sku.clone(),
        sold: ::stock::count::nearest(sold.units(line)),
        forecast: expected.mean,
        benchmark: expected.benchmark,
        canary: automatic.contains(&key(line)),
        top: top.contains(&place),
    };
    AccuracyWeek { week, skus: forecast.iter().enumerate().map(sku).collect() }
}

fn wape(weeks: &[&AccuracyWeek]) -> Option<f64> {
    let skus = weeks.iter().flat_map(|week| &week.skus);
    let (mut off, mut all) = (0.0, 0.0);
    for sku in skus {
        let sold = ::stock::count::as_float(sku.sold);
        off += (sold - sku.forecast).abs();
        all += sold;
    }
    (all > 0.0).then(|| off / all)
}

/// Bias around festivals; and the error of this week beside that of the weeks before, on which the model was built.
fn model(own: &AccuracyWeek, before: &[AccuracyWeek], week: NaiveDate) -> ModelWeek {
    let forecast: f64 = own.skus.iter().map(|sku| sku.forecast).sum();
    let sold: f64 = own.skus.iter().map(|sku| ::stock::count::as_float(sku.sold)).sum();
    let festivals = hong_kong_festivals(week.year() - 1, week.year() + 1);
    let days = festivals.events().flat_map(|(_, days)| days.iter());
    let test = wape(&[own]).unwrap_or(0.0);
    ModelWeek {
        week,
        festival_days: days.map(|day| (*day - week).num_days().abs()).min(),
        bias: if sold > 0.0 { forecast / sold - 1.0 } else { 0.0 },
        train_wape: wape(&before.iter().collect::<Vec<_>>()).unwrap_or(test),
        test_wape: test,
    }
}

fn promotions(plan: &PlanFile, sold: &Sold<'_>, week: NaiveDate) -> PromotionWeek {
    let promoted: Vec<(&PlanLine, Week)> = plan
        .lines
        .iter()
        .filter_map(|line| Some((line, line.week?)))
        .filter(|(_, expected)| expected.promoted)
        .collect();
    let outside = promoted
        .iter()
        .filter(|(line, expected)| !(expected.low..=expected.high).contains(&sold.units(line)))
        .count();
    PromotionWeek { week, promoted: ::stock::count::of(promoted.len()), outside: ::stock::count::of(outside) }
}

/// Stock at the beginning of each day that was planned, in the mean.
fn stock(
    plans: &[PlanFile],
    sold: &Sold<'_>,
    automatic: &BTreeSet<(String, String)>,
    week: NaiveDate,
) -> StockWeek {
    let days = Decimal::from(plans.len().max(1));
    let value = |line: &PlanLine| line.unit_cost * Decimal::from(line.on_hand.max(0));
    let (mut units, mut own, mut all) = (0_i64, Decimal::ZERO, Decimal::ZERO);
    for line in plans.iter().flat_map(|plan| &plan.lines) {
        all += value(line);
        if automatic.contains(&key(line)) {
            units = units.saturating_add(line.on_hand.max(0));
            own += value(line);
        }
    }
    let watched = plans.first().map(|plan| plan.lines.as_slice()).unwrap_or_default();
    let sold_units: f64 =
        watched.iter().filter(|line| automatic.contains(&key(line))).map(|line| sold.units(line)).sum();
    StockWeek {
        week,
        stock_units: units / ::stock::count::of(plans.len().max(1)),
        sold_units: ::stock::count::nearest(sold_units),
        stock_value: own / days,
        all_stock_value: all / days,
    }
}

/// Receipts of the week, beside what their suppliers used to take.
fn receipts(books: &Books, week: NaiveDate) -> Vec<ReceiptDay> {
    let last = week.checked_add_days(Days::new(WEEK)).unwrap_or(week);
    let mut found = Vec::new();
    for (supplier, times) in &books.lead_days {
        let before: Vec<i64> = times.iter().filter(|(day, _)| *day < week).map(|(_, days)| *days).collect();
        let Ok(learnt) = LeadTime::learn(supplier, &before, &before, None) else { continue };
        let own = times.iter().filter(|(day, _)| *day >= week && *day < last);
        found.extend(own.map(|(day, days)| ReceiptDay {
            day: *day,
            supplier: supplier.clone(),
            days: *days,
            late_after_days: learnt.late_after_days,
        }));
    }
    found.sort_by_key(|receipt| receipt.day);
    found
}

/// Whether demand has moved, and how the arms do: the share of SKU-days with something on the shelf.
fn drift(state: &PilotState, plans: &[PlanFile], books: &Books, week: NaiveDate) -> Option<DriftWeek> {
    let (mut before, mut now) = (Vec::new(), Vec::new());
    for series in &books.panel.series {
        let at = usize::try_from((week - series.first).num_days()).ok()?.min(series.values.len());
        let sums =
            |values: &[f32]| values.chunks(7).map(|days| days.iter().map(|u| f64::from(*u)).sum()).collect();
        let earlier: Vec<f64> = sums(&series.values[at.saturating_sub(7 * BEFORE)..at]);
        let own: Vec<f64> = sums(&series.values[at..(at + 7).min(series.values.len())]);
        before.extend(earlier);
        now.extend(own);
    }
    let mean =
        |figures: &[f64]| figures.iter().sum::<f64>() / ::stock::count::len_as_float(figures.len().max(1));
    let times = |from: bool| -> Vec<f64> {
        let all = books.lead_days.values().flatten();
        all.filter(|(day, _)| (*day >= week) == from)
            .map(|(_, days)| ::stock::count::as_float(*days))
            .collect()
    };
    let arms: BTreeMap<(&str, &str), Arm> =
        state.assignment.skus.iter().map(|sku| ((sku.store.as_str(), sku.sku.as_str()), sku.arm)).collect();
    let there = |arm: Arm| -> Vec<f64> {
        let lines = plans.iter().flat_map(|plan| &plan.lines);
        let own = lines
            .filter(|line| arms.get(&(line.line.id.store.as_str(), line.line.id.sku.as_str())) == Some(&arm));
        own.map(|line| f64::from(u8::from(line.on_hand > 0))).collect()
    };
    let (auto, manual) = (there(Arm::Auto), there(Arm::Manual));
    let (on, by) = (mean(&auto), mean(&manual));
    if mean(&before) <= 0.0 || auto.is_empty() || by <= 0.0 {
        return None;
    }
    let spread =
        |share: f64, count: usize| share * (1.0 - share) / ::stock::count::len_as_float(count.max(1));
    let first = state.records.drift.first().map_or(on, |first| on / (1.0 + first.kpi_change));
    Some(DriftWeek {
        week,
        demand_psi: psi(&before, &now).unwrap_or(0.0),
        lead_psi: psi(&times(false), &times(true)).unwrap_or(0.0),
        mean_change: mean(&now) / mean(&before) - 1.0,
        kpi_change: if first > 0.0 { on / first - 1.0 } else { 0.0 },
        kpi_effect: on / by - 1.0,
        kpi_error: (spread(on, auto.len()) + spread(by, manual.len())).sqrt() / by,
    })
}

/// The longest time without anything from the shops, and the longest plan. Shops are taken to be closed half of the time.
async fn system(house: &House, week: NaiveDate) -> Result<SystemWeek, Failure> {
    const MOST: u32 = 10_000;
    let (begins, ends) = (midnight(week).to_utc(), midnight(week).to_utc() + chrono::TimeDelta::days(7));
    let mut times: Vec<_> =
        house.store.stock_intakes(begins, MOST).await?.into_iter().map(|row| row.taken_at).collect();
    times.retain(|at| *at < ends);
    times.extend([begins, ends]);
    times.sort();
    let longest = times.windows(2).map(|pair| (pair[1] - pair[0]).num_minutes()).max().unwrap_or(0);
    let silent_hours = ::stock::count::as_float(longest) / 60.0;
    let mut slowest = 0_i64;
    for day in week.iter_days().take(7) {
        let plan = house.store.stock_plan(day).await?;
        slowest = slowest.max(plan.and_then(|plan| plan.plan["seconds"].as_i64()).unwrap_or(0));
    }
    Ok(SystemWeek {
        week,
        silent_hours,
        closed_hours: silent_hours / 2.0,
        job_minutes: ::stock::count::as_float(slowest) / 60.0,
        slow_minutes: 0.0,
    })
}
