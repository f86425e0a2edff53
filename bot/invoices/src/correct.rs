//! A person's values: they always win, and are marked as theirs.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use documents::Source;
use rust_decimal::Decimal;

use crate::check::check;
use crate::duplicates::Facts;
use crate::invoice::{Field, FieldName, Invoice, Message, OtherReading};
use crate::{finding, values};

/// A value that cannot be taken, because it has not the form of its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("DH-2801: {}", message.en)]
pub struct Rejected {
    /// Which field.
    pub field: FieldName,
    /// What is wrong with the value, and what form it should have.
    pub message: Message,
}

/// Puts a person's values in place of what was read, and checks again.
///
/// The value that is already there, given again, confirms it. An empty value takes the field away. Nothing is changed
/// if one of the values cannot be taken.
///
/// # Errors
///
/// Every value that has not the form of its field.
pub fn correct(
    invoice: &mut Invoice,
    corrections: &BTreeMap<FieldName, String>,
    facts: &Facts,
) -> Result<(), Vec<Rejected>> {
    let mut good = Vec::new();
    let mut bad = Vec::new();
    for (&field, text) in corrections {
        match formed(field, text) {
            Ok(value) => good.push((field, value, text)),
            Err(message) => bad.push(Rejected { field, message }),
        }
    }
    if !bad.is_empty() {
        return Err(bad);
    }
    for (field, value, raw) in good {
        if value.is_empty() {
            invoice.fields.remove(&field);
        } else {
            let before = invoice.fields.remove(&field);
            invoice.fields.insert(field, by_person(value, raw, before));
        }
    }
    check(invoice, facts);
    Ok(())
}

/// The person's field, with what was read before kept as evidence.
fn by_person(value: String, raw: &str, before: Option<Field>) -> Field {
    let mut field = Field {
        value,
        raw: raw.to_owned(),
        page: 1,
        bbox: None,
        confidence: 1.0,
        source: Source::Person,
        agrees: Vec::new(),
        others: Vec::new(),
        remembered: None,
    };
    if let Some(before) = before {
        field.page = before.page;
        field.bbox = before.bbox;
        if before.value == field.value {
            field.raw = before.raw;
            field.agrees = before.agrees;
            if before.source != Source::Person {
                field.agrees.insert(0, before.source);
            }
            field.others = before.others;
        } else {
            field.others.push(OtherReading { source: before.source, value: before.value });
        }
    }
    field
}

/// The value as the contract writes it.
fn formed(field: FieldName, text: &str) -> Result<String, Message> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    match field {
        FieldName::IssueDate | FieldName::DueDate => date(field, text),
        FieldName::AmountExTax
        | FieldName::Tax
        | FieldName::Total
        | FieldName::Subtotal
        | FieldName::Discount
        | FieldName::Charges
        | FieldName::AmountDue
        | FieldName::Deposit => money(field, text),
        FieldName::Currency => currency(text),
        FieldName::InvoiceCode | FieldName::CheckCode => digits(field, text),
        FieldName::InvoiceNumber
        | FieldName::SellerTaxId
        | FieldName::BuyerTaxId
        | FieldName::Brn
        | FieldName::FpsId
        | FieldName::RandomCode
        | FieldName::BankAccount
        | FieldName::PoNumber => id(field, text),
        FieldName::SellerName | FieldName::BuyerName | FieldName::Remarks | FieldName::TotalInWords => {
            Ok(text.to_owned())
        }
    }
}

fn message(field: FieldName, en: &str, zh: &str) -> Message {
    let (name_en, name_zh) = finding::name(field);
    Message { en: format!("The {name_en} {en}"), zh_hant: format!("{name_zh}{zh}") }
}

fn date(field: FieldName, text: &str) -> Result<String, Message> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(day.to_string());
    }
    match values::date_in(text) {
        Some((day, at)) if !day.ambiguous && at == (0..text.len()) => Ok(day.date.to_string()),
        _ => Err(message(field, "is not a date; write it as 2026-03-05.", "不是日期；請寫成 2026-03-05。")),
    }
}

fn money(field: FieldName, text: &str) -> Result<String, Message> {
    let bad = || message(field, "is not a sum of money; write it as 1234.50.", "不是金額；請寫成 1234.50。");
    let plain: String = match text.parse::<Decimal>() {
        Ok(_) => text.to_owned(),
        // With a currency or commas, as it stands on the paper.
        Err(_) => taxid::amount::Amount::parse(text).map_err(|_| bad())?.value().to_string(),
    };
    let value: Decimal = plain.parse().map_err(|_| bad())?;
    if value.scale() > 2 && value.normalize().scale() > 2 {
        return Err(bad());
    }
    Ok(values::plain(value.round_dp(2)))
}

fn currency(text: &str) -> Result<String, Message> {
    let code = text.to_uppercase();
    if code.len() == 3 && code.chars().all(|c| c.is_ascii_uppercase()) {
        return Ok(code);
    }
    Err(message(
        FieldName::Currency,
        "is not a code of three letters, such as HKD.",
        "不是三個字母的代碼，例如 HKD。",
    ))
}

fn digits(field: FieldName, text: &str) -> Result<String, Message> {
    let id = taxid::text::id(text).clone();
    if id.chars().all(|c| c.is_ascii_digit()) {
        return Ok(id);
    }
    Err(message(field, "may hold digits only.", "只可包含數字。"))
}

fn id(field: FieldName, text: &str) -> Result<String, Message> {
    let id: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    if id.len() <= 64 && id.chars().any(char::is_alphanumeric) && !id.chars().any(char::is_control) {
        return Ok(id);
    }
    Err(message(field, "holds no letter or digit, or is too long.", "沒有字母或數字，或過長。"))
}

#[cfg(test)]
mod tests;
