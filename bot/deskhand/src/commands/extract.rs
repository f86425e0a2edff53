//! `deskhand extract`: the invoice in a file, with the evidence of every field.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use documents::container::Part;
use documents::{Document, Reader};
use invoices::{Decision, Facts, Invoice, Known, Severity};
use serde::Serialize;
use store::Clock as _;

use super::read::papers;
use crate::config::Config;
use crate::{house, output};

/// One line of `deskhand extract --json`.
#[derive(Serialize)]
struct Extracted {
    file: String,
    #[serde(flatten)]
    invoice: Invoice,
    timing_ms: Timing,
}

#[derive(Serialize)]
struct Timing {
    read: u128,
    ocr: u128,
    extract: u128,
    check: u128,
}

/// Prints each file's invoice; a file that cannot be read does not stop the next.
pub(super) fn run(config: &Config, files: &[PathBuf], json: bool) -> anyhow::Result<ExitCode> {
    let reader = house::reader(config);
    // A paper alone: what is remembered of its supplier, only the house's runs know.
    let known = Known { vocabulary: house::vocabulary(config)?.into(), memory: Vec::new() };
    let facts = house::facts(config, store::SystemClock.now());
    let mut code = output::DONE;
    for file in files {
        let folder = file.parent().unwrap_or(Path::new(""));
        for paper in papers(file) {
            let extracted = paper.and_then(|paper| extract(&reader, &known, &facts, folder, &paper));
            let extracted = extracted.unwrap_or_else(|error| {
                code = output::failure(&error.context(file.display().to_string()));
                Vec::new()
            });
            for one in extracted {
                if json {
                    output::json(&one)?;
                    continue;
                }
                output::text(&describe(&one))?;
                if one.invoice.decision != Decision::StraightThrough {
                    code = output::found_wrong();
                }
            }
        }
    }
    Ok(code)
}

/// The invoices of a paper: one, or each of several.
fn extract(
    reader: &Reader,
    known: &Known,
    facts: &Facts,
    folder: &Path,
    paper: &Part,
) -> anyhow::Result<Vec<Extracted>> {
    let start = Instant::now();
    let document = reader.read(&paper.name, &paper.bytes)?;
    let took = start.elapsed().as_millis();
    let sections = invoices::sections(&document, &known.vocabulary);
    if sections.is_empty() {
        return Ok(vec![of_document(reader, known, facts, folder, &document, took)]);
    }
    let papers = sections.iter().map(|section| document.section(section));
    Ok(papers.map(|paper| of_document(reader, known, facts, folder, &paper, took)).collect())
}

fn of_document(
    reader: &Reader,
    known: &Known,
    facts: &Facts,
    folder: &Path,
    document: &Document,
    took: u128,
) -> Extracted {
    // Reading pixels dwarfs all else that a reader does with such a page.
    let (read, ocr) = if from_pixels(document) { (0, took) } else { (took, 0) };
    let start = Instant::now();
    let mut invoice = invoices::extract(document, reader.second_reader(), known);
    let extract = start.elapsed().as_millis();
    let start = Instant::now();
    invoices::check(&mut invoice, facts);
    let check = start.elapsed().as_millis();
    let timing_ms = Timing { read, ocr, extract, check };
    Extracted { file: folder.join(&document.name).display().to_string(), invoice, timing_ms }
}

fn from_pixels(document: &Document) -> bool {
    let mut words = document.pages.iter().flat_map(|page| &page.words);
    words.any(|word| word.source.is_ocr())
}

fn describe(extracted: &Extracted) -> String {
    let invoice = &extracted.invoice;
    let decision = match invoice.decision {
        Decision::StraightThrough => "straight through",
        Decision::Review => "a person must look",
        Decision::NotAnInvoice => "not an invoice",
    };
    let mut out = format!("{}: {decision}\n", extracted.file);
    for (field, value) in &invoice.fields {
        let field = house::word(field);
        let _ = writeln!(
            out,
            "  {field:16} {:32} {} ({:.3})",
            value.value,
            house::word(&value.source),
            value.confidence
        );
    }
    for line in &invoice.lines {
        let _ = writeln!(
            out,
            "  line             {} × {} = {}",
            line.name,
            line.quantity.as_deref().unwrap_or("?"),
            line.amount.as_deref().unwrap_or("?")
        );
    }
    for finding in &invoice.findings {
        let mark = match finding.severity {
            Severity::Reject => "✕",
            Severity::Review => "?",
            Severity::Note => "·",
        };
        let _ = writeln!(out, "  {mark} {} {}", finding.code, finding.message.en);
    }
    out
}
