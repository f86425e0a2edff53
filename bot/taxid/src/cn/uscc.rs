use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::org_code::organisation_check;
use super::region::{Scope, known};
use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::table::{self, Row};
use crate::{Note, Parts, Violation, text};

const FORMAT: &str = "cn.uscc";
/// Digits and capitals without I O S V Z: the standard left out what is misread.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Powers of 3 modulo 31.
const WEIGHTS: [u16; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ALLOWED: Phrase = Phrase::new(
    "only digits and capital letters without I, O, S, V and Z are used",
    "只用數字及大寫字母，不用 I、O、S、V、Z",
);

/// The index of every byte in the alphabet; 255 for what is not in it.
const INDEX: [u8; 256] = {
    let mut table = [255_u8; 256];
    let mut i = 0_u8;
    while i < 31 {
        table[ALPHABET[i as usize] as usize] = i;
        i += 1;
    }
    table
};

static PAIRS: LazyLock<Vec<Row>> =
    LazyLock::new(|| table::rows(include_str!("../../data/cn_uscc_pairs.csv")));

/// A unified social credit code (統一社會信用代碼, GB 32100-2015): 18 characters with two checks,
/// one inside (the organisation code's) and one at the end.
///
/// Standard: GB 32100-2015, check by MOD 31-3; the inner code by GB 11714-1997. A value that passes does not prove
/// that the code was issued, that it is in force, or that it belongs to the name beside it; the public register
/// (gsxt.gov.cn) knows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uscc {
    text: String,
}

number!(Uscc, "cn.uscc", {
    fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if self.kind().is_none() {
            notes.push(Note::remark(
                "DH-2117",
                format!(
                    "The first two characters, {}, are not a known kind of organisation",
                    &self.text[..2]
                ),
                format!("首兩位 {} 不是已知的機構類別", &self.text[..2]),
            ));
        }
        if known(&self.text[2..4], Scope::Organisation).is_none() {
            notes.push(Note::remark(
                "DH-2105",
                format!("No province has the code {}", &self.text[2..4]),
                format!("沒有代碼為 {} 的省份", &self.text[2..4]),
            ));
        }
        notes
    }

    fn parts(&self) -> Parts {
        let mut parts = vec![
            ("pair", self.pair().to_owned()),
            ("region", self.region().to_owned()),
            ("organisation", self.organisation().to_owned()),
        ];
        if let Some((en, _)) = self.kind() {
            parts.insert(1, ("kind", en.to_owned()));
        }
        if let Some((en, _)) = known(&self.text[2..4], Scope::Organisation) {
            parts.push(("province", en.to_owned()));
        }
        parts
    }
});

impl Uscc {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        Self::check(text.as_bytes())?;
        Ok(Self { text })
    }

    /// The rule alone, on a code that is already normalised: no allocation, millions a second.
    ///
    /// # Errors
    /// Length, a character outside the alphabet, letters in the region, or either check.
    pub fn check(code: &[u8]) -> Result<(), Violation> {
        let code: &[u8; 18] = code.try_into().map_err(|_| wrong_length(code))?;
        let mut sum = 0_u16;
        for (i, c) in code.iter().enumerate() {
            let index = INDEX[usize::from(*c)];
            if index == 255 {
                return Err(bad_character(code, i, ALLOWED));
            }
            if (2..8).contains(&i) && index > 9 {
                return Err(bad_character(
                    code,
                    i,
                    Phrase::new(
                        "characters 3-8 are the region and must be digits",
                        "第 3 至 8 位是行政區劃，須為數字",
                    ),
                ));
            }
            if i < 17 {
                sum += u16::from(index) * WEIGHTS[i];
            }
        }
        let organisation = organisation_check(&code[8..16]);
        if code[16] != organisation {
            let rule = Rule::OrganisationCheck { expected: organisation.into(), found: code[16].into() };
            return Err(Violation::at(FORMAT, rule, 16));
        }
        let last = ALPHABET[usize::from((31 - sum % 31) % 31)];
        if code[17] != last {
            let rule = Rule::CheckCharacter { expected: last.into(), found: code[17].into() };
            return Err(Violation::at(FORMAT, rule, 17));
        }
        Ok(())
    }

    /// Registering department and kind of entity, such as `91`.
    pub fn pair(&self) -> &str {
        &self.text[..2]
    }

    /// The kind of organisation in English and 繁體中文, if the pair is known.
    pub fn kind(&self) -> Option<(&'static str, &'static str)> {
        PAIRS.iter().find(|row| row.cells[0] == self.pair()).map(|row| (row.cells[1], row.cells[2]))
    }

    /// The six digits of the region (GB/T 2260).
    pub fn region(&self) -> &str {
        &self.text[2..8]
    }

    /// The organisation code inside.
    pub fn organisation(&self) -> &str {
        &self.text[8..17]
    }

    /// Whether the code is that of a sole trader (個體工商戶), whose name is a person's.
    pub fn is_sole_trader(&self) -> bool {
        self.pair() == "92"
    }
}

#[cold]
fn wrong_length(code: &[u8]) -> Violation {
    let found = u16::try_from(String::from_utf8_lossy(code).chars().count()).unwrap_or(u16::MAX);
    let expected = Phrase::new("18", " 18 個");
    Violation::whole(FORMAT, if found == 0 { Rule::Empty } else { Rule::Length { expected, found } })
}

#[cold]
fn bad_character(code: &[u8], index: usize, allowed: Phrase) -> Violation {
    let text = String::from_utf8_lossy(code);
    // Bytes of one character outside ASCII count as one character.
    let index = text.char_indices().position(|(at, c)| at + c.len_utf8() > index).unwrap_or(index);
    let found = text.chars().nth(index).unwrap_or('\u{FFFD}');
    Violation::at(FORMAT, Rule::Character { found, allowed }, index)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use proptest::prelude::*;

    use super::*;
    use crate::Number;

    #[test]
    fn codes_of_military_and_villages_pass_although_they_begin_with_a_letter() {
        assert!(Uscc::parse("A1330106MF12345T5J").is_ok());
        assert!(Uscc::parse("N2330106MF12345T53").is_ok());
    }

    #[test]
    fn a_right_last_character_does_not_hide_a_wrong_organisation_check() {
        let wrong = Uscc::parse("91310115MA1K3BTP05").unwrap_err();
        assert_eq!((wrong.rule, wrong.at), (Rule::OrganisationCheck { expected: '2', found: '0' }, Some(17)));
    }

    #[test]
    fn the_place_of_a_misread_letter_is_told() {
        let wrong = Uscc::parse("9111000060003734IL").unwrap_err();
        assert_eq!(wrong.at, Some(17));
        assert!(wrong.to_string().starts_with("DH-2102: "), "{wrong}");
        assert!(wrong.zh_hant().contains("第 17 個字元"));
    }

    #[test]
    fn letters_in_the_region_are_refused_before_any_check() {
        assert_eq!(Uscc::parse("91AB0000600037341L").unwrap_err().at, Some(3));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_without_a_panic() {
        assert!(Uscc::check(&[0xff; 18]).is_err());
        assert!(Uscc::check("統一社會信用".as_bytes()).is_err());
    }

    /// A code made by the rule: what the standard's issuer would do.
    fn made(head: &str, organisation: &str) -> String {
        let organisation =
            format!("{organisation}{}", char::from(organisation_check(organisation.as_bytes())));
        let body = format!("{head}{organisation}");
        let sum: u16 = body.bytes().zip(WEIGHTS).map(|(c, w)| u16::from(INDEX[usize::from(c)]) * w).sum();
        format!("{body}{}", char::from(ALPHABET[usize::from((31 - sum % 31) % 31)]))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_code_made_by_the_rule_passes_and_one_changed_character_fails(
            head in "[1-9ANY][1239][1-6][0-9]{5}",
            organisation in "[0-9A-HJ-NP-RTUWXY]{8}",
            at in 0_usize..18,
            other in 0_usize..31,
        ) {
            let code = made(&head, &organisation);
            prop_assert!(Uscc::parse(&code).is_ok(), "{}", code);
            let mut changed = code.clone().into_bytes();
            changed[at] = ALPHABET[other];
            let same = changed == code.as_bytes();
            prop_assert_eq!(Uscc::check(&changed).is_ok(), same);
        }

        #[test]
        fn no_bytes_make_the_check_panic(bytes in proptest::collection::vec(any::<u8>(), 0..24), text in "\\PC{18}") {
            let _ = Uscc::check(&bytes);
            let _ = Uscc::parse(&text);
        }
    }

    #[test]
    fn the_parts_name_the_province_and_the_kind() {
        let parts = Uscc::parse("9144030071526726XG").unwrap().parts();
        assert!(parts.contains(&("province", "Guangdong".to_owned())));
        assert!(parts.contains(&("kind", "Enterprise".to_owned())));
    }
}
