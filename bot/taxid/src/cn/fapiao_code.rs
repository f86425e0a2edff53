use serde::{Deserialize, Serialize};

use super::kind::FapiaoKind;
use super::region::{Scope, fapiao_region, known};
use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::violation::{digits, length};
use crate::{Note, Parts, Violation, text};

const FORMAT: &str = "cn.fapiao.code";

/// A fapiao code (發票代碼) of 10 or 12 digits. Digital invoices have none.
///
/// Standard: the coding rules of the State Taxation Administration as the tax bureaus' own verification page reads
/// them (kind by position 8 or 11-12). A value that passes does not prove that the code was allotted: it has no
/// check digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FapiaoCode {
    text: String,
}

number!(FapiaoCode, "cn.fapiao.code", {
    fn notes(&self) -> Vec<Note> {
        if self.is_old_form() {
            return vec![Note::review(
                "DH-2125",
                "A code of the forms used before 2018",
                "2018 年以前的發票代碼",
            )];
        }
        if self.kind().is_none() {
            let suffix = &self.text[self.text.len() - 2..];
            return vec![Note::review(
                "DH-2116",
                format!("The last two digits, {suffix}, are not a known kind of invoice"),
                format!("末兩位 {suffix} 不是已知的發票種類"),
            )];
        }
        Vec::new()
    }

    fn parts(&self) -> Parts {
        let mut parts = vec![
            ("kind", self.kind().unwrap_or(FapiaoKind::Unknown).to_string()),
            ("region", self.region().to_owned()),
            ("year", self.year().to_string()),
            ("batch", self.batch().to_owned()),
        ];
        if let Some((en, _)) = fapiao_region(self.region()) {
            parts.push(("place", en.to_owned()));
        }
        if self.text.len() == 10 {
            parts.push(("copies", self.text[8..9].to_owned()));
        }
        parts
    }
});

impl FapiaoCode {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        digits(FORMAT, &text)?;
        length(FORMAT, &text, &[10, 12], Phrase::new("10 or 12 digits", " 10 或 12 個數字"))?;
        let code = Self { text };
        if code.text.len() == 12 && !code.text.starts_with(['0', '1', '2']) {
            let found = code.text.chars().next().unwrap_or(' ');
            let allowed =
                Phrase::new("a code of 12 digits begins with 0, 1 or 2", "12 位代碼以 0、1 或 2 開頭");
            return Err(Violation::at(FORMAT, Rule::Character { found, allowed }, 0));
        }
        if known(&code.region()[..2], Scope::Fapiao).is_none() && !code.is_national() {
            return Err(Violation::at(FORMAT, Rule::Region, usize::from(code.text.len() == 12)));
        }
        if code.text.len() == 10 && code.kind().is_none() {
            let found = code.text.chars().nth(7).unwrap_or(' ');
            return Err(Violation::at(FORMAT, Rule::KindDigit { found }, 7));
        }
        Ok(code)
    }

    /// The four digits of the province or planned city.
    pub fn region(&self) -> &str {
        if self.text.len() == 12 { &self.text[1..5] } else { &self.text[..4] }
    }

    /// The year of printing.
    pub fn year(&self) -> i32 {
        let digits = if self.text.len() == 12 { &self.text[5..7] } else { &self.text[4..6] };
        2000 + digits.parse::<i32>().unwrap_or(0)
    }

    /// The batch.
    pub fn batch(&self) -> &str {
        if self.text.len() == 12 { &self.text[7..10] } else { &self.text[6..7] }
    }

    /// The kind, where the code tells it. Digit 8 of a 10-digit code is the kind, not the language of print:
    /// the bureau's own query page and real invoices use it so.
    pub fn kind(&self) -> Option<FapiaoKind> {
        if self.text.len() == 10 {
            return match self.text.as_bytes()[7] {
                b'1' | b'5' => Some(FapiaoKind::SpecialPaper),
                b'3' | b'6' => Some(FapiaoKind::GeneralPaper),
                b'2' | b'7' => Some(FapiaoKind::FreightSpecial),
                _ => None,
            };
        }
        if !self.text.starts_with('0') {
            return (self.text.as_bytes()[7] == b'2').then_some(FapiaoKind::MotorVehicle);
        }
        match &self.text[10..] {
            "04" | "05" => Some(FapiaoKind::GeneralPaper),
            "06" | "07" => Some(FapiaoKind::GeneralRoll),
            "11" => Some(FapiaoKind::GeneralElectronic),
            "12" => Some(FapiaoKind::TollElectronic),
            "13" => Some(FapiaoKind::SpecialElectronic),
            "17" => Some(FapiaoKind::UsedCar),
            _ => None,
        }
    }

    /// 12 digits that begin with 1 or 2 and are no motor-vehicle invoice: a form of a national or local tax bureau
    /// before 2018.
    pub fn is_old_form(&self) -> bool {
        self.text.len() == 12 && !self.text.starts_with('0') && self.kind().is_none()
    }

    /// An old form of the State Administration itself has the region 0000.
    fn is_national(&self) -> bool {
        self.is_old_form() && self.region() == "0000"
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use rstest::rstest;

    use super::*;
    use crate::Number as _;

    #[rstest]
    #[case("033002000211", "general_electronic", 2020)]
    #[case("3200211130", "special_paper", 2021)]
    #[case("4200161350", "general_paper", 2016)]
    #[case("033001900112", "toll_electronic", 2019)]
    #[case("133002020201", "motor_vehicle", 2020)]
    #[case("011002680026", "unknown", 2026)]
    fn a_code_tells_its_kind_and_year(#[case] code: &str, #[case] kind: &str, #[case] year: i32) {
        let code = FapiaoCode::parse(code).unwrap();
        assert_eq!(code.parts()[0], ("kind", kind.to_owned()));
        assert_eq!(code.year(), year);
    }

    #[rstest]
    #[case("990017001110", 1)]
    #[case("9900154130", 1)]
    #[case("1200154930", 8)]
    #[case("O33002000211", 1)]
    fn the_digit_to_blame_is_told(#[case] code: &str, #[case] at: u16) {
        assert_eq!(FapiaoCode::parse(code).unwrap_err().at, Some(at));
    }
}
