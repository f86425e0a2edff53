//! Whether all characters of a page are certainly seen on it, told without drawing it.
//!
//! Drawing a page only to look whether its characters can be seen takes longer than all the rest of reading it. Most
//! pages are plain: letters of a colour that stands out from everything under them, and nothing painted over them.
//! Whatever is not as plain as that is in doubt, and the page is drawn and looked at.

use std::collections::{HashMap, HashSet};

use hayro_interpret::font::{GlyphIdentifier, OutlineGlyph};
use hayro_interpret::kurbo::{Affine, Point, Rect, Shape as _};
use hayro_interpret::{BlendMode, ClipPath, DrawMode, DrawProps, Paint};
use image::GrayImage;

use super::marks::parts;

/// How far apart two colours are in one channel at least, if one stands out from the other.
const CONTRAST: u8 = 64;
/// Lines are thinner than this, in points: a few of them hide nothing.
const THIN: f64 = 1.5;
/// So many thin things over one character are no longer a few lines.
const FEW: usize = 3;
/// A frame has so many lines at most.
const LINES: usize = 6;
/// Sides of the cells, in points, by which characters are found again.
const CELL: f64 = 6.0;
/// Smaller letters than this, in points, nobody reads.
const SMALLEST: f64 = 2.5;
/// Comparing every character with everything painted is worth so many comparisons.
const COMPARISONS: usize = 4_000_000;

/// A colour without transparency.
pub(super) type Colour = [u8; 3];
const WHITE: Colour = [255; 3];

/// What a page paints, in its order.
pub(super) struct Sight {
    page: Rect,
    painted: Vec<Painted>,
    shown: Vec<Shown>,
    /// The middles of the characters, by where on the page they are.
    letters: HashMap<(i64, i64), Vec<(Point, String)>>,
    /// The rectangle to which each open clip bounds the page; nothing for one of another shape.
    clips: Vec<Option<Rect>>,
    /// Whether each open group is more than a group.
    groups: Vec<bool>,
    /// Whether a glyph has a shape at all.
    shapes: HashMap<GlyphIdentifier, bool>,
    doubtful: bool,
}

/// A fill, a line or a picture.
struct Painted {
    place: Rect,
    /// Nothing where it has many.
    colour: Option<Colour>,
    thin: bool,
    /// Whether it fills its place.
    full: bool,
    /// How much of what lies under a picture it covers.
    cover: Option<Cover>,
}

/// How opaque a picture is, in a coarse grid over its place: 0 is not at all.
pub(super) struct Cover(pub(super) GrayImage);

/// Less of a character may be covered than this, of 255, if it is to be seen.
const COVERED: u32 = 120;

/// Something that must be seen.
struct Shown {
    place: Rect,
    /// Nothing for a picture, which brings its own ground.
    colour: Option<Colour>,
    /// How much had been painted before it.
    after: usize,
}

impl Sight {
    pub(super) fn new(page: Rect) -> Self {
        Self {
            page,
            painted: Vec::new(),
            shown: Vec::new(),
            letters: HashMap::new(),
            clips: Vec::new(),
            groups: Vec::new(),
            shapes: HashMap::new(),
            doubtful: false,
        }
    }

    /// Whether everything that was shown is certainly seen.
    pub(super) fn is_certain(&self) -> bool {
        let comparisons = self.shown.len().saturating_mul(self.painted.len());
        !self.doubtful && comparisons <= COMPARISONS && self.shown.iter().all(|shown| self.is_seen(shown))
    }

    /// Whether anything drawn now is drawn as it is: in its own colours, cut by rectangles only.
    pub(super) fn is_plain(&self, props: &DrawProps<'_>) -> bool {
        props.soft_mask.is_none() && props.blend_mode == BlendMode::Normal && self.is_open()
    }

    /// Whether no group or clip changes what is drawn now.
    pub(super) fn is_open(&self) -> bool {
        !self.groups.iter().any(|special| *special) && self.clips.iter().all(Option::is_some)
    }

    /// Whether a place lies on the page and inside of all clips.
    pub(super) fn is_inside(&self, place: Rect) -> bool {
        // The edges of a clip are the edges of what it was made for: a little less than the letter's box will do.
        let place = place.inset(-0.1 * place.height());
        let holds = |outer: &Rect| outer.contains_rect(place);
        holds(&self.page) && self.clips.iter().flatten().all(holds)
    }

    /// Whether the page has to be looked at: nothing more need be compared.
    pub(super) fn is_doubtful(&self) -> bool {
        self.doubtful
    }

    /// How much has been painted.
    pub(super) fn painted(&self) -> usize {
        self.painted.len()
    }

    /// Whether only light ground lies under what is painted at a place, and nothing over it.
    pub(super) fn is_clear(&self, place: Rect, own: &HashSet<usize>) -> bool {
        let first = own.iter().min().copied().unwrap_or_default();
        let others = self.painted.iter().enumerate().filter(|(order, _)| !own.contains(order));
        let mut others = others.filter(|(_, painted)| meet(painted.place, place));
        others.all(|(order, ground)| {
            order < first && ground.colour.is_some_and(|colour| colour.iter().all(|channel| *channel > 180))
        })
    }

    /// A character: `place` is the part of its box in which it has most of its ink, if it has any.
    pub(super) fn glyph(&mut self, text: &str, has_ink: bool, place: Rect, em: f64, props: &DrawProps<'_>) {
        if self.doubtful {
            return;
        }
        let colour = colour(&props.paint);
        let seen = has_ink
            && colour.is_some()
            && em >= SMALLEST
            && self.is_plain(props)
            && self.is_inside(place)
            && !self.covers_a_letter(text, place);
        self.doubtful = !seen;
        self.shown.push(Shown { place, colour, after: self.painted.len() });
    }

    /// Whether a character stands on the middle of one that was drawn before and is another: a black square hides a
    /// figure as well as a black bar does. Notes it for those that follow.
    fn covers_a_letter(&mut self, text: &str, place: Rect) -> bool {
        #[expect(clippy::cast_possible_truncation, reason = "a place on the page")]
        let cell = |at: f64| (at / CELL).floor() as i64;
        let columns = cell(place.x0)..=cell(place.x1);
        let mut cells = columns.flat_map(|x| (cell(place.y0)..=cell(place.y1)).map(move |y| (x, y)));
        let covers = cells.any(|at| {
            let here = self.letters.get(&at).into_iter().flatten();
            here.into_iter().any(|(middle, other)| place.contains(*middle) && other != text)
        });
        let middle = place.center();
        self.letters.entry((cell(middle.x), cell(middle.y))).or_default().push((middle, text.to_owned()));
        covers
    }

    /// A picture that says something.
    pub(super) fn telling(&mut self, place: Rect) {
        self.doubtful |= !(self.is_open() && self.is_inside(place));
        self.shown.push(Shown { place, colour: None, after: self.painted.len() });
    }

    /// A fill or some lines; `is_rect` when it is an upright rectangle.
    pub(super) fn shape(
        &mut self,
        place: Rect,
        is_rect: bool,
        lines: usize,
        props: &DrawProps<'_>,
        mode: &DrawMode,
    ) {
        let stroke = match mode {
            DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke) => {
                Some(f64::from(stroke.line_width))
            }
            DrawMode::Fill(_) | DrawMode::Invisible => None,
        };
        let scale = props.transform.determinant().abs().sqrt();
        let width = stroke.unwrap_or(0.0) * scale;
        let only_a_line = matches!(mode, DrawMode::Stroke(_));
        // One path may be a hatching.
        let thin = if only_a_line {
            width < THIN && lines <= LINES
        } else {
            place.width().min(place.height()) + width < THIN
        };
        let colour = colour(&props.paint).filter(|_| self.is_plain(props));
        let place = place.inflate(width / 2.0, width / 2.0);
        self.paint(Painted { place, colour, thin, full: is_rect && !only_a_line, cover: None });
    }

    /// A picture, and how opaque it is where that is known.
    pub(super) fn picture(&mut self, place: Rect, cover: Option<Cover>) {
        // A group or a clip around it lets more through, never less.
        self.paint(Painted { place, colour: None, thin: false, full: false, cover });
    }

    fn paint(&mut self, painted: Painted) {
        if !self.doubtful {
            self.painted.push(painted);
        }
    }

    pub(super) fn clip(&mut self, clip: &ClipPath) {
        let bounds = clip.path.bounding_box();
        // Four corners, and not crosswise.
        let full = (clip.path.area().abs() - bounds.area()).abs() <= 0.001 * bounds.area();
        let is_rect = full && matches!(parts(&clip.path, Affine::IDENTITY)[..], [part] if part.is_rect);
        self.clips.push(is_rect.then_some(bounds));
    }

    pub(super) fn unclip(&mut self) {
        self.clips.pop();
    }

    pub(super) fn group(&mut self, opacity: f32, masked: bool, blend: BlendMode) {
        self.groups.push(opacity < 0.999 || masked || blend != BlendMode::Normal);
    }

    pub(super) fn ungroup(&mut self) {
        self.groups.pop();
    }

    /// Whether a glyph has a shape at all: a font may say that it is a figure and draw nothing.
    pub(super) fn has_shape(&mut self, outline: &OutlineGlyph) -> bool {
        *self.shapes.entry(outline.identifier()).or_insert_with(|| !outline.outline().elements().is_empty())
    }

    fn is_seen(&self, shown: &Shown) -> bool {
        let touches = |painted: &&Painted| meet(painted.place, shown.place);
        let through = |painted: &&Painted| painted.lets_through(shown.place);
        let meets = |painted: &&Painted| touches(painted) && !through(painted);
        // One seal lets a letter through; several, one over the other, do not.
        if self.painted.iter().filter(touches).filter(through).count() > 1 {
            return false;
        }
        let (before, after) = self.painted.split_at(shown.after);
        if let Some(colour) = shown.colour {
            // What fills the place hides what was there before.
            let mut grounds = vec![Some(WHITE)];
            let mut lines = 0;
            for ground in before.iter().filter(meets) {
                if ground.thin {
                    lines += 1;
                    continue;
                }
                if ground.full && ground.colour.is_some() && ground.place.contains_rect(shown.place) {
                    grounds.clear();
                }
                grounds.push(ground.colour);
            }
            if lines > FEW
                || !grounds.iter().all(|ground| ground.is_some_and(|ground| stands_out(colour, ground)))
            {
                return false;
            }
        }
        let over: Vec<&Painted> = after.iter().filter(meets).take(FEW + 1).collect();
        over.len() <= FEW && over.iter().all(|painted| painted.thin)
    }
}

impl Painted {
    /// Whether most of what lies in a place is seen through it.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "shares between 0 and 1 of a small grid"
    )]
    fn lets_through(&self, place: Rect) -> bool {
        let Some(Cover(grid)) = &self.cover else { return false };
        let cell = |at: f64, from: f64, length: f64, cells: u32| {
            ((((at - from) / length).clamp(0.0, 1.0) * f64::from(cells)) as u32).min(cells - 1)
        };
        let x = |at: f64| cell(at, self.place.x0, self.place.width(), grid.width());
        let y = |at: f64| cell(at, self.place.y0, self.place.height(), grid.height());
        let (mut sum, mut count) = (0, 0);
        for row in y(place.y0)..=y(place.y1) {
            for column in x(place.x0)..=x(place.x1) {
                sum += u32::from(grid.get_pixel(column, row).0[0]);
                count += 1;
            }
        }
        sum < COVERED * count
    }
}

/// The colour of a paint, if it is one colour and not seen through.
pub(super) fn colour(paint: &Paint<'_>) -> Option<Colour> {
    let Paint::Color(colour) = paint else { return None };
    let [red, green, blue, alpha] = colour.to_rgba().to_rgba8();
    (alpha >= 250).then_some([red, green, blue])
}

/// Whether two places have a part in common, not only an edge.
fn meet(a: Rect, b: Rect) -> bool {
    let common = a.intersect(b);
    common.width() > 0.0 && common.height() > 0.0
}

fn stands_out(a: Colour, b: Colour) -> bool {
    a.iter().zip(b).any(|(a, b)| a.abs_diff(b) >= CONTRAST)
}

#[cfg(test)]
mod tests;
