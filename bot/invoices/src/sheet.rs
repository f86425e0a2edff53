//! One page as rows of characters with places: what labels and tables are looked for in.
//!
//! Text order means nothing in an invoice (a template draws the labels, the data come later, in any order), so rows
//! are made from the boxes alone. Lengths are in page heights in both directions, so that a gap can be compared
//! with the height of a character.

use documents::{BBox, Page, Source, Word};
use unicode_normalization::UnicodeNormalization;

use crate::labels;

mod radicals;
pub(crate) mod sides;

pub(crate) use sides::{Side, SideKind};

/// One character, folded by NFKC, where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glyph {
    /// The character as a value would have it.
    pub(crate) c: char,
    /// The same as labels are compared: capital, simplified.
    pub(crate) l: char,
    /// As printed; none for the second half of a character that NFKC takes apart.
    pub(crate) printed: Option<char>,
    /// Left, top, right, bottom, in page heights.
    pub(crate) x0: f32,
    pub(crate) y0: f32,
    pub(crate) x1: f32,
    pub(crate) y1: f32,
    /// Its word's index in the page.
    pub(crate) word: usize,
    /// A blank or a visible gap stands before it.
    pub(crate) spaced: bool,
}

impl Glyph {
    pub(crate) fn height(&self) -> f32 {
        (self.y1 - self.y0).max(1e-4)
    }

    pub(crate) fn centre(&self) -> f32 {
        f32::midpoint(self.x0, self.x1)
    }
}

/// Characters that stand on one line, left to right, blanks left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) glyphs: Vec<Glyph>,
}

impl Row {
    /// The blank before character `at`, in heights of the smaller neighbour; infinite at the row's begin.
    pub(crate) fn gap(&self, at: usize) -> f32 {
        if at == 0 {
            return f32::INFINITY;
        }
        let (a, b) = (&self.glyphs[at - 1], &self.glyphs[at]);
        (b.x0 - a.x1) / a.height().min(b.height())
    }

    pub(crate) fn y0(&self) -> f32 {
        self.glyphs.iter().map(|g| g.y0).fold(f32::INFINITY, f32::min)
    }

    pub(crate) fn y1(&self) -> f32 {
        self.glyphs.iter().map(|g| g.y1).fold(f32::NEG_INFINITY, f32::max)
    }

    pub(crate) fn middle(&self) -> f32 {
        let n = self.glyphs.len().max(1);
        #[expect(clippy::cast_precision_loss, reason = "a row has few characters")]
        let n = n as f32;
        self.glyphs.iter().map(|g| f32::midpoint(g.y0, g.y1)).sum::<f32>() / n
    }

    /// The typical height of a character.
    pub(crate) fn height(&self) -> f32 {
        let mut heights: Vec<f32> = self.glyphs.iter().map(Glyph::height).collect();
        heights.sort_by(f32::total_cmp);
        heights.get(heights.len() / 2).copied().unwrap_or(0.01)
    }

    /// The text of a range as printed, with one blank where the page shows one.
    pub(crate) fn text(&self, from: usize, to: usize) -> String {
        let mut text = String::new();
        for (i, g) in self.glyphs[from..to].iter().enumerate() {
            if i > 0 && g.spaced {
                text.push(' ');
            }
            text.extend(g.printed);
        }
        text
    }

    /// The text of a range as labels are compared: no blanks, capital, simplified.
    pub(crate) fn folded(&self, from: usize, to: usize) -> String {
        self.glyphs[from..to].iter().map(|g| g.l).collect()
    }

    /// Ranges of characters that are not parted by more than `gap` heights.
    pub(crate) fn cells(&self, from: usize, to: usize, gap: f32) -> Vec<(usize, usize)> {
        let mut cells = Vec::new();
        let mut begin = from;
        for at in from..to {
            if at > begin && self.gap(at) > gap {
                cells.push((begin, at));
                begin = at;
            }
        }
        if begin < to {
            cells.push((begin, to));
        }
        cells
    }
}

/// A page laid out.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    /// 1 for the first page.
    pub(crate) number: u32,
    /// Width over height.
    pub(crate) aspect: f32,
    /// The rows, top to bottom.
    pub(crate) rows: Vec<Row>,
    /// Words that run downwards beside a block: 购买方, 销售方, 密码区, 备注.
    pub(crate) sides: Vec<Side>,
    /// Source and confidence of each word, by the index that glyphs carry.
    origins: Vec<(Source, f32)>,
}

impl Sheet {
    /// Lays a page out.
    pub(crate) fn new(page: &Page) -> Self {
        let aspect = if page.height > 0.0 && page.width > 0.0 { page.width / page.height } else { 1.0 };
        let mut strips: Vec<Vec<Glyph>> =
            page.words.iter().enumerate().map(|(i, w)| glyphs(w, i, aspect)).collect();
        let sides = sides::take(&mut strips);
        let rows = rows(strips);
        let origins = page.words.iter().map(|w| (w.source, w.confidence)).collect();
        Self { number: page.number, aspect, rows, sides, origins }
    }

    /// The box of a range of characters, in page coordinates.
    pub(crate) fn bbox(&self, glyphs: &[Glyph]) -> Option<BBox> {
        let first = glyphs.first()?;
        let start = BBox { x0: first.x0, y0: first.y0, x1: first.x1, y1: first.y1 };
        let b = glyphs.iter().fold(start, |b, g| BBox {
            x0: b.x0.min(g.x0),
            y0: b.y0.min(g.y0),
            x1: b.x1.max(g.x1),
            y1: b.y1.max(g.y1),
        });
        Some(BBox { x0: b.x0 / self.aspect, y0: b.y0, x1: b.x1 / self.aspect, y1: b.y1 })
    }

    /// Who read these characters, and how surely: the least trusted reader and the least sure word count.
    pub(crate) fn origin(&self, glyphs: &[Glyph]) -> (Source, f32) {
        let words = glyphs.iter().filter_map(|g| self.origins.get(g.word));
        words.fold((Source::TextLayer, 1.0), |(source, sure), &(s, c)| (source.max(s), c.min(sure)))
    }

    /// The size of the page's usual print.
    pub(crate) fn usual_height(&self) -> f32 {
        let mut heights: Vec<f32> = self.rows.iter().flat_map(|r| &r.glyphs).map(Glyph::height).collect();
        heights.sort_by(f32::total_cmp);
        heights.get(heights.len() / 2).copied().unwrap_or(0.01)
    }
}

/// The characters of one word, each with its share of the word's box.
fn glyphs(word: &Word, index: usize, aspect: f32) -> Vec<Glyph> {
    let mut folded: Vec<(char, Option<char>)> = Vec::with_capacity(word.text.len());
    for c in word.text.chars().filter(|c| !c.is_control()) {
        // Radicals and ligatures in place of characters are a matter of the font, not of the print.
        let by_font = matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{fb00}'..='\u{fb06}');
        let mut printed = Some(c);
        for f in std::iter::once(radicals::unified(c)).nfkc() {
            folded.push((f, if by_font { Some(f) } else { printed.take() }));
        }
    }
    let total: f32 = folded.iter().map(|&(c, _)| weight(c)).sum();
    let (x0, x1) = (word.bbox.x0 * aspect, word.bbox.x1 * aspect);
    if total <= 0.0 || x1 <= x0 {
        return Vec::new();
    }
    let mut at = x0;
    let mut spaced = true;
    let mut out = Vec::with_capacity(folded.len());
    for (c, printed) in folded {
        let next = at + (x1 - x0) * weight(c) / total;
        if c.is_whitespace() {
            spaced = true;
        } else {
            let (y0, y1) = (word.bbox.y0, word.bbox.y1);
            out.push(Glyph { c, l: labels::fold(c), printed, x0: at, y0, x1: next, y1, word: index, spaced });
            spaced = false;
        }
        at = next;
    }
    out
}

/// How wide a character is, against a Chinese one.
fn weight(c: char) -> f32 {
    if c.is_ascii() {
        if matches!(c, '.' | ',' | ':' | ';' | '\'' | '|' | '!' | 'i' | 'l') {
            0.3
        } else if c.is_whitespace() {
            0.4
        } else {
            0.55
        }
    } else {
        1.0
    }
}

/// A strip of characters that came from one word, or a part of a row.
fn rows(strips: Vec<Vec<Glyph>>) -> Vec<Row> {
    let mut strips: Vec<Vec<Glyph>> = strips.into_iter().filter(|s| !s.is_empty()).collect();
    strips.sort_by(|a, b| a[0].x0.total_cmp(&b[0].x0));
    let mut rows: Vec<Row> = Vec::new();
    for strip in strips {
        let best = rows
            .iter()
            .enumerate()
            .filter_map(|(i, row)| Some((i, alike(row.glyphs.last()?, &strip[0])?)))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        match best {
            Some((i, _)) => append(&mut rows[i], strip),
            None => rows.push(Row { glyphs: strip }),
        }
    }
    rows.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
    rows
}

/// How well a strip continues a row at whose end `last` stands; `None` if it stands on another line.
///
/// Only the nearest character to the left is asked, so that a slightly skewed line stays one row.
fn alike(last: &Glyph, first: &Glyph) -> Option<f32> {
    let shared = last.y1.min(first.y1) - last.y0.max(first.y0);
    let (small, large) = (last.height().min(first.height()), last.height().max(first.height()));
    let centres = (f32::midpoint(last.y0, last.y1) - f32::midpoint(first.y0, first.y1)).abs();
    (small / large > 0.4 && shared / small > 0.5 && centres < 0.55 * large)
        .then(|| shared / large - centres / large)
}

fn append(row: &mut Row, strip: Vec<Glyph>) {
    let Some(last) = row.glyphs.last().copied() else { return };
    for (i, mut g) in strip.into_iter().enumerate() {
        if i == 0 {
            g.spaced = g.x0 - last.x1 > 0.2 * g.height().min(last.height());
        }
        row.glyphs.push(g);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use crate::tests::paper::Paper;

    #[test]
    fn drawing_order_does_not_change_the_rows() {
        let mut paper = Paper::a4();
        paper.put(300.0, 100.0, 10.0, "51142414");
        paper.put(100.0, 100.5, 10.0, "发票号码:");
        paper.put(100.0, 80.0, 10.0, "发票代码:");
        let sheet = paper.sheet();
        assert_eq!(sheet.rows.len(), 2);
        let row = &sheet.rows[1];
        assert_eq!(row.text(0, row.glyphs.len()), "发票号码: 51142414");
    }

    #[test]
    fn a_skewed_line_stays_one_row() {
        let mut paper = Paper::a4();
        for (i, part) in ["Invoice", "No.:", "INV-1", "Date:", "2026-01-02"].iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "five words")]
            let i = i as f32;
            paper.put(50.0 + 90.0 * i, 100.0 + 3.0 * i, 10.0, part);
        }
        assert_eq!(paper.sheet().rows.len(), 1);
    }

    #[test]
    fn words_downwards_are_taken_out_of_the_rows() {
        let mut paper = Paper::a4();
        for (i, c) in ["购", "买", "方"].iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "three words")]
            let i = i as f32;
            paper.put(30.0, 100.0 + 16.0 * i, 9.0, c);
        }
        paper.put(50.0, 101.0, 9.0, "名");
        paper.put(100.0, 101.0, 9.0, "称:");
        paper.put(115.0, 101.0, 9.0, "个人");
        let sheet = paper.sheet();
        assert_eq!(sheet.sides.len(), 1);
        assert_eq!(sheet.rows.len(), 1);
        let bbox = sheet.bbox(&sheet.rows[0].glyphs[3..5]).unwrap();
        assert!(bbox.x0 > 0.19 && bbox.x1 < 0.24, "{bbox:?}");
    }
}
