//! Why a schedule ran, did not run, or will run on a day: one plain sentence, from what is written down.

mod says;

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use invoices::Message;
use serde::Serialize;
use store::{DefinitionRow, FireOutcome, FireRow, HoldRow, Store};

use crate::calendar::Calendars;
use crate::config::ScheduleConfig;
use crate::error::EngineError;
use crate::schedule::{Fate, Planned, Schedule, check_schedule};

/// The answer for one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// The schedule.
    pub schedule: String,
    /// The day, in the schedule's zone.
    pub date: NaiveDate,
    /// The answer.
    pub sentence: Message,
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
    pub says: Message,
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
    let unserved = !served && looking.bounds().1 > now;
    let sentence = looking.sentence(name, &fires, &spans, unserved);
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
        let (outcome, mut says) = match row {
            Some(row) => (row.outcome.as_str(), self.recorded(schedule, &when, row).await?),
            None => self.unrecorded(schedule, planned, &when),
        };
        let run = row.filter(|row| row.outcome == FireOutcome::Started).map(|row| row.run.clone());
        if let Some(list) = schedule.unknown(planned.nominal).filter(|_| planned.fate == Fate::Runs) {
            says = says::of_an_unknown_year(&says, &list.name);
        }
        Ok(Explained { nominal: planned.nominal, due: planned.due, outcome, run, says })
    }
}
