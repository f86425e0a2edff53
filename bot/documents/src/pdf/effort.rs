//! What drawing a page would cost, reckoned while it is listened to.
//!
//! A few lines of a PDF can ask for any amount of drawing: endless dashes, patterns whose cells overlap a billion times,
//! a page of shadings over each other, a form that draws itself twice as often at each depth. A page that asks for more
//! than any paper needs is read and not drawn.

use std::collections::HashMap;
use std::mem;
use std::panic::resume_unwind;

use hayro_interpret::font::GlyphRun;
use hayro_interpret::kurbo::{BezPath, ParamCurveArclen as _, Rect, Shape as _};
use hayro_interpret::pattern::{Pattern, TilingPattern};
use hayro_interpret::{
    BlendMode, CacheKey as _, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask,
};

/// Seconds that drawing may take, as they are reckoned here: real ones are fewer.
const SECONDS: f64 = 6.0;
/// Dashes of all lines of a page, together. Each is drawn by itself, and a line may ask for any number.
const DASHES: f64 = 1e6;
/// Drawing calls of a page: the densest plan has a tenth of these.
const CALLS: u64 = 2_000_000;

/// Seconds a drawing call, a part of a path, and a square point of the page in one colour or shaded take, at the
/// resolution for OCR.
const CALL: f64 = 4e-6;
const ELEMENT: f64 = 3e-7;
const FLAT: f64 = 6e-9;
const SHADED: f64 = 1.2e-6;

/// What was reckoned so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Effort {
    /// Pixels of the largest picture, and of all together.
    pub(super) largest_picture: u64,
    pub(super) picture_pixels: u64,
    seconds: f64,
    dashes: f64,
    calls: u64,
    /// What the cells of patterns cost.
    cells: HashMap<u128, Cell>,
}

/// What one cell of a pattern costs.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    seconds: f64,
    dashes: f64,
    picture_pixels: u64,
}

/// Reckons and does nothing else.
pub(super) struct Reckoner {
    pub(super) effort: Effort,
    pub(super) page: Rect,
}

impl Effort {
    /// Whether it is more than any paper needs.
    pub(super) fn is_too_much(&self) -> bool {
        // Written so that what is no number is too much.
        !(self.seconds <= SECONDS && self.dashes <= DASHES)
    }

    /// Takes in what a letter costs that is a small page of its own.
    pub(super) fn letter(&mut self, letter: &Self) {
        self.largest_picture = self.largest_picture.max(letter.largest_picture);
        self.picture_pixels = self.picture_pixels.saturating_add(letter.picture_pixels);
        self.seconds += letter.seconds;
        self.dashes += letter.dashes;
    }

    /// A call that draws little: a clip, a group, a letter. More of them than any page has end the listening.
    pub(super) fn call(&mut self) {
        self.calls += 1;
        self.seconds += CALL;
        if self.calls > CALLS {
            resume_unwind(Box::new(Endless));
        }
    }

    /// Listens to the cell of a pattern once.
    fn cell(&mut self, tiling: &TilingPattern<'_>, page: Rect) -> Cell {
        if let Some(cell) = self.cells.get(&tiling.cache_key()) {
            return *cell;
        }
        // A pattern that is painted with itself is known before it is listened to.
        self.cells.insert(tiling.cache_key(), Cell::default());
        let effort = Self { cells: mem::take(&mut self.cells), calls: self.calls, ..Self::default() };
        let mut reckoner = Reckoner { effort, page };
        tiling.interpret(&mut reckoner, tiling.matrix, false);
        let Self { seconds, dashes, picture_pixels, calls, cells, .. } = reckoner.effort;
        (self.calls, self.cells) = (calls, cells);
        let cell = Cell { seconds, dashes, picture_pixels };
        self.cells.insert(tiling.cache_key(), cell);
        cell
    }

    pub(super) fn image(&mut self, image: &Image<'_, '_>, place: Rect, page: Rect) {
        self.call();
        let pixels = u64::from(image.width()).saturating_mul(u64::from(image.height()));
        self.largest_picture = self.largest_picture.max(pixels);
        self.picture_pixels = self.picture_pixels.saturating_add(pixels);
        self.seconds += 4.0 * FLAT * place.intersect(page).area();
    }

    pub(super) fn path(
        &mut self,
        path: &BezPath,
        place: Rect,
        props: &DrawProps<'_>,
        mode: &DrawMode,
        page: Rect,
    ) {
        self.call();
        #[expect(clippy::cast_precision_loss, reason = "a count")]
        let elements = path.elements().len() as f64;
        self.seconds += elements * ELEMENT;
        self.dashes += dashes(path, mode);
        let area = place.intersect(page).area();
        match &props.paint {
            Paint::Color(_) => self.seconds += area * FLAT,
            Paint::Pattern(pattern) => match pattern.as_ref() {
                Pattern::Shading(_) => self.seconds += area * SHADED,
                Pattern::Tiling(tiling) => {
                    self.seconds += area * FLAT * 4.0;
                    let cell = self.cell(tiling, page);
                    let copies =
                        |width: f64, step: f32| (width.abs() / f64::from(step).abs()).max(1.0).ceil();
                    let copies = copies(tiling.bbox.width(), tiling.x_step)
                        * copies(tiling.bbox.height(), tiling.y_step);
                    self.seconds += cell.seconds * copies;
                    self.dashes += cell.dashes * copies;
                    self.picture_pixels = self.picture_pixels.saturating_add(cell.picture_pixels);
                }
            },
        }
    }
}

/// Ends listening to a page that never ends: the library that draws can be stopped in no other way.
pub(super) struct Endless;

/// How many dashes a line is cut into, or a few more.
fn dashes(path: &BezPath, mode: &DrawMode) -> f64 {
    let (DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke)) = mode else { return 0.0 };
    let pattern = stroke.dash_array.as_slice();
    if pattern.is_empty() {
        return 0.0;
    }
    // Who draws backwards never comes to an end.
    if pattern.iter().any(|length| !length.is_finite() || *length < 0.0) {
        return f64::INFINITY;
    }
    let period: f64 = pattern.iter().map(|length| f64::from(*length)).sum();
    let length: f64 = path.segments().map(|segment| segment.arclen(1.0)).sum();
    #[expect(clippy::cast_precision_loss, reason = "a pattern of a few numbers")]
    let count = length * pattern.len() as f64 / period;
    // A pattern of nothing is drawn as a whole line.
    if count.is_finite() { count } else { 0.0 }
}

impl<'a> Device<'a> for Reckoner {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let place = props.transform.transform_rect_bbox(path.bounding_box());
        self.effort.path(path, place, &props, mode, self.page);
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let local = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        self.effort.image(&image, props.transform.transform_rect_bbox(local), self.page);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {
        run.glyphs().iter().for_each(|_| self.effort.call());
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.effort.call();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.effort.call();
    }

    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
