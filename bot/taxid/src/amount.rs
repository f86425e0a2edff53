//! Amounts in figures, with the currency that stands on them.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::rule::{Phrase, Rule};
use crate::{Note, Violation, text};

const FORMAT: &str = "amount.numeric";

/// The currency of an amount, as far as the amount itself says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Currency {
    /// ISO 4217.
    Known(&'static str),
    /// `¥` is yuan or yen: the document decides. Holds the likelier one.
    Ambiguous(&'static str),
    /// Nothing, or `$` or `元` alone: the document's currency holds.
    Absent,
}

/// An amount in figures: commas in groups of three, one decimal point, a sign or brackets, a currency before or after.
///
/// Standard: GB/T 15835-2011 for figures; the symbols as papers use them. A value that passes does not prove the
/// currency where the sign is shared: `¥`, `$` and `元` inherit the document's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount {
    value: Decimal,
    currency: Currency,
}

/// Currency signs, longest first; `None` for those that say nothing alone.
const SIGNS: [(&str, Option<Currency>); 46] = [
    ("澳門元", Some(Currency::Known("MOP"))),
    ("澳门元", Some(Currency::Known("MOP"))),
    ("澳門幣", Some(Currency::Known("MOP"))),
    ("澳门币", Some(Currency::Known("MOP"))),
    ("新臺幣", Some(Currency::Known("TWD"))),
    ("新台幣", Some(Currency::Known("TWD"))),
    ("新台币", Some(Currency::Known("TWD"))),
    ("人民币", Some(Currency::Known("CNY"))),
    ("人民幣", Some(Currency::Known("CNY"))),
    ("MOP$", Some(Currency::Known("MOP"))),
    ("HKD$", Some(Currency::Known("HKD"))),
    ("USD$", Some(Currency::Known("USD"))),
    ("NTD$", Some(Currency::Known("TWD"))),
    ("RMB¥", Some(Currency::Known("CNY"))),
    ("CNY¥", Some(Currency::Known("CNY"))),
    ("CN¥", Some(Currency::Known("CNY"))),
    ("JP¥", Some(Currency::Known("JPY"))),
    ("HK$", Some(Currency::Known("HKD"))),
    ("HKD", Some(Currency::Known("HKD"))),
    ("NT$", Some(Currency::Known("TWD"))),
    ("NTD", Some(Currency::Known("TWD"))),
    ("TWD", Some(Currency::Known("TWD"))),
    ("RMB", Some(Currency::Known("CNY"))),
    ("CNY", Some(Currency::Known("CNY"))),
    ("CNH", Some(Currency::Known("CNY"))),
    ("MOP", Some(Currency::Known("MOP"))),
    ("US$", Some(Currency::Known("USD"))),
    ("USD", Some(Currency::Known("USD"))),
    ("EUR", Some(Currency::Known("EUR"))),
    ("GBP", Some(Currency::Known("GBP"))),
    ("JPY", Some(Currency::Known("JPY"))),
    ("SGD", Some(Currency::Known("SGD"))),
    ("港幣", Some(Currency::Known("HKD"))),
    ("港币", Some(Currency::Known("HKD"))),
    ("港元", Some(Currency::Known("HKD"))),
    ("美元", Some(Currency::Known("USD"))),
    ("美金", Some(Currency::Known("USD"))),
    ("日圓", Some(Currency::Known("JPY"))),
    ("日元", Some(Currency::Known("JPY"))),
    ("S$", Some(Currency::Known("SGD"))),
    ("€", Some(Currency::Known("EUR"))),
    ("£", Some(Currency::Known("GBP"))),
    ("¥", Some(Currency::Ambiguous("CNY"))),
    ("$", None),
    ("元", None),
    ("圓", None),
];

impl Amount {
    /// Reads an amount. A lone currency sign is a missing value, not zero.
    ///
    /// # Errors
    /// [`Rule::FiguresGrammar`], or two currencies that disagree.
    pub fn parse(raw: &str) -> Result<Self, Violation> {
        let text = text::nfkc(raw).replace('￥', "¥").to_uppercase();
        if text.is_empty() {
            return Err(Violation::whole(FORMAT, Rule::Empty));
        }
        let grammar = || Violation::whole(FORMAT, Rule::FiguresGrammar);
        let mut reading = Reading { rest: &text, negative: false, currency: Currency::Absent };
        reading.strip()?;
        let value = figures(reading.rest).ok_or_else(grammar)?;
        Ok(Self {
            value: if reading.negative && !value.is_zero() { -value } else { value },
            currency: reading.currency,
        })
    }

    /// The value, with the decimals that are printed.
    pub fn value(&self) -> Decimal {
        self.value
    }

    /// The currency as far as the amount says.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The ISO code, known or likely.
    pub fn code(&self) -> Option<&'static str> {
        match self.currency {
            Currency::Known(code) | Currency::Ambiguous(code) => Some(code),
            Currency::Absent => None,
        }
    }

    /// Doubts about the currency.
    pub fn notes(&self) -> Vec<Note> {
        match self.currency {
            Currency::Known(_) => Vec::new(),
            Currency::Ambiguous(_) => vec![Note::remark(
                "DH-2163",
                "¥ is yuan or yen; the document decides",
                "「¥」可指人民幣或日圓，須由文件判斷",
            )],
            Currency::Absent => vec![Note::remark(
                "DH-2163",
                "No currency stands on the amount; the document's holds",
                "金額未註明貨幣，以文件的貨幣為準",
            )],
        }
    }
}

struct Reading<'a> {
    rest: &'a str,
    negative: bool,
    currency: Currency,
}

impl Reading<'_> {
    /// Takes signs, brackets and currencies from both ends until only figures are left.
    fn strip(&mut self) -> Result<(), Violation> {
        loop {
            self.rest = self.rest.trim();
            if let Some(inner) = self.rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
                self.negate()?;
                self.rest = inner;
            } else if let Some((rest, sign)) = currency_at_an_end(self.rest) {
                self.rest = rest;
                self.settle(sign)?;
            } else if let Some(rest) = self
                .rest
                .strip_prefix(crate::text::is_hyphen)
                .or_else(|| self.rest.strip_suffix(crate::text::is_hyphen))
            {
                self.negate()?;
                self.rest = rest;
            } else if let Some(rest) = self.rest.strip_prefix('+') {
                self.rest = rest;
            } else {
                return Ok(());
            }
        }
    }

    /// One minus is enough: two would be a misreading.
    fn negate(&mut self) -> Result<(), Violation> {
        if self.negative {
            return Err(Violation::whole(FORMAT, Rule::FiguresGrammar));
        }
        self.negative = true;
        Ok(())
    }

    fn settle(&mut self, sign: Option<Currency>) -> Result<(), Violation> {
        self.currency = match (self.currency, sign) {
            (before, None) => before,
            (Currency::Absent, Some(now)) => now,
            // CNY ¥100
            (Currency::Known(code), Some(Currency::Ambiguous(_)))
            | (Currency::Ambiguous(_), Some(Currency::Known(code)))
                if matches!(code, "CNY" | "JPY") =>
            {
                Currency::Known(code)
            }
            (before, Some(now)) if before == now => now,
            _ => {
                let phrase =
                    Phrase::new("Two different currencies stand on the amount", "金額有兩種不同的貨幣");
                return Err(Violation::whole(FORMAT, Rule::Shape(phrase)));
            }
        };
        Ok(())
    }
}

fn currency_at_an_end(text: &str) -> Option<(&str, Option<Currency>)> {
    SIGNS.iter().find_map(|(sign, currency)| {
        Some((text.strip_prefix(sign).or_else(|| text.strip_suffix(sign))?, *currency))
    })
}

/// `1,234.50` or `1234.50`. Blanks inside are refused: they may part two numbers.
fn figures(text: &str) -> Option<Decimal> {
    let (whole, part) = match text.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (text, None),
    };
    let numeric = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if part.is_some_and(|part| !numeric(part)) {
        return None;
    }
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = whole.contains(',');
    if !numeric(first) || (grouped && first.len() > 3) || !groups.all(|g| g.len() == 3 && numeric(g)) {
        return None;
    }
    text.replace(',', "").parse().ok()
}

impl fmt::Display for Amount {
    /// `1280.50 HKD`, `1234.56 CNY?`, `1234.56 ?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.currency {
            Currency::Known(code) => write!(f, "{} {code}", self.value),
            Currency::Ambiguous(code) => write!(f, "{} {code}?", self.value),
            Currency::Absent => write!(f, "{} ?", self.value),
        }
    }
}

impl FromStr for Amount {
    type Err = Violation;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        Self::parse(raw)
    }
}

impl TryFrom<String> for Amount {
    type Error = Violation;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

impl From<Amount> for String {
    /// A text that reads back as the same amount.
    fn from(amount: Amount) -> Self {
        match amount.currency {
            Currency::Known(code) => format!("{code} {}", amount.value),
            Currency::Ambiguous(_) => format!("¥{}", amount.value),
            Currency::Absent => amount.value.to_string(),
        }
    }
}

#[cfg(test)]
mod tests;
