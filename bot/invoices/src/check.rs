//! Findings and the decision. Everything is computed from the invoice itself, so that it can be done again after a
//! person has corrected it.

use documents::Source;

use crate::duplicates::{self, Facts};
use crate::finding::finding;
use crate::invoice::{Decision, FieldName, Finding, Invoice, Kind, Severity};
use crate::memory;

mod dates;
mod evidence;
mod mainland_sums;
mod numbers;
mod red;
mod sums;

pub(crate) use evidence::needs_evidence;

/// What an invoice must say before it can be posted.
pub(crate) const POSTING: [FieldName; 5] = [
    FieldName::SellerName,
    FieldName::InvoiceNumber,
    FieldName::IssueDate,
    FieldName::Total,
    FieldName::Currency,
];

/// Findings of the extraction: they speak of the paper, and stay until a person has seen the fields concerned.
const OF_THE_PAPER: [&str; 32] = [
    "DH-2207", "DH-2301", "DH-2302", "DH-2306", "DH-2313", "DH-2314", "DH-2315", "DH-2316", "DH-2317",
    "DH-2320", "DH-2321", "DH-2322", "DH-2501", "DH-2502", "DH-2503", "DH-2504", "DH-2505", "DH-2506",
    "DH-2507", "DH-2508", "DH-2509", "DH-2510", "DH-2606", "DH-2703", "DH-2705", "DH-2901", "DH-2902",
    "DH-2903", "DH-2904", "DH-2905", "DH-2906", "DH-2907",
];

/// Finds what is wrong or doubtful, and decides whether a person is needed.
pub fn check(invoice: &mut Invoice, facts: &Facts) {
    let mut found: Vec<Finding> = std::mem::take(&mut invoice.findings);
    found.retain(|f| is_of_the_paper(f) && !seen_by_a_person(f, invoice));
    if invoice.is_invoice {
        sums::support(invoice);
        found.extend(missing(invoice));
        found.extend(numbers::find(invoice));
        found.extend(dates::find(invoice, facts));
        found.extend(sums::find(invoice));
        found.extend(red::find(invoice));
        found.extend(evidence::find(invoice));
        found.extend(duplicates::find(&facts.twins));
        found.extend(memory::revoked(invoice, &facts.memories));
    }
    found.sort_by(|a, b| a.severity.cmp(&b.severity).then_with(|| a.code.cmp(&b.code)));
    found.dedup();
    invoice.findings = found;
    invoice.decision = decide(invoice);
}

fn is_of_the_paper(finding: &Finding) -> bool {
    let code = finding.code.as_str();
    code.starts_with("DH-1") || OF_THE_PAPER.contains(&code) || memory::OF_THE_PAPER.contains(&code)
}

/// A person has given or confirmed every field concerned.
fn seen_by_a_person(finding: &Finding, invoice: &Invoice) -> bool {
    !finding.fields.is_empty()
        && finding.fields.iter().all(|f| invoice.fields.get(f).is_some_and(|v| v.source == Source::Person))
}

/// What a mainland face always prints: without it, the checks that would catch a false invoice cannot be made.
const MAINLAND_FACE: [FieldName; 4] =
    [FieldName::SellerTaxId, FieldName::AmountExTax, FieldName::Tax, FieldName::TotalInWords];

fn wanted(invoice: &Invoice) -> Vec<FieldName> {
    let mut out = POSTING.to_vec();
    // Slips name their seller by a picture or not at all; the number says who it is.
    out.retain(|field| *field != FieldName::SellerName || !is_named_by_number(invoice));
    if invoice.kind.is_mainland() && invoice.kind.is_supported() {
        out.extend(MAINLAND_FACE);
        // Data carry no second spelling of the total, and need none: nobody misreads them.
        let data = invoice.field(FieldName::Total).is_some_and(|total| total.source == Source::Structured);
        out.retain(|field| !(data && *field == FieldName::TotalInWords));
        // An enterprise's tax id is printed since July 2017; a person has none.
        let named = invoice.value(FieldName::BuyerName).is_some_and(|n| n.chars().count() > 4);
        out.extend(named.then_some(FieldName::BuyerTaxId));
    }
    out
}

/// In Taiwan's data and codes the seller's business number, whose check holds, stands for the seller.
fn is_named_by_number(invoice: &Invoice) -> bool {
    let id = invoice.field(FieldName::SellerTaxId);
    invoice.kind.is_taiwan()
        && id.is_some_and(|id| is_exact(id.source) && taxid::tw::Ubn::parse(&id.value).is_ok())
}

/// Meant for machines: nobody misreads it.
fn is_exact(source: Source) -> bool {
    matches!(source, Source::Structured | Source::Qr)
}

/// Read well enough to be posted without a person. Taiwan's electronic invoices are, from their data or their code,
/// never from print.
fn is_supported(invoice: &Invoice) -> bool {
    let from_data =
        [FieldName::InvoiceNumber, FieldName::IssueDate, FieldName::Total, FieldName::SellerTaxId]
            .iter()
            .all(|field| invoice.field(*field).is_some_and(|field| is_exact(field.source)));
    match invoice.kind {
        Kind::TwEinvoiceSlip | Kind::TwEinvoiceB2b => from_data,
        kind => kind.is_supported(),
    }
}

fn missing(invoice: &Invoice) -> Vec<Finding> {
    let mut out: Vec<Finding> = wanted(invoice)
        .iter()
        .filter(|f| invoice.value(**f).is_none_or(str::is_empty))
        .map(|field| {
            let (en, zh) = crate::finding::name(*field);
            finding(
                "DH-2309",
                Severity::Review,
                &[*field],
                format!("The {en} was not found; without it the invoice is not posted."),
                format!("找不到{zh}，不會自動入賬。"),
            )
        })
        .collect();
    if !is_supported(invoice) {
        out.push(finding(
            "DH-2312",
            Severity::Review,
            &[],
            "This kind of paper is not yet read well enough to be posted without a person.",
            "此類單據尚未能自動入賬，須由人員處理。",
        ));
    }
    out
}

/// In doubt, a person.
fn decide(invoice: &Invoice) -> Decision {
    if !invoice.is_invoice {
        return Decision::NotAnInvoice;
    }
    let clean = invoice.findings.iter().all(|f| f.severity == Severity::Note);
    let complete = wanted(invoice).iter().all(|f| invoice.value(*f).is_some_and(|v| !v.is_empty()));
    if clean && complete && is_supported(invoice) { Decision::StraightThrough } else { Decision::Review }
}

#[cfg(test)]
mod tests;
