//! Schedules: five cron fields in a named zone, and when they fire next.
//!
//! The next fire is computed from the clock, never from the last run. Summer time: an hour that does not exist moves
//! to the first minute after it, an hour that exists twice fires in its first pass only, so no fire is lost or doubled.

use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::config::ScheduleConfig;
use crate::error::EngineError;

/// The names of the days, Sunday first: numbers mean Sunday = 1 to the cron library and 0 to everybody else.
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// More than a wall clock is ever set back.
const LEAD: TimeDelta = TimeDelta::hours(3);

/// A schedule that has been checked.
#[derive(Debug, Clone)]
pub struct Schedule {
    config: ScheduleConfig,
    fields: cron::Schedule,
    zone: Tz,
}

/// Checks a schedule.
pub fn check_schedule(config: &ScheduleConfig) -> Result<Schedule, EngineError> {
    let refuse = |reason: &str| EngineError::Cron {
        name: config.name.clone(),
        cron: config.cron.clone(),
        reason: reason.to_owned(),
    };
    if !is_name(&config.name) {
        return Err(EngineError::Settings {
            what: format!("`{}` cannot name a schedule: use letters, digits, - and _", config.name),
        });
    }
    let zone = Tz::from_str(&config.zone)
        .map_err(|_| EngineError::Zone { name: config.name.clone(), zone: config.zone.clone() })?;
    let fields = fields(&config.cron).map_err(|reason| refuse(&reason))?;
    let schedule = Schedule { config: config.clone(), fields, zone };
    if schedule.next(DateTime::<Utc>::from_timestamp(1_700_000_000, 0).unwrap_or_default(), 1).is_empty() {
        return Err(refuse("this day never comes"));
    }
    Ok(schedule)
}

/// A name that may stand in a run id and in a blob key.
pub fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

/// Five fields as people write them become the library's seven.
fn fields(text: &str) -> Result<cron::Schedule, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = words[..] else {
        return Err(match words.len() {
            6 | 7 => format!("it has {} fields; seconds and years are not offered", words.len()),
            n => format!("it has {n} fields"),
        });
    };
    if [minute, hour, day, month].iter().any(|field| field.contains('?')) {
        return Err("`?` means nothing here".to_owned());
    }
    if day != "*" && weekday != "*" {
        return Err("day of month and day of week are both set; cron programs disagree on what that means, \
                    so write two schedules"
            .to_owned());
    }
    let weekday = weekdays(weekday)?;
    cron::Schedule::from_str(&format!("0 {minute} {hour} {day} {month} {weekday}"))
        .map_err(|error| error.to_string())
}

/// `1-5`, `0`, `7`, `mon,fri` and so on, with the numbers turned into names.
fn weekdays(field: &str) -> Result<String, String> {
    if field == "*" || field == "?" {
        return Ok("*".to_owned());
    }
    let name = |text: &str| match text.parse::<usize>() {
        Ok(number @ 0..=7) => Ok(DAYS[number % 7].to_owned()),
        Ok(number) => Err(format!("there is no weekday {number}")),
        Err(_) => Ok(text.to_owned()),
    };
    let mut parts = Vec::new();
    for part in field.split(',') {
        if part.contains('/') {
            return Err("steps of weekdays are not offered; name the days".to_owned());
        }
        match part.split_once('-') {
            // Sunday ends a week for some and begins it for the library: write such a range day by day.
            Some((first, last)) => parts.extend(days_between(&name(first)?, &name(last)?)?),
            None => parts.push(name(part)?),
        }
    }
    Ok(parts.join(","))
}

fn days_between(first: &str, last: &str) -> Result<Vec<String>, String> {
    let place = |text: &str| {
        let known = DAYS.iter().position(|day| text.to_ascii_uppercase().starts_with(day));
        known.ok_or_else(|| format!("there is no weekday {text}"))
    };
    let (first, last) = (place(first)?, place(last)?);
    let count = (last + 7 - first) % 7;
    Ok((0..=count).map(|step| DAYS[(first + step) % 7].to_owned()).collect())
}

impl Schedule {
    /// As it was configured.
    pub fn config(&self) -> &ScheduleConfig {
        &self.config
    }

    /// The next fires after an instant, at most so many.
    pub fn next(&self, after: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
        self.fires_after(after).take(count).collect()
    }

    /// The latest fire in `(after, until]`.
    pub fn last_between(&self, after: DateTime<Utc>, until: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // Looked for in ever longer windows back from the end: a year of a schedule of every minute is long.
        for hours in [1, 24, 24 * 40, 24 * 366 * 5] {
            let from = (until - TimeDelta::hours(hours)).max(after);
            let last = self.fires_after(from).take_while(|fire| *fire <= until).last();
            if last.is_some() || from == after {
                return last;
            }
        }
        None
    }

    fn fires_after(&self, after: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        // The fields are matched against the wall clock, written as if it were UTC; then the zone has its say.
        let wall = after.with_timezone(&self.zone).naive_local();
        let from = wall.checked_sub_signed(LEAD).unwrap_or(wall);
        let instants = self.fields.after_owned(Utc.from_utc_datetime(&from));
        let mut last = after;
        instants.filter_map(|candidate| self.instant(candidate.naive_utc())).filter(move |fire| {
            // Two wall times in a gap are one instant.
            let later = *fire > last;
            last = last.max(*fire);
            later
        })
    }

    /// The nominal time as people of the zone write it.
    pub fn nominal(&self, fire: DateTime<Utc>) -> String {
        fire.with_timezone(&self.zone).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
    }

    /// What a wall clock's time means in the zone.
    fn instant(&self, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
        let mut wall = wall;
        // The largest gap that a zone has ever had is a day.
        for _ in 0..=24 * 60 {
            if let Some(instant) = self.zone.from_local_datetime(&wall).earliest() {
                return Some(instant.with_timezone(&Utc));
            }
            wall += TimeDelta::minutes(1);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use std::time::Duration;

    use super::*;

    fn schedule(cron: &str, zone: &str) -> Result<Schedule, EngineError> {
        check_schedule(&ScheduleConfig {
            name: "digest".to_owned(),
            workflow: "daily_digest".to_owned(),
            cron: cron.to_owned(),
            zone: zone.to_owned(),
            catch_up: Duration::from_hours(1),
        })
    }

    fn next(cron: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
        let schedule = schedule(cron, zone).unwrap();
        let fires = schedule.next(after.parse().unwrap(), count);
        fires.into_iter().map(|fire| schedule.nominal(fire)).collect()
    }

    #[test]
    fn fires_in_the_zone_of_the_office_and_not_of_the_machine() {
        let fires = next("30 8 * * 1-5", "Asia/Hong_Kong", "2026-11-20T00:00:00Z", 3);
        assert_eq!(
            fires,
            ["2026-11-20T08:30:00+08:00", "2026-11-23T08:30:00+08:00", "2026-11-24T08:30:00+08:00"]
        );
    }

    #[test]
    fn weekday_numbers_mean_what_people_mean_by_them() {
        let sunday = ["2026-11-22T09:00:00+08:00"];
        for field in ["0", "7", "sun", "SUN"] {
            assert_eq!(
                next(&format!("0 9 * * {field}"), "Asia/Hong_Kong", "2026-11-20T00:00:00Z", 1),
                sunday
            );
        }
        let weekend = next("0 9 * * 6-7", "Asia/Hong_Kong", "2026-11-20T00:00:00Z", 2);
        assert_eq!(weekend, ["2026-11-21T09:00:00+08:00", "2026-11-22T09:00:00+08:00"]);
    }

    #[test]
    fn six_or_seven_fields_are_refused_because_their_first_is_seconds() {
        for cron in ["* 0,30 * * * *", "* 0,30 * * * * *", "0 9 * *", "", "@daily"] {
            let error = schedule(cron, "Asia/Hong_Kong").unwrap_err();
            assert_eq!(error.code(), "DH-6008", "{cron}");
        }
    }

    #[test]
    fn what_cron_programs_disagree_on_is_refused() {
        for cron in
            ["0 9 1 * 1", "61 9 * * *", "0 25 * * *", "0 9 * * 8", "0 9 * * */2", "0 9 30 2 *", "0 9 ? * 1"]
        {
            let error = schedule(cron, "Asia/Hong_Kong").unwrap_err();
            assert_eq!(error.code(), "DH-6008", "{cron}");
        }
        assert_eq!(schedule("0 9 * * *", "Asia/HongKong").unwrap_err().code(), "DH-6009");
    }

    #[test]
    fn an_hour_that_does_not_exist_fires_once_after_it() {
        let fires = next("30 1 * * *", "Europe/London", "2026-03-28T12:00:00Z", 2);
        assert_eq!(fires, ["2026-03-29T02:00:00+01:00", "2026-03-30T01:30:00+01:00"]);
    }

    #[test]
    fn an_hour_that_exists_twice_fires_once() {
        let fires = next("30 1 * * *", "Europe/London", "2026-10-24T12:00:00Z", 2);
        assert_eq!(fires, ["2026-10-25T01:30:00+01:00", "2026-10-26T01:30:00+00:00"]);
    }

    #[test]
    fn of_many_missed_fires_only_the_latest_is_found() {
        let schedule = schedule("0 9 * * *", "Asia/Hong_Kong").unwrap();
        let time = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let missed = schedule.last_between(time("2026-11-10T00:00:00Z"), time("2026-11-20T02:00:00Z"));
        assert_eq!(missed, Some(time("2026-11-20T01:00:00Z")));
        assert_eq!(schedule.last_between(time("2026-11-20T01:00:00Z"), time("2026-11-20T02:00:00Z")), None);
    }
}
