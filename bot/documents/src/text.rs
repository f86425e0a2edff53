//! Bytes that are text, in the character sets that Chinese paperwork comes in.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// A text string of a PDF: UTF-16 or UTF-8 with a mark, else Latin.
pub(crate) fn pdf_string(bytes: &[u8]) -> String {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned(),
        None => bytes.iter().map(|&byte| char::from(byte)).collect(),
    };
    text.chars().filter(|c| !c.is_control()).take(255).collect()
}

/// A name in an archive: UTF-8, or what Chinese systems wrote before it.
pub(crate) fn file_name(bytes: &[u8]) -> String {
    for encoding in [UTF_8, GB18030, BIG5] {
        let (name, failed) = encoding.decode_without_bom_handling(bytes);
        if !failed {
            return name.into_owned();
        }
    }
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether this begins as XML does.
pub(crate) fn looks_like_xml(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(512)];
    let head = match Encoding::for_bom(head) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&head[mark..]).0.into_owned(),
        None => String::from_utf8_lossy(head).into_owned(),
    };
    let mut start = head.trim_start().chars();
    start.next() == Some('<') && start.next().is_some_and(|c| c == '?' || c == '!' || c.is_alphabetic())
}

/// The text of an XML file, by its mark or its declaration.
pub(crate) fn decode_xml(bytes: &[u8]) -> Option<String> {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or_else(|| (declared(bytes), 0));
    let (text, failed) = encoding.decode_without_bom_handling(&bytes[mark..]);
    (!failed).then(|| text.chars().filter(|&c| c != '\0').collect())
}

/// The encoding that an XML declaration names, of those that are met here; UTF-8 without one.
fn declared(bytes: &[u8]) -> &'static Encoding {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_ascii_lowercase();
    let declaration = head.split("?>").next().unwrap_or_default();
    let known = [("gb", GB18030), ("big5", BIG5), ("utf-16le", UTF_16LE), ("utf-16be", UTF_16BE)];
    let value = declaration.split("encoding").nth(1).unwrap_or_default();
    let value = value.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\''));
    known.into_iter().find(|(start, _)| value.starts_with(start)).map_or(UTF_8, |(_, encoding)| encoding)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn a_gbk_declaration_is_believed() {
        let mut bytes = b"<?xml version=\"1.0\" encoding=\"GBK\"?><a>".to_vec();
        bytes.extend([0xB7, 0xA2, 0xC6, 0xB1]);
        bytes.extend(b"</a>");
        assert!(looks_like_xml(&bytes));
        assert!(decode_xml(&bytes).unwrap().contains("发票"));
    }

    #[test]
    fn broken_utf8_is_not_repaired_in_silence() {
        assert_eq!(decode_xml(b"<a>\xff\xfe\xfd</a>"), None);
    }

    #[test]
    fn a_utf16_name_is_read() {
        assert_eq!(pdf_string(b"\xfe\xff\x53\xd1\x79\x68\0.\0x"), "发票.x");
    }
}
