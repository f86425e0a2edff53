//! A file of sales, packed or not.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

use anyhow::Context as _;
use chrono::Datelike as _;
use flate2::bufread::MultiGzDecoder;
use stock::calendar::{Calendar, hong_kong_festivals};
use stock::series::{DemandFinding, Every, Panel};

use crate::output;

/// The first two bytes of a gzip file, whatever it is called.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// So many findings are told one by one.
const TOLD: usize = 20;

/// Reads the sales.
pub(super) fn read(path: &Path, every: Option<Every>) -> anyhow::Result<Panel> {
    let named = || path.display().to_string();
    stock::sales::read(open(path)?, every).with_context(named)
}

/// A file's text, unpacked if need be.
pub(super) fn open(path: &Path) -> anyhow::Result<Box<dyn Read>> {
    let unreadable = || format!("DH-1009: {} cannot be opened", path.display());
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).with_context(unreadable)?);
    let packed = file.fill_buf().with_context(unreadable)?.starts_with(&GZIP);
    Ok(if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

/// What happened and will happen on which day: the file's events, and the festivals of Hong Kong if they were asked for.
pub(super) fn calendar(
    file: Option<&Path>,
    festivals: bool,
    panel: &Panel,
    horizon: usize,
) -> anyhow::Result<Calendar> {
    let mut calendar = match file {
        None => Calendar::default(),
        Some(path) => stock::calendar::read(open(path)?).with_context(|| path.display().to_string())?,
    };
    if festivals {
        let first = panel.series.iter().map(|series| series.first).min().unwrap_or(panel.cut_off);
        let last = panel.every.after(panel.next(), horizon);
        calendar.extend(&hong_kong_festivals(first.year(), last.year()));
    }
    Ok(calendar)
}

/// Says what is wrong with the sales, on standard error.
pub(super) fn tell(findings: &[DemandFinding]) {
    for finding in findings.iter().take(TOLD) {
        output::notice(&format!("{}: {}", finding.code, finding.message.en));
    }
    if findings.len() > TOLD {
        output::notice(&format!("and {} more; --json lists them all", findings.len() - TOLD));
    }
}
