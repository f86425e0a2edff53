use serde::{Deserialize, Serialize};

use super::{InvoiceNumber, InvoicePeriod};
use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::violation::{digits, length};
use crate::{Parts, Violation, text};

const FORMAT: &str = "tw.barcode_1d";

/// The Code 39 barcode of a uniform invoice: period (5), number (10), random code (4).
/// Telecom bills leave out the random code.
///
/// Standard: Ministry of Finance, e-invoice slip specification 1.9. A value that passes does not prove that the
/// invoice exists; the platform's lookup by random code knows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Barcode {
    text: String,
}

number!(Barcode, "tw.barcode_1d", {
    fn parts(&self) -> Parts {
        vec![
            ("period", self.text[..5].to_owned()),
            ("number", self.text[5..15].to_owned()),
            ("random", self.random().unwrap_or("").to_owned()),
        ]
    }
});

impl Barcode {
    fn read(raw: &str) -> Result<Self, Violation> {
        let id = text::id(raw);
        // Some readers hand over Code 39's start and stop signs.
        let text = id.trim_matches('*').to_owned();
        length(
            FORMAT,
            &text,
            &[15, 19],
            Phrase::new(
                "19: period, number, random code (15 on telecom bills)",
                " 19 個：期別、號碼、隨機碼（電信帳單 15 個）",
            ),
        )?;
        if let Some((index, found)) = text.chars().enumerate().find(|(_, c)| !c.is_ascii_alphanumeric()) {
            let allowed = Phrase::new("only digits and capital letters are used", "只用數字及大寫字母");
            return Err(Violation::at(FORMAT, Rule::Character { found, allowed }, index));
        }
        digits(FORMAT, &text[..5])?;
        InvoicePeriod::parse(&text[..5]).map_err(|wrong| wrong.inside(FORMAT, 0))?;
        InvoiceNumber::parse(&text[5..15]).map_err(|wrong| wrong.inside(FORMAT, 5))?;
        digits(FORMAT, &text[15..]).map_err(|wrong| wrong.inside(FORMAT, 15))?;
        Ok(Self { text })
    }

    /// The invoice's number.
    pub fn number(&self) -> &str {
        &self.text[5..15]
    }

    /// The random code, if the code has one.
    pub fn random(&self) -> Option<&str> {
        self.text.get(15..).filter(|random| !random.is_empty())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn a_telecom_bill_has_no_random_code() {
        assert_eq!(Barcode::parse("*11404AB12345678*").unwrap().random(), None);
        assert_eq!(Barcode::parse("11404ab123456781234").unwrap().random(), Some("1234"));
    }

    #[test]
    fn an_odd_month_is_refused() {
        assert!(Barcode::parse("11405AB123456781234").is_err());
        assert_eq!(Barcode::parse("11404A1123456781234").unwrap_err().at, Some(7));
    }
}
