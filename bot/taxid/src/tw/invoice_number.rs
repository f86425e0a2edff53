use serde::{Deserialize, Serialize};

use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::violation::length;
use crate::{Parts, Violation, text};

const FORMAT: &str = "tw.invoice_number";

/// The number of a uniform invoice (統一發票號碼): two letters and eight digits. The letters recur in later years,
/// so an invoice is known by seller, number and period together.
///
/// Standard: Ministry of Finance, uniform invoices. A value that passes does not prove that the number was allotted
/// to the seller: there is no check digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InvoiceNumber {
    text: String,
}

number!(InvoiceNumber, "tw.invoice_number", {
    fn parts(&self) -> Parts {
        vec![("track", self.text[..2].to_owned()), ("number", self.text[2..].to_owned())]
    }
});

impl InvoiceNumber {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        for (index, found) in text.chars().enumerate() {
            let fits = if index < 2 { found.is_ascii_uppercase() } else { found.is_ascii_digit() };
            if !fits {
                let allowed =
                    Phrase::new("two letters and eight digits are expected", "應為兩個字母及八個數字");
                return Err(Violation::at(FORMAT, Rule::Character { found, allowed }, index));
            }
        }
        length(FORMAT, &text, &[10], Phrase::new("2 letters and 8 digits", "兩個字母及 8 個數字"))?;
        Ok(Self { text })
    }
}
