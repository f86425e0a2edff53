//! Zebra: the `IoT` Connector's messages and the lists of 123RFID.

use serde_json::Value;

use super::super::tag::TagRead;
use super::json::{details, first};
use super::{Format, Reads};

/// Whether the entry is Zebra's; its reads are added.
pub(super) fn read(value: &Value, row: u64, reads: &mut Reads) -> bool {
    if let Some(Value::Array(list)) = value.get("TagList").or_else(|| value.get("tagList")) {
        reads.format = reads.format.or(Some(Format::Zebra123Rfid));
        let of_list = details(value);
        for (index, tag) in (0..).zip(list) {
            if let Some(epc) = first(tag, &["IDHex", "idHex", "EPC", "epc", "TagID", "tagID"]) {
                let own = details(tag);
                let read = TagRead {
                    epc,
                    reader: own.reader.or_else(|| of_list.reader.clone()),
                    location: own.location.or_else(|| of_list.location.clone()),
                    session: own.session.or_else(|| of_list.session.clone()),
                    ..own
                };
                reads.add(Format::Zebra123Rfid, row + index, read);
            }
        }
        return true;
    }
    let messages = match value.get("data") {
        Some(Value::Array(messages)) => messages.iter().collect(),
        Some(message @ Value::Object(_)) => vec![message],
        _ => return false,
    };
    let mut known = false;
    for message in messages {
        let Some(epc) = first(message, &["idHex", "IDHex"]) else { continue };
        let (own, outer) = (details(message), details(value));
        let read = TagRead {
            epc,
            seen_at: own.seen_at.or(outer.seen_at),
            reader: own.reader.or(outer.reader),
            ..own
        };
        reads.add(Format::ZebraIotConnector, row, read);
        known = true;
    }
    known
}
