//! Enters purchase orders into a real accounting system, when `scripts/test` says where one is.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use portal::{
    Album, Bill, BrowserConfig, Description, Outcome, Portal as _, PortalConfig, WebPortal, post_bill,
};
use serde_json::{Value, json};
use store::PostingState;
use store::testing::TestStore;

const DOCUMENT: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const PORTAL: &str = "django_ledger_orders";

fn portal(base_url: String) -> WebPortal {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows/portals/django_ledger_orders.toml");
    WebPortal::new(PortalConfig {
        description: Description::load(&file).unwrap(),
        base_url,
        hosts: Vec::new(),
        secrets: [("user", "bot"), ("password", "bot-pass-1")]
            .map(|(name, value)| (name.to_owned(), value.into()))
            .into(),
        settings: BTreeMap::new(),
        browser: BrowserConfig::default(),
    })
    .unwrap()
}

/// More lines than the site's form takes at once. The site may be an old one: the number is new each time.
fn order(lines: u32, sum: &str) -> Bill {
    let chance = tempfile::tempdir().unwrap();
    let number = chance.path().file_name().unwrap().to_str().unwrap().replace(".tmp", "PO-");
    let mut all: Vec<Value> = (1..=lines)
        .map(|i| {
            json!({ "description": format!("TEA-0{i} Tea <b>{i}</b> · MK"), "quantity": "10", "unit_price": "12.50", "amount": "125.00" })
        })
        .collect();
    all[0] = json!({ "description": "TEA-01 Tieguanyin 125 g · MK", "quantity": "3", "unit_price": "0.335", "amount": "1.01" });
    let order = json!({
        "key": number, "reference": number, "supplier_name": "Lantau Paper & Print (Fictional) Limited",
        "issue_date": "2026-11-20", "due_date": "2026-11-30", "currency": "HKD", "net": sum, "total": sum,
        "memo": "Weekly order 每週訂貨", "lines": all
    });
    serde_json::from_value(order).unwrap()
}

async fn post(portal: &WebPortal, store: &TestStore, order: &Bill) -> Outcome {
    let begun = Instant::now();
    let outcome = post_bill(portal, store, order, DOCUMENT, "invoice/a").await.unwrap();
    println!("{} lines: {outcome:?} after {:.1?}", order.lines.len(), begun.elapsed());
    outcome
}

async fn there(portal: &WebPortal, order: &Bill) -> usize {
    portal.search(order, &mut Album::new()).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn purchase_orders_are_entered_once_into_the_real_accounting_system() {
    let Ok(url) = std::env::var("DESKHAND_TEST_ACCOUNTING") else {
        println!("DESKHAND_TEST_ACCOUNTING is not set: scripts/test starts an accounting system");
        return;
    };
    let (portal, store) = (portal(url), store::testing::with_runs(&[(DOCUMENT, "invoice/a")]).await);
    is_entered_once(&portal, &store).await;
    is_never_there_twice_after_a_crash(&portal, &store).await;
    portal.close().await;
}

async fn is_entered_once(portal: &WebPortal, store: &TestStore) {
    let order = order(7, "751.01");
    let Outcome::Posted { reference } = post(portal, store, &order).await else { panic!("posted") };
    assert!(reference.starts_with("PO-"), "{reference}");
    assert_eq!(post(portal, store, &order).await, Outcome::Posted { reference: reference.clone() });
    let row = store.posting_by_key(PORTAL, &order.key).await.unwrap().unwrap();
    let shown = row.read_back.unwrap();
    assert_eq!(shown["reference"], order.reference.as_str());
    assert_eq!(shown["supplier"], "Lantau Paper & Print (Fictional) Limited");
    assert_eq!((&shown["date"], &shown["total"]), (&json!("2026-11-20"), &json!("751.01")));

    // A store that knows nothing of it, as after a restore: the site does.
    let elsewhere = store::testing::with_runs(&[(DOCUMENT, "invoice/a")]).await;
    assert_eq!(post(portal, &elsewhere, &order).await, Outcome::AlreadyThere { reference });
    assert_eq!(there(portal, &order).await, 1);

    let mut foreign = order;
    foreign.currency = "CNY".into();
    let Outcome::Refused { code, why } = post(portal, &elsewhere, &foreign).await else { panic!("refused") };
    assert_eq!(code, "DH-4103");
    assert!(why.zh_hant.starts_with("採購單貨幣為 CNY"), "{why:?}");
}

/// Wherever the program dies while it sends: the order is there at most once, and it is never sent again blindly.
async fn is_never_there_twice_after_a_crash(portal: &WebPortal, store: &TestStore) {
    for wait in [Duration::ZERO, Duration::from_millis(700), Duration::from_secs(2)] {
        let order = order(2, "126.01");
        let crash = async {
            while store.posting_by_key(PORTAL, &order.key).await.unwrap().map(|row| row.state)
                != Some(PostingState::Submitted)
            {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            tokio::time::sleep(wait).await;
        };
        tokio::select! {
            ended = post(portal, store, &order) => println!("it was quicker than the crash: {ended:?}"),
            () = crash => {}
        }
        portal.close().await;
        let after = post(portal, store, &order).await;
        assert!(!matches!(after, Outcome::Refused { .. }), "{after:?}");
        let copies = there(portal, &order).await;
        assert!(copies <= 1, "{copies} of {}", order.reference);
        if let Outcome::Posted { .. } = after {
            assert_eq!(copies, 1);
        }
    }
}
