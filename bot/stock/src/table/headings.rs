//! Rows of headings.

use super::{Row, Table};

/// The headings stand among the first so many rows; above them may be a title.
pub(crate) const HEAD_ROWS: usize = 20;

/// What columns may hold, each with the headings (folded) that say so.
pub(crate) type Headings<C> = [(C, &'static [&'static str])];

/// The columns under a row of headings.
pub(crate) struct Columns<'a, C> {
    columns: Vec<Option<C>>,
    /// The rows below the headings.
    pub(crate) rows: &'a [Row],
}

impl<'a, C: Copy + PartialEq> Columns<'a, C> {
    /// The columns under the first row that names the one that is needed.
    pub(crate) fn of(table: &'a Table, names: &Headings<C>, needed: C) -> Option<Self> {
        table.rows.iter().take(HEAD_ROWS).enumerate().find_map(|(at, row)| {
            let mut columns: Vec<Option<C>> = Vec::new();
            for cell in &row.cells {
                let name = folded(cell);
                let column =
                    names.iter().find(|(_, own)| own.contains(&name.as_str())).map(|(column, _)| *column);
                // The first of two columns for one thing is read.
                columns.push(column.filter(|column| !columns.contains(&Some(*column))));
            }
            let rows = &table.rows[at + 1..];
            columns.contains(&Some(needed)).then_some(Self { columns, rows })
        })
    }

    /// How many columns the row of headings has.
    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    pub(crate) fn has(&self, column: C) -> bool {
        self.columns.contains(&Some(column))
    }

    /// The cell of a row in this column, unless it is empty.
    pub(crate) fn cell<'r>(&self, row: &'r Row, column: C) -> Option<&'r str> {
        let at = self.columns.iter().position(|own| *own == Some(column))?;
        Some(row.cell(at)).filter(|text| !text.is_empty())
    }
}

/// A heading as it is compared: what is in brackets, blanks and marks do not count.
pub(crate) fn folded(heading: &str) -> String {
    let heading = taxid::text::nfkc(heading).to_lowercase();
    let heading = heading.split(['(', '（', '[']).next().unwrap_or_default();
    heading.chars().filter(|c| !matches!(c, ' ' | '_' | '-' | '.' | '#' | '/' | ':' | '：')).collect()
}
