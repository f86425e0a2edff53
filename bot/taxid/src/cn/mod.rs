//! Mainland China: who issued it (USCC and older taxpayer numbers), which invoice it is (fapiao code, number, QR),
//! what kind of paper, the tax rates, the arithmetic of its face, and what a red-letter remark refers to.

mod kind;
mod region;

mod org_code;
mod repair;
mod resident_id;
mod taxpayer_id;
mod uscc;

mod check_code;
mod fapiao_code;
mod fapiao_number;
mod fapiao_qr;
mod red_letter;

mod sums;
mod vat_rate;

pub use check_code::CheckCode;
pub use fapiao_code::FapiaoCode;
pub use fapiao_number::{FapiaoNumber, FapiaoNumber8, FapiaoNumber20};
pub use fapiao_qr::{AmountMeaning, Crc, FapiaoQr};
pub use kind::{FapiaoKind, kind_of_title};
pub use org_code::OrgCode;
pub use red_letter::RedLetter;
pub use region::{fapiao_region, province};
pub use repair::{Change, Repaired, repair_uscc};
pub use resident_id::ResidentId;
pub use sums::{LineSums, SumFinding, SumRule, Sums, margin_deduction};
pub use taxpayer_id::{TaxpayerId, TaxpayerKind};
pub use uscc::Uscc;
pub use vat_rate::{PercentRate, VatRate};

pub(crate) use resident_id::birth_of_15;
