//! QR codes as evidence: the fapiao's own code, and the FPS payment code. Links are never opened.

use documents::{Code, Document, Source};
use taxid::cn::{AmountMeaning, Crc, FapiaoKind, FapiaoNumber, FapiaoQr};
use taxid::hk::{FpsQr, Proxy};
use taxid::tw::QrLeft;

use crate::finding::{finding, several_invoices};
use crate::gather::{Candidate, Gathered, Rank};
use crate::invoice::{FieldName, Severity};
use crate::values;

/// Reads every code of the document; returns the kind that a fapiao's code names.
pub(crate) fn read(document: &Document, gathered: &mut Gathered) -> Option<FapiaoKind> {
    let mut kind = None;
    let mut seen: Vec<String> = Vec::new();
    for (page, code) in document.pages.iter().flat_map(|p| p.codes.iter().map(move |c| (p.number, c))) {
        if FapiaoQr::looks_like(&code.text) {
            match FapiaoQr::parse(&code.text) {
                Ok(qr) => {
                    kind = kind.or(Some(qr.kind));
                    let number = qr.number.normalised().to_string();
                    if !seen.contains(&number) {
                        seen.push(number);
                    }
                    fapiao(&qr, code, page, gathered);
                }
                Err(violation) => gathered.findings.push(finding(
                    "DH-2317",
                    Severity::Review,
                    &[],
                    format!("The invoice's QR code cannot be trusted: {}", violation.en()),
                    format!("發票二維碼不可信：{}", violation.zh_hant()),
                )),
            }
        } else if QrLeft::looks_like(&code.text)
            && let Ok(qr) = QrLeft::parse(&code.text)
        {
            slip(&qr, code, page, gathered);
        } else if FpsQr::looks_like(&code.text)
            && let Ok(qr) = FpsQr::parse(&code.text)
        {
            fps(&qr, code, page, gathered);
        }
    }
    if seen.len() > 1 {
        gathered.findings.push(several_invoices());
    }
    kind
}

fn candidate(value: String, code: &Code, page: u32, confidence: f64) -> Candidate {
    Candidate {
        raw: value.clone(),
        value,
        page,
        bbox: Some(code.bbox),
        confidence,
        source: Source::Qr,
        rank: Rank::Certain,
    }
}

fn fapiao(qr: &FapiaoQr, code: &Code, page: u32, gathered: &mut Gathered) {
    let proven = matches!(qr.crc, Crc::WithComma | Crc::WithoutComma | Crc::Modbus);
    let confidence = if proven { 0.998 } else { 0.95 };
    let mut add = |field, value: String| gathered.add(field, candidate(value, code, page, confidence));
    if let Some(fapiao_code) = &qr.code {
        add(FieldName::InvoiceCode, fapiao_code.normalised().to_string());
    }
    let number = match &qr.number {
        FapiaoNumber::Eight(n) => n.normalised().to_string(),
        FapiaoNumber::Twenty(n) => n.normalised().to_string(),
    };
    add(FieldName::InvoiceNumber, number);
    add(FieldName::IssueDate, qr.date.to_string());
    let amount = match qr.amount_is {
        AmountMeaning::TaxExclusiveAmount => FieldName::AmountExTax,
        AmountMeaning::TaxInclusiveTotal => FieldName::Total,
    };
    add(amount, values::plain(qr.amount));
    if let Some(check) = &qr.check_code {
        add(FieldName::CheckCode, check.normalised().to_string());
    }
    if !proven {
        gathered.findings.push(finding(
            "DH-2316",
            Severity::Note,
            &[],
            "The QR code carries no check sum that could be tested.",
            "二維碼沒有可驗證的校驗值。",
        ));
    }
}

/// The left code of a slip: everything but names and goods.
fn slip(qr: &QrLeft, code: &Code, page: u32, gathered: &mut Gathered) {
    let mut add = |field, value: String| gathered.add(field, candidate(value, code, page, 0.99));
    add(FieldName::InvoiceNumber, qr.number.normalised().to_owned());
    add(FieldName::IssueDate, qr.date.to_string());
    add(FieldName::RandomCode, qr.random.clone());
    add(FieldName::SellerTaxId, qr.seller.normalised().to_owned());
    add(
        FieldName::BuyerTaxId,
        qr.buyer.as_ref().map(|buyer| buyer.normalised().to_owned()).unwrap_or_default(),
    );
    let dollars = |value: u32| values::plain(value.into());
    // Zero sales: the tax is not told apart.
    if let Some(tax) = qr.tax().filter(|_| qr.sales > 0) {
        add(FieldName::AmountExTax, dollars(qr.sales));
        add(FieldName::Tax, dollars(tax));
    }
    add(FieldName::Total, dollars(qr.total));
}

/// The payment code says where the money goes and, if it is printed for this bill, how much it is.
fn fps(qr: &FpsQr, code: &Code, page: u32, gathered: &mut Gathered) {
    if let Proxy::FpsId(id) = &qr.proxy {
        gathered.add(FieldName::FpsId, candidate(id.clone(), code, page, 0.995));
    }
}

/// The sum that an FPS code asks for, to be compared with the total.
pub(crate) fn fps_amount(document: &Document) -> Option<rust_decimal::Decimal> {
    let codes = document.pages.iter().flat_map(|p| &p.codes);
    codes.filter(|c| FpsQr::looks_like(&c.text)).find_map(|c| FpsQr::parse(&c.text).ok()?.amount)
}
