//! What is written down of a week: what was forecast before it, and what came of it.

use std::collections::{BTreeMap, BTreeSet};

use ::stock::guard::psi::psi;
use ::stock::guard::record::{DriftWeek, ReceiptDay, StockWeek, SystemWeek};
use ::stock::guard::{Arm, ForecastSku, ForecastWeek, records};
use ::stock::policy::LeadTime;
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

use super::PilotState;
use crate::failure::Failure;
use crate::house::House;
use crate::stock::books::{Books, midnight};
use crate::stock::plan::{PlanFile, PlanLine, WEEK, plan_file};

/// Adds what is known of the week that begins on `week`. What nobody records stays empty, and its triggers rest.
pub(super) async fn add(
    house: &House,
    state: &mut PilotState,
    books: &Books,
    week: NaiveDate,
) -> Result<(), Failure> {
    let mut plans = Vec::new();
    for day in week.iter_days().take(WEEK) {
        plans.extend(plan_file(&house.store, day).await?);
    }
    let Some(first) = plans.first() else { return Ok(()) };
    let automatic = state.automatic();
    let canary = |store: &str, sku: &str| automatic.contains(&(store.to_owned(), sku.to_owned()));
    let mut told = records(&books.panel, &[forecast(books, first, week)], canary);
    for drift in &mut told.drift {
        arms(drift, state, &plans, books);
    }
    let own = &mut state.records;
    own.accuracy.append(&mut told.accuracy);
    own.model.append(&mut told.model);
    own.promotions.append(&mut told.promotions);
    own.drift.append(&mut told.drift);
    own.stock.push(stock(&plans, books, &automatic, week));
    own.receipts.extend(receipts(books, week));
    own.systems.push(system(house, week).await?);
    Ok(())
}

/// What the first plan of the week expected of it.
fn forecast(books: &Books, plan: &PlanFile, week: NaiveDate) -> ForecastWeek {
    let number: BTreeMap<(&str, &str), usize> = books
        .panel
        .series
        .iter()
        .enumerate()
        .map(|(number, series)| ((books.panel.store(series), books.panel.item(series)), number))
        .collect();
    let sku = |line: &PlanLine| {
        let series = *number.get(&(line.line.id.store.as_str(), line.line.id.sku.as_str()))?;
        line.week.map(|expected| ForecastSku { series, days: expected.days, band: expected.band })
    };
    ForecastWeek { week, skus: plan.lines.iter().filter_map(sku).collect(), train_wape: plan.train_wape }
}

fn key(line: &PlanLine) -> (String, String) {
    (line.line.id.store.clone(), line.line.id.sku.clone())
}

/// Stock at the beginning of each day that was planned, in the mean, and what was sold of it.
fn stock(
    plans: &[PlanFile],
    books: &Books,
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
    let last = week.checked_add_days(Days::new(7)).unwrap_or(week);
    let sold = |series: &::stock::series::Series| -> f64 {
        let days = series.first.iter_days().zip(&series.values);
        days.filter(|(day, _)| *day >= week && *day < last).map(|(_, units)| f64::from(*units)).sum()
    };
    let watched = books.panel.series.iter().filter(|series| {
        automatic.contains(&(books.panel.store(series).to_owned(), books.panel.item(series).to_owned()))
    });
    StockWeek {
        week,
        stock_units: units / ::stock::count::of(plans.len().max(1)),
        sold_units: ::stock::count::nearest(watched.map(sold).sum()),
        stock_value: own / days,
        all_stock_value: all / days,
    }
}

/// Receipts of the week, beside what their suppliers used to take.
fn receipts(books: &Books, week: NaiveDate) -> Vec<ReceiptDay> {
    let last = week.checked_add_days(Days::new(7)).unwrap_or(week);
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

/// Adds to the drift of demand that of lead times, and how the arms do: the share of SKU-days with something on the shelf.
fn arms(drift: &mut DriftWeek, state: &PilotState, plans: &[PlanFile], books: &Books) {
    let week = drift.week;
    let times = |from: bool| -> Vec<f64> {
        let all = books.lead_days.values().flatten();
        all.filter(|(day, _)| (*day >= week) == from)
            .map(|(_, days)| ::stock::count::as_float(*days))
            .collect()
    };
    drift.lead_psi = psi(&times(false), &times(true)).unwrap_or(0.0);
    let arms: BTreeMap<(&str, &str), Arm> =
        state.assignment.skus.iter().map(|sku| ((sku.store.as_str(), sku.sku.as_str()), sku.arm)).collect();
    let there = |arm: Arm| -> Vec<f64> {
        let lines = plans.iter().flat_map(|plan| &plan.lines);
        let own = lines
            .filter(|line| arms.get(&(line.line.id.store.as_str(), line.line.id.sku.as_str())) == Some(&arm));
        own.map(|line| f64::from(u8::from(line.on_hand > 0))).collect()
    };
    let mean = |days: &[f64]| days.iter().sum::<f64>() / ::stock::count::len_as_float(days.len().max(1));
    let (auto, manual) = (there(Arm::Auto), there(Arm::Manual));
    let (on, by) = (mean(&auto), mean(&manual));
    if auto.is_empty() || by <= 0.0 {
        return;
    }
    let spread = |share: f64, days: usize| share * (1.0 - share) / ::stock::count::len_as_float(days.max(1));
    let first = state.records.drift.first().map_or(on, |first| on / (1.0 + first.kpi_change));
    drift.kpi_change = if first > 0.0 { on / first - 1.0 } else { 0.0 };
    drift.kpi_effect = on / by - 1.0;
    drift.kpi_error = (spread(on, auto.len()) + spread(by, manual.len())).sqrt() / by;
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
