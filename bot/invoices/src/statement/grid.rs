//! A page or a sheet as rows of cells with places.

use documents::Document;

use crate::sheet::Sheet;
use crate::statement::Place;

/// Two words that are further apart than this, in heights of a character, stand in two cells.
const CELL_GAP: f32 = 0.8;

/// The rows of a statement, from the first page to the last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grid {
    pub(super) rows: Vec<GridRow>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct GridRow {
    pub(super) place: Place,
    pub(super) cells: Vec<Cell>,
}

/// A text with its left and right edge: columns of a sheet are one wide, a page is as wide as it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) x0: f32,
    pub(super) x1: f32,
}

impl GridRow {
    /// All that the row says.
    pub(super) fn text(&self) -> String {
        self.cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

impl Grid {
    /// The grid of a document with words on its pages.
    pub fn of_document(document: &Document) -> Self {
        let mut rows = Vec::new();
        for page in &document.pages {
            let sheet = Sheet::new(page);
            for (number, row) in (1..).zip(&sheet.rows) {
                let cells = row.cells(0, row.glyphs.len(), CELL_GAP).into_iter();
                let cells = cells.map(|(from, to)| Cell {
                    text: row.text(from, to),
                    x0: row.glyphs[from].x0,
                    x1: row.glyphs[to - 1].x1,
                });
                let place = Place { page: page.number, row: number };
                rows.push(GridRow { place, cells: cells.collect() });
            }
        }
        Self { rows }
    }

    /// The grid of tables: the sheets of a workbook, or a CSV file.
    pub fn of_tables(tables: &[Vec<Vec<String>>]) -> Self {
        let mut rows = Vec::new();
        for (page, table) in (1..).zip(tables) {
            for (row, cells) in (1..).zip(table) {
                rows.push(GridRow { place: Place { page, row }, cells: cells_of(cells) });
            }
        }
        Self { rows }
    }
}

fn cells_of(row: &[String]) -> Vec<Cell> {
    let cells = (0_u16..).zip(row).filter(|(_, text)| !text.trim().is_empty());
    cells
        .map(|(column, text)| {
            let x0 = f32::from(column);
            Cell { text: text.trim().to_owned(), x0, x1: x0 + 0.9 }
        })
        .collect()
}
