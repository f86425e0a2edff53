//! Headings and words of statements.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::labels;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Column {
    Date,
    Due,
    Number,
    Kind,
    Text,
    Debit,
    Credit,
    Amount,
    Balance,
    Outstanding,
    Currency,
}

impl Column {
    /// Whether its cells are amounts.
    pub(super) fn is_money(self) -> bool {
        matches!(self, Self::Debit | Self::Credit | Self::Amount | Self::Balance | Self::Outstanding)
    }
}

/// What a word of a row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Means {
    BroughtForward,
    CarriedForward,
    Closing,
    Total,
    YearToDate,
    Ageing,
    CreditNote,
    DebitNote,
    Payment,
    Invoice,
    Other,
    Customer,
    StatementDate,
    Period,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    columns: BTreeMap<Column, Vec<String>>,
    words: BTreeMap<Means, Vec<String>>,
}

struct Words {
    columns: Vec<(String, Column)>,
    words: BTreeMap<Means, Vec<String>>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let file: WordsFile = toml::from_str(include_str!("../../data/statements.toml"))
        .expect("the words are part of the program, and a test reads them");
    let mut columns: Vec<(String, Column)> = file
        .columns
        .iter()
        .flat_map(|(column, names)| names.iter().map(|name| (plain(name), *column)))
        .collect();
    // The longest first: "Invoice amount" is no "Invoice".
    columns.sort_by_key(|(name, _)| std::cmp::Reverse(name.chars().count()));
    let folded = |names: &Vec<String>| names.iter().map(|name| spaced(name)).collect();
    let words = file.words.iter().map(|(means, names)| (*means, folded(names))).collect();
    Words { columns, words }
});

/// A text as headings are compared: letters and figures only, capital, simplified.
pub(super) fn plain(text: &str) -> String {
    labels::fold_text(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A text as words are looked for in it: capital, simplified, one blank between Latin words, none elsewhere.
pub(super) fn spaced(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let folded: String = text.nfkc().map(|c| if c.is_whitespace() { ' ' } else { labels::fold(c) }).collect();
    let mut out = String::with_capacity(folded.len());
    for c in folded.trim().chars() {
        let before = out.chars().next_back();
        let useless = c == ' ' && before.is_none_or(|before| before == ' ' || !before.is_ascii());
        if before == Some(' ') && !c.is_ascii() {
            out.pop();
        }
        if !useless {
            out.push(c);
        }
    }
    out
}

/// What a heading says its column holds. Of a heading in two languages, either may be known.
pub(super) fn column(heading: &str) -> Option<Column> {
    // "Debit (HK$)", "Amount HKD"
    let bare = heading.split(['(', '（']).next().unwrap_or(heading);
    let known = |text: &str| WORDS.columns.iter().find(|(name, _)| name == text).map(|(_, column)| *column);
    let whole = plain(bare);
    if whole.is_empty() {
        return None;
    }
    let without_currency = ["HKD", "USD", "CNY", "RMB", "MOP", "NTD", "HK", "元"]
        .iter()
        .find_map(|currency| whole.strip_suffix(currency).filter(|rest| !rest.is_empty()));
    let latin: String = whole.chars().filter(char::is_ascii).collect();
    let han: String = whole.chars().filter(|c| !c.is_ascii()).collect();
    known(&whole)
        .or_else(|| known(without_currency?))
        .or_else(|| known(&han).filter(|_| !latin.is_empty() && !han.is_empty()))
        .or_else(|| known(&latin).filter(|_| !latin.is_empty() && !han.is_empty()))
}

/// Whether a text (as [`spaced`] gives it) holds a word of this meaning: Latin words as whole words.
pub(super) fn says(text: &str, means: Means) -> bool {
    WORDS.words[&means].iter().any(|word| holds(text, word).is_some())
}

/// Whether a text begins with a word of this meaning; what follows it.
pub(super) fn begins(text: &str, means: Means) -> Option<&str> {
    let words = WORDS.words[&means].iter();
    let rests = words.filter(|word| holds(text, word) == Some(0)).map(|word| &text[word.len()..]);
    rests.min_by_key(|rest| rest.len())
}

/// How many different words of this meaning a text holds.
pub(super) fn count(text: &str, means: Means) -> usize {
    WORDS.words[&means].iter().filter(|word| holds(text, word).is_some()).count()
}

/// Where a word stands in a text.
fn holds(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).map(|(at, _)| at).find(|at| {
        let (before, after) = (&text[..*at], &text[at + word.len()..]);
        let letter = |c: char| c.is_ascii_alphanumeric();
        let glued_before = word.starts_with(letter) && before.ends_with(letter);
        let glued_after = word.ends_with(letter) && after.starts_with(letter);
        !glued_before && !glued_after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_known_in_either_language_and_with_its_currency() {
        for (heading, expected) in [
            ("Date", Some(Column::Date)),
            ("日期 Date", Some(Column::Date)),
            ("發票號碼 Invoice No.", Some(Column::Number)),
            ("Debit (HK$)", Some(Column::Debit)),
            ("Amount HKD", Some(Column::Amount)),
            ("应收金额（元）", Some(Column::Debit)),
            ("Due Date", Some(Column::Due)),
            ("结余", Some(Column::Balance)),
            ("Outstanding", Some(Column::Outstanding)),
            ("Thank you", None),
            ("", None),
        ] {
            assert_eq!(column(heading), expected, "{heading}");
        }
    }

    #[test]
    fn words_are_whole_words() {
        let says = |text: &str, means| says(&spaced(text), means);
        assert!(says("Payment - thank you", Means::Payment));
        assert!(says("银行转账 收款", Means::Payment));
        assert!(!says("Repayments", Means::Payment));
        assert!(says("BALANCE B/F", Means::BroughtForward));
        assert!(!says("BFG Trading", Means::BroughtForward));
        assert!(says("上 期 結 餘", Means::BroughtForward));
    }
}
