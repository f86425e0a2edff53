//! The engine with real files, a real store and a real duroxide; only mail and portal are scripted.
//!
//! With `DESKHAND_TEST_STORE=postgres` the store and the state of runs are in PostgreSQL: the same tests hold there.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod again;
mod backtest;
mod books;
mod dry_run;
mod files;
mod folders;
mod holds;
mod hostile;
mod invoice;
mod lanes;
mod letters;
mod lint;
mod mailbox;
mod people;
mod provider_laws;
mod queue;
mod quiet;
mod reference;
mod replay;
mod schedule_law;
mod schedules;
mod script_tests;
mod scripts;
mod servers;
mod several;
mod sleep;
mod stock;
mod subruns;
mod triggers;
mod versions;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use documents::{Reader, ReaderConfig};
use notify::{Mailer, NotifyError, RenderedMail};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use store::testing::TestStore;
use store::{NewDocument, RunRow, RunState, StepRow, TaskFilter, TaskRow};
use tokio::sync::watch;

use crate::{Engine, EngineConfig, EngineError, EngineState, Grants, House};

/// How long a test waits before it gives up.
const LONG: Duration = Duration::from_secs(30);

/// A small office: a folder of scripts, a store, an inbox, and an engine that can be stopped and started.
struct Office {
    folder: tempfile::TempDir,
    store: TestStore,
    mailer: Arc<Post>,
    portal: Arc<portal::Scripted>,
    /// A second portal, `shop`, if there is one.
    shop: Option<Arc<portal::Scripted>>,
    grants: Grants,
    config: EngineConfig,
    rules: crate::OfficeRules,
    stock: crate::StockRules,
}

/// Prints the text of a page, for tests that have no browser.
struct PlainPaper;

#[async_trait::async_trait]
impl crate::Printer for PlainPaper {
    async fn pdf(&self, html: &str, day: chrono::NaiveDate) -> Result<Vec<u8>, String> {
        Ok(format!("%PDF {day} {html}").into_bytes())
    }
}

impl Office {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workflows = folder.path().join("workflows");
        std::fs::create_dir_all(&workflows).unwrap();
        let mut config = EngineConfig::new(folder.path().join("data"), workflows);
        config.settle = Duration::from_millis(150);
        config.poll = Duration::from_millis(100);
        config.reconcile = Duration::from_millis(200);
        config.retries = vec![Duration::from_millis(20); 3];
        config.grace = Duration::from_millis(300);
        let (mailer, portal) = (Arc::new(Post::default()), Arc::new(portal::Scripted::new()));
        let mut grants = Grants::default();
        for workflow in ["test", "invoice"] {
            grants.of(workflow).portals.insert("books".to_owned());
        }
        let store = match std::env::var("DESKHAND_TEST_STORE").as_deref() {
            Ok("postgres") => store::testing::postgres().await,
            _ => store::testing::sqlite().await,
        };
        if !store::is_sqlite(&store.url).unwrap() {
            config.state = EngineState::Postgres(store.url.as_str().into());
        }
        Self {
            folder,
            store,
            mailer,
            portal,
            shop: None,
            grants,
            config,
            rules: crate::OfficeRules::default(),
            stock: crate::StockRules::default(),
        }
    }

    /// The engine's state is lost, as with a damaged disk.
    async fn lose_engine_state(&self) {
        match &self.config.state {
            EngineState::File(file) => {
                for end in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(format!("{}{end}", file.display()));
                }
            }
            EngineState::Postgres(url) => {
                let mut config = duroxide_pg::ProviderConfig::url(url.expose_secret());
                config.schema_name = Some(crate::durable::SCHEMA.to_owned());
                let provider = duroxide_pg::PostgresProvider::new_with_config(config).await.unwrap();
                provider.cleanup_schema().await.unwrap();
            }
        }
    }

    fn script(&self, name: &str, text: &str) {
        std::fs::write(self.config.workflows_dir.join(format!("{name}.rhai")), text).unwrap();
    }

    /// The workflows that ship.
    fn shipped(&mut self) {
        self.config.workflows_dir = repository().join("workflows");
    }

    async fn open(&self) -> Engine {
        self.try_open().await.unwrap()
    }

    async fn try_open(&self) -> Result<Engine, EngineError> {
        Engine::start(self.config.clone(), self.house()).await
    }

    fn house(&self) -> House {
        let portal: Arc<dyn portal::Portal> = self.portal.clone();
        let mut portals = BTreeMap::from([("books".to_owned(), portal)]);
        if let Some(shop) = self.shop.clone() {
            portals.insert("shop".to_owned(), shop);
        }
        House {
            store: (*self.store).clone(),
            reader: Arc::new(Reader::new(ReaderConfig::with_models(repository().join("ocr-models")))),
            portals,
            grants: self.grants.clone(),
            secrets: BTreeMap::from([("bank".to_owned(), SecretString::from("s3cr3t-Wert"))]),
            mailer: self.mailer.clone(),
            base_url: "http://deskhand.test".to_owned(),
            zone: chrono_tz::Asia::Hong_Kong,
            office_days: self.config.calendars.together(&["hk".to_owned(), "five_day".to_owned()]).unwrap(),
            calendars: self.config.calendars.clone(),
            reviewers: vec!["reviewer@deskhand.test".to_owned()],
            operators: vec!["operator@deskhand.test".to_owned()],
            keepers: vec!["keeper@deskhand.test".to_owned()],
            language: notify::Language::ZhHant,
            oldest_months: 240,
            office: self.rules.clone(),
            stock: Arc::new(self.stock.clone()),
            printer: Arc::new(PlainPaper),
            vocabulary: Arc::default(),
        }
    }

    /// Runs a script to its end, or to a person.
    async fn run(&self, script: &str) -> (RunRow, Vec<StepRow>) {
        self.script("test", script);
        let engine = self.open().await;
        let run = engine.start_run("test", json!({ "key": "1" }), "person").await.unwrap();
        engine.wait(&run, LONG).await.unwrap();
        engine.shutdown().await;
        self.row(&run).await
    }

    async fn row(&self, run: &str) -> (RunRow, Vec<StepRow>) {
        self.store.run(run).await.unwrap().unwrap()
    }

    async fn ends_as(&self, run: &str, state: RunState) -> RunRow {
        until(&format!("{run} is {state}"), || async {
            let (row, _) = self.store.run(run).await.unwrap()?;
            assert!(
                row.state == state || !row.state.is_final(),
                "{run} ended as {}: {}",
                row.state,
                row.note
            );
            (row.state == state).then_some(row)
        })
        .await
    }

    /// A document that has been recorded and has an invoice, without going through the reader.
    async fn document(&self, bytes: &[u8], invoice: Option<Value>) -> String {
        let sha256 = store::sha256_hex(bytes);
        self.store.blobs().put(&store::blobs::original_key(&sha256), bytes.to_vec()).await.unwrap();
        let document = NewDocument {
            sha256: sha256.clone(),
            name: "paper.pdf".to_owned(),
            media: "application/pdf".to_owned(),
            bytes: bytes.len() as u64,
            origin: "test".to_owned(),
            workflow: "test".to_owned(),
            portal: None,
        };
        self.store.record_document(&document).await.unwrap();
        if let Some(invoice) = invoice {
            self.store.save_invoice(&sha256, &invoice, None, None, None, None).await.unwrap();
        }
        sha256
    }

    async fn task(&self) -> TaskRow {
        until("a task is open", || async {
            self.store.tasks(&TaskFilter::open(10)).await.unwrap().into_iter().next()
        })
        .await
    }

    async fn decide(&self, task: &TaskRow, decision: store::Decision, corrections: Value) {
        let decided = store::Decided { decision, corrections, note: "said so".to_owned() };
        self.store.decide(&task.id, task.version, "reviewer", &decided).await.unwrap();
    }
}

/// An invoice in doubt, as the store keeps it.
fn doubtful() -> Value {
    json!({
        "kind": "hk_invoice", "is_invoice": true, "decision": "review", "fields": {}, "lines": [],
        "findings": [{
            "code": "DH-2201", "severity": "review", "fields": ["total"],
            "message": { "en": "The lines do not add up.", "zh-Hant": "各項相加與總額不符。" },
        }],
    })
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(repository().join("fixtures/invoices").join(name)).unwrap()
}

/// Looks again and again until there is something.
async fn until<T, Fut: Future<Output = Option<T>>>(what: &str, look: impl Fn() -> Fut) -> T {
    let begun = tokio::time::Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < LONG, "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A mailer that can be out of order or shut.
struct Post {
    sent: AtomicU32,
    asked: AtomicU32,
    failing: AtomicU32,
    shut: watch::Sender<bool>,
    kept: std::sync::Mutex<Vec<RenderedMail>>,
}

impl Default for Post {
    fn default() -> Self {
        let (sent, asked, failing) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
        Self { sent, asked, failing, shut: watch::Sender::new(false), kept: std::sync::Mutex::default() }
    }
}

impl Post {
    fn sent(&self) -> u32 {
        self.sent.load(Ordering::SeqCst)
    }

    /// The mails that were sent, in order.
    fn mails(&self) -> Vec<RenderedMail> {
        self.kept.lock().unwrap().clone()
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }

    /// From now on so many mails fail.
    fn fail(&self, times: u32) {
        self.failing.store(times, Ordering::SeqCst);
    }

    /// While it is shut, sending hangs.
    fn shut(&self, shut: bool) {
        self.shut.send_replace(shut);
    }
}

#[async_trait]
impl Mailer for Post {
    async fn send(&self, mail: &RenderedMail) -> Result<(), NotifyError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.shut.subscribe().wait_for(|shut| !shut).await.unwrap();
        let fails = self.failing.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if fails.is_ok() {
            return Err(NotifyError::Later { why: "out of order".to_owned() });
        }
        self.sent.fetch_add(1, Ordering::SeqCst);
        self.kept.lock().unwrap().push(mail.clone());
        Ok(())
    }
}
