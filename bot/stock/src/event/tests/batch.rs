//! Batches of JSON: every vector of the appendix.

use rstest::rstest;
use serde_json::{Value, json};

use super::*;

#[test]
fn a_duplicate_id_is_counted_and_changes_nothing() {
    let mut intake = Intake::default();
    let first = send(&mut intake, &[sale(1, &json!({})), sale(1, &json!({})), sale(2, &json!({}))]);
    assert_eq!((first.reply.accepted, first.reply.duplicates, first.reply.status), (2, 1, Status::Accepted));
    let again = send(&mut intake, &[sale(1, &json!({"recorded_at": "2026-03-10T08:00:00+08:00"}))]);
    assert_eq!((again.reply.duplicates, again.events.len()), (1, 0));
    assert_eq!((intake.tally().received, intake.tally().duplicates), (4, 2));
}

#[test]
fn an_id_used_for_something_else_is_refused() {
    let mut intake = Intake::default();
    send(&mut intake, &[sale(1, &json!({}))]);
    let other = send(&mut intake, &[sale(1, &json!({"qty": 3})), sale(2, &json!({}))]);
    assert_eq!(other.reply.status, Status::PartiallyAccepted);
    assert_eq!(codes(&other.reply.events[0]), ["DH-8070"]);
}

#[test]
fn what_was_accepted_by_an_earlier_intake_is_a_duplicate() {
    let taken = send(&mut Intake::default(), &[sale(1, &json!({}))]);
    let mut intake = Intake::default();
    intake.remember(&taken.events[0]);
    assert_eq!(send(&mut intake, &[sale(1, &json!({}))]).reply.duplicates, 1);
}

#[test]
fn a_return_without_a_sale_is_accepted_with_a_finding() {
    let mut intake = Intake::default();
    let back = |n, line: &str| sale(n, &json!({"type": "return", "line_id": line}));
    let taken = send(&mut intake, &[back(2, "L1"), back(3, "L9"), sale(1, &json!({}))]);
    assert_eq!(taken.reply.accepted, 3);
    assert!(codes(&taken.reply.events[0]).is_empty(), "its sale is in the same batch, behind it");
    assert_eq!(codes(&taken.reply.events[1]), ["DH-8084"]);
}

#[rstest]
#[case::negative_quantity(json!({"qty": -2}), "DH-8073")]
#[case::fractional_quantity(json!({"qty": 1.02}), "DH-8072")]
#[case::fractional_pack(json!({"pack": 0.333}), "DH-8072")]
#[case::fractional_pack_as_text(json!({"pack": "0.333"}), "DH-8072")]
#[case::pack_of_nothing(json!({"pack": 0}), "DH-8074")]
#[case::future(json!({"occurred_at": "2026-03-10T09:06:00+08:00"}), "DH-8077")]
#[case::future_of_elsewhere(json!({"occurred_at": "2026-03-10T02:00:00Z"}), "DH-8077")]
#[case::unknown_sku(json!({"sku": "GOLD"}), "DH-8079")]
#[case::unknown_store(json!({"store_id": "CWB"}), "DH-8078")]
#[case::no_zone(json!({"occurred_at": "2026-03-09T14:00:00"}), "DH-8076")]
#[case::no_zone_when_recorded(json!({"recorded_at": "2026-03-09 14:00"}), "DH-8076")]
#[case::no_time(json!({"occurred_at": "yesterday"}), "DH-8075")]
#[case::day_or_month(json!({"occurred_at": "05/03/2026"}), "DH-8075")]
#[case::no_date_in_the_calendar(json!({"occurred_at": "2026-02-30"}), "DH-8075")]
#[case::no_id(json!({"event_id": null}), "DH-8067")]
#[case::bad_id(json!({"event_id": "17"}), "DH-8069")]
#[case::no_quantity(json!({"qty": null}), "DH-8067")]
#[case::no_number(json!({"qty": "two"}), "DH-8071")]
#[case::nothing_sold(json!({"qty": 0}), "DH-8074")]
#[case::too_much(json!({"qty": 1e15}), "DH-8074")]
#[case::type_unknown(json!({"type": "gift"}), "DH-8068")]
#[case::version_unknown(json!({"schema_version": 2}), "DH-8081")]
#[case::corrects_itself(json!({"corrects": id(1)}), "DH-8083")]
#[case::to_itself(json!({"type": "transfer", "to_store_id": "MK"}), "DH-8083")]
#[case::received_twice(json!({"type": "receipt", "qty_received": 3}), "DH-8083")]
fn what_cannot_be_is_refused_with_its_code(#[case] other: Value, #[case] code: &str) {
    assert_eq!(refused(sale(1, &other)), [code]);
}

#[test]
fn every_reason_is_told_at_once_and_the_row_is_kept() {
    let event = sale(1, &json!({"qty": -2, "pack": 0.333, "sku": null}));
    let taken = send(&mut Intake::default(), std::slice::from_ref(&event));
    assert_eq!(codes(&taken.reply.events[0]), ["DH-8067", "DH-8072", "DH-8073"]);
    assert_eq!(serde_json::from_str::<Value>(&taken.quarantine[0].raw).unwrap(), event);
    for reason in &taken.quarantine[0].reasons {
        assert!(!reason.message.en.is_empty() && !reason.message.zh.is_empty());
    }
}

#[test]
fn a_promotion_across_midnight_covers_both_days_and_one_until_midnight_does_not() {
    let promotion = |n, ends: &str| {
        json!({"event_id": id(n), "type": "promotion", "promo_id": "P1", "skus": ["TEA", "RING"], "stores": ["MK"],
            "starts_at": "2026-03-13T22:00:00+08:00", "ends_at": ends, "mechanism": "2 for 1", "planned_price": "9.9"})
    };
    let taken = send(
        &mut Intake::default(),
        &[
            promotion(1, "2026-03-14T02:00:00+08:00"),
            promotion(2, "2026-03-14T00:00:00+08:00"),
            promotion(3, "2026-03-15"),
            promotion(4, "2026-03-13T21:00:00+08:00"),
        ],
    );
    let days = |event: &Event| match &event.body {
        Body::Promotion(promotion) => promotion.days().map(|day| day.to_string()).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    assert_eq!(days(&taken.events[0]), ["2026-03-13", "2026-03-14"]);
    assert_eq!(days(&taken.events[1]), ["2026-03-13"]);
    assert_eq!(days(&taken.events[2]), ["2026-03-13", "2026-03-14", "2026-03-15"]);
    assert_eq!(codes(&taken.reply.events[3]), ["DH-8080"]);
}

#[test]
fn a_late_receipt_is_accepted_with_a_finding() {
    let receipt = |n, promised: &str| {
        sale(
            n,
            &json!({"type": "receipt", "po_id": "PO1", "ordered_at": "2026-03-01", "promised_at": promised}),
        )
    };
    let taken = send(&mut Intake::default(), &[receipt(1, "2026-03-07"), receipt(2, "2026-03-09")]);
    assert_eq!(codes(&taken.reply.events[0]), ["DH-8086"]);
    assert!(codes(&taken.reply.events[1]).is_empty());
}

#[test]
fn doubts_are_told_and_the_event_is_taken() {
    let taken = send(
        &mut Intake::default(),
        &[
            sale(1, &json!({"corrects": id(99)})),
            sale(
                2,
                &json!({"recorded_at": "2026-03-10T14:00:01+08:00", "occurred_at": "2026-03-09T14:00:00+08:00"}),
            ),
            sale(3, &json!({"occurred_at": "2026-03-09T06:00:00Z"})),
            sale(4, &json!({"type": "order", "po_id": "PO1", "qty": 10, "pack": 6})),
        ],
    );
    let told: Vec<Vec<&str>> = taken.reply.events.iter().map(codes).collect();
    assert_eq!(told, [["DH-8085"], ["DH-8087"], ["DH-8088"], ["DH-8089"]]);
    assert_eq!(taken.events[2].occurred_at.to_string(), "2026-03-09T14:00:00+08:00");
}

#[test]
fn a_batch_is_bounded_and_must_be_a_list() {
    let mut intake = Intake::default();
    let many: Vec<Value> = (0..1_001).map(|n| sale(n, &json!({}))).collect();
    let sent = |intake: &mut Intake, json: &[u8]| intake.batch(json, &till(), now());
    assert_eq!(sent(&mut intake, &serde_json::to_vec(&many).unwrap()).unwrap_err().code(), "DH-8065");
    assert_eq!(send(&mut intake, &many[..1_000]).reply.accepted, 1_000);
    let wrapped = json!({"events": [sale(1, &json!({}))]});
    assert_eq!(sent(&mut intake, wrapped.to_string().as_bytes()).unwrap().reply.duplicates, 1);
    for json in [&b"{"[..], b"17", b"{}", b"[17]", b""] {
        assert_eq!(sent(&mut intake, json).unwrap_err().code(), "DH-8066");
    }
    assert_eq!(sent(&mut intake, b"[]").unwrap().reply.status, Status::Accepted);
}

#[test]
fn the_reply_reads_as_the_appendix_says() {
    let taken = send(&mut Intake::default(), &[sale(1, &json!({})), sale(2, &json!({"qty": -1}))]);
    let reply = serde_json::to_value(&taken.reply).unwrap();
    assert_eq!(reply["status"], "PARTIALLY_ACCEPTED");
    assert_eq!(
        (&reply["accepted"], &reply["duplicates"], &reply["rejected"]),
        (&json!(1), &json!(0), &json!(1))
    );
    assert_eq!(reply["events"][1]["outcome"], "rejected");
    assert_eq!(reply["events"][1]["findings"][0]["field"], "qty");
}

#[rstest]
#[case(json!({"customer_name": "x"}))]
#[case(json!({"mobile": "x"}))]
#[case(json!({"reason": "A123456(3)"}))]
#[case(json!({"reason": "91234567"}))]
#[case(json!({"extra": {"card": "4111111111111111"}}))]
#[case(json!({"extra": [4_111_111_111_111_111_u64]}))]
#[case(json!({"line_id": "someone@example.hk"}))]
fn data_of_people_blocks_a_batch_and_is_not_repeated(#[case] other: Value) {
    let events = [sale(1, &json!({})), sale(2, &other)];
    let error = Intake::default().batch(&serde_json::to_vec(&events).unwrap(), &till(), now()).unwrap_err();
    assert_eq!(error.code(), "DH-8063");
    for value in ["A123456", "91234567", "4111", "someone"] {
        assert!(!error.to_string().contains(value), "{error}");
    }
}
