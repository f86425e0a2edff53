use serde::{Deserialize, Serialize};

use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::violation::length;
use crate::{Violation, text};

const FORMAT: &str = "cn.orgcode";
const ALLOWED: Phrase =
    Phrase::new("digits and capital letters, the last a digit or X", "只可為數字及大寫字母，末位為數字或 X");
const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// An organisation code (組織機構代碼, GB 11714): eight characters and a check digit. Characters 9-17 of a USCC.
///
/// Standard: GB 11714-1997. A value that passes does not prove that the organisation exists; one wrong character in
/// eleven passes when two are wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrgCode {
    text: String,
}

number!(OrgCode, "cn.orgcode");

impl OrgCode {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        length(FORMAT, &text, &[9], Phrase::new("9 characters", " 9 個字元"))?;
        for (index, found) in text.chars().enumerate() {
            let fits = if index < 8 {
                found.is_ascii_alphanumeric()
            } else {
                found.is_ascii_digit() || found == 'X'
            };
            if !fits {
                return Err(Violation::at(FORMAT, Rule::Character { found, allowed: ALLOWED }, index));
            }
        }
        let bytes = text.as_bytes();
        let (expected, found) = (organisation_check(bytes), bytes[8]);
        if found == expected {
            Ok(Self { text })
        } else {
            let rule = Rule::OrganisationCheck { expected: expected.into(), found: found.into() };
            Err(Violation::at(FORMAT, rule, 8))
        }
    }
}

/// The check digit that belongs to the first eight characters (digits and capitals only).
pub(crate) fn organisation_check(code: &[u8]) -> u8 {
    let sum: u32 = code.iter().zip(WEIGHTS).map(|(c, weight)| u32::from(value(*c)) * weight).sum();
    match 11 - sum % 11 {
        11 => b'0',
        10 => b'X',
        digit => b'0' + u8::try_from(digit).unwrap_or(0),
    }
}

/// 0-9, then A = 10 to Z = 35.
fn value(c: u8) -> u8 {
    if c.is_ascii_digit() { c - b'0' } else { c.wrapping_sub(b'A').wrapping_add(10) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn a_code_printed_with_its_hyphen_is_the_same_code() {
        assert_eq!(OrgCode::parse("60003734-1").unwrap().normalised(), "600037341");
    }

    #[test]
    fn a_wrong_check_digit_is_told_with_the_right_one() {
        let wrong = OrgCode::parse("71526726-0").unwrap_err();
        assert_eq!(wrong.rule, Rule::OrganisationCheck { expected: 'X', found: '0' });
        assert_eq!(wrong.at, Some(9));
    }
}
