//! What documents say is made harmless before it enters a mail: it comes from strangers.

use serde_json::Value;

const MASK: &str = "•••";
const LONGEST: usize = 400;

/// A context without line breaks, control characters and hidden marks, and without numbers that may be
/// somebody's id. Links, hashes and amounts stay: mails need them whole.
pub(crate) fn context(value: &Value) -> Value {
    within("", value)
}

fn within(name: &str, value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let text = one_line(text);
            let may_hold_ids = matches!(name, "supplier" | "reason");
            Value::from(if may_hold_ids { masked(&shortened(&text)) } else { text })
        }
        Value::Array(items) => items.iter().map(|item| within(name, item)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), within(name, value))).collect())
        }
        plain => plain.clone(),
    }
}

/// One line: no breaks, no control characters, no marks that turn the direction of writing around.
pub(crate) fn one_line(text: &str) -> String {
    let is_hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let visible: String =
        text.chars().filter(|c| !is_hidden(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// Masks what looks like an identity, tax, account or card number: seven or more Latin letters and digits in
/// a row with six digits among them, unless it is the whole part of an amount.
fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let is_id = word.len() >= 7 && digits >= 6 && !(digits == word.len() && has_cents(after));
        out.push_str(before);
        out.push_str(if is_id { MASK } else { word });
        rest = after;
    }
    out + rest
}

/// Whether what follows a number is a point and two digits.
fn has_cents(after: &str) -> bool {
    let Some(cents) = after.strip_prefix('.') else { return false };
    let digits = cents.bytes().take_while(u8::is_ascii_digit).count();
    digits == 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn numbers_that_may_be_somebodys_id_do_not_leave_by_mail() {
        for (text, safe) in [
            ("HKID A123456(7)", "HKID •••(7)"),
            ("身份證11010519491231002X不符", "身份證•••不符"),
            ("Tax id 91440300MA5EXAMPLE fails", "Tax id ••• fails"),
            ("Tax id 91440300708461136T fails", "Tax id ••• fails"),
            ("Total 11300000.00 on 2026-04-01, DH-2104", "Total 11300000.00 on 2026-04-01, DH-2104"),
            ("卡號 6222021234567890123", "卡號 •••"),
            ("朝陽貿易 Ltd 2026", "朝陽貿易 Ltd 2026"),
        ] {
            assert_eq!(masked(text), safe);
        }
    }

    #[test]
    fn a_supplier_cannot_write_lines_of_its_own() {
        let dirty = json!({"supplier": "A\r\nBcc: x@y\u{202e}\u{0}  B", "tasks": [{"reason": "a\nb"}], "link": "https://h/12345678"});
        let clean =
            json!({"supplier": "A Bcc: x@y B", "tasks": [{"reason": "a b"}], "link": "https://h/12345678"});
        assert_eq!(context(&dirty), clean);
    }

    proptest! {
        #[test]
        fn masking_leaves_other_text_alone(text in "[ 一-龥a-z,.()-]{0,40}") {
            prop_assert_eq!(masked(&text), text);
        }

        #[test]
        fn a_clean_line_is_one_line(text in any::<String>()) {
            let line = one_line(&text);
            prop_assert!(!line.chars().any(char::is_control));
            prop_assert_eq!(one_line(&line), line.clone());
        }
    }
}
