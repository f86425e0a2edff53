//! UBL 2.1, as Peppol and PINT use it.

use documents::xml::Element;

use super::{Data, figure, rate, sum};
use crate::invoice::{FieldName, Kind, LineItem};
use crate::labels::Family;

/// The invoice or credit note; `None` for another document.
pub(super) fn read(root: &Element) -> Option<Data> {
    let credit = root.name == "CreditNote";
    if !(credit || root.name == "Invoice") || root.child("AccountingSupplierParty").is_none() {
        return None;
    }
    let seller = "AccountingSupplierParty/Party";
    let buyer = "AccountingCustomerParty/Party";
    let mut data = Data {
        kind: Some(Kind::Ubl),
        family: Some(Family::Hongkong),
        red: credit || root.text_at("InvoiceTypeCode") == Some("381"),
        ..Data::default()
    };
    let name = |party: &str| {
        root.text_at(&format!("{party}/PartyLegalEntity/RegistrationName"))
            .or_else(|| root.text_at(&format!("{party}/PartyName/Name")))
    };
    let id = |party: &str| {
        root.text_at(&format!("{party}/PartyTaxScheme/CompanyID"))
            .or_else(|| root.text_at(&format!("{party}/PartyLegalEntity/CompanyID")))
    };
    data.say(FieldName::InvoiceNumber, root.text_at("ID"));
    data.say(FieldName::IssueDate, root.text_at("IssueDate"));
    data.say(
        FieldName::DueDate,
        root.text_at("DueDate").or_else(|| root.text_at("PaymentMeans/PaymentDueDate")),
    );
    data.say(FieldName::Currency, root.text_at("DocumentCurrencyCode"));
    data.say(FieldName::SellerName, name(seller));
    data.say(FieldName::SellerTaxId, id(seller));
    data.say(FieldName::BuyerName, name(buyer));
    data.say(FieldName::BuyerTaxId, id(buyer));
    data.say(FieldName::PoNumber, root.text_at("OrderReference/ID"));
    data.say(FieldName::BankAccount, root.text_at("PaymentMeans/PayeeFinancialAccount/ID"));
    data.say(FieldName::Remarks, root.text_at("Note"));
    let total = |name: &str| root.text_at(&format!("LegalMonetaryTotal/{name}"));
    data.say(FieldName::AmountExTax, total("TaxExclusiveAmount"));
    data.say(FieldName::Total, total("TaxInclusiveAmount"));
    data.say(
        FieldName::Deposit,
        total("PrepaidAmount").filter(|sum| sum.parse() != Ok(rust_decimal::Decimal::ZERO)),
    );
    data.say(FieldName::AmountDue, total("PayableAmount"));
    data.say(FieldName::Tax, root.text_at("TaxTotal/TaxAmount"));
    let rows =
        root.children.iter().filter(|child| matches!(child.name.as_str(), "InvoiceLine" | "CreditNoteLine"));
    data.lines = rows
        .map(|row| {
            let at = |path: &str| row.text_at(path);
            let quantity = row.child("InvoicedQuantity").or_else(|| row.child("CreditedQuantity"));
            LineItem {
                name: at("Item/Name").or_else(|| at("Item/Description")).unwrap_or_default().to_owned(),
                unit: quantity.and_then(|quantity| quantity.attribute("unitCode")).map(str::to_owned),
                quantity: figure(quantity.map(|quantity| quantity.text.as_str())),
                unit_price: figure(at("Price/PriceAmount")),
                amount: sum(at("LineExtensionAmount")),
                tax_rate: rate(at("Item/ClassifiedTaxCategory/Percent")),
                page: 1,
                ..LineItem::default()
            }
        })
        .collect();
    Some(data)
}
