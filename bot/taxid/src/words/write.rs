use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{FORMAT, LIMIT};
use crate::Violation;
use crate::rule::{Phrase, Rule};

/// Which of the legal spellings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As fapiao print it: 圆, and 整 only after 圆.
    Fapiao,
    /// As mainland cheques want it: 元, and 整 after 元 or 角.
    Cheque,
    /// As Hong Kong and Taiwan papers print it: traditional characters, 元 and 正.
    Traditional,
}

struct Letters {
    digits: [char; 10],
    ten_thousand: char,
    hundred_million: char,
    yuan: char,
    end: char,
    negative: &'static str,
}

const SIMPLIFIED: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const TRADITIONAL: [char; 10] = ['零', '壹', '貳', '參', '肆', '伍', '陸', '柒', '捌', '玖'];

impl Style {
    fn letters(self) -> Letters {
        let simplified = |yuan| Letters {
            digits: SIMPLIFIED,
            ten_thousand: '万',
            hundred_million: '亿',
            yuan,
            end: '整',
            negative: "（负数）",
        };
        match self {
            Self::Fapiao => simplified('圆'),
            Self::Cheque => simplified('元'),
            Self::Traditional => Letters {
                digits: TRADITIONAL,
                ten_thousand: '萬',
                hundred_million: '億',
                yuan: '元',
                end: '正',
                negative: "（負數）",
            },
        }
    }
}

/// Writes an amount in words.
///
/// ```
/// use taxid::words::{Style, write};
/// assert_eq!(write("1680.32".parse().unwrap(), Style::Fapiao).unwrap(), "壹仟陆佰捌拾圆叁角贰分");
/// assert_eq!(write("-5.03".parse().unwrap(), Style::Cheque).unwrap(), "（负数）伍元零叁分");
/// ```
///
/// # Errors
/// More than two decimals, or ten thousand million million and more.
pub fn write(value: Decimal, style: Style) -> Result<String, Violation> {
    let too = |phrase| Violation::whole(FORMAT, Rule::WordsGrammar(phrase));
    let normal = value.abs().normalize();
    if normal.scale() > 2 {
        return Err(too(Phrase::new(
            "An amount in words has no parts of a cent",
            "大寫金額不能有不足一分的部分",
        )));
    }
    let whole = normal.trunc().to_u64().filter(|whole| *whole < LIMIT);
    let whole = whole.ok_or_else(|| too(Phrase::new("The amount is too large", "金額過大")))?;
    let cents = ((normal - normal.trunc()) * Decimal::ONE_HUNDRED).to_u64().unwrap_or(0);
    let letters = style.letters();
    let mut text = String::new();
    if value.is_sign_negative() && !value.is_zero() {
        text.push_str(letters.negative);
    }
    let (jiao, fen) = (cents / 10, cents % 10);
    if whole > 0 || cents == 0 {
        integer(whole, &letters, &mut text);
        text.push(letters.yuan);
    }
    if cents == 0 {
        text.push(letters.end);
        return Ok(text);
    }
    if jiao > 0 {
        text.push(digit(&letters, jiao));
        text.push('角');
    } else if whole > 0 {
        text.push('零');
    }
    if fen > 0 {
        text.push(digit(&letters, fen));
        text.push('分');
    } else if style != Style::Fapiao {
        text.push(letters.end);
    }
    Ok(text)
}

fn digit(letters: &Letters, value: u64) -> char {
    letters.digits[usize::try_from(value % 10).unwrap_or(0)]
}

fn integer(value: u64, letters: &Letters, text: &mut String) {
    if value == 0 {
        text.push('零');
        return;
    }
    let (high, low) = (value / 100_000_000, value % 100_000_000);
    if high > 0 {
        below_yi(high, letters, text);
        text.push(letters.hundred_million);
        if low > 0 && low < 10_000_000 {
            text.push('零');
        }
    }
    if low > 0 {
        below_yi(low, letters, text);
    }
}

fn below_yi(value: u64, letters: &Letters, text: &mut String) {
    let (high, low) = (value / 10_000, value % 10_000);
    if high > 0 {
        section(high, letters, text);
        text.push(letters.ten_thousand);
        if low > 0 && low < 1000 {
            text.push('零');
        }
    }
    if low > 0 {
        section(low, letters, text);
    }
}

fn section(value: u64, letters: &Letters, text: &mut String) {
    let mut pending_zero = false;
    let mut written = false;
    for (unit, name) in [(1000, Some('仟')), (100, Some('佰')), (10, Some('拾')), (1, None)] {
        let d = value / unit % 10;
        if d == 0 {
            pending_zero = written;
            continue;
        }
        if pending_zero {
            text.push('零');
        }
        text.push(digit(letters, d));
        text.extend(name);
        (written, pending_zero) = (true, false);
    }
}
