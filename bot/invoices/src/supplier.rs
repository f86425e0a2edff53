//! Whose paper it is: the key under which the house remembers things of a supplier.

use documents::Source;

use crate::invoice::{Field, FieldName, Invoice};
use crate::labels;

/// Below this, a reading is too doubtful to tell a supplier by.
const SURE: f64 = 0.85;

/// The supplier of a paper, as surely as the paper says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supplier {
    /// `tax:ID`, `brn:NUMBER`, or `name:NAME` where the paper carries no such number.
    pub key: String,
    /// Whom the pages name: the name on the paper, else the number.
    pub shown: String,
    /// The name as it was surely read, folded: the same number beside another name is another supplier's paper.
    pub printed_name: Option<String>,
    /// The field from which the key comes.
    pub by: FieldName,
}

impl Supplier {
    /// The supplier, if the paper says beyond doubt who it is: by a number, or without one by a name.
    ///
    /// A reading that nobody confirmed, that something on the paper contradicts, or that was concluded from its place
    /// alone tells nobody.
    pub fn of(invoice: &Invoice) -> Option<Self> {
        let name = sure(invoice, FieldName::SellerName);
        let printed_name = name.map(|name| fold(&name.value)).filter(|name| !name.is_empty());
        let shown = |id: &str| {
            let given = invoice.value(FieldName::SellerName).filter(|name| !name.is_empty());
            given.unwrap_or(id).to_owned()
        };
        let tax_id = sure(invoice, FieldName::SellerTaxId).filter(|id| is_tax_id(invoice, &id.value));
        let brn = sure(invoice, FieldName::Brn).filter(|id| taxid::hk::Brn::parse(&id.value).is_ok());
        let (by, key, shown) = match (tax_id, brn, &printed_name) {
            (Some(id), _, _) => (FieldName::SellerTaxId, format!("tax:{}", id.value), shown(&id.value)),
            (None, Some(id), _) => (FieldName::Brn, format!("brn:{}", id.value), shown(&id.value)),
            (None, None, Some(folded)) => (FieldName::SellerName, format!("name:{folded}"), shown(folded)),
            (None, None, None) => return None,
        };
        Some(Self { key, shown, printed_name, by })
    }
}

/// A name as two papers are compared by it.
pub(crate) fn fold(name: &str) -> String {
    labels::fold_text(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The field, if what was read stands beyond doubt.
pub(crate) fn sure(invoice: &Invoice, name: FieldName) -> Option<&Field> {
    let field = invoice.field(name)?;
    let doubted = invoice.findings.iter().any(|f| f.blocks() && f.fields.contains(&name));
    let read = match field.source {
        Source::Structured | Source::Qr | Source::TextLayer => true,
        // One engine alone may be wrong, and what a person typed need not stand on the paper.
        Source::OcrPpocr | Source::OcrTesseract | Source::Person => !field.agrees.is_empty(),
        Source::Memory | Source::Derived => false,
    };
    (read && !doubted && field.others.is_empty() && field.confidence >= SURE).then_some(field)
}

fn is_tax_id(invoice: &Invoice, id: &str) -> bool {
    if invoice.kind.is_mainland() {
        return taxid::cn::TaxpayerId::parse(id).is_ok();
    }
    if invoice.kind.is_taiwan() {
        return taxid::tw::Ubn::parse(id).is_ok();
    }
    id.chars().filter(char::is_ascii_digit).count() >= 6
}
