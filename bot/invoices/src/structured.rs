//! Data meant for machines, inside the file or instead of it: the mainland's e-invoice XML, the tags and named values of
//! an OFD, MOF's XBRL, UBL, Taiwan's message formats. What a format is, its names say, never its file name.

mod mainland;
mod tags;
mod taiwan;
mod ubl;
mod xbrl;

use std::ops::Range;

use documents::xml::Element;
use documents::{BBox, Document, Section, Source};
use taxid::amount::Amount;
use taxid::date::PaperDate;

use crate::finding::{finding, name, several_invoices};
use crate::gather::{Candidate, Gathered, Rank};
use crate::invoice::{FieldName, Finding, Kind, LineItem, Severity};
use crate::labels::Family;
use crate::values;

/// What the data say beside the fields that were gathered.
#[derive(Debug, Default)]
pub(crate) struct Structured {
    /// What kind of invoice it is, where the data tell.
    pub(crate) kind: Option<Kind>,
    /// Whose labels the page beside it carries.
    pub(crate) family: Option<Family>,
    /// The goods, where the data hold them row by row.
    pub(crate) lines: Vec<LineItem>,
}

/// One invoice as a format gives it: every value as it stands there.
#[derive(Debug, Default)]
struct Data {
    kind: Option<Kind>,
    family: Option<Family>,
    values: Vec<Said>,
    lines: Vec<LineItem>,
    red: bool,
    /// Where in the text it stands.
    span: Range<usize>,
}

/// A value that the data name.
#[derive(Debug)]
struct Said {
    field: FieldName,
    text: String,
    page: u32,
    bbox: Option<BBox>,
}

impl Data {
    fn say(&mut self, field: FieldName, text: Option<&str>) {
        if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
            self.values.push(Said { field, text: text.to_owned(), page: 1, bbox: None });
        }
    }
}

/// Reads all data of a document into the fields. `None`: it carries no invoice's data.
pub(crate) fn read(document: &Document, gathered: &mut Gathered) -> Option<Structured> {
    let mut found: Option<Structured> = None;
    for embedded in &document.embedded {
        let mut invoices = match Element::parse(&embedded.text) {
            Ok(root) => of_xml(&root),
            Err(_) => tags::read(embedded).into_iter().collect(),
        };
        if invoices.len() > 1 {
            gathered.findings.push(several_invoices());
        }
        if invoices.is_empty() {
            continue;
        }
        let data = invoices.swap_remove(0);
        let known = found.get_or_insert_default();
        known.kind = known.kind.or(data.kind);
        known.family = known.family.or(data.family);
        if known.lines.is_empty() {
            known.lines.clone_from(&data.lines);
        }
        if data.red {
            gathered.findings.push(red());
        }
        for said in data.values {
            add(said, gathered);
        }
    }
    found
}

/// Where each invoice of a document of data stands, if there are several.
pub(crate) fn several(document: &Document) -> Vec<Section> {
    let [data] = document.embedded.as_slice() else { return Vec::new() };
    let invoices = Element::parse(&data.text).map(|root| of_xml(&root)).unwrap_or_default();
    if !document.pages.is_empty() || invoices.len() < 2 {
        return Vec::new();
    }
    let section =
        |(number, data): (u32, Data)| Section::Data { number, from: data.span.start, to: data.span.end };
    (1..).zip(invoices).map(section).collect()
}

/// Whether data of an invoice lie in the document.
pub(crate) fn carries(document: &Document) -> bool {
    document.embedded.iter().any(|data| match Element::parse(&data.text) {
        Ok(root) => !of_xml(&root).is_empty(),
        Err(_) => tags::read(data).is_some(),
    })
}

/// The invoices of an XML text; none if it is something else.
fn of_xml(root: &Element) -> Vec<Data> {
    let mut out = mainland::read(root);
    if out.is_empty() {
        out.extend(xbrl::read(root));
    }
    if out.is_empty() {
        out.extend(ubl::read(root));
    }
    if out.is_empty() {
        out = taiwan::read(root);
    }
    out
}

/// What a document of data alone is, when nothing in it is known.
pub(crate) fn unknown_data() -> Finding {
    finding(
        "DH-2907",
        Severity::Review,
        &[],
        "The file is XML, but of no kind of invoice that is known.",
        "檔案為 XML，但並非已知的發票格式。",
    )
}

fn add(said: Said, gathered: &mut Gathered) {
    let Said { field, text, page, bbox } = said;
    let Some(value) = tidy(field, &text) else {
        let (en, zh) = name(field);
        gathered.findings.push(finding(
            "DH-2321",
            Severity::Review,
            &[field],
            format!("The {en} in the file's data cannot be read."),
            format!("檔案數據中的{zh}無法讀取。"),
        ));
        return;
    };
    let (source, rank, confidence) = (Source::Structured, Rank::Certain, 0.998);
    gathered.add(field, Candidate { value, raw: text, page, bbox, confidence, source, rank });
}

/// The value in the one form that fields have; `None` if it cannot be.
fn tidy(field: FieldName, text: &str) -> Option<String> {
    match field {
        FieldName::IssueDate | FieldName::DueDate => day(text),
        field if field.is_money() => money(text),
        FieldName::InvoiceCode
        | FieldName::InvoiceNumber
        | FieldName::SellerTaxId
        | FieldName::BuyerTaxId
        | FieldName::CheckCode
        | FieldName::Brn
        | FieldName::Currency
        | FieldName::RandomCode => {
            let id: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            Some(id.to_uppercase()).filter(|id| !id.is_empty())
        }
        _ => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

/// The day; a time after it is left out.
fn day(text: &str) -> Option<String> {
    let text = text.trim();
    let dated =
        PaperDate::parse(text).or_else(|_| PaperDate::parse(text.split(['T', ' ']).next().unwrap_or(text)));
    dated.ok().map(|date| date.date().to_string())
}

/// `¥526.00`, `526`; `***` is a tax that is not there.
fn money(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.is_empty() && text.chars().all(|c| matches!(c, '*' | '¥' | '￥')) {
        return text.contains('*').then(|| "0.00".to_owned());
    }
    Amount::parse(text).ok().map(|amount| values::plain(amount.value()))
}

/// A plain figure of a row, as long as it is one.
fn figure(text: Option<&str>) -> Option<String> {
    let text = text?.trim();
    text.parse::<rust_decimal::Decimal>().ok().map(|_| text.to_owned())
}

/// A row's sum, in the form that sums have.
fn sum(text: Option<&str>) -> Option<String> {
    text.and_then(money)
}

/// `0.06` is six per cent; words and `***` stay.
fn rate(text: Option<&str>) -> Option<String> {
    let text = text?.trim();
    match text.parse::<rust_decimal::Decimal>() {
        Ok(rate) if rate < rust_decimal::Decimal::ONE => {
            Some(format!("{}%", (rate * rust_decimal::Decimal::ONE_HUNDRED).normalize()))
        }
        Ok(rate) => Some(format!("{}%", rate.normalize())),
        Err(_) => Some(text.to_owned()).filter(|text| !text.is_empty()),
    }
}

fn red() -> Finding {
    finding(
        "DH-2705",
        Severity::Review,
        &[FieldName::Total],
        "The data call this a red-letter invoice, which takes back another one.",
        "數據標示此為紅字發票，用以沖銷另一張發票。",
    )
}

#[cfg(test)]
mod tests;
