use serde::{Deserialize, Serialize};

use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::violation::all_digits;
use crate::{Violation, text};

const FORMAT: &str = "tw.ubn";
const WEIGHTS: [u16; 8] = [1, 2, 1, 2, 1, 2, 4, 1];

/// A business number (統一編號): 8 digits. Since 2023-04-01 the weighted sum must be a multiple of 5, no longer of 10,
/// so one typing error in five passes: compare the name too.
///
/// Standard: Ministry of Finance, the checking rule in force since 2023-04-01. A value that passes does not prove
/// that the business is registered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ubn {
    text: String,
}

number!(Ubn, "tw.ubn");

impl Ubn {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        all_digits(FORMAT, &text, &[8], Phrase::new("8 digits", " 8 個數字"))?;
        let sum = weighted_sum(text.as_bytes());
        // A seven in the seventh place (7 × 4 = 28, 2 + 8 = 10) may count as 1 or as 0.
        let holds = sum.is_multiple_of(5) || (text.as_bytes()[6] == b'7' && (sum + 1).is_multiple_of(5));
        if holds { Ok(Self { text }) } else { Err(Violation::whole(FORMAT, Rule::WeightedSum { sum })) }
    }

    /// Whether the number also holds by the rule of before 2023-04-01.
    pub fn holds_by_old_rule(&self) -> bool {
        let sum = weighted_sum(self.text.as_bytes());
        sum.is_multiple_of(10) || (self.text.as_bytes()[6] == b'7' && (sum + 1).is_multiple_of(10))
    }
}

/// The sum of the digits of each product.
fn weighted_sum(digits: &[u8]) -> u16 {
    digits
        .iter()
        .zip(WEIGHTS)
        .map(|(d, weight)| u16::from(d - b'0') * weight)
        .map(|product| product / 10 + product % 10)
        .sum()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn numbers_of_the_new_rule_pass_and_are_told_apart() {
        assert!(Ubn::parse("22099131").unwrap().holds_by_old_rule());
        assert!(!Ubn::parse("00501508").unwrap().holds_by_old_rule());
        assert!(Ubn::parse("00000074").is_ok());
    }

    #[test]
    fn the_consumer_placeholder_is_no_number() {
        assert_eq!(Ubn::parse("00000000").unwrap_err().rule, Rule::Placeholder);
        assert!(Ubn::parse("01234567").is_err());
        assert_eq!(Ubn::parse("2209913l").unwrap_err().at, Some(8));
    }
}
