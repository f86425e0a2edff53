//! The tags of an OFD, which name texts of its page, and the named values in its head.

use documents::{Embedded, Value};

use super::{Data, Said};
use crate::invoice::FieldName;
use crate::labels::Family;

/// Tags and what they name. Of a path the end counts: writers put other names before it.
const TAGS: &[(&str, FieldName)] = &[
    ("InvoiceCode", FieldName::InvoiceCode),
    ("InvoiceNo", FieldName::InvoiceNumber),
    ("InvoiceNumber", FieldName::InvoiceNumber),
    ("ElectronicInvoiceAirTransportReceiptNumber", FieldName::InvoiceNumber),
    ("ElectronicInvoiceRailwayETicketNumber", FieldName::InvoiceNumber),
    ("IssueDate", FieldName::IssueDate),
    ("IssueTime", FieldName::IssueDate),
    ("DateOfIssue", FieldName::IssueDate),
    ("InvoiceCheckCode", FieldName::CheckCode),
    ("SellerName", FieldName::SellerName),
    ("NameOfSeller", FieldName::SellerName),
    ("SellerTaxID", FieldName::SellerTaxId),
    ("SellerIdNum", FieldName::SellerTaxId),
    ("BuyerName", FieldName::BuyerName),
    ("NameOfPurchaser", FieldName::BuyerName),
    ("BuyerTaxID", FieldName::BuyerTaxId),
    ("BuyerIdNum", FieldName::BuyerTaxId),
    ("UnifiedSocialCreditCodeOfPurchaser", FieldName::BuyerTaxId),
    ("TaxExclusiveTotalAmount", FieldName::AmountExTax),
    ("TotalAmWithoutTax", FieldName::AmountExTax),
    ("TotalAmountExcludingTax", FieldName::AmountExTax),
    ("TaxTotalAmount", FieldName::Tax),
    ("TotalTaxAm", FieldName::Tax),
    ("VatTaxAmount", FieldName::Tax),
    ("TaxInclusiveTotalAmount", FieldName::Total),
    ("TotalTax-includedAmount", FieldName::Total),
    ("TaxInclusiveTotalAmountWithWords", FieldName::TotalInWords),
    ("TotalTax-includedAmountInChinese", FieldName::TotalInWords),
];

/// The names in the head, as writers give them. 合计金额 is the net amount.
const NAMED: &[(&str, FieldName)] = &[
    ("发票代码", FieldName::InvoiceCode),
    ("发票号码", FieldName::InvoiceNumber),
    ("开票日期", FieldName::IssueDate),
    ("校验码", FieldName::CheckCode),
    ("销售方纳税人识别号", FieldName::SellerTaxId),
    ("购买方纳税人识别号", FieldName::BuyerTaxId),
    ("销售方名称", FieldName::SellerName),
    ("购买方名称", FieldName::BuyerName),
    ("合计金额", FieldName::AmountExTax),
    ("合计税额", FieldName::Tax),
    ("价税合计", FieldName::Total),
];

/// What the values name. `None` if nothing among them is an invoice's.
pub(super) fn read(embedded: &Embedded) -> Option<Data> {
    let mut data = Data { family: Some(Family::Mainland), ..Data::default() };
    for value in &embedded.values {
        let end = value.path.rsplit('.').next().unwrap_or(&value.path);
        let field = TAGS.iter().chain(NAMED).find(|(name, _)| *name == end).map(|(_, field)| *field);
        match field {
            Some(FieldName::Total) => total(value, &mut data),
            Some(field) => push(field, &value.text, value, &mut data),
            None => {}
        }
    }
    let is_invoice = data.values.iter().any(|said| said.field == FieldName::InvoiceNumber);
    is_invoice.then_some(data)
}

/// One tag may carry the words, the figures, or both with `¥` between them.
fn total(value: &Value, data: &mut Data) {
    let (words, figures) = match value.text.split_once(['¥', '￥']) {
        Some((words, figures)) => (words.trim(), figures.trim()),
        None if value.text.chars().any(|c| c.is_ascii_digit()) => ("", value.text.trim()),
        None => (value.text.trim(), ""),
    };
    let words = words.trim_start_matches(['⊗', 'ⓧ', '\u{2297}', 'x']);
    push(FieldName::TotalInWords, words, value, data);
    push(FieldName::Total, figures, value, data);
}

fn push(field: FieldName, text: &str, value: &Value, data: &mut Data) {
    // A lone sign is a value that is missing, not zero.
    let text = text.trim();
    if !text.is_empty() && !text.chars().all(|c| matches!(c, '¥' | '￥')) {
        data.values.push(Said { field, text: text.to_owned(), page: value.page, bbox: value.bbox });
    }
}
