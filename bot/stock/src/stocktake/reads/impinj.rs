//! The stream of an Impinj R700: one event a line. Its tags are base64 with the letters that are safe in addresses, and
//! its strengths hundredths of a dBm.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use super::super::tag::{TagRead, Unread};
use super::json::{details, first};
use super::{Format, Reads};

/// With or without the padding at the end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Whether the entry is Impinj's; its read is added. Events of the reader itself have no tag.
pub(super) fn read(value: &Value, row: u64, reads: &mut Reads) -> bool {
    let Some(event) = value.get("tagInventoryEvent") else {
        let of_stream = value.get("eventType").is_some() && value.get("timestamp").is_some();
        if of_stream {
            reads.format = reads.format.or(Some(Format::ImpinjR700));
        }
        return of_stream;
    };
    let hex = first(event, &["epcHex"]).or_else(|| hex(&first(event, &["epc"])?));
    let Some(epc) = hex else {
        reads.format = reads.format.or(Some(Format::ImpinjR700));
        reads.unread.push(Unread::damaged(row));
        return true;
    };
    let (own, outer) = (details(event), details(value));
    let read = TagRead {
        epc,
        seen_at: own.seen_at.or(outer.seen_at),
        rssi_cdbm: first(event, &["peakRssiCdbm"]).and_then(|text| text.parse().ok()),
        reader: own.reader.or(outer.reader),
        ..own
    };
    reads.add(Format::ImpinjR700, row, read);
    true
}

/// The hexadecimal text of a tag in base64. What is hexadecimal already stays as it is: no tag of that length reads so
/// in base64 by chance.
fn hex(base64: &str) -> Option<String> {
    let text = base64.trim();
    if text.len() >= 24 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Some(text.to_owned());
    }
    let safe: String = base64
        .trim()
        .chars()
        .map(|c| match c {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    let bytes = BASE64.decode(safe).ok().filter(|bytes| !bytes.is_empty())?;
    let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing into a text cannot fail.
        let _ = write!(hex, "{byte:02X}");
        hex
    });
    Some(hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_in_base64_is_read_with_and_without_padding() {
        assert_eq!(hex("MHQle_cZTkAAABqF").as_deref(), Some("3074257BF7194E4000001A85"));
        assert_eq!(hex("MHQle/cZTkAAABqF").as_deref(), Some("3074257BF7194E4000001A85"));
        assert_eq!(hex("4gA0Ebg=").as_deref(), Some("E2003411B8"));
        assert_eq!(hex("4gA0Ebg").as_deref(), Some("E2003411B8"));
        assert_eq!(hex("3074257BF7194E4000001A85").as_deref(), Some("3074257BF7194E4000001A85"));
        assert_eq!(hex("***"), None);
    }
}
