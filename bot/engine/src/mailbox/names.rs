//! Folders as a mail server writes them: its own sign between levels, and its own way of writing what is not ASCII
//! (RFC 3501, 5.1.3).

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::{GeneralPurpose, general_purpose::NO_PAD};

const BASE64: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// `Deskhand/Done` as the server writes it.
pub(super) fn on_server(name: &str, delimiter: Option<&str>) -> String {
    let name = match delimiter {
        Some(delimiter) => name.replace('/', delimiter),
        None => name.replace('/', " "),
    };
    encoded(&name)
}

fn encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut foreign = String::new();
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            shift(&mut out, &mut foreign);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            foreign.push(c);
        }
    }
    shift(&mut out, &mut foreign);
    out
}

fn shift(out: &mut String, foreign: &mut String) {
    if foreign.is_empty() {
        return;
    }
    let utf16: Vec<u8> = foreign.encode_utf16().flat_map(u16::to_be_bytes).collect();
    out.push('&');
    out.push_str(&BASE64.encode(utf16));
    out.push('-');
    foreign.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_the_standard_writes_them() {
        // The example of RFC 3501.
        assert_eq!(encoded("~peter/mail/台北/日本語"), "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
        assert_eq!(encoded("A & B"), "A &- B");
        assert_eq!(on_server("Deskhand/已處理", Some(".")), "Deskhand.&XfKGVXQG-");
        assert_eq!(on_server("Deskhand/Done", None), "Deskhand Done");
    }
}
