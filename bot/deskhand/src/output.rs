//! What commands print: tables for people, JSON lines for programs, errors with a code.

use std::io::Write as _;
use std::process::ExitCode;

use chrono_tz::Tz;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

/// Done, and nothing is wrong.
pub(crate) const DONE: ExitCode = ExitCode::SUCCESS;

/// Done, but something was found wrong.
pub(crate) fn found_wrong() -> ExitCode {
    ExitCode::from(1)
}

/// One JSON object on one line. A closed pipe ends the output, not the program with a panic.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut line = serde_json::to_string(value)?;
    line.push('\n');
    text(&line)
}

/// Text to standard output.
pub(crate) fn text(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// A line beside the output, on standard error.
pub(crate) fn notice(line: &str) {
    eprintln!("{}", taxid::privacy::mask(line));
}

/// A plain table without boxes.
pub(crate) fn table<const N: usize>(
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> anyhow::Result<()> {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_header(head);
    for row in rows {
        table.add_row(row);
    }
    text(&format!("{table}\n"))
}

/// An error on standard error: code, sentence, what to do. Used wrongly is 2, could not be done is 3.
pub(crate) fn failure(error: &anyhow::Error) -> ExitCode {
    let mut said = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !said.contains(&cause) {
            if !said.is_empty() {
                said.push_str(": ");
            }
            said.push_str(&cause);
        }
    }
    eprintln!("{}", taxid::privacy::mask(&said));
    let used_wrongly = ["DH-1001", "DH-1002", "DH-1004", "DH-6043", "DH-6507", "DH-6511", "DH-6512"]
        .iter()
        .any(|code| said.starts_with(code));
    ExitCode::from(if used_wrongly { 2 } else { 3 })
}

/// A span of time as the configuration writes it.
pub(crate) fn span(span: std::time::Duration) -> String {
    let seconds = span.as_secs();
    match (seconds % 3600, seconds % 60) {
        (0, _) => format!("{} h", seconds / 3600),
        (_, 0) => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
    }
}

/// A time for people, in a zone.
pub(crate) fn when(at: chrono::DateTime<chrono::Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%d %b %Y %H:%M").to_string()
}
