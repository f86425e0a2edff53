use serde::{Deserialize, Serialize};

use crate::number::{hidden_debug, number};
use crate::rule::{Phrase, Rule};
use crate::violation::all_digits;
use crate::{Note, Violation, text};

const FORMAT: &str = "bank.card";

/// A bank card: 15 to 19 digits with the Luhn check. A personal card as the payee of a company's invoice stops the
/// payment until a person has called back.
///
/// Standard: ISO/IEC 7812-1, Luhn check. A value that passes does not prove that the card was issued, or to whom.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Card {
    text: String,
}

hidden_debug!(Card);
number!(Card, "bank.card", {
    fn notes(&self) -> Vec<Note> {
        vec![Note::review(
            "DH-2165",
            "This is a bank card, often a person's, and not a company's account",
            "這是銀行卡號，多屬個人，並非公司帳戶",
        )]
    }
});

impl Card {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        all_digits(FORMAT, &text, &[15, 16, 17, 18, 19], Phrase::new("15 to 19 digits", " 15 至 19 個數字"))?;
        if luhn(text.as_bytes()) {
            return Ok(Self { text });
        }
        let last = text.len() - 1;
        let found = char::from(text.as_bytes()[last]);
        let expected =
            (b'0'..=b'9').find(|d| luhn(&[&text.as_bytes()[..last], &[*d]].concat())).map_or(' ', char::from);
        Err(Violation::at(FORMAT, Rule::CheckCharacter { expected, found }, last))
    }
}

/// The Luhn check over ASCII digits.
pub fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| {
            let d = u32::from(d.wrapping_sub(b'0') % 10);
            if i % 2 == 0 { d } else { d * 2 / 10 + d * 2 % 10 }
        })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}
