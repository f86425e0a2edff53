//! The lines of a statement beside what was posted. Two numbers are the same when their letters and figures are; nothing
//! that only looks alike is taken as equal.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::statement::difference::{self, Difference, DifferenceKind, day, money, shown};
use crate::statement::head::last_of_month;
use crate::statement::{Line, LineKind, Statement, words};

/// A paper of the supplier, as the house knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Its id.
    pub document: String,
    /// The number of the invoice.
    pub number: Option<String>,
    /// Its date.
    pub date: Option<NaiveDate>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// What it comes to; negative when it takes away.
    pub total: Option<Decimal>,
    /// What became of it.
    pub state: PaperState,
}

/// What became of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperState {
    /// It stands in the books.
    Posted,
    /// Nobody knows whether it does.
    Unknown,
    /// A person is asked.
    Waiting,
    /// Its run goes on.
    UnderWay,
    /// A person rejected it.
    Rejected,
    /// Its run failed.
    Failed,
    /// It was not posted for another reason.
    NotPosted,
}

/// What is asked of a comparison, where the statement itself does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
}

/// What came of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The first day of the time in which postings must stand on the statement.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
    /// What differs, in the order of the statement.
    pub differences: Vec<Difference>,
    /// So many lines agree with what was posted.
    pub agreeing: usize,
    /// So many payments stand on the statement; they are not kept here and not compared.
    pub payments: usize,
    /// What these payments come to.
    pub paid: Decimal,
    /// The document of each line, where one was posted under its number.
    pub found: Vec<Option<String>>,
}

impl Comparison {
    /// Whether there is nothing that a person has to settle.
    pub fn agrees(&self) -> bool {
        self.differences.iter().all(|difference| difference.is_note)
    }
}

/// Compares.
pub fn compare(statement: &Statement, papers: &[Paper], asked: Asked) -> Comparison {
    let (from, to) = period(statement, asked);
    let mut work = Work { statement, papers, taken: vec![false; papers.len()], differences: Vec::new() };
    let mut comparison = Comparison { from, to, ..Comparison::default() };
    let mut without = Vec::new();
    for (at, line) in statement.lines.iter().enumerate() {
        if line.kind == LineKind::Payment {
            comparison.payments += 1;
            comparison.paid -= line.amount;
            comparison.found.push(None);
            continue;
        }
        if let Some(paper) = work.line(at, line) {
            comparison.agreeing += usize::from(work.compare(line, paper));
            comparison.found.push(Some(papers[paper].document.clone()));
        } else {
            without.push(line);
            comparison.found.push(None);
        }
    }
    work.without_posting(without);
    work.not_on_statement(from, to);
    work.differences.extend(statement.unread.iter().map(difference::unread));
    work.differences.extend(statement.faults.iter().map(difference::fault));
    comparison.differences = work.differences;
    // In the order of the statement; what is not on it comes last.
    comparison.differences.sort_by_key(|d| (d.place.is_none(), d.place, d.kind, d.date));
    comparison
}

/// The time that the statement covers: as asked, else as it says, else the months of its lines.
fn period(statement: &Statement, asked: Asked) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let dates = || statement.lines.iter().filter_map(|line| line.date);
    let first_of_month = |date: NaiveDate| date.with_day(1).unwrap_or(date);
    // Open invoices may be old: only the last month is complete.
    let earliest = if statement.open_items { dates().max() } else { dates().min() };
    let from = asked.from.or(statement.from).or_else(|| earliest.map(first_of_month));
    let to = asked.to.or(statement.to).or(statement.date).or_else(|| dates().max().map(last_of_month));
    (from, to)
}

struct Work<'a> {
    statement: &'a Statement,
    papers: &'a [Paper],
    /// The papers that stand on the statement.
    taken: Vec<bool>,
    differences: Vec<Difference>,
}

impl Work<'_> {
    /// The posted paper of a line. A line that stands there a second time has none, and is told.
    fn line(&mut self, at: usize, line: &Line) -> Option<usize> {
        let key = key(line.number.as_deref())?;
        let same = |other: &&Line| {
            has_key(other, &key)
                && other.kind != LineKind::Payment
                && other.amount.is_sign_negative() == line.amount.is_sign_negative()
        };
        let posted = |(_, paper): &(usize, &Paper)| {
            paper.state == PaperState::Posted && self::key(paper.number.as_deref()).as_deref() == Some(&key)
        };
        let found = self.papers.iter().enumerate().find(posted).map(|(index, _)| index);
        if let Some(first) = self.statement.lines[..at].iter().find(same) {
            let (number, place, before) =
                (line.number.as_deref().unwrap_or_default(), line.place, first.place);
            self.differences.push(Difference::of_line(
                DifferenceKind::Twice,
                line,
                found.map(|index| &self.papers[index]),
                format!("{number} stands on the statement twice: in row {before} and in row {place}."),
                format!("{number} 在月結單上出現兩次：第 {before} 行和第 {place} 行。"),
            ));
            return None;
        }
        if let Some(index) = found {
            self.taken[index] = true;
        }
        found
    }

    /// A line and the paper that was posted under its number. True when they agree.
    fn compare(&mut self, line: &Line, index: usize) -> bool {
        let paper = &self.papers[index];
        let before = self.differences.len();
        let number = line.number.as_deref().unwrap_or_default();
        let mut differs =
            |kind, en, zh| self.differences.push(Difference::of_line(kind, line, Some(paper), en, zh));
        let currency = line.currency.as_deref().or(self.statement.currency.as_deref());
        if let (Some(stated), Some(posted)) = (currency, paper.currency.as_deref())
            && stated != posted
        {
            differs(
                DifferenceKind::Currency,
                format!("{number} is stated in {stated} and was posted in {posted}."),
                format!("{number} 在月結單上為 {stated}，過賬時為 {posted}。"),
            );
        }
        let (stated, posted) = (line.amount, paper.total.unwrap_or_default());
        if stated == -posted && !stated.is_zero() {
            let (en, zh) = if stated.is_sign_negative() {
                (
                    format!(
                        "{number} is a credit note of {} on the statement, and was posted as an amount owed.",
                        money(-stated)
                    ),
                    format!("{number} 在月結單上是貸項（{}），過賬時卻當作應付。", money(-stated)),
                )
            } else {
                (
                    format!(
                        "{number} is an amount owed of {} on the statement, and was posted as a credit note.",
                        money(stated)
                    ),
                    format!("{number} 在月結單上是應付（{}），過賬時卻當作貸項。", money(stated)),
                )
            };
            differs(DifferenceKind::CreditNote, en, zh);
        } else if stated != posted {
            let (stated, posted, apart) = (money(stated), money(posted), money(stated - posted));
            differs(
                DifferenceKind::Amount,
                format!("{number} is stated as {stated} and was posted as {posted}: {apart} apart."),
                format!("{number} 在月結單上為 {stated}，過賬為 {posted}，相差 {apart}。"),
            );
        }
        if let (Some(stated), Some(posted)) = (line.date, paper.date)
            && stated != posted
        {
            differs(
                DifferenceKind::Date,
                format!("{number} is dated {stated} on the statement and {posted} in the posting."),
                format!("{number} 在月結單上的日期為 {stated}，過賬日期為 {posted}。"),
            );
        }
        self.differences.len() == before
    }

    /// Lines under whose number nothing was posted.
    fn without_posting(&mut self, lines: Vec<&Line>) {
        for line in lines {
            let Some(key) = key(line.number.as_deref()) else {
                self.without_number(line);
                continue;
            };
            if self.differences.iter().any(|d| d.kind == DifferenceKind::Twice && d.place == Some(line.place))
            {
                continue;
            }
            if let Some(index) = self.alike(line, &key) {
                self.taken[index] = true;
                let (paper, number) = (&self.papers[index], line.number.as_deref().unwrap_or_default());
                let (posted, _) = shown(paper.number.as_deref());
                self.differences.push(Difference::of_line(
                    DifferenceKind::Number,
                    line,
                    Some(paper),
                    format!("{number} is on the statement and was not posted; {posted}, of the same amount, was posted and is not on the statement. The numbers differ by one character: is it the same invoice?"),
                    format!("月結單上的 {number} 未過賬；已過賬的 {posted} 金額相同，但不在月結單上。兩個號碼只差一個字元，是否同一張單據？"),
                ));
                continue;
            }
            let here =
                self.papers.iter().find(|paper| self::key(paper.number.as_deref()).as_ref() == Some(&key));
            self.differences.push(difference::not_posted(line, here));
        }
    }

    /// A posted paper that is not on the statement, of the same amount, whose number differs by one character.
    fn alike(&self, line: &Line, key: &str) -> Option<usize> {
        let lines = &self.statement.lines;
        let stated = |paper: &str| lines.iter().any(|line| has_key(line, paper));
        let mut alike = self.papers.iter().enumerate().filter(|(index, paper)| {
            let posted = paper.state == PaperState::Posted && !self.taken[*index];
            let other = self::key(paper.number.as_deref()).unwrap_or_default();
            posted && paper.total == Some(line.amount) && is_one_apart(key, &other) && !stated(&other)
        });
        let first = alike.next()?;
        alike.next().is_none().then_some(first.0)
    }

    fn without_number(&mut self, line: &Line) {
        let (place, amount) = (line.place, money(line.amount));
        self.differences.push(Difference::of_line(
            DifferenceKind::Unread,
            line,
            None,
            format!(
                "Row {place} of the statement ({} {}, {amount}) has no number and was not compared.",
                day(line.date),
                line.text.trim()
            ),
            format!(
                "月結單第 {place} 行（{} {}，{amount}）沒有號碼，未能核對。",
                day(line.date),
                line.text.trim()
            ),
        ));
    }

    /// What was posted for the time of the statement and is not on it.
    fn not_on_statement(&mut self, from: Option<NaiveDate>, to: Option<NaiveDate>) {
        let (Some(from), Some(to)) = (from, to) else { return };
        for (paper, taken) in self.papers.iter().zip(&self.taken) {
            let within = paper.date.is_some_and(|date| (from..=to).contains(&date));
            if within && !taken && paper.state == PaperState::Posted && !self.is_unread(paper) {
                self.differences.push(difference::not_on_statement(paper, self.statement.open_items));
            }
        }
    }

    /// Whether its number stands in a row that could not be read: that row is told, and a person sees both there.
    fn is_unread(&self, paper: &Paper) -> bool {
        let Some(key) = key(paper.number.as_deref()) else { return false };
        let has = |text: &str| text.split_whitespace().any(|word| words::plain(word) == key);
        self.statement.unread.iter().any(|row| has(&row.text))
    }
}

/// A number as numbers are compared: letters and figures only, capital.
fn key(number: Option<&str>) -> Option<String> {
    Some(words::plain(number?)).filter(|key| !key.is_empty())
}

fn has_key(line: &Line, key: &str) -> bool {
    self::key(line.number.as_deref()).as_deref() == Some(key)
}

/// Whether one character is other, missing, too many, or has changed places with its neighbour.
fn is_one_apart(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same_start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (a, b) = (&one[same_start..], &other[same_start..]);
    match (a, b) {
        ([_, a @ ..], [_, b @ ..]) if a == b => true,
        ([_, a @ ..], b) if a == b => true,
        (a, [_, b @ ..]) if a == b => true,
        ([a0, a1, a @ ..], [b0, b1, b @ ..]) => a0 == b1 && a1 == b0 && a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_one_character_apart() {
        for (one, other, expected) in [
            ("INV1001", "INV1007", true),
            ("INV1001", "INV101", true),
            ("INV101", "INV1001", true),
            ("INV1012", "INV1021", true),
            ("INV1", "INV12", true),
            ("1INV", "INV", true),
            ("INV1001", "INV1001", false),
            ("INV1001", "INV2002", false),
            ("INV1001", "INV10013X", false),
            ("", "A", true),
        ] {
            assert_eq!(is_one_apart(one, other), expected, "{one} {other}");
        }
    }
}
