//! What the report says in words.

use super::super::expected::Expected;
use super::super::report::{Report, count};
use crate::sentence::{Finding, Sentence};

/// Adds the findings and the summary.
pub(super) fn add(report: &mut Report, expected: &Expected, given: u64) {
    let passes = count(report.passes.len());
    if given > passes {
        report.findings.push(finding(
            "DH-8093",
            format!(
                "The same pass came {} more; it counts once. Walk again for a second pass.",
                times(given - passes)
            ),
            format!("同一次盤點重複提交 {} 次，只計一次；請再走一遍。", given - passes),
        ));
    }
    if !report.not_yet_read.is_empty() {
        let open = report.not_yet_read.len();
        report.findings.push(finding(
            "DH-8094",
            format!(
                "{} not read yet and looked for less than twice; nothing is missing before a second pass.",
                pieces(open)
            ),
            format!("{open} 件尚未讀到而只尋找過不足兩遍；未走第二遍之前不列為缺失。"),
        ));
    }
    let unread: u64 = report.passes.iter().map(|pass| pass.unread).sum();
    if unread > 0 {
        report.findings.push(finding(
            "DH-8091",
            format!("{unread} lines of the readers' files cannot be read; see the passes."),
            format!("閱讀器檔案有 {unread} 行無法讀取，詳見各次盤點。"),
        ));
    }
    if !expected.unread.is_empty() {
        let rows = expected.unread.len();
        report.findings.push(finding(
            "DH-8095",
            format!("{rows} rows of the stock list are doubtful: a tag twice, a GTIN with a wrong check digit, or a rounded number."),
            format!("庫存清單有 {rows} 行存疑：標籤重複、GTIN 校驗位不符或數字被約化。"),
        ));
    }
    report.summary = summary(report);
}

fn summary(report: &Report) -> Sentence {
    let (found, expected) = (report.match_rate.part, report.expected);
    let (missing, unknown, misplaced) = (report.missing.len(), report.unknown.len(), report.misplaced.len());
    let (open_en, open_zh) = match report.not_yet_read.len() {
        0 => (String::new(), String::new()),
        open => (format!(", {open} not read yet"), format!("，尚未讀到 {open} 件")),
    };
    Sentence::new(
        format!(
            "{found} of {expected} pieces found ({}): {missing} missing{open_en}, {unknown} unknown, {misplaced} misplaced.",
            report.match_rate
        ),
        format!(
            "應有 {expected} 件，找到 {found} 件（{}）：缺失 {missing} 件{open_zh}，不明 {unknown} 件，錯放 {misplaced} 件。",
            report.match_rate
        ),
    )
}

fn finding(code: &str, en: String, zh: String) -> Finding {
    Finding { code: code.to_owned(), field: None, message: Sentence::new(en, zh) }
}

fn pieces(count: usize) -> String {
    if count == 1 { "1 piece was".to_owned() } else { format!("{count} pieces were") }
}

fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}
