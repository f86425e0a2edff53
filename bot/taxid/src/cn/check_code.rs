use serde::{Deserialize, Serialize};

use crate::number::number;
use crate::rule::Phrase;
use crate::violation::all_digits;
use crate::{Parts, Violation, text};

const FORMAT: &str = "cn.fapiao.check_code";

/// The check code (校驗碼) of a general fapiao: 20 digits, printed as four groups of five.
/// Special and digital invoices have none. Its rule is not public: only the length can be checked.
///
/// Standard: the State Taxation Administration; the rule is not public. A value that passes does not prove that the
/// code belongs to the invoice; the last six digits are what the verification page asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CheckCode {
    text: String,
}

number!(CheckCode, "cn.fapiao.check_code", {
    fn parts(&self) -> Parts {
        vec![("last_six", self.last_six().to_owned())]
    }
});

impl CheckCode {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        all_digits(FORMAT, &text, &[20], Phrase::new("20 digits", " 20 個數字"))?;
        Ok(Self { text })
    }

    /// What the tax bureau's query asks for.
    pub fn last_six(&self) -> &str {
        &self.text[14..]
    }
}
