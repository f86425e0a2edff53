use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use sqlx::{Executor, Row};

use super::{document, on_both_databases};
use crate::{Blobs, Store, StoreError, SystemClock, sqlite_url, testing};

async fn open(url: &str) -> Result<Store, StoreError> {
    Store::open(url, Blobs::memory(), Arc::new(SystemClock)).await
}

on_both_databases! {
    async fn a_store_opened_again_has_everything(store) {
        store.record_document(&document("a")).await.unwrap();
        let again = Store::open(&store.url, Blobs::memory(), store.clock.clone()).await.unwrap();
        assert_eq!(again.documents(9).await.unwrap(), store.documents(9).await.unwrap());
        assert!(again.audit_verify().await.unwrap().is_sound());
        again.ping().await.unwrap();
        again.close().await;
        store.ping().await.unwrap();
    }

    async fn ids_sort_in_the_order_of_their_making(store) {
        let mut ids: Vec<String> = (0..1000).map(|_| store.new_id()).collect();
        store.clock.advance(TimeDelta::milliseconds(1));
        ids.push(store.new_id());
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    }

    async fn a_database_of_a_newer_program_is_left_alone(store) {
        let mut tx = store.write_unaudited().await.unwrap();
        tx.execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             SELECT 9999, 'from the future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let error = open(&store.url).await.unwrap_err();
        assert_eq!(error.to_string(), "DH-3003: the tables cannot be brought up to date (a newer program has written version 9999). Use the program version that wrote them last, or restore a backup.");
    }

    async fn an_act_that_is_not_committed_never_happened(store) {
        let mut write = store.write().await.unwrap();
        write.audit("test.act", "test", &serde_json::json!({})).await.unwrap();
        drop(write);
        assert_eq!(store.audit_head().await.unwrap().seq, 0);
        store.audit("deskhand", "test.act", "test", &serde_json::json!({})).await.unwrap();
        assert!(store.audit_verify().await.unwrap().is_sound());
    }

    async fn a_value_in_the_wrong_form_is_named_by_its_column_only(store) {
        store.record_document(&document("a")).await.unwrap();
        let mut tx = store.write_unaudited().await.unwrap();
        tx.execute("UPDATE documents SET invoice = 'secret {'").await.unwrap();
        tx.commit().await.unwrap();
        let error = store.invoice(&document("a").sha256).await.unwrap_err();
        assert!(matches!(&error, StoreError::Damaged { column } if column == "invoice"));
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}

#[tokio::test]
async fn sqlite_keeps_what_it_promised_after_a_power_cut() {
    let store = testing::sqlite().await;
    let mut tx = store.write_unaudited().await.unwrap();
    for (pragma, value) in [("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)] {
        let row = tx.fetch_one(sqlx::query(&format!("PRAGMA {pragma}"))).await.unwrap();
        assert_eq!(row.get::<i64, _>(0), value, "{pragma}");
    }
    let row = tx.fetch_one("PRAGMA journal_mode").await.unwrap();
    assert_eq!(row.get::<String, _>(0), "wal");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_database_may_be_opened_by_several_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let postgres = testing::PostgresDatabase::new().await;
    for url in [sqlite_url(&folder.path().join("new.db")), postgres.url.clone()] {
        let opening: Vec<_> = (0..4)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move { open(&url).await })
            })
            .collect();
        for opened in opening {
            let store = opened.await.unwrap().unwrap();
            store.record_document(&document("a")).await.unwrap();
        }
        assert_eq!(open(&url).await.unwrap().audit_verify().await.unwrap().entries, 4);
    }
}

#[tokio::test]
async fn readers_of_sqlite_cannot_write() {
    let store = testing::sqlite().await;
    let error = sqlx::query("DELETE FROM audit_head").execute(store.reader()).await.unwrap_err();
    assert!(error.to_string().contains("readonly"), "{error}");
}

#[tokio::test]
async fn a_backup_is_a_whole_database() {
    let store = testing::sqlite().await;
    store.record_document(&document("a")).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("copy.db");
    store.backup(&to).await.unwrap();
    let copy = open(&sqlite_url(&to)).await.unwrap();
    assert_eq!(copy.documents(9).await.unwrap(), store.documents(9).await.unwrap());
    assert!(copy.audit_verify().await.unwrap().is_sound());
    assert_eq!(store.backup(&to).await.unwrap_err().code(), "DH-3050");
    let postgres = testing::postgres().await;
    assert_eq!(postgres.backup(&to).await.unwrap_err().code(), "DH-3050");
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_without_being_repeated() {
    for url in
        ["", "deskhand.db", "mysql://u:hunter2@h/d", "sqlite::memory:", "sqlite:", "sqlite://x?mode=memory"]
    {
        let error = open(url).await.unwrap_err();
        assert!(matches!(error, StoreError::Address), "{url}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
    let error = open(&sqlite_url(Path::new("/nowhere at all/x.db"))).await.unwrap_err();
    assert_eq!(error.code(), "DH-3001");
}

#[tokio::test]
async fn a_server_that_is_down_is_a_transient_error_without_the_password() {
    let error = open("postgres://ann:hunter2@127.0.0.1:1/deskhand").await.unwrap_err();
    assert_eq!((error.code(), error.is_transient()), ("DH-3001", true));
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[test]
fn a_path_with_odd_characters_is_still_that_path() {
    assert_eq!(sqlite_url(Path::new("/a b/帳?#%.db")), "sqlite:///a%20b/%E5%B8%B3%3F%23%25.db");
}
