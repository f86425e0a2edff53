//! `deskhand stock stocktake`.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use chrono_tz::Asia::Hong_Kong;
use stock::stocktake::{Expected, Piece, Report, Stocktake, compare, passes};
use store::Clock as _;

use crate::cli::StocktakeArgs;
use crate::commands::read::{name, open};
use crate::output;

/// Compares what was read with what should be there.
pub(super) fn run(args: &StocktakeArgs, as_json: bool) -> anyhow::Result<ExitCode> {
    let expected =
        Expected::read(&open(&args.expected)?).with_context(|| args.expected.display().to_string())?;
    let mut read = Vec::new();
    for file in &args.reads {
        let found = passes(&name(file), &open(file)?, args.location.as_deref());
        read.extend(found.with_context(|| file.display().to_string())?);
    }
    let at = store::SystemClock.now().with_timezone(&Hong_Kong).fixed_offset();
    let report = compare(&Stocktake { store_id: &args.store, at, expected: &expected, passes: &read });
    if as_json {
        output::json(&report)?;
    } else {
        output::text(&told(&report))?;
    }
    let settled = [&report.missing, &report.not_yet_read].iter().all(|pieces| pieces.is_empty())
        && report.unknown.is_empty()
        && report.misplaced.is_empty();
    Ok(if settled { output::DONE } else { output::found_wrong() })
}

fn told(report: &Report) -> String {
    let mut text = format!("{}\n", report.summary.en);
    for pass in &report.passes {
        let _ = writeln!(
            text,
            "  pass {}: {} reads of {} tags, {} rows are no reads",
            pass.name, pass.reads, pass.tags, pass.unread
        );
    }
    for finding in &report.findings {
        let _ = writeln!(text, "  {}: {}", finding.code, finding.message.en);
    }
    pieces(&mut text, "missing", &report.missing);
    pieces(&mut text, "not yet read, walk again", &report.not_yet_read);
    for found in &report.misplaced {
        let at = found.found_at.as_deref().unwrap_or(&report.store_id);
        let home = found.piece.store_id.as_deref().or(found.piece.location.as_deref()).unwrap_or_default();
        let _ = writeln!(
            text,
            "misplaced\t{}\t{}\tfound at {at}, belongs to {home}",
            found.piece.epc, found.piece.sku
        );
    }
    for tag in &report.unknown {
        let _ = writeln!(text, "unknown\t{}\t{}", tag.epc, tag.gtin.as_deref().unwrap_or_default());
    }
    text
}

fn pieces(text: &mut String, what: &str, pieces: &[Piece]) {
    for piece in pieces {
        let name = piece.name.as_deref().unwrap_or_default();
        let _ = writeln!(text, "{what}\t{}\t{}\t{name}", piece.epc, piece.sku);
    }
}
