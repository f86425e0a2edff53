//! The order of a posting under every fault, with the scripted portal and a real database.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;

use rstest::rstest;
use store::testing::TestStore;

use super::*;
use crate::{Scripted, Slip};

const DOCUMENT: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const OTHER: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

fn bill() -> Bill {
    serde_json::from_value(json!({
        "key": "hk:70000011:INV-7", "reference": "INV-7", "supplier_name": "維港文儀（虛構）有限公司",
        "supplier_tax_id": "70000011", "issue_date": "2026-11-02", "currency": "HKD", "total": "120.50"
    }))
    .unwrap()
}

/// A store that knows the two documents and their runs.
async fn store() -> TestStore {
    store::testing::with_runs(&[(DOCUMENT, "invoice/a"), (OTHER, "invoice/b")]).await
}

async fn post(portal: &Scripted, store: &TestStore) -> Result<Outcome, PortalError> {
    post_bill(portal, store, &bill(), DOCUMENT, "invoice/a").await
}

async fn state(store: &TestStore) -> Option<PostingState> {
    store.posting_by_key("scripted", &bill().key).await.unwrap().map(|row| row.state)
}

fn code(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Posted { .. } => "posted",
        Outcome::AlreadyThere { .. } => "there",
        Outcome::Refused { code, .. } | Outcome::Unknown { code, .. } => code,
    }
}

#[tokio::test]
async fn a_bill_is_entered_once_however_often_it_is_posted() {
    let (portal, store) = (Scripted::new(), store().await);
    for _ in 0..3 {
        assert_eq!(post(&portal, &store).await.unwrap(), Outcome::Posted { reference: "B-000001".into() });
    }
    let twin = post_bill(&portal, &store, &bill(), OTHER, "invoice/b").await.unwrap();
    assert_eq!(twin, Outcome::AlreadyThere { reference: "B-000001".into() });
    assert_eq!((portal.submitted(), portal.records().len()), (1, 1));
    let row = store.posting_by_key("scripted", &bill().key).await.unwrap().unwrap();
    assert_eq!(row.read_back.unwrap()["total"], "120.50");
    let acts: Vec<String> = store.pictures(&row.id).await.unwrap().into_iter().map(|p| p.act).collect();
    assert_eq!(acts, ["search", "fill", "submit", "search", "read-back"]);
}

#[rstest]
#[case::silent(Slip::SavedButSilent, "posted", 1)]
#[case::late(Slip::SavedLate(1), "posted", 1)]
#[case::error_page_after_saving(Slip::SavedButSaysNo, "posted", 1)]
#[case::lost(Slip::LostAndSilent, "DH-4201", 0)]
#[case::too_late(Slip::SavedLate(9), "DH-4201", 0)]
#[case::no(Slip::SaysNo, "DH-4107", 0)]
#[case::other_date(Slip::OtherDate, "DH-4202", 1)]
#[case::other_total(Slip::OtherTotal, "DH-4202", 1)]
#[case::twice(Slip::SavedTwice, "DH-4204", 2)]
#[tokio::test]
async fn a_fault_at_submit_ends_as(#[case] slip: Slip, #[case] ends: &str, #[case] saved: usize) {
    let (portal, store) = (Scripted::new(), store().await);
    portal.slip(slip);
    let outcome = post(&portal, &store).await.unwrap();
    assert_eq!(code(&outcome), ends, "{outcome:?}");
    assert_eq!(portal.records().len(), saved);
    let expected = match &outcome {
        Outcome::Posted { .. } => PostingState::Confirmed,
        Outcome::Refused { .. } => PostingState::Failed,
        _ => PostingState::Unknown,
    };
    assert_eq!(state(&store).await, Some(expected));
    // Whatever it was, calling again never submits again unless the site had said no.
    portal.slip(Slip::LostAndSilent);
    let _ = post(&portal, &store).await;
    assert_eq!(portal.submitted(), if ends == "DH-4107" { 2 } else { 1 });
}

#[rstest]
#[case::not_sent(Slip::NotSent)]
#[case::signed_out(Slip::SignedOut)]
#[tokio::test]
async fn a_fault_that_surely_saved_nothing_is_tried_again(#[case] slip: Slip) {
    let (portal, store) = (Scripted::new(), store().await);
    portal.slip(slip);
    assert_eq!(post(&portal, &store).await.unwrap_err().code(), "DH-4020");
    assert_eq!(state(&store).await, Some(PostingState::Failed));
    assert_eq!(code(&post(&portal, &store).await.unwrap()), "posted");
    assert_eq!(portal.records().len(), 1);
}

#[rstest]
#[case::after_saving(Slip::SavedThenHangs, "posted", 1)]
#[case::before_saving(Slip::Hangs, "DH-4201", 0)]
#[tokio::test]
async fn a_crash_in_submit_is_settled_by_the_search(
    #[case] slip: Slip,
    #[case] ends: &str,
    #[case] saved: usize,
) {
    let (portal, store) = (Scripted::new(), store().await);
    portal.slip(slip);
    let crashed = tokio::time::timeout(Duration::from_millis(300), post(&portal, &store)).await;
    assert!(crashed.is_err(), "the call hangs and is dropped, as a crash does");
    assert_eq!(state(&store).await, Some(PostingState::Submitted));
    assert_eq!(code(&post(&portal, &store).await.unwrap()), ends);
    assert_eq!((portal.records().len(), portal.submitted()), (saved, 1));
}

#[tokio::test]
async fn a_crash_before_submit_is_filled_again() {
    let (portal, store) = (Scripted::new(), store().await);
    let wanted = NewPosting {
        key: bill().key,
        portal: "scripted".into(),
        document: DOCUMENT.into(),
        run: "invoice/a".into(),
        bill: json!(bill()),
    };
    store.intend(&wanted).await.unwrap();
    assert_eq!(code(&post(&portal, &store).await.unwrap()), "posted");
}

#[tokio::test]
async fn a_portal_that_is_down_after_submit_is_asked_again_later_and_not_filled_again() {
    let (portal, store) = (Scripted::new(), store().await);
    portal.slip(Slip::SavedButSilent);
    portal.slip(Slip::SavedButSilent);
    // the first search answers, then the portal is down for longer than one posting searches
    let early = post_bill(&DownAfter(&portal), &store, &bill(), DOCUMENT, "invoice/a").await;
    assert!(early.is_err(), "{early:?}");
    assert_eq!(state(&store).await, Some(PostingState::Submitted));
    assert_eq!(code(&post(&portal, &store).await.unwrap()), "posted");
    assert_eq!(portal.submitted(), 1);
}

#[tokio::test]
async fn an_unknown_outcome_is_settled_when_the_bill_appears_or_a_person_says_it_is_not_there() {
    let (portal, store) = (Scripted::new(), store().await);
    portal.slip(Slip::LostAndSilent);
    assert_eq!(code(&post(&portal, &store).await.unwrap()), "DH-4201");
    assert_eq!(code(&post(&portal, &store).await.unwrap()), "DH-4203", "it stays with the person");
    let row = store.posting_by_key("scripted", &bill().key).await.unwrap().unwrap();
    store.posting_failed(&row.id, "a person looked: it is not there").await.unwrap();
    assert_eq!(code(&post(&portal, &store).await.unwrap()), "posted");
    assert_eq!(portal.records().len(), 1);
}

#[tokio::test]
async fn what_somebody_else_entered_is_not_entered_again() {
    let store = store().await;
    let shown = |total: &str, id: &str| Record {
        number: Some("B-9".into()),
        reference: Some("INV-7".into()),
        supplier_tax_id: Some(id.into()),
        total: Some(total.parse().unwrap()),
        ..Record::default()
    };
    for (record, ends) in [
        (shown("120.5", "70000011"), "there"),
        (shown("120.51", "70000011"), "DH-4101"),
        (shown("120.50", "70000099"), "DH-4102"),
        (shown("7", "70000099"), "posted"),
    ] {
        let portal = Scripted::new();
        portal.add(record);
        assert_eq!(code(&post(&portal, &store).await.unwrap()), ends);
        assert_eq!(state(&store).await.is_some(), ends == "posted", "no row stands for what was not begun");
    }
}

#[tokio::test]
async fn a_twin_waits_for_a_person_while_the_first_is_under_way() {
    let (portal, store) = (Scripted::new(), store().await);
    portal.slip(Slip::Hangs);
    let _ = tokio::time::timeout(Duration::from_millis(300), post(&portal, &store)).await;
    let twin = post_bill(&portal, &store, &bill(), OTHER, "invoice/b").await.unwrap();
    assert_eq!(code(&twin), "DH-4108");
    assert_eq!(portal.submitted(), 1);
}

#[tokio::test]
async fn a_bill_in_another_currency_than_the_books_is_never_entered() {
    let (portal, store) = (Scripted::in_currency("CNY"), store().await);
    assert_eq!(code(&post(&portal, &store).await.unwrap()), "DH-4103");
    assert_eq!(portal.submitted(), 0);
}

#[tokio::test]
async fn a_form_that_refuses_is_for_a_person_and_can_be_tried_after_it_was_put_right() {
    let (portal, store) = (Scripted::new(), store().await);
    portal.refuse_fill(true);
    assert_eq!(code(&post(&portal, &store).await.unwrap()), "DH-4104");
    assert_eq!(state(&store).await, Some(PostingState::Failed));
    portal.refuse_fill(false);
    assert_eq!(code(&post(&portal, &store).await.unwrap()), "posted");
}

#[tokio::test]
async fn two_postings_into_one_portal_take_turns() {
    let (portal, store) = (Scripted::new(), store().await);
    let (first, second) = tokio::join!(post(&portal, &store), post(&portal, &store));
    assert_eq!((code(&first.unwrap()), code(&second.unwrap())), ("posted", "posted"));
    assert_eq!(portal.submitted(), 1);
}

/// The same portal, which is down from the moment of submitting.
struct DownAfter<'a>(&'a Scripted);

#[async_trait::async_trait]
impl Portal for DownAfter<'_> {
    fn name(&self) -> &str {
        self.0.name()
    }
    fn policy(&self) -> &crate::Policy {
        self.0.policy()
    }
    fn turn(&self) -> &tokio::sync::Mutex<()> {
        self.0.turn()
    }
    async fn search(&self, bill: &Bill, album: &mut Album) -> Result<Vec<Record>, Fault> {
        self.0.search(bill, album).await
    }
    async fn fill(&self, bill: &Bill, album: &mut Album) -> Result<(), Fault> {
        self.0.fill(bill, album).await
    }
    async fn submit(&self, bill: &Bill, album: &mut Album) -> Result<(), Fault> {
        self.0.down_for(self.0.policy().searches);
        self.0.submit(bill, album).await
    }
    async fn read_back(&self, bill: &Bill, found: &Record, album: &mut Album) -> Result<Record, Fault> {
        self.0.read_back(bill, found, album).await
    }
}
