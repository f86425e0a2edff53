//! Purchase orders go through the same machine as bills: once, read back, whatever the site does.

use std::time::Duration;

use portal::{Bill, Outcome, Portal as _};
use serde_json::{Value, json};
use store::PostingState;
use store::testing::TestStore;

use crate::site::{self, Site};
use crate::{DOCUMENT, code, post};

fn order(reference: &str) -> Bill {
    let order = json!({
        "key": reference, "reference": reference, "supplier_name": "七葉示範茶業有限公司", "issue_date": "2026-11-23",
        "due_date": "2026-11-30", "currency": "HKD", "net": "1085.00", "total": "1085.00", "memo": "Weekly order 每週訂貨",
        "lines": [
            { "description": "TEA-01 Tieguanyin 125 g · MK", "quantity": "10", "unit_price": "84.50", "amount": "845.00" },
            { "description": "CUP-01 Gaiwan 120 ml · TST", "quantity": "4", "unit_price": "60", "amount": "240.00" }
        ]
    });
    serde_json::from_value(order).unwrap()
}

async fn state(store: &TestStore, order: &Bill) -> Option<PostingState> {
    store.posting_by_key("ledger_orders", &order.key).await.unwrap().map(|row| row.state)
}

/// One browser for all of it, as for bills.
#[tokio::test(flavor = "multi_thread")]
async fn purchase_orders_are_entered_once_and_read_back_whatever_the_site_does() {
    let site = Site::start(&json!({ "orders": true }));
    let store = store::testing::with_runs(&[(DOCUMENT, "invoice/a")]).await;
    is_entered_once(&site, &store).await;
    is_found_after_a_crash(&site, &store).await;
    is_found_when_the_site_did_not_answer(&site, &store).await;
    is_refused_in_its_own_words(&site, &store).await;
    site.portal.close().await;
}

async fn is_entered_once(site: &Site, store: &TestStore) {
    let order = order("PO-20261123-01");
    for _ in 0..2 {
        assert_eq!(
            post(site, store, &order).await.unwrap(),
            Outcome::Posted { reference: "P-000001".into() }
        );
    }
    let [saved] = site.bills().try_into().unwrap();
    for (field, value) in [
        ("number", "PO-20261123-01"),
        ("vendor_name", "七葉示範茶業有限公司"),
        ("date", "2026-11-23"),
        ("due", "2026-11-30"),
        ("currency", "HKD"),
        ("total", "1085.00"),
        ("memo", "Weekly order 每週訂貨"),
    ] {
        assert_eq!(saved[field], value, "{field}");
    }
    assert_eq!(saved["lines"][0]["description"], "TEA-01 Tieguanyin 125 g · MK");
    assert_eq!(saved["lines"][1]["price"], "60");
    let row = store.posting_by_key("ledger_orders", &order.key).await.unwrap().unwrap();
    let shown = row.read_back.unwrap();
    assert_eq!((&shown["total"], &shown["date"]), (&json!("1085.00"), &json!("2026-11-23")));
    // A store that knows nothing of it, as after a restore: the site does.
    let elsewhere = store::testing::with_runs(&[(DOCUMENT, "invoice/a")]).await;
    assert_eq!(code(&post(site, &elsewhere, &order).await.unwrap()), "there");
    assert_eq!(site.bills_of(&order.reference), 1);
}

/// The program dies between sending and reading back, and the browser with it.
async fn is_found_after_a_crash(site: &Site, store: &TestStore) {
    for (fault, reference, ends, saved) in [
        (json!({ "fault": "slow", "seconds": 2 }), "PO-20261123-02", "posted", 1),
        (json!({ "fault": "hangs", "seconds": 2 }), "PO-20261123-03", "DH-4201", 0),
    ] {
        site.fault(&with_place(fault));
        let (order, folder) = (order(reference), site.portal.browser_folder().await.unwrap());
        let crash = async {
            while state(store, &order).await != Some(PostingState::Submitted) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        };
        tokio::select! {
            ended = post(site, store, &order) => panic!("it ended before the crash: {ended:?}"),
            () = crash => {}
        }
        site::kill_all_that_name(&folder);
        assert_eq!(code(&post(site, store, &order).await.unwrap()), ends);
        assert_eq!(site.bills_of(reference), saved, "never sent a second time");
    }
}

fn with_place(mut fault: Value) -> Value {
    fault["at"] = json!("save");
    fault
}

async fn is_found_when_the_site_did_not_answer(site: &Site, store: &TestStore) {
    for (fault, reference) in [("saved_but_hangs", "PO-20261123-04"), ("saved_as_error", "PO-20261123-05")] {
        site.fault(&json!({ "fault": fault, "seconds": 20 }));
        assert_eq!(code(&post(site, store, &order(reference)).await.unwrap()), "posted", "{fault}");
        assert_eq!(site.bills_of(reference), 1);
    }
    for (fault, reference) in [("wrong_date", "PO-20261123-06"), ("wrong_total", "PO-20261123-07")] {
        site.fault(&json!({ "fault": fault }));
        let Outcome::Unknown { code, why } = post(site, store, &order(reference)).await.unwrap() else {
            panic!("{fault}")
        };
        assert_eq!(code, "DH-4202");
        assert!(why.en.contains("saved the purchase order as P-0000"), "{why:?}");
        assert!(why.zh_hant.contains("已儲存採購單 P-0000"), "{why:?}");
    }
}

async fn is_refused_in_its_own_words(site: &Site, store: &TestStore) {
    let refused = async |order: &Bill| match post(site, store, order).await.unwrap() {
        Outcome::Refused { code, why } => (code, why),
        other => panic!("{other:?}"),
    };
    let mut early = order("PO-20261123-08");
    early.due_date = early.issue_date.pred_opt();
    let (code, why) = refused(&early).await;
    assert_eq!(code, "DH-4107");
    assert!(why.en.contains("does not take the purchase order: The expected day is before"), "{why:?}");
    assert!(why.zh_hant.contains("不接受這張採購單"), "{why:?}");

    let mut stranger = order("PO-20261123-09");
    stranger.supplier_name = "Nobody's Tea Limited".into();
    let (code, why) = refused(&stranger).await;
    assert_eq!(
        (code.as_str(), why.en.contains("or correct the purchase order")),
        ("DH-4104", true),
        "{why:?}"
    );

    site.fault(&json!({ "fault": "mangled", "at": "form" }));
    assert_eq!(refused(&order("PO-20261123-10")).await.0, "DH-4106");

    let elsewhere = store::testing::with_runs(&[(DOCUMENT, "invoice/a")]).await;
    let mut other = order("PO-20261123-01");
    (other.net, other.total) = (None, "1085.01".parse().unwrap());
    other.lines.clear();
    let outcome = post(site, &elsewhere, &other).await.unwrap();
    assert_eq!(crate::code(&outcome), "DH-4101", "{outcome:?}");
    for reference in ["PO-20261123-08", "PO-20261123-09", "PO-20261123-10"] {
        assert_eq!(site.bills_of(reference), 0, "{reference}");
    }
}
