//! From a label to its value: right of it on the row, else below it.

use crate::gather::{Candidate, Rank};
use crate::labels::{Hit, Label};
use crate::sheet::{Glyph, Row, Sheet};

/// A range of characters in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) row: usize,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// A sheet with its labels.
pub(crate) struct Reach<'a> {
    pub(crate) sheet: &'a Sheet,
    pub(crate) hits: &'a [Hit],
}

impl<'a> Reach<'a> {
    pub(crate) fn row(&self, span: Span) -> &'a Row {
        &self.sheet.rows[span.row]
    }

    pub(crate) fn glyphs(&self, span: Span) -> &'a [Glyph] {
        &self.row(span).glyphs[span.from..span.to]
    }

    pub(crate) fn text(&self, span: Span) -> String {
        self.row(span).text(span.from, span.to)
    }

    /// What stands right of a label, as far as the next label or block.
    pub(crate) fn right(&self, hit: &Hit) -> Option<Span> {
        let row = &self.sheet.rows[hit.row];
        let from = self.after(hit);
        let to = self.end(hit, row, from);
        if from < to {
            return Some(Span { row: hit.row, from, to });
        }
        if from < row.glyphs.len() { None } else { self.beside(hit) }
    }

    /// The first character of the value: past colons, repetitions of the label, and a bracketed currency.
    fn after(&self, hit: &Hit) -> usize {
        let row = &self.sheet.rows[hit.row];
        let mut at = hit.to;
        loop {
            let Some(g) = row.glyphs.get(at) else { return at };
            // `單號 No.:` names the same thing twice.
            let again = |h: &&Hit| h.label == hit.label || h.label == Label::ColumnOther;
            if let Some(same) = self.hits.iter().filter(again).find(|h| h.row == hit.row && h.from == at) {
                at = same.to;
            } else if g.c == '('
                && closes_soon(row, at).is_some_and(|end| is_currency(&row.folded(at + 1, end)))
            {
                at = closes_soon(row, at).unwrap_or(at) + 1;
            } else if g.c == ')' && at == hit.to
                || matches!(g.c, ':' | ';' | '.' | '#' | '=' | '|' | '/' | '·' | '_')
            {
                at += 1;
            } else {
                return at;
            }
        }
    }

    fn end(&self, hit: &Hit, row: &Row, from: usize) -> usize {
        let next = self.hits.iter().filter(|h| h.row == hit.row && h.from >= from && h.label != hit.label);
        let mut to = next.map(|h| h.from).min().unwrap_or(row.glyphs.len());
        for side in &self.sheet.sides {
            let reach = row.height();
            let covers = side.y0 - reach < row.middle() && row.middle() < side.y1 + reach;
            if covers && side.x0 > hit.x1 {
                let edge = row.glyphs.iter().position(|g| g.x0 > side.x0).unwrap_or(row.glyphs.len());
                to = to.min(edge.max(from));
            }
        }
        to
    }

    /// Another row's begin that stands right of the label although it did not join the row.
    fn beside(&self, hit: &Hit) -> Option<Span> {
        let label = self.sheet.rows[hit.row].glyphs.get(hit.to - 1)?;
        let h = label.height();
        self.sheet
            .rows
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != hit.row)
            .flat_map(|(i, row)| row.cells(0, row.glyphs.len(), 2.5).into_iter().map(move |c| (i, row, c)))
            .filter(|(i, row, (from, _))| {
                let g = &row.glyphs[*from];
                let shared = label.y1.min(g.y1) - label.y0.max(g.y0);
                let labelled =
                    self.hits.iter().any(|other| other.row == *i && other.from <= *from && *from < other.to);
                shared > 0.3 * h.min(g.height())
                    && g.x0 > hit.x1 - 0.3 * h
                    && g.x0 - hit.x1 < 12.0 * h
                    && !labelled
            })
            .min_by(|a, b| a.1.glyphs[a.2.0].x0.total_cmp(&b.1.glyphs[b.2.0].x0))
            .map(|(i, _, (from, to))| Span { row: i, from, to })
    }

    /// The cell right below a label, if it is no label itself.
    pub(crate) fn below(&self, hit: &Hit) -> Option<Span> {
        let label_row = &self.sheet.rows[hit.row];
        let h = label_row.glyphs[hit.from].height();
        let bottom = label_row.glyphs[hit.from].y1;
        for (i, row) in self.sheet.rows.iter().enumerate() {
            if i == hit.row || row.middle() < bottom || row.y0() > bottom + 2.2 * h {
                continue;
            }
            for (from, to) in row.cells(0, row.glyphs.len(), 1.6) {
                let (x0, x1) = (row.glyphs[from].x0, row.glyphs[to - 1].x1);
                let under = x0 < hit.x1 + 0.5 * h && x1 > hit.x0 - 0.5 * h;
                if under {
                    let labelled = self.hits.iter().any(|o| o.row == i && o.from < to && o.to > from);
                    return (!labelled).then_some(Span { row: i, from, to });
                }
            }
        }
        None
    }

    /// A candidate made of a value and the characters it came from.
    pub(crate) fn candidate(&self, value: String, glyphs: &[Glyph], rank: Rank) -> Candidate {
        let (source, confidence) = self.sheet.origin(glyphs);
        let mut raw = String::new();
        for (i, g) in glyphs.iter().enumerate() {
            if i > 0 && g.spaced {
                raw.push(' ');
            }
            raw.extend(g.printed);
        }
        let ceiling = match rank {
            Rank::Certain => 0.98,
            Rank::Likely => 0.9,
            Rank::Placed => 0.8,
        };
        Candidate {
            value,
            raw,
            page: self.sheet.number,
            bbox: self.sheet.bbox(glyphs),
            confidence: f64::from(confidence).min(1.0) * ceiling,
            source,
            rank,
        }
    }
}

fn closes_soon(row: &Row, at: usize) -> Option<usize> {
    (at + 1..row.glyphs.len().min(at + 10)).find(|&i| row.glyphs[i].c == ')')
}

fn is_currency(folded: &str) -> bool {
    matches!(
        folded,
        "HKD"
            | "HK$"
            | "USD"
            | "US$"
            | "RMB"
            | "CNY"
            | "MOP"
            | "EUR"
            | "GBP"
            | "JPY"
            | "¥"
            | "$"
            | "港币"
            | "港元"
            | "人民币"
            | "元"
            | "美元"
    )
}

/// The rank that a label's name earns.
pub(crate) fn rank(hit: &Hit) -> Rank {
    if hit.strong { Rank::Certain } else { Rank::Likely }
}
