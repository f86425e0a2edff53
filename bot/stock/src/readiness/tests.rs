#![expect(clippy::unwrap_used, reason = "a test may panic")]
use chrono::TimeDelta;
use rstest::rstest;
use rust_decimal::Decimal;

use super::*;
use crate::Share;
use crate::event::{
    Body, EventId, Field, Moment, Order, Promotion, Receipt, SCHEMA_VERSION, Sale, StockCount, hong_kong,
};

/// 2 a.m. on the 1st of April 2026.
fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-04-01T02:00:00+08:00").unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// So many days ago; 1 is the last of March.
fn ago(days: i64) -> NaiveDate {
    day("2026-04-01") - TimeDelta::days(days)
}

/// What a report is made of, in the making.
#[derive(Default)]
struct World {
    events: Vec<Event>,
    tally: Tally,
    erp: BTreeSet<String>,
    closed: BTreeMap<String, BTreeSet<NaiveDate>>,
    declared: BTreeSet<String>,
}

impl World {
    fn add(&mut self, store_id: &str, sku: &str, qty: i64, on: NaiveDate, body: Body) -> &mut Event {
        let number = self.events.last().map_or(1, |event| event.event_id.as_u128() + 1);
        self.events.push(Event {
            event_id: EventId::from_u128(number),
            schema_version: SCHEMA_VERSION,
            store_id: store_id.to_owned(),
            sku: sku.to_owned(),
            qty,
            pack: 1,
            occurred_at: Moment::Day(on),
            recorded_at: Moment::Day(on).end().min(now()),
            source: String::new(),
            corrects: None,
            body,
        });
        self.events.last_mut().unwrap()
    }

    fn sale(&mut self, sku: &str, on: NaiveDate, sale: Sale) {
        self.add("MK", sku, 2, on, Body::Sale(sale));
    }

    /// A sale on every one of so many days.
    fn days(&mut self, store_id: &str, count: i64) {
        for days in 1..=count {
            self.add(store_id, "TEA", 1, ago(days), Body::Sale(Sale::default()));
        }
    }

    fn report(&self) -> Report {
        let ledger = Ledger::fold(&self.events, now());
        let evidence = Evidence {
            events: &self.events,
            ledger: &ledger,
            tally: &self.tally,
            erp_skus: &self.erp,
            closed_days: &self.closed,
            declared_lead_times: &self.declared,
            now: now(),
        };
        assess(&evidence, &Limits::default())
    }

    fn check(&self, id: CheckId) -> Check {
        self.report().check(id).unwrap().clone()
    }
}

fn priced(price: &str) -> Sale {
    Sale { unit_price: Some(price.parse().unwrap()), ..Sale::default() }
}

#[rstest]
#[case(9_499, 10_000, Verdict::Fail, "94.99 %")]
#[case(9_500, 10_000, Verdict::Pass, "95.00 %")]
#[case(949_999, 1_000_000, Verdict::Fail, "94.99 %")]
fn completeness_fails_a_hair_below_95_per_cent(
    #[case] part: u64,
    #[case] whole: u64,
    #[case] verdict: Verdict,
    #[case] value: &str,
) {
    let mut world = World::default();
    let fields = |share| BTreeMap::from([(Field::Qty, Share::new(1, 1)), (Field::UnitPrice, share)]);
    world.tally.complete.insert("MK".to_owned(), fields(Share::new(1, 1)));
    world.tally.complete.insert("TST".to_owned(), fields(Share::new(part, whole)));
    let check = world.check(CheckId::Completeness);
    assert_eq!((check.verdict, check.value.as_str(), check.limit.as_str()), (verdict, value, "≥ 95 %"));
    if verdict == Verdict::Fail {
        let defect = &check.defects[0];
        assert_eq!((defect.store_id.as_deref(), defect.field), (Some("TST"), Some(Field::UnitPrice)));
    }
}

#[rstest]
#[case(90, Verdict::Pass, false)]
#[case(89, Verdict::Fail, true)]
#[case(30, Verdict::Fail, true)]
#[case(29, Verdict::Fail, false)]
fn history_of_the_youngest_store_decides(
    #[case] days: i64,
    #[case] verdict: Verdict,
    #[case] waivable: bool,
) {
    let mut world = World::default();
    world.days("TST", 120);
    world.days("MK", days);
    let check = world.check(CheckId::History);
    assert_eq!((check.verdict, check.waivable, check.value), (verdict, waivable, format!("{days} d")));
}

#[test]
fn a_missing_day_is_no_day_of_history_unless_the_store_was_closed() {
    let mut world = World::default();
    world.days("MK", 92);
    world.events.retain(|event| ![ago(10), ago(20)].contains(&event.date()));
    let check = world.check(CheckId::History);
    assert_eq!((check.verdict, check.value.as_str()), (Verdict::Warn, "90 d"));
    assert_eq!(check.defects.iter().filter_map(|one| one.day).collect::<Vec<_>>(), [ago(20), ago(10)]);
    world.closed.insert("MK".to_owned(), BTreeSet::from([ago(10), ago(20)]));
    assert_eq!(world.check(CheckId::History).value, "92 d");
    assert_eq!(world.check(CheckId::History).verdict, Verdict::Pass);
    // A day without sales that was told is history.
    world.closed.clear();
    world.add("MK", "TEA", 0, ago(10), Body::Sale(Sale::default()));
    assert_eq!(world.check(CheckId::History).value, "91 d");
}

#[test]
fn weekly_data_is_too_coarse() {
    let mut world = World::default();
    for week in 0..20 {
        world.add("MK", "TEA", 9, ago(2 + 7 * week), Body::Sale(Sale::default()));
    }
    assert_eq!(
        (world.check(CheckId::Grain).verdict, world.check(CheckId::Grain).value.as_str()),
        (Verdict::Fail, "7 d")
    );
    world.days("MK", 60);
    assert_eq!(world.check(CheckId::Grain).verdict, Verdict::Pass);
}

#[test]
fn times_without_a_zone_fail_and_other_zones_warn() {
    let mut world = World::default();
    world.tally.zoned = Share::new(10, 10);
    world.tally.hong_kong = Share::new(9, 10);
    assert_eq!(world.check(CheckId::TimeZone).verdict, Verdict::Warn);
    world.tally.zoned = Share::new(9, 10);
    assert_eq!(world.check(CheckId::TimeZone).verdict, Verdict::Fail);
}

#[rstest]
#[case(6, 0, Verdict::Pass)]
#[case(6, 1, Verdict::Warn)]
#[case(24, 0, Verdict::Warn)]
#[case(24, 1, Verdict::Fail)]
fn a_store_that_is_silent_warns_after_6_hours_and_blocks_after_24(
    #[case] hours: i64,
    #[case] seconds: i64,
    #[case] verdict: Verdict,
) {
    let mut world = World::default();
    world.days("TST", 3);
    let silent = now() - TimeDelta::hours(hours) - TimeDelta::seconds(seconds);
    let event = world.add("MK", "TEA", 1, ago(3), Body::Sale(Sale::default()));
    (event.occurred_at, event.recorded_at) = (Moment::at(silent), silent);
    let check = world.check(CheckId::SyncDelay);
    assert_eq!((check.verdict, check.value.as_str()), (verdict, format!("{hours} h").as_str()));
}

#[test]
fn a_recent_sale_that_was_recorded_late_is_told() {
    let mut world = World::default();
    world.days("MK", 3);
    world.add("MK", "RING", 1, ago(3), Body::Sale(Sale::default())).recorded_at = now() - TimeDelta::hours(1);
    let check = world.check(CheckId::SyncDelay);
    assert_eq!(
        (check.verdict, check.defects.len(), check.defects[0].event_id),
        (Verdict::Warn, 1, Some(world.events[3].event_id))
    );
}

#[rstest]
#[case(5, 1_000, Verdict::Pass)]
#[case(51, 10_000, Verdict::Fail)]
fn duplicates_may_be_half_a_per_cent(
    #[case] duplicates: u64,
    #[case] received: u64,
    #[case] verdict: Verdict,
) {
    let mut world = World::default();
    (world.tally.duplicates, world.tally.received) = (duplicates, received);
    assert_eq!(world.check(CheckId::Duplicates).verdict, verdict);
}

#[test]
fn one_record_in_a_hundred_may_be_below_zero() {
    let mut world = World::default();
    for n in 0..100 {
        world.add("MK", &format!("S{n}"), 1, ago(9), Body::StockCount(StockCount::default()));
    }
    world.add("MK", "S0", 2, ago(5), Body::Sale(Sale::default()));
    let check = world.check(CheckId::NegativeOnHand);
    assert_eq!((check.verdict, check.defects[0].key.as_deref()), (Verdict::Pass, Some("S0")));
    world.add("MK", "S1", 2, ago(5), Body::Sale(Sale::default()));
    assert_eq!(world.check(CheckId::NegativeOnHand).verdict, Verdict::Fail);
    assert_eq!(World::default().check(CheckId::NegativeOnHand).verdict, Verdict::Warn, "nothing is known");
}

#[test]
fn keys_match_by_value_and_not_by_count() {
    let mut world = World::default();
    world.erp.insert("RING".to_owned());
    world.sale("RING", ago(2), priced("4950"));
    for n in 0..10 {
        world.sale(&format!("BAG{n}"), ago(2), priced("5"));
    }
    let check = world.check(CheckId::SkuKeyMatch);
    assert_eq!((check.verdict, check.value.as_str(), check.defects.len()), (Verdict::Pass, "99.00 %", 10));
    world.sale("BAG0", ago(3), priced("0.01"));
    assert_eq!(world.check(CheckId::SkuKeyMatch).verdict, Verdict::Fail);
    assert_eq!(world.check(CheckId::SkuKeyMatch).value, "98.99 %");
}

#[test]
fn every_week_with_an_offer_needs_its_promotion_in_the_log() {
    let mut world = World::default();
    let discount = Sale { discount: Some(Decimal::ONE), ..priced("10") };
    world.sale("TEA", day("2026-03-11"), discount.clone());
    world.sale("TEA", day("2026-03-12"), priced("10"));
    let check = world.check(CheckId::PromotionLog);
    assert_eq!((check.verdict, check.defects[0].day), (Verdict::Fail, Some(day("2026-03-09"))));
    let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap();
    let promotion = Promotion {
        promo_id: "P1".to_owned(),
        starts_at: at("2026-03-10T00:00:00+08:00"),
        ends_at: at("2026-03-17T00:00:00+08:00"),
        mechanism: None,
        skus: vec!["TEA".to_owned()],
        stores: Vec::new(),
        planned_price: None,
        display: None,
    };
    world.add("", "", 0, day("2026-03-09"), Body::Promotion(Box::new(promotion)));
    assert_eq!(world.check(CheckId::PromotionLog).verdict, Verdict::Pass);
    // A sale names another promotion, of which the log knows nothing.
    world.sale("TEA", day("2026-03-16"), Sale { promo_id: Some("P2".to_owned()), ..priced("10") });
    let check = world.check(CheckId::PromotionLog);
    assert_eq!((check.value.as_str(), check.defects[0].day), ("50.00 %", Some(day("2026-03-16"))));
    assert_eq!(World::default().check(CheckId::PromotionLog).verdict, Verdict::Pass);
}

#[test]
fn a_supplier_needs_ten_deliveries_or_a_declared_lead_time() {
    let mut world = World::default();
    assert_eq!(world.check(CheckId::LeadTimes).verdict, Verdict::Fail);
    let receipt = |n: i64| Receipt {
        po_id: Some(format!("PO{n}")),
        supplier_id: Some("S1".to_owned()),
        ordered_at: Some(Moment::Day(ago(n + 4))),
        ..Receipt::default()
    };
    for n in 1..=9 {
        world.add("MK", "TEA", 5, ago(n), Body::Receipt(receipt(n)));
    }
    assert_eq!(
        (world.check(CheckId::LeadTimes).verdict, world.check(CheckId::LeadTimes).value.as_str()),
        (Verdict::Fail, "9")
    );
    world.add("MK", "TEA", 5, ago(10), Body::Receipt(receipt(10)));
    assert_eq!(world.check(CheckId::LeadTimes).verdict, Verdict::Pass);
    let order = Order { po_id: "X".to_owned(), supplier_id: Some("S2".to_owned()), ..Order::default() };
    world.add("MK", "TEA", 5, ago(1), Body::Order(order));
    let check = world.check(CheckId::LeadTimes);
    assert_eq!((check.verdict, check.defects[0].key.as_deref()), (Verdict::Fail, Some("S2")));
    world.declared.insert("S2".to_owned());
    assert_eq!(world.check(CheckId::LeadTimes).verdict, Verdict::Pass);
}

#[test]
fn nine_counts_in_ten_agree_with_the_record_within_one() {
    let counted = |wrong: i64, skus: i64| {
        let mut world = World::default();
        for n in 0..skus {
            let variance = Some(if n < wrong { -2 } else { n % 3 - 1 });
            world.add(
                "MK",
                &format!("S{n}"),
                9,
                ago(2),
                Body::StockCount(StockCount { variance, ..StockCount::default() }),
            );
        }
        world
    };
    assert_eq!(counted(5, 50).check(CheckId::StockRecordAccuracy).verdict, Verdict::Pass);
    let check = counted(6, 50).check(CheckId::StockRecordAccuracy);
    assert_eq!((check.verdict, check.value.as_str(), check.defects.len()), (Verdict::Fail, "88.00 %", 6));
    // A small store counts all that it has; a large one at least fifty.
    assert_eq!(counted(0, 20).check(CheckId::StockRecordAccuracy).verdict, Verdict::Pass);
    let mut few = counted(0, 49);
    few.sale("X1", ago(2), Sale::default());
    assert_eq!(few.check(CheckId::StockRecordAccuracy).verdict, Verdict::Fail);
    // A first count has no record beside it.
    let mut first = World::default();
    first.add("MK", "TEA", 9, ago(2), Body::StockCount(StockCount::default()));
    assert_eq!(first.check(CheckId::StockRecordAccuracy).verdict, Verdict::Fail);
}

#[test]
fn every_check_is_there_once_and_speaks_both_languages() {
    let report = World::default().report();
    let ids: BTreeSet<CheckId> = report.checks.iter().map(|check| check.id).collect();
    assert_eq!((ids.len(), report.checks.len(), report.is_ready()), (11, 11, false));
    for check in &report.checks {
        assert!(!check.message.en.is_empty() && !check.message.zh.is_empty() && !check.limit.is_empty());
    }
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    assert_eq!(now().offset(), &hong_kong());
}

#[test]
fn good_data_is_ready() {
    let mut world = World::default();
    world.erp.insert("TEA".to_owned());
    world.declared.insert("S1".to_owned());
    world.tally.complete.insert("MK".to_owned(), BTreeMap::from([(Field::Sku, Share::new(100, 100))]));
    world.add("MK", "TEA", 500, ago(100), Body::StockCount(StockCount::default()));
    world.days("MK", 100);
    world.add(
        "MK",
        "TEA",
        399,
        ago(1),
        Body::StockCount(StockCount { variance: Some(-1), ..StockCount::default() }),
    );
    let report = world.report();
    let bad: Vec<&Check> = report.checks.iter().filter(|check| check.verdict > Verdict::Pass).collect();
    assert!(bad.is_empty(), "{bad:?}");
    assert!(report.is_ready());
}
