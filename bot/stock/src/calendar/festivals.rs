//! The festivals of Hong Kong that move: by the Chinese calendar, and Ching Ming by the sun.

use chrono::{Datelike, NaiveDate};
use icu_calendar::cal::ChineseTraditional;
use icu_calendar::types::Month;
use icu_calendar::{Date, Iso};

use super::Calendar;

/// A festival of the Chinese calendar: name, month, day.
const BY_THE_MOON: [(&str, u8, u8); 5] = [
    ("Lunar New Year", 1, 1),
    ("Birthday of the Buddha", 4, 8),
    ("Tuen Ng Festival", 5, 5),
    ("Mid-Autumn Festival", 8, 15),
    ("Chung Yeung Festival", 9, 9),
];

/// The moving festivals from one year to another: Lunar New Year, Ching Ming, the Birthday of the Buddha, Tuen Ng (Dragon
/// Boat), Mid-Autumn and Chung Yeung. The dates are the festivals' own, not those of a day off in lieu.
///
/// ```
/// let festivals = stock::calendar::hong_kong_festivals(2026, 2026);
/// let new_year = "2026-02-17".parse().unwrap();
/// assert_eq!(festivals.on(new_year).collect::<Vec<_>>(), ["Lunar New Year"]);
/// ```
pub fn hong_kong_festivals(from: i32, to: i32) -> Calendar {
    let mut calendar = Calendar::default();
    for year in from..=to {
        for (name, month, day) in BY_THE_MOON {
            if let Some(date) = lunar(year, month, day) {
                calendar.add(name, date);
            }
        }
        if let Some(date) = ching_ming(year) {
            calendar.add("Ching Ming Festival", date);
        }
    }
    calendar
}

/// The days on which the festivals of the moon fall (all but Ching Ming, which goes by the sun), in order.
pub fn lunar_festivals(from: i32, to: i32) -> Vec<NaiveDate> {
    let in_year = |year| BY_THE_MOON.into_iter().filter_map(move |(_, month, day)| lunar(year, month, day));
    let mut days: Vec<NaiveDate> = (from..=to).flat_map(in_year).collect();
    days.sort_unstable();
    days
}

/// A day of the Chinese year that begins in the given Gregorian year.
fn lunar(year: i32, month: u8, day: u8) -> Option<NaiveDate> {
    let date = Date::try_new(year.into(), Month::new(month), day, ChineseTraditional::new()).ok()?;
    let iso = date.to_calendar(Iso);
    NaiveDate::from_ymd_opt(
        iso.year().extended_year(),
        iso.month().ordinal.into(),
        iso.day_of_month().0.into(),
    )
}

/// The day, in Hong Kong, on which the sun's longitude reaches 15°.
fn ching_ming(year: i32) -> Option<NaiveDate> {
    // Hong Kong is eight hours ahead of universal time, and earth's slowing adds about a minute to that in this century.
    const AHEAD: f64 = (8.0 * 60.0 - 1.2) / (24.0 * 60.0);
    let at_midnight = |date: NaiveDate| sun_longitude(f64::from(date.num_days_from_ce()) - AHEAD);
    let days = (2..=8).filter_map(|day| NaiveDate::from_ymd_opt(year, 4, day));
    days.take_while(|day| at_midnight(*day) < 15.0).last()
}

/// The sun's apparent longitude in degrees at a day number of the common era with its fraction, good to 0.01° or a quarter
/// of an hour (Meeus, Astronomical Algorithms, 2nd ed., chapter 25, low accuracy).
fn sun_longitude(day: f64) -> f64 {
    // 1 January 2000, noon, is day 730 120.5 of the common era.
    let t = (day - 730_120.5) / 36_525.0;
    let mean = 280.466_46 + t * (36_000.769_83 + t * 0.000_303_2);
    let anomaly = (357.529_11 + t * (35_999.050_29 - t * 0.000_153_7)).to_radians();
    let centre = (1.914_602 - t * (0.004_817 + t * 0.000_014)) * anomaly.sin()
        + (0.019_993 - t * 0.000_101) * (2.0 * anomaly).sin()
        + 0.000_289 * (3.0 * anomaly).sin();
    let node = (125.04 - 1934.136 * t).to_radians();
    (mean + centre - 0.005_69 - 0.004_78 * node.sin()).rem_euclid(360.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// The lists gazetted under the General Holidays Ordinance (Cap. 149); the day of Mid-Autumn is the eve of the holiday.
    #[rstest]
    #[case("Lunar New Year", ["2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06"])]
    #[case("Ching Ming Festival", ["2024-04-04", "2025-04-04", "2026-04-05", "2027-04-05"])]
    #[case("Birthday of the Buddha", ["2024-05-15", "2025-05-05", "2026-05-24", "2027-05-13"])]
    #[case("Tuen Ng Festival", ["2024-06-10", "2025-05-31", "2026-06-19", "2027-06-09"])]
    #[case("Mid-Autumn Festival", ["2024-09-17", "2025-10-06", "2026-09-25", "2027-09-15"])]
    #[case("Chung Yeung Festival", ["2024-10-11", "2025-10-29", "2026-10-18", "2027-10-08"])]
    fn the_festivals_fall_where_the_gazette_says(#[case] name: &str, #[case] dates: [&str; 4]) {
        let calendar = hong_kong_festivals(2024, 2027);
        let (_, found) = calendar.events().find(|(event, _)| *event == name).expect("a festival");
        assert_eq!(found, dates.map(|date| date.parse::<NaiveDate>().expect("a date")));
    }

    #[test]
    fn the_example_of_the_book_is_met() {
        // Meeus, example 25.a: 1992 October 13, 0h dynamical time, apparent longitude 199.908 95°.
        let day = NaiveDate::from_ymd_opt(1992, 10, 13).expect("a date").num_days_from_ce();
        assert!(
            (sun_longitude(f64::from(day)) - 199.908_95).abs() < 0.005,
            "{}",
            sun_longitude(f64::from(day))
        );
    }

    #[test]
    fn ching_ming_agrees_with_the_rule_of_the_almanacs() {
        for year in 2000..2100 {
            let y = year - 2000;
            let day = (2422 * y + 48_100) / 10_000 - y / 4;
            let date = u32::try_from(day).ok().and_then(|day| NaiveDate::from_ymd_opt(year, 4, day));
            assert_eq!(ching_ming(year), date);
        }
    }

    #[test]
    fn every_year_has_all_six() {
        for (name, dates) in hong_kong_festivals(2010, 2050).events() {
            assert_eq!(dates.len(), 41, "{name}");
        }
    }
}
