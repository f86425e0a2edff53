use chrono::{NaiveDate, TimeDelta};
use serde_json::json;

use super::{lines, on_both_databases};
use crate::testing::TestStore;
use crate::{NewIntake, NewOrder, NewPlan, NewQuarantined, NewStockEvent, NewTerms, OrderState};

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn intake(id: &str, received: u64) -> NewIntake {
    NewIntake {
        id: id.into(),
        source: "till".into(),
        received,
        accepted: received,
        duplicates: 0,
        rejected: 0,
        tally: json!({"received": received}),
    }
}

fn event(id: &str, sku: &str, on: u32) -> NewStockEvent {
    NewStockEvent {
        id: id.into(),
        kind: "sale".into(),
        store_id: "旺角".into(),
        sku: sku.into(),
        day: day(on),
        event: json!({"event_id": id}).to_string(),
    }
}

fn plan(on: u32) -> NewPlan {
    let order = |number: String| NewOrder {
        document: format!("{:0>64}", number.len()),
        number,
        supplier: "Foglamp".into(),
        currency: "HKD".into(),
        proposed: "120.00".into(),
    };
    NewPlan {
        day: day(on),
        run: "replenishment/1".into(),
        plan: json!({"lines": 2}),
        orders: vec![order(format!("PO-202611{on}-01")), order(format!("PO-202611{on}-02"))],
    }
}

async fn order(store: &TestStore, number: &str) -> crate::OrderRow {
    store.stock_order(number).await.unwrap().unwrap()
}

on_both_databases! {
    async fn an_event_that_comes_again_is_kept_once(store) {
        let many: Vec<NewStockEvent> = (0..1_200).map(|n| event(&format!("e{n}"), "TEA", 1 + n % 20)).collect();
        store.take_stock_events(&intake("first", 1_200), &many, &[]).await.unwrap();
        let told = lines(&store).await;
        store.take_stock_events(&intake("first", 1_200), &many, &[]).await.unwrap();
        assert_eq!(lines(&store).await, told, "the same intake is told once");
        store.take_stock_events(&intake("second", 1), &[event("e5", "OTHER", 1)], &[]).await.unwrap();
        assert_eq!(store.stock_skus().await.unwrap(), [("TEA".to_owned(), 1_200)]);
        let ids: Vec<String> = ["e3", "e1199", "none"].map(str::to_owned).to_vec();
        assert_eq!(store.stock_events_by_id(&ids).await.unwrap().len(), 2);
        assert_eq!(store.stock_intakes(store.now() - TimeDelta::days(1), 10).await.unwrap().len(), 2);
    }

    async fn events_are_read_by_day_and_by_sku(store) {
        let promotion = NewStockEvent { kind: "promotion".into(), ..event("p", "", 1) };
        let events = [event("a", "A", 1), event("b", "B", 10), event("c", "C", 20), promotion];
        store.take_stock_events(&intake("i", 4), &events, &[]).await.unwrap();
        let of = |found: Vec<String>| found.len();
        assert_eq!(of(store.stock_events_since(day(10)).await.unwrap()), 3, "the promotion is of all days");
        assert_eq!(of(store.stock_events_of("A", "B", day(1)).await.unwrap()), 3);
        assert_eq!(of(store.stock_events_of("A", "B", day(2)).await.unwrap()), 2);
        assert_eq!(store.forget_stock_events_before(day(10)).await.unwrap(), 1);
        assert_eq!(store.forget_stock_events_before(day(10)).await.unwrap(), 0);
    }

    async fn what_was_refused_waits_until_a_person_settles_it(store) {
        let refused = |place| NewQuarantined {
            place,
            raw: "TEA,-3".into(),
            reasons: json!([{"code": "DH-8073"}]),
        };
        store.take_stock_events(&intake("i", 2), &[], &[refused(2), refused(9)]).await.unwrap();
        let open = store.stock_quarantine(10).await.unwrap();
        assert_eq!((open.len(), open[0].place, open[0].source.as_str()), (2, 2, "till"));
        assert_eq!(store.settle_stock_quarantine("other", "may").await.unwrap(), 0);
        assert_eq!(store.settle_stock_quarantine("till", "may").await.unwrap(), 2);
        assert_eq!(store.stock_quarantine_count().await.unwrap(), 0);
    }

    async fn a_list_replaces_the_rows_of_its_stores_and_no_others(store) {
        let row = |store: &str, sku: &str| NewTerms {
            store_id: store.into(),
            sku: sku.into(),
            terms: json!({"store": store, "sku": sku}),
        };
        store.take_stock_list("a", &[row("MK", "TEA"), row("MK", "CUP"), row("TST", "TEA")]).await.unwrap();
        store.take_stock_list("b", &[row("MK", "POT")]).await.unwrap();
        let list = store.stock_list().await.unwrap();
        let skus: Vec<&str> = list.iter().map(|row| row.terms["sku"].as_str().unwrap()).collect();
        assert_eq!(skus, ["POT", "TEA"]);
    }

    async fn a_day_is_planned_once(store) {
        let first = store.record_stock_plan(&plan(23)).await.unwrap();
        let told = lines(&store).await;
        let other = NewPlan { run: "replenishment/2".into(), plan: json!({"lines": 9}), orders: Vec::new(), ..plan(23) };
        let second = store.record_stock_plan(&other).await.unwrap();
        assert_eq!((second.run, second.plan), (first.run, first.plan));
        assert_eq!(lines(&store).await, told);
        assert_eq!(store.stock_orders(10).await.unwrap().len(), 2);
        assert_eq!(store.stock_plans(10).await.unwrap().len(), 1);
    }

    async fn an_order_is_approved_once_and_moves_on(store) {
        store.record_stock_plan(&plan(23)).await.unwrap();
        let (one, two) = ("PO-20261123-01", "PO-20261123-02");
        let placed = json!({"number": one});
        assert!(store.approve_stock_order(one, &placed, "60.00", "may").await.unwrap());
        assert!(!store.approve_stock_order(one, &json!({}), "0", "eve").await.unwrap());
        assert_eq!(order(&store, one).await.placed, Some(placed));
        assert!(store.move_stock_order(two, &[OrderState::Proposed], OrderState::Replaced).await.unwrap());
        assert!(!store.approve_stock_order(two, &json!({}), "0", "may").await.unwrap(), "it was replaced");
        store.stock_order_mailed(one).await.unwrap();
        let mailed = order(&store, one).await.mailed_at;
        store.clock.advance(TimeDelta::hours(1));
        store.stock_order_mailed(one).await.unwrap();
        assert_eq!(order(&store, one).await.mailed_at, mailed, "the first mail counts");
        store.stock_order_entered(one, "P-7").await.unwrap();
        assert_eq!(order(&store, one).await.reference.as_deref(), Some("P-7"));
        let from = [OrderState::Approved, OrderState::Proposed];
        assert!(store.move_stock_order(one, &from, OrderState::Received).await.unwrap());
        assert!(!store.move_stock_order(one, &from, OrderState::CalledOff).await.unwrap());
        assert_eq!(store.stock_orders_in(OrderState::Received).await.unwrap().len(), 1);
        assert!(store.audit_verify().await.unwrap().is_sound());
    }

    async fn a_pilot_is_never_written_over_what_was_not_seen(store) {
        let put = async |seen, n: i64| {
            store.put_stock_pilot("shops", &json!({"n": n}), seen, "stock.pilot_begun", &json!({})).await.unwrap()
        };
        assert!(put(0, 1).await);
        assert!(!put(0, 2).await, "there is one already");
        assert!(put(1, 3).await);
        assert!(!put(1, 4).await);
        let row = store.stock_pilot("shops").await.unwrap().unwrap();
        assert_eq!((row.version, row.pilot), (2, json!({"n": 3})));
    }
}
