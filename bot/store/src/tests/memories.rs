use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{lines, on_both_databases, started, task_of};
use crate::testing::TestStore;
use crate::{Decided, Decision, NewMemory, StoreError};

fn memory(field: &str, lesson: Value) -> NewMemory {
    NewMemory {
        supplier_key: "brn:70000118".into(),
        supplier_name: "霧燈示範紙品有限公司".into(),
        printed_name: Some("雾灯示范纸品有限公司".into()),
        field: field.into(),
        lesson,
    }
}

fn label(text: &str) -> NewMemory {
    memory("invoice_number", json!({ "kind": "label", "label": text }))
}

fn currency(code: &str) -> NewMemory {
    memory("currency", json!({ "kind": "value", "value": code }))
}

/// Decides a task on a document of this content, and remembers.
async fn decided(store: &TestStore, content: &str, memories: &[NewMemory]) -> String {
    let (document, run) = started(store, content).await;
    let task = store.open_task(&task_of(&run)).await.unwrap();
    let decided = Decided { decision: Decision::Correct, corrections: json!({}), note: String::new() };
    store.decide_and_remember(&task.id, 1, "ann", &decided, memories).await.unwrap();
    document.sha256
}

on_both_databases! {
    async fn what_is_remembered_is_listed_with_where_it_comes_from(store) {
        let document = decided(&store, "a", &[label("Ref."), currency("USD")]).await;
        let held = store.memories_that_hold().await.unwrap();
        assert_eq!(held.iter().map(|m| m.field.as_str()).collect::<Vec<_>>(), ["currency", "invoice_number"]);
        let one = &held[1];
        assert_eq!((one.document.as_str(), one.saved_by.as_str()), (document.as_str(), "ann"));
        assert_eq!((one.document_name.as_str(), one.saved_at), ("a 發票.pdf", store.now()));
        assert_eq!((one.times_used, one.last_used_at, &one.revoked_by), (0, None, &None));
        assert_eq!(one.lesson, json!({ "kind": "label", "label": "Ref." }));
    }

    async fn a_decision_that_is_refused_remembers_nothing(store) {
        let (_, run) = started(&store, "a").await;
        let task = store.open_task(&task_of(&run)).await.unwrap();
        let decided = Decided { decision: Decision::Correct, corrections: json!({}), note: String::new() };
        let stale = store.decide_and_remember(&task.id, 7, "ann", &decided, &[label("Ref.")]).await;
        assert!(matches!(stale, Err(StoreError::VersionChanged)));
        assert!(store.memories().await.unwrap().is_empty());
    }

    async fn a_revoked_memory_no_longer_holds_and_stays_listed(store) {
        decided(&store, "a", &[label("Ref.")]).await;
        let id = store.memories().await.unwrap().remove(0).id;
        store.clock.advance(TimeDelta::days(1));
        let row = store.revoke_memory(&id, "bob").await.unwrap();
        assert_eq!((row.revoked_by.as_deref(), row.revoked_at), (Some("bob"), Some(store.now())));
        let before = lines(&store).await;
        store.revoke_memory(&id, "ann").await.unwrap();
        assert_eq!(lines(&store).await, before, "once more does nothing");
        assert!(store.memories_that_hold().await.unwrap().is_empty());
        assert_eq!(store.memories().await.unwrap()[0].revoked_by.as_deref(), Some("bob"));
        assert!(matches!(store.revoke_memory("no", "bob").await, Err(StoreError::NotFound { what: "memory" })));
    }

    async fn the_same_is_remembered_once_and_a_constant_has_one_value(store) {
        decided(&store, "a", &[label("Ref."), currency("USD")]).await;
        decided(&store, "b", &[label("Ref."), label("Our ref."), currency("HKD")]).await;
        let held = store.memories_that_hold().await.unwrap();
        let says: Vec<&Value> = held.iter().map(|m| &m.lesson).collect();
        assert_eq!(says.len(), 3, "{says:?}");
        assert_eq!(says[0]["value"], "HKD");
        let all = store.memories().await.unwrap();
        let usd = all.iter().find(|m| m.lesson["value"] == "USD").unwrap();
        assert_eq!(usd.revoked_by.as_deref(), Some("ann"));
    }

    async fn a_use_is_counted_once_a_document(store) {
        decided(&store, "a", &[label("Ref.")]).await;
        let id = store.memories().await.unwrap().remove(0).id;
        let (next, _) = started(&store, "b").await;
        store.clock.advance(TimeDelta::days(2));
        let used = store.now();
        store.memories_used(&next.sha256, std::slice::from_ref(&id)).await.unwrap();
        store.clock.advance(TimeDelta::days(1));
        let before = lines(&store).await;
        store.memories_used(&next.sha256, &[id]).await.unwrap();
        store.memories_used(&next.sha256, &[]).await.unwrap();
        assert_eq!(lines(&store).await, before);
        let row = store.memories().await.unwrap().remove(0);
        assert_eq!((row.times_used, row.last_used_at), (1, Some(used)));
    }

    async fn the_audit_chain_tells_of_it_without_names_and_values(store) {
        decided(&store, "a", &[label("Ref."), currency("USD")]).await;
        let id = store.memories().await.unwrap().remove(0).id;
        store.revoke_memory(&id, "bob").await.unwrap();
        let entries = store.audit_entries(Some("memories/"), 9).await.unwrap();
        let acts: Vec<(&str, &str)> = entries.iter().map(|e| (e.action.as_str(), e.actor.as_str())).collect();
        assert_eq!(acts, [("memory.revoked", "bob"), ("memory.saved", "ann"), ("memory.saved", "ann")]);
        for entry in &entries {
            let said = entry.details.to_string();
            for private in ["霧燈", "70000118", "Ref.", "USD", "withheld"] {
                assert!(!said.contains(private), "{said}");
            }
        }
    }
}
