//! Why a schedule ran, did not run, or will run on a day: one plain sentence, from what is written down.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use store::{DefinitionRow, FireOutcome, FireRow, HoldKind, HoldRow, RunState, Store};

use crate::calendar::Calendars;
use crate::config::{OnHold, ScheduleConfig};
use crate::error::EngineError;
use crate::schedule::{Fate, Planned, Schedule, check_schedule};

/// More fires than these are summed up.
const TOLD_ONE_BY_ONE: usize = 4;
/// A run that starts later than this was late.
const LATE: TimeDelta = TimeDelta::minutes(2);

/// The answer for one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// The schedule.
    pub schedule: String,
    /// The day, in the schedule's zone.
    pub date: NaiveDate,
    /// The answer.
    pub sentence: String,
    /// The same for each time that the fields name on that day, or that was moved to it.
    pub fires: Vec<Explained>,
}

/// What became of one time, or will.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// The time that the fields name.
    pub nominal: DateTime<Utc>,
    /// When it is due.
    pub due: DateTime<Utc>,
    /// An outcome of the store, or `planned`, `due`, `not_defined`.
    pub outcome: &'static str,
    /// The run that it started.
    pub run: Option<String>,
    /// What a sentence says of it, after the schedule's name.
    pub says: String,
}

/// What a schedule was in a span of time.
struct Span {
    since: DateTime<Utc>,
    until: DateTime<Utc>,
    schedule: Option<Schedule>,
}

/// Everything that an explanation needs.
struct Looking<'a> {
    store: &'a Store,
    now: DateTime<Utc>,
    date: NaiveDate,
    zone: Tz,
    hold: Option<HoldRow>,
}

/// Why the schedule of this name ran, or did not, on a date of its zone; today when none is named.
pub async fn why(
    store: &Store,
    schedules: &[ScheduleConfig],
    calendars: &Calendars,
    name: &str,
    date: Option<NaiveDate>,
) -> Result<Why, EngineError> {
    let config = schedules.iter().find(|schedule| schedule.name == name);
    let definitions = store.definitions(name).await?;
    let last = definitions.iter().rev().find_map(was);
    let Some(shown) = config.or(last.as_ref()) else {
        let known: Vec<&str> = schedules.iter().map(|schedule| schedule.name.as_str()).collect();
        return Err(EngineError::NoSchedule { name: name.to_owned(), known: known.join(", ") });
    };
    let (now, zone) = (store.now(), check_schedule(shown, calendars)?.zone());
    let date = date.unwrap_or_else(|| now.with_timezone(&zone).date_naive());
    let hold = store.holds_in_force().await?.into_iter().next();
    let looking = Looking { store, now, date, zone, hold };
    // What stands in the settings and no `serve` has seen yet, holds from now on.
    let served = definitions.last().is_some_and(|row| was(row).as_ref() == config);
    let spans = spans(&definitions, config.filter(|_| !served), now, calendars);
    let fires = looking.fires(name, &spans).await?;
    let mut sentence = if fires.is_empty() {
        looking.nothing(name, &spans)
    } else {
        format!("On {}, {}", shown_day(date), looking.told(name, &fires))
    };
    let until = looking.bounds().1;
    if !served && until > now {
        sentence.push_str(" (once `deskhand serve` has been started with these settings)");
    }
    sentence.push('.');
    Ok(Why { schedule: name.to_owned(), date, sentence, fires })
}

fn was(row: &DefinitionRow) -> Option<ScheduleConfig> {
    row.definition.clone().and_then(|definition| serde_json::from_value(definition).ok())
}

/// The spans of time in which the schedule was one thing, oldest first.
fn spans(
    definitions: &[DefinitionRow],
    unserved: Option<&ScheduleConfig>,
    now: DateTime<Utc>,
    calendars: &Calendars,
) -> Vec<Span> {
    let kept = definitions.iter().map(|row| (row.since, was(row)));
    let kept: Vec<_> = kept.chain(unserved.map(|config| (now, Some(config.clone())))).collect();
    let ends = kept.iter().skip(1).map(|(since, _)| *since).chain([DateTime::<Utc>::MAX_UTC]);
    let span = |((since, config), until): (&(DateTime<Utc>, Option<ScheduleConfig>), _)| Span {
        since: *since,
        until,
        schedule: config.as_ref().and_then(|config| check_schedule(config, calendars).ok()),
    };
    kept.iter().zip(ends).map(span).collect()
}

impl Looking<'_> {
    /// The day's first instant, and the next day's.
    fn bounds(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let begins = |date: NaiveDate| {
            let midnight = date.and_time(NaiveTime::MIN);
            let local = self.zone.from_local_datetime(&midnight).earliest();
            local.map_or_else(|| Utc.from_utc_datetime(&midnight), |local| local.to_utc())
        };
        (begins(self.date), begins(self.date + Days::new(1)))
    }

    /// Every time of the day, explained.
    async fn fires(&self, name: &str, spans: &[Span]) -> Result<Vec<Explained>, EngineError> {
        let (from, until) = self.bounds();
        let rows = self.store.fires_between(name, from, until).await?;
        let mut explained = BTreeMap::new();
        for span in spans {
            let Some(schedule) = &span.schedule else { continue };
            for planned in schedule.on(self.date) {
                if planned.due > span.since && planned.due <= span.until {
                    let row = rows.iter().find(|row| row.nominal == planned.nominal);
                    explained.insert(planned.nominal, self.explain(schedule, &planned, row).await?);
                }
            }
        }
        // What was written down counts, whatever the calendars say today.
        for row in &rows {
            if let (false, Some(schedule)) = (
                explained.contains_key(&row.nominal),
                spans.iter().rev().find_map(|span| span.schedule.as_ref()),
            ) {
                let planned = Planned { nominal: row.nominal, due: row.due, fate: Fate::Runs };
                explained.insert(row.nominal, self.explain(schedule, &planned, Some(row)).await?);
            }
        }
        let mut fires: Vec<Explained> = explained.into_values().collect();
        fires.sort_by_key(|fire| (fire.due, fire.nominal));
        Ok(fires)
    }

    async fn explain(
        &self,
        schedule: &Schedule,
        planned: &Planned,
        row: Option<&FireRow>,
    ) -> Result<Explained, EngineError> {
        let when = self.when(schedule, planned);
        let (outcome, says) = match row {
            Some(row) => (row.outcome.as_str(), self.recorded(&when, row).await?),
            None => self.unrecorded(schedule, planned, &when),
        };
        let run = row.filter(|row| row.outcome == FireOutcome::Started).map(|row| row.run.clone());
        let unknown = schedule.unknown(planned.nominal).filter(|_| planned.fate == Fate::Runs);
        let unknown = unknown.map(|list| {
            format!(
                " (the calendar {} says nothing of that year, so the day counts as a working day)",
                list.name
            )
        });
        let says = says + unknown.as_deref().unwrap_or_default();
        Ok(Explained { nominal: planned.nominal, due: planned.due, outcome, run, says })
    }

    /// What became of a fire that is written down.
    async fn recorded(&self, when: &str, row: &FireRow) -> Result<String, EngineError> {
        let (note, not) = (&row.note, format!("did not run {when}, because"));
        Ok(match row.outcome {
            FireOutcome::Started => {
                let late = row.recorded_at - row.due > LATE;
                let late =
                    if late { format!(" late, on {},", self.moment(row.recorded_at)) } else { String::new() };
                format!("ran {when}{late} as run {}, which {}", row.run, self.ended(&row.run).await?)
            }
            FireOutcome::Held => format!("has waited {when} for the end of {}", hold_en(note)),
            FireOutcome::Queued => format!("has waited {when} for the end of run {note}"),
            FireOutcome::SkippedOverlap => format!("{not} run {note} was still going"),
            FireOutcome::SkippedHold => format!("{not} {} was in force", hold_en(note)),
            FireOutcome::SkippedHoliday => format!("{not} it was {note}"),
            FireOutcome::GaveWay => {
                format!("did not run by itself: its time was moved, {when}, where the fire of {note} ran")
            }
            FireOutcome::Missed => {
                format!("{not} Deskhand was not running then and came back after the catch-up window")
            }
            FireOutcome::Superseded => {
                format!(
                    "{not} it could not be done then, and only the latest one, that of {note}, was made up for"
                )
            }
        })
    }

    async fn ended(&self, run: &str) -> Result<String, EngineError> {
        let row = self.store.run(run).await?.map(|(row, _)| row);
        let rests = row.as_ref().is_some_and(|row| row.awaits.is_some() || row.wakes_at.is_some());
        Ok(match row.map(|row| row.state) {
            None => "is not known any more".to_owned(),
            Some(RunState::Running) => "is still going".to_owned(),
            Some(RunState::Queued) => "waits for its turn".to_owned(),
            Some(RunState::Waiting) if rests => "waits for a time or for other runs".to_owned(),
            Some(RunState::Waiting) => "waits for a person".to_owned(),
            Some(RunState::Done) => "ended well".to_owned(),
            Some(state) => format!("ended as {}", state.as_str().replace('_', " ")),
        })
    }

    /// What becomes of a time of which nothing is written down.
    fn unrecorded(&self, schedule: &Schedule, planned: &Planned, when: &str) -> (&'static str, String) {
        let window = TimeDelta::from_std(schedule.config().catch_up).unwrap_or(TimeDelta::MAX);
        let is = if planned.due > self.now { "is" } else { "was" };
        let not = if planned.due > self.now { "will not run" } else { "did not run" };
        match &planned.fate {
            Fate::Closed(closed) => {
                ("skipped_holiday", format!("{not} {when}, because it {is} {}", closed.en))
            }
            Fate::GivesWay(to) => (
                "gave_way",
                format!(
                    "{not} by itself: its time {is} moved, {when}, where the fire of {} runs",
                    schedule.nominal(*to)
                ),
            ),
            Fate::Runs if planned.due > self.now => {
                let today = self.now.with_timezone(&self.zone).date_naive() == schedule.date(planned.due);
                let hold = self.hold.as_ref().filter(|_| today && schedule.config().on_hold != OnHold::Run);
                let unless = hold.map(|hold| format!(", unless {} is still in force then", hold.kind.en()));
                ("planned", format!("will run {when}: it is not yet due{}", unless.unwrap_or_default()))
            }
            Fate::Runs if planned.due.checked_add_signed(window).is_none_or(|end| end > self.now) => (
                "due",
                format!(
                    "is due {when} and runs as soon as `deskhand serve` does, if that is in time for its catch-up window"
                ),
            ),
            Fate::Runs => (
                "missed",
                format!(
                    "did not run {when}, because Deskhand has not been running since, or came back after the catch-up window"
                ),
            ),
        }
    }

    /// Why the day names no time at all.
    fn nothing(&self, name: &str, spans: &[Span]) -> String {
        let ((from, until), day) = (self.bounds(), shown_day(self.date));
        let Some(span) = spans.iter().rev().find(|span| span.since < until) else {
            let since = spans.first().map(|span| self.moment(span.since)).unwrap_or_default();
            return format!(
                "{name} did not run on {day}, because it did not exist then: it is known since {since}"
            );
        };
        let Some(schedule) = &span.schedule else {
            return format!(
                "{name} does not run on {day}, because it was taken out of the settings on {}",
                self.moment(span.since)
            );
        };
        let too_early = schedule.on(self.date).into_iter().next();
        if let Some(planned) = too_early.filter(|_| span.since >= from) {
            let at = self.when(schedule, &planned);
            return format!(
                "{name} did not run {at} on {day}, because it was made or changed only on {}, and makes up for nothing before that",
                self.moment(span.since)
            );
        }
        let does = if until <= self.now { "did" } else { "does" };
        let cron = &schedule.config().cron;
        format!(
            "{name} {does} not run on {day}, because its fields `{cron}` ({}) name no time on that day",
            self.zone
        )
    }

    /// One sentence of all times, without its day and its full stop.
    fn told(&self, name: &str, fires: &[Explained]) -> String {
        // What was moved to this day and gives way to its own fire is told on the day from which it was moved.
        let named = |fire: &&Explained| fire.nominal.with_timezone(&self.zone).date_naive() == self.date;
        let fires: Vec<&Explained> = fires
            .iter()
            .filter(|fire| fire.outcome != FireOutcome::GaveWay.as_str() || named(fire))
            .collect();
        if fires.len() <= TOLD_ONE_BY_ONE {
            let says: Vec<&str> = fires.iter().map(|fire| fire.says.as_str()).collect();
            return format!("{name} {}", says.join("; it "));
        }
        let mut kinds: Vec<(&str, usize, &Explained)> = Vec::new();
        let count = fires.len();
        for fire in fires {
            match kinds.iter_mut().find(|(outcome, ..)| *outcome == fire.outcome) {
                Some(kind) => (kind.1, kind.2) = (kind.1 + 1, fire),
                None => kinds.push((fire.outcome, 1, fire)),
            }
        }
        let kinds: Vec<String> = kinds
            .into_iter()
            .map(|(outcome, count, last)| {
                format!("{count} {}, of which the last {}", outcome.replace('_', " "), last.says)
            })
            .collect();
        format!("{name} had {count} times: {}", kinds.join("; "))
    }

    /// The time of a fire, and from where or to where the calendar moved it.
    fn when(&self, schedule: &Schedule, planned: &Planned) -> String {
        let time = |at: DateTime<Utc>| at.with_timezone(&self.zone).format("%H:%M").to_string();
        let (named, due) = (schedule.date(planned.nominal), schedule.date(planned.due));
        if named == due {
            return format!("at {}", time(planned.due));
        }
        let closed = schedule.days().closed(named).map(|closed| closed.en).unwrap_or_default();
        if due == self.date {
            format!("at {} in place of {} ({closed})", time(planned.due), shown_day(named))
        } else {
            format!("not then ({closed}) but on {} at {}", shown_day(due), time(planned.due))
        }
    }

    fn moment(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%-d %b %Y at %H:%M").to_string()
    }
}

fn shown_day(date: NaiveDate) -> String {
    date.format("%a %-d %b %Y").to_string()
}

/// The name of a hold's kind, as it was noted.
fn hold_en(word: &str) -> &str {
    word.parse().map_or(word, |kind: HoldKind| kind.en())
}
