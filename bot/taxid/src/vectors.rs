//! Runs a file of test vectors: rows of `{format, input, valid, normalised, note, source}`.

use serde::Deserialize;
use serde_json::Value;

use crate::registry::check;

#[derive(Deserialize)]
struct Row {
    format: String,
    input: Value,
    valid: bool,
    #[serde(default)]
    normalised: Value,
    #[serde(default)]
    note: String,
}

/// The file is not a list of vectors.
#[derive(Debug, thiserror::Error)]
#[error(
    "DH-2191: The file is not a list of test vectors ({reason}). Give a JSON list whose rows have format, input, valid and normalised."
)]
pub struct VectorsError {
    reason: String,
}

/// How the vectors came out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows that came out as they say.
    pub passed: usize,
    /// Rows that did not.
    pub failed: usize,
    /// One for each row that did not.
    pub misses: Vec<Miss>,
}

/// A row that did not come out as it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// 1 for the first row of the file.
    pub row: usize,
    /// The format.
    pub format: String,
    /// The whole sentence: what was given, what was expected, what came.
    pub text: String,
}

/// Runs the vectors of a JSON text.
///
/// # Errors
/// The text is not a JSON list of rows.
pub fn run(json: &str) -> Result<Report, VectorsError> {
    let rows: Vec<Row> =
        serde_json::from_str(json).map_err(|error| VectorsError { reason: error.to_string() })?;
    let mut report = Report::default();
    for (number, row) in (1..).zip(rows) {
        match miss(&row) {
            None => report.passed += 1,
            Some(text) => {
                report.failed += 1;
                report.misses.push(Miss {
                    row: number,
                    text: format!("row {number}: {} {}: {text}", row.format, row.input),
                    format: row.format,
                });
            }
        }
    }
    Ok(report)
}

fn miss(row: &Row) -> Option<String> {
    let input = match &row.input {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let note = if row.note.is_empty() { String::new() } else { format!(" [{}]", row.note) };
    match (check(&row.format, &input), row.valid) {
        (Ok(checked), true) if row.normalised.is_null() || checked.normalised == row.normalised => None,
        (Ok(checked), true) => Some(format!("expected {}, got {}{note}", row.normalised, checked.normalised)),
        (Ok(checked), false) => Some(format!("expected a refusal, got {}{note}", checked.normalised)),
        (Err(_), false) => None,
        (Err(wrong), true) => Some(format!("expected {}, got the refusal \"{wrong}\"{note}", row.normalised)),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn a_miss_says_what_was_expected_and_what_came() {
        let rows = r#"[
            {"format": "hk.brn", "input": "1767 4094", "valid": true, "normalised": "17674094"},
            {"format": "hk.brn", "input": "17674094", "valid": false, "normalised": null, "note": "made up"},
            {"format": "no.such", "input": "1", "valid": true, "normalised": "1"}
        ]"#;
        let report = run(rows).unwrap();
        assert_eq!((report.passed, report.failed), (1, 2));
        assert_eq!(
            report.misses[0].text,
            "row 2: hk.brn \"17674094\": expected a refusal, got \"17674094\" [made up]"
        );
        assert!(report.misses[1].text.contains("DH-2100"));
    }

    #[test]
    fn a_file_that_is_no_list_is_told_what_to_be() {
        assert!(run("{}").unwrap_err().to_string().starts_with("DH-2191: "));
    }
}
