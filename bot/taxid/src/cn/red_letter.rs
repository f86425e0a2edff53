use super::{FapiaoCode, FapiaoNumber8, FapiaoNumber20};
use crate::rule::{Phrase, Rule};
use crate::{Violation, text};

const FORMAT: &str = "cn.red_letter_remark";

/// What the remark of an invoice says about being a red-letter invoice (紅字發票), which cancels a blue one.
///
/// Standard: the remarks that SAT Announcement 2016 No. 47 and the digital platform prescribe. A value that passes
/// does not prove that the information form or confirmation was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedLetter {
    /// An ordinary remark.
    None,
    /// It cancels the digital invoice with this number.
    Digital {
        /// The blue invoice.
        number: FapiaoNumber20,
        /// The number of the confirmation form (紅字發票信息確認單).
        confirmation: Option<String>,
    },
    /// It cancels the invoice with this code and number.
    Legacy {
        /// The blue invoice's code.
        code: FapiaoCode,
        /// The blue invoice's number.
        number: FapiaoNumber8,
    },
    /// It cancels the invoice that this information form names; the form is not on the face.
    InformationForm {
        /// 16 digits.
        form: String,
    },
    /// It refers to a number that cannot be one.
    BadReference(Violation),
    /// It is red by its words, but which invoice it cancels is not said: a person must look.
    Unreferenced,
}

impl RedLetter {
    /// Reads a remark.
    pub fn in_remark(remark: &str) -> Self {
        let remark = text::solid(remark);
        digital(&remark).or_else(|| legacy(&remark)).or_else(|| form(&remark)).unwrap_or_else(|| {
            let red = ["红字", "紅字", "红冲", "紅沖", "对应正数", "對應正數"]
                .iter()
                .any(|word| remark.contains(word));
            if red { Self::Unreferenced } else { Self::None }
        })
    }

    /// Whether the remark is one of a red-letter invoice at all.
    pub fn is_red(&self) -> bool {
        *self != Self::None
    }

    /// The reference as one text: the number, `CODE-NUMBER` or `INFO:FORM`.
    ///
    /// # Errors
    /// [`Rule::NoReference`] where there is none, or why the reference cannot be a number.
    pub fn reference(&self) -> Result<String, Violation> {
        match self {
            Self::Digital { number, .. } => Ok(number.to_string()),
            Self::Legacy { code, number } => Ok(format!("{code}-{number}")),
            Self::InformationForm { form } => Ok(format!("INFO:{form}")),
            Self::BadReference(wrong) => Err(wrong.inside(FORMAT, 0)),
            Self::Unreferenced => Err(no_reference(Phrase::new(
                "The remark says red-letter invoice but not which invoice it cancels",
                "備註屬紅字發票，但沒有註明所沖銷的發票",
            ))),
            Self::None => Err(no_reference(Phrase::new(
                "The remark refers to no other invoice",
                "備註沒有提及其他發票",
            ))),
        }
    }
}

fn no_reference(phrase: Phrase) -> Violation {
    Violation::whole(FORMAT, Rule::NoReference(phrase))
}

/// 被红冲蓝字数电发票号码 (or 数电票): both wordings exist.
fn digital(remark: &str) -> Option<RedLetter> {
    let at = ["红冲蓝字", "紅沖藍字"].iter().find_map(|label| remark.find(label))?;
    let rest = &remark[at..];
    let label_end =
        ["号码", "號碼"].iter().filter_map(|word| rest.find(word).map(|at| at + word.len())).min()?;
    let number = digits_after(&rest[label_end..])?;
    Some(match FapiaoNumber20::parse(number) {
        Ok(number) => {
            let confirmation =
                ["确认单编号", "確認單編號"].iter().find_map(|label| after(remark, label)).map(str::to_owned);
            RedLetter::Digital { number, confirmation }
        }
        Err(wrong) => RedLetter::BadReference(wrong),
    })
}

/// 对应正数发票代码：… 号码：…
fn legacy(remark: &str) -> Option<RedLetter> {
    let label = ["对应正数发票代码", "對應正數發票代碼"].into_iter().find(|label| remark.contains(label))?;
    let code = after(remark, label)?;
    let rest = &remark[remark.find(code)? + code.len()..];
    let number = ["号码", "號碼"].iter().find_map(|label| after(rest, label))?;
    Some(match (FapiaoCode::parse(code), FapiaoNumber8::parse(number)) {
        (Ok(code), Ok(number)) => RedLetter::Legacy { code, number },
        (Err(wrong), _) | (_, Err(wrong)) => RedLetter::BadReference(wrong),
    })
}

/// 开具红字增值税专用发票信息表编号…
fn form(remark: &str) -> Option<RedLetter> {
    let form = ["信息表编号", "信息表編號", "資訊表編號"].iter().find_map(|label| after(remark, label))?;
    Some(match form.len() {
        16 => RedLetter::InformationForm { form: form.to_owned() },
        found => {
            let expected = Phrase::new("16 digits (information form)", " 16 個數字（信息表編號）");
            RedLetter::BadReference(Violation::whole(
                FORMAT,
                Rule::Length { expected, found: u16::try_from(found).unwrap_or(u16::MAX) },
            ))
        }
    })
}

/// The digits that follow a label.
fn after<'a>(remark: &'a str, label: &str) -> Option<&'a str> {
    digits_after(&remark[remark.find(label)? + label.len()..])
}

fn digits_after(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches([':', '.', '(', '[', '为', '為', '是']);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn both_wordings_of_the_digital_remark_are_read() {
        for word in ["数电票", "数电发票"] {
            let remark = format!(
                "被红冲蓝字{word}号码：24332000000000000017 红字发票信息确认单编号：44030725051001117191"
            );
            let red = RedLetter::in_remark(&remark);
            assert_eq!(red.reference().unwrap(), "24332000000000000017");
            assert!(
                matches!(red, RedLetter::Digital { confirmation: Some(c), .. } if c == "44030725051001117191")
            );
        }
    }

    #[test]
    fn a_legacy_remark_gives_code_and_number() {
        let red = RedLetter::in_remark("对应正数发票代码：4200161350 号码：00015045");
        assert_eq!(red.reference().unwrap(), "4200161350-00015045");
    }

    #[test]
    fn a_confirmation_alone_is_red_without_a_reference() {
        assert_eq!(
            RedLetter::in_remark("红字发票信息确认单编号：44030725051001117191"),
            RedLetter::Unreferenced
        );
    }

    #[test]
    fn a_margin_scheme_remark_is_not_red() {
        assert!(!RedLetter::in_remark("差额征税：2.00。").is_red());
    }

    #[test]
    fn an_impossible_number_is_told_and_not_followed() {
        assert!(matches!(
            RedLetter::in_remark("被红冲蓝字数电票号码：99992000000398937755"),
            RedLetter::BadReference(_)
        ));
    }
}
