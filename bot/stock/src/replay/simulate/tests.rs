#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use chrono::NaiveDate;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::policy::item::OrderRules;
use crate::policy::pack::Pack;
use crate::replay::draw::draw;
use crate::replay::forecaster::MovingAverage;

fn series(sku: &str, pack: i64, days: usize, level: u64) -> Series {
    let sold = (0..days).map(|day| i64::try_from(draw(3, &[day as u64, level]) % (2 * level + 1)).unwrap());
    Series {
        store: "S".into(),
        sku: sku.into(),
        first_day: NaiveDate::default(),
        sold: sold.collect(),
        stocked_out: vec![],
        rules: OrderRules { pack: Pack::new(pack).unwrap(), ..OrderRules::default() },
        unit_cost: Decimal::new(250, 2),
    }
}

fn setup(lead: LeadDays) -> Setup {
    Setup { warm_up: 56, lead, seed: 11, sight: Sight::Demand }
}

fn policy(review_days: u16, goal: Goal) -> ReplayPolicy {
    ReplayPolicy { name: "trial".into(), review_days, goal }
}

const MEAN: MovingAverage = MovingAverage { days: 28 };

#[test]
fn a_steady_demand_with_certain_delivery_never_runs_out() {
    let mut steady = series("rice", 1, 200, 1);
    steady.sold = vec![4; 200];
    let found =
        replay(&[steady], &policy(7, Goal::CycleService(0.99)), &MEAN, &setup(LeadDays::Between(3, 3)))
            .unwrap();
    assert_eq!((found.total.lost, found.total.days, found.total.demand), (0, 144, 576));
    assert!(found.total.turns() > 0.0 && found.total.out_day_share() < 0.01);
}

#[test]
fn a_shelf_that_holds_a_day_is_empty_most_days_yet_days_and_units_differ() {
    let goal = Goal::DaysOfCover(1.0);
    let found = replay(&[series("tea", 1, 300, 6)], &policy(7, goal), &MEAN, &setup(LeadDays::Between(2, 5)))
        .unwrap();
    assert!(found.total.out_day_share() > 0.6, "{found:?}");
    assert!((found.total.out_day_share() - found.total.lost_share()).abs() > 0.01);
}

#[test]
fn a_policy_that_runs_out_spoils_the_forecast_that_sees_its_sales() {
    let goal = Goal::DaysOfCover(4.0);
    let run = |sight| {
        let setup = Setup { sight, ..setup(LeadDays::Between(2, 5)) };
        replay(&[series("tea", 1, 400, 6)], &policy(7, goal), &MEAN, &setup).unwrap().total
    };
    let (demand, sales) = (run(Sight::Demand), run(Sight::Sales));
    assert_eq!(demand.demand, sales.demand);
    assert!(sales.ordered < demand.ordered, "{sales:?} {demand:?}");
}

#[test]
fn the_same_seed_is_the_same_luck_on_any_number_of_threads() {
    let panel: Vec<Series> = (1..30).map(|i| series(&format!("sku{i}"), 6, 200, i)).collect();
    let run =
        || replay(&panel, &policy(7, Goal::FillRate(0.98)), &MEAN, &setup(LeadDays::Between(2, 5))).unwrap();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(run);
    let two = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap().install(run);
    assert_eq!(one, two);
}

#[test]
fn what_cannot_be_played_is_refused_or_skipped_by_name() {
    let short = series("new", 1, 20, 2);
    let goal = Goal::FillRate(0.98);
    let lead = || setup(LeadDays::Between(2, 5));
    let refused = replay(std::slice::from_ref(&short), &policy(7, goal), &MEAN, &lead()).unwrap_err();
    assert_eq!(refused.code(), "DH-8035");
    let found = replay(&[short.clone(), series("old", 1, 90, 2)], &policy(7, goal), &MEAN, &lead()).unwrap();
    assert_eq!((found.skipped.as_slice(), found.by_series[0].days), ([0].as_slice(), 0));
    assert_eq!(replay(&[short], &policy(0, goal), &MEAN, &lead()).unwrap_err().code(), "DH-8038");
    let wrong = Series { stocked_out: vec![true], ..series("x", 1, 90, 2) };
    assert_eq!(replay(&[wrong], &policy(7, goal), &MEAN, &lead()).unwrap_err().code(), "DH-8037");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn units_are_neither_made_nor_lost(level in 1..20u64, pack in 1..13i64, review in 1..15u16, goal in 0.6..0.999f64) {
        let found = replay(&[series("x", pack, 150, level)], &policy(review, Goal::FillRate(goal)), &MEAN, &setup(LeadDays::Observed(vec![1, 2, 9]))).unwrap();
        let scores = found.total;
        prop_assert_eq!(scores.demand, scores.sold + scores.lost);
        prop_assert!(scores.ordered % pack == 0 && scores.days == 94);
        prop_assert!(scores.out_days <= scores.days && scores.order_lines <= 94 / i64::from(review) + 1);
    }
}
