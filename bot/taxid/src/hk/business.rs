use serde::{Deserialize, Serialize};

use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::violation::{all_digits, digits, length, not_zero};
use crate::{Note, Parts, Violation, text};

/// A business registration number (商業登記號碼): 8 digits. No check digit is published; only the form can be checked.
///
/// Standard: Business Registration Ordinance (Cap. 310); Inland Revenue Department. A value that passes does not
/// prove more than the form: no check digit is published. The register at bro.gov.hk knows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Brn {
    text: String,
}

number!(Brn, "hk.brn");

impl Brn {
    fn read(raw: &str) -> Result<Self, Violation> {
        const FORMAT: &str = "hk.brn";
        let text = text::id(raw);
        all_digits(FORMAT, &text, &[8], Phrase::new("8 digits", " 8 個數字"))?;
        Ok(Self { text })
    }
}

/// The number of a business registration certificate: `BRN-branch-month-year-character`.
///
/// Standard: the certificate that the Inland Revenue Department prints. A value that passes does not prove more
/// than the form; what the last character means is not published.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BrCertificate {
    text: String,
}

number!(BrCertificate, "hk.br_certificate_no", {
    fn parts(&self) -> Parts {
        vec![
            ("brn", self.text[..8].to_owned()),
            ("branch", self.text[9..12].to_owned()),
            ("month", self.text[13..15].to_owned()),
            ("year", self.text[16..18].to_owned()),
        ]
    }
});

impl BrCertificate {
    fn read(raw: &str) -> Result<Self, Violation> {
        const FORMAT: &str = "hk.br_certificate_no";
        const SHAPE: Phrase = Phrase::new(
            "A certificate number has the form 12345678-000-01-25-1",
            "商業登記證號碼格式為 12345678-000-01-25-1",
        );
        let text: String = text::solid(raw)
            .chars()
            .map(|c| if text::is_hyphen(c) { '-' } else { c.to_ascii_uppercase() })
            .collect();
        if text.is_empty() {
            return Err(Violation::whole(FORMAT, Rule::Empty));
        }
        let parts: Vec<&str> = text.split('-').collect();
        let [brn, branch, month, year, last] = parts.as_slice() else {
            return Err(Violation::whole(FORMAT, Rule::Shape(SHAPE)));
        };
        let figures = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
        if !(figures(brn, 8)
            && figures(branch, 3)
            && figures(month, 2)
            && figures(year, 2)
            && last.len() == 1
            && last.bytes().all(|b| b.is_ascii_alphanumeric()))
        {
            return Err(Violation::whole(FORMAT, Rule::Shape(SHAPE)));
        }
        Brn::parse(brn).map_err(|wrong| wrong.inside(FORMAT, 0))?;
        if !(1..=12).contains(&month.parse::<u8>().unwrap_or(0)) {
            return Err(Violation::at(FORMAT, Rule::ImpossibleDate, 13));
        }
        Ok(Self { text })
    }

    /// The number of the business.
    pub fn brn(&self) -> Brn {
        Brn { text: self.text[..8].to_owned() }
    }

    /// `000` for the main business.
    pub fn branch(&self) -> &str {
        &self.text[9..12]
    }
}

/// A unique business identifier: the BRN, or for entities without one a letter and seven digits
/// that no business register knows.
///
/// Standard: the Unique Business Identifier, in force since 2023-12-27 (1823.gov.hk). A value that passes does not
/// prove more than the form; identifiers with a letter stand in no business register.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ubi {
    text: String,
}

number!(Ubi, "hk.ubi", {
    fn notes(&self) -> Vec<Note> {
        if !self.is_dummy() {
            return Vec::new();
        }
        vec![Note::remark(
            "DH-2126",
            "Assigned by the Companies Registry; it is not in the business register",
            "由公司註冊處編配，不在商業登記冊內",
        )]
    }
});

impl Ubi {
    fn read(raw: &str) -> Result<Self, Violation> {
        const FORMAT: &str = "hk.ubi";
        let text = text::id(raw);
        length(
            FORMAT,
            &text,
            &[8],
            Phrase::new("8: digits, or a letter and seven digits", " 8 個：全為數字，或一個字母加七個數字"),
        )?;
        let figures = text.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(&text);
        let letter = u16::from(figures.len() < text.len());
        digits(FORMAT, figures).map_err(|wrong| wrong.inside(FORMAT, letter))?;
        not_zero(FORMAT, figures)?;
        Ok(Self { text })
    }

    /// Whether it is a stand-in for entities without a BRN.
    pub fn is_dummy(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_uppercase())
    }
}

/// A company number of the Companies Registry before the BRN became the identifier: up to 7 digits,
/// a letter before them for some (`F` for non-Hong Kong companies). Padded to 7 digits.
///
/// Standard: Companies Registry. A value that passes does not prove more than the form: there is no check digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CompanyNumber {
    text: String,
}

number!(CompanyNumber, "hk.company_no");

impl CompanyNumber {
    fn read(raw: &str) -> Result<Self, Violation> {
        const FORMAT: &str = "hk.company_no";
        let text = text::id(raw);
        let (letter, figures) = match text.strip_prefix(|c: char| c.is_ascii_uppercase()) {
            Some(rest) => (&text[..1], rest),
            None => ("", text.as_str()),
        };
        let offset = u16::from(!letter.is_empty());
        digits(FORMAT, figures).map_err(|wrong| wrong.inside(FORMAT, offset))?;
        let expected = Phrase::new(
            "up to 7 digits; 8 digits are a business registration number",
            "最多 7 個數字；8 個數字是商業登記號碼",
        );
        length(FORMAT, figures, &[1, 2, 3, 4, 5, 6, 7], expected)?;
        not_zero(FORMAT, figures)?;
        Ok(Self { text: format!("{letter}{figures:0>7}") })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("7905192")]
    #[case("790519255")]
    #[case("7905192A")]
    #[case("00000000")]
    #[case("")]
    fn a_registration_number_has_eight_digits(#[case] text: &str) {
        assert!(Brn::parse(text).is_err());
    }

    #[test]
    fn a_certificate_tells_its_business() {
        let certificate = BrCertificate::parse("58725678 – 000 – 07 – 14 – a").unwrap();
        assert_eq!(certificate.normalised(), "58725678-000-07-14-A");
        assert_eq!(certificate.brn(), Brn::parse("5872 5678").unwrap());
        assert!(BrCertificate::parse("58725678-000-13-14-3").is_err());
    }

    #[test]
    fn company_numbers_are_padded_to_compare() {
        assert_eq!(CompanyNumber::parse("f1234").unwrap().normalised(), "F0001234");
        assert_eq!(CompanyNumber::parse("12345").unwrap(), CompanyNumber::parse("0012345").unwrap());
        assert!(CompanyNumber::parse("12345678").is_err());
        assert_eq!(CompanyNumber::parse("A1B2345").unwrap_err().at, Some(3));
    }

    #[test]
    fn a_stand_in_identifier_must_be_padded() {
        assert!(Ubi::parse("c0012345").unwrap().is_dummy());
        assert!(Ubi::parse("C12345").is_err());
    }
}
