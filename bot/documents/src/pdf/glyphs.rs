//! The characters of a page and where they stand, as the page draws them.

use std::collections::HashMap;

use super::effort::Effort;
use super::letter::Letter;
use super::marks::{Looked, Marks, is_upright};
use super::names::{Codes, Names};
use super::seen::{Sight, colour};
use crate::words::Placed;
use hayro_interpret::font::{Glyph, GlyphRun, Type3Glyph};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Shape as _, Vec2};
use hayro_interpret::{
    BlendMode, CacheKey as _, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
};

/// Listens to a page being drawn.
pub(super) struct Listener<'n> {
    names: &'n Names<'n>,
    pub(super) glyphs: Vec<Placed>,
    /// Glyphs that are in the file and not on the page: drawn invisibly.
    pub(super) invisible: usize,
    /// Where pictures stand.
    pub(super) pictures: Vec<Rect>,
    /// Fills and strokes.
    pub(super) paths: u64,
    /// What drawing it would cost.
    pub(super) effort: Effort,
    page: Rect,
    /// The letters met so far that are small pages of their own.
    letters: HashMap<u128, Letter>,
    runs: u32,
    /// Some glyphs were not kept.
    pub(super) cut: bool,
    /// Whether what was listened to is seen as well.
    pub(super) sight: Sight,
    /// What may be a QR code or a barcode.
    pub(super) marks: Marks,
}

/// How far above the baseline most of a character's ink stands, in thousandths of the em.
const INK: f64 = 650.0;
/// More characters than any page that a person could read.
const GLYPHS: usize = 100_000;

impl<'n> Listener<'n> {
    pub(super) fn new(names: &'n Names<'n>, page: Rect) -> Self {
        Self {
            names,
            glyphs: Vec::new(),
            invisible: 0,
            pictures: Vec::new(),
            paths: 0,
            effort: Effort::default(),
            page,
            letters: HashMap::new(),
            runs: 0,
            cut: false,
            sight: Sight::new(page),
            marks: Marks::new(page),
        }
    }

    /// Counts what a drawn glyph costs each time, and looks into it once.
    fn count<'a>(&mut self, glyph: &Type3Glyph<'a>, place: Affine, props: &DrawProps<'a>) {
        let page = self.page;
        let letter = self.letters.entry(glyph.cache_key()).or_insert_with(|| {
            let mut letter = Letter::new(colour(&props.paint), page);
            glyph.interpret(&mut letter, props.transform, place, &props.paint);
            letter
        });
        self.effort.letter(&letter.reckoner.effort);
    }

    fn place(
        &mut self,
        glyph: &Glyph<'_>,
        codes: Option<&Codes>,
        props: &DrawProps<'_>,
        own: Affine,
        vertical: bool,
    ) {
        let transform = props.transform * own;
        let text = match glyph.as_unicode() {
            Some(BfString::Char(character)) => Some(String::from(character)),
            Some(BfString::String(text)) => Some(text),
            None => codes.and_then(|codes| codes.text(glyph.char_code())),
        };
        let text = text.unwrap_or_else(|| String::from(char::REPLACEMENT_CHARACTER));
        // Controls say nothing on a page; a form feed or a NUL in a value would only hurt later.
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        let em = (transform * Point::new(0.0, 1000.0) - transform * Point::ORIGIN).hypot();
        if text.is_empty() || !em.is_finite() || em < 0.1 {
            return;
        }
        let baseline = transform * Point::new(1000.0, 0.0) - transform * Point::ORIGIN;
        // Top-down letters hang from the middle of their upper edge.
        let origin = transform * if vertical { Point::new(500.0, 880.0) } else { Point::ORIGIN };
        let angle = baseline.atan2();
        let advance = if vertical {
            Vec2::from_angle(angle + std::f64::consts::FRAC_PI_2) * em
        } else {
            Vec2::from_angle(angle) * horizontal_advance(glyph, baseline.hypot(), em)
        };
        if !(origin.is_finite() && advance.is_finite() && angle.is_finite()) {
            return;
        }
        if !text.chars().all(char::is_whitespace) {
            let has_ink = match glyph {
                Glyph::Outline(outline) => self.sight.has_shape(outline),
                Glyph::Type3(drawn) => self.letters.get(&drawn.cache_key()).is_some_and(Letter::is_plain),
            };
            let up = transform * Point::new(0.0, INK) - transform * Point::ORIGIN;
            self.sight.glyph(&text, has_ink, ink(origin, advance, up, em, vertical), em, props);
        }
        self.glyphs.push(Placed { text, origin, advance, em, angle, vertical, run: self.runs });
    }
}

/// The part of a character's box that most of its ink stands in.
fn ink(origin: Point, advance: Vec2, up: Vec2, em: f64, vertical: bool) -> Rect {
    if vertical {
        let middle = origin + advance / 2.0;
        return Rect::from_center_size(middle, (0.6 * em, 0.6 * em));
    }
    // A sign without a width of its own still has some ink.
    let along = if advance.hypot() < 0.2 * em { advance + Vec2::new(0.2 * em, 0.0) } else { advance };
    Rect::from_points(origin, origin + up).union(Rect::from_points(origin + along, origin + along + up))
}

/// How far the next glyph is away. hayro stretches fall-back fonts to the width that the PDF asks for, so the
/// width of the em says little; only a strong squeeze is the page's own.
fn horizontal_advance(glyph: &Glyph<'_>, em_width: f64, em: f64) -> f64 {
    let width = match glyph {
        Glyph::Outline(outline) => outline.advance_width(),
        Glyph::Type3(type3) => type3.advance_width(),
    };
    let width = f64::from(width.unwrap_or(500.0).clamp(0.0, 4000.0)) / 1000.0;
    width * if em_width < 0.8 * em { em_width } else { em }
}

impl<'a> Device<'a> for Listener<'_> {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.runs += 1;
        run.glyphs().iter().for_each(|_| self.effort.call());
        if matches!(mode, DrawMode::Invisible) {
            self.invisible += run.glyphs().len();
            return;
        }
        let vertical = run.writing_mode() == WritingMode::Vertical;
        // One call has one font, so it is asked for once, and only when a glyph does not name itself.
        let unnamed = run.glyphs().iter().find(|glyph| glyph.as_unicode().is_none());
        let codes = unnamed.and_then(|glyph| self.names.of(glyph));
        for glyph in run.glyphs() {
            if self.glyphs.len() >= GLYPHS {
                self.cut = true;
                return;
            }
            if let Glyph::Type3(drawn) = &**glyph {
                self.count(drawn, glyph.transform(), &props);
            }
            self.place(glyph, codes, &props, glyph.transform(), vertical);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let local = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let place = props.transform.transform_rect_bbox(local);
        self.effort.image(&image, place, self.page);
        if self.pictures.len() < 10_000 {
            self.pictures.push(place);
        }
        let plain = props.soft_mask.is_none() && props.blend_mode == BlendMode::Normal;
        let looked =
            (plain && !self.sight.is_doubtful()).then(|| self.marks.picture(&image, props.transform));
        let Looked { has_code, cover } = looked.unwrap_or_default();
        self.sight.picture(place, cover);
        if has_code {
            self.sight.telling(place);
        }
    }

    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.paths += 1;
        let place = props.transform.transform_rect_bbox(path.bounding_box());
        self.effort.path(path, place, &props, mode, self.page);
        self.marks.path(path, &props, mode, &self.sight);
        self.sight.shape(place, false, path.elements().len(), &props, mode);
    }

    fn draw_rect(&mut self, rect: &Rect, props: DrawProps<'a>, mode: &DrawMode) {
        self.paths += 1;
        let place = props.transform.transform_rect_bbox(*rect);
        self.effort.path(&rect.to_path(0.1), place, &props, mode, self.page);
        self.marks.rect(rect, &props, mode, &self.sight);
        self.sight.shape(place, is_upright(props.transform), 4, &props, mode);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.effort.call();
        self.sight.clip(clip);
    }

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, blend: BlendMode) {
        self.effort.call();
        self.sight.group(opacity, mask.is_some(), blend);
    }

    fn pop_clip(&mut self) {
        self.sight.unclip();
    }

    fn pop_transparency_group(&mut self) {
        self.sight.ungroup();
    }
}
