//! Rows become lines. Every row of the table is a line, a balance, a sum, more text of the line above, or it is listed as
//! not read.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use crate::statement::columns::{Columns, is_heading};
use crate::statement::dates::{self, Order};
use crate::statement::grid::{Grid, GridRow};
use crate::statement::money::{self, Money};
use crate::statement::words::{self, Column, Means};
use crate::statement::{Line, LineKind, Place, Unread, UnreadWhy, head};
use crate::values;

/// What was found in and around the table.
#[derive(Debug, Default)]
pub(super) struct Table<'g> {
    /// The rows outside of the table.
    pub(super) around: Vec<&'g GridRow>,
    pub(super) headings: Vec<&'g GridRow>,
    pub(super) lines: Vec<Line>,
    pub(super) unread: Vec<Unread>,
    pub(super) opening: Option<Decimal>,
    pub(super) closings: Vec<(Place, Decimal)>,
    /// What is carried over after so many lines.
    pub(super) carried: Vec<(Place, Decimal, usize)>,
    pub(super) sums: Vec<Sum>,
    pub(super) ageing: Vec<Decimal>,
    pub(super) open_items: bool,
    pub(super) ambiguous_dates: bool,
}

/// A row of sums, after so many lines.
#[derive(Debug)]
pub(super) struct Sum {
    pub(super) place: Place,
    pub(super) after: usize,
    pub(super) cells: BTreeMap<Column, Decimal>,
}

impl Table<'_> {
    /// What it says is owed at its end: the last closing balance.
    pub(super) fn closing(&self) -> Option<Decimal> {
        self.closings.last().map(|(_, value)| *value)
    }
}

/// How this statement is to be read.
struct Way {
    order: Order,
    date: Option<NaiveDate>,
    /// It prints what it takes away in the credit column with a minus.
    minus_in_credit: bool,
    open_items: bool,
}

/// Reads the table. `None` when there is none.
pub(super) fn read(grid: &Grid) -> Option<Table<'_>> {
    let first = grid.rows.iter().position(|row| Columns::under(row).is_some())?;
    let (above, below) = grid.rows.split_at(first);
    let columns = Columns::under(&below[0])?;
    let way = way(above, below, &columns);
    let mut table = Table { around: above.iter().collect(), open_items: way.open_items, ..Table::default() };
    table.ambiguous_dates = ambiguous(above, below, &columns);
    let mut walk = Walk { table, columns, way, tail: false, ageing: false };
    for row in below {
        walk.row(row);
    }
    Some(walk.table)
}

/// All cells of a column, with the headings that are repeated on each page.
fn column_cells<'g>(rows: &'g [GridRow], columns: &Columns, column: Column) -> Vec<(&'g GridRow, String)> {
    let mut columns = columns.clone();
    let mut cells = Vec::new();
    for row in rows {
        if let Some(next) = Columns::under(row) {
            columns = next;
            continue;
        }
        cells.extend(columns.cells(row).remove(&column).map(|text| (row, text)));
    }
    cells
}

fn dates_of(above: &[GridRow], below: &[GridRow], columns: &Columns) -> (Order, bool, Option<NaiveDate>) {
    let date = head::date_of(above.iter().chain(below));
    let year = date.map(|date| date.year());
    let cells = column_cells(below, columns, Column::Date);
    let orders = [Order::DayMonthYear, Order::YearMonthDay, Order::MonthDayYear];
    let some_date =
        |text: &str| orders.iter().any(|order| dates::date(text, *order, year.or(Some(2000))).is_some());
    let dated: Vec<&str> =
        cells.iter().map(|(_, text)| text.as_str()).filter(|text| some_date(text)).collect();
    let (order, proven) = dates::order_of(&dated, year, date);
    (order, proven, date)
}

fn ambiguous(above: &[GridRow], below: &[GridRow], columns: &Columns) -> bool {
    !dates_of(above, below, columns).1
}

fn way(above: &[GridRow], below: &[GridRow], columns: &Columns) -> Way {
    let (order, _, date) = dates_of(above, below, columns);
    let credits = column_cells(below, columns, Column::Credit);
    let credits: Vec<Decimal> = credits
        .iter()
        .filter_map(|(_, text)| Some(money::money(text)?.value))
        .filter(|value| !value.is_zero())
        .collect();
    let minus_in_credit = !credits.is_empty() && credits.iter().all(Decimal::is_sign_negative);
    Way { order, date, minus_in_credit, open_items: columns.has(Column::Outstanding) }
}

struct Walk<'g> {
    table: Table<'g>,
    columns: Columns,
    way: Way,
    /// The table has ended: a balance at its end, or the ageing, has been seen.
    tail: bool,
    /// The row before held the headings of the ageing.
    ageing: bool,
}

impl<'g> Walk<'g> {
    fn row(&mut self, row: &'g GridRow) {
        if let Some(columns) = Columns::under(row) {
            (self.columns, self.tail) = (columns, false);
            self.table.headings.push(row);
            return;
        }
        if is_heading(row) {
            self.table.headings.push(row);
            return;
        }
        let text = words::spaced(&row.text());
        if self.is_ageing(row, &text) {
            return;
        }
        let cells = self.columns.cells(row);
        let said = said(&cells);
        let date = cells.get(&Column::Date).and_then(|cell| self.date(cell));
        if self.is_balance(row, &cells, &text, &said, date) {
            return;
        }
        let amounts = cells.iter().any(|(column, cell)| column.is_money() && !money::is_blank(cell));
        if self.tail {
            let line =
                date.is_some() && cells.iter().any(|(c, cell)| c.is_money() && money::money(cell).is_some());
            if line { self.unread(row, UnreadWhy::Outside) } else { self.table.around.push(row) }
        } else if amounts {
            match self.line(row, &cells, date) {
                Ok(line) => self.table.lines.push(line),
                Err(why) => self.unread(row, why),
            }
        } else {
            self.without_amount(row, &cells, date);
        }
    }

    fn date(&self, cell: &str) -> Option<NaiveDate> {
        dates::date_on(cell, self.way.order, self.way.date)
    }

    fn unread(&mut self, row: &GridRow, why: UnreadWhy) {
        self.table.unread.push(Unread { place: row.place, text: row.text(), why });
    }

    /// The headings of the ageing, and the figures below them.
    fn is_ageing(&mut self, row: &'g GridRow, text: &str) -> bool {
        let figures: Option<Vec<Decimal>> =
            row.cells.iter().map(|cell| money::money(&cell.text).map(|money| money.value)).collect();
        if std::mem::take(&mut self.ageing)
            && let Some(figures) = figures.filter(|figures| figures.len() > 2)
        {
            self.table.ageing = figures;
            return true;
        }
        if words::count(text, Means::Ageing) < 3 {
            return false;
        }
        (self.ageing, self.tail) = (true, true);
        self.table.around.push(row);
        true
    }

    /// A balance that is brought or carried forward, a sum, or what is owed at the end.
    fn is_balance(
        &mut self,
        row: &'g GridRow,
        cells: &BTreeMap<Column, String>,
        text: &str,
        said: &str,
        date: Option<NaiveDate>,
    ) -> bool {
        let means =
            |means| words::begins(said, means).is_some() || date.is_some() && words::says(said, means);
        let forward = means(Means::BroughtForward);
        if forward || means(Means::CarriedForward) {
            let Some(value) = self.balance_in(row, cells) else {
                self.unread(row, UnreadWhy::Amount);
                return true;
            };
            if forward && self.table.lines.is_empty() && self.table.opening.is_none() {
                self.table.opening = Some(value);
            } else {
                self.table.carried.push((row.place, value, self.table.lines.len()));
            }
            return true;
        }
        if date.is_some() {
            return false;
        }
        if words::begins(text, Means::YearToDate).is_some() {
            return true;
        }
        if words::begins(said, Means::Closing).is_some() || words::begins(text, Means::Closing).is_some() {
            self.tail = true;
            match self.balance_in(row, cells) {
                Some(value) => self.table.closings.push((row.place, value)),
                None => self.table.around.push(row),
            }
            return true;
        }
        if words::begins(said, Means::Total).is_some() || words::begins(text, Means::Total).is_some() {
            let value = |cell: &str| money::money(cell).map(|money| money.value);
            let cells = cells.iter().filter(|(column, _)| column.is_money());
            let cells: BTreeMap<Column, Decimal> =
                cells.filter_map(|(column, cell)| Some((*column, value(cell)?))).collect();
            if cells.is_empty() {
                self.table.around.push(row);
            } else {
                self.table.sums.push(Sum { place: row.place, after: self.table.lines.len(), cells });
            }
            return true;
        }
        false
    }

    /// The balance that a row prints: in its column, else the last amount of the row.
    fn balance_in(&self, row: &GridRow, cells: &BTreeMap<Column, String>) -> Option<Decimal> {
        let own =
            [Column::Balance, Column::Outstanding].iter().find_map(|column| money::money(cells.get(column)?));
        let last = || row.cells.iter().rev().find_map(|cell| money::money(&cell.text));
        if let Some(Money { value, .. }) = own.or_else(last) {
            // On the credit side, and without a column of balances, it is in our favour.
            let credit = cells.get(&Column::Credit).is_some_and(|cell| !money::is_blank(cell));
            return Some(if own_is_none(cells) && credit && !self.way.minus_in_credit {
                -value
            } else {
                value
            });
        }
        values::money_in(&row.text()).last().map(|(value, _)| *value)
    }

    fn line(
        &self,
        row: &GridRow,
        cells: &BTreeMap<Column, String>,
        date: Option<NaiveDate>,
    ) -> Result<Line, UnreadWhy> {
        if date.is_none() && cells.get(&Column::Date).is_some_and(|cell| !money::is_blank(cell)) {
            return Err(UnreadWhy::Date);
        }
        let mut amounts: BTreeMap<Column, Money> = BTreeMap::new();
        for (column, cell) in cells.iter().filter(|(c, cell)| c.is_money() && !money::is_blank(cell)) {
            amounts.insert(*column, money::money(cell).ok_or(UnreadWhy::Amount)?);
        }
        let of = |column| amounts.get(&column).map(|money| money.value);
        let all = words::spaced(&said(cells));
        let amount = self.amount(&amounts, &all)?;
        let number = number(cells);
        let own = cells.get(&Column::Currency).map(|cell| words::spaced(cell));
        let own = own.as_deref().and_then(|cell| money::CURRENCIES.iter().find(|(sign, _)| cell == *sign));
        let currency =
            own.map(|(_, code)| *code).or_else(|| amounts.values().find_map(|money| money.currency));
        Ok(Line {
            place: row.place,
            date,
            kind: kind(&all, number.is_some(), amount),
            number,
            text: text(cells),
            amount,
            balance: of(Column::Balance),
            outstanding: of(Column::Outstanding),
            currency: currency.map(str::to_owned),
        })
    }

    /// What a line adds to what is owed.
    fn amount(&self, amounts: &BTreeMap<Column, Money>, all: &str) -> Result<Decimal, UnreadWhy> {
        let of = |column| amounts.get(&column).map(|money| money.value);
        let not_zero = |column| of(column).filter(|value| !value.is_zero());
        let taken = |credit: Decimal| if self.way.minus_in_credit { credit } else { -credit };
        // What was paid of an open invoice stands beside it, and what is left behind both.
        if self.way.open_items
            && let Some(amount) = not_zero(Column::Debit).or(not_zero(Column::Amount))
        {
            return Ok(amount);
        }
        match (not_zero(Column::Debit), not_zero(Column::Credit)) {
            (Some(_), Some(_)) => Err(UnreadWhy::Side),
            (Some(debit), None) => Ok(debit),
            (None, Some(credit)) => Ok(taken(credit)),
            (None, None) => match (of(Column::Amount), of(Column::Debit).or(of(Column::Credit))) {
                (Some(amount), _) => self.side(amount, of(Column::Balance), all),
                (None, Some(zero)) => Ok(zero),
                (None, None) => of(Column::Outstanding).ok_or(UnreadWhy::NoAmount),
            },
        }
    }

    /// On which side an amount stands where there is one column for both: its sign says so, the balance proves it, or the
    /// words do.
    fn side(&self, amount: Decimal, balance: Option<Decimal>, all: &str) -> Result<Decimal, UnreadWhy> {
        if amount.is_sign_negative() || amount.is_zero() {
            return Ok(amount);
        }
        let before = self.table.lines.last().map_or(self.table.opening, |line| line.balance);
        if let (Some(balance), Some(before)) = (balance, before) {
            match balance - before {
                moved if moved == amount => return Ok(amount),
                moved if moved == -amount => return Ok(-amount),
                _ => {}
            }
        }
        let credit = words::says(all, Means::CreditNote) || words::says(all, Means::Payment);
        let debit = words::says(all, Means::Invoice) || words::says(all, Means::DebitNote);
        match (credit, debit) {
            (true, true) => Err(UnreadWhy::Side),
            (true, false) => Ok(-amount),
            (false, _) => Ok(amount),
        }
    }

    /// A row with words alone goes with the line above; one with a date or a number lacks its amount.
    fn without_amount(
        &mut self,
        row: &'g GridRow,
        cells: &BTreeMap<Column, String>,
        date: Option<NaiveDate>,
    ) {
        let numbered =
            cells.get(&Column::Number).is_some_and(|cell| cell.contains(|c: char| c.is_ascii_digit()));
        if row.cells.iter().all(|cell| money::is_blank(&cell.text)) {
            return;
        }
        if date.is_some() || numbered {
            self.unread(row, UnreadWhy::NoAmount);
            return;
        }
        // Below its sums the table has no more text.
        let summed = self.table.sums.last().is_some_and(|sum| sum.after == self.table.lines.len());
        match self.table.lines.last_mut() {
            Some(line) if line.place.page == row.place.page && !summed => {
                let longer = format!("{} {}", line.text, row.text());
                longer.trim().clone_into(&mut line.text);
            }
            _ => self.table.around.push(row),
        }
    }
}

fn own_is_none(cells: &BTreeMap<Column, String>) -> bool {
    let has = |column| cells.get(&column).is_some_and(|cell| money::money(cell).is_some());
    !has(Column::Balance) && !has(Column::Outstanding)
}

/// All that a row says beside its amounts, as words are looked for in it.
fn said(cells: &BTreeMap<Column, String>) -> String {
    let cells = cells.iter().filter(|(column, _)| !column.is_money());
    words::spaced(&cells.map(|(_, cell)| cell.as_str()).collect::<Vec<_>>().join(" "))
}

fn text(cells: &BTreeMap<Column, String>) -> String {
    let words = [Column::Kind, Column::Text].iter().filter_map(|column| cells.get(column));
    words.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// The number of the invoice: what stands in its column, without the word before it. Without such a column, the figure
/// that follows a word for an invoice.
fn number(cells: &BTreeMap<Column, String>) -> Option<String> {
    let has_digit = |word: &&str| word.contains(|c: char| c.is_ascii_digit());
    if let Some(cell) = cells.get(&Column::Number) {
        let words: Vec<&str> = cell.split_whitespace().filter(has_digit).collect();
        return match words[..] {
            [] => None,
            [one] => Some(one.trim_matches(['#', ':', '：']).to_owned()),
            _ => Some(cell.trim().to_owned()),
        };
    }
    let all = text(cells);
    let mut words = all.split_whitespace().skip_while(|word| {
        let word = words::spaced(word);
        !words::says(&word, Means::Invoice) && word != "NOTE"
    });
    let first = words.next()?;
    std::iter::once(first)
        .chain(words)
        .find(has_digit)
        .map(|word| word.trim_matches(['#', ':', '：']).to_owned())
}

fn kind(all: &str, numbered: bool, amount: Decimal) -> LineKind {
    let says = |means| words::says(all, means);
    if amount.is_sign_negative() && !amount.is_zero() {
        return match () {
            () if says(Means::CreditNote) => LineKind::CreditNote,
            () if says(Means::Payment) => LineKind::Payment,
            () if numbered => LineKind::CreditNote,
            () if says(Means::Other) => LineKind::Other,
            () => LineKind::Payment,
        };
    }
    match () {
        () if says(Means::DebitNote) => LineKind::DebitNote,
        () if says(Means::Other) => LineKind::Other,
        () if numbered || says(Means::Invoice) => LineKind::Invoice,
        () => LineKind::Other,
    }
}
