#![expect(clippy::unwrap_used, reason = "a test may panic")]
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}

fn cut_off() -> DateTime<FixedOffset> {
    at("2026-03-20T02:00:00+08:00")
}

/// `3T14` is 2 p.m. on the 3rd of March 2026; `3` is that whole day.
fn when(text: &str) -> String {
    match text.split_once('T') {
        Some((day, hour)) => format!("2026-03-{day:0>2}T{hour:0>2}:00:00+08:00"),
        None => format!("2026-03-{text:0>2}"),
    }
}

fn event(n: u128, kind: &str, qty: i64, occurred: &str, other: &Value) -> Event {
    let mut event = json!({
        "event_id": Uuid::from_u128(n), "type": kind, "schema_version": 1, "store_id": "MK", "sku": "TEA",
        "qty": qty, "occurred_at": when(occurred), "recorded_at": "2026-03-19T12:00:00+08:00"
    });
    for (name, value) in other.as_object().into_iter().flatten() {
        event[name] = value.clone();
    }
    serde_json::from_value(event).unwrap()
}

fn id(n: u128) -> Value {
    json!(Uuid::from_u128(n))
}

fn tea(events: &[Event]) -> Account {
    Ledger::fold(events, cut_off()).account("MK", "TEA").cloned().unwrap_or_default()
}

fn demand(account: &Account) -> Vec<(u32, i64)> {
    use chrono::Datelike as _;
    account.demand.iter().map(|(day, units)| (day.day(), *units)).collect()
}

fn days(set: &BTreeSet<NaiveDate>) -> Vec<u32> {
    use chrono::Datelike;
    set.iter().map(Datelike::day).collect()
}

#[test]
fn returns_transfers_and_write_offs_are_never_demand() {
    let account = tea(&[
        event(1, "stock_count", 20, "1T8", &json!({})),
        event(2, "sale", 5, "2T10", &json!({})),
        event(3, "return", 8, "3T10", &json!({})),
        event(4, "transfer", 2, "4T10", &json!({"to_store_id": "TST"})),
        event(5, "write_off", 1, "4T11", &json!({})),
    ]);
    assert_eq!(demand(&account), [(2, 5), (3, 0)]);
    assert_eq!(account.on_hand, Some(20));
}

#[test]
fn a_cancelled_bill_nets_against_the_sale_that_it_corrects() {
    let sale = event(1, "sale", 5, "2T10", &json!({}));
    let cancel = |n, units, day: &str| event(n, "return", units, day, &json!({"corrects": id(1)}));
    assert_eq!(demand(&tea(&[sale.clone(), cancel(2, 2, "2T11")])), [(2, 3)]);
    assert_eq!(demand(&tea(&[cancel(2, 2, "9T11"), sale.clone()])), [(2, 3), (9, 0)], "on another day too");
    assert_eq!(
        demand(&tea(&[sale.clone(), cancel(2, 4, "2T11"), cancel(3, 4, "2T12")])),
        [(2, 0)],
        "never below nothing"
    );
    // A correction of the cancellation.
    let less = event(
        3,
        "return",
        1,
        "2T11",
        &json!({"corrects": id(2), "recorded_at": "2026-03-19T13:00:00+08:00"}),
    );
    assert_eq!(demand(&tea(&[sale.clone(), cancel(2, 2, "2T11"), less])), [(2, 4)]);
    // The sale was itself corrected: the cancellation holds against what it is now.
    let more =
        event(4, "sale", 9, "3T10", &json!({"corrects": id(1), "recorded_at": "2026-03-19T13:00:00+08:00"}));
    assert_eq!(demand(&tea(&[cancel(2, 2, "2T11"), more, sale])), [(2, 0), (3, 7)]);
}

#[test]
fn a_line_that_comes_back_on_its_day_was_cancelled_and_later_is_a_return() {
    let sale = event(1, "sale", 5, "2T10", &json!({"line_id": "L1"}));
    let back = |day: &str| event(2, "return", 2, day, &json!({"line_id": "L1"}));
    assert_eq!(demand(&tea(&[sale.clone(), back("2T11")])), [(2, 3)]);
    assert_eq!(demand(&tea(&[sale, back("3T11")])), [(2, 5), (3, 0)]);
}

#[test]
fn the_last_recorded_correction_of_a_chain_holds() {
    let fix = |n, of: u128, qty, hour: u32| {
        event(
            n,
            "sale",
            qty,
            "2T10",
            &json!({"corrects": id(of), "recorded_at": format!("2026-03-19T{hour}:00:00+08:00")}),
        )
    };
    let first = event(1, "sale", 5, "2T10", &json!({}));
    let chain = [first, fix(2, 1, 6, 14), fix(3, 2, 7, 15), fix(4, 1, 8, 13)];
    assert_eq!(demand(&tea(&chain)), [(2, 7)]);
    // Two that correct one another leave one.
    let ring = [fix(5, 6, 1, 13), fix(6, 5, 2, 14)];
    assert_eq!(demand(&tea(&ring)), [(2, 2)]);
}

#[test]
fn a_count_resets_the_record_and_keeps_what_it_said() {
    let account = tea(&[
        event(1, "sale", 3, "1T10", &json!({})),
        event(2, "stock_count", 10, "2T9", &json!({})),
        event(3, "sale", 4, "2", &json!({})),
        event(4, "receipt", 12, "3T9", &json!({})),
        event(5, "stock_count", 15, "4T22", &json!({})),
        event(6, "sale", 1, "5T10", &json!({})),
    ]);
    assert_eq!((account.on_hand, account.basis), (Some(14), OnHandBasis::Counted));
    let counts: Vec<_> =
        account.counts.iter().map(|count| (count.counted, count.book, count.variance())).collect();
    assert_eq!(counts, [(10, None, None), (15, Some(18), Some(-3))]);
}

#[test]
fn of_two_counts_at_one_moment_the_one_that_was_recorded_later_holds() {
    let count = |n, qty, hour: u32| {
        event(n, "stock_count", qty, "2T9", &json!({"recorded_at": format!("2026-03-19T{hour}:00:00+08:00")}))
    };
    assert_eq!(tea(&[count(1, 9, 12), count(2, 4, 13)]).on_hand, Some(4));
}

#[test]
fn without_a_count_or_a_first_delivery_nothing_is_known_of_the_shelf() {
    let sold = tea(&[event(1, "sale", 3, "1T10", &json!({})), event(2, "receipt", 12, "3T9", &json!({}))]);
    assert_eq!((sold.on_hand, sold.inventory_position(), sold.stock_out_days.len()), (None, None, 0));
    let new = tea(&[event(1, "receipt", 12, "3T9", &json!({})), event(2, "sale", 3, "4T10", &json!({}))]);
    assert_eq!((new.on_hand, new.basis), (Some(9), OnHandBasis::FirstDelivery));
}

#[test]
fn days_without_stock_are_whole_days_without_a_sale() {
    let account = tea(&[
        event(1, "stock_count", 2, "1T9", &json!({})),
        event(2, "sale", 2, "3T12", &json!({})), // empty from noon: not a day without stock
        event(3, "receipt", 5, "6T15", &json!({})), // came on the 6th
        event(4, "sale", 5, "8T10", &json!({})), // empty from the 9th
        event(5, "sale", 1, "11T10", &json!({})), // the record is wrong: something was there
        event(6, "receipt", 6, "13T9", &json!({})),
        event(7, "write_off", 5, "17T9", &json!({})),
    ]);
    assert_eq!(days(&account.stock_out_days), [4, 5, 9, 10, 12, 18, 19]);
    assert_eq!(account.on_hand, Some(0));
}

#[test]
fn the_day_of_the_cut_off_is_not_over() {
    let events = [event(1, "stock_count", 0, "17T9", &json!({}))];
    assert_eq!(days(&tea(&events).stock_out_days), [18, 19]);
    let at_noon = Ledger::fold(&events, at("2026-03-19T12:00:00+08:00"));
    assert_eq!(days(&at_noon.account("MK", "TEA").unwrap().stock_out_days), [18]);
}

#[test]
fn orders_are_closed_part_by_part_and_late_ones_are_told() {
    let order = event(
        1,
        "order",
        24,
        "1T10",
        &json!({"po_id": "PO1", "supplier_id": "S1", "promised_at": "2026-03-05"}),
    );
    let receipt = |n, qty, day: &str| event(n, "receipt", qty, day, &json!({"po_id": "PO1"}));
    let ledger = Ledger::fold(&[order.clone(), receipt(2, 10, "6T9")], cut_off());
    let account = ledger.account("MK", "TEA").unwrap();
    assert_eq!((account.on_order, account.on_hand, account.inventory_position()), (14, Some(10), Some(24)));
    assert_eq!((ledger.open_orders[0].outstanding(), ledger.open_orders[0].overdue), (14, true));
    assert_eq!(ledger.lead_times["S1"][0].days, 5);
    // The rest, and more than was ordered.
    let closed = Ledger::fold(&[receipt(3, 20, "9T9"), receipt(2, 10, "6T9"), order.clone()], cut_off());
    assert!(closed.open_orders.is_empty());
    assert_eq!(closed.account("MK", "TEA").unwrap().on_order, 0);
    assert_eq!(closed.lead_times["S1"].iter().map(|one| one.days).collect::<Vec<_>>(), [5, 8]);
    // Called off.
    let off = event(
        4,
        "order",
        0,
        "2T10",
        &json!({"po_id": "PO1", "corrects": id(1), "recorded_at": "2026-03-19T13:00:00+08:00"}),
    );
    assert!(Ledger::fold(&[order, off], cut_off()).open_orders.is_empty());
}

#[test]
fn a_delivery_of_many_goods_is_one_lead_time() {
    let receipt = |n, sku: &str| {
        event(
            n,
            "receipt",
            5,
            "6T9",
            &json!({"sku": sku, "po_id": "PO1", "supplier_id": "S1", "ordered_at": "2026-03-02"}),
        )
    };
    let ledger = Ledger::fold(&[receipt(1, "A"), receipt(2, "B"), receipt(3, "C")], cut_off());
    assert_eq!((ledger.lead_times["S1"].len(), ledger.lead_times["S1"][0].days), (1, 4));
}

#[test]
fn goods_between_stores_are_in_transit_until_either_end_says_otherwise() {
    let count = [
        event(1, "stock_count", 9, "1T9", &json!({})),
        event(2, "stock_count", 0, "1T9", &json!({"store_id": "TST"})),
    ];
    let sent = |other: Value| {
        let mut body = json!({"to_store_id": "TST", "transfer_id": "T1"});
        for (name, value) in other.as_object().unwrap() {
            body[name] = value.clone();
        }
        event(3, "transfer", 4, "2T9", &body)
    };
    let both = |extra: &[Event]| {
        let ledger = Ledger::fold(&[&count, extra].concat(), cut_off());
        let (from, to) = (ledger.account("MK", "TEA").unwrap(), ledger.account("TST", "TEA").unwrap());
        (from.on_hand.unwrap(), to.on_hand.unwrap(), to.in_transit)
    };
    assert_eq!(both(&[sent(json!({}))]), (5, 0, 4));
    assert_eq!(both(&[sent(json!({"received_at": "2026-03-03"}))]), (5, 4, 0));
    let receipt = event(4, "receipt", 3, "3T9", &json!({"store_id": "TST", "po_id": "T1"}));
    assert_eq!(both(&[sent(json!({})), receipt.clone()]), (5, 3, 1));
    assert_eq!(both(&[sent(json!({"received_at": "2026-03-03"})), receipt]), (5, 3, 1), "never twice");
}

#[test]
fn goods_put_aside_are_not_free_until_they_are_fetched() {
    let count = event(1, "stock_count", 9, "1T9", &json!({}));
    let aside = event(2, "order", 3, "2T9", &json!({"po_id": "R1", "kind": "reservation"}));
    let fetched = event(3, "sale", 2, "3T9", &json!({"line_id": "R1"}));
    let account = tea(&[count.clone(), aside.clone()]);
    assert_eq!((account.reserved, account.on_order, account.inventory_position()), (3, 0, Some(6)));
    let account = tea(&[count, aside, fetched]);
    assert_eq!((account.reserved, account.inventory_position()), (1, Some(6)));
}

#[test]
fn promotions_mark_the_days_of_the_goods_they_are_for() {
    let promotion = event(
        1,
        "promotion",
        0,
        "1T9",
        &json!({"store_id": "", "sku": "", "promo_id": "P1", "skus": ["TEA"], "stores": [],
        "starts_at": "2026-03-13T22:00:00+08:00", "ends_at": "2026-03-14T02:00:00+08:00"}),
    );
    let sale = |n, sku: &str| event(n, "sale", 1, "2T9", &json!({"sku": sku}));
    let ledger = Ledger::fold(&[promotion, sale(2, "TEA"), sale(3, "RING")], cut_off());
    assert_eq!(days(&ledger.account("MK", "TEA").unwrap().promo_days), [13, 14]);
    assert!(ledger.account("MK", "RING").unwrap().promo_days.is_empty());
    assert_eq!(ledger.open_days["MK"].len(), 1);
}

#[test]
fn a_dense_series_has_every_day() {
    let account = tea(&[event(1, "sale", 3, "2", &json!({})), event(2, "sale", 1, "4", &json!({}))]);
    let day = |n| NaiveDate::from_ymd_opt(2026, 3, n).unwrap();
    assert_eq!(account.daily(day(1), day(5)), [0, 3, 0, 1, 0]);
    assert!(account.daily(day(5), day(1)).is_empty());
}

#[test]
fn what_lies_behind_the_cut_off_is_not_in_it() {
    assert!(demand(&tea(&[event(1, "sale", 3, "20T3", &json!({}))])).is_empty());
}

/// Events in small worlds, so that ids, orders, lines and corrections meet.
fn any_event() -> impl Strategy<Value = Event> {
    let kind = prop_oneof![
        4 => Just("sale"), 3 => Just("return"), 2 => Just("receipt"), 2 => Just("stock_count"), 1 => Just("transfer"),
        2 => Just("order"), 1 => Just("write_off"), 1 => Just("price")
    ];
    let people = (0_u128..12, kind, 0_i64..6, 1_u32..19, 0_u32..3, any::<bool>());
    let more = (proptest::option::of(0_u128..14), 0_u32..4, any::<bool>(), 0_u8..2, 0_u8..2, 8_u32..20);
    (people, more).prop_map(|((n, kind, qty, day, hour, plain), (corrects, po, aside, store, sku, recorded))| {
        let occurred = if plain { format!("{day}") } else { format!("{day}T{}", 10 + hour) };
        event(n, kind, qty, &occurred, &json!({
            "corrects": corrects.map(id), "po_id": format!("PO{po}"), "line_id": format!("PO{po}"), "transfer_id": format!("PO{po}"),
            "kind": if aside { "reservation" } else { "purchase" }, "supplier_id": "S1", "unit_price": qty.to_string(),
            "store_id": if store == 0 { "MK" } else { "TST" }, "to_store_id": if store == 0 { "TST" } else { "MK" },
            "sku": if sku == 0 { "TEA" } else { "RING" }, "received_at": aside.then_some("2026-03-15"),
            "recorded_at": format!("2026-03-19T{recorded:02}:00:00+08:00")
        }))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_any_repetition_give_the_same_state(
        (events, shuffled) in prop::collection::vec(any_event(), 0..25).prop_flat_map(|events| {
            let twice: Vec<Event> = events.iter().chain(events.iter().step_by(2)).cloned().collect();
            (Just(events), Just(twice).prop_shuffle())
        })
    ) {
        prop_assert_eq!(Ledger::fold(&events, cut_off()), Ledger::fold(&shuffled, cut_off()));
    }

    #[test]
    fn demand_and_what_is_to_come_are_never_negative(events in prop::collection::vec(any_event(), 0..25)) {
        let ledger = Ledger::fold(&events, cut_off());
        for (_, _, account) in ledger.iter() {
            prop_assert!(account.demand.values().all(|units| *units >= 0));
            prop_assert!(account.on_order >= 0 && account.in_transit >= 0 && account.reserved >= 0);
        }
        prop_assert!(ledger.open_orders.iter().all(|order| order.outstanding() > 0));
        let text = serde_json::to_string(&ledger).unwrap();
        prop_assert_eq!(serde_json::from_str::<Ledger>(&text).unwrap(), ledger);
    }
}
