//! Reads sales: `item_id,store_id,date,value[,sell_price,promo,stockout,closed]`, one pass, row by row.

use std::io::Read;

use chrono::NaiveDate;
use csv::ByteRecord;

use super::columns::Columns;
use crate::series::{Every, Panel, PanelBuilder, Row, SpanError};

/// Why a sales file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SalesError {
    /// A column is missing.
    #[error(
        "DH-8000: the head of the sales file has no column {missing}; name the columns item_id,store_id,date,value"
    )]
    Columns {
        /// Names that were not found.
        missing: String,
    },
    /// A cell cannot be read.
    #[error("DH-8001: line {line}, column {column}: {found:?} is not {expected}; correct the cell")]
    Cell {
        /// Line of the file, the head is 1.
        line: u64,
        /// Name of the column.
        column: &'static str,
        /// What stands there, at most 40 characters of it.
        found: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// The file is not CSV, or reading it failed half-way.
    #[error(
        "DH-8002: the sales file breaks off: {0}; save it as CSV in UTF-8 with the same number of cells in each line"
    )]
    Csv(#[from] csv::Error),
    /// A date lies far from the others.
    #[error("line {line}: {source}")]
    Span {
        /// Line of the file.
        line: u64,
        /// What is wrong with the date.
        source: SpanError,
    },
    /// The file has a head and nothing else.
    #[error("DH-8003: the sales file has no row with a value; a forecast needs at least one day of sales")]
    Empty,
}

/// Reads a sales file into a panel.
///
/// A row without a value says what is planned: a promotion to come, a day on which the store will be closed. A value that
/// is not a number (`NaN`, `NA`) is left out with a finding; a cell that is no value at all (`abc`) stops the reading.
///
/// # Errors
/// When a column is missing or a cell cannot be read: with line and column.
///
/// ```
/// let file = "item_id,store_id,date,value\nTEA,MK,2026-03-01,5\nTEA,MK,2026-03-03,4\n";
/// let panel = stock::sales::read(file.as_bytes(), None)?;
/// assert_eq!(panel.series[0].values, [5.0, 0.0, 4.0]);
/// # Ok::<(), stock::sales::SalesError>(())
/// ```
pub fn read(from: impl Read, every: Option<Every>) -> Result<Panel, SalesError> {
    let mut reader = csv::ReaderBuilder::new().from_reader(from);
    let columns = Columns::of(reader.byte_headers()?).map_err(|missing| SalesError::Columns { missing })?;
    let mut builder = PanelBuilder::new();
    let mut record = ByteRecord::new();
    let mut dates = Dates::default();
    let mut some = false;
    while reader.read_byte_record(&mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        let cells = Cells { record: &record, line };
        let row = Row {
            item: cells.name(columns.item, "item_id")?,
            store: cells.name(columns.store, "store_id")?,
            date: dates.read(&cells, columns.date)?,
            value: cells.number(Some(columns.value), "value")?,
            price: cells.number(columns.price, "sell_price")?,
            promotion: cells.flag(columns.promotion, "promo")?,
            stock_out: cells.flag(columns.stock_out, "stockout")?,
            closed: cells.flag(columns.closed, "closed")?,
        };
        some |= row.value.is_some();
        builder.add(&row).map_err(|source| SalesError::Span { line, source })?;
    }
    if some { Ok(builder.finish(every)) } else { Err(SalesError::Empty) }
}

/// The cells of a line.
struct Cells<'a> {
    record: &'a ByteRecord,
    line: u64,
}

impl<'a> Cells<'a> {
    fn cell(&self, place: usize) -> &'a [u8] {
        self.record.get(place).unwrap_or_default().trim_ascii()
    }

    fn wrong(&self, place: usize, column: &'static str, expected: &'static str) -> SalesError {
        let found = String::from_utf8_lossy(self.cell(place)).chars().take(40).collect();
        SalesError::Cell { line: self.line, column, found, expected }
    }

    fn name(&self, place: usize, column: &'static str) -> Result<&'a str, SalesError> {
        std::str::from_utf8(self.cell(place))
            .ok()
            .filter(|name| !name.is_empty())
            .ok_or_else(|| self.wrong(place, column, "a name in UTF-8"))
    }

    fn number(&self, place: Option<usize>, column: &'static str) -> Result<Option<f64>, SalesError> {
        let Some(place) = place else { return Ok(None) };
        let text = std::str::from_utf8(self.cell(place)).unwrap_or("?");
        match text {
            "" => Ok(None),
            "NA" | "N/A" | "null" => Ok(Some(f64::NAN)),
            _ => text.parse().map(Some).map_err(|_| self.wrong(place, column, "a number such as 12 or 3.5")),
        }
    }

    fn flag(&self, place: Option<usize>, column: &'static str) -> Result<bool, SalesError> {
        let Some(place) = place else { return Ok(false) };
        match self.cell(place).to_ascii_lowercase().as_slice() {
            b"" | b"0" | b"0.0" | b"false" | b"no" | b"n" => Ok(false),
            b"1" | b"1.0" | b"true" | b"yes" | b"y" => Ok(true),
            _ => Err(self.wrong(place, column, "1 or 0")),
        }
    }
}

/// Reads dates, and remembers the last: files are sorted by date or by item, and the neighbour often has the same.
#[derive(Default)]
struct Dates {
    text: Vec<u8>,
    date: Option<NaiveDate>,
}

impl Dates {
    fn read(&mut self, cells: &Cells<'_>, place: usize) -> Result<NaiveDate, SalesError> {
        let text = cells.cell(place);
        if let Some(date) = self.date
            && self.text == text
        {
            return Ok(date);
        }
        let date = iso(text).ok_or_else(|| cells.wrong(place, "date", "a date such as 2026-03-31"))?;
        self.text.clear();
        self.text.extend_from_slice(text);
        self.date = Some(date);
        Ok(date)
    }
}

/// `2026-03-31` or `2026/03/31`, with or without a time after it.
fn iso(text: &[u8]) -> Option<NaiveDate> {
    let (day, rest) = text.split_at_checked(10)?;
    let ends = rest.first().is_none_or(|next| matches!(next, b'T' | b' '));
    let (a, b) = (day[4], day[7]);
    if !ends || a != b || !matches!(a, b'-' | b'/') {
        return None;
    }
    let digits = |from: usize, to: usize| {
        day[from..to]
            .iter()
            .try_fold(0_u32, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
    };
    NaiveDate::from_ymd_opt(i32::try_from(digits(0, 4)?).ok()?, digits(5, 7)?, digits(8, 10)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Mark;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("item_id,date,value\n", "DH-8000: the head of the sales file has no column store_id;")]
    #[case(
        "item_id,store_id,date,value\nA,S,31/3/2026,1\n",
        "DH-8001: line 2, column date: \"31/3/2026\" is not"
    )]
    #[case(
        "item_id,store_id,date,value\nA,S,2026-02-30,1\n",
        "DH-8001: line 2, column date: \"2026-02-30\" is not"
    )]
    #[case(
        "item_id,store_id,date,value\nA,S,2026-03-01,1\n,S,2026-03-01,1\n",
        "DH-8001: line 3, column item_id: \"\" is not"
    )]
    #[case(
        "item_id,store_id,date,value\nA,S,2026-03-01,abc\n",
        "DH-8001: line 2, column value: \"abc\" is not"
    )]
    #[case(
        "item_id,store_id,date,value,promo\nA,S,2026-03-01,1,maybe\n",
        "DH-8001: line 2, column promo: \"maybe\" is not"
    )]
    #[case("item_id,store_id,date,value\nA,S,2026-03-01\n", "DH-8002: the sales file breaks off")]
    #[case("item_id,store_id,date,value\n", "DH-8003: the sales file has no row")]
    #[case(
        "item_id,store_id,date,value\nA,S,2026-03-01,1\nA,S,1926-03-01,1\n",
        "line 3: DH-8005: 1926-03-01 is more"
    )]
    fn what_is_wrong_is_said_with_its_place(#[case] file: &str, #[case] said: &str) {
        let error = read(file.as_bytes(), None).expect_err("a file that cannot be read");
        assert!(error.to_string().starts_with(said), "{error}");
    }

    #[test]
    fn other_columns_are_ignored_and_the_order_is_free() {
        let file = "\u{feff}Date,weather,VALUE,store_id,item_id,promo,closed\n2026-03-01,rain,2,S,A,1,0\n2026-03-02,,NaN,S,A,,\n2026-03-03,,0,S,A,,1\n";
        let panel = read(file.as_bytes(), None).expect("a good file");
        let series = &panel.series[0];
        assert!(
            series.has(Mark::Promotion, 0) && series.has(Mark::Unknown, 1) && series.has(Mark::Closed, 2)
        );
        assert_eq!(panel.findings.len(), 1);
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(bytes.as_slice(), None);
            let with_head = [b"item_id,store_id,date,value\n".as_slice(), &bytes].concat();
            let _ = read(with_head.as_slice(), None);
        }
    }
}
