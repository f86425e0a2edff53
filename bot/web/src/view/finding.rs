//! A finding as a sentence with its mark.

use invoices::{Finding, Severity};
use serde::Serialize;

use crate::language::Language;
use crate::view::field;

/// A finding, ready to be written.
#[derive(Debug, Serialize)]
pub(crate) struct FindingView {
    pub(crate) code: String,
    /// `wrong`, `doubtful` or `note`: the class, the shape and the word follow from it.
    pub(crate) mark: &'static str,
    pub(crate) text: String,
    /// The names of the fields concerned.
    pub(crate) fields: Vec<String>,
}

/// The findings, worst first.
pub(crate) fn views(findings: &[Finding], language: Language) -> Vec<FindingView> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| finding.severity);
    sorted.into_iter().map(|finding| view(finding, language)).collect()
}

/// One finding.
pub(crate) fn view(finding: &Finding, language: Language) -> FindingView {
    FindingView {
        code: finding.code.clone(),
        mark: mark(finding.severity),
        text: sentence(&finding.message, language),
        fields: finding.fields.iter().map(|name| field::name(*name)).collect(),
    }
}

/// How a severity looks.
pub(crate) fn mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Reject => "wrong",
        Severity::Review => "doubtful",
        Severity::Note => "note",
    }
}

/// The sentence in this language; where one is missing, the other is better than nothing.
pub(crate) fn sentence(message: &invoices::Message, language: Language) -> String {
    let (wish, other) = match language {
        Language::En => (&message.en, &message.zh_hant),
        Language::ZhHant => (&message.zh_hant, &message.en),
    };
    if wish.is_empty() { other.clone() } else { wish.clone() }
}
