//! Bank fields of any country: IBAN, BIC, the mainland's CNAPS numbers, cards.

mod bic;
mod card;
mod cnaps;
mod iban;

pub use bic::Bic;
pub use card::{Card, luhn};
pub use cnaps::Cnaps;
pub use iban::Iban;
