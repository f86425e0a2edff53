//! Dates as Chinese, Hong Kong and Taiwan papers print them.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::rule::{Phrase, Rule};
use crate::{Note, Violation, text};

const FORMAT: &str = "date.zh";
const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// The calendar that was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calendar {
    /// 西曆.
    Gregorian,
    /// 民國: the year and 1911.
    Roc,
}

/// A date read from paper.
///
/// ```
/// use taxid::date::PaperDate;
/// for printed in ["二〇二五年三月五日", "民國114年3月5日", "2025.3.5", "5 March 2025"] {
///     assert_eq!(PaperDate::parse(printed)?.to_string(), "2025-03-05");
/// }
/// # Ok::<(), taxid::Violation>(())
/// ```
///
/// Standard: GB/T 7408-2005, CNS 7648, and day before month as Hong Kong prints it. A value that passes does not
/// prove which of day and month comes first when both are 12 or less: that is a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PaperDate {
    date: NaiveDate,
    calendar: Calendar,
    ambiguous: bool,
}

impl PaperDate {
    /// Reads a date. `05/03/2025` is read day first, as Hong Kong prints it, with a note.
    ///
    /// # Errors
    /// A year of two digits, month before day, a date that is not in the calendar, or no date at all.
    pub fn parse(raw: &str) -> Result<Self, Violation> {
        let text = text::nfkc(raw);
        if text.is_empty() {
            return Err(Violation::whole(FORMAT, Rule::Empty));
        }
        let day = without_time(&text);
        if let Some(english) = english(day) {
            return english;
        }
        let solid: String = day.chars().filter(|c| !c.is_whitespace()).collect();
        if solid.contains('年') {
            return chinese(&solid);
        }
        match ["中華民國", "中华民国", "民國", "民国"].iter().find_map(|era| solid.strip_prefix(era))
        {
            // 民國114/03/05: two digits are a year of the era too.
            Some(rest) if rest.len() < 3 || !rest.is_ascii() => Err(no_date()),
            Some(rest) if rest.as_bytes()[2].is_ascii_digit() => figures(rest),
            Some(rest) => figures(&format!("0{rest}")),
            None => figures(&solid),
        }
    }

    /// The date.
    pub fn date(&self) -> NaiveDate {
        self.date
    }

    /// The calendar in which it was printed.
    pub fn calendar(&self) -> Calendar {
        self.calendar
    }

    /// Whether day and month could be the other way round.
    pub fn is_ambiguous(&self) -> bool {
        self.ambiguous
    }

    /// Doubts.
    pub fn notes(&self) -> Vec<Note> {
        let note = Note::review(
            "DH-2123",
            "Day and month could be the other way round; it was read day first, as in Hong Kong",
            "日與月可能對調；已按香港習慣以「日/月/年」解讀",
        );
        if self.ambiguous { vec![note] } else { Vec::new() }
    }

    fn new(year: i32, month: u32, day: u32, calendar: Calendar) -> Result<Self, Violation> {
        let year = match calendar {
            Calendar::Gregorian => year,
            Calendar::Roc if year < 1 => return Err(Violation::whole(FORMAT, Rule::YearRange)),
            Calendar::Roc => year + 1911,
        };
        if !(1900..=2100).contains(&year) {
            return Err(Violation::whole(FORMAT, Rule::YearRange));
        }
        let date = NaiveDate::from_ymd_opt(year, month, day)
            .ok_or(Violation::whole(FORMAT, Rule::ImpossibleDate))?;
        Ok(Self { date, calendar, ambiguous: false })
    }
}

fn no_date() -> Violation {
    Violation::whole(FORMAT, Rule::Shape(Phrase::new("This is not a date", "這不是日期")))
}

/// Drops a time of day after the date: `2026-03-18T16:05:42+08:00`.
fn without_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else { return text };
    // A time begins with one or two digits before its colon, after a blank, a T or 日.
    let hour = text[..colon].trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = colon - hour.len();
    let day = hour.strip_suffix(['T', ' ']).or_else(|| hour.ends_with(['日', '號', '号']).then_some(hour));
    match day {
        Some(day) if (1..=2).contains(&digits) && is_time(&text[hour.len()..]) => day.trim_end(),
        _ => text,
    }
}

fn is_time(text: &str) -> bool {
    let rest = text.trim_end_matches(['Z', 'z']);
    rest.len() <= 32
        && rest.chars().all(|c| {
            c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | ' ' | 'A' | 'P' | 'M' | 'a' | 'p' | 'm')
        })
}

/// `5 March 2025`, `05-Mar-2025`, `March 5, 2025`. `None` if there is no month's name.
fn english(text: &str) -> Option<Result<PaperDate, Violation>> {
    if !text.is_ascii() || !text.bytes().any(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let upper = text.to_ascii_uppercase();
    let words: Vec<&str> = upper.split([' ', '-', '/', ',', '.']).filter(|w| !w.is_empty()).collect();
    let [first, second, third] = words.as_slice() else { return None };
    let (day, month, year) = match (month_number(first), month_number(second)) {
        (None, Some(month)) => (*first, month, *third),
        (Some(month), None) => (*second, month, *third),
        _ => return None,
    };
    let day = ["ST", "ND", "RD", "TH"].iter().find_map(|end| day.strip_suffix(end)).unwrap_or(day);
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !digits(day) || !digits(year) || day.is_empty() || day.len() > 2 {
        return Some(Err(no_date()));
    }
    Some(match (year.len(), year.parse(), day.parse()) {
        (4, Ok(year), Ok(day)) => PaperDate::new(year, month, day, Calendar::Gregorian),
        (2, _, _) => Err(Violation::whole(FORMAT, Rule::TwoDigitYear)),
        _ => Err(no_date()),
    })
}

fn month_number(word: &str) -> Option<u32> {
    const FULL: [&str; 12] = [
        "JANUARY",
        "FEBRUARY",
        "MARCH",
        "APRIL",
        "MAY",
        "JUNE",
        "JULY",
        "AUGUST",
        "SEPTEMBER",
        "OCTOBER",
        "NOVEMBER",
        "DECEMBER",
    ];
    let at = MONTHS
        .iter()
        .position(|m| *m == word)
        .or_else(|| FULL.iter().position(|m| *m == word))
        .or((word == "SEPT").then_some(8))?;
    u32::try_from(at + 1).ok()
}

/// With 年 月 日, in figures or in words.
fn chinese(text: &str) -> Result<PaperDate, Violation> {
    let named = ["中華民國", "中华民国", "民國", "民国"].iter().find_map(|era| text.strip_prefix(era));
    let rest =
        named.or_else(|| ["公元", "西元"].iter().find_map(|era| text.strip_prefix(era))).unwrap_or(text);
    let (year, rest) = rest.split_once('年').ok_or_else(no_date)?;
    let (month, rest) = rest.split_once('月').ok_or_else(no_date)?;
    let day = rest.strip_suffix(['日', '號', '号']).ok_or_else(no_date)?;
    let (digits, year) = number(year).ok_or_else(no_date)?;
    let (Some((_, month)), Some((_, day))) = (number(month), number(day)) else { return Err(no_date()) };
    let calendar = match (named.is_some(), digits, year) {
        // Three digits below 200 are a 民國 year; two could be either calendar.
        (true, ..) | (false, _, 100..200) => Calendar::Roc,
        (false, 0..=2, _) | (false, _, 0..100) => return Err(Violation::whole(FORMAT, Rule::TwoDigitYear)),
        _ => Calendar::Gregorian,
    };
    PaperDate::new(
        year,
        month.try_into().map_err(|_| no_date())?,
        day.try_into().map_err(|_| no_date())?,
        calendar,
    )
}

/// A figure in ASCII digits, digit by digit in Chinese (二〇二五), or with units (一百一十四, 廿五). Returns how many
/// digits it was written with, and its value.
fn number(text: &str) -> Option<(usize, i32)> {
    if text.is_empty() || text.chars().count() > 6 {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return Some((text.len(), text.parse().ok()?));
    }
    let values: Vec<(i32, bool)> = text.chars().map(numeral).collect::<Option<_>>()?;
    if values.iter().all(|(_, unit)| !unit) {
        let value =
            values.iter().try_fold(0_i32, |sum, (digit, _)| sum.checked_mul(10)?.checked_add(*digit))?;
        return Some((values.len(), value));
    }
    with_units(&values).map(|value| (value.to_string().len(), value))
}

/// 一百一十四, 三十一, 十五, 零叁, 壹拾伍: units go down, each with at most one digit before it.
fn with_units(values: &[(i32, bool)]) -> Option<i32> {
    let (mut sum, mut digit, mut last) = (0, None, i32::MAX);
    for (value, unit) in values {
        match (*unit, digit) {
            (true, _) if *value >= last => return None,
            // 廿 and 卅 carry their digit.
            (true, None) if matches!(value, 20 | 30) => (sum, last) = (sum + value, 10),
            (true, Some(_)) if matches!(value, 20 | 30) => return None,
            (true, before) => (sum, digit, last) = (sum + before.unwrap_or(1).max(1) * value, None, *value),
            (false, Some(0) | None) => digit = Some(*value),
            (false, Some(_)) => return None,
        }
    }
    Some(sum + digit.unwrap_or(0))
}

/// The value of a numeral, and whether it is a unit.
fn numeral(c: char) -> Option<(i32, bool)> {
    Some(match c {
        '零' | '〇' | '○' | '◯' => (0, false),
        '一' | '壹' => (1, false),
        '二' | '贰' | '貳' => (2, false),
        '三' | '叁' | '參' | '参' | '叄' => (3, false),
        '四' | '肆' => (4, false),
        '五' | '伍' => (5, false),
        '六' | '陆' | '陸' => (6, false),
        '七' | '柒' => (7, false),
        '八' | '捌' => (8, false),
        '九' | '玖' => (9, false),
        '十' | '拾' => (10, true),
        '廿' => (20, true),
        '卅' => (30, true),
        '百' | '佰' => (100, true),
        c if c.is_ascii_digit() => (c.to_digit(10)?.try_into().ok()?, false),
        _ => return None,
    })
}

/// In figures alone.
fn figures(text: &str) -> Result<PaperDate, Violation> {
    let numeric = |s: &str| !s.is_empty() && s.len() <= 4 && s.bytes().all(|b| b.is_ascii_digit());
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return solid_figures(text);
    }
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let [first, second, third] = parts.as_slice() else { return Err(no_date()) };
    if !parts.iter().all(|part| numeric(part)) || second.len() > 2 {
        return Err(no_date());
    }
    let value = |s: &str| s.parse::<u32>().map_err(|_| no_date());
    let year = |s: &str| s.parse::<i32>().map_err(|_| no_date());
    match (first.len(), third.len()) {
        (4, 1..=2) => PaperDate::new(year(first)?, value(second)?, value(third)?, Calendar::Gregorian),
        (3, 1..=2) if year(first)? < 200 => {
            PaperDate::new(year(first)?, value(second)?, value(third)?, Calendar::Roc)
        }
        (1..=2, 4) => day_first(value(first)?, value(second)?, year(third)?),
        (1..=2, 1..=2) => Err(Violation::whole(FORMAT, Rule::TwoDigitYear)),
        _ => Err(no_date()),
    }
}

fn day_first(day: u32, month: u32, year: i32) -> Result<PaperDate, Violation> {
    if month > 12 && day <= 12 {
        return Err(Violation::whole(FORMAT, Rule::MonthFirst));
    }
    let ambiguous = day <= 12 && day != month;
    Ok(PaperDate { ambiguous, ..PaperDate::new(year, month, day, Calendar::Gregorian)? })
}

/// `20250305`, `20250305160542`, `1140305`.
fn solid_figures(text: &str) -> Result<PaperDate, Violation> {
    let (year_digits, calendar) = match text.len() {
        8 | 14 => (4, Calendar::Gregorian),
        7 => (3, Calendar::Roc),
        6 => return Err(Violation::whole(FORMAT, Rule::TwoDigitYear)),
        _ => return Err(no_date()),
    };
    let value = |from: usize, to: usize| text[from..to].parse::<u32>().map_err(|_| no_date());
    let year = value(0, year_digits)?.try_into().map_err(|_| no_date())?;
    PaperDate::new(
        year,
        value(year_digits, year_digits + 2)?,
        value(year_digits + 2, year_digits + 4)?,
        calendar,
    )
}

impl fmt::Display for PaperDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.date.year(), self.date.month(), self.date.day())
    }
}

impl FromStr for PaperDate {
    type Err = Violation;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        Self::parse(raw)
    }
}

impl TryFrom<String> for PaperDate {
    type Error = Violation;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

impl From<PaperDate> for String {
    fn from(date: PaperDate) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests;
