//! Dates as people write them. Which of day, month and year comes first, a whole column proves.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::Regex;

use crate::values;

/// The order in which figures alone are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    DayMonthYear,
    YearMonthDay,
    MonthDayYear,
}

static FIGURES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(\d{1,4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,4})$").expect("the pattern is a constant")
});
static MONTH_AND_DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:(\d{1,2})\s*月\s*(\d{1,2})\s*日?|(\d{1,2})\s*[-/.]\s*(\d{1,2}))$")
        .expect("the pattern is a constant")
});
static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(\d{1,2})(?:ST|ND|RD|TH)?[\s\-/.,]*(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*[\s\-/.,']*(\d{2})?$")
        .expect("the pattern is a constant")
});
/// The lines of one statement are not more years apart.
const MOST_YEARS: i32 = 3;
const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// What a column proves of the order, and whether it proves it: only one order makes every cell a date that is not after
/// the statement's own, or only one of those makes them go upwards.
pub(super) fn order_of(cells: &[&str], year: Option<i32>, of_statement: Option<NaiveDate>) -> (Order, bool) {
    let orders = [Order::DayMonthYear, Order::YearMonthDay, Order::MonthDayYear];
    // No line is dated after its statement, or years before it.
    let early = |date: &NaiveDate| {
        of_statement.is_none_or(|last| *date <= last && date.year() + MOST_YEARS >= last.year())
    };
    let dated = |cell: &&str, order| {
        date(cell, order, year).filter(early).or_else(|| of_the_year_before(cell, order, of_statement))
    };
    let read = |order| cells.iter().map(|cell| dated(cell, order)).collect::<Option<Vec<_>>>();
    let mut possible: Vec<(Order, Vec<NaiveDate>)> =
        orders.into_iter().filter_map(|order| Some((order, read(order)?))).collect();
    if possible.is_empty() {
        // Some cell is no date at all: the order of the others.
        let most = |order: &Order| cells.iter().filter(|cell| date(cell, *order, year).is_some()).count();
        let best = orders.into_iter().rev().max_by_key(most).unwrap_or(Order::DayMonthYear);
        return (best, false);
    }
    if possible.iter().all(|(_, dates)| *dates == possible[0].1) {
        return (possible[0].0, true);
    }
    let within = |dates: &[NaiveDate]| {
        let years = dates.iter().max().zip(dates.iter().min());
        years.is_none_or(|(last, first)| last.year() - first.year() <= MOST_YEARS)
    };
    if possible.iter().any(|(_, dates)| within(dates)) {
        possible.retain(|(_, dates)| within(dates));
    }
    if possible.len() > 1 {
        let upwards = |dates: &[NaiveDate]| dates.is_sorted();
        if possible.iter().filter(|(_, dates)| upwards(dates)).count() == 1 {
            possible.retain(|(_, dates)| upwards(dates));
        }
    }
    (possible[0].0, possible.len() == 1)
}

/// A cell without a year on a statement of early January: it means last year's December.
fn of_the_year_before(cell: &str, order: Order, of_statement: Option<NaiveDate>) -> Option<NaiveDate> {
    if date(cell, order, None).is_some() {
        return None;
    }
    date(cell, order, Some(of_statement?.year() - 1))
}

/// The date of a line on a statement of this day.
pub(super) fn date_on(cell: &str, order: Order, of_statement: Option<NaiveDate>) -> Option<NaiveDate> {
    let year = of_statement.map(|date| date.year());
    let found = date(cell, order, year)?;
    let late = of_statement.is_some_and(|last| found > last);
    Some(if late { of_the_year_before(cell, order, of_statement).unwrap_or(found) } else { found })
}

/// The date that a whole cell says. `year` is that of the statement, for cells that leave it out.
pub(super) fn date(cell: &str, order: Order, year: Option<i32>) -> Option<NaiveDate> {
    use unicode_normalization::UnicodeNormalization;
    let text: String = cell.nfkc().collect::<String>().trim().to_uppercase();
    if let Some(parts) = FIGURES.captures(&text) {
        return figures([&parts[1], &parts[2], &parts[3]], order);
    }
    if let Some(parts) = MONTH_AND_DAY.captures(&text) {
        let number = |at: usize| parts.get(at).and_then(|part| part.as_str().parse::<u32>().ok());
        let (month, day) = match (number(1), number(2), number(3), number(4)) {
            (Some(month), Some(day), _, _) => (month, day),
            (_, _, Some(day), Some(month)) if order == Order::DayMonthYear => (month, day),
            (_, _, Some(month), Some(day)) => (month, day),
            _ => return None,
        };
        return NaiveDate::from_ymd_opt(year?, month, day);
    }
    if let Some(parts) = ENGLISH.captures(&text) {
        let month = MONTHS.iter().position(|month| *month == &parts[2])?;
        let year = match parts.get(3) {
            Some(short) => 2000 + short.as_str().parse::<i32>().ok()?,
            None => year?,
        };
        return NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()? + 1, parts[1].parse().ok()?);
    }
    // With words or a year of four figures: what invoices print too. The cell must hold nothing else.
    let (day, place) = values::date_in(&text)?;
    let rest = format!("{}{}", &text[..place.start], &text[place.end..]);
    let is_time = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | ' ' | '日'));
    (rest.trim().is_empty() || is_time(&rest)).then_some(day.date)
}

fn figures(parts: [&str; 3], order: Order) -> Option<NaiveDate> {
    let number = |part: &str| part.parse::<u32>().ok();
    let full = |part: &str| part.len() == 4;
    let [a, b, c] = parts;
    let (year, month, day) = if full(a) {
        (a, b, c)
    } else if full(c) {
        if order == Order::MonthDayYear { (c, a, b) } else { (c, b, a) }
    } else {
        match order {
            Order::DayMonthYear => (c, b, a),
            Order::YearMonthDay => (a, b, c),
            Order::MonthDayYear => (c, a, b),
        }
    };
    let short = match year.len() {
        4 => 0,
        2 => 2000,
        _ => return None,
    };
    if month.len() > 2 || day.len() > 2 {
        return None;
    }
    let date =
        NaiveDate::from_ymd_opt(short + i32::try_from(number(year)?).ok()?, number(month)?, number(day)?)?;
    (2000..2100).contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_write_them() {
        let expected = NaiveDate::from_ymd_opt(2026, 10, 5);
        for text in [
            "5/10/2026",
            "05/10/26",
            "5-Oct-26",
            "5 October 2026",
            "05OCT2026",
            "2026-10-05",
            "2026/10/5",
            "2026年10月5日",
            "二〇二六年十月五日",
            "5 Oct",
            "10月5日",
            "5/10",
            "2026-10-05 00:00:00",
            "5th Oct 26",
        ] {
            assert_eq!(date(text, Order::DayMonthYear, Some(2026)), expected, "{text}");
        }
        assert_eq!(date("26.10.05", Order::YearMonthDay, None), expected);
        assert_eq!(date("10/5/2026", Order::MonthDayYear, None), expected);
        for text in ["", "31/02/2026", "5/10/026", "INV 5/10/2026 A", "1234", "5 Oct", "99/99/99"] {
            assert_eq!(date(text, Order::DayMonthYear, None), None, "{text}");
        }
    }

    #[test]
    fn a_column_proves_the_order_or_it_is_said_not_to() {
        assert_eq!(order_of(&["05/10/26", "25/10/26"], None, None), (Order::DayMonthYear, true));
        assert_eq!(order_of(&["10/05/26", "10/25/26"], None, None), (Order::MonthDayYear, true));
        assert_eq!(order_of(&["26/10/05", "26/10/31"], None, None), (Order::YearMonthDay, true));
        assert_eq!(order_of(&["10/05/2026", "10/08/2026", "10/12/2026"], None, None).0, Order::DayMonthYear);
        // Upwards one way only: a month listed in its order.
        assert_eq!(
            order_of(&["10/03/2026", "10/05/2026", "11/02/2026"], None, None),
            (Order::MonthDayYear, true)
        );
        assert_eq!(order_of(&["05/06/2026"], None, None), (Order::DayMonthYear, false));
        let october = NaiveDate::from_ymd_opt(2026, 10, 31);
        let later = ["10/05/2026", "10/08/2026", "10/12/2026"];
        assert_eq!(
            order_of(&later, None, october),
            (Order::MonthDayYear, true),
            "nothing is dated after the statement"
        );
        assert_eq!(
            date_on("12-28", Order::YearMonthDay, NaiveDate::from_ymd_opt(2027, 1, 5)),
            NaiveDate::from_ymd_opt(2026, 12, 28)
        );
        assert_eq!(order_of(&["2026-10-05"], None, None), (Order::DayMonthYear, true));
    }
}
