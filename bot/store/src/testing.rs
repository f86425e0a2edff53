//! A fresh store for a test, on a real SQLite file or a real PostgreSQL, and a bucket (cargo feature `testing`).
//!
//! ```no_run
//! # async fn test() {
//! let store = store::testing::postgres().await;
//! store.clock.advance(chrono::TimeDelta::minutes(16)); // a `ManualClock`
//! assert!(store.runs(10).await.unwrap().is_empty());   // and a `Store`
//! # }
//! ```
//! Each test gets a database of its own, which is removed with its [`TestStore`].
//!
//! The PostgreSQL server is the one named by `DESKHAND_TEST_PG_URL` (a URL whose user may create databases),
//! or else one that this module starts from the machine's PostgreSQL binaries in the temporary folder. That
//! one is shared by all test processes of the user, found by a lock file, and stops by itself when nobody
//! has used it for a minute.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a fixture may panic: that fails the test"
)]

mod bucket;
mod server;

pub use bucket::TestBucket;
pub use server::OwnServer;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use sqlx::{AnyConnection, Connection, Executor};

use crate::{Blobs, ManualClock, NewDocument, NewRun, Store, sqlite_url};

/// The time at which the clock of every [`TestStore`] stands at first: 1 April 2026, 10:00 in Hong Kong.
pub const START: &str = "2026-04-01T02:00:00Z";

/// A store on a database of its own. It is a [`Store`]; the database goes when it is dropped.
pub struct TestStore {
    /// The clock of the store.
    pub clock: Arc<ManualClock>,
    /// The address of the database, to open it once more.
    pub url: String,
    store: Store,
    _database: TestDatabase,
}

enum TestDatabase {
    Sqlite(#[expect(dead_code, reason = "held for its drop")] Folder),
    Postgres(#[expect(dead_code, reason = "held for its drop")] PostgresDatabase),
}

impl std::ops::Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl TestStore {
    /// Changes a line of the audit chain as somebody with a database tool would.
    pub async fn tamper_with_audit(&self, seq: i64) {
        let mut tx = self.store.write_unaudited().await.unwrap();
        tx.execute(format!("UPDATE audit SET actor = 'nobody' WHERE seq = {seq}").as_str()).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// A fresh store on an SQLite file in a temporary folder.
pub async fn sqlite() -> TestStore {
    let folder = Folder::new();
    let url = sqlite_url(&folder.0.join("deskhand 帳.db"));
    open(url, TestDatabase::Sqlite(folder)).await
}

/// A fresh store on an SQLite file that knows these documents, by SHA-256, each with its run.
pub async fn with_runs(runs: &[(&str, &str)]) -> TestStore {
    let store = sqlite().await;
    for (document, run) in runs {
        let file = NewDocument {
            sha256: (*document).into(),
            name: "bill.pdf".into(),
            media: "application/pdf".into(),
            bytes: 1,
            origin: "upload".into(),
            workflow: "invoice".into(),
            portal: None,
        };
        store.record_document(&file).await.unwrap();
        let started = NewRun {
            id: (*run).into(),
            workflow: "invoice".into(),
            script_sha256: (*document).into(),
            document: Some((*document).into()),
            trigger: "test".into(),
        };
        store.start_run(&started).await.unwrap();
    }
    store
}

/// A fresh store on a PostgreSQL database.
pub async fn postgres() -> TestStore {
    let database = PostgresDatabase::new().await;
    open(database.url.clone(), TestDatabase::Postgres(database)).await
}

async fn open(url: String, database: TestDatabase) -> TestStore {
    let clock = Arc::new(ManualClock::new(START.parse::<DateTime<Utc>>().unwrap()));
    let store = Store::open(&url, Blobs::memory(), clock.clone()).await.unwrap();
    TestStore { clock, url, store, _database: database }
}

/// A name that no other test, in this process or another, has.
fn unique_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let random = ulid::Ulid::new().to_string().to_lowercase();
    format!("deskhand_test_{}_{count}_{random}", std::process::id())
}

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(unique_name());
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An empty PostgreSQL database on the test server, removed when this is dropped.
pub struct PostgresDatabase {
    /// Its address.
    pub url: String,
    server: String,
    name: String,
}

impl PostgresDatabase {
    /// Makes one.
    pub async fn new() -> Self {
        sqlx::any::install_default_drivers();
        let name = unique_name();
        let create = format!("CREATE DATABASE \"{name}\"");
        let server = server::with_server(async move |url: String| {
            execute(&url, &create).await.unwrap();
            url
        })
        .await;
        Self { url: database_url(&server, &name), server, name }
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        let (server, drop) =
            (self.server.clone(), format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name));
        // A runtime of its own, because a drop cannot wait on the one it is in.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                let _ = runtime.block_on(execute(&server, &drop));
            }
        });
        let _ = dropping.join();
    }
}

async fn execute(url: &str, sql: &str) -> Result<(), sqlx::Error> {
    let mut connection = AnyConnection::connect(url).await?;
    connection.execute(sql).await?;
    connection.close().await
}

/// The server's address with another database in it.
fn database_url(server: &str, name: &str) -> String {
    let (address, options) =
        server.split_once('?').map_or((server, None), |(address, options)| (address, Some(options)));
    let authority = address.find("://").map_or(0, |at| at + 3);
    let end = address[authority..].find('/').map_or(address.len(), |at| authority + at);
    let options = options.map(|options| format!("?{options}")).unwrap_or_default();
    format!("{}/{name}{options}", &address[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_name_goes_to_its_place_in_the_address() {
        assert_eq!(database_url("postgres://u@h:5/postgres?x=y", "n"), "postgres://u@h:5/n?x=y");
        assert_eq!(database_url("postgres://u@h:5", "n"), "postgres://u@h:5/n");
    }
}
