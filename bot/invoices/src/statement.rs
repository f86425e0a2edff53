//! A supplier's statement: what it says, whether its own arithmetic holds, and how it differs from what was posted.
//!
//! | file | what |
//! |---|---|
//! | `grid` | a page or a sheet as rows of cells with places |
//! | `words` | headings and words, from `data/statements.toml` |
//! | `money` | a cell as an amount |
//! | `dates` | dates as people write them, in the order that a whole column proves |
//! | `columns` | which column holds what |
//! | `lines` | rows become lines; what cannot be read is listed |
//! | `head` | supplier, currency, period |
//! | `arithmetic` | balances and totals |
//! | [`compare()`] | the lines beside what was posted |
//!
//! Nothing here is ever guessed or put right: a row that is not surely read is in [`Statement::unread`].

mod arithmetic;
mod columns;
mod compare;
mod dates;
mod difference;
mod grid;
mod head;
mod lines;
mod money;
#[cfg(test)]
mod tests;
mod words;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use compare::{Asked, Comparison, Paper, PaperState, compare};
pub use difference::{Difference, DifferenceKind};
pub use grid::Grid;
pub use head::{fold_name, is_same_name};

/// A statement as it was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// The texts outside of the table, of which some may name the supplier. Whom it is addressed to is not among them.
    pub texts: Vec<String>,
    /// ISO 4217, where the statement names one currency and no other.
    pub currency: Option<String>,
    /// The day of the statement.
    pub date: Option<NaiveDate>,
    /// The first day that it covers, where it says so.
    pub from: Option<NaiveDate>,
    /// The last day that it covers, where it says so.
    pub to: Option<NaiveDate>,
    /// What was owed before its first line.
    pub opening: Option<Decimal>,
    /// What it says is owed at its end.
    pub closing: Option<Decimal>,
    /// It lists open invoices with what is left to pay of each, rather than everything that happened.
    pub open_items: bool,
    /// Its lines, in order.
    pub lines: Vec<Line>,
    /// The rows that cannot be read for sure.
    pub unread: Vec<Unread>,
    /// How many lines it says that it has, where it does.
    pub stated_lines: Option<usize>,
    /// Where its own arithmetic does not hold.
    pub faults: Vec<Fault>,
    /// Dates whose day and month could be the other way round, and nothing on the statement proves which.
    pub ambiguous_dates: bool,
}

/// A row of a statement: `2:14` is the fourteenth row of the second page or sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// 1 for the first page or sheet.
    pub page: u32,
    /// 1 for the first row on it.
    pub row: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.page, self.row)
    }
}

/// One line of a statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Where it stands.
    pub place: Place,
    /// Its date, where it has one.
    pub date: Option<NaiveDate>,
    /// The number of the invoice or note, as printed.
    pub number: Option<String>,
    /// What it says besides.
    pub text: String,
    /// What it is.
    pub kind: LineKind,
    /// What it adds to what is owed; negative when it takes away.
    pub amount: Decimal,
    /// What is owed after it, where that is printed.
    pub balance: Option<Decimal>,
    /// What is left to pay of it, where that is printed.
    pub outstanding: Option<Decimal>,
    /// Its own currency, where the line says so.
    pub currency: Option<String>,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// An invoice, or another charge with a number.
    Invoice,
    /// A debit note.
    DebitNote,
    /// A credit note, a return, a discount given later.
    CreditNote,
    /// A payment.
    Payment,
    /// Interest, an adjustment, a charge without a number.
    Other,
}

/// A row that cannot be read for sure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Where it stands.
    pub place: Place,
    /// All that it says.
    pub text: String,
    /// What is wrong with it.
    pub why: UnreadWhy,
}

/// Why a row was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnreadWhy {
    /// A cell in a column of amounts is no amount.
    Amount,
    /// A cell in the column of dates is no date.
    Date,
    /// It has a number or a date and no amount.
    NoAmount,
    /// Both sides of the account have an amount, or nothing tells on which it stands.
    Side,
    /// It looks like a line and stands outside of the table.
    Outside,
}

/// Where the arithmetic of a statement does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What was reckoned.
    pub what: FaultWhat,
    /// Where the printed value stands, if it stands in a row.
    pub place: Option<Place>,
    /// What is printed.
    pub printed: Decimal,
    /// What it comes to.
    pub comes_to: Decimal,
}

/// What of a statement was reckoned again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultWhat {
    /// The balance after a line.
    Balance,
    /// What is carried from one page to the next.
    Carried,
    /// The sum of a column.
    Total,
    /// What is owed at the end.
    Closing,
    /// The ageing beside what is owed.
    Ageing,
    /// How many lines it says that it has.
    Count,
}

/// Reads a statement. `None` when there is no table on it that could be one.
pub fn read(grid: &Grid) -> Option<Statement> {
    let table = lines::read(grid)?;
    let mut statement = Statement {
        opening: table.opening,
        closing: table.closing(),
        open_items: table.open_items,
        ambiguous_dates: table.ambiguous_dates,
        ..Statement::default()
    };
    head::read(&mut statement, &table);
    statement.faults = arithmetic::check(&table, statement.stated_lines);
    (statement.lines, statement.unread) = (table.lines, table.unread);
    Some(statement)
}
