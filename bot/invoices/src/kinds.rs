//! What a paper is: by its title first, then by its QR code, then by what stands on it. In doubt, a person.

mod mainland;
mod marks;
mod names;
mod titles;

use taxid::cn::FapiaoKind;

use crate::finding::finding;
use crate::invoice::{Finding, Kind, Severity};
use crate::labels::{self, Family, Label};
use crate::sheet::Sheet;
use crate::vocabulary::Vocabulary;

use mainland::{has_mainland_form, mainland, mainland_title};
use marks::{claim_page, marks, not_an_invoice, two_titles};
use titles::{cells, titles};

pub(crate) use mainland::{known_kind, two_kinds};
pub(crate) use names::Titles;
pub(crate) use titles::is_title;

/// What was found out about a paper before its values are read.
#[derive(Debug)]
pub(crate) struct Nature {
    pub(crate) kind: Kind,
    pub(crate) is_invoice: bool,
    /// Whose labels are looked for; `None` if there is nothing to look for.
    pub(crate) family: Option<Family>,
    pub(crate) findings: Vec<Finding>,
}

/// What the paper is.
pub(crate) fn nature(sheets: &[Sheet], qr: Option<FapiaoKind>, vocabulary: &Vocabulary) -> Nature {
    let names = &vocabulary.titles;
    let mut findings = marks(sheets, names);
    // No other place calls its invoices uniform, and the mainland's code is on none of them.
    if qr.is_none()
        && let Some(kind) = taiwan(sheets, names)
    {
        return Nature { kind, is_invoice: true, family: Some(Family::Taiwan), findings };
    }
    let printed = mainland_title(sheets);
    if printed.is_some() || qr.is_some() {
        return mainland(sheets, printed, qr, &vocabulary.labels, findings);
    }
    if has_mainland_form(sheets, &vocabulary.labels) {
        findings.push(untitled_finding());
        return Nature { kind: Kind::Unknown, is_invoice: true, family: Some(Family::Mainland), findings };
    }
    let (positive, negative, special) = titles(sheets, names);
    if let Some((named, height)) = negative
        && positive.is_none_or(|(_, p)| height > 1.15 * p)
    {
        findings.clear();
        findings.push(not_an_invoice(named));
        return Nature { kind: Kind::Other, is_invoice: false, family: None, findings };
    }
    if let Some((named, height)) = negative
        && positive.is_some_and(|(_, p)| p < 1.15 * height)
    {
        findings.push(two_titles(named));
    }
    if let Some((named, _)) = special {
        findings.push(finding(
            "DH-2509",
            Severity::Review,
            &[],
            format!("The paper calls itself {}; a person must decide how it is booked.", named.en),
            format!("文件自稱為{}，須由人員決定如何入賬。", named.zh_hant),
        ));
    }
    if positive.is_none() && special.is_none() && is_claim_page(sheets, names) {
        findings.clear();
        findings.push(claim_page());
        return Nature { kind: Kind::Other, is_invoice: false, family: None, findings };
    }
    match positive.map(|(kind, _)| kind).or(special.map(|_| Kind::HkInvoice)) {
        Some(kind) => titled(sheets, kind, findings),
        None => untitled(sheets, vocabulary, findings),
    }
}

fn titled(sheets: &[Sheet], kind: Kind, findings: Vec<Finding>) -> Nature {
    let kind = if is_hong_kong(sheets) { kind } else { Kind::Other };
    Nature { kind, is_invoice: true, family: Some(Family::Hongkong), findings }
}

/// No title: a shop's slip, an invoice whose title is a picture, or something else altogether.
fn untitled(sheets: &[Sheet], vocabulary: &Vocabulary, mut findings: Vec<Finding>) -> Nature {
    let text: String =
        sheets.iter().flat_map(|s| &s.rows).map(|r| r.folded(0, r.glyphs.len()) + "\n").collect();
    let hits: Vec<labels::Hit> =
        sheets.iter().flat_map(|s| labels::find(s, Family::Hongkong, &vocabulary.labels)).collect();
    let has = |label: Label| hits.iter().any(|h| h.label == label);
    let strong = |label: Label| hits.iter().any(|h| h.label == label && h.strong);
    let totals = has(Label::Total) || has(Label::Payable) || has(Label::AmountDue);
    let words = vocabulary.titles.receipt_words.iter().filter(|w| text.contains(w.as_str())).count();
    let kind = if strong(Label::InvoiceNumber) && totals && has(Label::IssueDate) && words < 2 {
        Some(Kind::HkInvoice)
    } else if totals && words >= 2 {
        Some(Kind::HkReceipt)
    } else {
        None
    };
    if let Some(kind) = kind {
        findings.push(untitled_finding());
        return titled(sheets, kind, findings);
    }
    let speaks_of_invoices = ["发票", "INVOICE", "收据", "RECEIPT"].iter().any(|w| text.contains(w));
    if speaks_of_invoices && totals {
        findings.push(finding(
            "DH-2906",
            Severity::Review,
            &[],
            "The paper speaks of an invoice or a receipt, but it was not understood.",
            "文件提及發票或收據，但無法識別其種類。",
        ));
        return Nature { kind: Kind::Unknown, is_invoice: true, family: Some(Family::Hongkong), findings };
    }
    findings.clear();
    findings.push(finding(
        "DH-2902",
        Severity::Review,
        &[],
        "Nothing on this paper shows that it is an invoice or a receipt.",
        "文件上沒有任何發票或收據的特徵。",
    ));
    let blank = text.chars().all(char::is_whitespace);
    let kind = if blank { Kind::Unknown } else { Kind::Other };
    Nature { kind, is_invoice: false, family: None, findings }
}

fn untitled_finding() -> Finding {
    finding(
        "DH-2905",
        Severity::Review,
        &[],
        "The paper has no legible title; what it is was concluded from what stands on it.",
        "文件沒有可辨認的標題，其種類是由內容推斷。",
    )
}

fn taiwan(sheets: &[Sheet], names: &Titles) -> Option<Kind> {
    let sheet = sheets.first()?;
    let titled = cells(sheet).iter().filter(|c| c.y < 0.5).find_map(|cell| {
        names.taiwan.iter().find(|t| t.names.iter().any(|n| cell.text.contains(n.as_str()))).map(|t| t.kind)
    })?;
    // The proof of an invoice between businesses has the slip's title, and a table of goods under the buyer's name.
    let between_businesses = titled == Kind::TwEinvoiceSlip
        && sheet.rows.iter().any(|row| row.folded(0, row.glyphs.len()).contains("格式:"));
    Some(if between_businesses { Kind::TwEinvoiceB2b } else { titled })
}

fn is_claim_page(sheets: &[Sheet], titles: &Titles) -> bool {
    let names = titles.claim.iter().flat_map(|n| &n.names);
    let text: String =
        sheets.iter().flat_map(|s| &s.rows).map(|r| r.folded(0, r.glyphs.len()) + "\n").collect();
    names.into_iter().any(|n| text.contains(n.as_str()))
}

/// Signs of Hong Kong: the currency, the place, a telephone prefix, or traditional characters without Taiwan's marks.
fn is_hong_kong(sheets: &[Sheet]) -> bool {
    let text: String =
        sheets.iter().flat_map(|s| &s.rows).map(|r| r.folded(0, r.glyphs.len()) + "\n").collect();
    if ["统一编号", "NT$", "新台币", "TWD"].iter().any(|w| text.contains(w)) {
        return false;
    }
    let named = [
        "HK$",
        "HKD",
        "HONGKONG",
        "KOWLOON",
        "NEWTERRITORIES",
        "香港",
        "九龙",
        "新界",
        "港币",
        "港元",
        "+852",
        "(852)",
    ];
    let traditional = sheets
        .iter()
        .flat_map(|s| &s.rows)
        .flat_map(|r| &r.glyphs)
        .filter(|g| g.c != g.l && labels::is_ideograph(g.c))
        .count();
    named.iter().any(|w| text.contains(w)) || traditional >= 4
}

#[cfg(test)]
mod tests;
