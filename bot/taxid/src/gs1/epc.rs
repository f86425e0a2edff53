use serde::{Deserialize, Serialize};

use super::gtin::check_digit;
use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::{Parts, Violation, text};

/// The company prefix by partition: bits and digits. The item takes what is left.
const PREFIX: [(u32, u32); 7] = [(40, 12), (37, 11), (34, 10), (30, 9), (27, 8), (24, 7), (20, 6)];
const SERIAL_BITS: u32 = 38;

/// A serialised GTIN in a tag (SGTIN-96).
///
/// Standard: GS1 EPC Tag Data Standard 2.1, section 14.6.1. A value that passes does not prove that the tag sits on
/// that article: tags are rewritable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sgtin96 {
    text: String,
    /// The pure tag address, `urn:epc:tag:sgtin-96:…`.
    pub uri: String,
    /// The GTIN-14 of the goods.
    pub gtin14: String,
    /// The serial number of the piece.
    pub serial: u64,
}

number!(Sgtin96, "epc.sgtin96", {
    fn parts(&self) -> Parts {
        vec![
            ("uri", self.uri.clone()),
            ("gtin14", self.gtin14.clone()),
            ("serial", self.serial.to_string()),
            ("hex", self.text.clone()),
        ]
    }
});

impl Sgtin96 {
    fn read(raw: &str) -> Result<Self, Violation> {
        const FORMAT: &str = "epc.sgtin96";
        let tag = Tag::read(FORMAT, raw, 0x30)?;
        // Indicator digit and item reference fill the prefix up to 13 digits.
        let item = tag.field(FORMAT, 44 - tag.prefix_bits, 13 - tag.prefix_digits)?;
        let serial = tag.low(SERIAL_BITS);
        let (indicator, reference) = item.split_at(1);
        let body = format!("{indicator}{}{reference}", tag.prefix);
        let uri = format!("urn:epc:tag:sgtin-96:{}.{}.{item}.{serial}", tag.filter, tag.prefix);
        Ok(Self { gtin14: format!("{body}{}", check_digit(&body)), uri, serial, text: tag.hex })
    }
}

/// A returnable asset in a tag (GRAI-96).
///
/// Standard: GS1 EPC Tag Data Standard 2.1, section 14.6.4. A value that passes does not prove that the tag sits on
/// that asset: tags are rewritable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Grai96 {
    text: String,
    /// The pure tag address, `urn:epc:tag:grai-96:…`.
    pub uri: String,
    /// The GRAI: 0, prefix, type, check digit, serial.
    pub grai: String,
}

number!(Grai96, "epc.grai96", {
    fn parts(&self) -> Parts {
        vec![("uri", self.uri.clone()), ("grai", self.grai.clone()), ("hex", self.text.clone())]
    }
});

impl Grai96 {
    fn read(raw: &str) -> Result<Self, Violation> {
        const FORMAT: &str = "epc.grai96";
        let tag = Tag::read(FORMAT, raw, 0x33)?;
        let asset = tag.field(FORMAT, 44 - tag.prefix_bits, 12 - tag.prefix_digits)?;
        let serial = tag.low(SERIAL_BITS);
        let body = format!("{}{asset}", tag.prefix);
        let uri = format!("urn:epc:tag:grai-96:{}.{}.{asset}.{serial}", tag.filter, tag.prefix);
        Ok(Self { grai: format!("0{body}{}{serial}", check_digit(&body)), uri, text: tag.hex })
    }
}

/// An individual asset in a tag (GIAI-96).
///
/// Standard: GS1 EPC Tag Data Standard 2.1, section 14.6.5. A value that passes does not prove that the tag sits on
/// that asset: tags are rewritable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Giai96 {
    text: String,
    /// The pure tag address, `urn:epc:tag:giai-96:…`.
    pub uri: String,
    /// The GIAI: prefix and reference.
    pub giai: String,
}

number!(Giai96, "epc.giai96", {
    fn parts(&self) -> Parts {
        vec![("uri", self.uri.clone()), ("giai", self.giai.clone()), ("hex", self.text.clone())]
    }
});

impl Giai96 {
    fn read(raw: &str) -> Result<Self, Violation> {
        const FORMAT: &str = "epc.giai96";
        let tag = Tag::read(FORMAT, raw, 0x34)?;
        let bits = 82 - tag.prefix_bits;
        let reference = tag.low(bits);
        // 13 digits beside a prefix of 12, one more for each digit less.
        if reference >= 10_u64.pow(25 - tag.prefix_digits) {
            return Err(Violation::whole(FORMAT, overflow_of_item()));
        }
        let uri = format!("urn:epc:tag:giai-96:{}.{}.{reference}", tag.filter, tag.prefix);
        Ok(Self { giai: format!("{}{reference}", tag.prefix), uri, text: tag.hex })
    }
}

/// The key of any tag: its hexadecimal text in capitals, decoded once if a reader wrote the hexadecimal text itself as
/// hexadecimal (48 characters that begin with 33, 34, 45 …).
///
/// # Errors
/// A character that is not hexadecimal.
pub fn tag_key(raw: &str) -> Result<String, Violation> {
    const FORMAT: &str = "epc.tag";
    let text = text::id(raw);
    if text.is_empty() {
        return Err(Violation::whole(FORMAT, Rule::Empty));
    }
    if let Some((index, found)) = text.chars().enumerate().find(|(_, c)| !c.is_ascii_hexdigit()) {
        let allowed =
            Phrase::new("only hexadecimal digits 0-9 and A-F are used", "只用十六進位數字 0-9 及 A-F");
        return Err(Violation::at(FORMAT, Rule::Character { found, allowed }, index));
    }
    Ok(decoded_twice(&text).unwrap_or(text))
}

fn decoded_twice(text: &str) -> Option<String> {
    if text.len() != 48 {
        return None;
    }
    let inner: String = (0..24)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok().map(char::from))
        .collect::<Option<_>>()?;
    inner.chars().all(|c| c.is_ascii_hexdigit()).then(|| inner.to_ascii_uppercase())
}

/// The 96 bits of a tag, read up to the company prefix.
struct Tag {
    hex: String,
    bits: u128,
    filter: u64,
    prefix: String,
    prefix_bits: u32,
    prefix_digits: u32,
}

impl Tag {
    fn read(format: &'static str, raw: &str, header: u8) -> Result<Self, Violation> {
        let hex = tag_key(raw).map_err(|wrong| wrong.inside(format, 0))?;
        crate::violation::length(
            format,
            &hex,
            &[24],
            Phrase::new("24 hexadecimal digits", " 24 個十六進位數字"),
        )?;
        let bits =
            u128::from_str_radix(&hex, 16).map_err(|_| Violation::whole(format, Rule::EpcPartition))?;
        let mut tag = Self { hex, bits, filter: 0, prefix: String::new(), prefix_bits: 0, prefix_digits: 0 };
        let found = u8::try_from(tag.slice(88, 8)).unwrap_or(0);
        if found != header {
            return Err(Violation::at(format, Rule::EpcHeader { expected: header, found }, 0));
        }
        tag.filter = tag.slice(85, 3);
        let partition = usize::try_from(tag.slice(82, 3)).unwrap_or(usize::MAX);
        let (bits, digits) = *PREFIX.get(partition).ok_or(Violation::at(format, Rule::EpcPartition, 2))?;
        let prefix = tag.slice(82 - bits, bits);
        if prefix >= 10_u64.pow(digits) {
            let phrase = Phrase::new(
                "The company prefix has more digits than its partition allows",
                "公司代碼位數超出分區所允許",
            );
            return Err(Violation::whole(format, Rule::EpcOverflow(phrase)));
        }
        (tag.prefix_bits, tag.prefix_digits) = (bits, digits);
        tag.prefix = padded(prefix, digits);
        Ok(tag)
    }

    /// The field between prefix and serial, padded to its digits; no digits when it has none.
    fn field(&self, format: &'static str, bits: u32, digits: u32) -> Result<String, Violation> {
        let value = self.slice(SERIAL_BITS, bits);
        if value >= 10_u64.pow(digits) {
            return Err(Violation::whole(format, overflow_of_item()));
        }
        Ok(if digits == 0 { String::new() } else { padded(value, digits) })
    }

    fn low(&self, bits: u32) -> u64 {
        self.slice(0, bits)
    }

    /// So many bits from this one on, counted from the right.
    fn slice(&self, from: u32, bits: u32) -> u64 {
        u64::try_from((self.bits >> from) & ((1_u128 << bits) - 1)).unwrap_or(u64::MAX)
    }
}

fn overflow_of_item() -> Rule {
    Rule::EpcOverflow(Phrase::new(
        "The item has more digits than its partition allows",
        "品項位數超出分區所允許",
    ))
}

fn padded(value: u64, digits: u32) -> String {
    let width = usize::try_from(digits).unwrap_or(0);
    format!("{value:0width$}")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use proptest::prelude::*;

    use super::*;

    /// Builds a tag from its fields, independently of the reader.
    fn tag(header: u128, partition: usize, prefix: u128, item: u128, serial: u128) -> String {
        let prefix_bits = PREFIX[partition].0;
        let item_bits = 44 - prefix_bits;
        let head = (((header << 3) | 1) << 3) | u128::try_from(partition).unwrap();
        format!("{:024X}", (((((head << prefix_bits) | prefix) << item_bits) | item) << 38) | serial)
    }

    #[test]
    fn the_example_of_the_tag_data_standard_decodes() {
        let sgtin = Sgtin96::parse("3074257BF7194E4000001A85").unwrap();
        assert_eq!(
            (sgtin.uri.as_str(), sgtin.gtin14.as_str()),
            ("urn:epc:tag:sgtin-96:3.0614141.812345.6789", "80614141123458")
        );
    }

    #[test]
    fn a_tag_that_a_reader_encoded_twice_is_decoded_twice() {
        let twice = "333037343235374246373139344534303030303031413835";
        assert_eq!(Sgtin96::parse(twice).unwrap().normalised(), "3074257BF7194E4000001A85");
    }

    #[test]
    fn factory_numbers_and_blank_tags_are_keys_and_nothing_more() {
        for hex in ["E2003411B802011383257C3D", "000000000000000000000000"] {
            assert!(Sgtin96::parse(hex).is_err());
            assert_eq!(tag_key(hex).unwrap(), hex);
        }
        assert_eq!(Sgtin96::parse("307C257BF7194E4000001A85").unwrap_err().rule, Rule::EpcPartition);
    }

    #[test]
    fn an_asset_type_without_digits_is_empty_in_the_address() {
        assert_eq!(
            Grai96::parse(&tag(0x33, 0, 48_940_001_234, 0, 42)).unwrap().uri,
            "urn:epc:tag:grai-96:1.048940001234..42"
        );
        assert!(Grai96::parse(&tag(0x33, 0, 48_940_001_234, 1, 42)).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_sgtin_written_is_read_back(partition in 0_usize..7, prefix in any::<u64>(), item in any::<u64>(), serial in 0_u64..(1 << 38)) {
            let digits = PREFIX[partition].1;
            let (prefix, item) = (prefix % 10_u64.pow(digits), item % 10_u64.pow(13 - digits));
            let sgtin = Sgtin96::parse(&tag(0x30, partition, prefix.into(), item.into(), serial.into())).unwrap();
            prop_assert_eq!(sgtin.serial, serial);
            let tail = format!(".{}.{}.{serial}", padded(prefix, digits), padded(item, 13 - digits));
            prop_assert!(sgtin.uri.ends_with(&tail), "{} {}", sgtin.uri, tail);
            prop_assert!(super::super::Gtin::parse(&sgtin.gtin14).is_ok());
        }

        #[test]
        fn no_tag_makes_the_readers_panic(hex in "[0-9A-F]{24}|3[034][0-9A-F]{22}|\\PC{0,30}") {
            let _ = (Sgtin96::parse(&hex), Grai96::parse(&hex), Giai96::parse(&hex));
        }
    }
}
