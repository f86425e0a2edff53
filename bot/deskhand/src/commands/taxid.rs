//! `deskhand taxid`: one number by the rule of its format, or a file of test vectors.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use serde_json::json;

use crate::cli::TaxidArgs;
use crate::output;

/// Checks one value, lists the formats, or runs vectors.
pub(super) fn run(args: &TaxidArgs, as_json: bool) -> anyhow::Result<ExitCode> {
    if let Some(path) = &args.vectors {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("DH-1009: {} cannot be opened", path.display()))?;
        let report = ::taxid::vectors::run(&text)
            .with_context(|| format!("DH-1004: {} is no file of vectors", path.display()))?;
        for miss in &report.misses {
            if as_json {
                output::json(&json!({ "row": miss.row, "format": miss.format, "text": miss.text }))?;
            } else {
                output::text(&format!("{}\n", miss.text))?;
            }
        }
        if as_json {
            output::json(&json!({ "passed": report.passed, "failed": report.failed }))?;
        } else {
            output::text(&format!("{} passed, {} failed\n", report.passed, report.failed))?;
        }
        return Ok(if report.misses.is_empty() { output::DONE } else { output::found_wrong() });
    }
    let Some(format) = &args.format else {
        let rows = ::taxid::registry::FORMATS
            .iter()
            .map(|format| [format.name.to_owned(), format.en.to_owned(), format.zh_hant.to_owned()]);
        output::table(["Format", "Checks", "檢查"], rows)?;
        return Ok(output::DONE);
    };
    let Some(value) = &args.value else {
        bail!("DH-1004: a value is missing; for example: deskhand taxid {format} 91110000600037341L")
    };
    match ::taxid::registry::check(format, value) {
        Ok(checked) if as_json => output::json(&checked)?,
        Ok(checked) => output::text(&format!("{}\n", checked.normalised))?,
        Err(violation) => {
            if as_json {
                let message = json!({ "en": violation.en(), "zh-Hant": violation.zh_hant() });
                output::json(
                    &json!({ "format": format, "code": violation.code(), "at": violation.at, "message": message }),
                )?;
            } else {
                eprintln!("{violation}");
            }
            return Ok(output::found_wrong());
        }
    }
    Ok(output::DONE)
}
