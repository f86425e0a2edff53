//! Taiwan: the Ministry's message format (MIG, any version), and the flat form in which vendors hand it over.

use documents::xml::Element;

use super::{Data, figure, sum};
use crate::invoice::{FieldName, Kind, LineItem};
use crate::labels::Family;

/// Every invoice in the tree.
pub(super) fn read(root: &Element) -> Vec<Data> {
    root.walk().filter(|element| element.name == "Invoice").filter_map(one).collect()
}

fn one(invoice: &Element) -> Option<Data> {
    // MIG groups its fields; vendors leave the groups out and call some fields otherwise.
    let first = |paths: &[&str]| paths.iter().find_map(|path| invoice.text_at(path));
    let number = first(&["Main/InvoiceNumber", "InvoiceNumber"])?;
    let seller = first(&["Main/Seller/Identifier", "SellerId", "Seller/Identifier"])?;
    let buyer =
        first(&["Main/Buyer/Identifier", "BuyerId", "Buyer/Identifier"]).filter(|id| !is_consumer(id));
    let kind = if buyer.is_some() { Kind::TwEinvoiceB2b } else { Kind::TwEinvoiceSlip };
    let mut data = Data {
        kind: Some(kind),
        family: Some(Family::Taiwan),
        span: invoice.span.clone(),
        ..Data::default()
    };
    data.say(FieldName::InvoiceNumber, Some(number));
    data.say(FieldName::IssueDate, first(&["Main/InvoiceDate", "InvoiceDate"]));
    data.say(FieldName::SellerTaxId, Some(seller));
    data.say(FieldName::SellerName, first(&["Main/Seller/Name", "SellerName", "Seller/Name"]));
    data.say(FieldName::BuyerTaxId, buyer);
    if buyer.is_some() {
        // A consumer's name is nobody's business.
        data.say(FieldName::BuyerName, first(&["Main/Buyer/Name", "BuyerName", "Buyer/Name"]));
    }
    data.say(FieldName::RandomCode, first(&["Main/RandomNumber", "RandomNumber"]));
    data.say(FieldName::AmountExTax, first(&["Amount/SalesAmount", "SalesAmount"]));
    data.say(FieldName::Tax, first(&["Amount/TaxAmount", "TaxAmount"]));
    data.say(FieldName::Total, first(&["Amount/TotalAmount", "TotalAmount"]));
    data.say(FieldName::Currency, first(&["Amount/Currency", "Currency"]).or(Some("TWD")));
    let grouped = invoice.child("Details").into_iter().flat_map(|details| details.all("ProductItem"));
    data.lines = grouped
        .chain(invoice.all("InvoiceItem"))
        .map(|row| {
            let at = |name: &str| row.text_at(name);
            LineItem {
                name: at("Description").unwrap_or_default().to_owned(),
                unit: at("Unit").map(str::to_owned),
                quantity: figure(at("Quantity")),
                unit_price: figure(at("UnitPrice")),
                amount: sum(at("Amount")),
                page: 1,
                ..LineItem::default()
            }
        })
        .collect();
    Some(data)
}

/// Zeros stand for a consumer.
fn is_consumer(id: &str) -> bool {
    id.chars().all(|c| c == '0')
}
