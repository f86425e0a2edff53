//! Masks the numbers of people in free text: what must not reach a log, a mail or an export.
//!
//! Identity cards of Hong Kong and the mainland, taxpayer numbers that hold one, phones, mail addresses, bank cards.
//! Invoice numbers, order numbers, amounts and the codes of companies pass unchanged: a candidate is masked only if its
//! own check holds and it is not part of a longer word, or if a label beside it says what it is.

use std::borrow::Cow;

mod candidate;
mod folded;

use candidate::find_at;
use folded::Folded;

/// What was masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A Hong Kong identity card.
    Hkid,
    /// A mainland resident identity number.
    ResidentId,
    /// A taxpayer number that holds a person's identity number.
    TaxId,
    /// A phone number.
    Phone,
    /// A mail address.
    Email,
    /// A bank card.
    Card,
}

impl Kind {
    /// What stands in its place.
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::Hkid => "[HKID]",
            Self::ResidentId => "[CNID]",
            Self::TaxId => "[TAXID]",
            Self::Phone => "[PHONE]",
            Self::Email => "[EMAIL]",
            Self::Card => "[CARD]",
        }
    }
}

/// The text with the numbers of people replaced; borrowed when there is nothing to replace.
///
/// ```
/// assert_eq!(taxid::privacy::mask("身份證 AB987654(3) 電話 9123 4567"), "身份證 [HKID] 電話 [PHONE]");
/// assert_eq!(taxid::privacy::mask("發票號碼 24112000000048542163"), "發票號碼 24112000000048542163");
/// ```
pub fn mask(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !worth_a_look(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    let folded = Folded::new(text);
    if !worth_a_look(folded.bytes()) {
        return Cow::Borrowed(text);
    }
    let mut masked = String::new();
    let (mut copied, mut at) = (0, 0);
    while at < folded.bytes().len() {
        match find_at(&folded, at) {
            Some((end, kind)) => {
                masked.push_str(&text[copied..folded.offset(at)]);
                masked.push_str(kind.placeholder());
                (copied, at) = (folded.offset(end), end);
            }
            None => at += 1,
        }
    }
    if copied == 0 && masked.is_empty() {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[copied..]);
    Cow::Owned(masked)
}

/// [`mask`] for bytes that may not be text: what is not UTF-8 is replaced, never a reason to panic.
pub fn mask_bytes(bytes: &[u8]) -> Cow<'_, str> {
    match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(text) => mask(text),
        Cow::Owned(text) => Cow::Owned(mask(&text).into_owned()),
    }
}

/// The shortest of the numbers has six digits, `G123456(A)`; a mail address has its sign. Most lines of a log have neither.
fn worth_a_look(bytes: &[u8]) -> bool {
    bytes.iter().filter(|b| b.is_ascii_digit()).nth(5).is_some() || bytes.contains(&b'@')
}

#[cfg(test)]
mod tests;
