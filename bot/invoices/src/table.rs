//! The table of goods or services: columns by the header's places, cells by distance and by what they can be.

use documents::BBox;
use rust_decimal::Decimal;

use crate::labels::{Hit, Label};
use crate::sheet::{Glyph, Row, Sheet};
use crate::values;

mod assign;
mod items;

pub(crate) use items::{Amounts, read};

/// One column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Column {
    pub(crate) label: Label,
    pub(crate) x0: f32,
    pub(crate) x1: f32,
}

/// A table's header.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Header {
    /// The rows it fills, first and last.
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) columns: Vec<Column>,
}

impl Header {
    pub(crate) fn column(&self, label: Label) -> Option<&Column> {
        self.columns.iter().find(|c| c.label == label)
    }
}

/// Finds the row that names the most columns, with the rows right above and below it that name columns too.
pub(crate) fn header(sheet: &Sheet, hits: &[Hit]) -> Option<Header> {
    let hits = &total_as_column(hits)[..];
    let columns_of = |row: usize| hits.iter().filter(move |h| h.row == row && h.label.is_column());
    let main = (0..sheet.rows.len()).max_by_key(|&r| (distinct(columns_of(r)), std::cmp::Reverse(r)))?;
    if distinct(columns_of(main)) < 2 {
        return None;
    }
    let (mut first, mut last) = (main, main);
    while first > 0
        && near(&sheet.rows[first - 1], &sheet.rows[first])
        && columns_of(first - 1).next().is_some()
    {
        first -= 1;
    }
    while last + 1 < sheet.rows.len()
        && near(&sheet.rows[last], &sheet.rows[last + 1])
        && all_header(&sheet.rows[last + 1], last + 1, hits)
    {
        last += 1;
    }
    let mut columns: Vec<Column> = Vec::new();
    for hit in hits.iter().filter(|h| (first..=last).contains(&h.row) && h.label.is_column()) {
        let alike = columns.iter().position(|c| c.label == hit.label && c.x0 < hit.x1 && hit.x0 < c.x1);
        if let Some(at) = alike {
            columns[at].x0 = columns[at].x0.min(hit.x0);
            columns[at].x1 = columns[at].x1.max(hit.x1);
        } else if !overlapped(&columns, hit) {
            columns.push(Column { label: hit.label, x0: hit.x0, x1: hit.x1 });
        }
    }
    columns.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    merge_bilingual(&mut columns);
    let amount = columns.iter().any(|c| c.label == Label::ColumnAmount);
    let described = columns.iter().any(|c| c.label == Label::ColumnName);
    (amount && (described || columns.len() >= 3)).then_some(Header { first, last, columns })
}

/// `Total` beside two other columns' names heads the column of amounts.
fn total_as_column(hits: &[Hit]) -> Vec<Hit> {
    let columns = |row: usize| hits.iter().filter(|h| h.row == row && h.label.is_column()).count();
    let mut out = hits.to_vec();
    for hit in &mut out {
        let amount = hits.iter().any(|h| h.row == hit.row && h.label == Label::ColumnAmount);
        if hit.label == Label::Total && columns(hit.row) >= 2 && !amount {
            hit.label = Label::ColumnAmount;
        }
    }
    out
}

fn distinct<'a>(hits: impl Iterator<Item = &'a Hit>) -> usize {
    let mut seen: Vec<Label> = hits.map(|h| h.label).collect();
    seen.sort_by_key(|l| *l as usize);
    seen.dedup();
    seen.len()
}

fn near(above: &Row, below: &Row) -> bool {
    below.y0() - above.y1() < 0.9 * above.height().max(below.height())
}

/// A row of nothing but column names (and brackets with a currency).
fn all_header(row: &Row, index: usize, hits: &[Hit]) -> bool {
    let named: usize =
        hits.iter().filter(|h| h.row == index && h.label.is_column()).map(|h| h.to - h.from).sum();
    named > 0 && named * 10 >= row.glyphs.len() * 6
}

fn overlapped(columns: &[Column], hit: &Hit) -> bool {
    columns.iter().any(|c| c.x0 < hit.x1 && hit.x0 < c.x1)
}

/// `数量 Quantity` side by side is one column.
fn merge_bilingual(columns: &mut Vec<Column>) {
    let mut i = 0;
    while i + 1 < columns.len() {
        if columns[i].label == columns[i + 1].label && columns[i].label != Label::ColumnOther {
            columns[i].x1 = columns[i + 1].x1;
            columns.remove(i + 1);
        } else {
            i += 1;
        }
    }
}

/// A run of characters in the table's body, without a gap inside.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) x0: f32,
    pub(crate) x1: f32,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// Cuts a row at gaps, at blanks beside a figure, and where two cells' figures were glued (`46.6213%`).
///
/// A blank between two words is no cut: a name stays whole.
pub(crate) fn tokens(row: &Row, from: usize, to: usize) -> Vec<Token> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut begin = from;
    for at in from..to {
        if at > begin && (row.glyphs[at].spaced || row.gap(at) > 0.8) && !inside_figure(row, at) {
            runs.push((begin, at));
            begin = at;
        }
    }
    if begin < to {
        runs.push((begin, to));
    }
    let runs: Vec<(usize, usize)> = runs.into_iter().flat_map(|(a, b)| unglue(row, a, b)).collect();
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for (a, b) in runs {
        let whole = cuts.last().is_some_and(|&(p, q)| {
            q == a && row.gap(a) <= 0.8 && !is_value(row, a, b) && !is_value(row, last_word(row, p, q), q)
        });
        match cuts.last_mut() {
            Some(last) if whole => last.1 = b,
            _ => cuts.push((a, b)),
        }
    }
    cuts.into_iter().map(|(a, b)| token(row, a, b)).collect()
}

/// Where the last word of a range begins.
fn last_word(row: &Row, from: usize, to: usize) -> usize {
    (from + 1..to).rev().find(|&i| row.glyphs[i].spaced).unwrap_or(from)
}

fn is_value(row: &Row, from: usize, to: usize) -> bool {
    let text: String = row.glyphs[from..to].iter().map(|g| g.c).collect();
    (assign::is_figure(&text) && !text.ends_with(')') || text.starts_with('(') && assign::is_figure(&text))
        || assign::is_rate(&text)
}

fn token(row: &Row, from: usize, to: usize) -> Token {
    Token {
        text: if is_value(row, from, to) {
            row.glyphs[from..to].iter().map(|g| g.c).collect()
        } else {
            row.text(from, to)
        },
        x0: row.glyphs[from].x0,
        x1: row.glyphs[to - 1].x1,
        from,
        to,
    }
}

/// A blank inside a figure: after a currency mark or sign, or beside a decimal point (`80. 00`).
fn inside_figure(row: &Row, at: usize) -> bool {
    let (a, b) = (row.glyphs[at - 1].c, row.glyphs[at].c);
    let tight = row.gap(at) < 0.9;
    let mark = matches!(a, '¥' | '$') && (b.is_ascii_digit() || b == '-') && row.gap(at) < 6.0;
    let currency = at >= 3
        && row.glyphs[at - 3..at].iter().map(|g| g.c.to_ascii_uppercase()).eq("HKD".chars())
        && b.is_ascii_digit();
    mark || currency
        || (tight
            && matches!(a, '.' | ',')
            && b.is_ascii_digit()
            && at >= 2
            && row.glyphs[at - 2].c.is_ascii_digit())
        || (tight && matches!(b, '.') && a.is_ascii_digit())
        || (tight && a == '-' && b.is_ascii_digit())
}

/// `46.6213%` is 46.62 and 13%: two decimals end a sum of money.
fn unglue(row: &Row, from: usize, to: usize) -> Vec<(usize, usize)> {
    let text: Vec<char> = row.glyphs[from..to].iter().map(|g| g.c).collect();
    let percent = text.iter().position(|c| *c == '%');
    let point = text.iter().position(|c| *c == '.');
    let figures = text.iter().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '%' | '-' | '¥'));
    if let (Some(percent), Some(point)) = (percent, point)
        && figures
        && percent > point + 3
        && percent <= point + 5
    {
        let mut parts = vec![(from, from + point + 3), (from + point + 3, from + percent + 1)];
        if percent + 1 < text.len() {
            parts.push((from + percent + 1, to));
        }
        return parts;
    }
    vec![(from, to)]
}

/// One cell of an item's row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) glyphs: Vec<Glyph>,
}

/// A row of the body, its cells by column.
#[derive(Debug, Clone)]
pub(crate) struct BodyRow {
    pub(crate) cells: Vec<Cell>,
    pub(crate) y0: f32,
    pub(crate) y1: f32,
}

impl BodyRow {
    pub(crate) fn text(&self, header: &Header, label: Label) -> Option<String> {
        let mut texts = header
            .columns
            .iter()
            .zip(&self.cells)
            .filter(|(c, cell)| c.label == label && !cell.text.is_empty())
            .map(|(_, cell)| cell.text.clone());
        texts.next()
    }

    /// The money of a column; `***` and words give none.
    pub(crate) fn money(&self, header: &Header, label: Label) -> Option<Decimal> {
        let text = self.text(header, label)?;
        let found = values::money_in(&text);
        (found.len() == 1).then(|| found[0].0)
    }

    pub(crate) fn bbox(&self, sheet: &Sheet) -> Option<BBox> {
        let all: Vec<Glyph> = self.cells.iter().flat_map(|c| c.glyphs.iter().copied()).collect();
        sheet.bbox(&all)
    }
}

/// Reads one row into the header's columns.
pub(crate) fn body_row(row: &Row, header: &Header) -> BodyRow {
    let tokens = tokens(row, 0, row.glyphs.len());
    let places = assign::columns(&tokens, header, row.height());
    let mut cells = vec![Cell::default(); header.columns.len()];
    for (token, column) in tokens.iter().zip(places) {
        let cell = &mut cells[column];
        if !cell.text.is_empty() {
            cell.text.push(' ');
        }
        cell.text.push_str(&token.text);
        cell.glyphs.extend_from_slice(&row.glyphs[token.from..token.to]);
    }
    BodyRow { cells, y0: row.y0(), y1: row.y1() }
}

#[cfg(test)]
mod tests;
