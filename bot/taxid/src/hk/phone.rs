use serde::{Deserialize, Serialize};

use crate::number::{hidden_debug, number};
use crate::rule::{Phrase, Rule};
use crate::violation::{digits, length};
use crate::{Parts, Violation, text};

const FORMAT: &str = "hk.phone";

/// A Hong Kong phone number: 8 digits, written as `+852` and the digits.
///
/// Standard: the numbering plan of the Communications Authority. A value that passes does not prove that the line
/// is connected, or whose it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone {
    text: String,
}

hidden_debug!(Phone);
number!(Phone, "hk.phone", {
    fn parts(&self) -> Parts {
        let kind = match self.text.as_bytes()[4] {
            b'2' | b'3' => "fixed",
            b'8' => "special",
            _ => "mobile",
        };
        vec![("kind", kind.to_owned())]
    }
});

impl Phone {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text: String = text::id(raw).chars().filter(|c| !matches!(c, '(' | ')')).collect();
        let local = ["+852", "00852"].iter().find_map(|code| text.strip_prefix(code));
        let local =
            local.or_else(|| text.strip_prefix("852").filter(|rest| rest.len() == 8)).unwrap_or(&text);
        if local.starts_with('+') {
            let phrase =
                Phrase::new("This is a number outside Hong Kong (+852)", "這不是香港（+852）的電話號碼");
            return Err(Violation::whole(FORMAT, Rule::Shape(phrase)));
        }
        digits(FORMAT, local)?;
        length(FORMAT, local, &[8], Phrase::new("8 digits", " 8 個數字"))?;
        if local.starts_with("999") {
            return Err(Violation::whole(FORMAT, Rule::EmergencyNumber));
        }
        if local.starts_with(['0', '1']) {
            let allowed = Phrase::new("a Hong Kong number begins with 2-9", "香港電話號碼以 2 至 9 開頭");
            return Err(Violation::at(
                FORMAT,
                Rule::Character { found: local.chars().next().unwrap_or(' '), allowed },
                0,
            ));
        }
        Ok(Self { text: format!("+852{local}") })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("+852 9123 4567", "+85291234567")]
    #[case("(852) 3102-8888", "+85231028888")]
    #[case("00852 28272827", "+85228272827")]
    #[case("85212345", "+85285212345")]
    fn a_number_has_one_spelling(#[case] printed: &str, #[case] normal: &str) {
        assert_eq!(Phone::parse(printed).unwrap().normalised(), normal);
    }

    #[rstest]
    #[case("+86 138 0013 8000")]
    #[case("0755 8888 8888")]
    #[case("9991 2345")]
    #[case("1234 5678")]
    #[case("9123 45678")]
    fn numbers_of_elsewhere_are_refused(#[case] printed: &str) {
        assert!(Phone::parse(printed).is_err());
    }
}
