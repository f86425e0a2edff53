#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use proptest::prelude::*;

use rust_decimal::Decimal;

use super::*;
use crate::policy::cap::{CapKind, CapRule, MoqRule};
use crate::policy::item::{OrderRules, ShelfLife};
use crate::policy::pack::Pack;
use crate::policy::position::Position;
use crate::policy::protection::Protection;
use crate::policy::target::Goal;

fn issue(lines: &[Line]) -> Vec<Issued> {
    lines.iter().filter_map(|line| Issued::of(line, 3)).collect()
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

fn item(sku: &str) -> Item {
    Item {
        store: "S01".into(),
        sku: sku.into(),
        supplier: Some("Wing Fat".into()),
        standing: Standing::Active,
        position: Position { on_hand: 4, ..Position::default() },
        count_first: false,
        forecast: Some(DailyDemand { mean: 2.0, sigma: 1.8 }),
        protection: Protection { review_days: 7.0, lead_days: 3.0, lead_sd_days: 1.0 },
        goal: Goal::FillRate(0.98),
        rules: OrderRules { pack: Pack::new(6).unwrap(), ..OrderRules::default() },
        unit_cost: Decimal::new(1250, 2),
        unit_margin: Decimal::new(700, 2),
        unit_load: 0,
    }
}

fn one(item: Item) -> Line {
    propose(day(), &[item], &[], &DayLimits::default()).remove(0)
}

fn why(item: Item) -> &'static str {
    match one(item).outcome {
        Outcome::NoOrder(reason) => reason.code(),
        Outcome::Order { units, .. } => panic!("{units} ordered"),
    }
}

#[test]
fn a_line_explains_itself() {
    let line = one(item("tea"));
    let told = line.explanation.unwrap();
    assert_eq!((told.inventory, told.need), (4, told.target.level - 4));
    assert!((told.mean_over - 20.0).abs() < 1e-12);
    assert!((told.sigma_over.powi(2) - (10.0 * 3.24 + 4.0)).abs() < 1e-9);
    let units = line.outcome.units();
    assert_eq!(line.outcome, Outcome::Order { units, packs: units / 6 });
    assert!(units % 6 == 0 && units >= told.need && units < told.need + 6);
    assert_eq!(line.cost, Decimal::new(1250, 2) * Decimal::from(units));
    assert!(line.reason.en.contains("4 in stock and coming") && line.reason.zh.contains("訂購"));
    assert_eq!(line.id.to_string(), "2026-11-23/S01/tea");
}

#[test]
fn every_no_order_says_why() {
    let rules = item("x").rules;
    let of = |change: &dyn Fn(&mut Item)| {
        let mut item = item("x");
        change(&mut item);
        why(item)
    };
    assert_eq!(of(&|item| item.position.on_hand = 60), "enough_stock");
    assert_eq!(of(&|item| item.position.on_order = 60), "already_ordered");
    assert_eq!(of(&|item| item.forecast = Some(DailyDemand { mean: 0.0, sigma: 0.0 })), "no_demand");
    assert_eq!(of(&|item| item.forecast = None), "no_forecast");
    assert_eq!(of(&|item| item.forecast = Some(DailyDemand { mean: f64::NAN, sigma: 1.0 })), "no_forecast");
    assert_eq!(of(&|item| item.supplier = None), "no_supplier");
    assert_eq!(of(&|item| item.standing = Standing::Discontinued), "discontinued");
    assert_eq!(of(&|item| item.standing = Standing::Blocked), "blocked");
    assert_eq!(of(&|item| item.standing = Standing::OutOfScope), "out_of_scope");
    assert_eq!(of(&|item| item.position.on_hand = -1), "count_first");
    assert_eq!(of(&|item| item.count_first = true), "count_first");
    assert_eq!(
        of(&|item| item.rules = OrderRules { moq: 600, moq_rule: MoqRule::Wait, ..rules }),
        "under_moq"
    );
    assert_eq!(of(&|item| item.rules = OrderRules { max_stock: Some(4), ..rules }), "cap_reached");
    let fresh = ShelfLife { days: 9.0, quantile: 0.5 };
    assert_eq!(of(&|item| item.rules = OrderRules { shelf_life: Some(fresh), ..rules }), "shelf_life");
    assert_eq!(of(&|item| item.rules = OrderRules { moq: -1, ..rules }), "wrong_settings");
    assert_eq!(of(&|item| item.goal = Goal::FillRate(1.2)), "wrong_settings");
    assert_eq!(of(&|item| item.protection.review_days = f64::NAN), "wrong_settings");
}

#[test]
fn the_shelf_life_and_the_shelf_cut_the_order_and_say_so() {
    let mut fresh = item("milk");
    fresh.rules.shelf_life = Some(ShelfLife { days: 17.0, quantile: 0.5 });
    let line = one(fresh);
    let cap = line.explanation.as_ref().unwrap().cap.unwrap();
    assert_eq!(cap.kind, CapKind::ShelfLife);
    assert!(line.outcome.units() + 4 <= cap.level && line.reason.en.contains("before expiry"));
    let mut small = item("rice");
    small.rules.max_stock = Some(20);
    let line = one(small);
    assert_eq!(line.outcome.units(), 12);
    assert!(line.reason.zh.contains("庫存上限為 20 件"));
}

#[test]
fn the_budget_goes_where_it_saves_most_and_is_kept_over_the_day() {
    let mut items = vec![item("a"), item("b"), item("c")];
    items[1].unit_margin = Decimal::from(70);
    items[2].unit_margin = Decimal::ZERO;
    let budget = Decimal::from(500);
    let limits = DayLimits { budget: Some(budget), ..DayLimits::default() };
    let lines = propose(day(), &items, &[], &limits);
    let spent: Decimal = lines.iter().map(|line| line.cost).sum();
    assert!(spent <= budget && lines[1].outcome.units() > lines[0].outcome.units());
    assert_eq!(lines[2].outcome, Outcome::NoOrder(NoOrder::OverBudget));
    let again = propose(day(), &items, &issue(&lines), &limits);
    assert!(again.iter().all(|line| line.outcome.units() == 0), "{again:?}");
}

#[test]
fn a_full_delivery_leaves_out_what_loses_least() {
    let mut items = vec![item("a"), item("b"), Item { supplier: Some("Kam Kee".into()), ..item("c") }];
    for item in &mut items {
        item.unit_load = 10;
    }
    items[1].unit_margin = Decimal::from(70);
    let limits = DayLimits { deliveries: [("Wing Fat".to_owned(), 300)].into(), ..DayLimits::default() };
    let units: Vec<i64> =
        propose(day(), &items, &[], &limits).iter().map(|line| line.outcome.units()).collect();
    assert_eq!((units[0] + units[1]) * 10, 300);
    assert!(units[1] > units[0] && units[2] > units[0]);
    let none = DayLimits { deliveries: [("Wing Fat".to_owned(), 0)].into(), ..DayLimits::default() };
    assert_eq!(propose(day(), &items, &[], &none)[0].outcome, Outcome::NoOrder(NoOrder::TruckFull));
}

#[test]
fn a_record_beyond_any_shop_neither_hangs_nor_overflows() {
    let limits = DayLimits { budget: Some(Decimal::from(500)), ..DayLimits::default() };
    for reserved in [4_890_008_100_309, i64::MAX] {
        let mut wild = item("x");
        wild.position.reserved = reserved;
        assert!(propose(day(), &[wild], &[], &limits)[0].cost <= Decimal::from(500));
    }
}

#[test]
fn an_item_listed_twice_is_ordered_once() {
    let lines = propose(day(), &[item("tea"), item("tea")], &[], &DayLimits::default());
    assert!(lines[0].outcome.units() > 0);
    assert_eq!(lines[1].outcome, Outcome::NoOrder(NoOrder::AlreadyOrdered));
}

prop_compose! {
    fn some_item()(
        on_hand in 0..60i64, on_order in 0..40i64, reserved in 0..10i64, mean in 0.0..9.0f64, sigma in 0.0..9.0f64,
        pack in 1..25i64, moq in 0..60i64, max in prop::option::of(0..120i64), rule in 0..3u8, life in prop::option::of(0.0..40.0f64),
    ) -> Item {
        let rules = OrderRules {
            pack: Pack::new(pack).unwrap(), moq, max_stock: max, presentation: 0, moq_rule: MoqRule::Raise,
            shelf_life: life.map(|days| ShelfLife { days, quantile: 0.5 }),
            cap_rule: [CapRule::Floor, CapRule::Ceil, CapRule::ExceedOnce][usize::from(rule)],
        };
        let position = Position { on_hand, on_order, in_transit: 0, reserved };
        Item { position, forecast: Some(DailyDemand { mean, sigma }), rules, ..item("x") }
    }
}

proptest! {
    #[test]
    fn lines_are_whole_packs_not_under_the_minimum(item in some_item()) {
        let (pack, moq) = (item.rules.pack.units(), item.rules.moq);
        let units = one(item).outcome.units();
        prop_assert!(units % pack == 0 && (units == 0 || units >= moq));
    }

    #[test]
    fn replaying_the_same_day_changes_nothing(items in prop::collection::vec(some_item(), 1..12), budget in prop::option::of(0..3_000u32), room in prop::option::of(0..900i64)) {
        let items: Vec<Item> = items.into_iter().enumerate().map(|(i, item)| Item { sku: format!("sku{i}"), unit_load: 3, ..item }).collect();
        let limits = DayLimits { budget: budget.map(Decimal::from), deliveries: room.map(|room| ("Wing Fat".to_owned(), room)).into_iter().collect() };
        let first = propose(day(), &items, &[], &limits);
        prop_assert_eq!(&first, &propose(day(), &items, &[], &limits));
        let again = propose(day(), &items, &issue(&first), &limits);
        prop_assert!(again.iter().all(|line| line.outcome.units() == 0));
    }

    #[test]
    fn an_order_that_is_open_is_not_ordered_again(item in some_item()) {
        let first = one(item.clone()).outcome.units();
        let mut later = item;
        later.position.on_order += first;
        let tomorrow = propose(day().succ_opt().unwrap(), &[later], &[], &DayLimits::default());
        prop_assert!(first == 0 || tomorrow[0].outcome.units() == 0);
    }
}
