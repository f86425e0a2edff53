#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::*;
use crate::calendar::Calendar;
use crate::guard::false_alarm::false_alarms;
use crate::guard::rolling::forecast_weeks;
use crate::guard::verdict::Form;
use crate::guard::watch::Rules;
use crate::replay::draw_for_tests;
use crate::series::{PanelBuilder, Row};

/// A Monday, so many weeks after the first of 2024.
pub(crate) fn monday(week: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Days::new(7 * week)
}

/// Items in one store; `change` may alter a day's units, promotion and whether the shelf was empty.
pub(crate) fn panel(items: u64, days: u64, change: impl Fn(u64, u64, f64) -> (f64, bool, bool)) -> Panel {
    let mut builder = PanelBuilder::new();
    for item in 0..items {
        for day in 0..days {
            let level = if day % 7 >= 5 { 20.0 } else { 10.0 };
            let usual = (level * (0.5 + draw_for_tests(item, day))).floor();
            let (value, promotion, stock_out) = change(item, day, usual);
            let row = Row {
                item: &format!("item{item:02}"),
                store: "S",
                date: monday(0) + Days::new(day),
                value: Some(value),
                price: None,
                promotion,
                stock_out,
                closed: false,
            };
            builder.add(&row).unwrap();
        }
    }
    builder.finish(Some(Every::Day))
}

/// A forecast of ten a day for every item.
fn tens(panel: &Panel, week: u64) -> ForecastWeek {
    let sku = |series| ForecastSku { series, days: [10.0; WEEK], band: (60.0, 90.0) };
    let skus = (0..panel.series.len()).map(sku).collect();
    ForecastWeek { week: monday(week), skus, train_wape: Some(0.25) }
}

#[test]
fn a_week_is_recorded_with_its_benchmark_and_the_fifty_that_sell_most() {
    let panel =
        panel(60, 20 * 7, |item, day, _| (f64::from(u32::try_from(item + day % 7).unwrap()), false, false));
    let records = records(&panel, &[tens(&panel, 15)], |_, sku| sku == "item03");
    let week = &records.accuracy[0];
    assert_eq!((week.week, week.skus.len()), (monday(15), 60));
    let third = &week.skus[3];
    assert_eq!((third.sold, third.canary, third.top), (3 * 7 + 21, true, false));
    assert!((third.forecast - 70.0).abs() < 1e-9 && (third.benchmark - 42.0).abs() < 1e-9, "{third:?}");
    assert_eq!(week.skus.iter().filter(|sku| sku.top).count(), 50);
    assert!(week.skus[59].top && !week.skus[59].canary);
}

#[test]
fn days_without_stock_count_neither_as_sold_nor_as_forecast() {
    let out = 16 * 7;
    let panel = panel(2, 20 * 7, |item, day, units| {
        let empty = item == 0 && (out..out + 3).contains(&day) || item == 1 && (out..out + 7).contains(&day);
        (if empty { 0.0 } else { units }, false, empty)
    });
    let week = &records(&panel, &[tens(&panel, 16)], |_, _| true).accuracy[0];
    assert_eq!(week.skus.len(), 1, "of the other nothing is known");
    assert!((week.skus[0].forecast - 40.0).abs() < 1e-9 && week.skus[0].sold > 0);
}

#[test]
fn promotions_are_asked_only_where_they_are_marked() {
    let plain = panel(4, 16 * 7, |_, _, units| (units, false, false));
    let found = records(&plain, &[tens(&plain, 15)], |_, _| true);
    assert!(found.promotions.is_empty());
    let missing: Vec<Trigger> = unasked(&found).iter().map(|unasked| unasked.trigger).collect();
    assert_eq!(missing, [Trigger::T3, Trigger::T4, Trigger::T5, Trigger::T6, Trigger::T7]);
    let marked = panel(4, 16 * 7, |item, day, units| {
        let on = item < 2 && day == 15 * 7 + 2;
        (if on && item == 0 { 500.0 } else { units }, on, false)
    });
    let found = records(&marked, &[tens(&marked, 15)], |_, _| true);
    assert_eq!((found.promotions[0].promoted, found.promotions[0].outside >= 1), (2, true));
    assert!(unasked(&found).iter().all(|unasked| unasked.trigger != Trigger::T5));
}

#[test]
fn the_lunar_new_year_is_near_and_bias_and_drift_are_told() {
    // 10 February 2024 is the Saturday of the sixth week; demand doubles in the fifteenth.
    let panel =
        panel(12, 16 * 7, |_, day, units| (if day >= 14 * 7 { units * 3.0 } else { units }, false, false));
    let weeks = [tens(&panel, 5), tens(&panel, 6), tens(&panel, 14)];
    let found = records(&panel, &weeks, |_, _| true);
    assert_eq!(
        found.model.iter().map(|week| week.festival_days).collect::<Vec<_>>()[..2],
        [Some(0), Some(2)]
    );
    assert!(found.model[2].bias < -0.6 && (found.model[2].train_wape - 0.25).abs() < 1e-12);
    assert_eq!(found.drift.len(), 1, "the others have no quarter before them");
    assert!(found.drift[0].demand_psi > 0.2 && found.drift[0].mean_change > 1.5, "{:?}", found.drift);
    // a week that is not over is not recorded
    assert!(records(&panel, &[tens(&panel, 16)], |_, _| true).accuracy.is_empty());
}

#[test]
fn on_a_past_without_trouble_the_default_form_is_quiet_where_the_literal_is_not() {
    let panel = panel(20, 30 * 7, |item, day, units| {
        // a third of the items sell so little that a week is mostly luck
        if item % 3 == 0 {
            ((draw_for_tests(item, day) * 1.4).floor(), false, false)
        } else {
            (units, false, false)
        }
    });
    let weeks = crate::guard::rolling::weeks(&panel, 12);
    let made = forecast_weeks(&panel, &Calendar::default(), &weeks, |_| ());
    let records = records(&panel, &made, |_, _| true);
    let rate = |form| {
        let alarms = false_alarms(&records, &Rules::all(form), 4);
        alarms
            .iter()
            .find(|alarms| alarms.trigger == Trigger::T1)
            .map(|alarms| (alarms.windows, alarms.fired))
            .unwrap()
    };
    assert_eq!(rate(Form::Literal), (9, 9));
    assert_eq!(rate(Form::Default), (9, 0));
}
