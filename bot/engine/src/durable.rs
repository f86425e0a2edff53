//! duroxide, tuned: where it keeps its state, the workers, and the few things that the rest of the engine asks of it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use duroxide::providers::sqlite::SqliteProvider;
use duroxide::providers::{InstanceFilter, Provider, TagFilter};
use duroxide::runtime::registry::ActivityRegistry;
use duroxide::runtime::{OrchestrationStatus, Runtime, RuntimeOptions};
use duroxide::{ActivityContext, Client, ErrorDetails, OrchestrationContext, OrchestrationRegistry};
use duroxide_pg::{PostgresProvider, ProviderConfig};
use secrecy::{ExposeSecret as _, SecretString};

use store::RunRow;

use crate::config::EngineState;
use crate::error::EngineError;
use crate::orchestrator::{self, Started};
use crate::provider::Patient;
use crate::script::Scripts;
use crate::steps::Steps;

/// How long a step stays a dead program's. It is renewed every half of it, so a living one may take hours.
const LEASE: Duration = Duration::from_secs(6);
/// A cancelled run's step may be in the middle of a posting: it is let finish.
const CANCEL_GRACE: Duration = Duration::from_mins(5);
/// How long a machine keeps a portal to itself after its last bill there.
const SESSION: Duration = Duration::from_secs(15);
/// The schema of the engine's state in a PostgreSQL database; its number changes with what is kept there.
pub(crate) const SCHEMA: &str = "deskhand_engine_2";
/// duroxide's own limit for a message that kills the program. The engine's limit is lower and ends with a person.
const MAX_FETCHES: u32 = 200;

/// The durable part of the engine.
pub(crate) struct Durable {
    client: Client,
    runtimes: Vec<Arc<Runtime>>,
}

/// How duroxide sees a run.
pub(crate) enum Instance {
    /// It has never heard of it.
    Unknown,
    /// It is at work, or waits.
    Going,
    /// It came to its end in the orchestrator, which has written it down.
    Ended,
    /// It was stopped outside the orchestrator.
    Broken(String),
}

impl Durable {
    pub(crate) async fn start(
        state: &EngineState,
        scripts: &Arc<Scripts>,
        steps: &Arc<Steps>,
        lanes: &[Workers],
    ) -> Result<Self, EngineError> {
        let provider: Arc<dyn Provider> = match state {
            EngineState::File(file) => Arc::new(Patient::with_one_door(open_file(file).await?)),
            EngineState::Postgres(url) => Arc::new(Patient::new(open_postgres(url).await?)),
        };
        let client = Client::new(provider.clone());
        let orchestrations = orchestrations(scripts);
        let mut runtimes = Vec::new();
        // Alone on its file, a program that starts again takes its portals back at once.
        let node = matches!(state, EngineState::File(_)).then(|| "the machine".to_owned());
        for workers in lanes {
            let (provider, activities) = (provider.clone(), activities(steps));
            let options = RuntimeOptions { worker_node_id: node.clone(), ..options(workers) };
            runtimes.push(
                Runtime::start_with_options(provider, activities, orchestrations.clone(), options).await,
            );
        }
        Ok(Self { client, runtimes })
    }

    /// Starts a run; harmless if it is there.
    pub(crate) async fn begin(&self, started: &Started) -> Result<(), EngineError> {
        let input = serde_json::to_string(started).map_err(|error| durable(&error))?;
        let instance = instance_id(&started.run, started.generation);
        let begun = self.client.start_orchestration(&instance, orchestrator::WORKFLOW, input).await;
        begun.map_err(|error| durable(&error))
    }

    /// Tells a run that a task of it is decided. Once too often is harmless.
    pub(crate) async fn decided(&self, run: &RunRow, task: &str) -> Result<(), EngineError> {
        let instance = instance_id(&run.id, run.generation);
        let told = self.client.enqueue_event(&instance, orchestrator::decision_event(task), "decided").await;
        told.map_err(|error| durable(&error))
    }

    /// Tells a run that rests to look whether it may go on. Once too often is harmless.
    pub(crate) async fn wake(&self, run: &str, generation: u32) -> Result<(), EngineError> {
        let instance = instance_id(run, generation);
        let told = self.client.enqueue_event(&instance, orchestrator::WAKE, "look").await;
        told.map_err(|error| durable(&error))
    }

    pub(crate) async fn cancel(&self, run: &RunRow, why: &str) -> Result<(), EngineError> {
        let instance = instance_id(&run.id, run.generation);
        self.client.cancel_instance(&instance, why).await.map_err(|error| durable(&error))
    }

    /// Forgets a run, so that it can begin anew.
    pub(crate) async fn forget(&self, run: &RunRow) -> Result<(), EngineError> {
        if matches!(self.instance(run).await?, Instance::Unknown) {
            return Ok(());
        }
        let instance = instance_id(&run.id, run.generation);
        when_unlocked(|| self.client.delete_instance(&instance, true)).await.map(|_| ())
    }

    /// Forgets the runs that ended before an instant: what they did stands in the store.
    pub(crate) async fn forget_ended(
        &self,
        before: chrono::DateTime<chrono::Utc>,
    ) -> Result<u64, EngineError> {
        let completed_before = u64::try_from(before.timestamp_millis()).ok();
        let filter = InstanceFilter { instance_ids: None, completed_before, limit: Some(500) };
        let gone = when_unlocked(|| self.client.delete_instance_bulk(filter.clone())).await?;
        Ok(gone.instances_deleted)
    }

    pub(crate) async fn instance(&self, run: &RunRow) -> Result<Instance, EngineError> {
        let instance = instance_id(&run.id, run.generation);
        let status =
            self.client.get_orchestration_status(&instance).await.map_err(|error| durable(&error))?;
        Ok(match status {
            OrchestrationStatus::NotFound => Instance::Unknown,
            OrchestrationStatus::Running { .. } => Instance::Going,
            OrchestrationStatus::Completed { .. } => Instance::Ended,
            OrchestrationStatus::Failed { details, .. } => Instance::Broken(explain(&details)),
        })
    }

    /// Takes no new work, lets the steps under way end within the grace.
    pub(crate) async fn shutdown(&self, grace: Duration) {
        let grace = u64::try_from(grace.as_millis()).unwrap_or(u64::MAX);
        futures::future::join_all(self.runtimes.iter().map(|runtime| runtime.clone().shutdown(Some(grace))))
            .await;
    }
}

/// The name of a run in duroxide. One that a person has done again is another there: what is left of the one before
/// cannot act for it.
fn instance_id(run: &str, generation: u32) -> String {
    if generation == 0 { run.to_owned() } else { format!("{run}#{generation}") }
}

/// The workers of one lane.
pub(crate) struct Workers {
    /// Which steps they do.
    pub(crate) tags: TagFilter,
    /// How many at once.
    pub(crate) at_once: usize,
    /// Whether scripts take their turns here.
    pub(crate) turns: bool,
}

async fn open_file(file: &Path) -> Result<SqliteProvider, EngineError> {
    let failed = |reason: String| EngineError::State { path: file.to_owned(), reason };
    // What an earlier program kept here is made anew from the store, under this file's number.
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(file.with_file_name(format!("engine.db{end}")));
    }
    let made = std::fs::OpenOptions::new().create(true).append(true).open(file);
    made.map_err(|error| failed(error.to_string()))?;
    let opened = SqliteProvider::new(&store::sqlite_url(file), None).await;
    opened.map_err(|error| failed(error.to_string()))
}

async fn open_postgres(url: &SecretString) -> Result<PostgresProvider, EngineError> {
    let mut config = ProviderConfig::url(url.expose_secret());
    config.schema_name = Some(SCHEMA.to_owned());
    let opened = PostgresProvider::new_with_config(config).await;
    // The words of the database alone: what stands around them may hold its address, and with it a password.
    opened.map_err(|error| EngineError::Schema {
        schema: SCHEMA,
        reason: short(&error.root_cause().to_string()),
    })
}

fn options(workers: &Workers) -> RuntimeOptions {
    RuntimeOptions {
        orchestration_concurrency: usize::from(workers.turns),
        worker_concurrency: workers.at_once.max(1),
        worker_tag_filter: workers.tags.clone(),
        dispatcher_min_poll_interval: Duration::from_millis(1),
        worker_lock_timeout: LEASE,
        session_lock_timeout: LEASE,
        session_lock_renewal_buffer: LEASE / 2,
        session_idle_timeout: SESSION,
        max_attempts: MAX_FETCHES,
        activity_cancellation_grace_period: CANCEL_GRACE,
        ..RuntimeOptions::default()
    }
}

fn orchestrations(scripts: &Arc<Scripts>) -> OrchestrationRegistry {
    let scripts = Arc::clone(scripts);
    OrchestrationRegistry::builder()
        .register(orchestrator::WORKFLOW, move |ctx: OrchestrationContext, input: String| {
            orchestrator::orchestrate(Arc::clone(&scripts), ctx, input)
        })
        .build()
}

fn activities(steps: &Arc<Steps>) -> ActivityRegistry {
    let [step, trouble, verdict, finish] = std::array::from_fn(|_| Arc::clone(steps));
    ActivityRegistry::builder()
        .register(orchestrator::STEP, move |_: ActivityContext, input: String| {
            let steps = Arc::clone(&step);
            async move { steps.step(input).await }
        })
        .register(orchestrator::TROUBLE, move |_: ActivityContext, input: String| {
            let steps = Arc::clone(&trouble);
            async move { steps.trouble(input).await }
        })
        .register(orchestrator::VERDICT, move |_: ActivityContext, input: String| {
            let steps = Arc::clone(&verdict);
            async move { steps.verdict(input).await }
        })
        .register(orchestrator::FINISH, move |_: ActivityContext, input: String| {
            let steps = Arc::clone(&finish);
            async move { steps.finish(input).await }
        })
        .build()
}

/// Deleting goes past the one door, so another writer may hold the file for a moment.
async fn when_unlocked<T, E: ToString, F: Future<Output = Result<T, E>>>(
    delete: impl Fn() -> F,
) -> Result<T, EngineError> {
    for pause in [50, 200, 800] {
        match delete().await {
            Err(error) if error.to_string().contains("locked") => {
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
            other => return other.map_err(|error| durable(&error)),
        }
    }
    delete().await.map_err(|error| durable(&error))
}

fn durable(error: &impl ToString) -> EngineError {
    EngineError::Durable { reason: error.to_string() }
}

/// Why duroxide itself stopped a run, in our words.
fn explain(details: &ErrorDetails) -> String {
    match details {
        ErrorDetails::Configuration { message, .. } => order_changed(message.as_deref().unwrap_or_default()),
        other => EngineError::Durable { reason: short(&other.display_message()) }.to_string(),
    }
}

/// duroxide compares what the script asks for with what stands in the history, and says so in its own terms.
fn order_changed(message: &str) -> String {
    let words = message.split(|c: char| !(c.is_ascii_lowercase() || c == '_' || c == ':'));
    let mut calls = words.filter(|word| word.split("::").filter(|part| !part.is_empty()).count() == 2);
    let now = calls.next().unwrap_or("another step").to_owned();
    let was = calls.next().unwrap_or("another step").to_owned();
    let index = message
        .split_once("index")
        .and_then(|(_, rest)| rest.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty()))
        .and_then(|digits| digits.parse().ok())
        .unwrap_or_default();
    EngineError::OrderChanged { index, was, now }.to_string()
}

/// A text of another program, cut so that it fits a line of a page.
fn short(text: &str) -> String {
    let mut short: String = text.chars().take(300).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
