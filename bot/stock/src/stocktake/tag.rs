//! One read of one tag.

use chrono::{DateTime, TimeZone as _, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};
use taxid::gs1::tag_key;

use crate::sentence::{Finding, Sentence};

/// One read, as a reader reports it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagRead {
    /// The tag's key: its hexadecimal text in capitals, or any other text that a shop writes.
    pub epc: String,
    /// When it was seen (the last time, where a reader tells several).
    pub seen_at: Option<DateTime<Utc>>,
    /// The antenna's number.
    pub antenna: Option<u16>,
    /// Strength in hundredths of a dBm.
    pub rssi_cdbm: Option<i32>,
    /// The reader.
    pub reader: Option<String>,
    /// Tray, counter or room, where the file says so.
    pub location: Option<String>,
    /// Which pass of the file it belongs to, where the file holds several.
    pub session: Option<String>,
}

/// A row or line that is no read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// 1 for the first row or line of the file, or the first entry of a list.
    pub row: u64,
    /// Why, and what to do.
    pub finding: Finding,
}

impl Unread {
    /// A line that is damaged.
    pub(super) fn damaged(row: u64) -> Self {
        let message = Sentence::new(
            "The line cannot be read; export the file again if there are many.",
            "此行無法讀取；如為數不少，請重新匯出檔案。",
        );
        Self { row, finding: Finding { code: "DH-8091".to_owned(), field: None, message } }
    }

    /// A tag that a spreadsheet has rounded.
    fn spoilt(row: u64) -> Self {
        let message = Sentence::new(
            "A spreadsheet has turned this tag into a rounded number; export it as text.",
            "試算表已把此標籤變成約數；請以文字格式匯出。",
        );
        Self { row, finding: Finding { code: "DH-8091".to_owned(), field: Some("epc".to_owned()), message } }
    }
}

/// The key of a tag. `Ok(None)` when there is nothing; an error when it is spoilt.
pub(super) fn key(raw: &str, row: u64) -> Result<Option<String>, Unread> {
    let text = raw.trim();
    let text = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    // urn:epc:raw:96.x3074…
    let text =
        text.strip_prefix("urn:epc:raw:").and_then(|raw| raw.split_once(".x")).map_or(text, |(_, hex)| hex);
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(key) = tag_key(text) {
        return Ok(Some(key));
    }
    let rounded = text.contains(['E', 'e']) && text.contains(['.', '+']) && text.parse::<f64>().is_ok();
    if rounded { Err(Unread::spoilt(row)) } else { Ok(Some(taxid::text::nfkc(text).to_uppercase())) }
}

/// Whether a key is the text of a tag rather than any other text, such as the foot of a list.
pub(super) fn is_tag(key: &str) -> bool {
    key.len() >= 4 && key.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Hundredths of a dBm from a text in dBm.
pub(super) fn centi(dbm: &str) -> Option<i32> {
    (dbm.trim().parse::<Decimal>().ok()?.checked_mul(Decimal::ONE_HUNDRED)?).round().to_i32()
}

/// A time: RFC 3339, or a count since 1970 whose size tells its unit (seconds, milli-, micro-, nanoseconds).
/// A time without a zone is none.
pub(super) fn seen(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(count) = text.parse::<Decimal>() {
        let micros = match count.to_i64()?.unsigned_abs() {
            0..100_000_000_000 => count.checked_mul(Decimal::from(1_000_000))?,
            100_000_000_000..100_000_000_000_000 => count.checked_mul(Decimal::ONE_THOUSAND)?,
            100_000_000_000_000..100_000_000_000_000_000 => count,
            _ => count.checked_div(Decimal::ONE_THOUSAND)?,
        };
        return Utc.timestamp_micros(micros.to_i64()?).single();
    }
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .map(|at| at.with_timezone(&Utc))
        .ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn a_key_is_the_full_text_however_it_is_written() {
        for raw in [
            "3074257bf7194e4000001a85",
            "0x3074257BF7194E4000001A85",
            "3074 257B F719 4E40 0000 1A85",
            "urn:epc:raw:96.x3074257BF7194E4000001A85",
            "333037343235374246373139344534303030303031413835",
        ] {
            assert_eq!(key(raw, 1).unwrap().unwrap(), "3074257BF7194E4000001A85", "{raw}");
        }
        assert_eq!(key("ring-0001", 1).unwrap().unwrap(), "RING-0001");
        assert_eq!(key(" ", 1).unwrap(), None);
        assert_eq!(key("3.07426E+23", 7).unwrap_err().row, 7);
    }

    #[test]
    fn the_size_of_a_count_tells_its_unit() {
        for text in [
            "1741160000.5",
            "1741160000500",
            "1741160000500000",
            "1741160000500000000",
            "2025-03-05T15:33:20.5+08:00",
            "2025-03-05T07:33:20.500+0000",
        ] {
            assert_eq!(seen(text).unwrap().to_rfc3339(), "2025-03-05T07:33:20.500+00:00", "{text}");
        }
        assert_eq!(seen("2025-03-05 07:33"), None);
    }

    #[test]
    fn strength_is_kept_in_whole_hundredths() {
        assert_eq!((centi("-45"), centi("-62.55"), centi("x")), (Some(-4_500), Some(-6_255), None));
    }
}
