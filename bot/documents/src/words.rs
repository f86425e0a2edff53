//! Glyphs become words: runs on one baseline without a wide gap.
//!
//! The order in which a page draws means nothing (forms draw labels first and values later), so position alone
//! decides. What one call drew stays together first; then neighbours from different calls are joined, so that
//! texts printed over each other are never interleaved character by character.

use hayro_interpret::kurbo::{Affine, Point, Vec2};

use crate::document::{BBox, Source, Word};

/// Between letters and digits, in ems: a blank of most fonts is a quarter.
const GAP: f64 = 0.20;
/// Between two Chinese characters: they are set apart a little in justified lines, blanks are a whole em.
const GAP_HAN: f64 = 0.45;
/// How far characters may overlap (kerning, widths that lie); in one call also the punctuation that is set close.
const OVERLAP: f64 = -0.45;
const OVERLAP_IN_CALL: f64 = -0.6;
/// Above and below the baseline, in ems: the box in which both Chinese characters and Latin letters stand.
const ASCENT: f64 = 0.88;
const DESCENT: f64 = 0.14;

/// What a character is for the grouping into words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placed {
    /// The characters; U+FFFD for a glyph that the font cannot name.
    pub(crate) text: String,
    /// Where its baseline begins, in points, origin top left, y downwards.
    pub(crate) origin: Point,
    /// Where the next glyph would begin: the direction of writing and the width.
    pub(crate) advance: Vec2,
    /// The height of the font's em, in points.
    pub(crate) em: f64,
    /// The angle of the letters' own baseline, in radians.
    pub(crate) angle: f64,
    /// Top-down writing with upright letters.
    pub(crate) vertical: bool,
    /// Which call drew it: glyphs of one call follow each other.
    pub(crate) run: u32,
}

/// A piece of a line: glyphs of one call that follow each other.
#[derive(Debug)]
struct Piece {
    text: String,
    x0: f64,
    x1: f64,
    baseline: f64,
    em: f64,
    /// A blank was drawn after it: nothing is joined to its end.
    closed: bool,
}

/// Groups the glyphs of a page of this size into words with boxes in page coordinates.
pub(crate) fn group(glyphs: &[Placed], width: f64, height: f64) -> Vec<Word> {
    let mut words = Vec::new();
    for (angle, vertical) in directions(glyphs) {
        // In the turned frame the line is written from left to right, whatever its direction on the page.
        let line_angle = if vertical { angle + std::f64::consts::FRAC_PI_2 } else { angle };
        let frame = Affine::rotate(-line_angle);
        let same = glyphs.iter().filter(|g| g.vertical == vertical && turn(g.angle) == turn(angle));
        let pieces = pieces(same, frame);
        for piece in join(pieces) {
            let corners = corners(&piece, vertical);
            let bbox = page_box(corners.map(|corner| frame.inverse() * corner), width, height);
            if let Some(bbox) = bbox {
                words.push(Word { text: piece.text, bbox, confidence: 1.0, source: Source::TextLayer });
            }
        }
    }
    words
}

/// Directions differ when they are more than some degrees apart: a slanted watermark is a direction of its own.
#[expect(clippy::cast_possible_truncation, reason = "an angle has at most 36 steps")]
fn turn(angle: f64) -> i32 {
    let step = (angle.to_degrees() / 10.0).round() as i32;
    step.rem_euclid(36)
}

/// The directions of writing on the page, each with one exact angle.
fn directions(glyphs: &[Placed]) -> Vec<(f64, bool)> {
    let mut found: Vec<(f64, bool)> = Vec::new();
    for glyph in glyphs {
        if !found
            .iter()
            .any(|&(angle, vertical)| vertical == glyph.vertical && turn(angle) == turn(glyph.angle))
        {
            found.push((glyph.angle, glyph.vertical));
        }
    }
    found
}

/// Cuts what each call drew at blanks, at wide gaps, and where the pen moved back or to another line.
fn pieces<'a>(glyphs: impl Iterator<Item = &'a Placed>, frame: Affine) -> Vec<Piece> {
    let glyphs: Vec<&Placed> = glyphs.collect();
    let mut pieces: Vec<Piece> = Vec::new();
    for run in glyphs.chunk_by(|a, b| a.run == b.run) {
        let tracking = Some(tracking(run, frame));
        let mut open: Option<Piece> = None;
        for glyph in run {
            let start = frame * glyph.origin;
            let end = frame * (glyph.origin + glyph.advance);
            if glyph.text.chars().all(char::is_whitespace) {
                if let Some(mut piece) = open.take() {
                    piece.closed = true;
                    pieces.push(piece);
                }
                continue;
            }
            match &mut open {
                Some(piece) if follows(piece, &glyph.text, start.x, start.y, glyph.em, tracking) => {
                    piece.text.push_str(&glyph.text);
                    piece.x1 = piece.x1.max(end.x);
                    piece.em = piece.em.max(glyph.em);
                }
                _ => {
                    pieces.extend(open.take());
                    open = Some(Piece {
                        text: glyph.text.clone(),
                        x0: start.x,
                        x1: end.x.max(start.x),
                        baseline: start.y,
                        em: glyph.em,
                        closed: false,
                    });
                }
            }
        }
        pieces.extend(open);
    }
    pieces
}

/// The spacing that a call put between all its characters, in ems: the median of the gaps if there are enough.
fn tracking(run: &[&Placed], frame: Affine) -> f64 {
    if run.len() < 4 {
        return 0.0;
    }
    let mut gaps: Vec<f64> = run
        .windows(2)
        .map(|pair| {
            let end = frame * (pair[0].origin + pair[0].advance);
            ((frame * pair[1].origin).x - end.x) / pair[0].em
        })
        .collect();
    gaps.sort_by(f64::total_cmp);
    gaps[gaps.len() / 2].clamp(0.0, 0.6)
}

/// Whether a glyph or a piece that begins here belongs to the end of this piece; `tracking` within one call.
fn follows(piece: &Piece, text: &str, x: f64, baseline: f64, em: f64, tracking: Option<f64>) -> bool {
    let size = piece.em.min(em);
    let alike = piece.em.max(em) <= 1.7 * size;
    let level = (piece.baseline - baseline).abs() <= 0.25 * size;
    let gap = (x - piece.x1) / size;
    let han = piece.text.chars().next_back().is_some_and(is_han) && text.chars().next().is_some_and(is_han);
    let widest = tracking.unwrap_or(0.0) + if han { GAP_HAN } else { GAP };
    let least = if tracking.is_some() { OVERLAP_IN_CALL } else { OVERLAP };
    alike && level && !piece.closed && gap > least && gap <= widest
}

/// Chinese characters and their punctuation.
fn is_han(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FF60}' | '\u{20000}'..='\u{3FFFF}')
}

/// Joins neighbours that different calls drew on one line.
fn join(mut pieces: Vec<Piece>) -> Vec<Piece> {
    drop_doubles(&mut pieces);
    let mut lines = lines(pieces);
    let mut words = Vec::new();
    for line in &mut lines {
        line.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        spaced_out(line);
        // Texts printed over each other are open at the same time; more than a few are noise.
        let mut open: Vec<Piece> = Vec::new();
        for piece in line.drain(..) {
            let fits = |word: &Piece| follows(word, &piece.text, piece.x0, piece.baseline, piece.em, None);
            if let Some(word) = open.iter_mut().rev().take(4).find(|word| fits(word)) {
                word.text.push_str(&piece.text);
                word.x1 = word.x1.max(piece.x1);
                word.em = word.em.max(piece.em);
                word.closed = piece.closed;
            } else {
                open.push(piece);
            }
        }
        words.append(&mut open);
    }
    words
}

/// A line of single characters, each drawn by its own call with one and the same gap, is a word spaced out: a number
/// in boxes, a cipher. Fewer than this many in a row may be columns.
const SPACED_OUT: usize = 6;

/// Joins words that are spaced out.
fn spaced_out(line: &mut Vec<Piece>) {
    let gap = |a: &Piece, b: &Piece| (b.x0 - a.x1) / a.em.min(b.em);
    let single = |piece: &Piece| piece.text.chars().count() == 1;
    let mut at = 0;
    while at + SPACED_OUT <= line.len() {
        let first = gap(&line[at], &line[at + 1]);
        let even = line[at..].windows(2).take_while(|pair| {
            let this = gap(&pair[0], &pair[1]);
            single(&pair[0]) && single(&pair[1]) && (this - first).abs() < 0.15 && (GAP..0.9).contains(&this)
        });
        let count = even.count() + 1;
        if count >= SPACED_OUT {
            let rest: Vec<Piece> = line.drain(at + 1..at + count).collect();
            for piece in rest {
                line[at].text.push_str(&piece.text);
                line[at].x1 = piece.x1;
                line[at].closed = piece.closed;
            }
        }
        at += 1;
    }
}

/// A poor man's bold draws the same text twice, a hair apart.
fn drop_doubles(pieces: &mut Vec<Piece>) {
    pieces.sort_by(|a, b| {
        a.text.cmp(&b.text).then(a.baseline.total_cmp(&b.baseline)).then(a.x0.total_cmp(&b.x0))
    });
    pieces.dedup_by(|b, a| {
        let near = 0.2 * a.em.min(b.em);
        a.text == b.text && (a.baseline - b.baseline).abs() < near && (a.x0 - b.x0).abs() < near
    });
}

/// Pieces on one baseline.
fn lines(mut pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    pieces.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    let mut levels: Vec<(f64, f64)> = Vec::new();
    for piece in pieces {
        // Sorted by baseline, so only the last few lines can be near; sizes keep a big stamp out of small print.
        let near = levels.iter().rposition(|&(baseline, em)| {
            let size = em.min(piece.em);
            (piece.baseline - baseline).abs() <= 0.25 * size && em.max(piece.em) <= 1.7 * size
        });
        if let Some(at) = near.filter(|&at| at + 24 >= levels.len()) {
            lines[at].push(piece);
        } else {
            levels.push((piece.baseline, piece.em));
            lines.push(vec![piece]);
        }
    }
    lines
}

fn corners(piece: &Piece, vertical: bool) -> [Point; 4] {
    // Top-down letters are centred on their line, the others stand on it.
    let (above, below) = if vertical { (0.5, 0.5) } else { (ASCENT, DESCENT) };
    let (top, bottom) = (piece.baseline - above * piece.em, piece.baseline + below * piece.em);
    [
        Point::new(piece.x0, top),
        Point::new(piece.x1, top),
        Point::new(piece.x0, bottom),
        Point::new(piece.x1, bottom),
    ]
}

/// The upright box around four corners, clipped to the page; nothing for what stands outside of it.
#[expect(clippy::cast_possible_truncation, reason = "a share of the page needs no more than f32")]
fn page_box(corners: [Point; 4], width: f64, height: f64) -> Option<BBox> {
    let share = |corner: Point| Vec2::new(corner.x / width, corner.y / height);
    let (mut low, mut high) = (share(corners[0]), share(corners[0]));
    for corner in corners.map(share) {
        low = Vec2::new(low.x.min(corner.x), low.y.min(corner.y));
        high = Vec2::new(high.x.max(corner.x), high.y.max(corner.y));
    }
    let middle = (low + high) / 2.0;
    let inside = |share: f64| (0.0..=1.0).contains(&share);
    let clip = |share: f64| share.clamp(0.0, 1.0) as f32;
    (inside(middle.x) && inside(middle.y)).then(|| BBox {
        x0: clip(low.x),
        y0: clip(low.y),
        x1: clip(high.x),
        y1: clip(high.y),
    })
}
