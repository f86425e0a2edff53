//! The rectangle around one line of text, at whatever angle the line stands.

use image::{Rgb, RgbImage, imageops};
use imageproc::geometric_transformations::{Border, Interpolation, Projection, warp_into};
use imageproc::geometry::convex_hull;
use imageproc::point::Point;

use crate::document::BBox;

/// A rectangle given by its centre, the direction of its first side and half the lengths of its sides.
///
/// The first side lies within 45° of the x axis. Of an upright page's lines it is the one that the text runs
/// along, except for [tall](Self::is_tall) boxes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LineBox {
    pub(super) centre: (f32, f32),
    /// A unit vector.
    pub(super) along: (f32, f32),
    pub(super) half_width: f32,
    pub(super) half_height: f32,
}

/// A change of the whole page that boxes follow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Turn {
    /// Half way round, of a page this large.
    Half { width: f32, height: f32 },
    /// About `from` by the angle in radians, clockwise on the screen; `from` then lies at `to`.
    By { angle: f32, from: (f32, f32), to: (f32, f32) },
}

impl LineBox {
    /// The rectangle of least area around the points. `None` for fewer than three points on no line.
    pub(super) fn around(points: &[Point<i32>]) -> Option<Self> {
        let hull = convex_hull(points);
        let edges = hull.iter().zip(hull.iter().cycle().skip(1));
        edges
            .filter_map(|(a, b)| {
                let (dx, dy) = ((b.x - a.x) as f32, (b.y - a.y) as f32);
                let length = dx.hypot(dy);
                (length > 0.0).then(|| Self::along_edge(&hull, (dx / length, dy / length)))
            })
            .min_by(|a, b| a.area().total_cmp(&b.area()))
    }

    /// The rectangle around the hull with one side in this direction.
    fn along_edge(hull: &[Point<i32>], direction: (f32, f32)) -> Self {
        let along = near_x_axis(direction);
        let (mut low, mut high) = ((f32::MAX, f32::MAX), (f32::MIN, f32::MIN));
        for point in hull {
            let (x, y) = (point.x as f32, point.y as f32);
            let (u, v) = (x * along.0 + y * along.1, y * along.0 - x * along.1);
            low = (low.0.min(u), low.1.min(v));
            high = (high.0.max(u), high.1.max(v));
        }
        let (u, v) = (f32::midpoint(low.0, high.0), f32::midpoint(low.1, high.1));
        Self {
            centre: (u * along.0 - v * along.1, u * along.1 + v * along.0),
            along,
            half_width: (high.0 - low.0) / 2.0,
            half_height: (high.1 - low.1) / 2.0,
        }
    }

    pub(super) fn area(&self) -> f32 {
        4.0 * self.half_width * self.half_height
    }

    /// The longer of its sides.
    pub(super) fn length(&self) -> f32 {
        2.0 * self.half_width.max(self.half_height)
    }

    /// The shorter of its sides.
    pub(super) fn thickness(&self) -> f32 {
        2.0 * self.half_width.min(self.half_height)
    }

    /// Much higher than wide: vertical writing, or a page on its side.
    pub(super) fn is_tall(&self) -> bool {
        self.half_height >= 1.5 * self.half_width
    }

    /// The angle of its first side in radians, clockwise on the screen, within ±45°.
    pub(super) fn angle(&self) -> f32 {
        self.along.1.atan2(self.along.0)
    }

    /// Larger by this much on all four sides.
    pub(super) fn grown(self, by: f32) -> Self {
        Self { half_width: self.half_width + by, half_height: self.half_height + by, ..self }
    }

    /// The same box on the page at another size.
    pub(super) fn scaled(self, x: f32, y: f32) -> Self {
        let (dx, dy) = (self.along.0 * x, self.along.1 * y);
        let stretch = dx.hypot(dy);
        Self {
            centre: (self.centre.0 * x, self.centre.1 * y),
            along: (dx / stretch, dy / stretch),
            half_width: self.half_width * stretch,
            half_height: self.half_height * x * y / stretch,
        }
    }

    /// The same box elsewhere.
    pub(super) fn moved(self, x: f32, y: f32) -> Self {
        Self { centre: (self.centre.0 + x, self.centre.1 + y), ..self }
    }

    /// The box on the page after the page was turned.
    pub(super) fn turned(self, turn: Turn) -> Self {
        let (x, y) = self.centre;
        match turn {
            Turn::Half { width, height } => Self { centre: (width - x, height - y), ..self },
            Turn::By { angle, from, to } => {
                let (sin, cos) = angle.sin_cos();
                let rotated = |(x, y): (f32, f32)| (x * cos - y * sin, x * sin + y * cos);
                let (dx, dy) = rotated((x - from.0, y - from.1));
                Self { centre: (to.0 + dx, to.1 + dy), along: rotated(self.along), ..self }
            }
        }
    }

    /// The box in the direction of reading: a tall box is read from its top down.
    pub(super) fn reading_frame(self) -> Self {
        if !self.is_tall() {
            return self;
        }
        Self {
            along: (-self.along.1, self.along.0),
            half_width: self.half_height,
            half_height: self.half_width,
            ..self
        }
    }

    /// The page's point at a place in the box, where `(0, 0)` is the beginning of the first side and the place is
    /// in the page's pixels.
    fn at(&self, u: f32, v: f32) -> (f32, f32) {
        let (u, v) = (u - self.half_width, v - self.half_height);
        (
            self.centre.0 + u * self.along.0 - v * self.along.1,
            self.centre.1 + u * self.along.1 + v * self.along.0,
        )
    }

    /// The upright rectangle around a part of the box, given as shares (0..=1) of its sides: left, top, right, bottom.
    pub(super) fn part(&self, [left, top, right, bottom]: [f32; 4]) -> BBox {
        let (width, height) = (2.0 * self.half_width, 2.0 * self.half_height);
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
            .map(|(u, v)| self.at(u * width, v * height));
        let by = |pick: fn((f32, f32)) -> f32, better: fn(f32, f32) -> f32, worst: f32| {
            corners.iter().map(|&corner| pick(corner)).fold(worst, better)
        };
        BBox {
            x0: by(|c| c.0, f32::min, f32::MAX),
            y0: by(|c| c.1, f32::min, f32::MAX),
            x1: by(|c| c.0, f32::max, f32::MIN),
            y1: by(|c| c.1, f32::max, f32::MIN),
        }
    }

    /// The upright rectangle around the box.
    pub(super) fn bounds(&self) -> BBox {
        self.part([0.0, 0.0, 1.0, 1.0])
    }

    /// Whether the point lies inside.
    pub(super) fn contains(&self, x: f32, y: f32) -> bool {
        let (x, y) = (x - self.centre.0, y - self.centre.1);
        (x * self.along.0 + y * self.along.1).abs() <= self.half_width
            && (y * self.along.0 - x * self.along.1).abs() <= self.half_height
    }

    /// What the page shows in the box, its first side level.
    pub(super) fn cut(&self, page: &RgbImage) -> RgbImage {
        let width = (2.0 * self.half_width).round().max(1.0);
        let height = (2.0 * self.half_height).round().max(1.0);
        if self.along.0 > 0.0 && (self.along.1 * width).abs() < 1.0 {
            return self.cut_level(page, width as u32, height as u32);
        }
        let corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
        let from = corners.map(|(u, v)| self.at(u, v));
        let mut out = RgbImage::from_pixel(width as u32, height as u32, Rgb([255; 3]));
        // Only a box without area has no projection, and `width` and `height` are at least one pixel.
        if let Some(projection) = Projection::from_control_points(from, corners) {
            warp_into(page, projection, Interpolation::Bilinear, Border::Replicate, &mut out);
        }
        out
    }

    /// A level box needs no interpolation. What lies outside of the page repeats the page's edge.
    fn cut_level(&self, page: &RgbImage, width: u32, height: u32) -> RgbImage {
        let left = (self.centre.0 - self.half_width).round() as i64;
        let top = (self.centre.1 - self.half_height).round() as i64;
        let inside = left >= 0
            && top >= 0
            && left + i64::from(width) <= i64::from(page.width())
            && top + i64::from(height) <= i64::from(page.height());
        if inside {
            return imageops::crop_imm(page, left as u32, top as u32, width, height).to_image();
        }
        let clamp = |at: i64, size: u32| at.clamp(0, i64::from(size) - 1) as u32;
        RgbImage::from_fn(width, height, |x, y| {
            *page
                .get_pixel(clamp(left + i64::from(x), page.width()), clamp(top + i64::from(y), page.height()))
        })
    }
}

/// The direction or one at right angles or opposite to it: the one within 45° of the x axis.
fn near_x_axis((x, y): (f32, f32)) -> (f32, f32) {
    let (x, y) = if x.abs() >= y.abs() { (x, y) } else { (y, -x) };
    if x < 0.0 { (-x, -y) } else { (x, y) }
}
