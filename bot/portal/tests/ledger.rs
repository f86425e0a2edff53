//! Posts into the bookkeeping site of `fixtures/portals/ledger` with a real browser.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod orders;
mod site;

use std::time::Duration;

use portal::{Bill, Outcome, Portal, PortalError, post_bill};
use serde_json::{Value, json};
use site::Site;
use store::PostingState;
use store::testing::TestStore;

const DOCUMENT: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn bill(reference: &str) -> Bill {
    let bill = json!({
        "key": format!("cn:{reference}"), "reference": reference, "supplier_name": "深圳市晴海电子虚构有限公司",
        "supplier_tax_id": "91440300MA9G7K2X3L", "issue_date": "2026-11-02", "due_date": "2026-12-02", "currency": "CNY",
        "net": "1150.00", "tax": "149.50", "total": "1299.50", "memo": "PO 4711\n第二行",
        "lines": [
            { "description": "A4 纸 𠮷 70g", "quantity": "10", "unit_price": "120", "amount": "1200.00" },
            { "description": "折扣", "amount": "-50.00" }
        ]
    });
    serde_json::from_value(bill).unwrap()
}

async fn post(site: &Site, store: &TestStore, bill: &Bill) -> Result<Outcome, PortalError> {
    post_bill(&site.portal, store, bill, DOCUMENT, "invoice/a").await
}

fn code(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Posted { .. } => "posted",
        Outcome::AlreadyThere { .. } => "there",
        Outcome::Refused { code, .. } | Outcome::Unknown { code, .. } => code,
    }
}

async fn state(store: &TestStore, bill: &Bill) -> Option<PostingState> {
    store.posting_by_key("ledger", &bill.key).await.unwrap().map(|row| row.state)
}

/// One browser for all of it: that is how it runs in life, and starting one takes longer than posting.
#[tokio::test(flavor = "multi_thread")]
async fn bills_are_posted_once_and_read_back_whatever_the_site_does() {
    let (site, store) =
        (Site::start(&Value::Null), store::testing::with_runs(&[(DOCUMENT, "invoice/a")]).await);
    posts_and_keeps_pictures(&site, &store).await;
    signs_in_again_when_the_site_forgot(&site, &store).await;
    finds_what_was_saved_without_an_answer(&site, &store).await;
    gives_up_to_a_person_when_nothing_can_be_found(&site, &store).await;
    sees_what_the_site_changed(&site, &store).await;
    tells_the_pages_words(&site, &store).await;
    does_not_enter_what_is_there(&site, &store).await;
    outlives_its_browser(&site, &store).await;
    site.portal.close().await;
}

async fn posts_and_keeps_pictures(site: &Site, store: &TestStore) {
    let bill = bill("FP-1001");
    assert_eq!(post(site, store, &bill).await.unwrap(), Outcome::Posted { reference: "B-000001".into() });
    let saved = &site.bills()[0];
    assert_eq!(
        (
            saved["date"].as_str(),
            saved["due"].as_str(),
            saved["currency"].as_str(),
            saved["net"].as_str(),
            saved["total"].as_str()
        ),
        (Some("2026-11-02"), Some("2026-12-02"), Some("CNY"), Some("1150.00"), Some("1299.50"))
    );
    assert_eq!(saved["tax_id"], "91440300MA9G7K2X3L");
    assert_eq!(saved["memo"], "PO 4711 第二行", "a new line in a text presses no Enter");
    assert_eq!(saved["lines"][0]["description"], "A4 纸 𠮷 70g", "rare characters are typed too");
    assert_eq!(saved["lines"][1]["amount"], "-50.00");
    let row = store.posting_by_key("ledger", &bill.key).await.unwrap().unwrap();
    assert_eq!(row.read_back.unwrap()["total"], "1299.50");
    let pictures = store.pictures(&row.id).await.unwrap();
    let acts: Vec<&str> = pictures.iter().map(|picture| picture.act.as_str()).collect();
    for section in ["sign-in", "search", "fill", "submit", "read-back"] {
        assert!(acts.iter().any(|act| act.starts_with(section)), "{section} is among {acts:?}");
    }
    assert!(!acts.contains(&"sign-in-3-type"), "no picture while the password stands in its field");
    let png = store.blobs().get(&pictures[0].blob_key).await.unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    // Again: nothing is opened, nothing is entered.
    assert_eq!(code(&post(site, store, &bill).await.unwrap()), "posted");
    assert_eq!(site.bills().len(), 1);
}

async fn signs_in_again_when_the_site_forgot(site: &Site, store: &TestStore) {
    site.fault(&json!({ "fault": "expired", "at": "search" }));
    assert_eq!(code(&post(site, store, &bill("FP-1002")).await.unwrap()), "posted");
    // While saving: the page sent is lost, nothing is saved, and it may be tried again.
    site.fault(&json!({ "fault": "expired", "at": "save" }));
    let error = post(site, store, &bill("FP-1003")).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert_eq!(code(&post(site, store, &bill("FP-1003")).await.unwrap()), "posted");
    assert_eq!(site.bills_of("FP-1003"), 1);
}

async fn finds_what_was_saved_without_an_answer(site: &Site, store: &TestStore) {
    for (fault, reference) in [("saved_but_hangs", "FP-1004"), ("saved_as_error", "FP-1005")] {
        site.fault(&json!({ "fault": fault, "seconds": 20 }));
        assert_eq!(code(&post(site, store, &bill(reference)).await.unwrap()), "posted", "{fault}");
        assert_eq!(site.bills_of(reference), 1);
    }
    // Slow is not gone.
    site.fault(&json!({ "fault": "slow", "seconds": 2 }));
    assert_eq!(code(&post(site, store, &bill("FP-1006")).await.unwrap()), "posted");
}

async fn gives_up_to_a_person_when_nothing_can_be_found(site: &Site, store: &TestStore) {
    for (fault, reference) in [("hangs", "FP-1007"), ("error", "FP-1008")] {
        site.fault(&json!({ "fault": fault, "at": "save", "seconds": 20 }));
        let bill = bill(reference);
        assert_eq!(code(&post(site, store, &bill).await.unwrap()), "DH-4201", "{fault}");
        assert_eq!(state(store, &bill).await, Some(PostingState::Unknown));
        assert_eq!(code(&post(site, store, &bill).await.unwrap()), "DH-4203");
        assert_eq!(site.bills_of(reference), 0, "never entered blindly");
    }
    // An error before anything was typed may be tried again.
    site.fault(&json!({ "fault": "error", "at": "form" }));
    let error = post(site, store, &bill("FP-1009")).await.unwrap_err();
    assert_eq!(error.code(), "DH-4024", "{error}");
    assert_eq!(code(&post(site, store, &bill("FP-1009")).await.unwrap()), "posted");
}

async fn sees_what_the_site_changed(site: &Site, store: &TestStore) {
    for (fault, reference) in [("wrong_date", "FP-1010"), ("wrong_total", "FP-1011")] {
        site.fault(&json!({ "fault": fault }));
        let bill = bill(reference);
        let outcome = post(site, store, &bill).await.unwrap();
        assert_eq!(code(&outcome), "DH-4202", "{outcome:?}");
        assert_eq!(state(store, &bill).await, Some(PostingState::Unknown));
    }
}

async fn tells_the_pages_words(site: &Site, store: &TestStore) {
    let mut early = bill("FP-1012");
    early.due_date = early.issue_date.pred_opt();
    let Outcome::Refused { code: refused, why } = post(site, store, &early).await.unwrap() else {
        panic!("refused")
    };
    assert_eq!(refused, "DH-4107");
    assert!(why.en.contains("The due date is before the bill's date."), "{why:?}");
    assert_eq!(state(store, &early).await, Some(PostingState::Failed));
    // A person put it right: the same posting is tried again.
    assert_eq!(code(&post(site, store, &bill("FP-1012")).await.unwrap()), "posted");

    site.fault(&json!({ "fault": "alert", "at": "form" }));
    let Outcome::Refused { code: refused, why } = post(site, store, &bill("FP-1017")).await.unwrap() else {
        panic!("refused")
    };
    assert_eq!(refused, "DH-4107");
    assert!(why.en.contains("The period is closed."), "a dialog's words are kept: {why:?}");
    site.fault(&json!({ "fault": "mangled", "at": "form" }));
    let Outcome::Refused { code: refused, why } = post(site, store, &bill("FP-1018")).await.unwrap() else {
        panic!("refused")
    };
    assert_eq!(
        (refused.as_str(), site.bills_of("FP-1018")),
        ("DH-4106", 0),
        "the form is compared before it is sent: {why:?}"
    );

    let mut stranger = bill("FP-1013");
    stranger.supplier_tax_id = Some("91310115MA7H3Q8W50".into());
    assert_eq!(code(&post(site, store, &stranger).await.unwrap()), "DH-4104");
    let mut keys = bill("FP-\u{e007}1014");
    keys.key = "cn:keys".into();
    assert_eq!(code(&post(site, store, &keys).await.unwrap()), "DH-4110");
}

async fn does_not_enter_what_is_there(site: &Site, store: &TestStore) {
    let elsewhere = store::testing::with_runs(&[(DOCUMENT, "invoice/a")]).await; // a store that knows nothing of what was posted
    assert_eq!(code(&post(site, &elsewhere, &bill("FP-1001")).await.unwrap()), "there");
    let mut other = bill("FP-1001");
    (other.net, other.total) = (Some("1150.01".parse().unwrap()), "1299.51".parse().unwrap());
    other.lines.clear();
    assert_eq!(code(&post(site, &elsewhere, &other).await.unwrap()), "DH-4101");
    assert_eq!(state(&elsewhere, &other).await, None);
    assert_eq!(site.bills_of("FP-1001"), 1);
    let _ = store;
}

async fn outlives_its_browser(site: &Site, store: &TestStore) {
    let folder = site.portal.browser_folder().await.unwrap();
    site::kill_all_that_name(&folder);
    assert_eq!(code(&post(site, store, &bill("FP-1015")).await.unwrap()), "posted", "between two bills");

    // In the middle of saving: the site takes two seconds, the browser dies after about one.
    let folder = site.portal.browser_folder().await.unwrap();
    site.fault(&json!({ "fault": "slow", "seconds": 3 }));
    let bill = bill("FP-1016");
    let killer = async {
        while state(store, &bill).await != Some(PostingState::Submitted) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        site::kill_all_that_name(&folder);
    };
    let (outcome, ()) = tokio::join!(post(site, store, &bill), killer);
    assert_eq!(code(&outcome.unwrap()), "posted", "the search of the next browser finds it");
    assert_eq!(site.bills_of("FP-1016"), 1);

    let folder = site.portal.browser_folder().await.unwrap();
    site.portal.close().await;
    assert!(!folder.exists(), "nothing is left of a browser that was ended");
    // The kernel takes a moment to bury what was killed.
    for _ in 0..100 {
        if !site::any_that_names(&folder) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("a process of the ended browser is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_said_without_being_shown() {
    let site = Site::start(&json!({ "password": "Geheim-987654" }));
    let store = store::testing::with_runs(&[(DOCUMENT, "invoice/a")]).await;
    let error = post(&site, &store, &bill("FP-1")).await.unwrap_err();
    assert_eq!(error.code(), "DH-4021");
    let said = format!("{error} {error:?}");
    assert!(!said.contains("Geheim-987654"), "{said}");
    assert!(!error.is_transient(), "trying again locks the account");
    site.portal.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_reaches_no_host_that_was_not_granted() {
    let site = Site::start(&json!({ "base": "http://localhost" }));
    let store = store::testing::with_runs(&[(DOCUMENT, "invoice/a")]).await;
    // The site is asked as `localhost`, which is granted; its pages are then left for 127.0.0.1, which is not.
    let error = post(&site, &store, &bill("FP-1")).await.unwrap_err();
    assert_eq!(error.code(), "DH-4022", "{error}");
    site.portal.close().await;
}
