//! `statements`: a supplier's monthly statement, read and compared with what was posted. Nothing is posted or corrected
//! because of one: a person settles what differs.

mod papers;
mod sheets;

use chrono::NaiveDate;
use documents::table;
use invoices::statement::{self, Asked, Comparison, Grid, Statement};
use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use serde_json::{Value, json};

use crate::book;
use crate::failure::Failure;
use crate::host::documents::on_a_thread;
use crate::host::text;
use crate::house::House;
use crate::orchestrator::Ask;

pub(crate) const READ: &str = "statements::read";
pub(crate) const COMPARE: &str = "statements::compare";

#[export_module]
pub(crate) mod functions {
    use rhai::{EvalAltResult, Map};
    use serde_json::{Value, json};

    use crate::host::json_of;
    use crate::tape::step;

    /// Reads a supplier's statement of account: XLSX, XLS, ODS, CSV, or a PDF or OFD with a text layer. A workflow that takes
    /// tables says so in its head: `//! takes: tables`.
    ///
    /// It answers `#{document: text, date: text?, from: text?, to: text?, currency: text?, opening: text?, closing: text?,
    /// lines: number, unread: number, faults: number}`. `unread` counts the rows that cannot be read for sure, `faults` the
    /// places where its own arithmetic does not hold. What was read itself is kept beside the document.
    #[rhai_fn(return_raw)]
    pub(crate) fn read(context: NativeCallContext, document: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::READ, json!({ "document": document }))
    }

    /// Compares a statement with what was posted. `asked` may say what the statement does not: its `supplier`, and the days
    /// `from` and `to`; often it is an empty map.
    ///
    /// It answers `#{document: text, supplier: text?, from: text?, to: text?, agrees: bool, lines: number, agreeing: number,
    /// unread: number, differences: number, file: text, report: text}`. `agrees` is true when nothing is left for a person.
    /// The differences stand in a workbook, which is kept under its hash (`report`) and noted in the audit chain; see
    /// `sheet::save`.
    #[rhai_fn(return_raw)]
    pub(crate) fn compare(
        context: NativeCallContext,
        statement: Map,
        asked: Map,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let document = json_of(statement.get("document").cloned().unwrap_or_default())?;
        let of = |name: &str| asked.get(name).cloned().map_or(Ok(Value::Null), json_of);
        let asked = json!({ "supplier": of("supplier")?, "from": of("from")?, "to": of("to")? });
        step(&context, super::COMPARE, json!({ "document": document, "asked": asked }))
    }
}

pub(crate) async fn read(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let sha256 = text(ask, "document")?;
    let bytes = house.store.blobs().get(&store::blobs::original_key(sha256)).await?;
    let name = house.store.document(sha256).await?.map(|row| row.name).unwrap_or_default();
    let (statement, document) = read_bytes(house, name, bytes).await?;
    if let Some(document) = document {
        keep(house, &format!("documents/{sha256}/document.json"), &document).await?;
    }
    keep(house, &statement_key(sha256), &json!(statement)).await?;
    Ok(in_short(sha256, &statement))
}

/// The statement in a file, and the document, where it is one with pages.
pub(crate) async fn read_bytes(
    house: &House,
    name: String,
    bytes: Vec<u8>,
) -> Result<(Statement, Option<Value>), Failure> {
    let reader = std::sync::Arc::clone(&house.reader);
    let (grid, document) = on_a_thread(move || -> Result<(Grid, Option<Value>), Failure> {
        if table::TableKind::sniff(&bytes).is_some() {
            let sheets = table::read(&bytes).map_err(|error| Failure::business(&error))?;
            return Ok((Grid::of_tables(&sheets), None));
        }
        let document = reader.read_light(&name, &bytes).map_err(|error| Failure::business(&error))?;
        let document = document.ok_or_else(scanned)?;
        let value = serde_json::to_value(&document).map_err(|error| Failure::business(&error))?;
        Ok((Grid::of_document(&document), Some(value)))
    })
    .await??;
    let statement = on_a_thread(move || statement::read(&grid)).await?.ok_or_else(no_table)?;
    Ok((statement, document))
}

fn scanned() -> Failure {
    Failure::business(
        &"DH-6101: this statement is a picture, and figures read from pixels are not compared; ask the supplier for it as XLSX, CSV or PDF with text",
    )
}

fn no_table() -> Failure {
    Failure::business(
        &"DH-6101: no table of a statement was found in it (a date or a number, and amounts, under headings); see whether it is a statement",
    )
}

pub(crate) async fn compare(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let sha256 = text(ask, "document")?;
    let statement = load(house, sha256).await?;
    let compared = compared(house, sha256, &statement, &ask.call.args["asked"]).await?;
    let bytes = book::workbook(&compared.pages).map_err(|why| Failure::business(&why))?;
    let report = house.store.keep_report("statement", bytes).await?;
    let answer = compared.in_short(&report);
    let kept = json!({ "answer": answer, "comparison": compared.comparison });
    keep(house, &comparison_key(sha256), &kept).await?;
    Ok(answer)
}

/// A statement beside the postings of its supplier.
pub(crate) struct Compared {
    document: String,
    supplier: Option<String>,
    file: String,
    pub(crate) comparison: Comparison,
    lines: usize,
    unread: usize,
    pages: Vec<book::Page>,
}

impl Compared {
    pub(crate) fn in_short(&self, report: &str) -> Value {
        let Self { comparison, .. } = self;
        json!({
            "document": self.document,
            "supplier": self.supplier,
            "from": comparison.from,
            "to": comparison.to,
            "agrees": comparison.agrees() && self.supplier.is_some(),
            "lines": self.lines,
            "agreeing": comparison.agreeing,
            "unread": self.unread,
            "differences": comparison.differences.len(),
            "file": self.file,
            "report": report,
        })
    }
}

pub(crate) async fn compared(
    house: &House,
    sha256: &str,
    statement: &Statement,
    asked: &Value,
) -> Result<Compared, Failure> {
    let day = |name: &str| match asked[name].as_str() {
        None | Some("") => Ok(None),
        Some(day) => day.parse::<NaiveDate>().map(Some).map_err(|_| {
            Failure::business(&format!("DH-6018: {name} is no day such as 2026-10-31; correct the script"))
        }),
    };
    let asked_for = asked["supplier"].as_str().filter(|name| !name.is_empty());
    let supplier = papers::supplier(house, statement, asked_for).await?;
    let papers = papers::of(house, &supplier.spellings).await?;
    let period = Asked { from: day("from")?, to: day("to")? };
    let (own, shown) = (statement.clone(), papers);
    let mut comparison = on_a_thread(move || statement::compare(&own, &shown, period)).await?;
    // Without its supplier every line would read as not posted.
    if supplier.name.is_none() {
        comparison.differences.retain(|d| {
            d.kind == statement::DifferenceKind::Unread || d.kind == statement::DifferenceKind::Arithmetic
        });
    }
    let pages =
        sheets::pages(house.language, supplier.name.as_deref(), statement, &comparison, &supplier.trouble);
    Ok(Compared {
        document: sha256.to_owned(),
        file: file_name(supplier.name.as_deref(), &comparison, sha256),
        supplier: supplier.name,
        lines: statement.lines.len(),
        unread: statement.unread.len(),
        comparison,
        pages,
    })
}

/// What scripts see of a statement.
pub(crate) fn in_short(sha256: &str, statement: &Statement) -> Value {
    json!({
        "document": sha256,
        "date": statement.date,
        "from": statement.from,
        "to": statement.to,
        "currency": statement.currency,
        "opening": statement.opening.map(|amount| amount.to_string()),
        "closing": statement.closing.map(|amount| amount.to_string()),
        "lines": statement.lines.len(),
        "unread": statement.unread.len(),
        "faults": statement.faults.len(),
    })
}

/// A name for the workbook that says whose it is and of when, and that two statements do not share.
fn file_name(supplier: Option<&str>, comparison: &Comparison, sha256: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, ' ' | '-' | '.' | '&') { c } else { '_' };
    let supplier: String = supplier.unwrap_or("statement").chars().map(plain).take(60).collect();
    let to = comparison.to.map(|day| format!(" {day}")).unwrap_or_default();
    format!("{}{to} {}.xlsx", supplier.trim_matches(['.', ' ']), sha256.get(..8).unwrap_or_default())
}

async fn keep(house: &House, key: &str, value: &Value) -> Result<(), Failure> {
    let bytes = serde_json::to_vec(value).map_err(|error| Failure::business(&error))?;
    Ok(house.store.blobs().put(key, bytes).await?)
}

async fn load(house: &House, sha256: &str) -> Result<Statement, Failure> {
    let missing =
        |_| Failure::business(&"DH-6019: this statement has not been read yet; call statements::read first");
    let bytes = house.store.blobs().get(&statement_key(sha256)).await.map_err(missing)?;
    serde_json::from_slice(&bytes).map_err(|error| Failure::business(&error))
}

/// What a comparison answered, and its differences.
pub(crate) async fn load_comparison(house: &House, sha256: &str) -> Result<(Value, Comparison), Failure> {
    let missing = |_| {
        Failure::business(
            &"DH-6019: this statement has not been compared yet; call statements::compare first",
        )
    };
    let bytes = house.store.blobs().get(&comparison_key(sha256)).await.map_err(missing)?;
    let mut kept: Value = serde_json::from_slice(&bytes).map_err(|error| Failure::business(&error))?;
    let comparison =
        serde_json::from_value(kept["comparison"].take()).map_err(|error| Failure::business(&error))?;
    Ok((kept["answer"].take(), comparison))
}

fn statement_key(sha256: &str) -> String {
    format!("documents/{sha256}/statement.json")
}

fn comparison_key(sha256: &str) -> String {
    format!("documents/{sha256}/comparison.json")
}
