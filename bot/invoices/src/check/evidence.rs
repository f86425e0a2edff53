//! Whether each value that matters rests on more than one reading.

use documents::Source;

use crate::finding::{finding, name};
use crate::invoice::{Field, FieldName, Finding, Invoice, Severity};

/// Money, dates and ids: a wrong one does harm.
pub(crate) fn needs_evidence(field: FieldName) -> bool {
    !matches!(
        field,
        FieldName::SellerName
            | FieldName::BuyerName
            | FieldName::Currency
            | FieldName::Remarks
            | FieldName::TotalInWords
    )
}

/// Below this, a name was read too badly, or found in a place that proves too little.
const SURE_ENOUGH: f64 = 0.85;

pub(super) fn find(invoice: &Invoice) -> Vec<Finding> {
    let mut out = Vec::new();
    for (&field, value) in &invoice.fields {
        let posted =
            needs_evidence(field) || (field == FieldName::SellerName && !is_identified(invoice, value));
        if posted && value.source.is_ocr() && value.agrees.is_empty() {
            out.push(unconfirmed(field, value));
        }
    }
    if let Some(total) = invoice.field(FieldName::Total)
        && !is_proven(total)
    {
        out.push(finding(
            "DH-2305",
            Severity::Review,
            &[FieldName::Total],
            "Nothing else on the paper proves the total: no QR code, no words, no lines that add up to it.",
            "文件上沒有其他資料可印證總額（二維碼、大寫或明細合計）。",
        ));
    }
    if let Some(seller) = invoice.field(FieldName::SellerName)
        && seller.source != Source::Person
        && seller.confidence < SURE_ENOUGH
    {
        out.push(finding(
            "DH-2308",
            Severity::Review,
            &[FieldName::SellerName],
            "The supplier's name was read with too little certainty.",
            "供應商名稱的辨識把握不足。",
        ));
    }
    if let (Some(seller), Some(buyer)) =
        (invoice.value(FieldName::SellerName), invoice.value(FieldName::BuyerName))
        && seller == buyer
    {
        out.push(finding(
            "DH-2319",
            Severity::Review,
            &[FieldName::SellerName, FieldName::BuyerName],
            "Supplier and buyer have the same name.",
            "供應商與購買方名稱相同。",
        ));
    }
    out
}

/// A name that was read surely, beside a tax id whose check characters hold: who it is stands beyond doubt.
fn is_identified(invoice: &Invoice, seller: &Field) -> bool {
    let id = invoice.field(FieldName::SellerTaxId);
    seller.confidence >= 0.93 && id.is_some_and(|id| id.agrees.contains(&Source::Derived))
}

/// A code, data, a person, or the paper's own arithmetic stand behind it.
fn is_proven(total: &Field) -> bool {
    let proves = |s: &Source| matches!(s, Source::Person | Source::Structured | Source::Qr | Source::Derived);
    proves(&total.source) || total.agrees.iter().any(proves)
}

fn unconfirmed(field: FieldName, value: &Field) -> Finding {
    let (en, zh) = name(field);
    if value.others.is_empty() {
        return finding(
            "DH-2303",
            Severity::Review,
            &[field],
            format!("The {en} was read from the picture by one engine only."),
            format!("{zh}只由一個引擎從圖像讀出，未獲印證。"),
        );
    }
    finding(
        "DH-2304",
        Severity::Review,
        &[field],
        format!("The two engines read the {en} differently."),
        format!("兩個引擎讀出的{zh}不同。"),
    )
}
