//! A line that was read becomes words: it is cut at wide gaps and at spaces, and each word gets a tight box.
//!
//! The network tells where each character's middle stands; the ink between two middles tells how wide the gap is.

use image::{Rgb, RgbImage};

use super::line_box::LineBox;
use super::recognise::{Character, Line, confidence};
use crate::document::{BBox, Source, Word};

/// Gaps in shares of the line's height, which is about 1.2 times the height of its print.
struct Gap;

impl Gap {
    /// Between two Latin letters or figures; their spaces are a quarter of this.
    const NARROW: f32 = 0.65;
    /// Between two Chinese characters: forms spread `金 額` over a cell, which is still one word.
    const WIDE: f32 = 1.3;
    /// Between one and the other.
    const MIXED: f32 = 0.9;
    /// Where a space was read.
    const SPACE: f32 = 0.1;
    /// Without any blank column, by the distance of the middles alone, which is less exact.
    const UNSEEN: f32 = 0.8;
}

/// Where the print of a line stands.
struct Ink {
    /// Whether each column has any.
    columns: Vec<bool>,
    /// Whether each pixel has any, row by row.
    pixels: Vec<bool>,
    width: usize,
    height: usize,
}

/// The words of a line. `cut` is the picture that was read, `frame` its place on a page of this size in pixels.
pub(super) fn words(line: &Line, cut: &RgbImage, frame: &LineBox, (width, height): (u32, u32)) -> Vec<Word> {
    let ink = Ink::of(cut);
    let mut words = Vec::new();
    for piece in pieces(&line.characters, &ink) {
        let text: String = piece.characters.iter().map(|character| character.text.as_str()).collect();
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let (top, bottom) = ink.rows(piece.left, piece.right);
        let share = |column: usize| column as f32 / ink.width as f32;
        let bbox = frame.part([share(piece.left), top, share(piece.right), bottom]);
        words.push(Word {
            text: text.to_owned(),
            bbox: on_page(bbox, width as f32, height as f32),
            confidence: confidence(piece.characters),
            source: Source::OcrPpocr,
        });
    }
    words
}

/// From pixels to shares of the page, within the page.
fn on_page(bbox: BBox, width: f32, height: f32) -> BBox {
    BBox {
        x0: (bbox.x0 / width).clamp(0.0, 1.0),
        y0: (bbox.y0 / height).clamp(0.0, 1.0),
        x1: (bbox.x1 / width).clamp(0.0, 1.0),
        y1: (bbox.y1 / height).clamp(0.0, 1.0),
    }
}

/// Characters that belong together and the columns `left..right` that they stand in.
struct Piece<'a> {
    characters: &'a [Character],
    left: usize,
    right: usize,
}

fn pieces<'a>(characters: &'a [Character], ink: &Ink) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let (mut first, mut left) = (0, ink.first());
    let mut seen: Option<usize> = None; // the last character that is not a space
    for (index, character) in characters.iter().enumerate() {
        if character.is_space() {
            continue;
        }
        if let Some(before) = seen
            && let Some((end, start)) = ink.parting(&characters[before..=index])
        {
            pieces.push(Piece { characters: &characters[first..=before], left, right: end });
            (first, left) = (index, start);
        }
        seen = Some(index);
    }
    if let Some(last) = seen {
        pieces.push(Piece { characters: &characters[first..=last], left, right: ink.last() });
    }
    for piece in &mut pieces {
        // Where ink and middles disagree a box may come out empty; its word is kept all the same.
        piece.left = piece.left.min(ink.width - 1);
        piece.right = piece.right.clamp(piece.left + 1, ink.width);
    }
    pieces
}

/// Chinese characters, full-width forms and the like fill a square; Latin letters and figures half of one.
fn is_wide(character: &Character) -> bool {
    character.text.chars().any(|c| c >= '\u{2E80}')
}

impl Ink {
    fn of(cut: &RgbImage) -> Self {
        let (width, height) = (cut.width() as usize, cut.height() as usize);
        let grey: Vec<u8> = cut.pixels().map(|pixel| lightness(*pixel)).collect();
        let paper = most_common(&grey);
        let mut differences: Vec<u8> = grey.iter().map(|value| value.abs_diff(paper)).collect();
        let strong = (differences.len() * 98 / 100).min(differences.len() - 1);
        let contrast = *differences.select_nth_unstable(strong).1;
        let threshold = (u16::from(contrast) * 2 / 5).max(24) as u8;
        let mut pixels: Vec<bool> = grey.iter().map(|value| value.abs_diff(paper) > threshold).collect();
        for row in pixels.chunks_exact_mut(width) {
            // A row that is all ink is a rule of the form, not print.
            if row.iter().filter(|ink| **ink).count() * 10 > width * 9 {
                row.fill(false);
            }
        }
        let column = |x: usize| (0..height).filter(|y| pixels[y * width + x]).count();
        // So is a column.
        let columns = (0..width).map(column).map(|count| count > 0 && count * 10 < height * 9).collect();
        Self { columns, pixels, width, height }
    }

    /// The first column with print.
    fn first(&self) -> usize {
        self.columns.iter().position(|ink| *ink).unwrap_or(0)
    }

    /// One beyond the last column with print.
    fn last(&self) -> usize {
        self.columns.iter().rposition(|ink| *ink).map_or(self.width, |last| last + 1)
    }

    /// Where the line is parted between the first and the last of these characters (only spaces stand between):
    /// the ends of the gap. `None` when they belong together.
    fn parting(&self, characters: &[Character]) -> Option<(usize, usize)> {
        let [before, spaces @ .., after] = characters else { return None };
        let column = |character: &Character| {
            ((character.middle * self.width as f32) as usize).min(self.width.saturating_sub(1))
        };
        let (from, to) = (column(before), column(after));
        let height = self.height as f32;
        let least = match (is_wide(before), is_wide(after)) {
            (true, true) => Gap::WIDE,
            (false, false) if spaces.is_empty() => Gap::NARROW,
            (false, false) => Gap::SPACE,
            _ if spaces.is_empty() => Gap::MIXED,
            _ => Gap::SPACE,
        };
        let (start, end) = self.widest_gap(from, to);
        if (end - start) as f32 >= least * height {
            return Some((start, end));
        }
        let half = |character: &Character| if is_wide(character) { 0.4 } else { 0.22 } * height;
        let unseen = to.saturating_sub(from) as f32 - half(before) - half(after);
        if start == end && unseen >= Gap::UNSEEN.max(least) * height {
            return Some((from + half(before) as usize, to - half(after) as usize));
        }
        // A space that was read parts Latin words even where the ink of both touches.
        (least <= Gap::SPACE).then(|| {
            let middle =
                if start < end { (start, end) } else { (usize::midpoint(from, to), (from + to).div_ceil(2)) };
            (middle.0, middle.1.max(middle.0))
        })
    }

    /// The widest run of columns without print between two columns; an empty run if there is none.
    fn widest_gap(&self, from: usize, to: usize) -> (usize, usize) {
        let (mut best, mut start) = ((from, from), None);
        for x in from..=to.max(from) {
            match (self.columns.get(x).copied().unwrap_or(false), start) {
                (false, None) => start = Some(x),
                (true, Some(since)) => {
                    if x - since > best.1 - best.0 {
                        best = (since, x);
                    }
                    start = None;
                }
                _ => {}
            }
        }
        best
    }

    /// The top and bottom of the print in these columns, as shares of the height.
    fn rows(&self, left: usize, right: usize) -> (f32, f32) {
        let inked =
            |y: usize| self.pixels[y * self.width + left..y * self.width + right].iter().any(|ink| *ink);
        let top = (0..self.height).position(inked);
        let bottom = (0..self.height).rposition(inked).map(|last| last + 1);
        match (top, bottom) {
            // Dashes and points are low: their box keeps the line's middle, or they would be on no line.
            (Some(top), Some(bottom)) => {
                let (top, bottom) = (top as f32 / self.height as f32, bottom as f32 / self.height as f32);
                (top.min(0.3), bottom.max(0.7))
            }
            _ => (0.0, 1.0),
        }
    }
}

/// 0 for black, 255 for white.
fn lightness(Rgb([red, green, blue]): Rgb<u8>) -> u8 {
    ((u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29) >> 8) as u8
}

/// The middle of the most common sixteenth of the scale: the paper.
fn most_common(grey: &[u8]) -> u8 {
    let mut counts = [0_u32; 16];
    for value in grey {
        counts[usize::from(value / 16)] += 1;
    }
    let (most, _) = counts.iter().enumerate().max_by_key(|(_, count)| **count).unwrap_or((15, &0));
    (most * 16 + 8) as u8
}
