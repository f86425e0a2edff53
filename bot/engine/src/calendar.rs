//! Calendars: which days are working days, after the lists in `data/calendars.toml` and the office's own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Deserialize;

use crate::error::EngineError;

const BUILT_IN: &str = include_str!("../data/calendars.toml");
/// No office is closed for longer: a working day that is further away is not looked for.
pub(crate) const FURTHEST: usize = 60;

/// The built-in lists, read once. A test reads them too.
static LISTS: LazyLock<BTreeMap<String, Arc<DayList>>> = LazyLock::new(|| {
    let lists: BTreeMap<String, ListFile> =
        toml::from_str(BUILT_IN).expect("the lists are part of the program, and a test reads them");
    let list = |(name, file): (String, ListFile)| {
        let list =
            DayList::of(&name, file).expect("the lists are part of the program, and a test reads them");
        (name, Arc::new(list))
    };
    lists.into_iter().map(list).collect()
});

/// A list as it stands in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListFile {
    en: String,
    zh_hant: String,
    source: String,
    years: Option<[i32; 2]>,
    #[serde(default)]
    rest: Vec<String>,
    #[serde(default)]
    free: Vec<Free>,
    #[serde(default)]
    works: Vec<NaiveDate>,
}

/// A holiday of a day, or of several.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Free {
    on: NaiveDate,
    to: Option<NaiveDate>,
    en: String,
    zh_hant: String,
}

/// Why nobody works on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Such as `Christmas Day` or `a Sunday`.
    pub en: String,
    /// Such as `聖誕節` or `星期日`.
    pub zh_hant: String,
}

/// One list of days.
#[derive(Debug, PartialEq, Eq)]
pub struct DayList {
    /// The name by which a schedule asks for it.
    pub name: String,
    /// What it is.
    pub en: String,
    /// The same in 繁體中文.
    pub zh_hant: String,
    /// Who says so.
    pub source: String,
    /// The first and the last year that it knows; all years when absent.
    pub years: Option<(i32, i32)>,
    rest: Vec<Weekday>,
    free: BTreeMap<NaiveDate, Closed>,
    works: BTreeSet<NaiveDate>,
}

impl DayList {
    fn of(name: &str, file: ListFile) -> Result<Self, String> {
        let rest = file.rest.iter().map(|day| day.parse().map_err(|_| format!("there is no weekday {day}")));
        let rest: Vec<Weekday> = rest.collect::<Result<_, _>>()?;
        let years = file.years.map(|[first, last]| (first, last));
        let mut free = BTreeMap::new();
        for holiday in file.free {
            let last = holiday.to.unwrap_or(holiday.on);
            if last < holiday.on || (last - holiday.on).num_days() > 366 {
                return Err(format!("the holiday of {} ends before it begins, or never", holiday.on));
            }
            let closed = Closed { en: holiday.en, zh_hant: holiday.zh_hant };
            free.extend(
                holiday.on.iter_days().take_while(|day| *day <= last).map(|day| (day, closed.clone())),
            );
        }
        let works = BTreeSet::from_iter(file.works);
        if let Some(twice) = works.iter().find(|day| free.contains_key(*day)) {
            return Err(format!("{twice} is both a holiday and a working day"));
        }
        let unknown =
            |day: &&NaiveDate| years.is_some_and(|(first, last)| !(first..=last).contains(&day.year()));
        if let Some(day) = free.keys().chain(&works).find(unknown) {
            return Err(format!("{day} is outside of its `years`"));
        }
        Ok(Self {
            name: name.to_owned(),
            en: file.en,
            zh_hant: file.zh_hant,
            source: file.source,
            years,
            rest,
            free,
            works,
        })
    }

    fn load(name: &str, path: &Path) -> Result<Self, EngineError> {
        let refuse = |reason: String| EngineError::Calendar { calendar: name.to_owned(), reason };
        let place = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| refuse(format!("{place}: {error}")))?;
        let file = toml::from_str(&text).map_err(|error| refuse(format!("{place}: {}", error.message())))?;
        Self::of(name, file).map_err(|reason| refuse(format!("{place}: {reason}")))
    }

    /// Whether it says anything of this date.
    pub fn knows(&self, day: NaiveDate) -> bool {
        self.years.is_none_or(|(first, last)| (first..=last).contains(&day.year()))
    }

    fn closed(&self, day: NaiveDate) -> Option<Closed> {
        if let Some(closed) = self.free.get(&day) {
            return Some(closed.clone());
        }
        let weekday = day.weekday();
        (self.rest.contains(&weekday) && !self.works.contains(&day)).then(|| of_the_week(weekday))
    }
}

fn of_the_week(weekday: Weekday) -> Closed {
    let (en, zh_hant) = match weekday {
        Weekday::Mon => ("a Monday", "星期一"),
        Weekday::Tue => ("a Tuesday", "星期二"),
        Weekday::Wed => ("a Wednesday", "星期三"),
        Weekday::Thu => ("a Thursday", "星期四"),
        Weekday::Fri => ("a Friday", "星期五"),
        Weekday::Sat => ("a Saturday", "星期六"),
        Weekday::Sun => ("a Sunday", "星期日"),
    };
    Closed { en: en.to_owned(), zh_hant: zh_hant.to_owned() }
}

/// All calendars that can be named: the built-in ones and the office's own.
#[derive(Debug, Clone)]
pub struct Calendars(BTreeMap<String, Arc<DayList>>);

impl Default for Calendars {
    fn default() -> Self {
        Self(LISTS.clone())
    }
}

impl Calendars {
    /// The built-in lists, and those of files. A file may not take the name of a built-in list.
    pub fn with_own(own: &BTreeMap<String, PathBuf>) -> Result<Self, EngineError> {
        let mut all = LISTS.clone();
        for (name, path) in own {
            if all.insert(name.clone(), Arc::new(DayList::load(name, path)?)).is_some() {
                let reason = "there is a built-in one of that name".to_owned();
                return Err(EngineError::Calendar { calendar: name.clone(), reason });
            }
        }
        Ok(Self(all))
    }

    /// The days on which every one of these calendars works.
    pub fn together(&self, names: &[String]) -> Result<WorkingDays, EngineError> {
        let list = |name: &String| {
            self.0.get(name).cloned().ok_or_else(|| EngineError::Calendar {
                calendar: name.clone(),
                reason: format!("there is none; there are {}", self.names().join(", ")),
            })
        };
        Ok(WorkingDays(names.iter().map(list).collect::<Result<_, _>>()?))
    }

    fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

/// The days on which several calendars all work. Of no calendar, that is every day.
#[derive(Debug, Clone, Default)]
pub struct WorkingDays(Vec<Arc<DayList>>);

impl WorkingDays {
    /// Why nobody works on this day, when nobody does. A holiday is named rather than a day of the week.
    pub fn closed(&self, day: NaiveDate) -> Option<Closed> {
        let holiday = self.0.iter().find_map(|list| list.free.get(&day).cloned());
        holiday.or_else(|| self.0.iter().find_map(|list| list.closed(day)))
    }

    /// The first of its calendars that says nothing of this date: a working day there may be a holiday.
    pub fn unknown(&self, day: NaiveDate) -> Option<&DayList> {
        self.0.iter().find(|list| !list.knows(day)).map(Arc::as_ref)
    }

    /// The last date of which all its calendars know something; `None` when they never end.
    pub fn known_until(&self) -> Option<NaiveDate> {
        let last = self.0.iter().filter_map(|list| list.years).map(|(_, last)| last).min()?;
        NaiveDate::from_ymd_opt(last, 12, 31)
    }

    /// The working day before this one.
    pub fn before(&self, day: NaiveDate) -> Option<NaiveDate> {
        day.pred_opt()?.iter_days().rev().take(FURTHEST).find(|day| self.closed(*day).is_none())
    }

    /// The working day after this one.
    pub fn after(&self, day: NaiveDate) -> Option<NaiveDate> {
        day.succ_opt()?.iter_days().take(FURTHEST).find(|day| self.closed(*day).is_none())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    fn days(names: &[&str]) -> WorkingDays {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Calendars::default().together(&names).unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn hong_kong_has_seventeen_general_holidays_a_year_and_none_of_them_is_a_sunday() {
        let list = &LISTS["hk"];
        for year in 2024..=2027 {
            let holidays = list.free.keys().filter(|day| day.year() == year);
            assert_eq!(holidays.clone().count(), 17, "{year}");
            assert!(holidays.clone().all(|day| day.weekday() != Weekday::Sun), "{year}");
        }
    }

    #[test]
    fn the_mainland_makes_up_for_holidays_on_days_of_the_week_end_only() {
        let list = &LISTS["cn"];
        assert!(list.works.iter().all(|day| list.rest.contains(&day.weekday())));
        // What the notices give beyond the statutory days is worked for on other days: 11 days of 2024 are statutory, 13
        // since.
        for (year, statutory) in [(2024, 11), (2025, 13), (2026, 13)] {
            let in_year = |day: &&NaiveDate| day.year() == year;
            let free =
                list.free.keys().filter(in_year).filter(|day| !list.rest.contains(&day.weekday())).count();
            let made_up = list.works.iter().filter(in_year).count();
            assert_eq!(free - made_up, statutory, "{year}");
        }
    }

    #[test]
    fn a_day_is_a_working_day_only_where_every_calendar_works() {
        // A Saturday: no general holiday, but not of the five-day week, and worked on the mainland.
        let saturday = day("2026-10-10");
        assert_eq!(days(&["hk"]).closed(saturday), None);
        assert_eq!(days(&["cn"]).closed(saturday), None);
        assert_eq!(days(&["cn", "five_day"]).closed(saturday).unwrap().en, "a Saturday");
        let christmas = days(&["five_day", "hk"]).closed(day("2026-12-26")).unwrap();
        assert_eq!(
            christmas.en, "The first weekday after Christmas Day",
            "the holiday is named before the week end"
        );
        assert_eq!(days(&[]).closed(saturday), None);
    }

    #[test]
    fn the_working_days_around_easter_and_the_lunar_new_year() {
        assert_eq!(days(&["hk"]).after(day("2026-04-03")), Some(day("2026-04-08")));
        assert_eq!(days(&["hk"]).before(day("2026-04-06")), Some(day("2026-04-02")));
        assert_eq!(days(&["cn"]).before(day("2026-02-20")), Some(day("2026-02-14")));
        assert_eq!(days(&["cn"]).after(day("2026-02-16")), Some(day("2026-02-24")));
    }

    #[test]
    fn a_year_that_is_not_published_is_not_known() {
        assert_eq!(days(&["cn"]).known_until(), Some(day("2026-12-31")));
        assert_eq!(days(&["hk", "cn", "five_day"]).known_until(), Some(day("2026-12-31")));
        assert_eq!(days(&["five_day"]).known_until(), None);
        assert_eq!(days(&["hk", "cn"]).unknown(day("2027-01-04")).unwrap().name, "cn");
        assert_eq!(days(&["hk"]).unknown(day("2027-01-04")), None);
        assert_eq!(days(&["hk"]).unknown(day("2023-12-31")).unwrap().name, "hk");
    }

    #[test]
    fn an_own_list_is_checked_and_joins_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.toml");
        let own = BTreeMap::from([("shop".to_owned(), path.clone())]);
        let head = "en = \"the shop\"\nzh_hant = \"本店\"\nsource = \"the owner\"\nyears = [2026, 2026]\n";
        let eve = "free = [{ on = \"2026-12-24\", en = \"Christmas Eve\", zh_hant = \"平安夜\" }]\n";
        std::fs::write(&path, format!("{head}{eve}")).unwrap();
        let names = ["hk".to_owned(), "shop".to_owned()];
        let both = Calendars::with_own(&own).unwrap().together(&names).unwrap();
        assert_eq!(both.closed(day("2026-12-24")).unwrap().en, "Christmas Eve");
        assert_eq!(both.after(day("2026-12-23")), Some(day("2026-12-28")));
        for wrong in [
            "free = [{ on = \"2027-12-24\", en = \"\", zh_hant = \"\" }]",
            "free = [{ on = \"2026-12-24\", to = \"2026-12-23\", en = \"\", zh_hant = \"\" }]",
            "rest = [\"someday\"]",
            "hollidays = []",
        ] {
            std::fs::write(&path, format!("{head}{wrong}\n")).unwrap();
            assert_eq!(Calendars::with_own(&own).unwrap_err().code(), "DH-6040", "{wrong}");
        }
        let taken = BTreeMap::from([("hk".to_owned(), path)]);
        assert_eq!(Calendars::with_own(&taken).unwrap_err().code(), "DH-6040");
        let missing = Calendars::default().together(&["macau".to_owned()]).unwrap_err().to_string();
        assert!(missing.contains("cn, five_day, hk"), "{missing}");
    }
}
