//! `sheet`: tables in the folders that a workflow was granted: XLSX, XLS, ODS and CSV in, XLSX and CSV out.

use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader as _};
use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Workbook};
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::host::documents::on_a_thread;
use crate::host::files::{bytes_of, put};
use crate::host::text;
use crate::house::House;
use crate::orchestrator::Ask;

pub(crate) const READ: &str = "sheet::read";
pub(crate) const WRITE: &str = "sheet::write";
pub(crate) const SAVE: &str = "sheet::save";

/// A file of more bytes is not opened.
const MOST_BYTES: u64 = 10 * 1024 * 1024;
/// A table of more cells is not for a script: what a step answers is kept in the run's history.
const MOST_CELLS: usize = 8_000;
/// And of more bytes of text.
const MOST_TEXT: usize = 200 * 1024;

/// A table: the names of its columns, and its rows.
type Table = (Vec<String>, Vec<Vec<String>>);

#[export_module]
pub(crate) mod functions {
    use rhai::{Array, EvalAltResult, Map};
    use serde_json::json;

    use crate::host::json_of;
    use crate::tape::step;

    /// The rows of the first sheet of an XLSX, XLS or ODS file, or of a CSV file, each as a map by the names in the first
    /// row. Every value is a text; `parse_decimal` and `parse_int` make numbers of them. At most 8 000 cells.
    #[rhai_fn(return_raw)]
    pub(crate) fn read(
        context: NativeCallContext,
        folder: &str,
        file: &str,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::READ, json!({ "folder": folder, "file": file }))
    }

    /// Puts the workbook of a report (`statements::compare`, `report::month`) into a folder that was granted for writing, under
    /// the report's own name. A file that is there is never changed.
    ///
    /// It answers `#{written: bool, file: text}`; false when the same workbook was there already.
    #[rhai_fn(return_raw)]
    pub(crate) fn save(
        context: NativeCallContext,
        folder: &str,
        report: Map,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let of = |name: &str| json_of(report.get(name).cloned().unwrap_or_default());
        step(&context, super::SAVE, json!({ "folder": folder, "file": of("file")?, "report": of("report")? }))
    }

    /// Writes rows (maps) with these columns into a new XLSX or CSV file of a folder that was granted for writing. Numbers
    /// become numbers, and a text never becomes a formula. A file that is there is never changed.
    ///
    /// It answers `#{written: bool}`; false when the same table was there already.
    #[rhai_fn(return_raw)]
    pub(crate) fn write(
        context: NativeCallContext,
        folder: &str,
        file: &str,
        columns: Array,
        rows: Array,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let args =
            json!({ "folder": folder, "file": file, "columns": json_of(columns)?, "rows": json_of(rows)? });
        step(&context, super::WRITE, args)
    }
}

pub(crate) async fn read(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let bytes = bytes_of(house, ask, MOST_BYTES).await?;
    let file = text(ask, "file")?.to_owned();
    let shown = file.clone();
    let unreadable = |why: &str| {
        Failure::business(&format!(
            "DH-6525: {shown} cannot be read as a table ({why}); open it and save it anew"
        ))
    };
    let table =
        on_a_thread(move || if is_csv(&file) { from_csv(&bytes) } else { from_workbook(bytes) }).await?;
    let (columns, rows) = table.map_err(|why| unreadable(&why))?;
    let cells = columns.len() * rows.len();
    let length: usize = rows.iter().flatten().map(String::len).sum();
    if cells > MOST_CELLS || length > MOST_TEXT {
        return Err(unreadable("it is too large for a script"));
    }
    let row = |row: Vec<String>| columns.iter().cloned().zip(row.into_iter().map(Value::String)).collect();
    Ok(Value::Array(rows.into_iter().map(|cells| Value::Object(row(cells))).collect()))
}

pub(crate) async fn write(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let (columns, rows) = (ask.call.args["columns"].clone(), ask.call.args["rows"].clone());
    let columns: Vec<String> = serde_json::from_value(columns).map_err(|error| wrong(&error))?;
    let rows: Vec<Map<String, Value>> = serde_json::from_value(rows).map_err(|error| wrong(&error))?;
    let csv = is_csv(text(ask, "file")?);
    let bytes = on_a_thread(move || if csv { to_csv(&columns, &rows) } else { to_workbook(&columns, &rows) });
    put(house, ask, bytes.await?.map_err(|why| wrong(&why))?).await
}

pub(crate) async fn save(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let bytes = house.store.report(text(ask, "report")?).await?;
    let mut answer = put(house, ask, bytes).await?;
    answer["file"] = ask.call.args["file"].clone();
    Ok(answer)
}

fn wrong(why: &impl ToString) -> Failure {
    Failure::business(&format!(
        "DH-6525: this is no table ({}); give a list of columns and a list of maps",
        why.to_string()
    ))
}

fn is_csv(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|end| end.eq_ignore_ascii_case("csv"))
}

fn from_csv(bytes: &[u8]) -> Result<Table, String> {
    // Spreadsheet programs put a mark before UTF-8.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let columns: Vec<String> = reader
        .headers()
        .map_err(|error| error.to_string())?
        .iter()
        .map(|name| name.trim().to_owned())
        .collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        rows.push((0..columns.len()).map(|at| record.get(at).unwrap_or_default().to_owned()).collect());
    }
    Ok((columns, rows))
}

fn from_workbook(bytes: Vec<u8>) -> Result<Table, String> {
    let mut book =
        calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let range = book.worksheet_range_at(0).ok_or("it has no sheet")?.map_err(|error| error.to_string())?;
    let mut rows = range.rows().map(|row| row.iter().map(cell).collect::<Vec<_>>());
    let columns = rows.next().ok_or("its first sheet is empty")?;
    Ok((columns.into_iter().map(|name| name.trim().to_owned()).collect(), rows.collect()))
}

/// A cell as a text: numbers as they are written, dates as ISO 8601.
fn cell(data: &Data) -> String {
    match data {
        Data::DateTime(when) => when.as_datetime().map_or_else(String::new, |when| {
            if when.time() == chrono::NaiveTime::MIN { when.date().to_string() } else { when.to_string() }
        }),
        Data::Float(number) => Decimal::from_f64_retain(*number)
            .map_or_else(|| number.to_string(), |number| number.round_dp(10).normalize().to_string()),
        other => other.to_string(),
    }
}

fn to_workbook(columns: &[String], rows: &[Map<String, Value>]) -> Result<Vec<u8>, String> {
    let mut book = Workbook::new();
    // The same table makes the same file, whenever it is written.
    book.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(
        &rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 1, 1).map_err(|error| error.to_string())?,
    ));
    let sheet = book.add_worksheet();
    let head = Format::new().set_bold();
    for (x, column) in (0_u16..).zip(columns) {
        sheet.write_string_with_format(0, x, column, &head).map_err(|error| error.to_string())?;
        for (y, row) in (1_u32..).zip(rows) {
            let value = row.get(column).unwrap_or(&Value::Null);
            let written = match number(value) {
                Some(number) => sheet.write_number(y, x, number),
                None => sheet.write_string(y, x, plain(value)),
            };
            written.map_err(|error| error.to_string())?;
        }
    }
    sheet.autofit();
    book.save_to_buffer().map_err(|error| error.to_string())
}

fn to_csv(columns: &[String], rows: &[Map<String, Value>]) -> Result<Vec<u8>, String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns).map_err(|error| error.to_string())?;
    for row in rows {
        let cells = columns.iter().map(|column| {
            let value = row.get(column).unwrap_or(&Value::Null);
            if number(value).is_some() { plain(value) } else { harmless(&plain(value)) }
        });
        writer.write_record(cells).map_err(|error| error.to_string())?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        _ => None,
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A text that a spreadsheet program would take for a formula gets a mark before it.
fn harmless(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<Decimal>().is_err();
    if formula { format!("'{text}") } else { text.to_owned() }
}
