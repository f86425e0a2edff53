//! A CSV file or workbook from a drop folder: a file of events, of till lines, or of plain daily sales.

use std::borrow::Cow;
use std::collections::BTreeSet;

use taxid::date::PaperDate;

use super::intake::IntakeError;
use super::privacy::Scanner;
use super::record::Record;
use super::{Field, Kind};
use crate::table::{self, HEAD_ROWS, Row, Table};

/// What a file's rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Each row names its type.
    Events,
    /// Each row is a line of a bill.
    Lines,
    /// Each row is a day's sales of goods in a store.
    DailySales,
}

/// A file, ready to be read.
pub(super) struct DropFile {
    pub(super) shape: Shape,
    table: Table,
    head: Head,
    /// The file proves that figures like 05/03/2026 are meant day first.
    pub(super) day_first: bool,
}

impl DropFile {
    /// Its rows below the headings.
    pub(super) fn records(&self) -> impl Iterator<Item = Record<'_>> + Clone {
        self.table.rows[self.head.at + 1..].iter().map(|row| record(row, &self.head, self.shape))
    }

    /// Headings that nobody understood.
    pub(super) fn unread_columns(&self) -> Vec<String> {
        self.head.unread.clone()
    }
}

/// Takes a file apart. Data of people anywhere blocks it.
pub(super) fn open(bytes: &[u8]) -> Result<DropFile, IntakeError> {
    let tables = table::read(bytes)?;
    for table in &tables {
        scan(table)?;
    }
    let lacks = missing(&tables);
    let found = tables.into_iter().find_map(|table| {
        let head = Head::of(&table)?;
        Some((head.shape()?, head, table))
    });
    let (shape, head, table) = found.ok_or(IntakeError::Columns(lacks))?;
    let day_first = proves_day_first(&table.rows[head.at + 1..], &head);
    Ok(DropFile { shape, table, head, day_first })
}

/// The row of headings.
struct Head {
    at: usize,
    fields: Vec<Option<Field>>,
    unread: Vec<String>,
}

impl Head {
    /// The first row that names goods and a quantity, or a type.
    fn of(table: &Table) -> Option<Self> {
        table.rows.iter().take(HEAD_ROWS).enumerate().find_map(|(at, row)| {
            let (mut fields, mut unread) = (Vec::new(), Vec::new());
            for cell in &row.cells {
                // The first of two columns for one field is read.
                let field = Field::headed(cell).filter(|field| !fields.contains(&Some(*field)));
                if field.is_none() && !cell.trim().is_empty() {
                    unread.push(cell.trim().to_owned());
                }
                fields.push(field);
            }
            let head = Self { at, fields, unread };
            (head.shape().is_some() && head.fields.iter().flatten().count() >= 3).then_some(head)
        })
    }

    fn has(&self, field: Field) -> bool {
        self.fields.contains(&Some(field))
    }

    fn shape(&self) -> Option<Shape> {
        if self.has(Field::Type) {
            return Some(Shape::Events);
        }
        let sales = self.has(Field::Sku) && self.has(Field::Qty) && self.has(Field::OccurredAt);
        sales.then(|| if self.has(Field::LineId) { Shape::Lines } else { Shape::DailySales })
    }
}

/// The fields that no sheet's headings name.
fn missing(tables: &[Table]) -> Vec<Field> {
    let seen: BTreeSet<Field> = tables
        .iter()
        .flat_map(|table| table.rows.iter().take(HEAD_ROWS))
        .flat_map(|row| row.cells.iter().filter_map(Field::headed))
        .collect();
    [Field::Sku, Field::OccurredAt, Field::Qty].into_iter().filter(|field| !seen.contains(field)).collect()
}

fn scan(table: &Table) -> Result<(), IntakeError> {
    let head = Head::of(table);
    let mut scanner = Scanner::default();
    for (index, row) in table.rows.iter().enumerate() {
        let is_head = head.as_ref().map_or(index < HEAD_ROWS, |head| index == head.at);
        for (column, cell) in row.cells.iter().enumerate() {
            let field = head.as_ref().and_then(|head| head.fields.get(column).copied().flatten());
            if is_head && field.is_none() {
                Scanner::heading(cell, column, row.number).map_err(IntakeError::PersonalData)?;
            }
            scanner.value(cell.trim(), field, column, row.number).map_err(IntakeError::PersonalData)?;
        }
    }
    scanner.finish().map_err(IntakeError::PersonalData)
}

/// Some date can only be meant day first, and none only month first.
fn proves_day_first(rows: &[Row], head: &Head) -> bool {
    let Some(column) = head.fields.iter().position(|field| *field == Some(Field::OccurredAt)) else {
        return false;
    };
    let mut proven = false;
    for text in rows.iter().map(|row| row.cell(column)) {
        let slashed = text.split(['/', '-', '.', ' ', 'T']).next().is_some_and(|first| first.len() <= 2);
        if !slashed || text.is_empty() {
            continue;
        }
        match PaperDate::parse(text) {
            Ok(date) => proven |= !date.is_ambiguous(),
            Err(_) => return false,
        }
    }
    proven
}

fn record<'a>(row: &'a Row, head: &Head, shape: Shape) -> Record<'a> {
    let mut record = Record::of_row(row);
    for (column, field) in head.fields.iter().enumerate() {
        if let Some(field) = field {
            record.set(*field, Cow::Borrowed(row.cell(column)));
        }
    }
    match shape {
        Shape::Events => {}
        Shape::Lines => line(&mut record),
        Shape::DailySales => daily(&mut record),
    }
    record
}

/// A till's line. A negative one of a bill whose number begins with C cancels: it is a return of that bill.
fn line(record: &mut Record<'_>) {
    let bill = record.get(Field::LineId).and_then(|id| id.strip_prefix(['C', 'c'])).map(str::to_owned);
    if let (Some(units), Some(bill)) = (taken_back(record), bill)
        && bill.starts_with(|c: char| c.is_ascii_digit())
    {
        record.replace(Field::Qty, units);
        record.replace(Field::LineId, bill);
        record.set(Field::Type, Cow::Borrowed(Kind::Return.name()));
    }
    record.set(Field::Type, Cow::Borrowed(Kind::Sale.name()));
}

/// A day's sales; more came back than went out where they are negative.
fn daily(record: &mut Record<'_>) {
    if let Some(units) = taken_back(record) {
        record.replace(Field::Qty, units);
        record.set(Field::Type, Cow::Borrowed(Kind::Return.name()));
    }
    record.set(Field::Type, Cow::Borrowed(Kind::Sale.name()));
}

/// What a negative quantity takes back.
fn taken_back(record: &Record<'_>) -> Option<String> {
    record.get(Field::Qty)?.strip_prefix('-').map(str::to_owned)
}
