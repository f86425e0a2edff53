//! Labels: what stands beside a value. Their names come with the [`crate::Vocabulary`].

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::sheet::{Row, Sheet};

/// A label's meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Label {
    InvoiceCode,
    InvoiceNumber,
    IssueDate,
    DueDate,
    OtherDate,
    CheckCode,
    MachineNumber,
    PartyName,
    PartyTaxId,
    PartyAddress,
    PartyBank,
    BuyerName,
    BuyerTaxId,
    SellerName,
    SellerTaxId,
    ShipTo,
    People,
    PoNumber,
    OtherNumber,
    Currency,
    BankAccount,
    BankName,
    AccountName,
    FpsId,
    Brn,
    Remarks,
    ColumnName,
    ColumnSpec,
    ColumnUnit,
    ColumnQuantity,
    ColumnPrice,
    ColumnAmount,
    ColumnRate,
    ColumnTax,
    ColumnOther,
    Sum,
    PageSubtotal,
    TotalInWords,
    TotalInFigures,
    Subtotal,
    Discount,
    Charges,
    Rounding,
    Vat,
    Total,
    Payable,
    AmountDue,
    PreviousBalance,
    Deposit,
    Tendered,
    Change,
}

impl Label {
    /// Whether it heads a column of the table of items.
    pub(crate) fn is_column(self) -> bool {
        use Label::{
            ColumnAmount, ColumnName, ColumnOther, ColumnPrice, ColumnQuantity, ColumnRate, ColumnSpec,
            ColumnTax, ColumnUnit,
        };
        matches!(
            self,
            ColumnAmount
                | ColumnName
                | ColumnOther
                | ColumnPrice
                | ColumnQuantity
                | ColumnRate
                | ColumnSpec
                | ColumnTax
                | ColumnUnit
        )
    }
}

/// On whose papers a label is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Family {
    Mainland,
    Hongkong,
    /// Told by the forms of its numbers; there are no labels to look for.
    Taiwan,
    Any,
}

/// A label found in a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hit {
    pub(crate) label: Label,
    /// The name leaves no doubt.
    pub(crate) strong: bool,
    /// The row's index in the sheet.
    pub(crate) row: usize,
    /// The characters, in the row.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) x0: f32,
    pub(crate) x1: f32,
}

/// One name of a label, as it is looked for.
#[derive(Debug, Clone)]
struct Name {
    letters: Vec<char>,
    label: Label,
    strong: bool,
    family: Family,
}

/// The names of the labels: the built-in ones, an admin's own, a supplier's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    /// By first letter, longest name first.
    by_letter: HashMap<char, Vec<Name>>,
}

impl Names {
    /// Adds a name. A stronger one of the same spelling and meaning takes the place of a weaker.
    pub(crate) fn add(&mut self, text: &str, label: Label, strong: bool, family: Family) {
        let letters: Vec<char> = spelling(text).chars().collect();
        let Some(&first) = letters.first() else { return };
        let names = self.by_letter.entry(first).or_default();
        let same = |n: &Name| n.letters == letters && n.label == label && n.family == family;
        if names.iter().any(|n| same(n) && n.strong) {
            return;
        }
        names.retain(|n| !same(n));
        names.push(Name { letters, label, strong, family });
        names.sort_by_key(|n| std::cmp::Reverse(n.letters.len()));
    }

    /// Takes a name away, whatever it means on this family's papers.
    pub(crate) fn take_away(&mut self, text: &str, family: Family) {
        let letters: Vec<char> = spelling(text).chars().collect();
        if let Some(names) = letters.first().and_then(|first| self.by_letter.get_mut(first)) {
            names.retain(|n| n.letters != letters || !meet(n.family, family));
        }
    }

    /// What a name means on this family's papers, and whether it leaves no doubt.
    pub(crate) fn meaning(&self, text: &str, family: Family) -> Option<(Label, bool)> {
        let letters: Vec<char> = spelling(text).chars().collect();
        let names = self.by_letter.get(letters.first()?)?;
        names.iter().find(|n| n.letters == letters && meet(n.family, family)).map(|n| (n.label, n.strong))
    }
}

/// Whether two families have papers in common.
fn meet(a: Family, b: Family) -> bool {
    a == b || a == Family::Any || b == Family::Any
}

/// A name as it is compared: folded, without blanks and dots, and without the colon that ends it.
pub(crate) fn spelling(text: &str) -> String {
    let folded: String = fold_text(text).chars().filter(|&c| c != '.').collect();
    folded.trim_end_matches(':').to_owned()
}

/// Which characters are compared as which: traditional as simplified.
static FOLD: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let file = crate::vocabulary::built_in_labels();
    file.traditional.chars().zip(file.simplified.chars()).collect()
});

/// A character as labels are compared: capital, simplified, half width.
pub(crate) fn fold(c: char) -> char {
    let c = match c {
        '，' => ',',
        '（' | '【' | '[' => '(',
        '）' | '】' | ']' => ')',
        '：' => ':',
        _ => c.to_ascii_uppercase(),
    };
    FOLD.get(&c).copied().unwrap_or(c)
}

/// A text as labels are compared.
pub(crate) fn fold_text(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkc().filter(|c| !c.is_whitespace() && !c.is_control()).map(fold).collect()
}

/// All labels of a family on a sheet, top to bottom, left to right; none inside another.
pub(crate) fn find(sheet: &Sheet, family: Family, names: &Names) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (index, row) in sheet.rows.iter().enumerate() {
        let mut at = 0;
        while at < row.glyphs.len() {
            let previous = hits.last().copied().filter(|h: &Hit| h.row == index);
            match longest(row, at, family, names, previous.as_ref()) {
                Some((name, to)) => {
                    hits.push(Hit {
                        label: name.label,
                        strong: name.strong,
                        row: index,
                        from: at,
                        to,
                        x0: row.glyphs[at].x0,
                        x1: row.glyphs[to - 1].x1,
                    });
                    at = to;
                }
                None => at += 1,
            }
        }
    }
    hits
}

fn longest<'a>(
    row: &Row,
    at: usize,
    family: Family,
    names: &'a Names,
    previous: Option<&Hit>,
) -> Option<(&'a Name, usize)> {
    names
        .by_letter
        .get(&row.glyphs[at].l)?
        .iter()
        .filter(|n| n.family == Family::Any || n.family == family)
        .filter_map(|n| Some((n, spelled(row, at, n)?)))
        .find(|(n, to)| stands_free(row, at, *to, n, names, previous))
}

/// Where the name ends, if it stands at `at`. Dots on the paper are skipped; padding of a Chinese label is allowed.
fn spelled(row: &Row, at: usize, name: &Name) -> Option<usize> {
    let mut i = at;
    for (k, &letter) in name.letters.iter().enumerate() {
        while k > 0 && row.glyphs.get(i).is_some_and(|g| g.c == '.') {
            i += 1;
        }
        let g = row.glyphs.get(i)?;
        if g.l != letter {
            return None;
        }
        if k > 0 {
            let wide = if g.c.is_ascii() { 1.3 } else { 6.5 };
            if row.gap(i) > wide {
                return None;
            }
        }
        i += 1;
    }
    Some(i)
}

/// A label stands free: it is not a piece of a longer word or sentence.
fn stands_free(
    row: &Row,
    from: usize,
    to: usize,
    name: &Name,
    names: &Names,
    previous: Option<&Hit>,
) -> bool {
    let first = row.glyphs[from];
    let after_label = previous.is_some_and(|h| h.to == from);
    let begins = after_label || from == 0 || first.spaced || {
        let before = row.glyphs[from - 1];
        let edge = from == 1 && is_side_letter(before.l);
        edge || !joins(before.c, first.c)
    };
    let dots = row.glyphs[to..].iter().take_while(|g| g.c == '.').count();
    let to = to + dots;
    let Some(next) = row.glyphs.get(to) else { return begins || name.letters.len() >= 4 };
    let last = row.glyphs[to - 1];
    let ends = next.spaced || row.gap(to) > 0.35 || !joins(last.c, next.c) || next.c.is_ascii_digit();
    let latin = name.letters.iter().all(char::is_ascii);
    if latin {
        let letter_follows = next.c.is_ascii_alphabetic() && !next.spaced;
        let cell_begins = after_label
            || from == 0
            || row.gap(from) > 0.9
            || !row.glyphs[from - 1].c.is_ascii_alphanumeric();
        let marked = matches!(next.c, ':' | '#' | '(' | '/')
            || row.gap(to) > 0.7
            || next.c.is_ascii_digit()
            || next.c == '$'
            || dots > 0;
        return begins
            && !letter_follows
            && cell_begins
            && (name.strong && name.letters.len() > 5 || marked || !next.c.is_ascii());
    }
    if name.letters.len() >= 4 && name.strong {
        return begins || first.c == '(';
    }
    begins && (ends || starts_label(row, to, names))
}

fn starts_label(row: &Row, at: usize, names: &Names) -> bool {
    names.by_letter.get(&row.glyphs[at].l).is_some_and(|names| {
        names.iter().any(|n| n.strong && n.letters.len() >= 2 && spelled(row, at, n).is_some())
    })
}

fn is_side_letter(c: char) -> bool {
    "购买方销售货单位信息密码区备注".contains(c)
}

/// Whether two neighbours belong to one word: two ideographs, or two ASCII letters or digits.
fn joins(a: char, b: char) -> bool {
    (is_ideograph(a) && is_ideograph(b)) || (a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric())
}

/// A Chinese character.
pub(crate) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '〇')
}

#[cfg(test)]
mod tests {
    use super::{Family, Label, Names, find, fold_text};
    use crate::Vocabulary;
    use crate::tests::paper::Paper;

    fn labels(family: Family, words: &[(f32, f32, &str)]) -> Vec<Label> {
        let mut paper = Paper::a4();
        for (x, y, text) in words {
            paper.put(*x, *y, 9.0, text);
        }
        find(&paper.sheet(), family, &Vocabulary::built_in().labels).into_iter().map(|h| h.label).collect()
    }

    #[test]
    fn a_name_is_known_however_it_is_written() {
        let mut names = Names::default();
        names.add("Our Ref.:", Label::InvoiceNumber, true, Family::Hongkong);
        assert_eq!(names.meaning("OURREF", Family::Any), Some((Label::InvoiceNumber, true)));
        assert_eq!(names.meaning("OURREF", Family::Mainland), None);
        names.take_away("our ref", Family::Hongkong);
        assert_eq!(names.meaning("OURREF", Family::Hongkong), None);
    }

    #[test]
    fn a_padded_label_is_one_label() {
        let found =
            labels(Family::Mainland, &[(48.0, 86.0, "名"), (93.0, 86.0, "称:"), (108.0, 86.0, "个人")]);
        assert_eq!(found, [Label::PartyName]);
    }

    #[test]
    fn the_longer_label_wins() {
        let found = labels(
            Family::Mainland,
            &[(44.0, 147.0, "货物或应税劳务、服务名称"), (61.0, 276.0, "价税合计(大写)")],
        );
        assert_eq!(found, [Label::ColumnName, Label::TotalInWords]);
    }

    #[test]
    fn traditional_and_radical_forms_are_the_same_label() {
        assert_eq!(fold_text("發票號碼"), "发票号码");
        let found =
            labels(Family::Hongkong, &[(20.0, 20.0, "發票編號：A-1"), (20.0, 40.0, "⽇期: 2026-01-02")]);
        assert_eq!(found, [Label::InvoiceNumber, Label::IssueDate]);
    }

    #[test]
    fn a_word_inside_a_sentence_is_no_label() {
        let found = labels(
            Family::Mainland,
            &[(20.0, 20.0, "*信息技术服务*数量统计服务"), (20.0, 40.0, "附加单位名称牌")],
        );
        assert!(found.is_empty(), "{found:?}");
        let found = labels(
            Family::Hongkong,
            &[(20.0, 60.0, "Up to date totals"), (20.0, 80.0, "thank you from all of us")],
        );
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn english_labels_ignore_dots_and_blanks() {
        let found = labels(
            Family::Hongkong,
            &[
                (20.0, 20.0, "Invoice No. : INV-7"),
                (300.0, 20.0, "P.O. No. 88"),
                (20.0, 40.0, "Bill To:"),
                (300.0, 40.0, "Sub-total"),
            ],
        );
        assert_eq!(found, [Label::InvoiceNumber, Label::PoNumber, Label::BuyerName, Label::Subtotal]);
    }
}
