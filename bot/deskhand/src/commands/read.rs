//! `deskhand read`: the document as the program sees it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use documents::Document;
use documents::container::{self, Part};

use crate::config::Config;
use crate::{house, output};

/// Prints each file's document; a file that cannot be read does not stop the next.
pub(super) fn run(config: &Config, files: &[PathBuf], json: bool) -> anyhow::Result<ExitCode> {
    let reader = house::reader(config);
    let mut code = output::DONE;
    for file in files {
        for paper in papers(file) {
            match paper.and_then(|paper| Ok(reader.read(&paper.name, &paper.bytes)?)) {
                Ok(document) if json => output::json(&document)?,
                Ok(document) => output::text(&describe(&document))?,
                Err(error) => code = output::failure(&error.context(file.display().to_string())),
            }
        }
    }
    Ok(code)
}

/// A file's papers: itself, or what an archive or a mail holds.
pub(super) fn papers(file: &Path) -> Vec<anyhow::Result<Part>> {
    match open(file) {
        Ok(bytes) => container::papers(name(file), bytes)
            .into_iter()
            .map(|(name, bytes)| Ok(Part { name, bytes: bytes? }))
            .collect(),
        Err(error) => vec![Err(error)],
    }
}

/// A file's bytes.
pub(super) fn open(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("DH-1009: {} cannot be opened", file.display()))
}

/// A file's own name.
pub(super) fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn describe(document: &Document) -> String {
    let mut out = format!("{}: {} pages, sha256 {}\n", document.name, document.pages.len(), document.sha256);
    for page in &document.pages {
        for code in &page.codes {
            let _ = writeln!(out, "  page {} {}: {}", page.number, code.format, code.text);
        }
        let mut words: Vec<_> = page.words.iter().collect();
        words.sort_by(|a, b| {
            (a.bbox.y0, a.bbox.x0).partial_cmp(&(b.bbox.y0, b.bbox.x0)).unwrap_or(std::cmp::Ordering::Equal)
        });
        for word in words {
            let b = word.bbox;
            let _ = writeln!(
                out,
                "  page {} [{:.3} {:.3} {:.3} {:.3}] {}",
                page.number, b.x0, b.y0, b.x1, b.y1, word.text
            );
        }
    }
    for remark in &document.remarks {
        let _ = writeln!(out, "  {}: {}", remark.code, remark.text);
    }
    out
}
