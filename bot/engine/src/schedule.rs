//! Schedules: five cron fields in a named zone, what the calendar makes of each time, and when they fire next.
//!
//! The next fire is computed from the clock, never from the last run. Summer time: an hour that does not exist moves
//! to the first minute after it, an hour that exists twice fires in its first pass only, so no fire is lost or doubled.

use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::calendar::{Calendars, Closed, DayList, FURTHEST, WorkingDays};
use crate::config::{NotWorkingDay, ScheduleConfig};
use crate::error::EngineError;

/// The names of the days, Sunday first: numbers mean Sunday = 1 to the cron library and 0 to everybody else.
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// So long before its calendar ends it is said that it does: the next year's days are published by then, or soon.
const AHEAD: TimeDelta = TimeDelta::days(30);

/// A schedule that has been checked.
#[derive(Debug, Clone)]
pub struct Schedule {
    config: ScheduleConfig,
    fields: cron::Schedule,
    zone: Tz,
    days: WorkingDays,
}

/// One nominal time of a schedule, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The time that the cron fields name. The run carries it in its id.
    pub nominal: DateTime<Utc>,
    /// When it is done: another day's time when the calendar moves it.
    pub due: DateTime<Utc>,
    /// What the calendar makes of it.
    pub fate: Fate,
}

/// What the calendar makes of a nominal time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It runs when it is due.
    Runs,
    /// It is left out: nobody works on its day.
    Closed(Closed),
    /// It would run at the same moment as the fire of this other nominal time, which runs for both.
    GivesWay(DateTime<Utc>),
}

/// Checks a schedule.
pub fn check_schedule(config: &ScheduleConfig, calendars: &Calendars) -> Result<Schedule, EngineError> {
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
    if fields.after(&DateTime::<Utc>::from_timestamp(1_700_000_000, 0).unwrap_or_default()).next().is_none() {
        return Err(refuse("this day never comes"));
    }
    Ok(Schedule { config: config.clone(), fields, zone, days: calendars.together(&config.calendar)? })
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

    /// The working days that it keeps to.
    pub fn days(&self) -> &WorkingDays {
        &self.days
    }

    /// The last day of which its calendars know something, when the days to come go beyond it: within thirty days, or with
    /// one of the next five fires.
    pub fn calendar_ends(&self, now: DateTime<Utc>) -> Option<NaiveDate> {
        let unknown = |planned: &Planned| self.unknown(planned.nominal).is_some();
        let until = self.days.known_until()?;
        (until < self.date(now + AHEAD) || self.upcoming(now, 5).iter().any(unknown)).then_some(until)
    }

    /// The first of its calendars that says nothing of the day of this time.
    pub(crate) fn unknown(&self, nominal: DateTime<Utc>) -> Option<&DayList> {
        self.days.unknown(self.date(nominal))
    }

    /// The zone in which its fields are meant.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The zone's date at an instant.
    pub(crate) fn date(&self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.zone).date_naive()
    }

    /// When it fires next after an instant, at most so many times.
    pub fn next(&self, after: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
        self.upcoming(after, count).into_iter().map(|planned| planned.due).collect()
    }

    /// The next fires after an instant, at most so many.
    pub fn upcoming(&self, after: DateTime<Utc>, count: usize) -> Vec<Planned> {
        self.coming(after, count, |planned| planned.fate == Fate::Runs)
    }

    /// What comes after an instant and is wanted, at most so much.
    pub(crate) fn coming(
        &self,
        after: DateTime<Utc>,
        count: usize,
        wanted: impl Fn(&Planned) -> bool,
    ) -> Vec<Planned> {
        let mut found = Vec::new();
        for days in [1, 8, 64, 512, 366 * 9] {
            found = self.planned_between(after, after + TimeDelta::days(days));
            found.retain(&wanted);
            if found.len() >= count {
                break;
            }
        }
        found.truncate(count);
        found
    }

    /// The latest of what was due in `(after, until]`, at most so much, in the order in which it was due.
    pub fn latest_between(&self, after: DateTime<Utc>, until: DateTime<Utc>, count: usize) -> Vec<Planned> {
        let mut found = Vec::new();
        // Looked for in ever longer windows back from the end: a year of a schedule of every minute is long.
        for days in [1, 40, 366 * 5] {
            let from = (until - TimeDelta::days(days)).max(after);
            found = self.planned_between(from, until);
            if found.len() >= count || from == after {
                break;
            }
        }
        found.split_off(found.len().saturating_sub(count))
    }

    /// What is due in `(after, until]`, in that order. Of what is due at the same moment, the fire that runs comes first.
    pub fn planned_between(&self, after: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Planned> {
        if until <= after {
            return Vec::new();
        }
        let (first, last) = (self.date(after) - Days::new(1), self.date(until) + Days::new(1));
        let mut planned = self.planned(first, last);
        planned.retain(|planned| planned.due > after && planned.due <= until);
        planned
    }

    /// What the fields name on a date of the zone, and what was moved to that date.
    pub fn on(&self, date: NaiveDate) -> Vec<Planned> {
        // Wide enough to see what a moved fire gives way to.
        let first = self.days.before(date).unwrap_or(date) - Days::new(1);
        let last = self.days.after(date).unwrap_or(date) + Days::new(1);
        let mut planned = self.planned(first, last);
        planned.retain(|planned| self.date(planned.nominal) == date || self.date(planned.due) == date);
        planned
    }

    /// What is due on these dates, whole: with everything that the calendar moves to them.
    fn planned(&self, first: NaiveDate, last: NaiveDate) -> Vec<Planned> {
        let furthest = Days::new(FURTHEST as u64);
        let (from, to) = match self.config.not_working_day {
            NotWorkingDay::After => (self.days.before(first).unwrap_or(first - furthest), last),
            NotWorkingDay::Before => (first, self.days.after(last).unwrap_or(last + furthest)),
            NotWorkingDay::Skip | NotWorkingDay::Run => (first, last),
        };
        let mut planned: Vec<Planned> =
            self.nominals(from, to).into_iter().map(|nominal| self.plan(nominal)).collect();
        planned.sort_by_key(|planned| {
            (planned.due, planned.due != planned.nominal, std::cmp::Reverse(planned.nominal))
        });
        let mut runs: Option<(DateTime<Utc>, DateTime<Utc>)> = None;
        for planned in planned.iter_mut().filter(|planned| planned.fate == Fate::Runs) {
            match runs {
                Some((due, nominal)) if due == planned.due => planned.fate = Fate::GivesWay(nominal),
                _ => runs = Some((planned.due, planned.nominal)),
            }
        }
        planned.sort_by_key(|planned| (planned.due, planned.fate != Fate::Runs, planned.nominal));
        planned
    }

    /// What the calendar makes of one nominal time.
    fn plan(&self, nominal: DateTime<Utc>) -> Planned {
        let local = nominal.with_timezone(&self.zone).naive_local();
        let runs = |due| Planned { nominal, due, fate: Fate::Runs };
        let Some(closed) = self.days.closed(local.date()) else { return runs(nominal) };
        let day = match self.config.not_working_day {
            NotWorkingDay::Run => return runs(nominal),
            NotWorkingDay::Skip => None,
            NotWorkingDay::Before => self.days.before(local.date()),
            NotWorkingDay::After => self.days.after(local.date()),
        };
        match day.and_then(|day| self.instant(day.and_time(local.time()))) {
            Some(due) => runs(due),
            None => Planned { nominal, due: nominal, fate: Fate::Closed(closed) },
        }
    }

    /// The times that the fields name on these dates of the zone.
    fn nominals(&self, first: NaiveDate, last: NaiveDate) -> Vec<DateTime<Utc>> {
        // The fields are matched against the wall clock, written as if it were UTC; then the zone has its say.
        let midnight = |day: NaiveDate| Utc.from_utc_datetime(&day.and_time(NaiveTime::MIN));
        // A day that a zone has left out belongs to the first minute of the next.
        let from = midnight(first - Days::new(1)) - TimeDelta::seconds(1);
        let until = midnight(last + Days::new(1));
        let walls = self.fields.after_owned(from).take_while(|wall| *wall < until);
        let mut nominals: Vec<DateTime<Utc>> =
            walls.filter_map(|wall| self.instant(wall.naive_utc())).collect();
        // Two wall times in a gap are one instant.
        nominals.dedup();
        nominals.retain(|nominal| (first..=last).contains(&self.date(*nominal)));
        nominals
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

    use super::*;

    fn schedule(cron: &str, zone: &str) -> Result<Schedule, EngineError> {
        let config = ScheduleConfig::new("digest", "daily_digest", cron, zone);
        check_schedule(&config, &Calendars::default())
    }

    fn moved(cron: &str, calendar: &[&str], policy: NotWorkingDay) -> Schedule {
        let mut config = ScheduleConfig::new("digest", "daily_digest", cron, "Asia/Hong_Kong");
        config.calendar = calendar.iter().map(|name| (*name).to_owned()).collect();
        config.not_working_day = policy;
        check_schedule(&config, &Calendars::default()).unwrap()
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
    fn of_a_long_absence_the_latest_is_found() {
        let schedule = schedule("0 9 * * *", "Asia/Hong_Kong").unwrap();
        let time = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let missed = schedule.latest_between(time("2020-11-10T00:00:00Z"), time("2026-11-20T02:00:00Z"), 2);
        let due: Vec<_> = missed.into_iter().map(|planned| planned.due).collect();
        assert_eq!(due, [time("2026-11-19T01:00:00Z"), time("2026-11-20T01:00:00Z")]);
        assert!(
            schedule.latest_between(time("2026-11-20T01:00:00Z"), time("2026-11-20T02:00:00Z"), 2).is_empty()
        );
    }

    #[test]
    fn a_fire_on_a_holiday_is_left_out_or_moved_as_the_policy_says() {
        // Good Friday 2026 is on 3 April; the next working day in Hong Kong is Wednesday, the 8th.
        let fires = |policy| {
            let schedule = moved("0 9 3 4 *", &["hk"], policy);
            let next = schedule.upcoming("2026-03-20T00:00:00Z".parse().unwrap(), 1).remove(0);
            (schedule.nominal(next.nominal), schedule.nominal(next.due))
        };
        let good_friday = "2026-04-03T09:00:00+08:00".to_owned();
        assert_eq!(
            fires(NotWorkingDay::Before),
            (good_friday.clone(), "2026-04-02T09:00:00+08:00".to_owned())
        );
        assert_eq!(
            fires(NotWorkingDay::After),
            (good_friday.clone(), "2026-04-08T09:00:00+08:00".to_owned())
        );
        assert_eq!(fires(NotWorkingDay::Run), (good_friday.clone(), good_friday));
        let saturday = "2027-04-03T09:00:00+08:00".to_owned();
        assert_eq!(
            fires(NotWorkingDay::Skip),
            (saturday.clone(), saturday),
            "a Saturday is no general holiday"
        );
    }

    #[test]
    fn fires_that_come_to_fall_on_one_moment_run_once() {
        let daily = moved("0 9 * * *", &["hk", "five_day"], NotWorkingDay::After);
        let (friday, tuesday) =
            ("2026-11-20T02:00:00Z".parse().unwrap(), "2026-11-24T02:00:00Z".parse().unwrap());
        let planned = daily.planned_between(friday, tuesday);
        let shown: Vec<String> = planned
            .iter()
            .map(|planned| {
                format!("{} {:?}", planned.nominal.format("%a"), matches!(planned.fate, Fate::Runs))
            })
            .collect();
        assert_eq!(shown, ["Mon true", "Sat false", "Sun false", "Tue true"]);
        assert_eq!(planned[1].fate, Fate::GivesWay(planned[0].nominal));
        // Of two that are both moved, the later one runs.
        let week_end = moved("0 9 * * 6,0", &["five_day"], NotWorkingDay::Before);
        let planned = week_end.planned_between("2026-11-19T02:00:00Z".parse().unwrap(), friday);
        assert_eq!(
            (planned[0].nominal.to_string(), planned.len()),
            ("2026-11-22 01:00:00 UTC".to_owned(), 2)
        );
    }

    #[test]
    fn it_is_said_that_a_calendar_ends_before_it_does() {
        let (daily, monthly) = (
            moved("0 9 * * *", &["cn"], NotWorkingDay::Skip),
            moved("0 9 5 * *", &["cn"], NotWorkingDay::Skip),
        );
        let ends = |schedule: &Schedule, now: &str| schedule.calendar_ends(now.parse().unwrap()).is_some();
        assert!(!ends(&daily, "2026-11-22T00:00:00Z") && ends(&daily, "2026-12-02T00:00:00Z"));
        assert!(!ends(&monthly, "2026-01-22T00:00:00Z") && ends(&monthly, "2026-11-22T00:00:00Z"));
        assert!(!ends(&moved("0 9 * * *", &["five_day"], NotWorkingDay::Skip), "2099-12-02T00:00:00Z"));
    }

    #[test]
    fn a_make_up_day_of_the_mainland_is_a_working_day() {
        let daily = moved("0 9 * * *", &["cn"], NotWorkingDay::Skip);
        let fires = daily.next("2026-10-06T16:00:00Z".parse().unwrap(), 4);
        let days: Vec<String> = fires.iter().map(|fire| fire.format("%a %d").to_string()).collect();
        assert_eq!(days, ["Thu 08", "Fri 09", "Sat 10", "Mon 12"]);
    }
}
