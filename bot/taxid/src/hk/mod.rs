//! Hong Kong: business registration, identity cards (only to mask them), phones, FPS and bank accounts.
//! There is no VAT; an invoice need not show a registration number.

mod bank_account;
mod business;
mod fps_id;
mod fps_qr;
mod hkid;
mod phone;

pub use bank_account::BankAccount;
pub use business::{BrCertificate, Brn, CompanyNumber, Ubi};
pub use fps_id::FpsId;
pub use fps_qr::{FpsQr, Proxy};
pub use hkid::Hkid;
pub use phone::Phone;

pub(crate) use hkid::check_character;
