//! Reports of the Low Level Reader Protocol (`RO_ACCESS_REPORT`), as tools write them out in XML and JSON.
//!
//! Standard: `EPCglobal` LLRP 1.0.1, `TagReportData`: the tag as `EPC_96` or `EPCData`, `AntennaID`, `PeakRSSI` (whole dBm),
//! `FirstSeenTimestampUTC` and `LastSeenTimestampUTC` (microseconds), `TagSeenCount`.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

use super::super::pass::PassError;
use super::super::tag::{TagRead, centi, seen};
use super::{Format, Reads};

/// The names under which the tag stands.
const TAG: [&str; 5] = ["EPC_96", "EPC-96", "EPC96", "EPCData", "EPC"];
const REPORT: &str = "TagReportData";

/// XML: one report or several behind one another, with or without a name space and an element around them.
pub(super) fn xml(text: &str) -> Result<Reads, PassError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let (mut reads, mut path) = (Reads::default(), Vec::<String>::new());
    let (mut tag, mut row) = (None::<TagRead>, 0);
    loop {
        match reader.read_event().map_err(|error| PassError::Damaged(error.to_string()))? {
            Event::Start(start) => {
                path.push(name(&start));
                open(&start, &mut tag, &mut reads);
            }
            Event::Empty(empty) => {
                path.push(name(&empty));
                open(&empty, &mut tag, &mut reads);
                close(&mut path, &mut tag, &mut row, &mut reads);
            }
            Event::Text(text) => {
                set(&path, text.trim(), tag.as_mut());
            }
            Event::End(_) => close(&mut path, &mut tag, &mut row, &mut reads),
            Event::Eof => break,
            _ => {}
        }
    }
    // A file that was cut off within its last report keeps what it has.
    if let Some(tag) = tag {
        reads.add(Format::LlrpXml, row + 1, tag);
    }
    if reads.format.is_none() { Err(PassError::UnknownFormat) } else { Ok(reads) }
}

fn name(start: &BytesStart<'_>) -> String {
    start.local_name().as_ref().to_owned()
}

fn open(start: &BytesStart<'_>, tag: &mut Option<TagRead>, reads: &mut Reads) {
    let own = name(start);
    if own == "RO_ACCESS_REPORT" || own == REPORT {
        reads.format = reads.format.or(Some(Format::LlrpXml));
    }
    if own == REPORT {
        *tag = Some(TagRead::default());
    }
    for attribute in start.attributes().flatten() {
        let key = attribute.key.local_name().as_ref().to_owned();
        // A count of bits is no tag.
        if key != "Count" && (TAG.contains(&key.as_str()) || own == REPORT) {
            set(&[own.clone(), key], attribute.value.trim(), tag.as_mut());
        }
    }
}

fn close(path: &mut Vec<String>, tag: &mut Option<TagRead>, row: &mut u64, reads: &mut Reads) {
    if path.pop().as_deref() == Some(REPORT)
        && let Some(tag) = tag.take()
    {
        *row += 1;
        reads.add(Format::LlrpXml, *row, tag);
    }
}

/// Puts a text where its path says.
fn set(path: &[String], text: &str, tag: Option<&mut TagRead>) {
    let Some(tag) = tag.filter(|_| !text.is_empty()) else { return };
    let within = |names: &[&str]| path.iter().any(|name| names.contains(&name.as_str()));
    if within(&["LastSeenTimestampUTC"]) || (within(&["FirstSeenTimestampUTC"]) && tag.seen_at.is_none()) {
        tag.seen_at = seen(text).or(tag.seen_at);
    } else if within(&["AntennaID"]) {
        tag.antenna = text.parse().ok().or(tag.antenna);
    } else if within(&["PeakRSSI"]) {
        tag.rssi_cdbm = centi(text).or(tag.rssi_cdbm);
    } else if within(&TAG) && tag.epc.is_empty() {
        text.clone_into(&mut tag.epc);
    }
}

/// JSON: whether the entry is such a report; its reads are added.
pub(super) fn json(value: &Value, row: u64, reads: &mut Reads) -> bool {
    let report = value.get("RO_ACCESS_REPORT").unwrap_or(value);
    let Some(tags) = report.get(REPORT) else {
        let empty = value.get("RO_ACCESS_REPORT").is_some();
        if empty {
            reads.format = reads.format.or(Some(Format::LlrpJson));
        }
        return empty;
    };
    let tags = match tags {
        Value::Array(tags) => tags.as_slice(),
        one => std::slice::from_ref(one),
    };
    reads.format = reads.format.or(Some(Format::LlrpJson));
    for (index, tag) in (0..).zip(tags) {
        let text = |name: &str| tag.get(name).and_then(leaf);
        let read = TagRead {
            epc: TAG.iter().find_map(|name| text(name)).unwrap_or_default(),
            seen_at: text("LastSeenTimestampUTC")
                .or_else(|| text("FirstSeenTimestampUTC"))
                .and_then(|text| seen(&text)),
            antenna: text("AntennaID").and_then(|text| text.parse().ok()),
            rssi_cdbm: text("PeakRSSI").and_then(|text| centi(&text)),
            ..TagRead::default()
        };
        reads.add(Format::LlrpJson, row + index, read);
    }
    true
}

/// The value itself, or the one inside of it: `1`, `{"AntennaID": 1}`, `{"EPCLengthBits": 96, "EPC": "3074…"}`.
fn leaf(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) => object.get("EPC").or_else(|| object.values().next()).and_then(leaf),
        _ => None,
    }
}
