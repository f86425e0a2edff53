use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::rule::Rule;
use crate::table::{self, Row};
use crate::{Note, Violation, text};

const FORMAT: &str = "cn.vat.rate";

static RATES: LazyLock<Vec<(Decimal, Row)>> = LazyLock::new(|| {
    table::rows(include_str!("../../data/cn_vat_rates.csv"))
        .into_iter()
        .filter_map(|row| Some((row.cells[0].parse().ok()?, row)))
        .collect()
});

/// A VAT rate as a fapiao prints it. 免稅 is not 0 %: the law knows both.
///
/// Standard: the VAT rates and levy rates in force by date, in `data/cn_vat_rates.csv`. A value that passes does
/// not prove that the rate is right for the goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum VatRate {
    /// So many per cent: 13, 9, 6, ...
    Percent(PercentRate),
    /// 免税
    Exempt,
    /// 不征税
    OutOfScope,
    /// `***`: several rates, or the margin scheme (差額徵稅). Recompute from the lines.
    MixedOrMasked,
}

/// A rate that is, or was, in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PercentRate(Decimal);

impl VatRate {
    /// Reads a printed rate: `13%`, `13.00%`, `0.13`, `免税`, `不征税`, `***`. A bare `6` is ambiguous and refused.
    /// A rate that is history is accepted; [`VatRate::notes`] says so.
    ///
    /// # Errors
    /// [`Rule::RateAmbiguous`], [`Rule::NoSuchRate`].
    pub fn parse(raw: &str) -> Result<Self, Violation> {
        let text = text::solid(raw);
        match text.as_str() {
            "" => return Err(Violation::whole(FORMAT, Rule::Empty)),
            "免税" | "免稅" => return Ok(Self::Exempt),
            "不征税" | "不徵稅" | "不征稅" => return Ok(Self::OutOfScope),
            stars if stars.chars().all(|c| c == '*') => return Ok(Self::MixedOrMasked),
            _ => {}
        }
        let percent = percent(&text)?.normalize();
        if RATES.iter().any(|(rate, _)| *rate == percent) {
            Ok(Self::Percent(PercentRate(percent)))
        } else {
            Err(Violation::whole(FORMAT, Rule::NoSuchRate))
        }
    }

    /// Reads a rate that must have been in force on the issue date.
    ///
    /// # Errors
    /// As [`VatRate::parse`], and [`Rule::RateNotInForce`].
    pub fn parse_on(raw: &str, issued: NaiveDate) -> Result<Self, Violation> {
        let rate = Self::parse(raw)?;
        if rate.in_force_on(issued) {
            Ok(rate)
        } else {
            Err(Violation::whole(FORMAT, Rule::RateNotInForce { on: issued }))
        }
    }

    /// Whether the rate was in force on this day. Words always are.
    pub fn in_force_on(self, day: NaiveDate) -> bool {
        self.percent()
            .is_none_or(|percent| RATES.iter().any(|(rate, row)| *rate == percent && row.holds_on(day)))
    }

    /// The per cent, if the rate is a figure.
    pub fn percent(self) -> Option<Decimal> {
        if let Self::Percent(PercentRate(percent)) = self { Some(percent) } else { None }
    }

    /// The fraction: 0.13 for 13 %.
    pub fn fraction(self) -> Option<Decimal> {
        self.percent().map(|percent| percent / Decimal::ONE_HUNDRED)
    }

    /// Whether no tax is due at all (免稅 or 不徵稅).
    pub fn is_untaxed(self) -> bool {
        matches!(self, Self::Exempt | Self::OutOfScope)
    }

    /// Doubts: a rate that ended, where no date was given.
    pub fn notes(self) -> Vec<Note> {
        let ended = self.percent().and_then(|percent| {
            let rows: Vec<_> = RATES.iter().filter(|(rate, _)| *rate == percent).collect();
            let open = rows.iter().any(|(_, row)| row.to.is_none());
            if open { None } else { rows.iter().filter_map(|(_, row)| row.to).max() }
        });
        ended
            .map(|day| {
                Note::review(
                    "DH-2114",
                    format!("This rate is in force only until {day}"),
                    format!("此稅率只適用至 {day}"),
                )
            })
            .into_iter()
            .collect()
    }
}

/// The per cent of a figure: with a % sign, or a fraction below 1.
fn percent(text: &str) -> Result<Decimal, Violation> {
    let ambiguous = Violation::whole(FORMAT, Rule::RateAmbiguous);
    let (figure, sign) = match text.strip_suffix('%') {
        Some(figure) => (figure, true),
        None => (text, false),
    };
    let mut halves = figure.splitn(2, '.');
    let numeric =
        halves.all(|half| !half.is_empty() && half.len() < 10 && half.bytes().all(|b| b.is_ascii_digit()));
    let value: Decimal = figure.parse().ok().filter(|_| numeric).ok_or(ambiguous)?;
    if sign {
        Ok(value)
    } else if value < Decimal::ONE {
        Ok(value * Decimal::ONE_HUNDRED)
    } else {
        Err(ambiguous)
    }
}

impl fmt::Display for VatRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(PercentRate(percent)) => write!(f, "{percent}"),
            Self::Exempt => f.write_str("EXEMPT"),
            Self::OutOfScope => f.write_str("OUT_OF_SCOPE"),
            Self::MixedOrMasked => f.write_str("MIXED_OR_MASKED"),
        }
    }
}

impl FromStr for VatRate {
    type Err = Violation;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        Self::parse(raw)
    }
}

impl TryFrom<String> for VatRate {
    type Error = Violation;

    /// From a printed rate, or from what [`From<VatRate>`] wrote.
    fn try_from(raw: String) -> Result<Self, Self::Error> {
        match raw.as_str() {
            "EXEMPT" => Ok(Self::Exempt),
            "OUT_OF_SCOPE" => Ok(Self::OutOfScope),
            _ => Self::parse(&raw),
        }
    }
}

impl From<VatRate> for String {
    fn from(rate: VatRate) -> Self {
        match rate {
            VatRate::Percent(_) => format!("{rate}%"),
            VatRate::MixedOrMasked => "***".to_owned(),
            words => words.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("13%", "13")]
    #[case("0.06", "6")]
    #[case("13.00%", "13")]
    #[case("１３％", "13")]
    #[case("1.5%", "1.5")]
    #[case("0", "0")]
    #[case("免税", "EXEMPT")]
    #[case("不征税", "OUT_OF_SCOPE")]
    #[case("＊＊＊", "MIXED_OR_MASKED")]
    fn every_spelling_of_a_rate_is_read(#[case] printed: &str, #[case] rate: &str) {
        assert_eq!(VatRate::parse(printed).unwrap().to_string(), rate);
    }

    #[rstest]
    #[case("6")]
    #[case("13")]
    #[case("l3%")]
    #[case("12%")]
    #[case("0.07")]
    #[case("-6%")]
    #[case("%")]
    fn what_is_no_rate_is_refused(#[case] printed: &str) {
        assert!(VatRate::parse(printed).is_err());
    }

    #[rstest]
    #[case("16%", "2019-03-31", true)]
    #[case("16%", "2019-04-01", false)]
    #[case("13%", "2018-01-01", false)]
    #[case("17%", "2018-04-30", true)]
    #[case("9%", "2019-03-31", false)]
    fn a_rate_holds_only_in_its_years(#[case] rate: &str, #[case] day: &str, #[case] holds: bool) {
        assert_eq!(VatRate::parse_on(rate, day.parse().unwrap()).is_ok(), holds);
    }

    #[test]
    fn a_rate_of_history_is_read_with_a_doubt() {
        assert_eq!(VatRate::parse("17%").unwrap().notes().len(), 1);
        assert!(VatRate::parse("13%").unwrap().notes().is_empty());
    }

    #[test]
    fn a_rate_survives_json() {
        for printed in ["13%", "免税", "不征税", "***", "0.5%"] {
            let rate = VatRate::parse(printed).unwrap();
            assert_eq!(
                serde_json::from_str::<VatRate>(&serde_json::to_string(&rate).unwrap()).unwrap(),
                rate
            );
        }
    }
}
