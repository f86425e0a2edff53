//! Marks on a paper, and what is told of papers that are no invoices.

use super::names::{Named, Titles};
use super::titles::cells;
use crate::finding::finding;
use crate::invoice::{Finding, Severity};
use crate::sheet::Sheet;

/// Words that stand alone and say that the paper must not be paid, or not twice.
pub(super) fn marks(sheets: &[Sheet], titles: &Titles) -> Vec<Finding> {
    let mut out: Vec<Finding> = Vec::new();
    for cell in sheets.iter().flat_map(cells) {
        let bare: String = cell.text.chars().filter(|c| c.is_alphanumeric() || *c == '、').collect();
        for mark in &titles.mark {
            if mark.names.contains(&bare) {
                let found = finding(
                    "DH-2703",
                    Severity::Review,
                    &[],
                    format!("The paper is marked: {}.", mark.en),
                    format!("文件標有字樣：{}。", mark.zh_hant),
                );
                if !out.contains(&found) {
                    out.push(found);
                }
            }
        }
    }
    out
}

pub(super) fn not_an_invoice(named: &Named) -> Finding {
    finding(
        "DH-2901",
        Severity::Review,
        &[],
        format!("This is {}, not an invoice; nothing is posted.", named.en),
        format!("這是{}，並非發票，不會入賬。", named.zh_hant),
    )
}

pub(super) fn two_titles(named: &Named) -> Finding {
    finding(
        "DH-2904",
        Severity::Review,
        &[],
        format!("The paper calls itself an invoice and {} as well.", named.en),
        format!("文件同時自稱發票及{}。", named.zh_hant),
    )
}

pub(super) fn claim_page() -> Finding {
    finding(
        "DH-2903",
        Severity::Review,
        &[],
        "This page only invites you to fetch an invoice; the invoice itself is still to be asked for.",
        "此頁只是領取發票的提示，須另行索取發票。",
    )
}
