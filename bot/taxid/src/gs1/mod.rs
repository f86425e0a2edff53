//! GS1: the GTIN of goods and the 96-bit EPC of tags.
//!
//! Shops without a GS1 membership write any hexadecimal text into a tag, or leave the factory's. A tag that does not
//! decode is an opaque key, and tags are told apart by their full hexadecimal text, never by the GTIN inside.

mod epc;
mod gtin;

pub use epc::{Giai96, Grai96, Sgtin96, tag_key};
pub use gtin::{Gtin, check_digit};
