//! The engine's handle: start, stop, and what the pages and the command line may ask of it.

use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value, json};
use store::{Limits, NewRun, RunRow, RunState, Store};
use tokio::sync::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::again::{Retry, RetryPlan, retry_run};
use crate::cancel::cancel_with_children;
use crate::clock_watch;
use crate::config::{EngineConfig, FolderTrigger};
use crate::durable::Durable;
use crate::error::EngineError;
use crate::fires::{self, ScheduleView};
use crate::folder::{Folder, FolderView};
use crate::followers;
use crate::holds;
use crate::hosts;
use crate::house::House;
use crate::lanes;
use crate::mailbox::{self, Mailbox, MailboxView};
use crate::params;
use crate::pictures;
use crate::quiet;
use crate::reconcile;
use crate::schedule::{Schedule, check_schedule};
use crate::script::Scripts;
use crate::start::{Starter, pinned};
use crate::steps::{Bells, Steps};
use crate::turns;
use crate::why::{self, Why};
use crate::workflows::{WorkflowView, Workflows};

/// The running engine. Clones are handles on the same one.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    config: EngineConfig,
    house: House,
    starter: Arc<Starter>,
    durable: Durable,
    schedules: Vec<Schedule>,
    folders: Vec<Arc<Folder>>,
    mailboxes: Vec<Arc<Mailbox>>,
    bells: Bells,
    drawing: Mutex<()>,
    stop: CancellationToken,
    tasks: TaskTracker,
    /// Held as long as the engine lives: two engines on one folder would do every step twice.
    _lock: File,
}

impl Engine {
    /// Starts everything: runs that were under way go on, folders are watched, schedules fire.
    pub async fn start(config: EngineConfig, house: House) -> Result<Self, EngineError> {
        let lock = lock(&config)?;
        let schedules = schedules(&config)?;
        let scripts = Arc::new(Scripts::new());
        let workflows = Workflows::new(config.workflows_dir.clone(), Arc::clone(&scripts));
        check_portals(&config, &house)?;
        check_mailboxes(&config)?;
        followers::check(&config.followers)?;
        let millis = |wait: &Duration| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        let starter = Arc::new(Starter {
            store: house.store.clone(),
            workflows,
            retries_ms: config.retries.iter().map(millis).collect(),
            limits: config.limits.clone(),
            grants: house.grants.clone(),
            portals: house.portals.keys().cloned().collect(),
        });
        let bells = Bells::default();
        let steps = Steps::new(house.clone(), Arc::clone(&starter), bells.clone());
        let mut portals: BTreeSet<String> = house.portals.keys().cloned().collect();
        if !config.by_hand {
            // Bills that wait for a portal that is gone from the settings are to say so.
            portals.extend(house.store.portals_named().await?);
        }
        let workers = lanes::workers(&config, &portals);
        let durable = Durable::start(&config.state, &scripts, &steps, &workers).await?;
        let folder = |trigger: &FolderTrigger| {
            Arc::new(Folder::new(
                trigger.clone(),
                house.store.clone(),
                house.zone,
                config.settle,
                &config.workflows_dir,
            ))
        };
        let folders = config.folders.iter().map(folder).collect();
        let mailboxes =
            config.mailboxes.iter().map(|trigger| Arc::new(Mailbox::new(trigger.clone()))).collect();
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let engine = Self(Arc::new(Inner {
            config,
            house,
            starter,
            durable,
            schedules,
            folders,
            mailboxes,
            bells,
            drawing: Mutex::default(),
            stop,
            tasks,
            _lock: lock,
        }));
        let reconcile = engine.0.config.reconcile;
        engine.0.tasks.spawn(reconcile::keep_reconciling(engine.clone(), reconcile));
        engine.0.tasks.spawn(clock_watch::keep_watching(engine.clone()));
        engine.0.tasks.spawn(hosts::keep_saying(engine.clone()));
        engine.0.tasks.spawn(turns::keep_releasing(engine.clone()));
        if !engine.0.config.by_hand {
            fires::forget_the_gone(&engine, &engine.0.schedules).await?;
            engine.watch();
        }
        Ok(engine)
    }

    /// Looks at every trigger from now on.
    fn watch(&self) {
        let inner = &self.0;
        if let Some(polling) = &inner.config.hold_polling {
            inner.tasks.spawn(holds::keep_polling(self.clone(), polling.clone()));
        }
        inner.tasks.spawn(quiet::keep_listening(self.clone(), inner.config.reconcile));
        inner.tasks.spawn(followers::keep_following(self.clone(), inner.config.reconcile));
        for schedule in &inner.schedules {
            say_when(schedule, self.store().now());
            inner.tasks.spawn(fires::keep_firing(self.clone(), schedule.clone()));
        }
        for folder in &inner.folders {
            // Made once, so that the first start needs no preparation. What is wrong with it, its first look says.
            let _ = std::fs::create_dir_all(&folder.trigger().path);
            inner.tasks.spawn(keep_looking(self.clone(), Arc::clone(folder)));
        }
        for mailbox in &inner.mailboxes {
            inner.tasks.spawn(mailbox::keep_fetching(self.clone(), Arc::clone(mailbox)));
        }
        inner.tasks.spawn(mailbox::guard::keep_guarding(self.clone(), inner.config.reconcile));
    }

    /// Starts a run and answers its id, which is derived: `<workflow>/<params.document>`, else
    /// `<workflow>/<params.key>`. To start what was started before is harmless. Where a limit is reached it is queued.
    pub async fn start_run(
        &self,
        workflow: &str,
        params: Value,
        trigger: &str,
    ) -> Result<String, EngineError> {
        let text_of = |name: &str| params.get(name).and_then(Value::as_str).map(str::to_owned);
        let document = text_of("document");
        let key = document.clone().or_else(|| text_of("key")).unwrap_or_else(|| self.store().new_id());
        let run = format!("{workflow}/{key}");
        if let Some((row, _)) = self.store().run(&run).await? {
            if !row.state.is_final() && row.state != RunState::Queued {
                self.begin_again(&run).await?;
            }
            return Ok(run);
        }
        let started = self.0.starter.pin(&run, workflow, document.clone(), params).await?;
        let (script_sha256, trigger) = (started.sha256.clone(), trigger.to_owned());
        let row = NewRun { id: run.clone(), workflow: workflow.to_owned(), script_sha256, document, trigger };
        match self.store().start_run_within(&row, self.limits()).await? {
            Some(RunState::Queued) => self.0.bells.freed.notify_one(),
            _ => self.0.durable.begin(&started).await?,
        }
        Ok(run)
    }

    /// Starts a run with parameters that come from outside: each is checked against what the script's head declares.
    pub async fn start_with(
        &self,
        workflow: &str,
        given: &Map<String, Value>,
        trigger: &str,
    ) -> Result<String, EngineError> {
        let script = self.0.starter.workflows.load(workflow)?;
        let params = params::checked(workflow, &script.text, given)?;
        self.start_run(workflow, params.into(), trigger).await
    }

    /// Has a failed or cancelled run done again, in the name of a person: see [`retry_run`].
    pub async fn run_again(&self, run: &str, retry: &Retry, person: &str) -> Result<RetryPlan, EngineError> {
        let store = self.store().acting_as(person);
        let plan = retry_run(&store, &self.0.config.workflows_dir, run, retry).await?;
        self.0.bells.freed.notify_one();
        Ok(plan)
    }

    /// Draws the pages of a document that nobody needed to draw so far, when one of them is asked for.
    pub async fn draw(&self, document: &str, page: u32) -> Result<(), EngineError> {
        // The pages of one document are asked for all at once, and one drawing serves them all.
        let _alone = self.0.drawing.lock().await;
        let drawn = pictures::draw(&self.0.house, document, page).await;
        drawn.map_err(|failure| EngineError::Undrawn { reason: failure.text })
    }

    /// Tells the waiting run that a person has decided. A call that is lost is made up for by the reconcile loop.
    pub async fn task_decided(&self, task: &str) -> Result<(), EngineError> {
        let Some(row) = self.store().task(task).await? else { return Ok(()) };
        let Some((run, _)) = self.store().run(&row.run).await? else { return Ok(()) };
        self.0.durable.decided(&run, &row.id).await
    }

    /// Stops a run for good. A posting that is under way is let come to its end.
    pub async fn cancel(&self, run: &str, why: &str) -> Result<(), EngineError> {
        for ended in cancel_with_children(self.store(), run, why).await? {
            if ended.state != RunState::Queued {
                self.0.durable.cancel(&ended, why).await?;
            }
        }
        self.0.bells.freed.notify_one();
        Ok(())
    }

    /// Waits until a run has ended, waits for a person, or sleeps.
    pub async fn wait(&self, run: &str, timeout: Duration) -> Result<RunRow, EngineError> {
        let over = Instant::now() + timeout;
        let mut pause = Duration::from_millis(5);
        loop {
            match self.store().run(run).await? {
                None => return Err(EngineError::NoRun { run: run.to_owned() }),
                Some((row, _))
                    if row.state.is_final() || row.state == RunState::Waiting && row.awaits.is_none() =>
                {
                    return Ok(row);
                }
                Some(_) if Instant::now() >= over => {
                    return Err(EngineError::StillRunning {
                        run: run.to_owned(),
                        seconds: timeout.as_secs(),
                    });
                }
                Some(_) => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(Duration::from_millis(100));
        }
    }

    /// Stops cleanly: nothing new is begun, the steps under way may end. Everything else goes on at the next start.
    pub async fn shutdown(&self) {
        self.0.stop.cancel();
        self.0.tasks.close();
        tokio::join!(self.0.tasks.wait(), self.0.durable.shutdown(self.0.config.grace));
    }

    /// The schedules with their next five fires.
    pub fn schedules(&self) -> Vec<ScheduleView> {
        let now = self.store().now();
        self.0.schedules.iter().map(|schedule| ScheduleView::of(schedule, now)).collect()
    }

    /// Why a schedule ran, or did not, on a date of its zone; today when none is named.
    pub async fn why(&self, name: &str, date: Option<NaiveDate>) -> Result<Why, EngineError> {
        let config = &self.0.config;
        why::why(self.store(), &config.schedules, &config.calendars, name, date).await
    }

    /// The watched folders and how they are.
    pub fn folders(&self) -> Vec<FolderView> {
        self.0.folders.iter().map(|folder| folder.view()).collect()
    }

    /// The watched mailboxes and how they are.
    pub async fn mailboxes(&self) -> Result<Vec<MailboxView>, EngineError> {
        let rows = self.store().mailboxes().await?;
        let row = |name: &str| rows.iter().find(|row| row.mailbox == name).cloned();
        Ok(self.0.mailboxes.iter().map(|mailbox| mailbox.view(row(&mailbox.trigger().name))).collect())
    }

    /// The scripts that are there, and what is wrong with them.
    pub fn workflows(&self) -> Vec<WorkflowView> {
        self.0.starter.workflows.views()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.house.store
    }

    pub(crate) fn house(&self) -> &House {
        &self.0.house
    }

    pub(crate) fn config(&self) -> &EngineConfig {
        &self.0.config
    }

    pub(crate) fn durable(&self) -> &Durable {
        &self.0.durable
    }

    /// Ends when a step has recorded documents whose runs are to be started.
    pub(crate) async fn recorded(&self) {
        self.0.bells.recorded.notified().await;
    }

    /// Ends when a run has ended.
    pub(crate) async fn ended(&self) {
        self.0.bells.ended.notified().await;
    }

    /// Ends when a run was queued, or one went out of the way of those that are.
    pub(crate) async fn freed(&self) {
        self.0.bells.freed.notified().await;
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.starter.limits
    }

    /// Ends when the engine is asked to stop.
    pub(crate) async fn stopping(&self) {
        self.0.stop.cancelled().await;
    }

    /// Begins a run that the store holds open, if the engine's file does not know it.
    pub(crate) async fn begin_again(&self, run: &str) -> Result<(), EngineError> {
        let Some((row, _)) = self.store().run(run).await? else { return Ok(()) };
        if matches!(self.0.durable.instance(&row).await?, crate::durable::Instance::Unknown) {
            tracing::info!(run, "begins from what the store holds");
            self.0.durable.begin(&pinned(self.store(), &row).await?).await?;
        }
        Ok(())
    }
}

/// Watches a folder for as long as the engine runs.
async fn keep_looking(engine: Engine, folder: Arc<Folder>) {
    let mut watcher = None;
    loop {
        let looked = folder.look().await;
        for document in looked.documents {
            let trigger = folder.trigger();
            let folder = trigger.path.file_name().map(|name| name.to_string_lossy().into_owned());
            let params = json!({ "document": document, "portal": trigger.portal, "folder": folder.unwrap_or_default() });
            // What cannot start now is started by the reconcile loop.
            if let Err(error) = engine.start_run(&trigger.workflow, params, "folder").await {
                tracing::warn!(%document, "its run cannot start yet: {error}");
            }
        }
        watcher = if folder.view().trouble.is_none() { watcher.or_else(|| folder.watch()) } else { None };
        let poll = engine.0.config.poll;
        tokio::select! {
            () = engine.stopping() => return,
            () = folder.changed() => {}
            () = tokio::time::sleep(looked.again_in.map_or(poll, |soon| soon.min(poll))) => {}
        }
    }
}

fn lock(config: &EngineConfig) -> Result<File, EngineError> {
    let failed = |error: &std::io::Error| EngineError::State {
        path: config.data_dir.clone(),
        reason: error.to_string(),
    };
    std::fs::create_dir_all(&config.data_dir).map_err(|error| failed(&error))?;
    let path = config.data_dir.join("engine.lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| failed(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(EngineError::InUse { path }),
        Err(std::fs::TryLockError::Error(error)) => Err(failed(&error)),
    }
}

/// Says in the log when a schedule fires next: who reads it sees at once what five fields really mean.
fn say_when(schedule: &Schedule, now: DateTime<Utc>) {
    let (config, next) = (schedule.config(), schedule.next(now, 5));
    let next: Vec<String> = next.into_iter().map(|due| schedule.nominal(due)).collect();
    tracing::info!(schedule = %config.name, cron = %config.cron, zone = %config.zone, "fires next at {}", next.join(", "));
    if let Some(until) = schedule.calendar_ends(now) {
        tracing::warn!(schedule = %config.name, %until, "DH-6042: its calendar ends; days after that count as working days unless the week says otherwise");
    }
}

fn schedules(config: &EngineConfig) -> Result<Vec<Schedule>, EngineError> {
    let mut names = BTreeSet::new();
    if let Some(twice) = config.schedules.iter().find(|schedule| !names.insert(&schedule.name)) {
        return Err(EngineError::Settings { what: format!("two schedules are called {}", twice.name) });
    }
    config.schedules.iter().map(|schedule| check_schedule(schedule, &config.calendars)).collect()
}

/// A folder or mailbox that posts to a portal that is not there would fail at its first invoice.
fn check_portals(config: &EngineConfig, house: &House) -> Result<(), EngineError> {
    let folders = config.folders.iter().map(|f| (format!("folder {}", f.path.display()), &f.portal));
    let mailboxes = config.mailboxes.iter().map(|m| (format!("mailbox {}", m.name), &m.portal));
    for (trigger, portal) in folders.chain(mailboxes) {
        if let Some(portal) = portal.as_ref().filter(|portal| !house.portals.contains_key(*portal)) {
            let what = format!("the {trigger} posts to {portal}, and there is no such portal");
            return Err(EngineError::Settings { what });
        }
    }
    Ok(())
}

fn check_mailboxes(config: &EngineConfig) -> Result<(), EngineError> {
    let mut names = BTreeSet::new();
    match config.mailboxes.iter().find(|mailbox| !names.insert(&mailbox.name)) {
        Some(twice) => {
            Err(EngineError::Settings { what: format!("two mailboxes are called {}", twice.name) })
        }
        None => Ok(()),
    }
}
