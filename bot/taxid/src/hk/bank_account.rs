use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::number::number;
use crate::rule::Phrase;
use crate::table::{self, Row};
use crate::violation::all_digits;
use crate::{Note, Parts, Violation, text};

const FORMAT: &str = "hk.bank_account";

static BANKS: LazyLock<Vec<Row>> = LazyLock::new(|| table::rows(include_str!("../../data/hk_banks.csv")));

/// A Hong Kong account: bank (3), branch (3), account (6 to 9 digits). A missing bank code is looked up by a person
/// and never guessed.
///
/// Standard: HKICL's clearing codes, in `data/hk_banks.csv`. A value that passes does not prove that the account
/// exists, or whose it is: there is no check digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BankAccount {
    text: String,
}

number!(BankAccount, "hk.bank_account", {
    fn notes(&self) -> Vec<Note> {
        if self.bank_name().is_some() {
            return Vec::new();
        }
        vec![Note::review(
            "DH-2164",
            format!(
                "The bank code {} is not in the table; the number may lack its bank code",
                self.bank_code()
            ),
            format!("銀行代碼 {} 不在表內；帳號可能欠缺銀行代碼", self.bank_code()),
        )]
    }

    fn parts(&self) -> Parts {
        let mut parts = vec![
            ("bank", self.bank_code().to_owned()),
            ("branch", self.branch().to_owned()),
            ("account", self.account().to_owned()),
        ];
        parts.extend(self.bank_name().map(|(en, _)| ("bank_name", en.to_owned())));
        parts
    }
});

impl BankAccount {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        all_digits(
            FORMAT,
            &text,
            &[12, 13, 14, 15],
            Phrase::new("12 to 15 digits: bank, branch, account", " 12 至 15 個數字：銀行、分行、帳號"),
        )?;
        Ok(Self { text: format!("{}-{}-{}", &text[..3], &text[3..6], &text[6..]) })
    }

    /// The clearing code of the bank.
    pub fn bank_code(&self) -> &str {
        &self.text[..3]
    }

    /// The bank in English and 繁體中文, if its code is in the table.
    pub fn bank_name(&self) -> Option<(&'static str, &'static str)> {
        BANKS.iter().find(|row| row.cells[0] == self.bank_code()).map(|row| (row.cells[1], row.cells[2]))
    }

    /// The branch.
    pub fn branch(&self) -> &str {
        &self.text[4..7]
    }

    /// The account.
    pub fn account(&self) -> &str {
        &self.text[8..]
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::Number as _;

    #[test]
    fn groups_of_any_size_give_one_spelling() {
        assert_eq!(BankAccount::parse("012-875-0-012345-6").unwrap().normalised(), "012-875-00123456");
        assert_eq!(BankAccount::parse("004 123 456789 001").unwrap().bank_name().unwrap().0, "HSBC");
    }

    #[test]
    fn a_number_without_its_bank_code_goes_to_a_person() {
        assert_eq!(BankAccount::parse("123-456789-001").unwrap().notes().len(), 1);
        assert!(BankAccount::parse("HSBC 123-456789-001").is_err());
        assert!(BankAccount::parse("004-123-4567").is_err());
    }
}
