//! Dates that cannot be, or that a person should know of.

use chrono::{Months, NaiveDate};

use crate::duplicates::Facts;
use crate::finding::finding;
use crate::invoice::{FieldName, Finding, Invoice, Severity};

pub(super) fn find(invoice: &Invoice, facts: &Facts) -> Vec<Finding> {
    let today = facts.today;
    let mut out = Vec::new();
    let date = |f: FieldName| invoice.value(f).and_then(|v| v.parse::<NaiveDate>().ok());
    let Some(issued) = date(FieldName::IssueDate) else { return out };
    if issued > today {
        out.push(finding(
            "DH-2601",
            Severity::Review,
            &[FieldName::IssueDate],
            format!("The invoice is dated {issued}, which is still to come."),
            format!("開票日期 {issued} 尚未到來。"),
        ));
    }
    if today.checked_sub_months(Months::new(facts.oldest_months)).is_some_and(|limit| issued < limit) {
        out.push(finding(
            "DH-2602",
            Severity::Review,
            &[FieldName::IssueDate],
            format!("The invoice is dated {issued}, more than {} months ago.", facts.oldest_months),
            format!("開票日期 {issued} 已超過 {} 個月。", facts.oldest_months),
        ));
    }
    if date(FieldName::DueDate).is_some_and(|due| due < issued) {
        out.push(finding(
            "DH-2603",
            Severity::Review,
            &[FieldName::DueDate, FieldName::IssueDate],
            "The due date lies before the issue date.",
            "到期日早於開票日期。",
        ));
    }
    out
}
