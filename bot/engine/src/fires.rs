//! Fires: what the schedules do when their time comes, and the record of why a run began, or did not.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::schedule::Schedule;

/// How often the clock is looked at. The next fire is computed anew each time: clocks jump and machines sleep.
const TICK: Duration = Duration::from_secs(1);
/// The outcome of a fire that started its run.
const STARTED: &str = "started";
/// The outcome that marks from when on a schedule is as it is now; its definition's hash follows.
const DEFINED: &str = "defined:";

/// A schedule as people see it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ScheduleView {
    /// Its name.
    pub name: String,
    /// The workflow that it starts.
    pub workflow: String,
    /// The five fields.
    pub cron: String,
    /// The zone in which they are meant.
    pub zone: String,
    /// How late a missed fire is still made up for.
    pub catch_up: Duration,
    /// The next five fires.
    pub next: Vec<DateTime<Utc>>,
}

impl ScheduleView {
    pub(crate) fn of(schedule: &Schedule, now: DateTime<Utc>) -> Self {
        let config = schedule.config().clone();
        Self {
            name: config.name,
            workflow: config.workflow,
            cron: config.cron,
            zone: config.zone,
            catch_up: config.catch_up,
            next: schedule.next(now, 5),
        }
    }
}

/// Fires a schedule for as long as the engine runs.
pub(crate) async fn keep_firing(engine: Engine, schedule: Schedule) {
    let mut since = None;
    loop {
        if let Err(error) = look(&engine, &schedule, &mut since).await {
            tracing::warn!(schedule = %schedule.config().name, "{error}");
        }
        tokio::select! {
            () = engine.stopping() => return,
            () = tokio::time::sleep(TICK) => {}
        }
    }
}

/// One look at the clock. `since` is the instant up to which everything is settled.
async fn look(
    engine: &Engine,
    schedule: &Schedule,
    since: &mut Option<DateTime<Utc>>,
) -> Result<(), EngineError> {
    let now = engine.store().now();
    let settled = match *since {
        Some(settled) => settled,
        None => settled_until(engine, schedule, now).await?,
    };
    *since = Some(settled);
    if schedule.next(settled, 1).first().is_none_or(|fire| *fire > now) {
        return Ok(());
    }
    let window = TimeDelta::from_std(schedule.config().catch_up).unwrap_or(TimeDelta::MAX);
    // A fire that has just come is never late, whatever the window.
    let oldest = now.checked_sub_signed(window.max(TimeDelta::minutes(1))).unwrap_or(settled);
    if let Some(missed) = schedule.last_between(settled, oldest.min(now)) {
        engine
            .store()
            .record_fire(&schedule.config().name, missed, &run_id(schedule, missed), "missed")
            .await?;
    }
    if let Some(fire) = schedule.last_between(settled.max(oldest), now) {
        run(engine, schedule, fire).await?;
    }
    *since = Some(now);
    Ok(())
}

/// Up to when a schedule is settled when the engine starts. A schedule that is new or has changed begins now: it
/// makes up for nothing.
async fn settled_until(
    engine: &Engine,
    schedule: &Schedule,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, EngineError> {
    let config = schedule.config();
    let definition = format!("{} {} {}", config.cron, config.zone, config.workflow);
    let definition = format!("{DEFINED}{}", &store::sha256_hex(&definition)[..16]);
    let fires = engine.store().fires(&config.name, 500).await?;
    let defined =
        fires.iter().filter(|fire| fire.outcome.starts_with(DEFINED)).max_by_key(|fire| fire.nominal);
    if defined.is_some_and(|fire| fire.outcome == definition) {
        return Ok(fires.iter().map(|fire| fire.nominal).max().unwrap_or(now));
    }
    engine.store().record_fire(&config.name, now, "", &definition).await?;
    Ok(now)
}

/// Starts the run of a fire, unless the one before is still going.
async fn run(engine: &Engine, schedule: &Schedule, fire: DateTime<Utc>) -> Result<(), EngineError> {
    let (name, workflow) = (&schedule.config().name, &schedule.config().workflow);
    let id = run_id(schedule, fire);
    let before = engine.store().fires(name, 50).await?.into_iter().find(|before| before.outcome == STARTED);
    if let Some(before) = before.filter(|before| before.run != id) {
        let going = engine.store().run(&before.run).await?.is_some_and(|(row, _)| !row.state.is_final());
        if going {
            tracing::warn!(schedule = %name, run = %before.run, "is still going: this fire is left out");
            engine.store().record_fire(name, fire, &id, "skipped_overlap").await?;
            return Ok(());
        }
    }
    // The run first: a fire that is recorded without its run would be lost, a run that starts twice is one run.
    let nominal = schedule.nominal(fire);
    let params = json!({ "key": nominal, "nominal": nominal });
    engine.start_run(workflow, params, "schedule").await?;
    engine.store().record_fire(name, fire, &id, STARTED).await?;
    Ok(())
}

fn run_id(schedule: &Schedule, fire: DateTime<Utc>) -> String {
    format!("{}/{}", schedule.config().workflow, schedule.nominal(fire))
}
