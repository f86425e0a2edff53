//! Data of people never comes in: a file or batch that carries any is blocked as a whole, and nothing of it is kept.
//!
//! Two looks: at the headings (電話, mobile, customer …) and at the values (identity cards by their check character,
//! bank cards by Luhn, phones of eight digits, mail addresses). Codes of machines may look like such numbers: of a
//! column of codes about one in eleven passes by chance. So numbers of that shape block when most of their column pass.
//! What is found is told by its kind and place; the value itself is never repeated.

mod headings;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use taxid::bank::Card;
use taxid::hk::Hkid;
use uuid::Uuid;

use super::Field;
use crate::table::folded;

/// What kind of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonalKind {
    /// Names of people.
    Name,
    /// Telephone numbers.
    Phone,
    /// Mail addresses.
    Email,
    /// Addresses, also of delivery.
    Address,
    /// Identity cards and passports.
    Identity,
    /// Bank cards.
    Card,
    /// Customers' and members' numbers.
    Customer,
    /// Staff: numbers and names.
    Staff,
    /// Dates of birth, age, sex.
    Birth,
    /// Bank accounts.
    BankAccount,
    /// Health.
    Health,
    /// Faces, pictures, recordings.
    Face,
}

impl PersonalKind {
    /// In English and 繁體中文.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Name => ("names of people", "姓名"),
            Self::Phone => ("telephone numbers", "電話號碼"),
            Self::Email => ("mail addresses", "電郵地址"),
            Self::Address => ("addresses", "地址"),
            Self::Identity => ("identity card numbers", "身份證明文件號碼"),
            Self::Card => ("bank card numbers", "銀行卡號碼"),
            Self::Customer => ("numbers of customers or members", "客戶或會員編號"),
            Self::Staff => ("numbers or names of staff", "員工編號或姓名"),
            Self::Birth => ("dates of birth, age or sex", "出生日期、年齡或性別"),
            Self::BankAccount => ("bank accounts", "銀行戶口"),
            Self::Health => ("data on health", "健康資料"),
            Self::Face => ("pictures of people", "人像或影像"),
        }
    }
}

/// Where data of people was found, and of which kind; never what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PersonalData {
    /// What kind.
    pub kind: PersonalKind,
    /// 1 for the first column of a file, or the first name of a batch.
    pub column: usize,
    /// The row of the first value, or of the heading.
    pub row: u64,
}

impl fmt::Display for PersonalData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {} holds {} (row {})", self.column, self.kind.names().0, self.row)
    }
}

/// Looks at the cells of one file or batch, column by column.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    columns: BTreeMap<usize, Column>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Column {
    identity: Suspicion,
    card: Suspicion,
}

/// How many values had the shape, how many of them passed the check, and where the first one stands.
#[derive(Debug, Default, Clone, Copy)]
struct Suspicion {
    shaped: u64,
    passed: u64,
    first: u64,
}

impl Suspicion {
    fn see(&mut self, passes: bool, row: u64) {
        self.shaped += 1;
        if passes && self.passed == 0 {
            self.first = row;
        }
        self.passed += u64::from(passes);
    }

    fn proven(self) -> bool {
        self.passed * 2 > self.shaped
    }
}

impl Scanner {
    /// Looks at a heading, or the name of a field.
    pub(crate) fn heading(text: &str, column: usize, row: u64) -> Result<(), PersonalData> {
        match headings::kind(&folded(text)) {
            Some(kind) => Err(PersonalData { kind, column: column + 1, row }),
            None => Ok(()),
        }
    }

    /// Looks at a value; `field` is what its column is known to be.
    pub(crate) fn value(
        &mut self,
        text: &str,
        field: Option<Field>,
        column: usize,
        row: u64,
    ) -> Result<(), PersonalData> {
        if text.len() < 6 || (is_iso_time(text) && field.is_some_and(Field::has_own_form)) {
            return Ok(());
        }
        let found = |kind| Err(PersonalData { kind, column: column + 1, row });
        let seen = self.columns.entry(column).or_default();
        if let Some(passes) = identity(text) {
            // In brackets it is written by a person, of a person.
            if passes && text.contains(['(', '（']) {
                return found(PersonalKind::Identity);
            }
            seen.identity.see(passes, row);
            return Ok(());
        }
        if field != Some(Field::Barcode)
            && let Some(passes) = card(text)
        {
            seen.card.see(passes, row);
            return Ok(());
        }
        // An id or a time is made of digits too; what stands in its column and is neither is looked at like any text.
        let own_form = field.is_some_and(Field::has_own_form);
        if field == Some(Field::Barcode) || (own_form && Uuid::parse_str(text).is_ok()) {
            return Ok(());
        }
        let code = field.is_some_and(Field::is_code) && !own_form && !text.contains('@');
        if code {
            let plain = text.is_ascii() && !text.contains([' ', '(', '+']);
            return if plain { Ok(()) } else { masked(text).map_or(Ok(()), found) };
        }
        if let Some(kind) = masked(text) {
            return found(kind);
        }
        if field != Some(Field::Caption) && has_phone(text) { found(PersonalKind::Phone) } else { Ok(()) }
    }

    /// After the last value: columns most of whose numbers are people's.
    pub(crate) fn finish(&self) -> Result<(), PersonalData> {
        for (column, seen) in &self.columns {
            for (suspicion, kind) in
                [(seen.identity, PersonalKind::Identity), (seen.card, PersonalKind::Card)]
            {
                if suspicion.proven() {
                    return Err(PersonalData { kind, column: column + 1, row: suspicion.first });
                }
            }
        }
        Ok(())
    }
}

/// `2026-03-05…`: a date, whatever follows.
fn is_iso_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-' && bytes[..4].iter().all(u8::is_ascii_digit)
}

/// Whether a text of the shape of an identity card's number passes its check. `None` if it has not the shape.
fn identity(text: &str) -> Option<bool> {
    let length = text.chars().count();
    if !(8..=13).contains(&length) || !text.chars().next().is_some_and(char::is_alphabetic) {
        return None;
    }
    let id = taxid::text::id(text);
    let letters = id.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest: Vec<u8> = id.bytes().skip(letters).filter(|b| !matches!(b, b'(' | b')')).collect();
    let shaped = (1..=2).contains(&letters)
        && rest.len() == 7
        && rest.iter().take(6).all(u8::is_ascii_digit)
        && (rest[6].is_ascii_digit() || rest[6] == b'A');
    shaped.then(|| Hkid::parse(text).is_ok())
}

/// Whether a text of 15 to 19 digits passes as a bank card. `None` if it has not the shape.
fn card(text: &str) -> Option<bool> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let only = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-'));
    (only && (15..=19).contains(&digits)).then(|| Card::parse(text).is_ok())
}

/// What the masks of logs would hide.
fn masked(text: &str) -> Option<PersonalKind> {
    let Cow::Owned(masked) = taxid::privacy::mask(text) else { return None };
    [
        ("[HKID]", PersonalKind::Identity),
        ("[CNID]", PersonalKind::Identity),
        ("[TAXID]", PersonalKind::Identity),
        ("[PHONE]", PersonalKind::Phone),
        ("[EMAIL]", PersonalKind::Email),
        ("[CARD]", PersonalKind::Card),
    ]
    .into_iter()
    .find(|(mark, _)| masked.contains(mark) && !text.contains(mark))
    .map(|(_, kind)| kind)
}

/// Eight digits that stand alone, begin as Hong Kong's numbers do and are no date.
fn has_phone(text: &str) -> bool {
    let folded = taxid::text::nfkc(text);
    let joined: String = match folded.as_bytes() {
        [a @ .., b' ' | b'-', _, _, _, _] if a.len() == 4 => [&folded[..4], &folded[5..]].concat(),
        _ => folded.into_owned(),
    };
    joined.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | ',' | '_')).any(|word| {
        word.len() == 8
            && word.bytes().all(|b| b.is_ascii_digit())
            && word.starts_with(['2', '3', '5', '6', '7', '8', '9'])
            && NaiveDate::parse_from_str(word, "%Y%m%d").is_err()
    })
}

#[cfg(test)]
mod tests;
