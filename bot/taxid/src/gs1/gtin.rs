use serde::{Deserialize, Serialize};

use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::violation::all_digits;
use crate::{Parts, Violation, text};

const FORMAT: &str = "gs1.gtin";

/// A GTIN of 8, 12, 13 or 14 digits (EAN, UPC, ISBN-13), kept as GTIN-14.
///
/// Standard: GS1 General Specifications, section 7.9. A value that passes does not prove that the number was
/// allotted, or to which article.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Gtin {
    text: String,
}

number!(Gtin, "gs1.gtin", {
    fn parts(&self) -> Parts {
        vec![("indicator", self.text[..1].to_owned()), ("prefix", self.text[1..4].to_owned())]
    }
});

impl Gtin {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        all_digits(
            FORMAT,
            &text,
            &[8, 12, 13, 14],
            Phrase::new("8, 12, 13 or 14 digits", " 8、12、13 或 14 個數字"),
        )?;
        let (body, found) = text.split_at(text.len() - 1);
        let expected = check_digit(body);
        if found.starts_with(expected) {
            return Ok(Self { text: format!("{text:0>14}") });
        }
        let found = found.chars().next().unwrap_or(' ');
        Err(Violation::at(FORMAT, Rule::CheckCharacter { expected, found }, body.len()))
    }
}

/// The check digit that GS1 puts behind these digits: weights 3, 1, 3, 1 … from the right.
pub fn check_digit(digits: &str) -> char {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([3, 1].into_iter().cycle())
        .map(|(d, weight)| u32::from(d.wrapping_sub(b'0') % 10) * weight)
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn all_lengths_become_fourteen_digits() {
        assert_eq!(Gtin::parse("4006381333931").unwrap().normalised(), "04006381333931");
        assert_eq!(Gtin::parse("036000291452").unwrap().normalised(), "00036000291452");
        assert_eq!(Gtin::parse("96385074").unwrap().normalised(), "00000096385074");
        assert_eq!(Gtin::parse("978-0-306-40615-7").unwrap().normalised(), "09780306406157");
    }

    #[test]
    fn a_wrong_check_digit_is_told_with_the_right_one() {
        assert_eq!(
            Gtin::parse("4006381333932").unwrap_err().rule,
            Rule::CheckCharacter { expected: '1', found: '2' }
        );
    }
}
