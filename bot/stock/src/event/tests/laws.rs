//! What holds for all events and files.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn any_event() -> impl Strategy<Value = Value> {
    let kind = prop_oneof![
        Just("sale"),
        Just("return"),
        Just("receipt"),
        Just("stock_count"),
        Just("write_off"),
        Just("order"),
        Just("transfer"),
        Just("price"),
        Just("promotion")
    ];
    (any::<u128>(), kind, 1_i64..1_000_000, 1_i64..50, 0_u32..28, any::<bool>(), proptest::option::of(any::<u128>())).prop_map(
        |(n, kind, qty, pack, day, plain, corrects)| {
            let when = if plain { format!("2026-02-{:02}", day + 1) } else { format!("2026-02-{:02}T13:14:15.5+08:00", day + 1) };
            sale(n, &json!({
                "type": kind, "qty": qty, "pack": pack, "occurred_at": when, "po_id": "PO\"1", "to_store_id": "TST",
                "promo_id": "P,1", "skus": ["a;b", "c"], "starts_at": "2026-02-01", "ends_at": "2026-02-02",
                "promised_at": "2026-03-01", "expiry": "2027-01-01", "match_rate": "0.95", "variance": -3,
                "corrects": corrects.map(id), "kind": "reservation", "transfer_id": "T1"
            }))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn an_accepted_event_written_and_sent_again_is_the_same_event(event in any_event()) {
        let taken = send(&mut Intake::default(), &[event]);
        prop_assert_eq!(taken.events.len(), 1);
        let written = serde_json::to_value(&taken.events[0]).unwrap();
        let again = send(&mut Intake::default(), std::slice::from_ref(&written));
        prop_assert_eq!(&again.events, &taken.events);
        prop_assert_eq!(&serde_json::from_value::<Event>(written).unwrap(), &taken.events[0]);
    }

    #[test]
    fn nothing_that_is_sent_or_dropped_makes_the_door_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[a-z0-9,;\"\\n貨號分店日期數量/:. -]{0,200}") {
        let mut intake = Intake::default();
        let _ = (intake.batch(&bytes, &till(), now()), intake.file(&bytes, &till(), now()));
        let _ = intake.file(format!("sku,store,date,qty\n{text}").as_bytes(), &till(), now());
    }

    #[test]
    fn a_file_again_or_in_another_order_changes_nothing(rows in prop::collection::vec((0_u8..3, 1_u32..9, -5_i64..9), 1..20)) {
        let line = |(sku, day, qty): &(u8, u32, i64)| format!("S{sku},MK,2026-03-0{day},{qty}\n");
        let file = |rows: &[(u8, u32, i64)]| format!("sku,store,date,qty\n{}", rows.iter().map(line).collect::<String>());
        let mut intake = Intake::default();
        let first = drop(&mut intake, &file(&rows));
        let mut backwards = rows.clone();
        backwards.reverse();
        let again = drop(&mut intake, &file(&backwards));
        prop_assert_eq!(again.events.len(), 0);
        prop_assert_eq!(again.reply.rejected, first.reply.rejected);
    }
}
