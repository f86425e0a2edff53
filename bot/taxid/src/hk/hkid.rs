use serde::{Deserialize, Serialize};

use crate::number::{hidden_debug, number};
use crate::rule::{Phrase, Rule};
use crate::{Violation, text};

const FORMAT: &str = "hk.hkid";

/// The number of a Hong Kong identity card. It is read only to be masked.
///
/// Standard: Immigration Department, as published for developers: weights 9 to 2, modulo 11. A value that passes
/// does not prove that the card was issued, or that the bearer is its holder.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hkid {
    text: String,
}

hidden_debug!(Hkid);
number!(Hkid, "hk.hkid");

impl Hkid {
    fn read(raw: &str) -> Result<Self, Violation> {
        let mut text = text::id(raw);
        if text.is_empty() {
            return Err(Violation::whole(FORMAT, Rule::Empty));
        }
        if let Some(inner) = text.strip_suffix(')')
            && let Some((body, check)) = inner.split_once('(')
        {
            text = format!("{body}{check}");
        }
        let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
        let body = text.get(letters..).unwrap_or("");
        let fits = (1..=2).contains(&letters)
            && body.len() == 7
            && body.bytes().take(6).all(|b| b.is_ascii_digit())
            && body.bytes().skip(6).all(|b| b.is_ascii_digit() || b == b'A');
        if !fits {
            let phrase = Phrase::new(
                "An identity card number has one or two letters, six digits and a check character",
                "身份證號碼為一至兩個字母、六個數字及一個校驗字元",
            );
            return Err(Violation::whole(FORMAT, Rule::Shape(phrase)));
        }
        let (number, found) = text.split_at(letters + 6);
        let expected = check_character(number.as_bytes());
        if found.as_bytes() != [expected] {
            let rule = Rule::CheckCharacter {
                expected: expected.into(),
                found: found.chars().next().unwrap_or(' '),
            };
            return Err(Violation::at(FORMAT, rule, letters + 6));
        }
        Ok(Self { text: format!("{number}({found})") })
    }
}

/// The check character of one or two capitals and six digits. One letter is read with a blank (36) before it.
pub(crate) fn check_character(number: &[u8]) -> u8 {
    let padding = if number.len() == 7 { 36 * 9 } else { 0 };
    let weights = (2..=9_u32).rev().skip(8_usize.saturating_sub(number.len()));
    let value =
        |c: u8| u32::from(if c.is_ascii_digit() { c - b'0' } else { c.wrapping_sub(b'A').wrapping_add(10) });
    let sum: u32 = padding + number.iter().zip(weights).map(|(c, weight)| value(*c) * weight).sum::<u32>();
    match sum % 11 {
        0 => b'0',
        1 => b'A',
        r => b'0' + u8::try_from(11 - r).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("A123456(3)", true)]
    #[case("AB987654(3)", true)]
    #[case("G123456(A)", true)]
    #[case("g123456a", true)]
    #[case("Ｇ１２３４５６（Ａ）", true)]
    #[case("A123456(4)", false)]
    #[case("G123456(1)", false)]
    #[case("A12345(3)", false)]
    #[case("ABC123456(3)", false)]
    #[case("1234567(3)", false)]
    #[case("A123456()", false)]
    fn the_check_character_decides(#[case] text: &str, #[case] valid: bool) {
        assert_eq!(Hkid::parse(text).is_ok(), valid);
    }
}
