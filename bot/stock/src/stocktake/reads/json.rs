//! JSON of any reader: one document, a list, or one object a line.

use serde_json::Value;

use super::super::pass::PassError;
use super::super::tag::{TagRead, Unread, centi, seen};
use super::{Format, Reads, impinj, llrp, zebra};

pub(super) fn read(text: &str) -> Result<Reads, PassError> {
    let mut reads = Reads::default();
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if serde_json::from_str::<Value>(first).is_ok() {
        // A stream: a line that was cut off spoils itself only.
        for (row, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str(line) {
                Ok(value) => entry(&value, row, &mut reads),
                Err(_) => reads.unread.push(Unread::damaged(row)),
            }
        }
    } else {
        for (row, value) in (1..).zip(serde_json::Deserializer::from_str(text).into_iter()) {
            match value {
                Ok(value) => entry(&value, row, &mut reads),
                Err(_) if row > 1 => reads.unread.push(Unread::damaged(row)),
                Err(error) => return Err(PassError::Damaged(error.to_string())),
            }
        }
    }
    if reads.format.is_none() {
        return Err(PassError::UnknownFormat);
    }
    Ok(reads)
}

/// One entry. Messages about the reader itself are none of the known forms and are passed over.
fn entry(value: &Value, row: u64, reads: &mut Reads) {
    if let Value::Array(entries) = value {
        for (index, value) in (0..).zip(entries) {
            entry(value, row + index, reads);
        }
        return;
    }
    let known =
        impinj::read(value, row, reads) || zebra::read(value, row, reads) || llrp::json(value, row, reads);
    if !known && let Some(read) = plain(value) {
        reads.add(Format::OtherJson, row, read);
    }
}

/// An object that names its tag.
fn plain(value: &Value) -> Option<TagRead> {
    let epc = first(value, &["epcHex", "epc", "EPC", "idHex", "IDHex", "tagId", "tagID", "TagID", "epcId"])?;
    Some(TagRead { epc, ..details(value) })
}

/// Strength, antenna, time and reader under the names that most readers use.
pub(super) fn details(value: &Value) -> TagRead {
    let text = |names: &[&str]| first(value, names);
    TagRead {
        epc: String::new(),
        seen_at: text(&["timestamp", "lastSeen", "LastSeen", "time", "Time", "firstSeen", "FirstSeen"])
            .and_then(|text| seen(&text)),
        antenna: text(&["antenna", "Antenna", "antennaId", "antennaID", "AntennaID", "antennaPort"])
            .and_then(|text| text.parse().ok()),
        rssi_cdbm: text(&["peakRssi", "PeakRSSI", "peakRSSI", "rssi", "RSSI"]).and_then(|text| centi(&text)),
        reader: text(&["reader", "readerId", "hostName", "hostname", "Reader", "DeviceName"]),
        location: text(&["location", "Location", "zone"]),
        session: text(&["session", "sessionId", "SessionID", "inventoryId"]),
    }
}

/// The first of these names that has a text or a number, as a text.
pub(super) fn first(value: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match value.get(name)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}
