//! duroxide's providers with a bell in place of polling, and with patience.
//!
//! They answer "nothing there" at once, so duroxide's dispatchers poll: often enough to be quick is too often for an
//! idle machine. Here who finds nothing waits for the bell that rings when something is put in. On SQLite several
//! writers meet as *database is locked*, so every call goes through one door. And duroxide fails a run whose turn it
//! cannot write down for a third of a second: here a turn is held until the database is back.

mod bells;

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use duroxide::providers::{
    DispatcherCapabilityFilter, ExecutionMetadata, OrchestrationItem, Provider, ProviderAdmin, ProviderError,
    ScheduledActivityIdentifier, SessionFetchConfig, TagFilter, WorkItem,
};
use duroxide::{Event, SystemStats};
use tokio::sync::{Mutex, MutexGuard, Notify};
use tokio::time::Instant;

use bells::WorkBells;

/// How often who waits for turns looks without having heard the bell: timers ring none.
const LOOK_FOR_TURNS: Duration = Duration::from_millis(100);
/// How often who waits for work does. Another host that puts work into a shared database rings no bell here; in a file
/// only the lock of a dead program runs out without one.
const LOOK_FOR_SHARED_WORK: Duration = Duration::from_millis(500);
const LOOK_FOR_OWN_WORK: Duration = Duration::from_secs(2);

/// The longest pause between two tries to write while the database is away.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Where the engine keeps its state.
pub(crate) struct Patient<P> {
    inner: P,
    /// One at a time goes through it, where writers would get in each other's way.
    door: Option<Mutex<()>>,
    /// Rings when an orchestration has something to do.
    turns: Notify,
    /// One rings when an activity is to be done.
    work: WorkBells,
    look_for_work: Duration,
}

impl<P: Provider> Patient<P> {
    /// For a database that serves many at once.
    pub(crate) fn new(inner: P) -> Self {
        Self {
            inner,
            door: None,
            turns: Notify::new(),
            work: WorkBells::default(),
            look_for_work: LOOK_FOR_SHARED_WORK,
        }
    }

    /// For a file.
    pub(crate) fn with_one_door(inner: P) -> Self {
        Self { door: Some(Mutex::default()), look_for_work: LOOK_FOR_OWN_WORK, ..Self::new(inner) }
    }

    async fn door(&self) -> Option<MutexGuard<'_, ()>> {
        match &self.door {
            Some(door) => Some(door.lock().await),
            None => None,
        }
    }

    /// Writes, and if the database is away, as soon as it is back. What another host has taken over meanwhile is
    /// refused then.
    async fn held<F, Fut>(&self, write: F) -> Result<(), ProviderError>
    where
        F: Fn() -> Fut + Send,
        Fut: Future<Output = Result<(), ProviderError>> + Send,
    {
        let mut pause = Duration::from_millis(50);
        loop {
            let done = {
                let _door = self.door().await;
                write().await
            };
            match done {
                Err(error) if is_away(&error) => {
                    tracing::warn!("the engine's database does not take it; what was done is held: {error}");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                other => return other,
            }
        }
    }

    /// Looks again and again, until there is something or the wait is over.
    async fn until_found<T, F, Fut>(
        &self,
        bell: &Notify,
        every: Duration,
        wait: Duration,
        look: F,
    ) -> Result<Option<T>, ProviderError>
    where
        F: Fn() -> Fut + Send,
        Fut: Future<Output = Result<Option<T>, ProviderError>> + Send,
        T: Send,
    {
        let over = Instant::now() + wait;
        loop {
            let rung = bell.notified();
            tokio::pin!(rung);
            // Listening begins before looking, so that nothing can slip in between.
            rung.as_mut().enable();
            let found = {
                let _door = self.door().await;
                look().await?
            };
            let left = over.saturating_duration_since(Instant::now());
            if found.is_some() || left.is_zero() {
                return Ok(found);
            }
            let _rung_or_not = tokio::time::timeout(left.min(every), rung).await;
        }
    }
}

/// Whether a database is away, full or starting, as distinct from saying no. The providers know the first of these by
/// type and the rest, in part, not at all.
fn is_away(error: &ProviderError) -> bool {
    const SIGNS: [&str; 15] = [
        "terminating connection",
        "the database system is",
        "No space left on device",
        "could not extend",
        "could not write",
        "could not read",
        "could not serialize",
        "too many",
        "out of memory",
        "read-only",
        "readonly",
        "disk is full",
        "disk I/O error",
        "unable to open database",
        "Serialization failure",
    ];
    error.is_retryable() || SIGNS.iter().any(|sign| error.message.contains(sign))
}

#[async_trait]
impl<P: Provider> Provider for Patient<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn version(&self) -> &str {
        self.inner.version()
    }

    async fn fetch_orchestration_item(
        &self,
        lock_timeout: Duration,
        poll_timeout: Duration,
        filter: Option<&DispatcherCapabilityFilter>,
    ) -> Result<Option<(OrchestrationItem, String, u32)>, ProviderError> {
        let look = || self.inner.fetch_orchestration_item(lock_timeout, Duration::ZERO, filter);
        self.until_found(&self.turns, LOOK_FOR_TURNS, poll_timeout, look).await
    }

    async fn ack_orchestration_item(
        &self,
        lock_token: &str,
        execution_id: u64,
        history_delta: Vec<Event>,
        worker_items: Vec<WorkItem>,
        orchestrator_items: Vec<WorkItem>,
        metadata: ExecutionMetadata,
        cancelled_activities: Vec<ScheduledActivityIdentifier>,
    ) -> Result<(), ProviderError> {
        let (work, turns) = (bells::tags(&worker_items), !orchestrator_items.is_empty());
        let write = || {
            self.inner.ack_orchestration_item(
                lock_token,
                execution_id,
                history_delta.clone(),
                worker_items.clone(),
                orchestrator_items.clone(),
                metadata.clone(),
                cancelled_activities.clone(),
            )
        };
        let done = self.held(write).await;
        self.work.ring_for(&work);
        if turns {
            self.turns.notify_waiters();
        }
        done
    }

    async fn abandon_orchestration_item(
        &self,
        lock_token: &str,
        delay: Option<Duration>,
        ignore_attempt: bool,
    ) -> Result<(), ProviderError> {
        let _door = self.door().await;
        self.inner.abandon_orchestration_item(lock_token, delay, ignore_attempt).await
    }

    async fn read(&self, instance: &str) -> Result<Vec<Event>, ProviderError> {
        self.inner.read(instance).await
    }

    async fn read_with_execution(
        &self,
        instance: &str,
        execution_id: u64,
    ) -> Result<Vec<Event>, ProviderError> {
        self.inner.read_with_execution(instance, execution_id).await
    }

    async fn append_with_execution(
        &self,
        instance: &str,
        execution_id: u64,
        new_events: Vec<Event>,
    ) -> Result<(), ProviderError> {
        let _door = self.door().await;
        self.inner.append_with_execution(instance, execution_id, new_events).await
    }

    async fn enqueue_for_worker(&self, item: WorkItem) -> Result<(), ProviderError> {
        let tags = bells::tags(std::slice::from_ref(&item));
        let done = {
            let _door = self.door().await;
            self.inner.enqueue_for_worker(item).await
        };
        self.work.ring_for(&tags);
        done
    }

    async fn fetch_work_item(
        &self,
        lock_timeout: Duration,
        poll_timeout: Duration,
        session: Option<&SessionFetchConfig>,
        tag_filter: &TagFilter,
    ) -> Result<Option<(WorkItem, String, u32)>, ProviderError> {
        let look = || self.inner.fetch_work_item(lock_timeout, Duration::ZERO, session, tag_filter);
        let bell = self.work.bell_for(tag_filter);
        self.until_found(&bell, self.look_for_work, poll_timeout, look).await
    }

    async fn ack_work_item(&self, token: &str, completion: Option<WorkItem>) -> Result<(), ProviderError> {
        let done = self.held(|| self.inner.ack_work_item(token, completion.clone())).await;
        self.turns.notify_waiters();
        done
    }

    async fn renew_work_item_lock(&self, token: &str, extend_for: Duration) -> Result<(), ProviderError> {
        let _door = self.door().await;
        self.inner.renew_work_item_lock(token, extend_for).await
    }

    async fn renew_session_lock(
        &self,
        owner_ids: &[&str],
        extend_for: Duration,
        idle_timeout: Duration,
    ) -> Result<usize, ProviderError> {
        let _door = self.door().await;
        self.inner.renew_session_lock(owner_ids, extend_for, idle_timeout).await
    }

    async fn cleanup_orphaned_sessions(&self, idle_timeout: Duration) -> Result<usize, ProviderError> {
        let _door = self.door().await;
        self.inner.cleanup_orphaned_sessions(idle_timeout).await
    }

    async fn abandon_work_item(
        &self,
        token: &str,
        delay: Option<Duration>,
        ignore_attempt: bool,
    ) -> Result<(), ProviderError> {
        let _door = self.door().await;
        self.inner.abandon_work_item(token, delay, ignore_attempt).await
    }

    async fn renew_orchestration_item_lock(
        &self,
        token: &str,
        extend_for: Duration,
    ) -> Result<(), ProviderError> {
        let _door = self.door().await;
        self.inner.renew_orchestration_item_lock(token, extend_for).await
    }

    async fn enqueue_for_orchestrator(
        &self,
        item: WorkItem,
        delay: Option<Duration>,
    ) -> Result<(), ProviderError> {
        let done = {
            let _door = self.door().await;
            self.inner.enqueue_for_orchestrator(item, delay).await
        };
        self.turns.notify_waiters();
        done
    }

    fn as_management_capability(&self) -> Option<&dyn ProviderAdmin> {
        self.inner.as_management_capability()
    }

    async fn get_custom_status(
        &self,
        instance: &str,
        last_seen_version: u64,
    ) -> Result<Option<(Option<String>, u64)>, ProviderError> {
        self.inner.get_custom_status(instance, last_seen_version).await
    }

    async fn get_kv_value(&self, instance: &str, key: &str) -> Result<Option<String>, ProviderError> {
        self.inner.get_kv_value(instance, key).await
    }

    async fn get_kv_all_values(&self, instance: &str) -> Result<HashMap<String, String>, ProviderError> {
        self.inner.get_kv_all_values(instance).await
    }

    async fn get_instance_stats(&self, instance: &str) -> Result<Option<SystemStats>, ProviderError> {
        self.inner.get_instance_stats(instance).await
    }
}
