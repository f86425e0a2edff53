//! stub
use super::{Proposal, PurchaseOrder};
/// Whose copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// Supplier.
    Supplier,
    /// Buyer.
    Buyer,
}
/// stub
pub fn html(order: &PurchaseOrder, _proposal: Option<&Proposal>, _copy: Copy, _language: &str) -> String {
    order.number.clone()
}
