//! The forms of numbers: codes, numbers, tax ids, check codes, rates, registration numbers.

use chrono::NaiveDate;
use taxid::cn::{CheckCode, FapiaoCode, FapiaoNumber8, FapiaoNumber20, TaxpayerId, VatRate};
use taxid::{Note, Number, Violation};

use crate::finding::{finding, name};
use crate::invoice::{FieldName, Finding, Invoice, Kind, Severity};

pub(super) fn find(invoice: &Invoice) -> Vec<Finding> {
    let mut out = Vec::new();
    if invoice.kind.is_mainland() {
        mainland(invoice, &mut out);
    }
    if invoice.kind.is_taiwan() {
        taiwan(invoice, &mut out);
    }
    if let Some(brn) = invoice.value(FieldName::Brn)
        && let Err(violation) = taxid::hk::Brn::parse(brn)
    {
        out.push(broken(FieldName::Brn, &violation, Severity::Review));
    }
    out
}

fn mainland(invoice: &Invoice, out: &mut Vec<Finding>) {
    for field in [FieldName::SellerTaxId, FieldName::BuyerTaxId] {
        let Some(value) = invoice.value(field) else { continue };
        match TaxpayerId::parse(value) {
            Ok(id) => out.extend(id.notes().iter().map(|n| noted(field, n))),
            Err(violation) => out.push(broken(field, &violation, Severity::Reject)),
        }
    }
    let issued = invoice.value(FieldName::IssueDate).and_then(|v| v.parse::<NaiveDate>().ok());
    if invoice.kind.is_digital() {
        digital_number(invoice, issued, out);
    } else {
        code_and_number(invoice, out);
    }
    if let Some(value) = invoice.value(FieldName::CheckCode)
        && let Err(violation) = CheckCode::parse(value)
    {
        out.push(broken(FieldName::CheckCode, &violation, Severity::Review));
    }
    if let Some(issued) = issued {
        rates(invoice, issued, out);
    }
}

fn taiwan(invoice: &Invoice, out: &mut Vec<Finding>) {
    for field in [FieldName::SellerTaxId, FieldName::BuyerTaxId] {
        if let Some(Err(violation)) = invoice.value(field).map(taxid::tw::Ubn::parse) {
            out.push(broken(field, &violation, Severity::Reject));
        }
    }
    if let Some(Err(violation)) = invoice.value(FieldName::InvoiceNumber).map(taxid::tw::InvoiceNumber::parse)
    {
        out.push(broken(FieldName::InvoiceNumber, &violation, Severity::Reject));
    }
}

fn digital_number(invoice: &Invoice, issued: Option<NaiveDate>, out: &mut Vec<Finding>) {
    let Some(value) = invoice.value(FieldName::InvoiceNumber) else { return };
    match FapiaoNumber20::parse(value) {
        Ok(number) => {
            if let Some(issued) = issued
                && let Err(violation) = number.agrees_with(issued)
            {
                let mut finding = broken(FieldName::InvoiceNumber, &violation, Severity::Review);
                finding.fields.push(FieldName::IssueDate);
                out.push(finding);
            }
        }
        Err(violation) => out.push(broken(FieldName::InvoiceNumber, &violation, Severity::Reject)),
    }
}

fn code_and_number(invoice: &Invoice, out: &mut Vec<Finding>) {
    if let Some(value) = invoice.value(FieldName::InvoiceNumber)
        && let Err(violation) = FapiaoNumber8::parse(value)
    {
        out.push(broken(FieldName::InvoiceNumber, &violation, Severity::Reject));
    }
    let Some(value) = invoice.value(FieldName::InvoiceCode) else {
        out.push(finding(
            "DH-2309",
            Severity::Review,
            &[FieldName::InvoiceCode],
            "The invoice code was not found; the number alone does not tell one invoice from another.",
            "找不到發票代碼；單憑號碼不能確定是哪張發票。",
        ));
        return;
    };
    match FapiaoCode::parse(value) {
        Ok(code) => {
            out.extend(code.notes().iter().map(|n| noted(FieldName::InvoiceCode, n)));
            if code.kind().and_then(crate::kinds::known_kind).is_some_and(|k| contradicts(k, invoice.kind)) {
                out.push(finding(
                    "DH-2318",
                    Severity::Review,
                    &[FieldName::InvoiceCode],
                    "The invoice code belongs to another kind of invoice than the title says.",
                    "發票代碼所屬的種類與標題不符。",
                ));
            }
        }
        Err(violation) => out.push(broken(FieldName::InvoiceCode, &violation, Severity::Reject)),
    }
}

/// A toll invoice is a kind of electronic invoice, and its code may be of either.
fn contradicts(of_code: Kind, of_title: Kind) -> bool {
    of_code != of_title && of_code != Kind::CnToll && of_title != Kind::CnToll
}

fn rates(invoice: &Invoice, issued: NaiveDate, out: &mut Vec<Finding>) {
    let mut said: Vec<&str> = Vec::new();
    for rate in invoice.lines.iter().filter_map(|l| l.tax_rate.as_deref()) {
        if said.contains(&rate) {
            continue;
        }
        said.push(rate);
        if let Err(violation) = VatRate::parse_on(rate, issued) {
            out.push(finding(
                violation.code(),
                Severity::Review,
                &[FieldName::Tax],
                format!("Tax rate {rate}: {}", violation.en()),
                format!("稅率 {rate}：{}", violation.zh_hant()),
            ));
        }
    }
}

fn broken(field: FieldName, violation: &Violation, severity: Severity) -> Finding {
    let (en, zh) = name(field);
    finding(
        violation.code(),
        severity,
        &[field],
        format!("The {en}: {}", violation.en()),
        format!("{zh}：{}", violation.zh_hant()),
    )
}

fn noted(field: FieldName, note: &Note) -> Finding {
    let severity = match note.severity {
        taxid::Severity::Reject => Severity::Reject,
        taxid::Severity::Review => Severity::Review,
        taxid::Severity::Note => Severity::Note,
    };
    let (en, zh) = name(field);
    finding(
        &note.code,
        severity,
        &[field],
        format!("The {en}: {}", note.en),
        format!("{zh}：{}", note.zh_hant),
    )
}
