use chrono::TimeDelta;
use serde_json::json;

use super::{on_both_databases, posting_of, started, task_of};
use crate::{Decided, Decision, PostingState, RunState, StoreError};

on_both_databases! {
    async fn a_suppliers_papers_come_with_what_became_of_them(store) {
        let (posted, run) = started(&store, "posted").await;
        store.save_invoice(&posted.sha256, &json!({"a": 1}), None, Some("Sunrise"), None, None).await.unwrap();
        let posting = store.intend(&posting_of(&run, "hk:1")).await.unwrap();
        store.posting_submitted(&posting.id).await.unwrap();
        store.posting_confirmed(&posting.id, "B1", &json!({})).await.unwrap();
        store.clock.advance(TimeDelta::seconds(1));
        let (waiting, run) = started(&store, "waiting").await;
        store.save_invoice(&waiting.sha256, &json!({"a": 2}), None, Some("Sunrise"), None, None).await.unwrap();
        store.open_task(&task_of(&run)).await.unwrap();
        let (other, _) = started(&store, "other").await;
        store.save_invoice(&other.sha256, &json!({}), None, Some("Moonset"), None, None).await.unwrap();
        assert_eq!(store.supplier_names().await.unwrap(), ["Moonset", "Sunrise"]);
        let papers = store.papers_of_supplier("Sunrise").await.unwrap();
        let said: Vec<_> = papers.iter().map(|paper| (paper.document.as_str(), paper.posting_state, paper.run_state)).collect();
        assert_eq!(said, [
            (posted.sha256.as_str(), Some(PostingState::Confirmed), Some(RunState::Running)),
            (waiting.sha256.as_str(), None, Some(RunState::Waiting)),
        ]);
        assert!(papers[0].bill.is_some() && papers[1].bill.is_none());
    }

    async fn what_was_posted_and_asked_in_a_time(store) {
        let from = store.now();
        let (_, run) = started(&store, "asked").await;
        let task = store.open_task(&task_of(&run)).await.unwrap();
        let posting = store.intend(&posting_of(&run, "hk:1")).await.unwrap();
        store.posting_submitted(&posting.id).await.unwrap();
        store.posting_confirmed(&posting.id, "B1", &json!({})).await.unwrap();
        let (_, straight) = started(&store, "straight").await;
        let posting = store.intend(&posting_of(&straight, "hk:2")).await.unwrap();
        store.posting_submitted(&posting.id).await.unwrap();
        store.clock.advance(TimeDelta::days(1));
        let until = store.now();
        store.posting_confirmed(&posting.id, "B2", &json!({})).await.unwrap();
        let confirmed = store.confirmed_between(from, until).await.unwrap();
        assert_eq!(confirmed.iter().map(|row| (row.posting.key.as_str(), row.asked)).collect::<Vec<_>>(), [("hk:1", true)]);
        let later = store.confirmed_between(until, until + TimeDelta::days(1)).await.unwrap();
        assert_eq!(later.iter().map(|row| (row.posting.key.as_str(), row.asked)).collect::<Vec<_>>(), [("hk:2", false)]);

        // Decided after the time: it was opened in it, and still open at its end.
        let approve = Decided { decision: Decision::Approve, corrections: json!({}), note: String::new() };
        store.decide(&task.id, 1, "ann", &approve).await.unwrap();
        assert_eq!(store.tasks_between(from, until).await.unwrap().len(), 1);
        assert_eq!(store.tasks_between(until, until + TimeDelta::days(1)).await.unwrap().len(), 0);
        store.clock.advance(TimeDelta::days(1));
        assert_eq!(store.tasks_between(until, store.now()).await.unwrap().len(), 0);
        assert_eq!(store.carriers_between(from, until).await.unwrap(), 0);
    }

    async fn a_report_is_kept_once_and_its_hash_stands_in_the_chain(store) {
        let sha256 = store.keep_report("month", b"a workbook".to_vec()).await.unwrap();
        assert_eq!(store.keep_report("month", b"a workbook".to_vec()).await.unwrap(), sha256);
        assert_eq!(store.report(&sha256).await.unwrap(), b"a workbook");
        let told = store.audit_of(&format!("reports/{sha256}")).await.unwrap();
        assert_eq!((told.len(), told[0].details["sha256"].as_str()), (1, Some(sha256.as_str())));
        store.blobs().put(&format!("reports/{sha256}"), b"another".to_vec()).await.unwrap();
        assert!(matches!(store.report(&sha256).await, Err(StoreError::BlobDamaged)));
    }
}
