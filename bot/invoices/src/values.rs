//! Characters to values: dates, money, ids, names. What is not clearly one is none.

use std::ops::Range;
use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;
use rust_decimal::Decimal;
use taxid::amount::Amount;
use taxid::date::PaperDate;

use crate::labels::is_ideograph;
use crate::sheet::Row;

/// A value and the characters of its row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Taken<T> {
    pub(crate) value: T,
    pub(crate) at: Range<usize>,
}

/// The text of a range, and for each byte the character it came from.
fn mapped(row: &Row, from: usize, to: usize) -> (String, Vec<usize>) {
    let mut text = String::new();
    let mut map = Vec::new();
    for i in from..to {
        let g = row.glyphs[i];
        if i > from && (g.spaced || row.gap(i) > 0.6) {
            text.push(' ');
            map.push(i);
        }
        let c = g.c.to_ascii_uppercase();
        text.push(c);
        map.extend(std::iter::repeat_n(i, c.len_utf8()));
    }
    (text, map)
}

fn range(map: &[usize], found: &Range<usize>) -> Range<usize> {
    map[found.start]..map[found.end - 1] + 1
}

static DATES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日?",
        r"(?:民國|民国)\s*\d{2,3}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日?",
        r"[〇○零一二三四五六七八九]{4}年[〇○零一二三四五六七八九十]{1,3}月[〇○零一二三四五六七八九十廿卅]{1,3}日",
        r"(?:19|20)\d{2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}",
        r"\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*(?:19|20)\d{2}",
        r"\d{1,2}(?:ST|ND|RD|TH)?[\s\-./,]*(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC)[A-Z]*[\s\-./,]*(?:19|20)\d{2}",
        r"(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC)[A-Z]*[\s\-.]*\d{1,2}(?:ST|ND|RD|TH)?[\s,]*(?:19|20)\d{2}",
        r"(?:19|20)\d{2}\s+\d{2}\s+\d{2}",
        r"(?:19|20)\d{2}[01]\d[0-3]\d",
    ]
    .iter()
    .map(|p| Regex::new(p).expect("the pattern is a constant, and a test compiles it"))
    .collect()
});

static MONTH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*").expect("the pattern is a constant")
});

/// A time of day whose blank after the date was lost.
static TIME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\d{2}:\d{2}").expect("the pattern is a constant"));

static NUMBERS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d+").expect("the pattern is a constant"));

/// A calendar day, and whether day and month could be the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) date: NaiveDate,
    pub(crate) ambiguous: bool,
}

/// The first date in a text; `None` if there is none, or digits stand right against it.
pub(crate) fn date_in(text: &str) -> Option<(Day, Range<usize>)> {
    let text = text.to_ascii_uppercase();
    let mut found: Vec<(Day, Range<usize>)> = Vec::new();
    for pattern in DATES.iter() {
        for m in pattern.find_iter(&text) {
            let rest = &text[m.end()..];
            let glued = text[..m.start()].ends_with(|c: char| c.is_ascii_digit())
                || rest.starts_with(|c: char| c.is_ascii_digit()) && !TIME.is_match(rest);
            if glued || found.iter().any(|(_, r)| r.start < m.end() && m.start() < r.end) {
                continue;
            }
            if let Some(day) = day(m.as_str()) {
                found.push((day, m.range()));
            }
        }
    }
    found.into_iter().min_by_key(|(_, r)| r.start)
}

fn day(text: &str) -> Option<Day> {
    let text = text.trim();
    if let Some(month) = MONTH.find(text) {
        return english_day(text, &month.as_str()[..3]);
    }
    let digits: Vec<&str> = NUMBERS.find_iter(text).map(|m| m.as_str()).collect();
    let joined = match digits[..] {
        // Blanks where 年月日 were not drawn, or blanks between the parts.
        [y, m, d] if y.len() == 4 => format!("{y}-{m:0>2}-{d:0>2}"),
        [d, m, y] if y.len() == 4 => format!("{d}/{m}/{y}"),
        _ => text.split_whitespace().collect(),
    };
    let parsed = PaperDate::parse(&joined).ok()?;
    Some(Day { date: parsed.date(), ambiguous: parsed.is_ambiguous() })
}

fn english_day(text: &str, month: &str) -> Option<Day> {
    const MONTHS: [&str; 12] =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let month = u32::try_from(MONTHS.iter().position(|m| *m == month)?).ok()? + 1;
    let mut numbers = NUMBERS.find_iter(text).map(|m| m.as_str());
    let day: u32 = numbers.next()?.parse().ok()?;
    let year: i32 = numbers.next()?.parse().ok()?;
    Some(Day { date: NaiveDate::from_ymd_opt(year, month, day)?, ambiguous: false })
}

/// The first date in a range of a row.
pub(crate) fn date(row: &Row, from: usize, to: usize) -> Option<Taken<Day>> {
    let (text, map) = mapped(row, from, to);
    let (value, found) = date_in(&text)?;
    Some(Taken { value, at: range(&map, &found) })
}

static MONEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        (?: (?:HK|US|NT|MOP|RMB|HKD|USD|CNY|TWD)? \s* [¥$]? \s* [-−(]? \s* [¥$]? \s* )
        (?: \d{1,3} (?: \s?,\s? \d{3} )+ | \d+ )
        (?: \s? \. \s? \d{1,8} )?
        \s? \)? -?",
    )
    .expect("the pattern is a constant, and a test compiles it")
});

/// Money in a text: every figure, with its place. Figures glued to letters or other digits are left out.
pub(crate) fn money_in(text: &str) -> Vec<(Decimal, Range<usize>)> {
    let text = text.to_ascii_uppercase();
    let mut out = Vec::new();
    for m in MONEY.find_iter(&text) {
        let before = text[..m.start()].chars().next_back();
        let after = text[m.end()..].chars().next();
        let glued = before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | '/' | '#'))
            || after.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '%' | '/' | ',' | '.'));
        if glued {
            continue;
        }
        let mut figure: String = m.as_str().chars().filter(|c| !c.is_whitespace()).collect();
        if !figure.contains('(') {
            figure = figure.trim_end_matches(')').to_owned();
        }
        if figure.ends_with('-') {
            continue; // `80.00-` is written for minus by some and as a dash by others
        }
        if let Ok(amount) = Amount::parse(&figure) {
            let trimmed = m.as_str().len() - m.as_str().trim_end().len();
            let lead = m.as_str().len() - m.as_str().trim_start().len();
            out.push((amount.value(), m.start() + lead..m.end() - trimmed));
        }
    }
    out
}

/// The money of a range of a row, left to right.
pub(crate) fn moneys(row: &Row, from: usize, to: usize) -> Vec<Taken<Decimal>> {
    let (text, map) = mapped(row, from, to);
    money_in(&text).into_iter().map(|(value, found)| Taken { value, at: range(&map, &found) }).collect()
}

/// Money as the contract writes it.
pub(crate) fn plain(value: Decimal) -> String {
    let mut v = value;
    if v.scale() < 2 {
        v.rescale(2);
    }
    v.to_string()
}

/// Digits from `from` on, blanks and dots between them allowed; `None` unless there are as many as wanted.
pub(crate) fn digits(row: &Row, from: usize, to: usize, wanted: &[usize], gap: f32) -> Option<Taken<String>> {
    let mut value = String::new();
    let mut end = from;
    for i in from..to {
        let c = row.glyphs[i].c;
        if c.is_ascii_digit() {
            if !value.is_empty() && row.gap(i) > gap {
                break;
            }
            value.push(c);
            end = i + 1;
        } else if c.is_alphanumeric() {
            break;
        }
    }
    wanted.contains(&value.len()).then_some(Taken { value, at: from..end })
}

/// Letters and digits from the first on, without wide gaps: a tax id.
pub(crate) fn alphanumerics(row: &Row, from: usize, to: usize, gap: f32) -> Option<Taken<String>> {
    let begin = (from..to).find(|&i| row.glyphs[i].c.is_ascii_alphanumeric())?;
    if (from..begin).any(|i| row.glyphs[i].c.is_alphanumeric()) {
        return None;
    }
    let mut value = String::new();
    let mut end = begin;
    for i in begin..to {
        let c = row.glyphs[i].c;
        if !c.is_ascii_alphanumeric() || (i > begin && row.gap(i) > gap) {
            break;
        }
        value.push(c.to_ascii_uppercase());
        end = i + 1;
    }
    Some(Taken { value, at: begin..end })
}

/// A supplier's own number: the first cell's letters, digits and `-/._#` with at least one digit.
pub(crate) fn reference(row: &Row, from: usize, to: usize) -> Option<Taken<String>> {
    let (begin, end) = row.cells(from, to, 0.9).into_iter().next()?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | '_' | '#' | '(' | ')');
    let mut stop = begin;
    while stop < end && allowed(row.glyphs[stop].c) {
        stop += 1;
    }
    // What follows must be a mark between cells, not more of the number.
    if stop < end && !matches!(row.glyphs[stop].c, '|' | ',' | ';' | ':') && !is_ideograph(row.glyphs[stop].c)
    {
        return None;
    }
    let text: String = row.glyphs[begin..stop].iter().map(|g| g.c.to_ascii_uppercase()).collect();
    let value = text.trim_matches(['.', '#', '(', ')', '-', '_']).to_owned();
    let digits = value.chars().filter(char::is_ascii_digit).count();
    (digits > 0 && value.len() <= 40).then_some(Taken { value, at: begin..stop })
}

/// A name: one cell, blanks between Chinese characters taken out.
pub(crate) fn name(row: &Row, from: usize, to: usize, gap: f32) -> Option<Taken<String>> {
    let begin = (from..to).find(|&i| !matches!(row.glyphs[i].c, ':' | ';' | '|' | '.' | ',' | '_' | '-'))?;
    let (_, end) = row.cells(begin, to, gap).into_iter().next()?;
    let mut end = end;
    while end > begin && matches!(row.glyphs[end - 1].c, ':' | ';' | '|' | ',' | '_' | '-' | '(') {
        end -= 1;
    }
    let value = tidy(&row.text(begin, end));
    (!value.is_empty() && value.chars().any(char::is_alphabetic)).then_some(Taken { value, at: begin..end })
}

/// Blanks between Chinese characters are padding; between Latin words they are kept, one each.
pub(crate) fn tidy(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut out = String::new();
    for word in words {
        if let (Some(a), Some(b)) = (out.chars().next_back(), word.chars().next()) {
            let both_latin = !is_wide(a) && !is_wide(b);
            if both_latin {
                out.push(' ');
            }
        }
        out.push_str(word);
    }
    out
}

/// A table's cell keeps the blanks that it shows, one each.
pub(crate) fn tidy_cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_wide(c: char) -> bool {
    is_ideograph(c) || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::{date_in, money_in, tidy};

    fn iso(text: &str) -> Option<String> {
        date_in(text).map(|(d, _)| d.date.to_string())
    }

    #[test]
    fn dates_in_all_their_printed_forms() {
        for text in [
            "2019 年07 月20 日",
            "2019年07月20日",
            "2019 07 20",
            "20190720",
            "2019-07-20 13:42:05",
            "2019/7/20",
            "2019.07.20",
            "20/07/2019",
            "20-07-2019",
            "20 July 2019",
            "20th Jul, 2019",
            "Jul 20, 2019",
            "20-JUL-2019",
            "2019-07-2013:42:05",
            "二〇一九年七月二十日",
        ] {
            assert_eq!(iso(text).as_deref(), Some("2019-07-20"), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_gives_none() {
        for text in
            ["2019-13-20", "03/25/2025", "12345678901", "2019", "tel 2019 0720", "99/99/2019", "120250305123"]
        {
            assert_eq!(iso(text), None, "{text}");
        }
    }

    #[test]
    fn money_is_found_whole_or_not_at_all() {
        let values = |t: &str| money_in(t).into_iter().map(|(d, _)| d.to_string()).collect::<Vec<_>>();
        assert_eq!(values("¥1,234.50"), ["1234.50"]);
        assert_eq!(values("HK$ 80. 00"), ["80.00"]);
        assert_eq!(values("$-27.00"), ["-27.00"]);
        assert_eq!(values("(27.00)"), ["-27.00"]);
        assert!(values("12,34.50").is_empty(), "commas group by three");
        assert!(values("13%").is_empty());
        assert!(values("INV2025").is_empty());
    }

    #[test]
    fn padded_names_lose_their_blanks_and_english_ones_keep_them() {
        assert_eq!(tidy("深 圳 蛋 糕 餐 饮 有 限 公 司"), "深圳蛋糕餐饮有限公司");
        assert_eq!(tidy("Foglamp  Demo Paper Ltd"), "Foglamp Demo Paper Ltd");
        assert_eq!(date_in("x").map(|d| d.1).unwrap_or(0..0), 0..0);
    }
}
