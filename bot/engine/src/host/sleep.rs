//! `run`: sleeping for hours, days or working days.
//!
//! When a run wakes is fixed when the step is first asked, and kept in the store: a restart, a lost engine file or a
//! clock that is set meanwhile change nothing about it.

use std::fmt::Display;

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::calendar::{Calendars, WorkingDays};
use crate::failure::Failure;
use crate::house::House;
use crate::orchestrator::{Ask, Reply};
use crate::tape::Call;

pub(crate) const SLEEP: &str = "run::sleep";
pub(crate) const SLEEP_UNTIL: &str = "run::sleep_until";
pub(crate) const SLEEP_WORKING_DAYS: &str = "run::sleep_working_days";

/// No run sleeps longer: what is to happen in a year is a schedule.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// What days and hours mean where the office is.
pub(crate) struct Almanac<'a> {
    pub(crate) zone: Tz,
    pub(crate) office_days: &'a WorkingDays,
    pub(crate) calendars: &'a Calendars,
}

impl<'a> Almanac<'a> {
    pub(crate) fn of(house: &'a House) -> Self {
        Self { zone: house.zone, office_days: &house.office_days, calendars: &house.calendars }
    }
}

/// Whether a step sleeps.
pub(crate) fn is_sleep(step: &str) -> bool {
    [SLEEP, SLEEP_UNTIL, SLEEP_WORKING_DAYS].contains(&step)
}

/// Sleeps, or wakes.
pub(crate) async fn sleep(house: &House, ask: &Ask) -> Result<Reply, Failure> {
    let (store, call) = (&house.store, &ask.call);
    let now = store.now();
    let asked = wake_at(&Almanac::of(house), call, now)?;
    let until = store.timer(&ask.run, call.index, &call.args, asked).await?;
    if now >= until {
        store.wake_run(&ask.run).await?;
        return Ok(Reply::Done(answer(house.zone, until)));
    }
    store.rest_run(&ask.run, None).await?;
    let left = (until - now).num_milliseconds().max(1).unsigned_abs();
    Ok(Reply::Asleep(left))
}

/// What a sleep answers.
pub(crate) fn answer(zone: Tz, until: DateTime<Utc>) -> Value {
    json!({ "at": until.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string() })
}

/// When a sleep that begins now ends.
pub(crate) fn wake_at(
    almanac: &Almanac<'_>,
    call: &Call,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Failure> {
    let (args, Almanac { zone, office_days, calendars }) = (&call.args, almanac);
    let until = match call.name.as_str() {
        SLEEP => after(*zone, args, now)?,
        SLEEP_UNTIL => at(*zone, args["time"].as_str().unwrap_or_default(), now)?,
        _ => {
            let days = match args["calendar"].as_str() {
                None => (*office_days).clone(),
                Some(name) => calendars.together(&[name.to_owned()]).map_err(|error| wrong(&error))?,
            };
            working_days(*zone, &days, args, now)?
        }
    };
    if until - now > LONGEST {
        return Err(wrong(&"it would sleep for more than 366 days: make it a schedule"));
    }
    Ok(until)
}

/// So many calendar days later at the same hour, and so many hours and minutes after that.
fn after(zone: Tz, args: &Value, now: DateTime<Utc>) -> Result<DateTime<Utc>, Failure> {
    let mut parts = [("days", 0), ("hours", 0), ("minutes", 0)];
    for (name, value) in args.as_object().into_iter().flatten() {
        let part = parts.iter_mut().find(|(part, _)| part == name);
        let (Some((_, part)), Some(number)) = (part, value.as_u64().filter(|number| *number < 1_000_000))
        else {
            return Err(wrong(&format!("`{name}: {value}` is no whole number of days, hours or minutes")));
        };
        *part = i64::try_from(number).unwrap_or_default();
    }
    let [days, hours, minutes] = parts.map(|(_, number)| number);
    if days + hours + minutes == 0 {
        return Err(wrong(&"it says neither days nor hours nor minutes"));
    }
    let local = now.with_timezone(&zone).naive_local();
    let day = local.checked_add_days(Days::new(days.unsigned_abs()));
    let from = if days == 0 { now } else { instant(zone, day.ok_or_else(|| wrong(&"it is too long"))?)? };
    Ok(from + TimeDelta::minutes(hours * 60 + minutes))
}

/// At a time in the office's zone: a day (when it begins), a day with an hour, or the next time that an hour comes.
fn at(zone: Tz, time: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Failure> {
    let time = time.trim();
    if let Ok(exact) = DateTime::parse_from_rfc3339(time) {
        return Ok(exact.to_utc());
    }
    if let Ok(local) = NaiveDateTime::parse_from_str(&time.replace('T', " "), "%Y-%m-%d %H:%M") {
        return instant(zone, local);
    }
    if let Ok(day) = time.parse::<NaiveDate>() {
        return instant(zone, day.and_time(NaiveTime::MIN));
    }
    let hour = NaiveTime::parse_from_str(time, "%H:%M");
    let hour = hour
        .map_err(|_| wrong(&format!("`{time}` is no time; write 2026-11-30, 2026-11-30 09:00 or 09:00")))?;
    let today = now.with_timezone(&zone).date_naive();
    let first = instant(zone, today.and_time(hour))?;
    let tomorrow = today.succ_opt().unwrap_or(today);
    if first > now { Ok(first) } else { instant(zone, tomorrow.and_time(hour)) }
}

/// At the same hour of the so many-eth working day after today.
fn working_days(
    zone: Tz,
    days: &WorkingDays,
    args: &Value,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Failure> {
    let count = args["count"].as_i64().filter(|count| (1..=260).contains(count));
    let count = count.ok_or_else(|| wrong(&"it is no number of working days from 1 to 260"))?;
    let local = now.with_timezone(&zone).naive_local();
    let mut day = local.date();
    for _ in 0..count {
        day = days.after(day).ok_or_else(|| wrong(&"no working day follows in the calendar"))?;
    }
    if let Some(list) = days.unknown(day) {
        tracing::warn!(calendar = %list.name, %day, "DH-6042: a run sleeps beyond the years that the calendar knows");
    }
    instant(zone, day.and_time(local.time()))
}

/// The instant of a local time; where a zone leaves the hour out, the next one that it has.
fn instant(zone: Tz, local: NaiveDateTime) -> Result<DateTime<Utc>, Failure> {
    let mut local = local;
    for _ in 0..4 {
        match zone.from_local_datetime(&local) {
            LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => return Ok(time.to_utc()),
            LocalResult::None => local += TimeDelta::hours(1),
        }
    }
    Err(wrong(&"the zone has no such time"))
}

fn wrong(why: &impl Display) -> Failure {
    Failure::business(&format!("DH-6053: the run cannot sleep as the script says: {why}; correct the script"))
}
