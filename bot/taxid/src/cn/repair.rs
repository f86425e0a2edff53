use serde::Serialize;

use super::Uscc;
use crate::rule::Rule;
use crate::{Violation, text};

const FORMAT: &str = "ocr.repair_uscc";

/// What OCR takes for each other among the characters that a code may have. `V` is not in the alphabet.
const CONFUSED: [&str; 5] = ["8B", "0DQ", "1L7", "G6", "UVY"];

/// One character that was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Change {
    /// 1 for the first character.
    pub at: u16,
    /// As read.
    pub from: char,
    /// As repaired.
    pub to: char,
}

/// A code as read, made good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// The code, which passes both checks.
    pub uscc: Uscc,
    /// What was changed; empty if the text was right as read.
    pub changes: Vec<Change>,
    /// The last change was a guess that only the checks speak for: mark it for a person.
    pub confirm: bool,
}

/// Repairs what OCR did to a code, if exactly one repair passes both checks.
///
/// The letters O, I, S and Z are never part of a code, so they are read as 0, 1, 5 and 2. If the checks still fail,
/// one more character may be swapped with one that looks like it. Amounts, invoice numbers and bank accounts are
/// never repaired like this: they have no two checks to confirm it.
///
/// # Errors
/// [`Rule::NotRepairable`] when no swap, or more than one, passes.
pub fn repair_uscc(raw: &str) -> Result<Repaired, Violation> {
    let read: Vec<char> = text::id(raw).chars().collect();
    let code: String = read.iter().map(|c| illegal_letter(*c).unwrap_or(*c)).collect();
    match Uscc::parse(&code) {
        Ok(uscc) => Ok(Repaired { changes: changes(&read, &code), uscc, confirm: false }),
        Err(wrong) if matches!(wrong.rule, Rule::Empty | Rule::Length { .. }) => Err(wrong.inside(FORMAT, 0)),
        Err(_) => one_swap(&read, &code),
    }
}

fn one_swap(read: &[char], code: &str) -> Result<Repaired, Violation> {
    let chars: Vec<char> = code.chars().collect();
    let mut found: Vec<String> = Vec::new();
    for (i, c) in chars.iter().enumerate() {
        for other in CONFUSED
            .iter()
            .filter(|group| group.contains(*c))
            .flat_map(|group| group.chars())
            .filter(|o| o != c)
        {
            let mut swapped = chars.clone();
            swapped[i] = other;
            let swapped: String = swapped.into_iter().collect();
            if Uscc::check(swapped.as_bytes()).is_ok() {
                found.push(swapped);
            }
        }
    }
    match found.as_slice() {
        [only] => {
            let uscc = Uscc::parse(only).map_err(|wrong| wrong.inside(FORMAT, 0))?;
            Ok(Repaired { changes: changes(read, only), uscc, confirm: true })
        }
        several => {
            let candidates = u16::try_from(several.len()).unwrap_or(u16::MAX);
            Err(Violation::whole(FORMAT, Rule::NotRepairable { candidates }))
        }
    }
}

fn illegal_letter(c: char) -> Option<char> {
    match c {
        'O' => Some('0'),
        'I' => Some('1'),
        'S' => Some('5'),
        'Z' => Some('2'),
        _ => None,
    }
}

fn changes(read: &[char], code: &str) -> Vec<Change> {
    (1..)
        .zip(read.iter().zip(code.chars()))
        .filter(|(_, (from, to))| *from != to)
        .map(|(at, (from, to))| Change { at, from: *from, to })
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn letters_that_no_code_has_are_read_as_digits() {
        let repaired = repair_uscc("9233O781MAZEDMFUSO").unwrap();
        assert_eq!(repaired.uscc.normalised(), "92330781MA2EDMFU50");
        assert_eq!(repaired.changes.len(), 4);
        assert!(!repaired.confirm);
    }

    #[test]
    fn a_guess_is_marked_for_a_person() {
        let repaired = repair_uscc("911101086900177818").unwrap();
        assert_eq!(repaired.changes, [Change { at: 18, from: '8', to: 'B' }]);
        assert!(repaired.confirm);
    }

    #[test]
    fn what_no_swap_explains_is_not_repaired() {
        assert!(repair_uscc("91110000600037999L").is_err());
        assert!(repair_uscc("").is_err());
    }
}
