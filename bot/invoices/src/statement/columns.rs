//! Which column of a table holds what, by the row of headings above it.

use std::collections::BTreeMap;

use crate::statement::grid::GridRow;
use crate::statement::money;
use crate::statement::words::{self, Column};

/// The columns of a table, left to right.
#[derive(Debug, Clone)]
pub(super) struct Columns(Vec<(Column, f32, f32)>);

impl Columns {
    /// The columns under a row of headings: it names an amount, and a date or a number, and holds no amount itself.
    pub(super) fn under(row: &GridRow) -> Option<Self> {
        let known: Vec<Option<Column>> = row.cells.iter().map(|cell| words::column(&cell.text)).collect();
        let has = |wanted: &dyn Fn(Column) -> bool| known.iter().flatten().any(|column| wanted(*column));
        let is_table =
            has(&Column::is_money) && has(&|column| matches!(column, Column::Date | Column::Number));
        let amounts = row.cells.iter().any(|cell| money::money(&cell.text).is_some());
        if !is_table || amounts || known.iter().flatten().count() < 3 {
            return None;
        }
        // Under a heading that nobody knows stands text.
        let columns = row.cells.iter().zip(known);
        Some(Self(columns.map(|(cell, column)| (column.unwrap_or(Column::Text), cell.x0, cell.x1)).collect()))
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.0.iter().any(|(own, _, _)| *own == column)
    }

    /// The cells of a row by their columns. Two cells of one column are read together.
    pub(super) fn cells(&self, row: &GridRow) -> BTreeMap<Column, String> {
        let mut cells: BTreeMap<Column, String> = BTreeMap::new();
        for cell in &row.cells {
            let apart = |(_, x0, x1): &&(Column, f32, f32)| x0.max(cell.x0) - x1.min(cell.x1);
            // The widest overlap, else the nearest: an overlap is a negative distance.
            let Some((column, _, _)) = self.0.iter().min_by(|a, b| apart(a).total_cmp(&apart(b))) else {
                continue;
            };
            let text = cells.entry(*column).or_default();
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&cell.text);
        }
        cells
    }
}

/// Whether a row is the second half of the headings: the same in the other language.
pub(super) fn is_heading(row: &GridRow) -> bool {
    row.cells.len() > 1 && row.cells.iter().all(|cell| words::column(&cell.text).is_some())
}
