//! SHA-256 as text, and JSON in one form only, so that equal things have equal hashes.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The SHA-256 of some bytes in 64 lower-case hex digits.
pub fn sha256_hex(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Whether a text is a SHA-256 in 64 lower-case hex digits.
pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// JSON with sorted keys and no spaces. `serde_json` sorts by itself only as long as no crate in the build
/// asks it to keep the order, so the sorting is done here.
pub(crate) fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write_canonical(value, &mut out);
    out
}

fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by_key(|(name, _)| name.as_str());
            out.push('{');
            for (index, (name, field)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write_canonical(field, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

/// The hash of a value that must not itself stand in the audit chain.
pub(crate) fn value_sha256(value: &Value) -> String {
    sha256_hex(canonical(value))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_order_of_keys_does_not_change_a_hash() {
        let one: Value =
            serde_json::from_str(r#"{"b": [1, {"z": null, "a": "發票\n"}], "a": true}"#).unwrap();
        assert_eq!(canonical(&one), r#"{"a":true,"b":[1,{"a":"發票\n","z":null}]}"#);
    }

    proptest! {
        #[test]
        fn canonical_json_means_the_same(keys in proptest::collection::vec(".{0,6}", 0..6), number in any::<i64>()) {
            let value = Value::Object(keys.iter().map(|key| (key.clone(), Value::from(number))).collect());
            prop_assert_eq!(serde_json::from_str::<Value>(&canonical(&value)).unwrap(), value);
        }
    }

    #[test]
    fn only_a_sha256_is_taken_for_one() {
        assert!(is_sha256(&sha256_hex(b"")));
        assert!(!is_sha256(&sha256_hex(b"").to_uppercase()));
        assert!(!is_sha256("../../etc/passwd"));
    }
}
