//! Whether a text layer says what the page shows.

use hayro_interpret::kurbo::Rect;

use super::glyphs::Listener;

/// What a page's text layer is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    /// It can be read as it is.
    Good,
    /// It can be read, and a good part of the page is pictures that may hold text of their own.
    GoodWithPictures,
    /// There is none, or a few characters on a scan.
    Absent,
    /// It is there, but drawn invisibly: somebody else's OCR on a scan.
    Invisible,
    /// Its characters cannot be named, or their names make no sense.
    Useless,
}

/// A picture over so much of the page may hold text that matters.
const PICTURE: f64 = 0.25;
/// On a scan, so few characters are a stamp of the scanner and not the page.
const FEW: usize = 40;
/// The share of characters without a meaning that spoils a layer.
const BAD: f64 = 0.10;

pub(super) fn judge(listener: &Listener<'_>, width: f64, height: f64) -> Layer {
    let covered = covered(&listener.pictures, width, height);
    let mut all = 0;
    let mut bad = 0;
    let mut latin1 = 0;
    for character in
        listener.glyphs.iter().flat_map(|glyph| glyph.text.chars()).filter(|c| !c.is_whitespace())
    {
        all += 1;
        bad += usize::from(is_meaningless(character));
        latin1 += usize::from(
            matches!(character, '\u{A1}'..='\u{FF}') && !matches!(character, '¥' | '£' | '°' | '·'),
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of characters on a page")]
    let share = |part: usize| part as f64 / all.max(1) as f64;
    if all == 0 && listener.paths == 0 && listener.pictures.is_empty() {
        // A blank sheet: there is nothing to be read from its pixels either.
        return Layer::Good;
    }
    if all == 0 || (all < FEW && covered > PICTURE) {
        // Nothing visible: either nothing at all, or text hidden under a scan.
        return if listener.invisible > FEW { Layer::Invisible } else { Layer::Absent };
    }
    // Chinese bytes taken for Western letters come out as a soup of accents.
    if share(bad) > BAD || share(latin1) > 0.35 {
        return Layer::Useless;
    }
    if covered > PICTURE { Layer::GoodWithPictures } else { Layer::Good }
}

/// Characters that stand for a glyph number and not for a meaning.
fn is_meaningless(c: char) -> bool {
    c == char::REPLACEMENT_CHARACTER
        || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' | '\u{FFF0}'..='\u{FFFC}')
}

/// The share of the page that lies under pictures, counted on a grid.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "32 cells"
)]
fn covered(pictures: &[Rect], width: f64, height: f64) -> f64 {
    const CELLS: usize = 32;
    let mut grid = [[false; CELLS]; CELLS];
    let cell = |at: f64, length: f64| (at / length * CELLS as f64).round().clamp(0.0, CELLS as f64) as usize;
    for picture in pictures {
        let (x0, x1) = (cell(picture.x0, width), cell(picture.x1, width));
        for row in &mut grid[cell(picture.y0, height)..cell(picture.y1, height).max(cell(picture.y0, height))]
        {
            row[x0..x1.max(x0)].fill(true);
        }
    }
    let full = grid.iter().flatten().filter(|&&full| full).count();
    full as f64 / (CELLS * CELLS) as f64
}
