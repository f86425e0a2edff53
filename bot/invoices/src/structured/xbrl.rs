//! The Ministry of Finance's XBRL: invoices, rail tickets and air itineraries. Taxonomies are dated; names are not.

use documents::xml::Element;

use super::{Data, figure, rate};
use crate::invoice::{FieldName, Kind, LineItem};
use crate::labels::Family;

/// A field and the concepts that name it, in the order in which they are believed.
const CONCEPTS: &[(FieldName, &[&str])] = &[
    (FieldName::InvoiceCode, &["CodeOfInvoice"]),
    (
        FieldName::InvoiceNumber,
        &[
            "NumberOfInvoice",
            "InvoiceNumber",
            "ElectronicInvoiceRailwayETicketNumber",
            "ElectronicInvoiceAirTransportReceiptNumber",
        ],
    ),
    (FieldName::IssueDate, &["DateOfIssue", "IssueDate", "RequestTime"]),
    (FieldName::CheckCode, &["IdentifyingCode"]),
    (FieldName::SellerName, &["NameOfSeller", "SellerName"]),
    (FieldName::SellerTaxId, &["TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfSeller", "SellerIdNum"]),
    (FieldName::BuyerName, &["NameOfPurchaser", "BuyerName"]),
    (
        FieldName::BuyerTaxId,
        &[
            "TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfPurchaser",
            "UnifiedSocialCreditCodeOfPurchaser",
            "BuyerIdNum",
        ],
    ),
    (FieldName::AmountExTax, &["TotalAmountExcludingTax", "TotalAmWithoutTax"]),
    (FieldName::Tax, &["TotalTaxAmount", "TotalTaxAm", "VatTaxAmount"]),
    (FieldName::Total, &["TaxIncludedAmountInFigures", "TotalTax-includedAmount", "TotalAmount"]),
    (FieldName::TotalInWords, &["TaxIncludedAmountInWords", "TotalTax-includedAmountInChinese"]),
    (FieldName::Remarks, &["Remarks"]),
];

const GOODS: &str = "InformationOfTaxableGoodsOrServicesDetailItemsTuple";

/// The invoice of an instance; `None` for bank receipts and whatever else has this form.
pub(super) fn read(root: &Element) -> Option<Data> {
    if root.name != "xbrl" {
        return None;
    }
    let first = |name: &str| {
        root.walk().find(|element| element.name == name && !element.text.is_empty()).map(|e| e.text.as_str())
    };
    let mut data = Data { family: Some(Family::Mainland), ..Data::default() };
    for (field, names) in CONCEPTS {
        data.say(*field, names.iter().find_map(|name| first(name)));
    }
    if first("ElectronicInvoiceRailwayETicketNumber").is_some() {
        data.kind = Some(Kind::CnRail);
        data.say(FieldName::Total, first("Fare"));
        data.say(FieldName::Tax, first("TaxAmount"));
    } else if first("ElectronicInvoiceAirTransportReceiptNumber").is_some() {
        data.kind = Some(Kind::CnAir);
    }
    let rows = root.walk().filter(|element| element.name == GOODS);
    data.lines = rows
        .map(|row| {
            let at = |name: &str| row.text_at(name);
            LineItem {
                name: at("NameOfTaxableGoodsOrServices").unwrap_or_default().to_owned(),
                spec: at("Specification").map(str::to_owned),
                unit: at("UnitOfGoodsOrServices").map(str::to_owned),
                quantity: figure(at("QuantityOfGoodsOrServices")),
                unit_price: figure(at("UnitPriceOfGoodsOrServices")),
                amount: figure(at("AmountExcludingTax")),
                tax_rate: rate(at("TaxRate").map(|text| text.trim_end_matches('%'))),
                tax: figure(at("TaxAmount")),
                page: 1,
                bbox: None,
            }
        })
        .collect();
    let is_invoice = data.values.iter().any(|said| said.field == FieldName::InvoiceNumber);
    is_invoice.then_some(data)
}
