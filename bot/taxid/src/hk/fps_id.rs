use serde::{Deserialize, Serialize};

use crate::number::number;
use crate::rule::Phrase;
use crate::violation::all_digits;
use crate::{Violation, text};

const FORMAT: &str = "hk.fps_id";

/// The FPS identifier (轉數快識別碼) of a payee: 7 or 9 digits. It belongs to one account at one bank:
/// a changed identifier is a changed bank.
///
/// Standard: HKICL, Faster Payment System. A value that passes does not prove whose account it is: there is no
/// check digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FpsId {
    text: String,
}

number!(FpsId, "hk.fps_id");

impl FpsId {
    fn read(raw: &str) -> Result<Self, Violation> {
        let text = text::id(raw);
        all_digits(
            FORMAT,
            &text,
            &[7, 9],
            Phrase::new(
                "7 or 9 digits; 8 digits are rather a phone number",
                " 7 或 9 個數字；8 個數字多為電話號碼",
            ),
        )?;
        Ok(Self { text })
    }
}
