//! Fires: what the schedules do when their time comes, and the record of why a run began, or did not.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;
use store::{FireOutcome, FireRow, HoldKind, NewFire};

use crate::catch_up::{Verdict, behind};
use crate::config::{NotWorkingDay, OnHold, Overlap, ScheduleConfig};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::schedule::{Planned, Schedule};

/// How often the clock is looked at. The next fire is computed anew each time: clocks jump and machines sleep.
const TICK: Duration = Duration::from_secs(1);

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
    /// What happens when the run before is still going.
    pub overlap: Overlap,
    /// The calendars that must all work.
    pub calendar: Vec<String>,
    /// What happens on a day that is no working day.
    pub not_working_day: NotWorkingDay,
    /// What happens during a hold.
    pub on_hold: OnHold,
    /// The next five fires.
    pub next: Vec<NextFire>,
}

/// A fire that is to come.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct NextFire {
    /// When it is due.
    pub due: DateTime<Utc>,
    /// The time that the fields name: another one when the calendar has moved it.
    pub nominal: DateTime<Utc>,
}

impl ScheduleView {
    /// The schedule at a time.
    pub fn of(schedule: &Schedule, now: DateTime<Utc>) -> Self {
        let ScheduleConfig {
            name,
            workflow,
            cron,
            zone,
            catch_up,
            overlap,
            calendar,
            not_working_day,
            on_hold,
        } = schedule.config().clone();
        let next = schedule.upcoming(now, 5).into_iter();
        let next = next.map(|planned| NextFire { due: planned.due, nominal: planned.nominal }).collect();
        Self { name, workflow, cron, zone, catch_up, overlap, calendar, not_working_day, on_hold, next }
    }
}

/// What a schedule's loop remembers between two looks.
struct Clockwork {
    /// Everything that was due until then is settled.
    settled: DateTime<Utc>,
    /// When something is due next.
    next: Option<DateTime<Utc>>,
    /// Whether fires may wait for the end of a hold or of a run.
    waiting: bool,
}

/// Fires a schedule for as long as the engine runs.
pub(crate) async fn keep_firing(engine: Engine, schedule: Schedule) {
    let mut clockwork = None;
    loop {
        if let Err(error) = look(&engine, &schedule, &mut clockwork).await {
            tracing::warn!(schedule = %schedule.config().name, "{error}");
        }
        tokio::select! {
            () = engine.stopping() => return,
            () = tokio::time::sleep(TICK) => {}
        }
    }
}

/// One look at the clock.
async fn look(
    engine: &Engine,
    schedule: &Schedule,
    clockwork: &mut Option<Clockwork>,
) -> Result<(), EngineError> {
    let now = engine.store().now();
    if clockwork.is_none() {
        let settled = settled_until(engine, schedule).await?;
        *clockwork = Some(Clockwork { settled, next: next(schedule, settled), waiting: true });
    }
    let Some(clockwork) = clockwork else { return Ok(()) };
    if clockwork.waiting {
        clockwork.waiting = let_go(engine, schedule).await?;
    }
    if clockwork.next.is_none_or(|next| next > now) {
        return Ok(());
    }
    for (planned, verdict) in behind(schedule, clockwork.settled, now) {
        clockwork.waiting |= settle(engine, schedule, &planned, verdict).await?;
        clockwork.settled = planned.due;
    }
    clockwork.settled = now;
    clockwork.next = next(schedule, now);
    Ok(())
}

/// When something is due next, be it only to be written down as left out.
fn next(schedule: &Schedule, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    schedule.coming(after, 1, |_| true).first().map(|planned| planned.due)
}

/// Up to when a schedule is settled when the engine starts. A schedule whose times are new or have changed begins now:
/// it makes up for nothing.
async fn settled_until(engine: &Engine, schedule: &Schedule) -> Result<DateTime<Utc>, EngineError> {
    let (store, config) = (engine.store(), schedule.config());
    let definitions = store.define_schedule(&config.name, Some(&json!(config))).await?;
    let same_times = |definition: &&store::DefinitionRow| {
        let was = definition.definition.clone().map(serde_json::from_value::<ScheduleConfig>);
        was.is_some_and(|was| was.is_ok_and(|was| was.times_as(config)))
    };
    let begun = definitions.iter().rev().take_while(same_times).last().map(|definition| definition.since);
    let begun = begun.unwrap_or_else(|| store.now());
    let last = store.fires(&config.name, 1).await?.pop();
    Ok(last.map_or(begun, |last| last.due.max(begun)))
}

/// Writes down that schedules are gone that the store knows and the settings do not.
pub(crate) async fn forget_the_gone(engine: &Engine, kept: &[Schedule]) -> Result<(), EngineError> {
    for name in engine.store().defined_schedules().await? {
        if !kept.iter().any(|schedule| schedule.config().name == name) {
            engine.store().define_schedule(&name, None).await?;
        }
    }
    Ok(())
}

/// Does and writes down what is to become of one fire. True when it waits.
async fn settle(
    engine: &Engine,
    schedule: &Schedule,
    planned: &Planned,
    verdict: Verdict,
) -> Result<bool, EngineError> {
    let id = run_id(schedule, planned.nominal);
    // A crash came between the start of the run and its record.
    let begun = matches!(verdict, Verdict::Runs | Verdict::Missed | Verdict::Superseded(_))
        && engine.store().run(&id).await?.is_some();
    let (outcome, note) = match verdict {
        _ if begun => (FireOutcome::Started, String::new()),
        Verdict::Runs => return run(engine, schedule, planned).await,
        Verdict::Closed(closed) => (FireOutcome::SkippedHoliday, closed.en),
        Verdict::GaveWay(to) => (FireOutcome::GaveWay, schedule.nominal(to)),
        Verdict::Missed => (FireOutcome::Missed, String::new()),
        Verdict::Superseded(by) => (FireOutcome::Superseded, schedule.nominal(by)),
    };
    record(engine, schedule, planned, outcome, &note).await?;
    Ok(false)
}

/// Starts the run of a fire, unless a hold or the run before stands in its way. True when it waits.
async fn run(engine: &Engine, schedule: &Schedule, planned: &Planned) -> Result<bool, EngineError> {
    let config = schedule.config();
    let id = run_id(schedule, planned.nominal);
    let hold = if config.on_hold == OnHold::Run { None } else { hold(engine).await? };
    let stopped = match hold {
        Some(hold) if config.on_hold == OnHold::Skip => {
            Some((FireOutcome::SkippedHold, hold.as_str().to_owned()))
        }
        Some(hold) => Some((FireOutcome::Held, hold.as_str().to_owned())),
        None => in_the_way(engine, schedule, &id).await?,
    };
    let (outcome, note) = if let Some(stopped) = stopped {
        stopped
    } else {
        if let Some(list) = schedule.unknown(planned.nominal) {
            tracing::warn!(schedule = %config.name, calendar = %list.name, nominal = %planned.nominal, "DH-6042: the calendar says nothing of this day, which counts as a working day");
        }
        // The run first: a fire that is recorded without its run would be lost, a run that starts twice is one run.
        start(engine, &id).await?;
        (FireOutcome::Started, String::new())
    };
    if outcome != FireOutcome::Started {
        tracing::info!(schedule = %config.name, run = %id, "{outcome} {note}");
    }
    record(engine, schedule, planned, outcome, &note).await?;
    Ok(outcome.waits())
}

/// The hold that is in force, the oldest of several.
async fn hold(engine: &Engine) -> Result<Option<HoldKind>, EngineError> {
    Ok(engine.store().holds_in_force().await?.first().map(|hold| hold.kind))
}

/// What becomes of a fire whose run before is still going, with that run.
async fn in_the_way(
    engine: &Engine,
    schedule: &Schedule,
    id: &str,
) -> Result<Option<(FireOutcome, String)>, EngineError> {
    let (store, config) = (engine.store(), schedule.config());
    if config.overlap == Overlap::Allow {
        return Ok(None);
    }
    let Some(before) = store.fire_going(&config.name, id).await? else { return Ok(None) };
    let queued = |fire: &FireRow| fire.outcome == FireOutcome::Queued && fire.run != id;
    let full = config.overlap == Overlap::Skip || store.fires_waiting(&config.name).await?.iter().any(queued);
    Ok(Some((if full { FireOutcome::SkippedOverlap } else { FireOutcome::Queued }, before)))
}

/// Lets the fires go that wait, when nothing stands in their way any more. True when some go on waiting.
async fn let_go(engine: &Engine, schedule: &Schedule) -> Result<bool, EngineError> {
    let (store, name) = (engine.store(), &schedule.config().name);
    let mut waiting = store.fires_waiting(name).await?;
    if waiting.is_empty() {
        return Ok(false);
    }
    let held = schedule.config().on_hold != OnHold::Run && hold(engine).await?.is_some();
    // The latest of those that were held runs for all of them.
    let latest = waiting.iter().find(|fire| fire.outcome == FireOutcome::Held).map(|fire| fire.nominal);
    waiting.sort_by_key(|fire| (fire.outcome == FireOutcome::Held, fire.due));
    let mut left = false;
    for fire in waiting {
        if held {
            left = true;
        } else if fire.outcome == FireOutcome::Held && Some(fire.nominal) != latest {
            let by = latest.map(|latest| schedule.nominal(latest)).unwrap_or_default();
            store.settle_fire(name, fire.nominal, FireOutcome::Superseded, &by).await?;
        } else if let Some((outcome, before)) = in_the_way(engine, schedule, &fire.run).await? {
            left |= outcome.waits();
            if fire.outcome != outcome {
                store.settle_fire(name, fire.nominal, outcome, &before).await?;
            }
        } else {
            start(engine, &fire.run).await?;
            store.settle_fire(name, fire.nominal, FireOutcome::Started, "").await?;
        }
    }
    Ok(left)
}

/// Starts a run by its id, which says all that it needs.
async fn start(engine: &Engine, id: &str) -> Result<(), EngineError> {
    let (workflow, key) = id.split_once('/').unwrap_or((id, ""));
    let nominal = key.split_once('/').map_or(key, |(_, nominal)| nominal);
    engine.start_run(workflow, json!({ "key": key, "nominal": nominal }), "schedule").await?;
    Ok(())
}

async fn record(
    engine: &Engine,
    schedule: &Schedule,
    planned: &Planned,
    outcome: FireOutcome,
    note: &str,
) -> Result<(), EngineError> {
    let run = run_id(schedule, planned.nominal);
    let (nominal, due) = (planned.nominal, planned.due);
    let fire = NewFire { schedule: &schedule.config().name, nominal, due, run: &run, outcome, note };
    engine.store().record_fire(&fire).await?;
    Ok(())
}

/// The id of a fire's run: schedule and nominal time make it, so two schedulers come to the same.
fn run_id(schedule: &Schedule, nominal: DateTime<Utc>) -> String {
    let config = schedule.config();
    format!("{}/{}/{}", config.workflow, config.name, schedule.nominal(nominal))
}
