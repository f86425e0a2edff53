use serde::{Deserialize, Serialize};

use super::org_code::organisation_check;
use super::region::{Scope, known};
use super::{ResidentId, Uscc, birth_of_15};
use crate::number::{hidden_debug, number};
use crate::rule::{Phrase, Rule};
use crate::violation::{digits, length};
use crate::{Note, Parts, Violation, text};

const FORMAT: &str = "cn.taxid_any";

/// What a taxpayer number is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxpayerKind {
    /// 18 characters: a unified social credit code.
    Uscc,
    /// 18 characters: a person's identity number.
    ResidentId,
    /// 15: region and organisation code, an old serial of the bureau, or an old identity number.
    Digits15,
    /// 17: an old identity number and two digits.
    Digits17,
    /// 20: an identity number and two digits (a sole trader without a USCC).
    SoleTrader20,
    /// 19: `L` and a unified social credit code (temporary taxpayer).
    TemporaryUscc,
    /// 19: `L` and an identity number (temporary taxpayer).
    TemporaryId,
}

/// Any taxpayer number (納稅人識別號) that a mainland invoice may carry: 15, 17, 18, 19 or 20 characters
/// (SAT Announcement 2015 No. 66).
///
/// Standard: SAT Announcement 2015 No. 66, and the standards of the numbers inside. A value that passes does not
/// prove that the taxpayer is registered; numbers of 15 and 17 characters carry no check of their own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaxpayerId {
    text: String,
    kind: TaxpayerKind,
    /// The organisation code at its end holds (15 characters only).
    organisation: bool,
}

hidden_debug!(TaxpayerId);
number!(TaxpayerId, "cn.taxid_any", {
    fn notes(&self) -> Vec<Note> {
        let personal = Note::remark(
            "DH-2182",
            "This is a person's number: it is masked in pages, logs and exports",
            "此為個人號碼：在頁面、日誌及匯出中遮蓋",
        );
        let mut notes = match self.kind {
            TaxpayerKind::Uscc => return Uscc::parse(&self.text).map(|u| u.notes()).unwrap_or_default(),
            TaxpayerKind::TemporaryUscc => return vec![temporary()],
            TaxpayerKind::Digits15 if self.organisation => {
                return vec![Note::review(
                    "DH-2118",
                    "A taxpayer number of 15 characters was replaced by the 18-character code; it should not stand on an invoice issued since 2018",
                    "15 位納稅人識別號已由 18 位代碼取代，2018 年後的發票不應使用",
                )];
            }
            TaxpayerKind::Digits15 => {
                return vec![Note::review(
                    "DH-2118",
                    "15 digits without a valid organisation code: an old bureau serial or an old identity number",
                    "15 位且組織機構代碼校驗不符：舊稅務編號或舊身份證號碼",
                )];
            }
            TaxpayerKind::Digits17 => vec![Note::review(
                "DH-2119",
                "17 digits are an old identity number with two digits more; nothing in them can be checked but the birth date",
                "17 位為舊身份證號碼加兩位，除出生日期外無法校驗",
            )],
            TaxpayerKind::TemporaryId => vec![temporary()],
            TaxpayerKind::ResidentId | TaxpayerKind::SoleTrader20 => Vec::new(),
        };
        notes.push(personal);
        notes
    }

    fn parts(&self) -> Parts {
        let kind = match self.kind {
            TaxpayerKind::Uscc => "uscc",
            TaxpayerKind::ResidentId => "resident_id",
            TaxpayerKind::Digits15 => "digits_15",
            TaxpayerKind::Digits17 => "digits_17",
            TaxpayerKind::SoleTrader20 => "sole_trader_20",
            TaxpayerKind::TemporaryUscc => "temporary_uscc",
            TaxpayerKind::TemporaryId => "temporary_id",
        };
        vec![("kind", kind.to_owned()), ("personal", self.is_personal().to_string())]
    }
});

fn temporary() -> Note {
    Note::remark(
        "DH-2119",
        "A number that begins with L is a temporary taxpayer's and is not meant for invoices",
        "以 L 開頭的是臨時納稅人編號，不應印在對外單據上",
    )
}

impl TaxpayerId {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        length(
            FORMAT,
            &text,
            &[15, 17, 18, 19, 20],
            Phrase::new("15, 17, 18 or 20, or 19 with L", " 15、17、18 或 20 個，或以 L 開頭的 19 個"),
        )?;
        if let Some((index, found)) = text.chars().enumerate().find(|(_, c)| !c.is_ascii_alphanumeric()) {
            let allowed = Phrase::new("only digits and capital letters are used", "只用數字及大寫字母");
            return Err(Violation::at(FORMAT, Rule::Character { found, allowed }, index));
        }
        let (kind, organisation) = match text.len() {
            15 => (TaxpayerKind::Digits15, fifteen(&text)?),
            17 => (seventeen(&text)?, false),
            18 => (organisation_or_person(&text, 0)?, false),
            19 => (temporary_kind(&text)?, false),
            _ => (twenty(&text)?, false),
        };
        Ok(Self { text, kind, organisation })
    }

    /// What the number is made of.
    pub fn kind(&self) -> TaxpayerKind {
        self.kind
    }

    /// Whether the number is a person's: masked in pages, logs and exports.
    pub fn is_personal(&self) -> bool {
        match self.kind {
            TaxpayerKind::Uscc | TaxpayerKind::TemporaryUscc => false,
            TaxpayerKind::Digits15 => !self.organisation && birth_of_15(&self.text).is_some(),
            _ => true,
        }
    }

    /// As it may be shown: a person's number with all but its ends hidden.
    pub fn masked(&self) -> String {
        if !self.is_personal() {
            return self.text.clone();
        }
        let hidden = self.text.len() - 5;
        format!("{}{}{}", &self.text[..3], "*".repeat(hidden), &self.text[self.text.len() - 2..])
    }
}

/// Region and organisation code; whether the organisation code's check holds.
fn fifteen(text: &str) -> Result<bool, Violation> {
    digits(FORMAT, &text[..6])?;
    if known(&text[..2], Scope::Organisation).is_none() {
        return Err(Violation::at(FORMAT, Rule::Region, 0));
    }
    let code = &text.as_bytes()[6..];
    let (expected, found) = (organisation_check(code), code[8]);
    if expected == found {
        return Ok(true);
    }
    if code.iter().all(u8::is_ascii_digit) {
        return Ok(false); // an old serial or identity number: nothing to check, a person looks
    }
    let rule = Rule::OrganisationCheck { expected: expected.into(), found: found.into() };
    Err(Violation::at(FORMAT, rule, 14))
}

fn seventeen(text: &str) -> Result<TaxpayerKind, Violation> {
    digits(FORMAT, &text[..15])?;
    if birth_of_15(text).is_none() {
        return Err(Violation::at(FORMAT, Rule::ImpossibleDate, 6));
    }
    digits(FORMAT, &text[15..]).map_err(|wrong| wrong.inside(FORMAT, 15))?;
    Ok(TaxpayerKind::Digits17)
}

/// A USCC or a person's number from the 0-based index on; the error of the one that it looks like.
fn organisation_or_person(text: &str, offset: u16) -> Result<TaxpayerKind, Violation> {
    // One number of a person in some hundreds also passes as a company's code, hardly ever the other way round;
    // what may be a person's is treated as a person's.
    let as_person = ResidentId::parse(text);
    let as_uscc = match Uscc::check(text.as_bytes()) {
        Ok(()) if as_person.is_err() => return Ok(TaxpayerKind::Uscc),
        Ok(()) => return Ok(TaxpayerKind::ResidentId),
        Err(wrong) => wrong,
    };
    match as_person {
        Ok(_) => Ok(TaxpayerKind::ResidentId),
        Err(as_person) if matches!(as_person.rule, Rule::CheckCharacter { .. }) => {
            Err(as_person.inside(FORMAT, offset))
        }
        Err(_) => Err(as_uscc.inside(FORMAT, offset)),
    }
}

fn temporary_kind(text: &str) -> Result<TaxpayerKind, Violation> {
    let Some(inner) = text.strip_prefix('L') else {
        let found = text.chars().next().unwrap_or(' ');
        let allowed = Phrase::new("a number of 19 characters begins with L", "19 位的號碼以 L 開頭");
        return Err(Violation::at(FORMAT, Rule::Character { found, allowed }, 0));
    };
    Ok(match organisation_or_person(inner, 1)? {
        TaxpayerKind::Uscc => TaxpayerKind::TemporaryUscc,
        _ => TaxpayerKind::TemporaryId,
    })
}

fn twenty(text: &str) -> Result<TaxpayerKind, Violation> {
    ResidentId::parse(&text[..18]).map_err(|wrong| wrong.inside(FORMAT, 0))?;
    digits(FORMAT, &text[18..]).map_err(|wrong| wrong.inside(FORMAT, 18))?;
    Ok(TaxpayerKind::SoleTrader20)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("L11010519491231002X", TaxpayerKind::TemporaryId, true)]
    #[case("L91110000600037341L", TaxpayerKind::TemporaryUscc, false)]
    #[case("11010549123100201", TaxpayerKind::Digits17, true)]
    #[case("110105491231002", TaxpayerKind::Digits15, true)]
    #[case("110108690017781", TaxpayerKind::Digits15, false)]
    #[case("11010519491231002X01", TaxpayerKind::SoleTrader20, true)]
    #[case("91110000600037341L", TaxpayerKind::Uscc, false)]
    fn each_length_is_read_as_what_it_is(
        #[case] text: &str,
        #[case] kind: TaxpayerKind,
        #[case] personal: bool,
    ) {
        let id = TaxpayerId::parse(text).unwrap();
        assert_eq!((id.kind(), id.is_personal()), (kind, personal));
    }

    #[test]
    fn a_persons_number_is_shown_masked() {
        assert_eq!(TaxpayerId::parse("11010519491231002X01").unwrap().masked(), "110***************01");
    }

    #[test]
    fn the_place_of_an_inner_error_counts_from_the_outer_beginning() {
        let wrong = TaxpayerId::parse("L91110000600037341M").unwrap_err();
        assert_eq!(wrong.at, Some(19));
        assert_eq!(wrong.format, "cn.taxid_any");
    }
}
