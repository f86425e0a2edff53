//! Schedules against a slow reference that walks through the time minute by minute and asks at each: now?

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use crate::calendar::Calendars;
use crate::catch_up::{Verdict, behind};
use crate::config::{NotWorkingDay, ScheduleConfig};
use crate::schedule::{Fate, Planned, Schedule, check_schedule};

/// Where the walk begins before, and ends after, what is compared: no built-in calendar closes for longer.
const MARGIN: i64 = 16;

/// What the fields name, as sets instead of text.
#[derive(Debug, Clone)]
struct Fields {
    minutes: Vec<u32>,
    hours: Vec<u32>,
    days: Vec<u32>,
    weekdays: Vec<u32>,
}

impl Fields {
    fn cron(&self) -> String {
        let list = |all: &[u32]| match all {
            [] => "*".to_owned(),
            some => some.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        };
        format!(
            "{} {} {} * {}",
            list(&self.minutes),
            list(&self.hours),
            list(&self.days),
            list(&self.weekdays)
        )
    }

    fn name(&self, wall: NaiveDateTime) -> bool {
        let named = |all: &[u32], value| all.is_empty() || all.contains(&value);
        named(&self.minutes, wall.minute())
            && named(&self.hours, wall.hour())
            && named(&self.days, wall.day())
            && named(&self.weekdays, wall.weekday().num_days_from_sunday())
    }
}

/// What is tried: mostly times at which something is odd.
#[derive(Debug, Clone)]
struct Case {
    fields: Fields,
    zone: Tz,
    from: DateTime<Utc>,
    calendar: Vec<String>,
    policy: NotWorkingDay,
    window: TimeDelta,
}

impl Case {
    fn schedule(&self) -> Schedule {
        let mut config = ScheduleConfig::new("digest", "daily_digest", &self.fields.cron(), self.zone.name());
        config.calendar.clone_from(&self.calendar);
        config.not_working_day = self.policy;
        config.catch_up = self.window.to_std().unwrap();
        check_schedule(&config, &Calendars::default()).unwrap()
    }

    fn is_open(&self, date: NaiveDate) -> bool {
        Calendars::default().together(&self.calendar).unwrap().closed(date).is_none()
    }

    /// Everything from `from` for so many days, found by walking.
    fn walk(&self, days: i64) -> Vec<Planned> {
        let instant = |minute: i64| self.from + TimeDelta::minutes(minute);
        let wall = |minute: i64| instant(minute).with_timezone(&self.zone).naive_local();
        // A wall time counts when the clock first shows it, or first shows a later one.
        let (mut shown, mut nominals, mut reached) = (wall(-MARGIN * 1440), Vec::new(), BTreeMap::new());
        for minute in -MARGIN * 1440 + 1..=(days + MARGIN) * 1440 {
            let mut named = false;
            while shown < wall(minute) {
                shown += TimeDelta::minutes(1);
                reached.insert(shown, instant(minute));
                named |= self.fields.name(shown);
            }
            if named {
                nominals.push(instant(minute));
            }
        }
        let open: BTreeMap<NaiveDate, bool> =
            reached.keys().map(NaiveDateTime::date).map(|date| (date, self.is_open(date))).collect();
        let mut planned: Vec<Planned> =
            nominals.into_iter().map(|nominal| self.plan(nominal, &reached, &open)).collect();
        let mut first: BTreeMap<DateTime<Utc>, DateTime<Utc>> = BTreeMap::new();
        for run in planned.iter().filter(|planned| planned.fate == Fate::Runs) {
            let nominal = first.entry(run.due).or_insert(run.nominal);
            if *nominal != run.due {
                *nominal = run.nominal;
            }
        }
        for run in planned.iter_mut().filter(|planned| planned.fate == Fate::Runs) {
            if first[&run.due] != run.nominal {
                run.fate = Fate::GivesWay(first[&run.due]);
            }
        }
        let until = self.from + TimeDelta::days(days);
        planned.retain(|planned| planned.due > self.from && planned.due <= until);
        planned.sort_by_key(|planned| (planned.due, planned.fate != Fate::Runs, planned.nominal));
        planned
    }

    fn plan(
        &self,
        nominal: DateTime<Utc>,
        reached: &BTreeMap<NaiveDateTime, DateTime<Utc>>,
        open: &BTreeMap<NaiveDate, bool>,
    ) -> Planned {
        let wall = nominal.with_timezone(&self.zone).naive_local();
        let mut date = wall.date();
        let is_open = |date: NaiveDate| open.get(&date).copied().unwrap_or(true);
        while !is_open(date) {
            date = match self.policy {
                NotWorkingDay::Run => return Planned { nominal, due: nominal, fate: Fate::Runs },
                NotWorkingDay::Skip => {
                    return Planned { nominal, due: nominal, fate: Fate::Closed(closed()) };
                }
                NotWorkingDay::Before => date - Days::new(1),
                NotWorkingDay::After => date + Days::new(1),
            };
        }
        // At the rim of the walk, a time that is never reached is out of the comparison.
        let due = reached.get(&date.and_time(wall.time())).copied().unwrap_or(DateTime::<Utc>::MAX_UTC);
        Planned { nominal, due: if date == wall.date() { nominal } else { due }, fate: Fate::Runs }
    }
}

/// The reason is not compared.
fn closed() -> crate::Closed {
    crate::Closed { en: String::new(), zh_hant: String::new() }
}

fn without_reasons(mut planned: Vec<Planned>) -> Vec<Planned> {
    for planned in &mut planned {
        if matches!(planned.fate, Fate::Closed(_)) {
            planned.fate = Fate::Closed(closed());
        }
    }
    planned
}

/// Zones with the days at which something happens in them: summer time begins and ends (by an hour, by half an hour,
/// at midnight), a day is left out; leap days and long holidays for all.
const ODD: [(&str, &str); 16] = [
    ("Asia/Hong_Kong", "2024-02-08T16:00:00Z"),
    ("Asia/Hong_Kong", "2026-04-01T16:00:00Z"),
    ("Asia/Shanghai", "2026-02-13T16:00:00Z"),
    ("Asia/Shanghai", "2025-09-27T16:00:00Z"),
    ("Asia/Shanghai", "1991-04-13T12:00:00Z"),
    ("Europe/London", "2026-03-28T00:00:00Z"),
    ("Europe/London", "2026-10-24T00:00:00Z"),
    ("America/New_York", "2027-03-13T00:00:00Z"),
    ("America/New_York", "2024-11-02T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-03T12:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-02T12:00:00Z"),
    ("America/Sao_Paulo", "2018-11-03T00:00:00Z"),
    ("Africa/Cairo", "2025-04-23T00:00:00Z"),
    ("Pacific/Apia", "2011-12-28T12:00:00Z"),
    ("Asia/Kathmandu", "2024-02-27T00:00:00Z"),
    ("Pacific/Chatham", "2028-02-27T00:00:00Z"),
];

fn fields() -> impl Strategy<Value = Fields> {
    let some = |all: Vec<u32>, most: usize| subsequence(all, 0..=most);
    let minutes = prop_oneof![8 => subsequence((0..60).collect::<Vec<u32>>(), 1..=3), 1 => Just(Vec::new())];
    let hours = prop_oneof![3 => some((0..24).collect(), 3), 2 => some((0..4).collect(), 4)];
    let either = prop_oneof![
        2 => Just((Vec::new(), Vec::new())),
        1 => some(vec![1, 2, 3, 13, 14, 28, 29, 30, 31], 4).prop_map(|days| (days, Vec::new())),
        1 => some((0..7).collect(), 4).prop_map(|weekdays| (Vec::new(), weekdays)),
    ];
    (minutes, hours, either).prop_map(|(minutes, hours, (days, weekdays))| Fields {
        minutes,
        hours,
        days,
        weekdays,
    })
}

fn case() -> impl Strategy<Value = Case> {
    let calendars = ["hk", "cn", "five_day"].map(ToOwned::to_owned).to_vec();
    let policies = [NotWorkingDay::Skip, NotWorkingDay::Before, NotWorkingDay::After, NotWorkingDay::Run];
    let windows = vec![TimeDelta::zero(), TimeDelta::minutes(7), TimeDelta::hours(1), TimeDelta::days(2)];
    let time = (select(ODD.to_vec()), 0_i64..2880);
    (fields(), time, subsequence(calendars, 0..=3), select(policies.to_vec()), select(windows)).prop_map(
        |(fields, ((zone, from), minutes), calendar, policy, window)| Case {
            fields,
            zone: zone.parse().unwrap(),
            from: from.parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes),
            calendar,
            policy,
            window,
        },
    )
}

/// What a store and an engine's file hold between two restarts.
#[derive(Default)]
struct Kept {
    recorded: BTreeMap<DateTime<Utc>, (DateTime<Utc>, bool)>,
    started: BTreeSet<DateTime<Utc>>,
}

impl Kept {
    /// One look at the clock, as `fires` does it, that is killed after so many acts. False when it was.
    fn look(
        &mut self,
        schedule: &Schedule,
        settled: DateTime<Utc>,
        now: DateTime<Utc>,
        mut acts: usize,
    ) -> bool {
        for (planned, verdict) in behind(schedule, settled, now) {
            let begun = self.started.contains(&planned.nominal);
            if verdict == Verdict::Runs || begun {
                if acts == 0 {
                    return false;
                }
                acts -= 1;
                self.started.insert(planned.nominal);
            }
            if acts == 0 {
                return false;
            }
            acts -= 1;
            self.recorded.entry(planned.nominal).or_insert((planned.due, verdict == Verdict::Runs || begun));
        }
        true
    }

    fn settled(&self, begun: DateTime<Utc>) -> DateTime<Utc> {
        self.recorded.values().map(|(due, _)| *due).max().unwrap_or(begun).max(begun)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn every_fire_is_where_a_walk_minute_by_minute_finds_it(case in case()) {
        let (schedule, days) = (case.schedule(), 5);
        let walked = case.walk(days);
        let planned = without_reasons(schedule.planned_between(case.from, case.from + TimeDelta::days(days)));
        prop_assert_eq!(&planned, &walked, "{:?}", case.fields.cron());
        let runs: Vec<_> = walked.iter().filter(|planned| planned.fate == Fate::Runs).map(|planned| planned.due).collect();
        let next = schedule.next(case.from, 3);
        prop_assert_eq!(&next[..runs.len().min(3)], &runs[..runs.len().min(3)]);
        let latest = without_reasons(schedule.latest_between(case.from, case.from + TimeDelta::days(days), 4));
        prop_assert_eq!(&latest[..], &walked[walked.len().saturating_sub(4)..]);
    }

    #[test]
    fn a_restart_at_any_moment_never_fires_twice_and_never_loses_a_fire_inside_its_window(
        case in case(),
        looks in prop::collection::vec((1_i64..20_000, any::<Index>(), any::<bool>()), 1..12),
    ) {
        let (schedule, begun) = (case.schedule(), case.from);
        let (mut kept, mut now, mut completed) = (Kept::default(), begun, Vec::new());
        let (mut memory, mut looked) = (None, Vec::new());
        let count = looks.len();
        for (number, (seconds, killed_after, killed)) in looks.into_iter().enumerate() {
            now += TimeDelta::seconds(seconds);
            let settled = memory.unwrap_or_else(|| kept.settled(begun));
            let acts = if killed && number + 1 < count { killed_after.index(9) } else { usize::MAX };
            looked.push(now);
            let whole = kept.look(&schedule, settled, now, acts);
            memory = whole.then_some(now);
            completed.extend(whole.then_some(now));
        }
        let fires: Vec<Planned> = schedule.planned_between(begun, now);
        prop_assume!(fires.len() <= 100);
        let runs: Vec<&Planned> = fires.iter().filter(|planned| planned.fate == Fate::Runs).collect();
        let window = case.window.max(TimeDelta::minutes(1));
        let is_latest = |run: &Planned, look: DateTime<Utc>| {
            run.due <= look && !runs.iter().any(|other| other.due > run.due && other.due <= look)
        };
        let mut moments = BTreeSet::new();
        for nominal in &kept.started {
            let run = runs.iter().find(|run| run.nominal == *nominal);
            prop_assert!(run.is_some_and(|run| moments.insert(run.due)), "{nominal} ran, and should not, or not again");
            let asked = |look: &DateTime<Utc>| run.is_some_and(|run| is_latest(run, *look) && run.due > *look - window);
            prop_assert!(looked.iter().any(asked), "{nominal} ran although it was too late or a later one ran for it");
            prop_assert!(kept.recorded[nominal].1, "{nominal} ran and is written down as if it had not");
        }
        for run in &runs {
            prop_assert!(kept.recorded.contains_key(&run.nominal), "{run:?} is not accounted for");
            // The first look that could see it, and saw nothing later.
            let seen = completed.iter().find(|look| **look >= run.due).copied().unwrap();
            if seen < run.due + window && is_latest(run, seen) {
                prop_assert!(kept.started.contains(&run.nominal), "{run:?} is lost");
            }
        }
    }
}
