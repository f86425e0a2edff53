//! Every promise of the store, kept on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod audit;
mod blobs;
mod books;
mod concurrency;
mod database;
mod documents;
mod ends;
mod figures;
mod fires;
mod followers;
mod holds;
mod hosts;
mod mailboxes;
mod memories;
mod people;
mod postings;
mod queue;
mod quiet;
mod related;
mod reminders;
mod runs;
mod sessions;
mod stock;
mod tasks;
mod timers;

use serde_json::json;

use crate::testing::TestStore;
use crate::{NewDocument, NewPosting, NewRun, NewTask, sha256_hex};

/// Writes each test once and runs it on both databases.
macro_rules! on_both_databases {
    ($(async fn $name:ident($store:ident) $body:block)+) => { $(
        mod $name {
            #[allow(clippy::allow_attributes, unused_imports, reason = "not every test needs all names of its file")]
            use super::*;

            async fn check($store: $crate::testing::TestStore) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                check($crate::testing::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                check($crate::testing::postgres().await).await;
            }
        }
    )+ };
}
use on_both_databases;

fn document(content: &str) -> NewDocument {
    NewDocument {
        sha256: sha256_hex(content),
        name: format!("{content} 發票.pdf"),
        media: "pdf".into(),
        bytes: content.len() as u64,
        origin: "/in/帳單".into(),
        workflow: "invoice".into(),
        portal: None,
    }
}

fn run_of(document: &NewDocument) -> NewRun {
    NewRun {
        id: format!("invoice/{}", document.sha256),
        workflow: "invoice".into(),
        script_sha256: sha256_hex("script"),
        document: Some(document.sha256.clone()),
        trigger: "folder".into(),
    }
}

fn task_of(run: &NewRun) -> NewTask {
    NewTask {
        id: format!("{}/3", run.id),
        run: run.id.clone(),
        document: run.document.clone().unwrap(),
        workflow: run.workflow.clone(),
        reason: "Tax id check digit does not match 稅號".into(),
        findings: json!([{"code": "DH-2104", "severity": "review"}]),
        invoice: json!({"fields": {"total": "113.00"}}),
    }
}

fn posting_of(run: &NewRun, key: &str) -> NewPosting {
    NewPosting {
        key: key.into(),
        portal: "erp".into(),
        document: run.document.clone().unwrap(),
        run: run.id.clone(),
        bill: json!({"total": "113.00", "supplier": "朝陽貿易"}),
    }
}

/// A document with a run, as every later thing needs it.
async fn started(store: &TestStore, content: &str) -> (NewDocument, NewRun) {
    let document = document(content);
    store.record_document(&document).await.unwrap();
    let run = run_of(&document);
    assert!(store.start_run(&run).await.unwrap());
    (document, run)
}

/// How many audit lines there are.
async fn lines(store: &TestStore) -> i64 {
    store.audit_head().await.unwrap().seq
}
