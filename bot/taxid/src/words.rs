//! Amounts in capital words (大寫金額), as fapiao and cheques print them: read and written.
//!
//! There is more than one legal spelling of most amounts, so compare values, never texts.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::rule::{Phrase, Rule};
use crate::{Note, Violation, text};

mod write;

pub use write::{Style, write};

const FORMAT: &str = "cn.amount_upper";

/// An amount read from words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AmountInWords {
    value: Decimal,
    doubts: Vec<Doubt>,
}

/// What is read leniently but is not the legal spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// 元 directly followed by 分 without 零.
    NoZeroBeforeCents,
    /// No 整 after 元.
    NoEnd,
    /// A place is skipped without 零.
    NoZeroInside,
}

impl AmountInWords {
    /// Reads an amount such as `（负数）人民币壹仟陆佰捌拾元零叁角贰分`, with or without its label.
    ///
    /// # Errors
    /// Which character is impossible, or which rule of the grammar failed.
    pub fn parse(raw: &str) -> Result<Self, Violation> {
        let text = text::solid(raw);
        if text.is_empty() {
            return Err(Violation::whole(FORMAT, Rule::Empty));
        }
        let all: Vec<char> = text.chars().collect();
        let (start, negative) = skip_prefix(&all);
        let mut reader = Reader { chars: &all, at: start, doubts: Vec::new() };
        let cents = reader.amount()?;
        let value = Decimal::from_i128_with_scale(i128::from(cents), 2);
        Ok(Self { value: if negative { -value } else { value }, doubts: reader.doubts })
    }

    /// The value, with two decimals.
    pub fn value(&self) -> Decimal {
        self.value
    }

    /// Where the spelling is not the legal one although the value is clear.
    pub fn notes(&self) -> Vec<Note> {
        self.doubts.iter().map(|doubt| doubt.note()).collect()
    }
}

impl Doubt {
    fn note(self) -> Note {
        match self {
            Self::NoZeroBeforeCents => Note::note("DH-2120", "元 is followed by 分 without 零 between them", "「元」後直接為「分」，中間缺「零」"),
            Self::NoEnd => Note::review("DH-2120", "整 is missing after 元: the words may be cut off", "「元」後缺「整」：文字可能不完整"),
            Self::NoZeroInside => Note::note("DH-2120", "A place is skipped without 零", "跳過數位而缺「零」"),
        }
    }
}

impl fmt::Display for AmountInWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.value)
    }
}

impl FromStr for AmountInWords {
    type Err = Violation;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        Self::parse(raw)
    }
}

impl TryFrom<String> for AmountInWords {
    type Error = Violation;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

impl From<AmountInWords> for String {
    fn from(amount: AmountInWords) -> Self {
        write(amount.value, Style::Cheque).unwrap_or_default()
    }
}

/// Labels, markers, currencies and signs before the words, in any order. Returns where the words begin, and the sign.
fn skip_prefix(chars: &[char]) -> (usize, bool) {
    const SKIPPED: [&str; 26] = [
        "价税合计(大写)", "價稅合計(大寫)", "价税合计", "價稅合計", "合计(大写)", "合計(大寫)", "(大写)", "(大寫)", "大写", "大寫", "合计",
        "合計", "人民币", "人民幣", "港币", "港幣", "新台币", "新臺幣", "新台幣", "澳门币", "澳門幣", "美元", "美金", "⊗", "ⓧ", "x",
    ];
    const NEGATIVE: [&str; 5] = ["(负数)", "(負數)", "负", "負", "-"];
    let starts = |at: usize, word: &str| {
        let word: Vec<char> = word.chars().collect();
        chars[at..].starts_with(&word).then_some(word.len())
    };
    let (mut at, mut negative) = (0, false);
    loop {
        if let Some(length) = NEGATIVE.iter().find_map(|word| starts(at, word)) {
            (at, negative) = (at + length, true);
        } else if let Some(length) = SKIPPED.iter().find_map(|word| starts(at, word)) {
            at += length;
        } else if matches!(chars.get(at), Some(':' | ';' | 'X' | '○' | '◯' | '¥')) {
            at += 1;
        } else {
            return (at, negative);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Digit(u64),
    /// 拾 佰 仟.
    Unit(u64),
    /// 万 亿.
    Section(u64),
    Yuan,
    Jiao,
    Fen,
    End,
}

fn token(c: char) -> Option<Token> {
    Some(match c {
        '零' | '〇' => Token::Digit(0),
        '壹' => Token::Digit(1),
        '贰' | '貳' => Token::Digit(2),
        '叁' | '參' | '参' | '叄' => Token::Digit(3),
        '肆' => Token::Digit(4),
        '伍' => Token::Digit(5),
        '陆' | '陸' => Token::Digit(6),
        '柒' => Token::Digit(7),
        '捌' => Token::Digit(8),
        '玖' => Token::Digit(9),
        '拾' => Token::Unit(10),
        '佰' => Token::Unit(100),
        '仟' => Token::Unit(1000),
        '万' | '萬' => Token::Section(10_000),
        '亿' | '億' => Token::Section(100_000_000),
        '元' | '圆' | '圓' => Token::Yuan,
        '角' => Token::Jiao,
        '分' => Token::Fen,
        '整' | '正' => Token::End,
        _ => return None,
    })
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
    doubts: Vec<Doubt>,
}

/// The most that is read: 9999 万亿 would overflow nothing, but no invoice is that large.
const LIMIT: u64 = 10_000_000_000_000_000;

impl Reader<'_> {
    /// `[int 元] [零] [d 角] [零] [d 分] [整]`, in cents.
    fn amount(&mut self) -> Result<u64, Violation> {
        let tokens: Vec<Token> = self.chars[self.at..]
            .iter()
            .enumerate()
            .map(|(i, c)| token(*c).ok_or_else(|| self.impossible(self.at + i, *c)))
            .collect::<Result<_, _>>()?;
        let yuan_at = tokens.iter().position(|t| *t == Token::Yuan);
        let (yuan, rest) = match yuan_at {
            Some(0) => return Err(self.wrong(0, Phrase::new("There is no figure before 元", "「元」前沒有數字"))),
            Some(at) => (self.integer(&tokens[..at])?, at + 1),
            None if tokens.iter().any(|t| matches!(t, Token::Jiao | Token::Fen)) => (0, 0),
            None => return Err(self.wrong(tokens.len().saturating_sub(1), Phrase::new("There is no 元 or 圓 in the amount", "金額中沒有「元」或「圓」"))),
        };
        let cents = self.fraction(&tokens, rest, yuan_at.is_some() && yuan > 0)?;
        Ok(yuan * 100 + cents)
    }

    /// What follows 元, in cents.
    fn fraction(&mut self, tokens: &[Token], mut at: usize, after_yuan: bool) -> Result<u64, Violation> {
        let mut cents = 0;
        let (mut jiao, mut fen) = (None, None);
        while at < tokens.len() {
            let zero = tokens[at] == Token::Digit(0);
            match (tokens[at], tokens.get(at + 1), tokens.get(at + 2)) {
                (Token::Digit(d), Some(Token::Jiao), _) if jiao.is_none() && fen.is_none() => {
                    (jiao, at) = (Some(d), at + 2);
                    cents += d * 10;
                }
                (Token::Digit(d), Some(Token::Fen), _) if fen.is_none() => {
                    // 元 → 分 wants a 零; after 角 none is needed, and a 零 there was stepped over below.
                    if after_yuan && jiao.is_none() && !(at > 0 && tokens[at - 1] == Token::Digit(0)) {
                        self.doubts.push(Doubt::NoZeroBeforeCents);
                    }
                    (fen, at) = (Some(d), at + 2);
                    cents += d;
                }
                (_, Some(Token::Digit(_)), Some(Token::Jiao | Token::Fen)) if zero => at += 1,
                (Token::End, None, _) if fen.is_none_or(|d| d == 0) => return Ok(cents),
                (Token::End, None, _) => return Err(self.wrong(at, Phrase::new("整 may not follow 分", "「分」後不可有「整」"))),
                _ => return Err(self.wrong(at, Phrase::new("This may not stand after 元", "「元」後不可如此書寫"))),
            }
        }
        if jiao.is_none() && fen.is_none() {
            self.doubts.push(Doubt::NoEnd);
        }
        Ok(cents)
    }

    /// The figure before 元: sections of 亿 and 万, each of thousands, hundreds, tens and ones.
    fn integer(&mut self, tokens: &[Token]) -> Result<u64, Violation> {
        if tokens.iter().all(|t| *t == Token::Digit(0)) && tokens.len() == 1 {
            return Ok(0);
        }
        // 亿 parts it first: what stands before 亿 may itself hold a 万.
        match tokens.iter().rposition(|t| *t == Token::Section(100_000_000)) {
            Some(at) => {
                let high = self.below_yi(&tokens[..at], 0, true)?;
                let low = &tokens[at + 1..];
                let total = high.checked_mul(100_000_000).filter(|v| *v < LIMIT).ok_or_else(|| self.wrong(at, Phrase::new("The amount is too large", "金額過大")))?;
                let low_value = if low.is_empty() { 0 } else { self.below_yi(low, at + 1, false)? };
                self.doubt_gap(low, low_value, 10_000_000);
                Ok(total + low_value)
            }
            None => self.below_yi(tokens, 0, true),
        }
    }

    fn below_yi(&mut self, tokens: &[Token], offset: usize, first: bool) -> Result<u64, Violation> {
        match tokens.iter().position(|t| matches!(t, Token::Section(_))) {
            Some(at) if tokens[at] == Token::Section(10_000) => {
                let high = self.section(&tokens[..at], offset, first)?;
                let low = &tokens[at + 1..];
                let low_value = if low.is_empty() { 0 } else { self.section(low, offset + at + 1, false)? };
                self.doubt_gap(low, low_value, 1000);
                Ok(high * 10_000 + low_value)
            }
            Some(at) => Err(self.wrong(offset + at, Phrase::new("亿 may not stand twice", "「億」不可重複"))),
            None => self.section(tokens, offset, first),
        }
    }

    /// A skipped place wants a 零.
    fn doubt_gap(&mut self, low: &[Token], value: u64, full: u64) {
        if !low.is_empty() && value < full && low[0] != Token::Digit(0) {
            self.doubts.push(Doubt::NoZeroInside);
        }
    }

    /// 0..=9999, with content.
    fn section(&mut self, tokens: &[Token], offset: usize, first: bool) -> Result<u64, Violation> {
        let (mut value, mut last_unit, mut at) = (0_u64, 10_000_u64, 0);
        let mut zero_before = false;
        while at < tokens.len() {
            match (tokens[at], tokens.get(at + 1)) {
                (Token::Digit(0), Some(Token::Digit(0))) => return Err(self.wrong(offset + at, Phrase::new("零 may not stand twice", "「零」不可重複"))),
                (Token::Digit(0), Some(Token::Unit(_))) => return Err(self.wrong(offset + at, Phrase::new("零 takes no unit", "「零」後不可有單位"))),
                (Token::Digit(0), _) if first && at == 0 => return Err(self.wrong(offset, Phrase::new("An amount does not begin with 零", "金額不以「零」開頭"))),
                // A 零 at the end of a section ("壹拾万零柒仟" has it at the beginning, some print it before 万).
                (Token::Digit(0), _) => (zero_before, at) = (true, at + 1),
                (Token::Digit(d), Some(Token::Unit(unit))) if *unit < last_unit => {
                    if value > 0 && unit * 10 < last_unit && !zero_before {
                        self.doubts.push(Doubt::NoZeroInside);
                    }
                    value += d * unit;
                    (last_unit, zero_before, at) = (*unit, false, at + 2);
                }
                (Token::Digit(d), None) if last_unit > 1 => {
                    if value > 0 && last_unit > 10 && !zero_before {
                        self.doubts.push(Doubt::NoZeroInside);
                    }
                    value += d;
                    (last_unit, at) = (1, at + 1);
                }
                // 拾伍元: a one may be left out at the very beginning.
                (Token::Unit(10), _) if first && at == 0 => (value, last_unit, at) = (10, 10, 1),
                (Token::Unit(_), _) => return Err(self.wrong(offset + at, Phrase::new("A unit needs a digit before it", "單位前須有數字"))),
                (Token::Digit(_), Some(Token::Digit(_))) => return Err(self.wrong(offset + at, Phrase::new("A digit needs a unit after it", "數字後須有單位"))),
                _ => return Err(self.wrong(offset + at, Phrase::new("The units must go down: 仟, 佰, 拾", "單位須由大至小：仟、佰、拾"))),
            }
        }
        if value == 0 {
            return Err(self.wrong(offset, Phrase::new("There is no figure before the unit", "單位前沒有數字")));
        }
        Ok(value)
    }

    fn impossible(&self, index: usize, found: char) -> Violation {
        let allowed = if "一二三四五六七八九十百千两兩".contains(found) {
            Phrase::new("ordinary numerals are not legal in a capital amount", "大寫金額不可用小寫數字")
        } else {
            Phrase::new("only capital numerals, their units, 元 角 分 and 整 may stand here", "只可為大寫數字、單位、元角分及整")
        };
        Violation::at(FORMAT, Rule::Character { found, allowed }, index)
    }

    /// A grammar error at the 0-based token.
    fn wrong(&self, token: usize, phrase: Phrase) -> Violation {
        Violation::at(FORMAT, Rule::WordsGrammar(phrase), self.at + token)
    }
}

#[cfg(test)]
mod tests;
