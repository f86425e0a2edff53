//! The mainland's own XML: the digital invoice (`EInvoice`), and the one before it (`eInvoice`, 2019), which OFD files
//! attach.

use documents::xml::Element;

use super::{Data, figure, rate, sum};
use crate::invoice::{FieldName, Kind, LineItem};
use crate::labels::Family;

/// Every invoice in the tree: batch exports hold several.
pub(super) fn read(root: &Element) -> Vec<Data> {
    let digital = root.walk().filter(|element| element.child("EInvoiceData").is_some()).map(digital);
    let earlier =
        root.walk().filter(|element| element.name == "eInvoice" && element.child("InvoiceNo").is_some());
    digital.chain(earlier.map(earlier_form)).collect()
}

fn digital(invoice: &Element) -> Data {
    let at = |path: &str| invoice.text_at(path);
    let mut data = Data { family: Some(Family::Mainland), span: invoice.span.clone(), ..Data::default() };
    let label = "Header/InherentLabel/GeneralOrSpecialVAT";
    let special = match (at(&format!("{label}/LabelCode")), at(&format!("{label}/LabelName"))) {
        (_, Some(name)) => Some(name.contains("专用")),
        (Some(code), None) => Some(code == "01"),
        (None, None) => None,
    };
    data.kind = special.map(|special| if special { Kind::CnDigitalSpecial } else { Kind::CnDigitalNormal });
    data.red = at("Header/InherentLabel/InIssuType/LabelCode") == Some("N");
    let basic = "EInvoiceData/BasicInformation";
    for (field, paths) in [
        (FieldName::InvoiceNumber, &["TaxSupervisionInfo/InvoiceNumber", "Header/EIid"][..]),
        (
            FieldName::IssueDate,
            &["TaxSupervisionInfo/IssueTime", "EInvoiceData/BasicInformation/RequestTime"],
        ),
        (FieldName::SellerName, &["EInvoiceData/SellerInformation/SellerName"]),
        (FieldName::SellerTaxId, &["EInvoiceData/SellerInformation/SellerIdNum"]),
        (FieldName::BuyerName, &["EInvoiceData/BuyerInformation/BuyerName"]),
        (FieldName::BuyerTaxId, &["EInvoiceData/BuyerInformation/BuyerIdNum"]),
        (FieldName::Remarks, &["EInvoiceData/AdditionalInformation/Remark"]),
    ] {
        data.say(field, paths.iter().find_map(|path| at(path)));
    }
    for (field, name) in [
        (FieldName::AmountExTax, "TotalAmWithoutTax"),
        (FieldName::Tax, "TotalTaxAm"),
        (FieldName::Total, "TotalTax-includedAmount"),
        (FieldName::TotalInWords, "TotalTax-includedAmountInChinese"),
    ] {
        data.say(field, at(&format!("{basic}/{name}")));
    }
    let goods = invoice.child("EInvoiceData").into_iter().flat_map(|data| data.all("IssuItemInformation"));
    data.lines = goods
        .map(|item| {
            let at = |name: &str| item.text_at(name);
            LineItem {
                name: at("ItemName").unwrap_or_default().to_owned(),
                spec: at("SpecMod").map(str::to_owned),
                unit: at("MeaUnits").map(str::to_owned),
                quantity: figure(at("Quantity")),
                unit_price: figure(at("UnPrice")),
                amount: sum(at("Amount")),
                tax_rate: rate(at("TaxRate")),
                tax: sum(at("ComTaxAm")),
                page: 1,
                bbox: None,
            }
        })
        .collect();
    data
}

fn earlier_form(invoice: &Element) -> Data {
    let mut data = Data { family: Some(Family::Mainland), span: invoice.span.clone(), ..Data::default() };
    for (field, path) in [
        (FieldName::InvoiceCode, "InvoiceCode"),
        (FieldName::InvoiceNumber, "InvoiceNo"),
        (FieldName::IssueDate, "IssueDate"),
        (FieldName::CheckCode, "InvoiceCheckCode"),
        (FieldName::SellerName, "Seller/SellerName"),
        (FieldName::SellerTaxId, "Seller/SellerTaxID"),
        (FieldName::BuyerName, "Buyer/BuyerName"),
        (FieldName::BuyerTaxId, "Buyer/BuyerTaxID"),
        (FieldName::AmountExTax, "TaxExclusiveTotalAmount"),
        (FieldName::Tax, "TaxTotalAmount"),
        (FieldName::Total, "TaxInclusiveTotalAmount"),
        (FieldName::TotalInWords, "TaxInclusiveTotalAmountWithWords"),
        (FieldName::Remarks, "Note"),
    ] {
        data.say(field, invoice.text_at(path));
    }
    let goods = invoice.child("GoodsInfos").into_iter().flat_map(|goods| goods.all("GoodsInfo"));
    data.lines = goods
        .map(|item| {
            let at = |name: &str| item.text_at(name);
            LineItem {
                name: at("Item").unwrap_or_default().to_owned(),
                spec: at("Specification").map(str::to_owned),
                unit: at("MeasurementDimension").map(str::to_owned),
                quantity: figure(at("Quantity")),
                unit_price: figure(at("Price")),
                amount: sum(at("Amount")),
                tax_rate: rate(at("TaxScheme")),
                tax: sum(at("TaxAmount")),
                page: 1,
                bbox: None,
            }
        })
        .collect();
    data
}
