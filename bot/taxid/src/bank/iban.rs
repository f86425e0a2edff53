use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::table::{self, Row};
use crate::{Parts, Violation, text};

const FORMAT: &str = "bank.iban";

static STRUCTURES: LazyLock<Vec<Row>> = LazyLock::new(|| table::rows(include_str!("../../data/iban.csv")));

/// An IBAN (ISO 13616). Hong Kong, the mainland, Macau and Taiwan issue none: one that begins so is a warning of fraud.
///
/// Standard: ISO 13616-1, check by ISO 7064 MOD 97-10; structures in `data/iban.csv`. A value that passes does
/// not prove that the account exists, or whose it is; a country's own inner check digits are not tested.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iban {
    text: String,
}

number!(Iban, "bank.iban", {
    fn parts(&self) -> Parts {
        vec![("country", self.text[..2].to_owned()), ("account", self.text[4..].to_owned())]
    }
});

impl Iban {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        let text = text.strip_prefix("IBAN").unwrap_or(&text).trim_start_matches(':').to_owned();
        if text.is_empty() {
            return Err(Violation::whole(FORMAT, Rule::Empty));
        }
        for (index, found) in text.chars().enumerate() {
            let (fits, allowed) = match index {
                0 | 1 => (
                    found.is_ascii_uppercase(),
                    Phrase::new("the first two characters are the country's letters", "首兩位為國家字母代碼"),
                ),
                2 | 3 => (
                    found.is_ascii_digit(),
                    Phrase::new("characters 3 and 4 are the check digits", "第 3、4 位為校驗數字"),
                ),
                _ => (
                    found.is_ascii_alphanumeric(),
                    Phrase::new("only digits and capital letters are used", "只用數字及大寫字母"),
                ),
            };
            if !fits {
                return Err(Violation::at(FORMAT, Rule::Character { found, allowed }, index));
            }
        }
        let country = text.get(..2).unwrap_or("");
        let Some(row) = STRUCTURES.iter().find(|row| row.cells[0] == country) else {
            return Err(Violation::at(FORMAT, Rule::NoIbanThere, 0));
        };
        let kinds = kinds(row.cells[1]);
        if kinds.len() + 4 != text.len() {
            let found = u16::try_from(text.len()).unwrap_or(u16::MAX);
            return Err(Violation::whole(
                FORMAT,
                Rule::Length {
                    expected: Phrase::new("as many as the country's IBANs have", "該國 IBAN 的固定長度"),
                    found,
                },
            ));
        }
        if let Some((index, found)) = misfit(&text, &kinds) {
            let allowed = Phrase::new(
                "the country's IBANs have another sort of character here",
                "該國 IBAN 此位為另一類字元",
            );
            return Err(Violation::at(FORMAT, Rule::Character { found, allowed }, index));
        }
        match remainder(&text) {
            1 => Ok(Self { text }),
            found => Err(Violation::at(FORMAT, Rule::Remainder { found }, 2)),
        }
    }

    /// ISO 3166.
    pub fn country(&self) -> &str {
        &self.text[..2]
    }
}

/// `4a14n` as the sort of each character.
fn kinds(structure: &str) -> Vec<char> {
    let mut out = Vec::new();
    let mut count = 0_usize;
    for c in structure.chars() {
        match c.to_digit(10) {
            Some(digit) => count = count * 10 + digit as usize,
            None => out.extend(std::iter::repeat_n(c, std::mem::take(&mut count))),
        }
    }
    out
}

/// The first character that is not of the sort that stands there.
fn misfit(text: &str, kinds: &[char]) -> Option<(usize, char)> {
    text.chars().enumerate().skip(4).zip(kinds).find_map(|((index, c), kind)| {
        let fits = match kind {
            'n' => c.is_ascii_digit(),
            'a' => c.is_ascii_uppercase(),
            _ => true,
        };
        (!fits).then_some((index, c))
    })
}

/// The first four characters at the end, letters as 10 to 35, modulo 97.
fn remainder(text: &str) -> u8 {
    let moved = text.bytes().cycle().skip(4).take(text.len());
    let rest = moved.fold(0_u32, |rest, c| {
        if c.is_ascii_digit() {
            (rest * 10 + u32::from(c - b'0')) % 97
        } else {
            (rest * 100 + u32::from(c - b'A') + 10) % 97
        }
    });
    u8::try_from(rest).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn the_registry_examples_pass() {
        for iban in [
            "BE31 4354 1116 1155",
            "GB82 WEST 1234 5698 7654 32",
            "FR1420041010050500013M02606",
            "NO9386011117947",
            "MT84MALT011000012345MTLCAST001S",
        ] {
            assert!(Iban::parse(iban).is_ok(), "{iban}");
        }
    }

    #[test]
    fn an_iban_of_a_country_that_has_none_is_a_warning() {
        for country in ["HK", "CN", "MO", "TW", "US"] {
            assert_eq!(
                Iban::parse(&format!("{country}1234567890123456")).unwrap_err().rule,
                Rule::NoIbanThere
            );
        }
    }

    #[test]
    fn a_letter_in_the_check_digits_is_pointed_at() {
        assert_eq!(Iban::parse("GB8ZWEST12345698765432").unwrap_err().at, Some(4));
    }
}
