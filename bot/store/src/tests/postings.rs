use serde_json::json;

use super::{lines, on_both_databases, posting_of, started};
use crate::{NewPosting, PostingState, StoreError};

on_both_databases! {
    async fn the_same_invoice_is_never_meant_twice(store) {
        let (first, run) = started(&store, "a").await;
        let (_, other_run) = started(&store, "scan of a").await;
        let row = store.intend(&posting_of(&run, "cn:1")).await.unwrap();
        assert_eq!((row.state, row.document.as_str()), (PostingState::Intended, first.sha256.as_str()));
        let again = store.intend(&posting_of(&other_run, "cn:1")).await.unwrap();
        assert_eq!(again, row);
        let mut elsewhere = posting_of(&run, "cn:1");
        elsewhere.portal = "bank".into();
        assert_ne!(store.intend(&elsewhere).await.unwrap().id, row.id);
        assert_eq!(store.postings(9).await.unwrap().len(), 2);
        assert_eq!(store.posting_by_key("erp", "cn:1").await.unwrap(), Some(row));
        assert_eq!(store.posting_by_key("erp", "cn:2").await.unwrap(), None);
    }

    async fn only_one_caller_may_click(store) {
        let (_, run) = started(&store, "a").await;
        let id = store.intend(&posting_of(&run, "cn:1")).await.unwrap().id;
        store.posting_submitted(&id).await.unwrap();
        let second = store.posting_submitted(&id).await;
        assert!(matches!(second, Err(StoreError::WrongState { what: "posting", state: "submitted" })));
    }

    async fn a_confirmed_posting_stays_as_it_is(store) {
        let (_, run) = started(&store, "a").await;
        let id = store.intend(&posting_of(&run, "cn:1")).await.unwrap().id;
        store.posting_submitted(&id).await.unwrap();
        let seen = json!({"total": "113.00"});
        store.posting_confirmed(&id, "BILL/2026/1 號", &seen).await.unwrap();
        let before = lines(&store).await;
        store.posting_confirmed(&id, "BILL/2026/1 號", &seen).await.unwrap();
        assert_eq!(lines(&store).await, before);
        assert!(store.posting_confirmed(&id, "BILL/2026/2", &seen).await.is_err());
        assert!(store.posting_failed(&id, "no").await.is_err());
        assert!(store.posting_unknown(&id, "no").await.is_err());
        assert!(store.posting_submitted(&id).await.is_err());
        assert!(store.posting_reopened(&id, &posting_of(&run, "cn:1")).await.is_err());
        let row = store.posting(&id).await.unwrap().unwrap();
        assert_eq!((row.state, row.reference.as_deref()), (PostingState::Confirmed, Some("BILL/2026/1 號")));
        assert_eq!((row.read_back, row.note), (Some(seen), None));
        assert!(store.postings_unsettled().await.unwrap().is_empty());
    }

    async fn an_unknown_outcome_is_settled_by_looking_never_by_clicking(store) {
        let (_, run) = started(&store, "a").await;
        let id = store.intend(&posting_of(&run, "cn:1")).await.unwrap().id;
        store.posting_submitted(&id).await.unwrap();
        store.posting_unknown(&id, "the browser died").await.unwrap();
        store.posting_unknown(&id, "the browser died").await.unwrap();
        assert_eq!(store.postings_unsettled().await.unwrap()[0].id, id);
        assert!(store.posting_submitted(&id).await.is_err());
        assert!(store.posting_reopened(&id, &posting_of(&run, "cn:1")).await.is_err());
        store.posting_confirmed(&id, "BILL/1", &json!({})).await.unwrap();
    }

    async fn a_failed_posting_is_tried_again_only_when_reopened(store) {
        let (_, run) = started(&store, "a").await;
        let posting = posting_of(&run, "cn:1");
        let id = store.intend(&posting).await.unwrap().id;
        store.posting_failed(&id, "the form refused it").await.unwrap();
        assert_eq!(store.intend(&posting).await.unwrap().state, PostingState::Failed);
        assert!(store.posting_submitted(&id).await.is_err());
        let (_, later) = started(&store, "b").await;
        let again = NewPosting { bill: json!({ "total": "2.00" }), ..posting_of(&later, "cn:1") };
        assert!(store.posting_reopened(&id, &posting_of(&later, "cn:2")).await.is_err());
        store.posting_reopened(&id, &again).await.unwrap();
        let row = store.posting(&id).await.unwrap().unwrap();
        assert_eq!((&row.run, &row.document, &row.bill), (&later.id, &again.document, &again.bill));
        store.posting_submitted(&id).await.unwrap();
        let row = store.posting(&id).await.unwrap().unwrap();
        assert_eq!((row.state, row.note), (PostingState::Submitted, None));
        assert!(matches!(store.posting_submitted("no").await, Err(StoreError::NotFound { what: "posting" })));
    }

    async fn a_picture_is_noted_only_when_it_is_kept(store) {
        let (_, run) = started(&store, "a").await;
        let id = store.intend(&posting_of(&run, "cn:1")).await.unwrap().id;
        let key = format!("postings/{id}/00-search.png");
        assert!(matches!(store.picture(&id, 0, "search", &key).await, Err(StoreError::BlobMissing)));
        store.blobs().put(&key, b"png".to_vec()).await.unwrap();
        store.picture(&id, 0, "search", &key).await.unwrap();
        store.picture(&id, 1, "fill", &key).await.unwrap();
        store.picture(&id, 1, "submit", &key).await.unwrap();
        let acts: Vec<_> = store.pictures(&id).await.unwrap().into_iter().map(|p| (p.index, p.act)).collect();
        assert_eq!(acts, [(0, "search".to_owned()), (1, "submit".to_owned())]);
        let noted = store.audit_entries(Some("postings/"), 1).await.unwrap().remove(0);
        assert_eq!(noted.details["sha256"], crate::sha256_hex(b"png"));
        assert!(store.picture("no", 0, "search", &key).await.is_err());
    }
}
