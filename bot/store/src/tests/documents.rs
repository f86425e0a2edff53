use chrono::TimeDelta;
use serde_json::json;

use super::{document, on_both_databases, posting_of, run_of, started};
use crate::{PostingState, Recorded, RunState, StoreError};

on_both_databases! {
    async fn the_same_bytes_again_are_a_duplicate_of_the_first(store) {
        let first = document("a");
        assert_eq!(store.record_document(&first).await.unwrap(), Recorded::New);
        let at = store.now();
        store.clock.advance(TimeDelta::minutes(5));
        let mut again = first.clone();
        again.name = "another name.pdf".into();
        let duplicate = Recorded::Duplicate { first_name: first.name.clone(), first_at: at };
        assert_eq!(store.record_document(&again).await.unwrap(), duplicate);
        let row = store.document(&first.sha256).await.unwrap().unwrap();
        assert_eq!((row.name, row.times_seen, row.recorded_at), (first.name.clone(), 2, at));
        assert_eq!(row.last_seen_at - row.recorded_at, TimeDelta::minutes(5));
        let names: Vec<_> = store.arrivals(&first.sha256).await.unwrap().into_iter().map(|a| a.name).collect();
        assert_eq!(names, [first.name, "another name.pdf".into()]);
        let history = store.audit_of(&format!("documents/{}", first.sha256)).await.unwrap();
        let actions: Vec<_> = history.iter().map(|line| line.action.as_str()).collect();
        assert_eq!(actions, ["document.recorded", "document.duplicate"]);
    }

    async fn a_document_without_a_run_is_found_until_it_has_one(store) {
        let (a, b) = (document("a"), document("b"));
        store.record_document(&a).await.unwrap();
        store.clock.advance(TimeDelta::seconds(1));
        store.record_document(&b).await.unwrap();
        let waiting: Vec<_> = store.documents_without_run().await.unwrap().into_iter().map(|d| d.sha256).collect();
        assert_eq!(waiting, [a.sha256.clone(), b.sha256.clone()]);
        store.start_run(&run_of(&a)).await.unwrap();
        let waiting: Vec<_> = store.documents_without_run().await.unwrap().into_iter().map(|d| d.sha256).collect();
        assert_eq!(waiting, [b.sha256]);
        let listed = store.documents(10).await.unwrap();
        assert_eq!(listed[0].sha256, document("b").sha256);
        assert_eq!(listed[1].run_state, Some(RunState::Running));
        assert_eq!(store.documents(1).await.unwrap().len(), 1);
    }

    async fn an_invoice_comes_back_as_it_was_saved(store) {
        let a = document("a");
        store.record_document(&a).await.unwrap();
        assert_eq!(store.invoice(&a.sha256).await.unwrap(), None);
        let invoice = json!({"kind": "vat", "fields": [{"name": "seller", "value": "朝陽\u{0}貿易"}], "n": 1});
        let total = Some("113.00");
        store.save_invoice(&a.sha256, &invoice, Some("cn:123"), Some("朝陽 貿易"), total, Some("2026-03-31")).await.unwrap();
        assert_eq!(store.invoice(&a.sha256).await.unwrap(), Some(invoice.clone()));
        let row = store.document(&a.sha256).await.unwrap().unwrap();
        assert_eq!(row.key.as_deref(), Some("cn:123"));
        assert_eq!(row.supplier.as_deref(), Some("朝陽 貿易"));
        assert_eq!(row.total.as_deref(), Some("113.00"));
        assert_eq!(row.issue_date.as_deref(), Some("2026-03-31"));
        store.save_invoice(&a.sha256, &invoice, None, None, None, None).await.unwrap();
        assert_eq!(store.document(&a.sha256).await.unwrap().unwrap().key, None);
    }

    async fn an_invoice_of_no_document_is_refused(store) {
        let saved = store.save_invoice(&document("a").sha256, &json!({}), None, None, None, None).await;
        assert!(matches!(saved, Err(StoreError::NotFound { what: "document" })));
        let mut odd = document("a");
        odd.sha256 = "../a".into();
        assert!(matches!(store.record_document(&odd).await, Err(StoreError::BadSha256)));
        assert_eq!(store.document("../a").await.unwrap(), None);
    }

    async fn a_twin_is_found_by_its_key_or_by_its_likeness(store) {
        let (mine, _) = started(&store, "mine").await;
        let (hard, hard_run) = started(&store, "hard").await;
        let (soft, _) = started(&store, "soft").await;
        let (other, _) = started(&store, "other").await;
        let none = json!({});
        let date = Some("2026-03-31");
        store.save_invoice(&hard.sha256, &none, Some("cn:1"), Some("X"), Some("1"), None).await.unwrap();
        store.save_invoice(&soft.sha256, &none, Some("cn:2"), Some("朝陽貿易 Ltd"), Some("113.5"), date).await.unwrap();
        store.save_invoice(&other.sha256, &none, Some("cn:3"), Some("朝陽貿易 ltd"), Some("113.51"), date).await.unwrap();
        store.save_invoice(&mine.sha256, &none, Some("cn:1"), Some("朝陽貿易 LTD"), Some("113.50"), date).await.unwrap();
        let posting = store.intend(&posting_of(&hard_run, "cn:1")).await.unwrap();
        store.posting_submitted(&posting.id).await.unwrap();
        store.posting_confirmed(&posting.id, "BILL/1", &none).await.unwrap();
        let twins = store.twins(&mine.sha256, Some("cn:1"), Some("朝陽貿易LTD"), Some("113.50"), date).await.unwrap();
        assert_eq!(twins.len(), 2, "{twins:?}");
        assert_eq!((&twins[0].sha256, twins[0].hard), (&hard.sha256, true));
        assert_eq!(twins[0].posted_as.as_deref(), Some("BILL/1"));
        assert_eq!(twins[0].posting_state, Some(PostingState::Confirmed));
        assert_eq!((&twins[1].sha256, twins[1].hard), (&soft.sha256, false));
        assert_eq!((twins[1].run_state, twins[1].posting_state), (Some(RunState::Running), None));
        assert!(store.twins(&mine.sha256, None, None, None, None).await.unwrap().is_empty());
    }
}
