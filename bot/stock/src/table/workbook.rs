//! A workbook (XLSX), unpacked and read within bounds.

use std::io::{Cursor, Read, sink};

use calamine::{DataRef, Reader as _, Xlsx};
use csv::StringRecord;

use super::{MOST_CELLS, Row, Table, TableError};

/// A workbook of more bytes once unpacked is refused: the reader itself has no bound.
const MOST_UNPACKED: u64 = 1 << 30;
/// No table for people is wider; a cell far to the right would make a row of its own width.
const MOST_COLUMNS: usize = 1_000;

/// The sheets, each without its blank rows.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Table>, TableError> {
    within_bounds(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut cells = 0;
    book.sheet_names().iter().map(|name| sheet(&mut book, name, &mut cells)).collect()
}

/// Unpacks every part once, into nothing.
fn within_bounds(bytes: &[u8]) -> Result<(), TableError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut left = MOST_UNPACKED;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| damaged(&error))?;
        let read = std::io::copy(&mut part.take(left + 1), &mut sink()).map_err(|error| damaged(&error))?;
        left = left.checked_sub(read).ok_or(TableError::TooLarge)?;
    }
    Ok(())
}

fn damaged(why: &impl ToString) -> TableError {
    TableError::Damaged(why.to_string())
}

/// Cells come in reading order; a sheet is never laid out as a rectangle, whose size a single far cell would decide.
fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, cells: &mut usize) -> Result<Table, TableError> {
    let mut table = Table::default();
    let Ok(mut reader) = book.worksheet_cells_reader(name) else { return Ok(table) };
    let mut row: Option<(u32, Vec<String>)> = None;
    while let Some(cell) = reader.next_cell().map_err(|error| damaged(&error))? {
        let (number, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let text = text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        *cells += 1;
        if *cells > MOST_CELLS || column >= MOST_COLUMNS {
            return Err(TableError::TooLarge);
        }
        if row.as_ref().is_none_or(|(open, _)| *open != number) {
            table.rows.extend(row.take().map(finished));
        }
        let (_, texts) = row.get_or_insert_with(|| (number, Vec::new()));
        texts.resize(texts.len().max(column + 1), String::new());
        texts[column] = text;
    }
    table.rows.extend(row.map(finished));
    Ok(table)
}

fn finished((number, texts): (u32, Vec<String>)) -> Row {
    Row { number: u64::from(number) + 1, cells: StringRecord::from(texts) }
}

/// A cell as a text. A time of midnight is a date: a spreadsheet does not tell them apart.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(when) => when.as_datetime().map_or_else(String::new, |when| {
            if when.time() == chrono::NaiveTime::MIN {
                when.date().to_string()
            } else {
                when.format("%Y-%m-%dT%H:%M:%S").to_string()
            }
        }),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.trim().to_owned()
        }
        DataRef::Error(_) => "#".to_owned(),
        DataRef::Empty => String::new(),
    }
}

/// A number as a person sees it. One that a spreadsheet has rounded (over 15 digits) keeps its exponent, so that a tag
/// or a till's number that was spoilt on the way is seen to be spoilt.
fn decimal(number: f64) -> String {
    if number.abs() >= 1e15 {
        return format!("{number:E}");
    }
    let text = format!("{number:.8}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use rust_xlsxwriter::Workbook;

    use super::*;

    #[test]
    fn a_workbook_keeps_its_row_numbers_and_a_far_cell_costs_nothing() {
        let mut book = Workbook::new();
        let page = book.add_worksheet();
        page.write_string(1, 0, "貨號").unwrap();
        page.write_string(1, 2, "數量").unwrap();
        page.write_number(1_000_000, 2, 12.0).unwrap();
        let tables = read(&book.save_to_buffer().unwrap()).unwrap();
        let rows = &tables[0].rows;
        assert_eq!(
            (rows[0].number, rows[0].cell(0), rows[0].cell(1), rows[0].cell(2)),
            (2, "貨號", "", "數量")
        );
        assert_eq!((rows[1].number, rows[1].cell(2)), (1_000_001, "12"));
    }

    #[test]
    fn a_number_that_lost_digits_is_seen_to_have_lost_them() {
        assert_eq!(decimal(12.5), "12.5");
        assert_eq!(decimal(3.074_257_195e23), "3.074257195E23");
    }
}
