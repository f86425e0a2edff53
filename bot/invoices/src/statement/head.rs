//! What stands around the table: whose statement it is, in which currency, of which time.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{Datelike, Months, NaiveDate};
use regex::Regex;

use crate::labels;
use crate::statement::grid::GridRow;
use crate::statement::lines::Table;
use crate::statement::money::CURRENCIES;
use crate::statement::words::{self, Means};
use crate::statement::{LineKind, Statement};
use crate::values;

static MONTH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:(20\d{2})\s*[年/\-.]\s*(\d{1,2})\s*(?:月|$))|(?:\b(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*\.?\s*,?\s*(20\d{2})\b)",
    )
    .expect("the pattern is a constant")
});
static COUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:共|合计|NO\. OF (?:ITEMS|INVOICES|TRANSACTIONS)|NUMBER OF (?:ITEMS|INVOICES|TRANSACTIONS))\s*:?\s*(\d{1,5})\s*(?:笔|张|项|条|$)|(\d{1,5}) (?:TRANSACTIONS|ITEMS)\b")
        .expect("the pattern is a constant")
});
const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
/// Words that companies put behind their names, or leave out.
const FORMS: [&str; 9] = [
    "COMPANYLIMITED",
    "CORPORATION",
    "LIMITED",
    "COMPANY",
    "COLTD",
    "LTD",
    "INC",
    "股份有限公司",
    "有限公司",
];

/// Fills in what the rows around the table say.
pub(super) fn read(statement: &mut Statement, table: &Table) {
    let around = || table.around.iter().map(|row| words::spaced(&row.text()));
    let texts = table.around.iter().flat_map(|row| own_texts(row));
    statement.texts = texts.collect();
    statement.date = date_of(table.around.iter().copied());
    (statement.from, statement.to) = period(around(), statement.date);
    statement.currency = currency(table);
    statement.stated_lines = around().find_map(|text| {
        let found = COUNT.captures(&text)?;
        found.get(1).or_else(|| found.get(2))?.as_str().parse().ok()
    });
}

/// The texts of a row, without what follows the word for a customer.
fn own_texts(row: &GridRow) -> Vec<String> {
    let texts = row.cells.iter().map(|cell| cell.text.clone());
    texts.take_while(|text| words::begins(&words::spaced(text), Means::Customer).is_none()).collect()
}

/// The day of the statement: a date beside its word, else the only date around the table.
pub(super) fn date_of<'g>(rows: impl Iterator<Item = &'g GridRow>) -> Option<NaiveDate> {
    let mut alone = BTreeSet::new();
    for row in rows.filter(|row| row.cells.len() < 4) {
        let text = words::spaced(&row.text());
        let whole = values::date_in(&text);
        let mut cells = row.cells.iter().map(|cell| words::spaced(&cell.text));
        let labelled = cells.any(|cell| words::begins(&cell, Means::StatementDate).is_some());
        if labelled && let Some((day, _)) = &whole {
            return Some(day.date);
        }
        if !words::says(&text, Means::Period) {
            alone.extend(whole.map(|(day, _)| day.date));
        }
    }
    if alone.len() == 1 { alone.pop_first() } else { None }
}

/// The first and the last day that the statement says it covers.
fn period(
    rows: impl Iterator<Item = String>,
    date: Option<NaiveDate>,
) -> (Option<NaiveDate>, Option<NaiveDate>) {
    for text in rows {
        if !words::says(&text, Means::Period)
            && !text.contains("STATEMENT")
            && !text.contains("对账")
            && !text.contains("月结")
        {
            continue;
        }
        if let Some((first, place)) = values::date_in(&text) {
            if let Some((last, _)) = values::date_in(&text[place.end..])
                && first.date <= last.date
            {
                return (Some(first.date), Some(last.date));
            }
            continue;
        }
        if let Some((first, last)) = month(&text) {
            return (Some(first), Some(last));
        }
    }
    (None, date)
}

/// The first and the last day of a month that is named.
fn month(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let found = MONTH.captures(text)?;
    let number = |at: usize| found.get(at)?.as_str().parse::<u32>().ok();
    let (year, month) = match (number(1), found.get(3)) {
        (Some(year), _) => (year, number(2)?),
        (None, Some(name)) => {
            (number(4)?, u32::try_from(MONTHS.iter().position(|own| *own == name.as_str())?).ok()? + 1)
        }
        (None, None) => return None,
    };
    let first = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1)?;
    Some((first, last_of_month(first)))
}

/// The last day of a day's month.
pub(super) fn last_of_month(day: NaiveDate) -> NaiveDate {
    let first = day.with_day(1).unwrap_or(day);
    first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(day)
}

/// The one currency that the statement names around its table and in its headings, else in its lines.
fn currency(table: &Table) -> Option<String> {
    let rows = table.around.iter().chain(&table.headings);
    let mut named: BTreeSet<&str> = rows.flat_map(|row| currencies_in(&row.text())).collect();
    if named.is_empty() {
        let lines = table.lines.iter().filter(|line| line.kind != LineKind::Payment);
        named = lines.filter_map(|line| line.currency.as_deref()).collect();
    }
    if named.len() == 1 { named.pop_first().map(str::to_owned) } else { None }
}

fn currencies_in(text: &str) -> Vec<&'static str> {
    let text = words::spaced(text);
    let stands = |sign: &str| {
        text.match_indices(sign).any(|(at, _)| {
            let letter = |c: char| c.is_ascii_alphabetic();
            let (before, after) = (&text[..at], &text[at + sign.len()..]);
            let goes_on = sign.starts_with(letter) && before.ends_with(letter)
                || sign.ends_with(letter) && after.starts_with(letter);
            !goes_on
        })
    };
    CURRENCIES.iter().filter(|(sign, _)| stands(sign)).map(|(_, code)| *code).collect()
}

/// A company's name as names are compared: letters and figures only, without `Ltd` and its like.
pub fn fold_name(name: &str) -> String {
    let mut folded: String = labels::fold_text(name).chars().filter(|c| c.is_alphanumeric()).collect();
    while let Some(rest) =
        FORMS.iter().find_map(|form| folded.strip_suffix(form)).filter(|rest| !rest.is_empty())
    {
        folded.truncate(rest.len());
    }
    if folded.len() > 4 && folded.ends_with("CO") && folded.is_ascii() {
        folded.truncate(folded.len() - 2);
    }
    folded
}

/// Whether two names are one company's, but for `Ltd` and its like.
pub fn is_same_name(one: &str, other: &str) -> bool {
    let one = fold_name(one);
    !one.is_empty() && one == fold_name(other)
}
