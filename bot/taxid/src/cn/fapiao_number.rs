use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::region::{Scope, known};
use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::violation::{all_digits, digits, length};
use crate::{Parts, Violation, text};

/// The number of a paper or early electronic fapiao: 8 digits, unique only together with the fapiao code.
///
/// Standard: the State Taxation Administration's numbering of paper invoices. A value that passes does not prove
/// anything but the form: it has no check digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FapiaoNumber8 {
    text: String,
}

number!(FapiaoNumber8, "cn.fapiao.number8");

impl FapiaoNumber8 {
    fn read(raw: &str) -> Result<Self, Violation> {
        const FORMAT: &str = "cn.fapiao.number8";
        let id = text::id(raw);
        // "No." and "№" are printed before it.
        let text = id
            .strip_prefix("NO")
            .map_or(id.as_str(), |rest| rest.trim_start_matches(['.', ':', '°', 'º']))
            .to_owned();
        all_digits(FORMAT, &text, &[8], Phrase::new("8 digits", " 8 個數字"))?;
        Ok(Self { text })
    }
}

/// The number of a digital fapiao (數電票): year, province, channel, sequence; 20 digits, no check digit.
///
/// Standard: the State Taxation Administration's numbering of digital invoices (pilot of December 2021, nationwide
/// since 2024-12-01). A value that passes does not prove that the invoice exists: it has no check digit;
/// inv-veri.chinatax.gov.cn knows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FapiaoNumber20 {
    text: String,
}

number!(FapiaoNumber20, "cn.fapiao.number20", {
    fn parts(&self) -> Parts {
        vec![
            ("year", self.year().to_string()),
            ("region", self.text[2..4].to_owned()),
            ("province", self.province().to_owned()),
            ("channel", self.text[4..5].to_owned()),
            ("sequence", self.text[5..].to_owned()),
        ]
    }
});

/// The pilot began in December 2021. The upper bound only keeps out what cannot be a year of this system.
const YEARS: std::ops::Range<i32> = 2021..2050;

impl FapiaoNumber20 {
    fn read(raw: &str) -> Result<Self, Violation> {
        const FORMAT: &str = "cn.fapiao.number20";
        let text = text::id(raw);
        digits(FORMAT, &text)?;
        length(FORMAT, &text, &[20], Phrase::new("20 digits", " 20 個數字"))?;
        let number = Self { text };
        if !YEARS.contains(&number.year()) {
            return Err(Violation::at(FORMAT, Rule::YearPrefix, 0));
        }
        if known(&number.text[2..4], Scope::Digital).is_none() {
            return Err(Violation::at(FORMAT, Rule::Region, 2));
        }
        Ok(number)
    }

    /// The year of issue.
    pub fn year(&self) -> i32 {
        2000 + self.text[..2].parse::<i32>().unwrap_or(0)
    }

    /// The province or planned city, in English.
    pub fn province(&self) -> &'static str {
        known(&self.text[2..4], Scope::Digital).map_or("", |(en, _)| en)
    }

    /// The number's year is that of the issue date.
    ///
    /// # Errors
    /// [`Rule::IssueYear`] when it is not.
    pub fn agrees_with(&self, issued: NaiveDate) -> Result<(), Violation> {
        if self.year() == issued.year() {
            return Ok(());
        }
        Err(Violation::at(
            "cn.fapiao.number20",
            Rule::IssueYear { number: self.year(), date: issued.year() },
            0,
        ))
    }
}

/// Either of the two numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FapiaoNumber {
    /// Paper and early electronic.
    Eight(FapiaoNumber8),
    /// Digital.
    Twenty(FapiaoNumber20),
}

impl FapiaoNumber {
    /// Reads either.
    ///
    /// # Errors
    /// That of the number which it is nearer to by length.
    pub fn parse(raw: &str) -> Result<Self, Violation> {
        if text::id(raw).len() > 14 {
            FapiaoNumber20::parse(raw).map(Self::Twenty)
        } else {
            FapiaoNumber8::parse(raw).map(Self::Eight)
        }
    }

    /// The digits.
    pub fn normalised(&self) -> &str {
        match self {
            Self::Eight(number) => number.normalised(),
            Self::Twenty(number) => number.normalised(),
        }
    }
}

impl fmt::Display for FapiaoNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.normalised())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn leading_zeros_are_part_of_the_number() {
        assert_eq!(FapiaoNumber8::parse("№ 03630024").unwrap().normalised(), "03630024");
    }

    #[test]
    fn a_sandbox_number_is_refused_by_its_year() {
        assert_eq!(FapiaoNumber20::parse("20882408051806541460").unwrap_err().rule, Rule::YearPrefix);
    }

    #[test]
    fn shenzhen_has_its_own_code_in_digital_numbers() {
        assert_eq!(FapiaoNumber20::parse("24952000000000000001").unwrap().province(), "Shenzhen");
        assert_eq!(FapiaoNumber20::parse("24992000000000000001").unwrap_err().at, Some(3));
    }

    #[test]
    fn a_number_of_another_year_than_the_date_is_told() {
        let number = FapiaoNumber20::parse("24112000000000000001").unwrap();
        assert!(number.agrees_with(NaiveDate::from_ymd_opt(2025, 1, 1).unwrap()).is_err());
        assert!(number.agrees_with(NaiveDate::from_ymd_opt(2024, 12, 31).unwrap()).is_ok());
    }
}
