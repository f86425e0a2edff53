//! Reads a calendar of events: `date,name[,kind]`, or `date` with `event_name_1, event_name_2, …`.

use std::io::Read;

use chrono::NaiveDate;

use super::Calendar;

/// Why a calendar file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// A column is missing.
    #[error("DH-8006: the head of the calendar file has no {0}; name the columns date,name")]
    Columns(&'static str),
    /// A date cannot be read.
    #[error(
        "DH-8007: line {line} of the calendar file: {found:?} is not a date such as 2026-12-25; correct the cell"
    )]
    Date {
        /// Line of the file, the head is 1.
        line: u64,
        /// What stands there, at most 40 characters of it.
        found: String,
    },
    /// The file is not CSV.
    #[error("DH-8008: the calendar file breaks off: {0}; save it as CSV in UTF-8")]
    Csv(#[from] csv::Error),
}

/// Reads a calendar. Days without an event may stand in the file; other columns are ignored.
///
/// # Errors
/// When a column is missing or a date cannot be read.
///
/// ```
/// let file = "date,name,kind\n2026-12-25,Christmas Day,holiday\n";
/// let calendar = stock::calendar::read(file.as_bytes())?;
/// assert_eq!(calendar.events().count(), 1);
/// # Ok::<(), stock::calendar::CalendarError>(())
/// ```
pub fn read(from: impl Read) -> Result<Calendar, CalendarError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(from);
    let head = reader.headers()?.clone();
    let name_of = |cell: &str| cell.trim_start_matches('\u{feff}').trim().to_ascii_lowercase();
    let date = head.iter().position(|cell| name_of(cell) == "date").ok_or(CalendarError::Columns("date"))?;
    let is_name = |cell: &str| matches!(cell, "name" | "event" | "holiday") || cell.starts_with("event_name");
    let names: Vec<usize> =
        head.iter().enumerate().filter(|(_, cell)| is_name(&name_of(cell))).map(|(place, _)| place).collect();
    if names.is_empty() {
        return Err(CalendarError::Columns("name"));
    }
    let mut calendar = Calendar::default();
    for record in reader.records() {
        let record = record?;
        let events: Vec<&str> = names
            .iter()
            .filter_map(|place| record.get(*place))
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        if events.is_empty() {
            continue;
        }
        let text = record.get(date).unwrap_or_default().trim();
        let day: NaiveDate = text.parse().map_err(|_| CalendarError::Date {
            line: record.position().map_or(0, csv::Position::line),
            found: text.chars().take(40).collect(),
        })?;
        for event in events {
            calendar.add(event, day);
        }
    }
    Ok(calendar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_the_file_give_the_same_calendar() {
        let wide = "date,weekday,event_name_1,event_type_1,event_name_2\n2026-12-24,Thu,,,\n2026-12-25,Fri,Christmas,National,Party\n";
        let long = "name,date\nParty,2026-12-25\nChristmas,2026-12-25\n";
        let [wide, long] = [wide, long].map(|file| read(file.as_bytes()).expect("a good file"));
        assert_eq!(wide, long);
        assert_eq!(wide.events().count(), 2);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let said = |file: &str| read(file.as_bytes()).expect_err("a bad file").to_string();
        assert!(said("date,name\n2026-13-01,X\n").starts_with("DH-8007: line 2 "));
        assert!(said("day,name\n").starts_with("DH-8006: the head of the calendar file has no date"));
        assert!(said("date,temperature\n").contains("no name"));
    }
}
