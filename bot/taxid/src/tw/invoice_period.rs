use serde::{Deserialize, Serialize};

use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::{Parts, Violation, text};

const FORMAT: &str = "tw.invoice_period";

/// The two months of a uniform invoice, `114年03-04月` or `11404` in a barcode. Normalised as `2025-03/2025-04`.
///
/// Standard: Ministry of Finance, uniform invoices. A value that passes does not prove that the invoice was issued
/// in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InvoicePeriod {
    text: String,
}

number!(InvoicePeriod, "tw.invoice_period", {
    fn parts(&self) -> Parts {
        vec![("barcode", self.barcode())]
    }
});

impl InvoicePeriod {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text: String = text::solid(raw)
            .chars()
            .map(|c| if text::is_hyphen(c) || matches!(c, '~' | '至' | '、' | '/') { '-' } else { c })
            .collect();
        if text.is_empty() {
            return Err(Violation::whole(FORMAT, Rule::Empty));
        }
        if let Some(own) = own_spelling(&text) {
            return own;
        }
        if text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit()) {
            let (year, month) = text.split_at(3);
            return Self::of(year.parse().unwrap_or(0), month.parse().unwrap_or(0));
        }
        let (year, first, second) = printed(&text).ok_or_else(shape)?;
        if second != first + 1 {
            return Err(Violation::whole(FORMAT, Rule::PeriodMonth));
        }
        Self::of(year, second)
    }

    /// The period whose second month is this, in a 民國 year.
    pub(crate) fn of(year: i32, even_month: u32) -> Result<Self, Violation> {
        if !(1..200).contains(&year) {
            return Err(Violation::whole(FORMAT, Rule::YearRange));
        }
        if !(2..=12).contains(&even_month) || even_month % 2 == 1 {
            return Err(Violation::whole(FORMAT, Rule::PeriodMonth));
        }
        let year = year + 1911;
        Ok(Self { text: format!("{year}-{:02}/{year}-{even_month:02}", even_month - 1) })
    }

    /// The form in barcodes: 民國 year and even month, `11404`.
    pub fn barcode(&self) -> String {
        let year = self.text[..4].parse::<i32>().unwrap_or(1911) - 1911;
        format!("{year:03}{}", &self.text[13..])
    }
}

fn shape() -> Violation {
    Violation::whole(
        FORMAT,
        Rule::Shape(Phrase::new("A period has the form 114年03-04月", "期別格式為 114年03-04月")),
    )
}

/// `114年03-04月`
fn printed(text: &str) -> Option<(i32, u32, u32)> {
    let text = ["中華民國", "民國"].iter().find_map(|era| text.strip_prefix(era)).unwrap_or(text);
    let (year, months) = text.split_once('年')?;
    let months = months.strip_suffix("月份").or_else(|| months.strip_suffix('月')).unwrap_or(months);
    let (first, second) = months.split_once('-')?;
    let first = first.strip_suffix('月').unwrap_or(first);
    let figures =
        |s: &str, most: usize| (1..=most).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    if !(figures(year, 3) && figures(first, 2) && figures(second, 2)) {
        return None;
    }
    Some((year.parse().ok()?, first.parse().ok()?, second.parse().ok()?))
}

/// `2025-03/2025-04`, as this type writes it (its slash has become a hyphen).
fn own_spelling(text: &str) -> Option<Result<InvoicePeriod, Violation>> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, first, again, second] = parts.as_slice() else { return None };
    let fits =
        year == again && year.len() == 4 && first.parse::<u32>().ok()? + 1 == second.parse::<u32>().ok()?;
    fits.then_some(InvoicePeriod::of(year.parse::<i32>().ok()? - 1911, second.parse().ok()?))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn both_forms_give_the_same_period() {
        let period = InvoicePeriod::parse("１１４年０３－０４月").unwrap();
        assert_eq!(period.normalised(), "2025-03/2025-04");
        assert_eq!(InvoicePeriod::parse("11404").unwrap(), period);
        assert_eq!(InvoicePeriod::parse(&period.barcode()).unwrap(), period);
        assert_eq!(InvoicePeriod::parse(period.normalised()).unwrap(), period);
    }

    #[test]
    fn months_that_do_not_pair_are_refused() {
        for wrong in ["114年02-03月", "114年13-14月", "10405", "114年03-06月", "2025年01-02月", "114年", ""]
        {
            assert!(InvoicePeriod::parse(wrong).is_err(), "{wrong}");
        }
    }
}
