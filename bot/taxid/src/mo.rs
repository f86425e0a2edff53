//! Macau: there is no VAT; businesses have a taxpayer number.

use serde::{Deserialize, Serialize};

use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::violation::all_digits;
use crate::{Note, Parts, Violation, text};

const FORMAT: &str = "mo.tin";

/// A taxpayer number (納稅人編號): 8 digits; 8 for entities, 0 for persons in business. Employees use the number of
/// their identity card (1, 5, 7). No check digit is known.
///
/// Standard: Direcção dos Serviços de Finanças, as the OECD's sheet on Macao describes it. A value that passes does
/// not prove more than the form: no check digit is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaxNumber {
    text: String,
}

number!(TaxNumber, "mo.tin", {
    fn notes(&self) -> Vec<Note> {
        if !self.is_identity_card() {
            return Vec::new();
        }
        vec![Note::review(
            "DH-2182",
            "It looks like the number of an identity card: a person's, to be masked",
            "看似身份證號碼：屬個人資料，須遮蓋",
        )]
    }

    fn parts(&self) -> Parts {
        let kind = match self.text.as_bytes()[0] {
            b'8' => "entity",
            b'0' => "person_in_business",
            _ => "identity_card",
        };
        vec![("kind", kind.to_owned())]
    }
});

impl TaxNumber {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        all_digits(FORMAT, &text, &[8], Phrase::new("8 digits", " 8 個數字"))?;
        if text.starts_with(['0', '1', '5', '7', '8']) {
            return Ok(Self { text });
        }
        let allowed = Phrase::new(
            "the first digit is 8 (entity), 0 (person in business) or 1, 5, 7 (identity card)",
            "首位為 8（法人）、0（個人經營者）或 1、5、7（身份證）",
        );
        Err(Violation::at(FORMAT, Rule::Character { found: text.chars().next().unwrap_or(' '), allowed }, 0))
    }

    /// Whether it looks like the number of a person's identity card.
    pub fn is_identity_card(&self) -> bool {
        self.text.starts_with(['1', '5', '7'])
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::Number as _;

    #[test]
    fn the_first_digit_tells_who_it_is() {
        assert!(TaxNumber::parse("8123 4567").unwrap().notes().is_empty());
        assert_eq!(TaxNumber::parse("51234567").unwrap().notes().len(), 1);
        assert_eq!(TaxNumber::parse("21234567").unwrap_err().at, Some(1));
    }
}
