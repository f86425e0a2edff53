#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::Days;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::policy::item::OrderRules;
use crate::policy::target::Goal;
use crate::replay::draw_for_tests;
use crate::replay::series::Series as History;
use crate::replay::simulate::{Replay, ReplayPolicy, Setup, replay};
use crate::replay::{LeadDays, MovingAverage, compare};
use crate::series::{PanelBuilder, Row};

fn monday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 1).unwrap()
}

/// So many items for so many days; `change` may alter a day's units and whether the shelf was empty.
fn panel(items: u64, days: u64, change: impl Fn(u64, u64, f64) -> (f64, bool)) -> Panel {
    let mut builder = PanelBuilder::new();
    for item in 0..items {
        for day in 0..days {
            let week_end = if day % 7 >= 5 { 2.0 } else { 1.0 };
            let usual = (draw_for_tests(item, day)
                * (4.0 + 2.0 * f64::from(u32::try_from(item).unwrap()))
                * week_end)
                .floor();
            let (value, stock_out) = change(item, day, usual);
            let row = Row {
                item: &format!("item{item}"),
                store: "S",
                date: monday() + Days::new(day),
                value: Some(value),
                price: None,
                promotion: false,
                stock_out,
                closed: false,
            };
            builder.add(&row).unwrap();
        }
    }
    builder.finish(Some(Every::Day))
}

fn usual(_: u64, _: u64, units: f64) -> (f64, bool) {
    (units, false)
}

fn histories(panel: &Panel) -> Vec<History> {
    let one = |series: &Series| History {
        store: panel.store(series).to_owned(),
        sku: panel.item(series).to_owned(),
        first_day: series.first,
        sold: series.values.iter().map(|units| count::nearest(f64::from(*units))).collect(),
        stocked_out: (0..series.values.len()).map(|day| series.has(Mark::StockOut, day)).collect(),
        rules: OrderRules::default(),
        unit_cost: Decimal::ONE,
    };
    panel.series.iter().map(one).collect()
}

fn setup(sight: Sight) -> Setup {
    Setup { warm_up: 70, lead: LeadDays::Between(2, 4), seed: 3, sight }
}

fn policy(review_days: u16) -> ReplayPolicy {
    ReplayPolicy { name: format!("every {review_days} days"), review_days, goal: Goal::FillRate(0.97) }
}

/// A house that notes what it forecast on which day.
struct Noted<'a> {
    house: House<'a>,
    told: Mutex<BTreeMap<NaiveDate, Vec<DailyDemand>>>,
    asked: AtomicUsize,
}

impl Together for Noted<'_> {
    fn review(&self, review: &Review<'_>) -> Vec<DailyDemand> {
        let found = self.house.review(review);
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.told.lock().unwrap().insert(review.day, found.clone());
        found
    }
}

fn played(panel: &Panel, review_days: u16, sight: Sight) -> (Replay, BTreeMap<NaiveDate, Vec<DailyDemand>>) {
    let calendar = Calendar::default();
    let noted = Noted {
        house: House::new(panel, &calendar, &[]),
        told: Mutex::default(),
        asked: AtomicUsize::new(0),
    };
    let found = replay(&histories(panel), &policy(review_days), &noted, &setup(sight)).unwrap();
    (found, noted.told.into_inner().unwrap())
}

#[test]
fn no_later_day_leaks_into_a_forecast() {
    let turn = 112;
    let wild = |item: u64, day: u64, units: f64| {
        if day < turn { (units, false) } else { (units * 9.0 + 40.0, day % 3 == item % 3) }
    };
    for sight in [Sight::Demand, Sight::Sales] {
        let (_, quiet) = played(&panel(5, 150, usual), 7, sight);
        let (_, loud) = played(&panel(5, 150, wild), 7, sight);
        let until = monday() + Days::new(turn);
        let before = |told: &BTreeMap<NaiveDate, Vec<DailyDemand>>| {
            told.range(..=until).map(|(day, told)| (*day, told.clone())).collect::<Vec<_>>()
        };
        assert_eq!(before(&quiet), before(&loud), "{sight:?}");
        assert_eq!(before(&quiet).len(), 7);
        assert_ne!(quiet, loud, "and later days do learn");
    }
}

#[test]
fn days_give_the_same_whatever_comes_after() {
    let (short, told) = played(&panel(4, 120, usual), 7, Sight::Demand);
    let (_, longer) = played(&panel(4, 160, usual), 7, Sight::Demand);
    assert!(told.iter().all(|(day, told)| longer[day] == *told));
    // played to the same day, the longer panel cut there
    let cut = panel(4, 160, usual).as_of(40, 160);
    assert_eq!(played(&cut, 7, Sight::Demand).0, short);
}

#[test]
fn two_policies_share_the_forecasts_of_the_days_on_which_both_review() {
    let panel = panel(3, 112, usual);
    let calendar = Calendar::default();
    let protection = |days| Protection { review_days: days, lead_days: 3.0, lead_sd_days: 0.8 };
    let house = House::new(&panel, &calendar, &[protection(7.0), protection(14.0)]);
    let noted = Noted { house, told: Mutex::default(), asked: AtomicUsize::new(0) };
    compare(&histories(&panel), &policy(7), &policy(14), &noted, &setup(Sight::Demand)).unwrap();
    let days: BTreeSet<NaiveDate> = noted.house.learnt.lock().unwrap().keys().map(|(day, _)| *day).collect();
    assert_eq!((noted.asked.load(Ordering::Relaxed), days.len()), (6 + 3, 6));
}

#[test]
fn weekends_that_sell_twice_as_much_lose_less_by_our_forecast_than_by_an_average() {
    // An order before each week-end and one after: the average of all days is wrong for both.
    let week = |_: u64, day: u64, _: f64| (if day % 7 >= 4 { 30.0 } else { 2.0 }, false);
    let panel = panel(3, 160, week);
    let calendar = Calendar::default();
    let often = ReplayPolicy { name: "often".into(), review_days: 2, goal: Goal::CycleService(0.9) };
    let setup = Setup { lead: LeadDays::Between(1, 1), ..setup(Sight::Demand) };
    let house = House::new(&panel, &calendar, &[]);
    let ours = replay(&histories(&panel), &often, &house, &setup).unwrap().total;
    let average = replay(&histories(&panel), &often, &MovingAverage { days: 28 }, &setup).unwrap().total;
    assert!(ours.lost <= average.lost && ours.stock_days < average.stock_days, "{ours:?} {average:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn units_are_neither_made_nor_lost_by_any_sales(seed in 0..1000_u64, review in 1..15_u16, sales in any::<bool>()) {
        let odd = |item: u64, day: u64, units: f64| {
            let luck = draw_for_tests(seed + item, day);
            (if luck < 0.5 { 0.0 } else { units }, luck > 0.97)
        };
        let sight = if sales { Sight::Sales } else { Sight::Demand };
        let (found, _) = played(&panel(3, 98, odd), review, sight);
        prop_assert_eq!(found.total.demand, found.total.sold + found.total.lost);
        prop_assert!(found.total.out_days <= found.total.days);
    }
}
