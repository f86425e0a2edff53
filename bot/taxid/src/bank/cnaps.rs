use serde::{Deserialize, Serialize};

use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::violation::{digits, length};
use crate::{Parts, Violation, text};

const FORMAT: &str = "bank.cnaps";

/// The number of a bank branch in the mainland's payment system (聯行號): bank, region, branch, check.
///
/// The check (ISO 7064 MOD 11,10) was found from public numbers and one real number fails it:
/// treat a failure as a question to a person, not as proof.
///
/// Standard: People's Bank of China, CNAPS. A value that passes does not prove that the branch exists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cnaps {
    text: String,
}

number!(Cnaps, "bank.cnaps", {
    fn parts(&self) -> Parts {
        vec![
            ("bank", self.text[..3].to_owned()),
            ("region", self.text[3..7].to_owned()),
            ("branch", self.text[7..11].to_owned()),
        ]
    }
});

impl Cnaps {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        digits(FORMAT, &text)?;
        length(FORMAT, &text, &[12], Phrase::new("12 digits", " 12 個數字"))?;
        let (expected, found) = (check_digit(&text.as_bytes()[..11]), text.as_bytes()[11]);
        if expected == found {
            Ok(Self { text })
        } else {
            Err(Violation::at(
                FORMAT,
                Rule::CheckCharacter { expected: expected.into(), found: found.into() },
                11,
            ))
        }
    }
}

/// ISO 7064 MOD 11,10.
fn check_digit(digits: &[u8]) -> u8 {
    let product = digits.iter().fold(10_u8, |product, d| {
        let sum = (product + (d - b'0')) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    b'0' + (11 - product) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_that_of_iso_7064() {
        assert_eq!(check_digit(b"0794"), b'5');
        assert!(Cnaps::parse("102100099996").is_ok());
        assert!(Cnaps::parse("102100099997").is_err());
    }
}
