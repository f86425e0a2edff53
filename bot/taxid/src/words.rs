//! Amounts in capital words (大寫金額), as fapiao and cheques print them: read and written.
//!
//! There is more than one legal spelling of most amounts, so compare values, never texts.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::rule::Rule;
use crate::{Note, Violation, text};

mod read;
mod write;

pub use write::{Style, write};

const FORMAT: &str = "cn.amount_upper";

/// Ten thousand million million: no invoice is that large, and cents still fit a `u64`.
const LIMIT: u64 = 10_000_000_000_000_000;

/// An amount read from words.
///
/// Standard: the Payment and Settlement Rules of the People's Bank of China (1997), annex 1, and Hong Kong and
/// Taiwan usage. A value that passes does not prove that the amount is right: compare it with the figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AmountInWords {
    value: Decimal,
    doubts: Vec<Doubt>,
}

/// What is missing from the legal spelling although the value is clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// 元 directly followed by 分 without 零.
    ZeroBeforeCents,
    /// No 整 after 元.
    End,
    /// A place is skipped without 零.
    ZeroInside,
}

impl AmountInWords {
    /// Reads an amount such as `（负数）人民币壹仟陆佰捌拾元零叁角贰分`, with or without its label.
    ///
    /// # Errors
    /// Which character is impossible, or which rule of the grammar failed.
    pub fn parse(raw: &str) -> Result<Self, Violation> {
        let text = text::solid(raw);
        if text.is_empty() {
            return Err(Violation::whole(FORMAT, Rule::Empty));
        }
        let all: Vec<char> = text.chars().collect();
        let (cents, negative, doubts) = read::cents(&all)?;
        let value = Decimal::from_i128_with_scale(i128::from(cents), 2);
        Ok(Self { value: if negative && cents > 0 { -value } else { value }, doubts })
    }

    /// The value, with two decimals.
    pub fn value(&self) -> Decimal {
        self.value
    }

    /// Where the spelling is not the legal one although the value is clear.
    pub fn notes(&self) -> Vec<Note> {
        self.doubts.iter().map(|doubt| doubt.note()).collect()
    }
}

impl Doubt {
    fn note(self) -> Note {
        match self {
            Self::ZeroBeforeCents => Note::remark(
                "DH-2120",
                "元 is followed by 分 without 零 between them",
                "「元」後直接為「分」，中間缺「零」",
            ),
            Self::End => Note::review(
                "DH-2120",
                "整 is missing after 元: the words may be cut off",
                "「元」後缺「整」：文字可能不完整",
            ),
            Self::ZeroInside => {
                Note::remark("DH-2120", "A place is skipped without 零", "跳過數位而缺「零」")
            }
        }
    }
}

impl fmt::Display for AmountInWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.value)
    }
}

impl FromStr for AmountInWords {
    type Err = Violation;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        Self::parse(raw)
    }
}

impl TryFrom<String> for AmountInWords {
    type Error = Violation;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

impl From<AmountInWords> for String {
    fn from(amount: AmountInWords) -> Self {
        write(amount.value, Style::Cheque).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
