//! CSV files and workbooks as rows of texts, each row with its number in the file.
//!
//! Rows keep the number that a person sees in an editor or a spreadsheet, so that a complaint about row 17 is about
//! row 17. Sizes are bounded: a file from outside may be anything.

mod decode;
mod headings;
mod workbook;

use csv::StringRecord;

pub(crate) use decode::decoded;
pub(crate) use headings::{Columns, HEAD_ROWS, Headings, folded};

/// A file of more bytes is refused before it is looked at.
pub(crate) const MOST_BYTES: usize = 256 << 20;
/// A table of more cells is refused.
const MOST_CELLS: usize = 20_000_000;

/// The rows of one sheet; blank rows are left out, the others keep their numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// 1 for the first row of the file.
    pub(crate) number: u64,
    pub(crate) cells: StringRecord,
}

impl Row {
    /// The cell in this column, trimmed; empty where the row is short.
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default().trim()
    }

    /// The row as one line of CSV: what a quarantine keeps.
    pub(crate) fn raw(&self) -> String {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        // Writing into memory cannot fail; a row that could not be written would be kept empty.
        let written = writer.write_record(&self.cells).ok().and_then(|()| writer.into_inner().ok());
        let text = String::from_utf8(written.unwrap_or_default()).unwrap_or_default();
        text.trim_end_matches(['\r', '\n']).to_owned()
    }
}

/// Why a file is no table that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Neither text with separated values nor a workbook.
    #[error("DH-8060: the file is neither a CSV nor an XLSX table; export it again as CSV (UTF-8) or XLSX")]
    NotATable,
    /// Too many bytes or cells, also unpacked.
    #[error("DH-8061: the file is too large; split it, for example by month")]
    TooLarge,
    /// It began like a table and could not be read to its end.
    #[error("DH-8062: the file is damaged ({0}); export it again")]
    Damaged(String),
}

impl TableError {
    /// The code of the page in `docs/errors/`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotATable => "DH-8060",
            Self::TooLarge => "DH-8061",
            Self::Damaged(_) => "DH-8062",
        }
    }
}

/// The sheets of a file; a CSV file has one. Cells of a workbook become texts: whole numbers without a decimal point,
/// times as ISO 8601 without a zone (a workbook knows none).
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Table>, TableError> {
    if bytes.len() > MOST_BYTES {
        return Err(TableError::TooLarge);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return workbook::read(bytes);
    }
    let text = decoded(bytes).ok_or(TableError::NotATable)?;
    Ok(vec![separated(&text)?])
}

fn separated(text: &str) -> Result<Table, TableError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(mark(text))
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    let (mut cells, mut record) = (0_usize, StringRecord::new());
    // The library skips blank lines and counts from the first of them: lines are counted here instead.
    let (mut line, mut counted) = (1_u64, 0_usize);
    while reader.read_record(&mut record).map_err(|error| TableError::Damaged(error.to_string()))? {
        cells += record.len();
        if cells > MOST_CELLS {
            return Err(TableError::TooLarge);
        }
        let begins = record.position().map_or(counted, |at| usize::try_from(at.byte()).unwrap_or(counted));
        let blank = text.as_bytes().get(begins..).unwrap_or_default();
        let begins = begins + blank.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line += newlines(text.as_bytes().get(counted..begins).unwrap_or_default());
        counted = begins;
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            table.rows.push(Row { number: line, cells: record.clone() });
        }
    }
    Ok(table)
}

/// `\n`, `\r\n` and the lone `\r` of old exports each end one line.
fn newlines(bytes: &[u8]) -> u64 {
    let mut count = 0;
    let mut before = 0_u8;
    for byte in bytes {
        count += u64::from(*byte == b'\r' || (*byte == b'\n' && before != b'\r'));
        before = *byte;
    }
    count
}

/// What parts the values: the mark that most of the first lines have; a comma when there is none (one column).
fn mark(text: &str) -> u8 {
    let lines = || text.lines().filter(|line| !line.trim().is_empty()).take(40);
    let score = |mark: u8| lines().filter(|line| line.bytes().any(|byte| byte == mark)).count();
    // On a tie the comma wins: the last of the maxima is taken.
    [b'|', b';', b'\t', b','].into_iter().max_by_key(|mark| score(*mark)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let tables = read(bytes).unwrap();
        tables[0].rows.iter().map(|row| (row.number, row.cells.iter().map(str::to_owned).collect())).collect()
    }

    #[test]
    fn rows_keep_the_numbers_that_an_editor_shows() {
        let rows = texts(b"a,b\n\n1,\"x\ny\"\n\n\n2,z\n");
        let numbers: Vec<u64> = rows.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 3, 7]);
        let windows = texts(b"a,b\r\n\r\n1,x\r\n2,z\r\n");
        assert_eq!(windows.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 3, 4]);
    }

    #[test]
    fn tabs_and_semicolons_part_values_too() {
        assert_eq!(texts(b"a;b\n1;2,5\n")[1].1, ["1", "2,5"]);
        assert_eq!(texts(b"a\tb\n1\t2\n")[1].1, ["1", "2"]);
        assert_eq!(texts(b"epc\n3074\n")[1].1, ["3074"]);
    }

    #[test]
    fn what_is_no_table_is_told_and_never_a_panic() {
        assert_eq!(read(b"\x00\x01\x02").unwrap_err(), TableError::NotATable);
        assert_eq!(read(b"PK\x03\x04 rubbish").unwrap_err().code(), "DH-8062");
    }
}
