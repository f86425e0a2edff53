//! Spreadsheets and CSV files, as tables of texts: what suppliers send statements in. They are no [`Document`]s, because
//! nothing of them stands anywhere on a page.
//!
//! [`Document`]: crate::Document

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Reader as _};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8};

use crate::archive::Archive;
use crate::error::ReadError;

/// A table of more cells is no statement.
const MOST_CELLS: usize = 400_000;
/// So many bytes are looked at to tell whether a text is a table.
const HEAD: usize = 64 << 10;

const ODS: &[u8] = b"opendocument.spreadsheet";

/// The rows of one sheet.
pub type Rows = Vec<Vec<String>>;

/// What kind of table a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// A workbook of Excel 2007 or later.
    Xlsx,
    /// A workbook of Excel before that.
    Xls,
    /// A spreadsheet of Open Document and its like.
    Ods,
    /// Text with a mark between the values.
    Csv,
}

impl TableKind {
    /// The media type, as HTTP and mail write it.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Xls => "application/vnd.ms-excel",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Csv => "text/csv",
        }
    }

    /// Looks at the bytes. Nothing when they are no table.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"PK\x03\x04") {
            let names = |part: &[u8]| part.windows(13).any(|window| window == b"xl/workbook.x");
            let head = &bytes[..bytes.len().min(HEAD)];
            let directory = &bytes[bytes.len().saturating_sub(HEAD)..];
            // The first entry of an OpenDocument file names its kind.
            let ods =
                bytes.get(30..120).is_some_and(|entry| entry.windows(ODS.len()).any(|window| window == ODS));
            return match () {
                () if names(head) || names(directory) => Some(Self::Xlsx),
                () if ods => Some(Self::Ods),
                () => None,
            };
        }
        if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
            return Some(Self::Xls);
        }
        let text = decoded(&bytes[..bytes.len().min(HEAD)], bytes.len() > HEAD)?;
        mark(&text).map(|_| Self::Csv)
    }
}

/// The sheets of a file, each as its rows; every value as a text: numbers as they are written, dates as ISO 8601.
///
/// # Errors
/// [`ReadError`] says what is wrong with the file.
pub fn read(bytes: &[u8]) -> Result<Vec<Rows>, ReadError> {
    let kind = TableKind::sniff(bytes).ok_or(ReadError::NotSupported { kind: "file that is no table" })?;
    let work = AssertUnwindSafe(|| match kind {
        TableKind::Csv => csv(bytes).map(|rows| vec![rows]),
        TableKind::Xlsx | TableKind::Xls | TableKind::Ods => workbook(bytes),
    });
    catch_unwind(work)
        .unwrap_or_else(|_| Err(ReadError::Unsafe { reason: "the reader of tables crashed".to_owned() }))
}

fn damaged(why: &impl ToString) -> ReadError {
    ReadError::Damaged { reason: why.to_string() }
}

fn too_large() -> ReadError {
    ReadError::Unsafe { reason: "the table is too large".to_owned() }
}

fn workbook(bytes: &[u8]) -> Result<Vec<Rows>, ReadError> {
    if bytes.starts_with(b"PK") {
        // Unpacked once within bounds: the library has none.
        Archive::open(bytes)?;
    }
    let mut book =
        calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut sheets = Vec::new();
    let mut cells = 0;
    for name in book.sheet_names() {
        let Ok(range) = book.worksheet_range(&name) else { continue };
        cells += range.height().saturating_mul(range.width());
        if cells > MOST_CELLS {
            return Err(too_large());
        }
        // Rows and columns keep their numbers: a range begins at its first cell that holds something.
        let (top, left) = range.start().unwrap_or_default();
        let empty = |count: u32| (0..count).map(|_| String::new());
        let mut rows: Rows = (0..top).map(|_| Vec::new()).collect();
        rows.extend(range.rows().map(|row| empty(left).chain(row.iter().map(cell)).collect()));
        sheets.push(rows);
    }
    Ok(sheets)
}

/// A cell as a text.
fn cell(data: &Data) -> String {
    match data {
        Data::DateTime(when) => when.as_datetime().map_or_else(String::new, |when| {
            if when.time() == chrono::NaiveTime::MIN { when.date().to_string() } else { when.to_string() }
        }),
        Data::Float(number) => decimal(*number),
        Data::Error(_) => "#".to_owned(),
        other => other.to_string().trim().to_owned(),
    }
}

/// A number with the digits that a person sees: what a spreadsheet reckons has a tail of its own.
fn decimal(number: f64) -> String {
    let text = format!("{number:.8}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn csv(bytes: &[u8]) -> Result<Rows, ReadError> {
    let text = decoded(bytes, false).ok_or_else(|| damaged(&"its characters cannot be told"))?;
    let mark = mark(&text).ok_or_else(|| damaged(&"nothing parts its values"))?;
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(mark)
        .from_reader(text.as_bytes());
    let mut rows = Rows::new();
    let mut cells = 0;
    for record in reader.records() {
        let record = record.map_err(|error| damaged(&error))?;
        cells += record.len();
        if cells > MOST_CELLS {
            return Err(too_large());
        }
        // The library leaves blank lines out; a row keeps the number of its line.
        let Some(begins) = record.position() else { continue };
        let rest = usize::try_from(begins.byte()).ok().and_then(|byte| text.get(byte..)).unwrap_or_default();
        let blank = rest
            .bytes()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .filter(|byte| *byte == b'\n')
            .count();
        let line = usize::try_from(begins.line()).unwrap_or_default() + blank;
        while rows.len() + 1 < line {
            rows.push(Vec::new());
        }
        rows.push(record.iter().map(|cell| cell.trim().to_owned()).collect());
    }
    Ok(rows)
}

/// The text, in the character sets that Chinese paperwork comes in. Nothing when it is none.
fn decoded(bytes: &[u8], cut: bool) -> Option<String> {
    let (marked, length) =
        Encoding::for_bom(bytes).map_or((None, 0), |(encoding, length)| (Some(encoding), length));
    let bytes = &bytes[length..];
    let whole = |encoding: &'static Encoding, bytes: &[u8]| {
        let (text, failed) = encoding.decode_without_bom_handling(bytes);
        let binary = text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        (!failed && !binary).then(|| text.into_owned())
    };
    let read = |encoding| {
        // A head may end within a character.
        let mut ends = if cut { 0..4 } else { 0..1 };
        ends.find_map(|end| whole(encoding, bytes.get(..bytes.len().checked_sub(end)?)?))
    };
    match marked {
        Some(encoding) => read(encoding),
        // Big5 read as GB18030 is mostly rare characters, and the other way round: the words of statements tell.
        None => read(UTF_8)
            .or_else(|| [BIG5, GB18030].into_iter().filter_map(read).max_by_key(|text| familiar(text))),
    }
}

/// How many characters are those of a statement's own words.
fn familiar(text: &str) -> usize {
    const WORDS: &str = "的日期号码票金额发单结余合计付款公司有限借方贷摘要年月对账销货应收已未客户供商上本次编备注币種类示範示范参考期末\
        類別數量送額款戶結單號碼發貨餘編號對賬應銷備註幣";
    text.chars().filter(|c| WORDS.contains(*c)).count()
}

/// What parts the values: the mark that most of the first lines have, and that parts one of them in three or more.
fn mark(text: &str) -> Option<u8> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(40).collect();
    if lines.len() < 2 {
        return None;
    }
    let score = |mark: u8| {
        lines
            .iter()
            .map(|line| line.bytes().filter(|byte| *byte == mark).count())
            .filter(|count| *count > 1)
            .count()
    };
    let best = [b',', b'\t', b';', b'|'].into_iter().rev().max_by_key(|mark| score(*mark))?;
    (score(best) > 1).then_some(best)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn a_csv_is_read_in_the_character_sets_of_chinese_offices() {
        let text = "日期,發票號碼,金額\n2026-10-05,INV-1,\"1,234.50\"\n\n2026-10-06,INV-2,2\n";
        let simplified = "日期\t发票号码\t金额\n2026-10-05\tINV-1\t1,234.50\n2026-10-06\tINV-2\t2\n";
        let expected = ["2026-10-05", "INV-1", "1,234.50"];
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            BIG5.encode(text).0.into_owned(),
            GB18030.encode(simplified).0.into_owned(),
        ] {
            assert_eq!(TableKind::sniff(&bytes), Some(TableKind::Csv));
            let sheets = read(&bytes).unwrap();
            assert_eq!(sheets[0][1], expected);
        }
        let rows = &read(text.as_bytes()).unwrap()[0];
        assert_eq!(rows[3], ["2026-10-06", "INV-2", "2"], "a row keeps its number");
    }

    #[test]
    fn what_is_no_table_is_told() {
        for bytes in [
            &b""[..],
            b"hello",
            b"Dear Sir,\nthank you, and goodbye.\n",
            b"%PDF-1.7",
            b"\0\x01\x02,\0,\0\n,,,\n",
            b"PK\x03\x04rubbish",
        ] {
            assert_eq!(TableKind::sniff(bytes), None, "{bytes:?}");
            assert!(read(bytes).is_err());
        }
        let broken = b"PK\x03\x04 and then xl/workbook.xml";
        assert_eq!(TableKind::sniff(broken), Some(TableKind::Xlsx));
        assert!(matches!(read(broken), Err(ReadError::Damaged { .. })));
    }

    #[test]
    fn a_number_has_the_digits_that_a_person_sees() {
        for (number, text) in
            [(0.1 + 0.2, "0.3"), (1234.5, "1234.5"), (46_326.0, "46326"), (-0.0, "0"), (1e9, "1000000000")]
        {
            assert_eq!(decimal(number), text);
        }
    }
}
