//! Opening the database, and the two ways into it: many readers, and writers one after the other.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyPool, ConnectOptions, Executor, Transaction};
use tokio::sync::Semaphore;
use ulid::Ulid;

use crate::audit::{self, Link};
use crate::error::Fault;
use crate::row::Columns as _;
use crate::{Blobs, SharedClock, StoreError};

/// Who stands in the audit chain when no person acted.
const THE_PROGRAM: &str = "deskhand";
/// Argon2 takes 19 MiB for each hash: a crowd at the door must not take all the memory.
const HASHES_AT_ONCE: usize = 4;
const READERS: u32 = 4;
/// On PostgreSQL as well, few writers: they wait for each other anyhow, and waiting here leaves connections free.
const POSTGRES_WRITERS: u32 = 3;
const POSTGRES_READERS: u32 = 8;
/// Two programs that open a new SQLite file at the same moment may get in each other's way once.
const OPENINGS: u32 = 5;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// The database and the blobs of one house. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
    actor: Arc<str>,
}

struct Inner {
    writer: AnyPool,
    reader: AnyPool,
    blobs: Blobs,
    clock: SharedClock,
    last_id: Mutex<Ulid>,
    hashing: Semaphore,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the pools: their options hold the database address, and with it perhaps a password.
        out.debug_struct("Store").field("actor", &self.actor).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database (an SQLite file is made when it is missing) and brings its tables up to date.
    pub async fn open(database_url: &str, blobs: Blobs, clock: SharedClock) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let (writer, reader) = match Kind::of(database_url)? {
            Kind::Sqlite => open_sqlite_patiently(database_url).await?,
            Kind::Postgres => {
                let writer = connect(database_url, POSTGRES_WRITERS, &[]).await?;
                migrate(&writer).await?;
                (writer, connect(database_url, POSTGRES_READERS, &[]).await?)
            }
        };
        let inner = Inner {
            writer,
            reader,
            blobs,
            clock,
            last_id: Mutex::new(Ulid::nil()),
            hashing: Semaphore::new(HASHES_AT_ONCE),
        };
        Ok(Self { inner: Arc::new(inner), actor: THE_PROGRAM.into() })
    }

    /// The files.
    pub fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    /// The clock.
    pub fn clock(&self) -> &SharedClock {
        &self.inner.clock
    }

    /// The time by this store's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.clock.now()
    }

    /// The same store, whose audit lines name the given actor (a person's id) where no other is named.
    #[must_use]
    pub fn acting_as(&self, actor: &str) -> Self {
        Self { inner: Arc::clone(&self.inner), actor: actor.into() }
    }

    pub(crate) fn hashing(&self) -> &Semaphore {
        &self.inner.hashing
    }

    /// A new id (ULID): later ids sort after earlier ones, even within one tick of the clock.
    pub fn new_id(&self) -> String {
        let millis = u64::try_from(self.now().timestamp_millis()).unwrap_or_default();
        let fresh = Ulid::from_parts(millis, Ulid::new().random());
        let mut last = self.inner.last_id.lock().unwrap_or_else(PoisonError::into_inner);
        *last = if last.timestamp_ms() == millis { last.increment().unwrap_or(fresh) } else { fresh };
        last.to_string()
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT seq FROM audit_head WHERE id = 1").fetch_one(self.reader()).await?;
        Ok(())
    }

    /// The time by the clock of a PostgreSQL server; a file has no clock of its own.
    pub async fn server_clock(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut connection = self.inner.reader.acquire().await?;
        if connection.backend_name() == "SQLite" {
            return Ok(None);
        }
        let sql = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS now";
        let row = sqlx::query(sql).fetch_one(&mut *connection).await?;
        Ok(Some(row.time("now")?))
    }

    /// Writes a whole copy of an SQLite database to a file that does not exist yet, while work goes on.
    /// PostgreSQL has `pg_dump` for this.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let refused = |why: &str| StoreError::Backup { why: why.to_owned() };
        let to = to.to_str().ok_or_else(|| refused("the path is not UTF-8"))?;
        let mut connection = self.inner.writer.acquire().await?;
        if connection.backend_name() != "SQLite" {
            return Err(refused("this is not SQLite: use pg_dump"));
        }
        match sqlx::query("VACUUM INTO $1").bind(to).execute(&mut *connection).await {
            Ok(_) => Ok(()),
            Err(error) => Err(refused(&Fault::from(&error).to_string())),
        }
    }

    /// Waits for what is under way and closes all connections.
    pub async fn close(&self) {
        self.inner.reader.close().await;
        // The writer goes last, so that it is the one that moves the WAL into the file.
        self.inner.writer.close().await;
    }

    pub(crate) fn reader(&self) -> &AnyPool {
        &self.inner.reader
    }

    /// Begins to write. Every writer first updates the one row of `audit_head`: on both databases this is the
    /// lock that puts writers one after the other, so that what they read stays true until they commit.
    pub(crate) async fn write(&self) -> Result<Write, StoreError> {
        let mut tx = self.inner.writer.begin().await?;
        let head = audit::lock_head(&mut tx).await?;
        Ok(Write { tx, head, now: self.now(), actor: Arc::clone(&self.actor) })
    }

    /// A transaction outside the audit chain, for things that are no acts (sessions).
    pub(crate) async fn write_unaudited(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(self.inner.writer.begin().await?)
    }
}

/// A transaction that holds the head of the audit chain. Dropped without `commit`, nothing has happened.
pub(crate) struct Write {
    pub(crate) tx: Transaction<'static, Any>,
    pub(crate) now: DateTime<Utc>,
    head: Link,
    actor: Arc<str>,
}

impl Write {
    /// The time of this act as it is stored.
    pub(crate) fn micros(&self) -> i64 {
        self.now.timestamp_micros()
    }

    /// Appends a line in the name of the store's actor.
    pub(crate) async fn audit(
        &mut self,
        action: &str,
        object: &str,
        details: &Value,
    ) -> Result<(), StoreError> {
        let actor = Arc::clone(&self.actor);
        self.audit_by(&actor, action, object, details).await
    }

    /// Appends a line in the name of a person.
    pub(crate) async fn audit_by(
        &mut self,
        actor: &str,
        action: &str,
        object: &str,
        details: &Value,
    ) -> Result<(), StoreError> {
        let act = audit::Act { at: self.micros(), actor, action, object, details };
        self.head = audit::append(&mut self.tx, &self.head, &act).await?;
        Ok(())
    }

    /// The newest line of the chain, as this transaction holds it.
    pub(crate) fn head(&self) -> &Link {
        &self.head
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.tx.commit().await?)
    }
}

/// The address of an SQLite file, whatever characters its path holds.
pub fn sqlite_url(path: &Path) -> String {
    let mut url = String::from("sqlite://");
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'%' | b'?' | b'#' | b' ' | b'\\' | 0x80.. => {
                url.extend(['%', hex_digit(byte >> 4), hex_digit(byte & 15)]);
            }
            plain => url.push(char::from(plain)),
        }
    }
    url
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).map_or('0', |digit| digit.to_ascii_uppercase())
}

/// Whether an address is one of an SQLite file: then it is for one machine.
pub fn is_sqlite(url: &str) -> Result<bool, StoreError> {
    Ok(matches!(Kind::of(url)?, Kind::Sqlite))
}

#[derive(Clone, Copy)]
enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    fn of(url: &str) -> Result<Self, StoreError> {
        match url.split_once(':') {
            // In memory, the readers would each see a database of their own.
            Some(("sqlite", rest))
                if !rest.is_empty() && !rest.contains(":memory:") && !rest.contains("mode=memory") =>
            {
                Ok(Self::Sqlite)
            }
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres),
            _ => Err(StoreError::Address),
        }
    }
}

async fn open_sqlite_patiently(url: &str) -> Result<(AnyPool, AnyPool), StoreError> {
    let mut opening = 1;
    loop {
        match open_sqlite(url).await {
            Err(StoreError::Migrate { .. }) if opening < OPENINGS => {}
            Err(error) if error.is_transient() && opening < OPENINGS => {}
            done => return done,
        }
        opening += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// One writer, which alone makes checkpoints (two of them can meet the WAL-reset fault of SQLite before
/// 3.51.3), and a few readers that cannot write.
async fn open_sqlite(url: &str) -> Result<(AnyPool, AnyPool), StoreError> {
    let mode = if url.contains("mode=") {
        ""
    } else if url.contains('?') {
        "&mode=rwc"
    } else {
        "?mode=rwc"
    };
    let url = format!("{url}{mode}");
    let writer = connect(
        &url,
        1,
        &[
            "PRAGMA busy_timeout = 10000",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
        ],
    )
    .await?;
    migrate(&writer).await?;
    let reader = connect(
        &url,
        READERS,
        &["PRAGMA busy_timeout = 10000", "PRAGMA wal_autocheckpoint = 0", "PRAGMA query_only = ON"],
    )
    .await?;
    Ok((writer, reader))
}

async fn connect(url: &str, connections: u32, first: &'static [&'static str]) -> Result<AnyPool, StoreError> {
    let refused = |error: &sqlx::Error| StoreError::Open { fault: Fault::from(error) };
    let options =
        url.parse::<AnyConnectOptions>().map_err(|_| StoreError::Address)?.disable_statement_logging();
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(15))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                for pragma in first {
                    connection.execute(*pragma).await?;
                }
                Ok(())
            })
        })
        .connect_with(options)
        .await
        .map_err(|error| refused(&error))
}

async fn migrate(pool: &AnyPool) -> Result<(), StoreError> {
    use sqlx::migrate::MigrateError;
    MIGRATIONS.run(pool).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) => {
            StoreError::Migrate { why: format!("a newer program has written version {version}") }
        }
        MigrateError::VersionMismatch(version) => {
            StoreError::Migrate { why: format!("version {version} was written by another build") }
        }
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            StoreError::Migrate { why: Fault::from(&error).to_string() }
        }
        _ => StoreError::Migrate { why: "a migration failed".to_owned() },
    })
}
