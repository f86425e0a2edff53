//! Codes of a page, told without drawing it: in its pictures as they lie in the file, and among its small squares.
//!
//! A QR code or barcode of a PDF is either a picture or many small dark squares. Both can be looked at by themselves.
//! Whatever may be a code and is neither (round modules, bars that are lines, a picture cut into strips) is in doubt,
//! and the page is drawn and looked at.

use std::collections::{HashMap, HashSet};

use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect};
use hayro_interpret::{DrawMode, DrawProps, Image, ImageData, LumaData};
use image::{GrayImage, Luma, imageops};

use super::seen::{Cover, Sight, colour};
use crate::codes;
use crate::document::{BBox, Code};

/// A picture with more pixels than this is no code alone.
const PICTURE: u64 = 4_000_000;
/// Nor is one that has more than this once it is enlarged and framed.
const FRAMED: u64 = 16_000_000;
/// More pictures than this are looked at together, on the page.
const PICTURES: usize = 12;
/// A picture that covers more of the page than this is not only a code.
const SHARE: f64 = 0.25;
/// The shortest side at which codes are looked for.
const SIDE: u32 = 240;
/// Cells each way of the grid that tells how opaque a picture is.
const CELLS: u32 = 64;
/// The longest side to which squares are drawn.
const LONGEST: f64 = 1000.0;
/// Sides of squares, in points.
const SMALLEST: f64 = 0.2;
const LARGEST: f64 = 40.0;
/// Squares nearer than this, in points, belong together.
const NEAR: f64 = 8.0;
/// Fewer squares than this are no code; so many that say nothing are looked at on the page.
const FEW: usize = 12;
const MANY: usize = 200;
/// More of other shapes than this may be a code that is drawn in another way.
const ODD: usize = 60;
/// So many parts of one path are compared with each other.
const COMPARED: usize = 2000;
/// A barcode has more bars than this.
const BARS: u32 = 20;

/// A small dark square, and the how-many-eth thing it is that the page paints.
#[derive(Clone, Copy)]
struct Square {
    place: Rect,
    order: usize,
}

/// What may be a code.
pub(super) struct Marks {
    page: Rect,
    found: Vec<Code>,
    pictures: Vec<Rect>,
    squares: Vec<Square>,
    /// Small squares that are not dark, and small shapes that are no squares.
    odd: usize,
    /// Lines by the ends that they share.
    lines: HashMap<[i64; 2], u32>,
    doubtful: bool,
}

impl Marks {
    pub(super) fn new(page: Rect) -> Self {
        Self {
            page,
            found: Vec::new(),
            pictures: Vec::new(),
            squares: Vec::new(),
            odd: 0,
            lines: HashMap::new(),
            doubtful: false,
        }
    }

    /// The codes of the page; nothing when only its picture can tell.
    pub(super) fn codes(&self, sight: &Sight) -> Option<Vec<Code>> {
        if self.doubtful || self.odd > ODD || self.lines.values().any(|count| *count > BARS) {
            return None;
        }
        let mut codes = self.found.clone();
        for squares in clusters(&self.squares) {
            let found = self.look_at_squares(&squares);
            let order: HashSet<usize> = squares.iter().map(|square| square.order).collect();
            if (found.is_empty() && squares.len() > MANY)
                || (!found.is_empty() && !sight.is_clear(bounds(&squares), &order))
            {
                return None;
            }
            codes.extend(found);
        }
        Some(codes)
    }

    /// Looks at a picture.
    pub(super) fn picture(&mut self, image: &Image<'_, '_>, transform: Affine) -> Looked {
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let place = transform.transform_rect_bbox(Rect::new(0.0, 0.0, width, height));
        let near = place.inflate(1.0, 1.0);
        let beside = self.pictures.iter().any(|other| other.overlaps(near));
        self.pictures.push(place);
        if beside
            || framed_pixels(image.width(), image.height()) > FRAMED
            || u64::from(image.width()).saturating_mul(u64::from(image.height())) > PICTURE
            || self.pictures.len() > PICTURES
            || place.area() > SHARE * self.page.area()
        {
            self.doubtful = true;
        }
        if self.doubtful {
            return Looked::default();
        }
        let Some((picture, alpha)) = decoded(image) else {
            self.doubtful = true;
            return Looked::default();
        };
        let to_page = transform * Affine::scale_non_uniform(width, height);
        let found = look(&picture, to_page, self.page);
        self.found.extend(found.iter().cloned());
        let [a, b, c, d, ..] = transform.as_coeffs();
        let as_it_lies = a > 0.0 && d > 0.0 && b.abs() < 1e-6 && c.abs() < 1e-6;
        let cover = alpha.filter(|_| as_it_lies).map(|alpha| Cover(coarse(&alpha)));
        Looked { has_code: !found.is_empty(), cover }
    }

    /// Notes the small parts of a fill, or a line.
    pub(super) fn path(&mut self, path: &BezPath, props: &DrawProps<'_>, mode: &DrawMode, sight: &Sight) {
        if self.doubtful {
            return;
        }
        if let DrawMode::Stroke(_) = mode {
            let bounds = path.elements().iter().filter_map(PathEl::end_point);
            self.line(bounds.map(|point| props.transform * point));
            return;
        }
        let parts = parts(path, props.transform);
        if parts.len() > 1 && (parts.len() > COMPARED || nested(&parts)) {
            // A hole in a square is as much a part of a code as the square.
            self.odd += parts.len();
        }
        for part in parts {
            self.part(part, props, sight);
        }
    }

    /// Notes a filled rectangle.
    pub(super) fn rect(&mut self, rect: &Rect, props: &DrawProps<'_>, mode: &DrawMode, sight: &Sight) {
        if self.doubtful || matches!(mode, DrawMode::Stroke(_)) {
            return;
        }
        let place = props.transform.transform_rect_bbox(*rect);
        self.part(Part { place, is_rect: is_upright(props.transform) }, props, sight);
    }

    fn part(&mut self, part: Part, props: &DrawProps<'_>, sight: &Sight) {
        let (width, height) = (part.place.width(), part.place.height());
        if width.max(height) > LARGEST || width.min(height) < SMALLEST {
            return;
        }
        let dark = colour(&props.paint).is_some_and(|rgb| rgb.iter().all(|channel| *channel < 110));
        if part.is_rect && dark && sight.is_plain(props) && sight.is_inside(part.place) {
            self.squares.push(Square { place: part.place, order: sight.painted() });
        } else {
            self.odd += 1;
        }
    }

    /// Bars may be drawn as lines, all between the same two heights.
    fn line(&mut self, points: impl Iterator<Item = Point>) {
        let mut bounds: Option<Rect> = None;
        for point in points {
            let at = Rect::from_points(point, point);
            bounds = Some(bounds.map_or(at, |bounds| bounds.union(at)));
        }
        let Some(bounds) = bounds else { return };
        #[expect(clippy::cast_possible_truncation, reason = "a place on a page, in tenths of points")]
        let ends = |from: f64, to: f64| [(from * 10.0) as i64, (to * 10.0) as i64];
        if bounds.width() < 0.1 && bounds.height() > 1.0 {
            *self.lines.entry(ends(bounds.y0, bounds.y1)).or_default() += 1;
        } else if bounds.height() < 0.1 && bounds.width() > 1.0 {
            *self.lines.entry(ends(bounds.x0, bounds.x1)).or_default() += 1;
        }
    }

    /// Draws squares that belong together, and nothing else, and looks for a code.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a picture of at most a thousand pixels each way"
    )]
    fn look_at_squares(&self, squares: &[Square]) -> Vec<Code> {
        let bounds = bounds(squares);
        let sides = squares.iter().map(|square| square.place.width().min(square.place.height()));
        let thinnest = sides.fold(LARGEST, f64::min);
        let scale = (4.0 / thinnest).min(LONGEST / bounds.width().max(bounds.height()));
        let (width, height) =
            ((bounds.width() * scale).ceil() as u32, (bounds.height() * scale).ceil() as u32);
        let mut drawn = GrayImage::from_pixel(width.max(1), height.max(1), Luma([255]));
        for Square { place: square, .. } in squares {
            let edge = |at: f64, from: f64| ((at - from) * scale).round().max(0.0) as u32;
            for y in edge(square.y0, bounds.y0)..edge(square.y1, bounds.y0).min(drawn.height()) {
                for x in edge(square.x0, bounds.x0)..edge(square.x1, bounds.x0).min(drawn.width()) {
                    drawn.put_pixel(x, y, Luma([0]));
                }
            }
        }
        let to_page = Affine::translate(bounds.origin().to_vec2())
            * Affine::scale_non_uniform(f64::from(drawn.width()) / scale, f64::from(drawn.height()) / scale);
        look(&drawn, to_page, self.page)
    }
}

/// What a picture is.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) has_code: bool,
    /// Where it is opaque, if it is not so everywhere.
    pub(super) cover: Option<Cover>,
}

/// Whether an upright rectangle stays one.
pub(super) fn is_upright(transform: Affine) -> bool {
    let [a, b, c, d, ..] = transform.as_coeffs();
    (b.abs() < 1e-6 && c.abs() < 1e-6) || (a.abs() < 1e-6 && d.abs() < 1e-6)
}

/// One closed line of a path.
#[derive(Clone, Copy)]
pub(super) struct Part {
    place: Rect,
    pub(super) is_rect: bool,
}

/// The closed lines of a path, and whether each is an upright rectangle.
pub(super) fn parts(path: &BezPath, transform: Affine) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut points: Vec<Point> = Vec::new();
    let mut straight = true;
    let mut close = |points: &mut Vec<Point>, straight: &mut bool| {
        if points.len() > 1 {
            let place = points.iter().fold(Rect::from_points(points[0], points[1]), |place, point| {
                place.union(Rect::from_points(*point, *point))
            });
            let corner = |point: &Point| {
                let near = |a: f64, b: f64| (a - b).abs() < 0.01;
                (near(point.x, place.x0) || near(point.x, place.x1))
                    && (near(point.y, place.y0) || near(point.y, place.y1))
            };
            let is_rect = *straight && (4..=5).contains(&points.len()) && points.iter().all(corner);
            parts.push(Part { place, is_rect });
        }
        points.clear();
        *straight = true;
    };
    for element in path.elements() {
        match element {
            PathEl::MoveTo(point) => {
                close(&mut points, &mut straight);
                points.push(transform * *point);
            }
            PathEl::LineTo(point) => points.push(transform * *point),
            PathEl::QuadTo(a, b) => {
                straight = false;
                points.extend([transform * *a, transform * *b]);
            }
            PathEl::CurveTo(a, b, c) => {
                straight = false;
                points.extend([transform * *a, transform * *b, transform * *c]);
            }
            PathEl::ClosePath => close(&mut points, &mut straight),
        }
    }
    close(&mut points, &mut straight);
    parts
}

/// Whether one part lies in another.
fn nested(parts: &[Part]) -> bool {
    parts.iter().enumerate().any(|(index, part)| {
        let mut others = parts.iter().enumerate().filter(|(other, _)| *other != index);
        others.any(|(_, other)| other.place.contains_rect(part.place))
    })
}

fn bounds(squares: &[Square]) -> Rect {
    squares.iter().map(|square| square.place).reduce(|a, b| a.union(b)).unwrap_or_default()
}

/// The squares that lie near each other, if they are more than a few.
fn clusters(squares: &[Square]) -> Vec<Vec<Square>> {
    #[expect(clippy::cast_possible_truncation, reason = "a place on a page")]
    let cell = |at: f64| (at / NEAR).floor() as i64;
    let mut cells: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    for (index, Square { place: square, .. }) in squares.iter().enumerate() {
        for x in cell(square.x0)..=cell(square.x1) {
            for y in cell(square.y0)..=cell(square.y1) {
                cells.entry((x, y)).or_default().push(index);
            }
        }
    }
    let mut clusters = Vec::new();
    while let Some(&start) = cells.keys().next() {
        let mut open = vec![start];
        let mut members = HashSet::new();
        while let Some((x, y)) = open.pop() {
            let Some(here) = cells.remove(&(x, y)) else { continue };
            members.extend(here);
            open.extend((-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy))));
        }
        if members.len() >= FEW {
            clusters.push(members.into_iter().map(|index| squares[index]).collect());
        }
    }
    clusters
}

/// Looks for codes in a picture that stands alone, and says where on the page they are.
fn look(picture: &GrayImage, to_page: Affine, page: Rect) -> Vec<Code> {
    let (picture, margin) = framed(picture);
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let inner = |at: f32, length: f64| (f64::from(at) * length - margin) / (length - 2.0 * margin);
    let found = codes::find_alone(&picture);
    let placed = found.into_iter().map(|code| {
        let BBox { x0, y0, x1, y1 } = code.bbox;
        let place = Rect::new(inner(x0, width), inner(y0, height), inner(x1, width), inner(y1, height));
        Code { bbox: share(to_page.transform_rect_bbox(place), page), ..code }
    });
    placed.collect()
}

/// A code needs some pixels for each of its modules, and white around it.
fn framed(picture: &GrayImage) -> (GrayImage, f64) {
    let (width, height) = picture.dimensions();
    let (times, margin) = frame(width, height);
    let across = (times * width + 2 * margin) as usize;
    let white = |rows: u32| std::iter::repeat_n(u8::MAX, across * rows as usize);
    let mut pixels: Vec<u8> = white(margin).collect();
    for row in picture.as_raw().chunks_exact(width.max(1) as usize) {
        let begin = pixels.len();
        pixels.extend(std::iter::repeat_n(u8::MAX, margin as usize));
        pixels.extend(row.iter().flat_map(|pixel| std::iter::repeat_n(*pixel, times as usize)));
        pixels.extend(std::iter::repeat_n(u8::MAX, margin as usize));
        for _ in 1..times {
            pixels.extend_from_within(begin..begin + across);
        }
    }
    pixels.extend(white(margin));
    let framed = GrayImage::from_raw(times * width + 2 * margin, times * height + 2 * margin, pixels);
    (framed.unwrap_or_default(), f64::from(margin))
}

/// How often a picture is enlarged, and how much white it gets around it.
fn frame(width: u32, height: u32) -> (u32, u32) {
    let shortest = width.min(height);
    let times = SIDE.div_ceil(shortest.max(1)).min(8);
    (times, 16 + times.saturating_mul(shortest) / 10)
}

/// Pixels that a picture has once it is enlarged and framed.
fn framed_pixels(width: u32, height: u32) -> u64 {
    let (times, margin) = frame(width, height);
    let side = |length: u32| u64::from(times) * u64::from(length) + 2 * u64::from(margin);
    side(width).saturating_mul(side(height))
}

/// How opaque the parts of a picture are.
fn coarse(alpha: &GrayImage) -> GrayImage {
    imageops::thumbnail(alpha, alpha.width().min(CELLS), alpha.height().min(CELLS))
}

#[expect(clippy::cast_possible_truncation, reason = "a share of the page needs no more than f32")]
fn share(place: Rect, page: Rect) -> BBox {
    let x = |at: f64| (at / page.width()).clamp(0.0, 1.0) as f32;
    let y = |at: f64| (at / page.height()).clamp(0.0, 1.0) as f32;
    BBox { x0: x(place.x0), y0: y(place.y0), x1: x(place.x1), y1: y(place.y1) }
}

/// A picture of the file in grey on white, and how opaque it is if it is not so everywhere.
fn decoded(image: &Image<'_, '_>) -> Option<(GrayImage, Option<GrayImage>)> {
    let mut picture = None;
    match image {
        Image::Stencil(stencil) => stencil.with_stencil(
            |mask, paint| picture = colour(paint).and_then(|rgb| on_white(mask, |_| luma(rgb))),
            None,
        ),
        Image::Raster(raster) => raster.with_rgba(|data, alpha| picture = grey(data, alpha), None),
    }
    picture
}

fn grey(data: ImageData, alpha: Option<LumaData>) -> Option<(GrayImage, Option<GrayImage>)> {
    let (width, height) = (data.width(), data.height());
    let grey = match data {
        ImageData::Luma(data) => data.data,
        ImageData::Rgb(data) => data.data.as_chunks::<3>().0.iter().copied().map(luma).collect(),
    };
    match alpha {
        None => Some((GrayImage::from_raw(width, height, grey)?, None)),
        // A mask of another size than its picture is for the page to put together.
        Some(alpha) if (alpha.width, alpha.height) != (width, height) => None,
        Some(alpha) => on_white(alpha, |index| grey.get(index).copied().unwrap_or(u8::MAX)),
    }
}

/// A mask through which something is painted on white.
fn on_white(mask: LumaData, painted: impl Fn(usize) -> u8) -> Option<(GrayImage, Option<GrayImage>)> {
    let blend = |(index, &alpha): (usize, &u8)| {
        let mixed = u32::from(painted(index)) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
        u8::try_from(mixed / 255).unwrap_or(u8::MAX)
    };
    let pixels = mask.data.iter().enumerate().map(blend).collect();
    let picture = GrayImage::from_raw(mask.width, mask.height, pixels)?;
    Some((picture, GrayImage::from_raw(mask.width, mask.height, mask.data)))
}

fn luma(rgb: [u8; 3]) -> u8 {
    let [red, green, blue] = rgb.map(u32::from);
    u8::try_from((2126 * red + 7152 * green + 722 * blue) / 10_000).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests;
