use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::table::{self, Row};
use crate::violation::length;
use crate::{Parts, Violation, text};

static COUNTRIES: LazyLock<Vec<Row>> =
    LazyLock::new(|| table::rows(include_str!("../../data/countries.csv")));

const FORMAT: &str = "bank.bic";

/// A BIC or SWIFT code (ISO 9362): bank, country, place, branch; 8 or 11 characters.
///
/// Standard: ISO 9362:2022. A value that passes does not prove that the bank is in SWIFT's directory, which is not
/// public.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bic {
    text: String,
}

number!(Bic, "bank.bic", {
    fn parts(&self) -> Parts {
        let mut parts = vec![
            ("bank", self.text[..4].to_owned()),
            ("country", self.country().to_owned()),
            ("place", self.text[6..8].to_owned()),
        ];
        parts.extend(
            self.text
                .get(8..)
                .filter(|branch| !branch.is_empty())
                .map(|branch| ("branch", branch.to_owned())),
        );
        parts
    }
});

impl Bic {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        length(FORMAT, &text, &[8, 11], Phrase::new("8 or 11 characters", " 8 或 11 個字元"))?;
        for (index, found) in text.chars().enumerate() {
            let fits = if index < 6 { found.is_ascii_uppercase() } else { found.is_ascii_alphanumeric() };
            if !fits {
                let allowed = Phrase::new(
                    "bank and country are letters, the rest letters or digits",
                    "銀行及國家代碼為字母，其餘為字母或數字",
                );
                return Err(Violation::at(FORMAT, Rule::Character { found, allowed }, index));
            }
        }
        if !COUNTRIES.iter().any(|row| *row.cells[0] == text[4..6]) {
            return Err(Violation::at(FORMAT, Rule::NoCountry, 4));
        }
        Ok(Self { text })
    }

    /// ISO 3166: compare it with the country of the account.
    pub fn country(&self) -> &str {
        &self.text[4..6]
    }
}
