use super::{Doubt, FORMAT, LIMIT};
use crate::Violation;
use crate::rule::{Phrase, Rule};

/// The amount in cents, whether it is negative, and what is missing from its spelling.
pub(super) fn cents(chars: &[char]) -> Result<(u64, bool, Vec<Doubt>), Violation> {
    let (start, negative) = skip_prefix(chars);
    let mut reader = Reader { chars, at: start, doubts: Vec::new() };
    let cents = reader.amount()?;
    Ok((cents, negative, reader.doubts))
}

/// Labels, markers, currencies and signs before the words, in any order. Returns where the words begin, and the sign.
fn skip_prefix(chars: &[char]) -> (usize, bool) {
    const SKIPPED: [&str; 26] = [
        "价税合计(大写)",
        "價稅合計(大寫)",
        "价税合计",
        "價稅合計",
        "合计(大写)",
        "合計(大寫)",
        "(大写)",
        "(大寫)",
        "大写",
        "大寫",
        "合计",
        "合計",
        "人民币",
        "人民幣",
        "港币",
        "港幣",
        "新台币",
        "新臺幣",
        "新台幣",
        "澳门币",
        "澳門幣",
        "美元",
        "美金",
        "⊗",
        "ⓧ",
        "x",
    ];
    const NEGATIVE: [&str; 7] = ["(负数)", "(負數)", "(负)", "(負)", "负", "負", "-"];
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

impl Reader<'_> {
    /// `[int 元] [零] [d 角] [零] [d 分] [整]`, in cents.
    fn amount(&mut self) -> Result<u64, Violation> {
        let tokens: Vec<Token> = self.chars[self.at..]
            .iter()
            .enumerate()
            .map(|(i, c)| token(*c).ok_or_else(|| Self::impossible(self.at + i, *c)))
            .collect::<Result<_, _>>()?;
        let yuan_at = tokens.iter().position(|t| *t == Token::Yuan);
        let (yuan, rest) = match yuan_at {
            Some(0) => {
                return Err(self.wrong(0, Phrase::new("There is no figure before 元", "「元」前沒有數字")));
            }
            Some(at) => (self.integer(&tokens[..at])?, at + 1),
            None if tokens.iter().any(|t| matches!(t, Token::Jiao | Token::Fen)) => (0, 0),
            None => {
                return Err(self.wrong(
                    tokens.len().saturating_sub(1),
                    Phrase::new("There is no 元 or 圓 in the amount", "金額中沒有「元」或「圓」"),
                ));
            }
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
                        self.doubts.push(Doubt::ZeroBeforeCents);
                    }
                    (fen, at) = (Some(d), at + 2);
                    cents += d;
                }
                (_, Some(Token::Digit(_)), Some(Token::Jiao | Token::Fen)) if zero => at += 1,
                (Token::End, None, _) if fen.is_none_or(|d| d == 0) => return Ok(cents),
                (Token::End, None, _) => {
                    return Err(self.wrong(at, Phrase::new("整 may not follow 分", "「分」後不可有「整」")));
                }
                _ => {
                    return Err(
                        self.wrong(at, Phrase::new("This may not stand after 元", "「元」後不可如此書寫"))
                    );
                }
            }
        }
        if jiao.is_none() && fen.is_none() {
            self.doubts.push(Doubt::End);
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
                let total = high
                    .checked_mul(100_000_000)
                    .filter(|v| *v < LIMIT)
                    .ok_or_else(|| self.wrong(at, Phrase::new("The amount is too large", "金額過大")))?;
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
            self.doubts.push(Doubt::ZeroInside);
        }
    }

    /// 0..=9999, with content.
    fn section(&mut self, tokens: &[Token], offset: usize, first: bool) -> Result<u64, Violation> {
        let (mut value, mut last_unit, mut at) = (0_u64, 10_000_u64, 0);
        let mut zero_before = false;
        while at < tokens.len() {
            match (tokens[at], tokens.get(at + 1)) {
                (Token::Digit(0), Some(Token::Digit(0))) => {
                    return Err(
                        self.wrong(offset + at, Phrase::new("零 may not stand twice", "「零」不可重複"))
                    );
                }
                (Token::Digit(0), Some(Token::Unit(_))) => {
                    return Err(
                        self.wrong(offset + at, Phrase::new("零 takes no unit", "「零」後不可有單位"))
                    );
                }
                (Token::Digit(0), _) if first && at == 0 => {
                    return Err(self.wrong(
                        offset,
                        Phrase::new("An amount does not begin with 零", "金額不以「零」開頭"),
                    ));
                }
                // A 零 at the end of a section ("壹拾万零柒仟" has it at the beginning, some print it before 万).
                (Token::Digit(0), _) => (zero_before, at) = (true, at + 1),
                (Token::Digit(d), Some(Token::Unit(unit))) if *unit < last_unit => {
                    if value > 0 && unit * 10 < last_unit && !zero_before {
                        self.doubts.push(Doubt::ZeroInside);
                    }
                    value += d * unit;
                    (last_unit, zero_before, at) = (*unit, false, at + 2);
                }
                (Token::Digit(d), None) if last_unit > 1 => {
                    if value > 0 && last_unit > 10 && !zero_before {
                        self.doubts.push(Doubt::ZeroInside);
                    }
                    value += d;
                    (last_unit, at) = (1, at + 1);
                }
                // 拾伍元: a one may be left out at the very beginning.
                (Token::Unit(10), _) if first && at == 0 => (value, last_unit, at) = (10, 10, 1),
                (Token::Unit(_), _) => {
                    return Err(self.wrong(
                        offset + at,
                        Phrase::new("A unit needs a digit before it", "單位前須有數字"),
                    ));
                }
                (Token::Digit(_), Some(Token::Digit(_))) => {
                    return Err(self
                        .wrong(offset + at, Phrase::new("A digit needs a unit after it", "數字後須有單位")));
                }
                _ => {
                    return Err(self.wrong(
                        offset + at,
                        Phrase::new("The units must go down: 仟, 佰, 拾", "單位須由大至小：仟、佰、拾"),
                    ));
                }
            }
        }
        if value == 0 {
            return Err(
                self.wrong(offset, Phrase::new("There is no figure before the unit", "單位前沒有數字"))
            );
        }
        Ok(value)
    }

    fn impossible(index: usize, found: char) -> Violation {
        let allowed = if "一二三四五六七八九十百千两兩".contains(found) {
            Phrase::new("ordinary numerals are not legal in a capital amount", "大寫金額不可用小寫數字")
        } else {
            Phrase::new(
                "only capital numerals, their units, 元 角 分 and 整 may stand here",
                "只可為大寫數字、單位、元角分及整",
            )
        };
        Violation::at(FORMAT, Rule::Character { found, allowed }, index)
    }

    /// A grammar error at the 0-based token.
    fn wrong(&self, token: usize, phrase: Phrase) -> Violation {
        Violation::at(FORMAT, Rule::WordsGrammar(phrase), self.at + token)
    }
}
