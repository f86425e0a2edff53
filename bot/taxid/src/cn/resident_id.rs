use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::region::{Scope, known};
use crate::number::{hidden_debug, number};
use crate::rule::{Phrase, Rule};
use crate::violation::length;
use crate::{Note, Parts, Violation, text};

const FORMAT: &str = "cn.resident_id";
const WEIGHTS: [u16; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// A resident identity number (居民身份證號碼, GB 11643): personal data, never shown in full.
///
/// Only the calendar and the check character decide. County codes are younger than many of their people,
/// so the region is a note at most.
///
/// Standard: GB 11643-1999, check by ISO 7064 MOD 11-2. A value that passes does not prove that the number was
/// issued, or to whom.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResidentId {
    text: String,
    birth: NaiveDate,
}

hidden_debug!(ResidentId);
number!(ResidentId, "cn.resident_id", {
    fn notes(&self) -> Vec<Note> {
        if known(&self.text[..2], Scope::Person).is_some() {
            return Vec::new();
        }
        vec![Note::review("DH-2105", "No province has the code at its beginning", "沒有以此代碼開頭的省份")]
    }

    fn parts(&self) -> Parts {
        vec![("birth_year", self.birth().year().to_string()), ("region", self.text[..2].to_owned())]
    }
});

impl ResidentId {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        length(FORMAT, &text, &[18], Phrase::new("18", " 18 個"))?;
        for (index, found) in text.chars().enumerate() {
            if !(found.is_ascii_digit() || (index == 17 && found == 'X')) {
                let allowed =
                    Phrase::new("17 digits and a digit or X at the end", "前 17 位為數字，末位為數字或 X");
                return Err(Violation::at(FORMAT, Rule::Character { found, allowed }, index));
            }
        }
        let birth = birth_of_18(&text).ok_or(Violation::at(FORMAT, Rule::ImpossibleDate, 6))?;
        let (expected, found) = (resident_check(text.as_bytes()), text.as_bytes()[17]);
        if expected != found {
            let rule = Rule::CheckCharacter { expected: expected.into(), found: found.into() };
            return Err(Violation::at(FORMAT, rule, 17));
        }
        Ok(Self { text, birth })
    }

    /// The date of birth inside.
    pub fn birth(&self) -> NaiveDate {
        self.birth
    }
}

/// The check character that belongs to the first 17 digits.
fn resident_check(digits: &[u8]) -> u8 {
    let sum: u16 =
        digits.iter().zip(WEIGHTS).map(|(d, weight)| u16::from(d.wrapping_sub(b'0') % 10) * weight).sum();
    b"10X98765432"[usize::from(sum % 11)]
}

fn birth_of_18(text: &str) -> Option<NaiveDate> {
    plausible(text.get(6..10)?.parse().ok()?, text.get(10..12)?, text.get(12..14)?)
}

/// The date of birth of an old 15-digit number: the century is always the twentieth.
pub(crate) fn birth_of_15(text: &str) -> Option<NaiveDate> {
    let year: i32 = text.get(6..8)?.parse().ok()?;
    plausible(1900 + year, text.get(8..10)?, text.get(10..12)?)
}

fn plausible(year: i32, month: &str, day: &str) -> Option<NaiveDate> {
    if !(1900..2100).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn the_worked_example_of_the_standard_passes() {
        assert_eq!(
            ResidentId::parse("11010519491231002x").unwrap().birth(),
            NaiveDate::from_ymd_opt(1949, 12, 31).unwrap()
        );
    }

    #[test]
    fn a_number_never_reaches_a_log_by_debug_printing() {
        assert_eq!(format!("{:?}", ResidentId::parse("11010519491231002X").unwrap()), "ResidentId(hidden)");
    }

    #[test]
    fn a_thirteenth_month_is_refused_before_the_check() {
        assert_eq!(ResidentId::parse("11010519491331002X").unwrap_err().rule, Rule::ImpossibleDate);
    }
}
