use crate::rule::{Phrase, Rule};

/// Why a text is not what it claims to be: the rule that failed, and where.
///
/// Small and `Copy`, made without allocating: a million wrong codes cost no more than a million right ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", self.code(), self.en())]
pub struct Violation {
    /// The format that was asked for, such as `cn.uscc`.
    pub format: &'static str,
    /// The rule that failed.
    pub rule: Rule,
    /// 1 for the first character of the normalised text, where one character is to blame.
    pub at: Option<u16>,
}

impl Violation {
    /// A violation of the text as a whole.
    pub fn whole(format: &'static str, rule: Rule) -> Self {
        Self { format, rule, at: None }
    }

    /// A violation at the character with this 0-based index.
    pub fn at(format: &'static str, rule: Rule, index: usize) -> Self {
        Self { format, rule, at: Some(u16::try_from(index + 1).unwrap_or(u16::MAX)) }
    }

    /// The same, said of another format that embeds this one from the 0-based index `offset` on.
    #[must_use]
    pub fn inside(self, format: &'static str, offset: u16) -> Self {
        Self { format, at: self.at.map(|at| at.saturating_add(offset)), ..self }
    }

    /// The code of the page in `docs/errors/`.
    pub fn code(&self) -> &'static str {
        self.rule.code()
    }

    /// English, with the place and what to do.
    pub fn en(&self) -> String {
        let place = self.at.map(|at| format!(" (character {at})")).unwrap_or_default();
        format!("{}{place}. {}", self.rule.en(), self.rule.advice().en)
    }

    /// 繁體中文, with the place and what to do.
    pub fn zh_hant(&self) -> String {
        let place = self.at.map(|at| format!("（第 {at} 個字元）")).unwrap_or_default();
        format!("{}{place}。{}", self.rule.zh_hant(), self.rule.advice().zh)
    }
}

/// The text has one of these lengths, in characters.
pub(crate) fn length(
    format: &'static str,
    text: &str,
    allowed: &[usize],
    expected: Phrase,
) -> Result<(), Violation> {
    let found = text.chars().count();
    if allowed.contains(&found) {
        return Ok(());
    }
    let found = u16::try_from(found).unwrap_or(u16::MAX);
    Err(Violation::whole(format, if found == 0 { Rule::Empty } else { Rule::Length { expected, found } }))
}

/// Every character is a digit.
pub(crate) fn digits(format: &'static str, text: &str) -> Result<(), Violation> {
    match text.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
        None => Ok(()),
        Some((index, found)) => {
            Err(Violation::at(format, Rule::Character { found, allowed: Phrase::DIGITS }, index))
        }
    }
}

/// So many digits, and not all of them `0`: what most numbers are.
pub(crate) fn all_digits(
    format: &'static str,
    text: &str,
    allowed: &[usize],
    expected: Phrase,
) -> Result<(), Violation> {
    digits(format, text)?;
    length(format, text, allowed, expected)?;
    not_zero(format, text)
}

/// Not every character is `0`.
pub(crate) fn not_zero(format: &'static str, text: &str) -> Result<(), Violation> {
    if text.bytes().all(|b| b == b'0') { Err(Violation::whole(format, Rule::Placeholder)) } else { Ok(()) }
}
