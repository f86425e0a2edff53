//! A header field as it is shown and typed.

use invoices::{Field, FieldName, Finding, Invoice, Severity};
use serde::Serialize;
use serde_json::Value;

use crate::language::Language;
use crate::view::finding;
use crate::view::memory::MemoryView;

/// Below this, a value without any finding is still shown as doubtful.
const SURE: f64 = 0.9;

/// The fields in the order in which a person reads an invoice. A field that is not here comes after them.
const ORDER: [FieldName; 25] = [
    FieldName::Total,
    FieldName::AmountExTax,
    FieldName::Tax,
    FieldName::TotalInWords,
    FieldName::Subtotal,
    FieldName::Discount,
    FieldName::Charges,
    FieldName::Deposit,
    FieldName::AmountDue,
    FieldName::Currency,
    FieldName::InvoiceNumber,
    FieldName::InvoiceCode,
    FieldName::IssueDate,
    FieldName::DueDate,
    FieldName::SellerName,
    FieldName::SellerTaxId,
    FieldName::Brn,
    FieldName::BuyerName,
    FieldName::BuyerTaxId,
    FieldName::PoNumber,
    FieldName::BankAccount,
    FieldName::FpsId,
    FieldName::CheckCode,
    FieldName::RandomCode,
    FieldName::Remarks,
];

/// Fields that a person may have to add to post an invoice; the rest only helps to check one.
const WORTH_TYPING: [FieldName; 11] = [
    FieldName::Total,
    FieldName::AmountExTax,
    FieldName::Tax,
    FieldName::Currency,
    FieldName::InvoiceNumber,
    FieldName::IssueDate,
    FieldName::DueDate,
    FieldName::SellerName,
    FieldName::SellerTaxId,
    FieldName::BuyerName,
    FieldName::PoNumber,
];

/// What kind of value is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Input {
    Money,
    Date,
    Code,
    Text,
}

/// The name of a field as in forms, texts and JSON.
pub(crate) fn name(field: FieldName) -> String {
    field.to_string()
}

/// The field of a name that came in with a form.
pub(crate) fn of_name(name: &str) -> Option<FieldName> {
    serde_json::from_value(Value::from(name)).ok()
}

/// All fields in the order in which a person reads them, with those of this invoice that the order does not know.
pub(crate) fn all(invoice: &Invoice) -> Vec<FieldName> {
    let more = invoice.fields.keys().copied().filter(|field| !ORDER.contains(field));
    ORDER.into_iter().chain(more).collect()
}

/// Whether a person may have to add this field.
pub(crate) fn worth_typing(field: FieldName) -> bool {
    WORTH_TYPING.contains(&field)
}

fn input(field: FieldName) -> Input {
    match field {
        FieldName::IssueDate | FieldName::DueDate => Input::Date,
        FieldName::Total
        | FieldName::AmountExTax
        | FieldName::Tax
        | FieldName::Subtotal
        | FieldName::Discount
        | FieldName::Charges
        | FieldName::Deposit
        | FieldName::AmountDue => Input::Money,
        FieldName::SellerName | FieldName::BuyerName | FieldName::Remarks | FieldName::TotalInWords => {
            Input::Text
        }
        _ => Input::Code,
    }
}

/// A field, ready to be written.
#[derive(Debug, Serialize)]
pub(crate) struct FieldView {
    pub(crate) name: String,
    pub(crate) input: Input,
    /// What stands in the input.
    pub(crate) value: String,
    /// What was read: the value before a person touched it.
    pub(crate) was: String,
    /// As it stands on the page, when that is written differently.
    pub(crate) raw: Option<String>,
    /// `wrong`, `doubtful`, `missing`, `agreed` or `absent`.
    pub(crate) mark: &'static str,
    /// What the findings say about this field.
    pub(crate) says: Vec<finding::FindingView>,
    /// Why the server did not take what was typed.
    pub(crate) refused: Option<String>,
    /// Whether the box "remember this for the supplier" is ticked; none where there is no such box.
    pub(crate) remember: Option<bool>,
    /// Why nothing could be remembered.
    pub(crate) not_remembered: Option<String>,
    /// The memory that it rests on.
    pub(crate) memory: Option<MemoryView>,
    /// Per cent; none for a value that nobody read.
    pub(crate) confidence: Option<u8>,
    pub(crate) source: Option<String>,
    pub(crate) agrees: Vec<String>,
    pub(crate) others: Vec<OtherView>,
    pub(crate) page: u32,
    /// x, y, width, height in 0..=1.
    pub(crate) spot: Option<[f64; 4]>,
}

/// What another source read.
#[derive(Debug, Serialize)]
pub(crate) struct OtherView {
    pub(crate) source: String,
    pub(crate) value: String,
}

impl FieldView {
    /// The field of this name in an invoice with these findings.
    pub(crate) fn of(name: FieldName, invoice: &Invoice, findings: &[Finding], language: Language) -> Self {
        let about: Vec<&Finding> = findings.iter().filter(|finding| finding.fields.contains(&name)).collect();
        let worst = about.iter().map(|finding| finding.severity).min();
        let read = invoice.fields.get(&name);
        Self {
            name: self::name(name),
            input: input(name),
            value: read.map(|field| field.value.clone()).unwrap_or_default(),
            was: read.map(|field| field.value.clone()).unwrap_or_default(),
            raw: read.filter(|field| differs(field)).map(|field| field.raw.trim().to_owned()),
            mark: mark(read, worst),
            says: about.iter().map(|finding| finding::view(finding, language)).collect(),
            refused: None,
            remember: None,
            not_remembered: None,
            memory: None,
            confidence: read.map(|field| percent(field.confidence)),
            source: read.map(|field| source(field.source)),
            agrees: read.map(|field| field.agrees.iter().map(|s| source(*s)).collect()).unwrap_or_default(),
            others: read.map(others).unwrap_or_default(),
            page: read.map_or(1, |field| field.page.max(1)),
            spot: read.and_then(|field| field.bbox).map(super::page::spot),
        }
    }

    /// Worst first; among equals, the surest last.
    pub(crate) fn rank(&self) -> (u8, u8) {
        let mark = match self.mark {
            "wrong" => 0,
            "missing" => 1,
            "doubtful" => 2,
            _ => 3,
        };
        (mark, self.confidence.unwrap_or(0))
    }
}

fn mark(read: Option<&Field>, worst: Option<Severity>) -> &'static str {
    match (read, worst) {
        (None, Some(Severity::Reject | Severity::Review)) => "missing",
        (None, _) => "absent",
        (Some(_), Some(Severity::Reject)) => "wrong",
        (Some(_), Some(Severity::Review)) => "doubtful",
        (Some(field), _) if field.source == documents::Source::Person => "agreed",
        (Some(field), _) if !field.others.is_empty() || field.confidence < SURE => "doubtful",
        (Some(_), _) => "agreed",
    }
}

fn differs(field: &Field) -> bool {
    let raw = field.raw.trim();
    !raw.is_empty() && raw != field.value.trim()
}

fn others(field: &Field) -> Vec<OtherView> {
    field
        .others
        .iter()
        .map(|other| OtherView { source: source(other.source), value: other.value.clone() })
        .collect()
}

/// A source by its name in JSON, with a dash where a text's key allows no colon.
fn source(source: documents::Source) -> String {
    let name = serde_json::to_value(source).ok();
    name.as_ref().and_then(|name| name.as_str()).unwrap_or("unknown").replace(':', "-")
}

/// 0..=100; only certainty itself is a hundred.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=100 before the cast"
)]
pub(crate) fn percent(confidence: f64) -> u8 {
    (confidence * 100.0).floor().clamp(0.0, 100.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_known_by_its_name_in_json() {
        for field in ORDER {
            assert_eq!(of_name(&name(field)), Some(field));
        }
        assert_eq!(name(FieldName::AmountExTax), "amount_ex_tax");
        assert_eq!(of_name("iban"), None);
    }

    #[test]
    fn no_field_is_shown_twice() {
        let mut once = ORDER.to_vec();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ORDER.len());
    }

    #[test]
    fn no_confidence_but_certainty_is_shown_as_a_hundred() {
        assert_eq!(percent(0.9999), 99);
        assert_eq!(percent(1.0), 100);
        assert_eq!(percent(f64::NAN), 0);
    }
}
