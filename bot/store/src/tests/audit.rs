use chrono::TimeDelta;
use serde_json::json;
use sqlx::Executor;

use super::{on_both_databases, posting_of, started, task_of};
use crate::testing::TestStore;
use crate::{Broken, BrokenWhy, ExportedHead, Recorded, StoreError};

async fn chain(store: &TestStore, length: i64) {
    for n in 0..length {
        store.audit("deskhand", "test.act", &format!("things/{n}"), &json!({"n": n})).await.unwrap();
        store.clock.advance(TimeDelta::seconds(1));
    }
}

/// What somebody with a database tool does.
async fn tamper(store: &TestStore, sql: &str) {
    let mut tx = store.write_unaudited().await.unwrap();
    tx.execute(sql).await.unwrap();
    tx.commit().await.unwrap();
}

async fn broken(store: &TestStore) -> Option<Broken> {
    store.audit_verify().await.unwrap().broken
}

/// What a check finds at this line: nothing, if no reason is given.
fn at(seq: i64, why: impl Into<Option<BrokenWhy>>) -> Option<Broken> {
    why.into().map(|why| Broken { seq, why })
}

on_both_databases! {
    async fn an_untouched_chain_holds(store) {
        assert!(store.audit_verify().await.unwrap().is_sound());
        chain(&store, 5).await;
        let verdict = store.audit_verify().await.unwrap();
        assert_eq!((verdict.entries, verdict.head.seq, verdict.broken), (5, 5, None));
        let head = store.export_head().await.unwrap();
        assert_eq!((head.seq, &head.entry_hash), (5, &verdict.head.entry_hash));
        chain(&store, 2).await;
        assert!(store.audit_verify_against(&head).await.unwrap().is_sound());
        let text = serde_json::to_string(&head).unwrap();
        assert_eq!(serde_json::from_str::<ExportedHead>(&text).unwrap(), head);
    }

    async fn every_changed_column_is_found(store) {
        chain(&store, 5).await;
        for change in ["at = at + 1", "actor = 'x'", "action = 'x'", "object = 'x'", "details = '{\"n\":9}'", "details = '{\"n\": 2}'", "entry_hash = 'x'"] {
            let column = change.split_whitespace().next().unwrap();
            tamper(&store, "CREATE TABLE kept AS SELECT * FROM audit").await;
            tamper(&store, &format!("UPDATE audit SET {change} WHERE seq = 3")).await;
            assert_eq!(broken(&store).await, at(3, BrokenWhy::RowChanged), "{change}");
            tamper(&store, &format!("UPDATE audit SET {column} = (SELECT {column} FROM kept WHERE seq = 3) WHERE seq = 3")).await;
            tamper(&store, "DROP TABLE kept").await;
            assert_eq!(broken(&store).await, None, "{change}");
        }
        tamper(&store, "UPDATE audit SET prev_hash = 'x' WHERE seq = 3").await;
        assert_eq!(broken(&store).await, at(3, BrokenWhy::RowChanged));
    }

    async fn a_row_deleted_from_the_middle_is_found(store) {
        chain(&store, 5).await;
        tamper(&store, "DELETE FROM audit WHERE seq = 3").await;
        let verdict = store.audit_verify().await.unwrap();
        assert_eq!((verdict.entries, verdict.broken), (2, at(3, BrokenWhy::RowMissing)));
    }

    async fn the_first_rows_deleted_are_found(store) {
        chain(&store, 5).await;
        tamper(&store, "DELETE FROM audit WHERE seq <= 2").await;
        assert_eq!(broken(&store).await, at(1, BrokenWhy::RowMissing));
    }

    async fn reordered_rows_are_found(store) {
        chain(&store, 5).await;
        for (from, to) in [(2, 99), (4, 2), (99, 4)] {
            tamper(&store, &format!("UPDATE audit SET seq = {to} WHERE seq = {from}")).await;
        }
        assert_eq!(broken(&store).await, at(2, BrokenWhy::RowChanged));
    }

    async fn a_gap_closed_by_renumbering_is_found(store) {
        chain(&store, 5).await;
        tamper(&store, "DELETE FROM audit WHERE seq = 3").await;
        tamper(&store, "UPDATE audit SET seq = 3 WHERE seq = 4").await;
        tamper(&store, "UPDATE audit SET seq = 4 WHERE seq = 5").await;
        assert_eq!(broken(&store).await, at(3, BrokenWhy::RowChanged));
    }

    async fn a_row_replaced_with_its_own_good_hash_is_found(store) {
        chain(&store, 5).await;
        let rows = store.audit_entries(None, 9).await.unwrap();
        let row = &rows[2];
        let hash = crate::audit::hash_of(&row.prev_hash, 3, row.at.timestamp_micros(), "x", &row.action, &row.object, "{\"n\":2}");
        tamper(&store, &format!("UPDATE audit SET actor = 'x', entry_hash = '{hash}' WHERE seq = 3")).await;
        assert_eq!(broken(&store).await, at(4, BrokenWhy::LinkBroken));
    }

    async fn the_newest_rows_deleted_are_found(store) {
        chain(&store, 5).await;
        tamper(&store, "DELETE FROM audit WHERE seq > 3").await;
        assert_eq!(broken(&store).await, at(4, BrokenWhy::Truncated));
        tamper(&store, "DELETE FROM audit").await;
        assert_eq!(broken(&store).await, at(1, BrokenWhy::Truncated));
    }

    async fn a_head_set_back_with_the_rows_is_found_by_the_noted_head(store) {
        chain(&store, 5).await;
        store.export_head().await.unwrap();
        tamper(&store, "DELETE FROM audit WHERE seq > 3").await;
        tamper(&store, "UPDATE audit_head SET seq = 3, entry_hash = (SELECT entry_hash FROM audit WHERE seq = 3)").await;
        assert_eq!(broken(&store).await, at(4, BrokenWhy::Truncated));
    }

    async fn history_rewritten_throughout_is_found_by_the_head_that_left(store) {
        chain(&store, 5).await;
        let head = store.export_head().await.unwrap();
        tamper(&store, "DELETE FROM audit").await;
        tamper(&store, "DELETE FROM heads").await;
        tamper(&store, "UPDATE audit_head SET seq = 0, entry_hash = '0000000000000000000000000000000000000000000000000000000000000000'").await;
        chain(&store, 3).await;
        assert_eq!(broken(&store).await, None, "from inside it looks whole");
        let verdict = store.audit_verify_against(&head).await.unwrap();
        assert_eq!(verdict.broken, at(4, BrokenWhy::Truncated));
        chain(&store, 5).await;
        let verdict = store.audit_verify_against(&head).await.unwrap();
        assert_eq!(verdict.broken, at(5, BrokenWhy::HeadMismatch));
    }

    async fn a_head_that_disagrees_with_the_rows_is_found(store) {
        chain(&store, 5).await;
        tamper(&store, "UPDATE audit_head SET entry_hash = 'x'").await;
        assert_eq!(broken(&store).await, at(5, BrokenWhy::HeadMismatch));
        tamper(&store, "UPDATE audit_head SET seq = 3").await;
        assert_eq!(broken(&store).await, at(4, BrokenWhy::RowsBeyondHead));
    }

    async fn a_long_chain_is_checked_to_its_end(store) {
        let mut write = store.write().await.unwrap();
        for n in 0..4500 {
            write.audit("test.act", "things/1", &json!({"n": n})).await.unwrap();
        }
        write.commit().await.unwrap();
        assert_eq!(store.audit_verify().await.unwrap().entries, 4500);
        tamper(&store, "UPDATE audit SET actor = 'x' WHERE seq = 4321").await;
        assert_eq!(broken(&store).await, at(4321, BrokenWhy::RowChanged));
    }

    async fn entries_are_found_by_their_object(store) {
        chain(&store, 12).await;
        store.audit("ann", "page.opened", "tasks/a_b", &json!({})).await.unwrap();
        let found = store.audit_entries(Some("tasks/a_"), 9).await.unwrap();
        assert_eq!((found.len(), found[0].actor.as_str(), found[0].seq), (1, "ann", 13));
        assert!(store.audit_entries(Some("tasks/axb"), 9).await.unwrap().is_empty());
        assert_eq!(store.audit_entries(Some("things/1"), 9).await.unwrap().len(), 3);
        assert_eq!(store.audit_entries(None, 5).await.unwrap()[0].seq, 13);
        assert_eq!(store.audit_of("things/1").await.unwrap().len(), 1);
    }

    async fn a_whole_story_leaves_no_personal_value_in_the_chain(store) {
        let (document, run) = started(&store, "a").await;
        assert!(matches!(store.record_document(&document).await.unwrap(), Recorded::Duplicate { .. }));
        let invoice = json!({"supplier": "朝陽貿易", "total": "113.00"});
        let key = Some("hk:朝陽貿易:77");
        store.save_invoice(&document.sha256, &invoice, key, Some("朝陽貿易"), Some("113.00"), None).await.unwrap();
        store.begin_step(&run.id, 0, "read", &invoice, 0).await.unwrap();
        store.open_task(&task_of(&run)).await.unwrap();
        let posting = store.intend(&posting_of(&run, "hk:朝陽貿易:77")).await.unwrap();
        store.posting_unknown(&posting.id, "Mr Chan said 113.00").await.unwrap();
        store.finish_run(&run.id, crate::RunState::Failed, "Mr Chan").await.unwrap();
        let entries = store.audit_entries(None, 99).await.unwrap();
        let printed = format!("{entries:?}");
        for value in ["朝陽", "113.00", "Chan", "發票", "/in/"] {
            assert!(!printed.contains(value), "{value} in {printed}");
        }
        assert!(!printed.contains("withheld"), "{printed}");
        assert!(store.audit_verify().await.unwrap().is_sound());
        let refused = store.posting_failed("x", "Mr Chan").await.unwrap_err();
        assert!(matches!(refused, StoreError::NotFound { .. }));
    }
}
