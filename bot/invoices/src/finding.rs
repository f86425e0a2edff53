//! Making findings: a code, a severity, the fields concerned, one sentence in each language.

use crate::invoice::{FieldName, Finding, Message, Severity};

/// A finding. The sentences never carry an id number.
pub(crate) fn finding(
    code: &str,
    severity: Severity,
    fields: &[FieldName],
    en: impl Into<String>,
    zh_hant: impl Into<String>,
) -> Finding {
    Finding {
        code: code.to_owned(),
        severity,
        fields: fields.to_vec(),
        message: Message { en: en.into(), zh_hant: zh_hant.into() },
    }
}

/// One file, more than one invoice.
pub(crate) fn several_invoices() -> Finding {
    finding(
        "DH-2315",
        Severity::Review,
        &[FieldName::InvoiceNumber],
        "The document holds more than one invoice; split it, or enter them one by one.",
        "文件包含多於一張發票，請分拆或逐張輸入。",
    )
}

/// What a field is called in a sentence.
pub(crate) fn name(field: FieldName) -> (&'static str, &'static str) {
    match field {
        FieldName::InvoiceCode => ("invoice code", "發票代碼"),
        FieldName::InvoiceNumber => ("invoice number", "發票號碼"),
        FieldName::IssueDate => ("issue date", "開票日期"),
        FieldName::DueDate => ("due date", "到期日"),
        FieldName::SellerName => ("supplier's name", "供應商名稱"),
        FieldName::SellerTaxId => ("supplier's tax id", "銷售方稅號"),
        FieldName::BuyerName => ("buyer's name", "購買方名稱"),
        FieldName::BuyerTaxId => ("buyer's tax id", "購買方稅號"),
        FieldName::AmountExTax => ("net amount", "不含稅金額"),
        FieldName::Tax => ("tax", "稅額"),
        FieldName::Total => ("total", "總額"),
        FieldName::CheckCode => ("check code", "校驗碼"),
        FieldName::Currency => ("currency", "貨幣"),
        FieldName::PoNumber => ("purchase order number", "採購單號"),
        FieldName::BankAccount => ("bank account", "銀行戶口"),
        FieldName::FpsId => ("FPS id", "轉數快識別碼"),
        FieldName::Brn => ("business registration number", "商業登記號碼"),
        FieldName::Remarks => ("remarks", "備註"),
        FieldName::RandomCode => ("random code", "隨機碼"),
        FieldName::TotalInWords => ("total in words", "大寫總額"),
        FieldName::Subtotal => ("subtotal", "小計"),
        FieldName::Discount => ("discount", "折扣"),
        FieldName::Charges => ("charges", "附加費用"),
        FieldName::AmountDue => ("amount due", "應付餘額"),
        FieldName::Deposit => ("amount paid before", "已付金額"),
    }
}
