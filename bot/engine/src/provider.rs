//! duroxide's SQLite file with one writer at a time and a bell in place of polling.
//!
//! duroxide's own provider answers "nothing there" at once, so its dispatchers poll: often enough to be quick is too
//! often for an idle machine, and several at a time meet as *database is locked*. Here every call goes through one
//! door, and who finds nothing waits for the bell that rings when something is put in.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use duroxide::providers::sqlite::SqliteProvider;
use duroxide::providers::{
    DispatcherCapabilityFilter, ExecutionMetadata, OrchestrationItem, Provider, ProviderAdmin, ProviderError,
    ScheduledActivityIdentifier, SessionFetchConfig, TagFilter, WorkItem,
};
use duroxide::{Event, SystemStats};
use tokio::sync::{Mutex, MutexGuard, Notify};
use tokio::time::Instant;

/// How often who waits for turns looks without having heard the bell: timers ring none.
const LOOK_FOR_TURNS: Duration = Duration::from_millis(100);
/// How often who waits for work does: only the lock of a dead program runs out without a bell.
const LOOK_FOR_WORK: Duration = Duration::from_millis(500);

/// The engine's file.
pub(crate) struct OneDoor {
    inner: Arc<SqliteProvider>,
    door: Mutex<()>,
    /// Rings when an orchestration has something to do.
    turns: Notify,
    /// Rings when an activity is to be done.
    work: Notify,
}

impl OneDoor {
    pub(crate) fn new(inner: SqliteProvider) -> Self {
        Self { inner: Arc::new(inner), door: Mutex::new(()), turns: Notify::new(), work: Notify::new() }
    }

    async fn door(&self) -> MutexGuard<'_, ()> {
        self.door.lock().await
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

#[async_trait]
impl Provider for OneDoor {
    fn name(&self) -> &'static str {
        "sqlite, one door"
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
        let (work, turns) = (!worker_items.is_empty(), !orchestrator_items.is_empty());
        let done = {
            let _door = self.door().await;
            self.inner
                .ack_orchestration_item(
                    lock_token,
                    execution_id,
                    history_delta,
                    worker_items,
                    orchestrator_items,
                    metadata,
                    cancelled_activities,
                )
                .await
        };
        if work {
            self.work.notify_waiters();
        }
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
        let done = {
            let _door = self.door().await;
            self.inner.enqueue_for_worker(item).await
        };
        self.work.notify_waiters();
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
        self.until_found(&self.work, LOOK_FOR_WORK, poll_timeout, look).await
    }

    async fn ack_work_item(&self, token: &str, completion: Option<WorkItem>) -> Result<(), ProviderError> {
        let done = {
            let _door = self.door().await;
            self.inner.ack_work_item(token, completion).await
        };
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
