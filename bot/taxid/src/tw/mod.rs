//! Taiwan: the business number, the number, period, barcode and QR of a uniform invoice, and its 5 % tax.

mod barcode;
mod invoice_number;
mod invoice_period;
mod qr_left;
mod tax_sums;
mod ubn;

pub use barcode::Barcode;
pub use invoice_number::InvoiceNumber;
pub use invoice_period::InvoicePeriod;
pub use qr_left::QrLeft;
pub use tax_sums::{TaxFinding, TaxSums, TaxType};
pub use ubn::Ubn;
