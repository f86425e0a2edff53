//! How dates, money, ages and names of fields are written for people.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use crate::language::{Arguments, Language};

/// `21 Nov 2026` or `2026年11月21日`.
pub(crate) fn date(day: NaiveDate, language: Language) -> String {
    match language {
        Language::En => day.format("%-d %b %Y").to_string(),
        Language::ZhHant => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
    }
}

/// The date and the time of day in the office's zone.
pub(crate) fn moment(at: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let there = at.with_timezone(&zone);
    format!("{} {:02}:{:02}", date(there.date_naive(), language), there.hour(), there.minute())
}

/// The time of day alone, to the second.
pub(crate) fn clock(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M:%S").to_string()
}

/// How long ago, in the largest unit that says something.
pub(crate) fn age(span: TimeDelta, language: Language) -> String {
    let minutes = span.num_minutes().max(0);
    let (key, count) = match minutes {
        0 => return language.text("age-now"),
        1..60 => ("age-minutes", minutes),
        60..2880 => ("age-hours", minutes / 60),
        _ => ("age-days", minutes / 1440),
    };
    language.text_with(key, &Arguments::from([("n".into(), count.into())]))
}

/// How long something took: `0.4 s`, `12 s`, `3 min`.
pub(crate) fn span(span: TimeDelta) -> String {
    let millis = span.num_milliseconds().max(0);
    match millis {
        0..10_000 => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
        10_000..120_000 => format!("{} s", millis / 1000),
        120_000..7_200_000 => format!("{} min", millis / 60_000),
        _ => format!("{} h", millis / 3_600_000),
    }
}

/// `HK$11,300.00`, `¥11,300.00`, `EUR 11,300.00`. What is not a number stands as it is.
pub(crate) fn money(amount: &str, currency: Option<&str>) -> String {
    let Ok(value) = amount.trim().parse::<Decimal>() else { return amount.to_owned() };
    let sign = if value.is_sign_negative() && !value.is_zero() { "\u{2212}" } else { "" };
    let mark = match currency.unwrap_or_default() {
        "HKD" => "HK$".to_owned(),
        "CNY" | "RMB" => "¥".to_owned(),
        "TWD" => "NT$".to_owned(),
        "MOP" => "MOP$".to_owned(),
        "USD" => "US$".to_owned(),
        "" => String::new(),
        other => format!("{other}\u{a0}"),
    };
    format!("{sign}{mark}{}", grouped(value.abs()))
}

fn grouped(value: Decimal) -> String {
    let text = if value.scale() < 2 { format!("{value:.2}") } else { value.to_string() };
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let mut out = String::with_capacity(text.len() + 4);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{out}.{cents}")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn money_is_grouped_and_carries_its_currency() {
        assert_eq!(money("11300", Some("HKD")), "HK$11,300.00");
        assert_eq!(money("1234567.5", Some("CNY")), "¥1,234,567.50");
        assert_eq!(money("-47.26", Some("EUR")), "\u{2212}EUR\u{a0}47.26");
        assert_eq!(money("999", None), "999.00");
        assert_eq!(money("1,1300", Some("HKD")), "1,1300");
        assert_eq!(money("16.72566372", Some("CNY")), "¥16.72566372");
    }

    #[test]
    fn dates_are_written_as_each_language_writes_them() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        assert_eq!(date(day, Language::En), "21 Nov 2026");
        assert_eq!(date(day, Language::ZhHant), "2026年11月21日");
        let at = "2026-11-20T17:05:09Z".parse().unwrap();
        assert_eq!(moment(at, chrono_tz::Asia::Hong_Kong, Language::En), "21 Nov 2026 01:05");
    }

    #[test]
    fn ages_use_the_largest_unit_that_says_something() {
        assert_eq!(age(TimeDelta::seconds(20), Language::En), "just now");
        assert_eq!(age(TimeDelta::minutes(1), Language::En), "1 minute");
        assert_eq!(age(TimeDelta::hours(30), Language::En), "30 hours");
        assert_eq!(age(TimeDelta::days(3), Language::ZhHant), "3 天");
        assert_eq!(span(TimeDelta::milliseconds(1234)), "1.2 s");
    }
}
