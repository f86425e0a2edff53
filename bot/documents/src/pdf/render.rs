//! A page becomes pixels.

use std::cell::Cell;

use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use hayro_interpret::InterpreterSettings;
use hayro_syntax::page::Page;
use image::RgbImage;

use super::glyphs::Listener;
use crate::document::BBox;
use crate::limits::Limits;

/// Pictures of one page, together: a page of a thousand small pictures is a page, one of a thousand scans is not.
const PICTURES_PER_PAGE: u64 = 4;
/// hayro counts pixels of a side in 16 bits.
const LONGEST_SIDE: f64 = 20_000.0;

/// Pixels of a drawn page: A0 at 150 dpi. Larger pages are drawn smaller.
const DRAWN: u64 = 40_000_000;

/// Why a page has no picture: the code and the text of the remark.
pub(super) struct Undrawn(pub(super) &'static str, pub(super) &'static str);

pub(super) struct Renderer<'a> {
    cache: RenderCache<'a>,
    settings: InterpreterSettings,
    limits: Limits,
    /// Pixels that the pages still to come may have together.
    left: Cell<u64>,
}

impl<'a> Renderer<'a> {
    pub(super) fn new(settings: InterpreterSettings, limits: Limits) -> Self {
        Self { cache: RenderCache::new(), settings, limits, left: Cell::new(limits.pixels_together) }
    }

    /// Renders a page, smaller than asked for if it would have too many pixels.
    #[expect(clippy::cast_possible_truncation, reason = "a scale needs no more than f32")]
    pub(super) fn render(
        &self,
        page: &'a Page<'a>,
        listener: &Listener<'_>,
        dpi: f64,
    ) -> Result<RgbImage, Undrawn> {
        if listener.effort.largest_picture > self.limits.pixels
            || listener.effort.picture_pixels > self.limits.pixels.saturating_mul(PICTURES_PER_PAGE)
        {
            return Err(Undrawn(
                "DH-1113",
                "its pictures have too many pixels, so the page has no picture and was not read from it",
            ));
        }
        if listener.cut {
            return Err(Undrawn(
                "DH-1111",
                "it has more on it than any page has, so it was not read from its picture",
            ));
        }
        if listener.effort.is_too_much() {
            return Err(Undrawn(
                "DH-1111",
                "drawing it takes more than any paper needs, so it was not read from its picture",
            ));
        }
        let (width, height) = page.render_dimensions();
        let scale = scale(f64::from(width), f64::from(height), dpi, self.limits.pixels.min(DRAWN)) as f32;
        let pixels = f64::from(width) * f64::from(height) * f64::from(scale) * f64::from(scale);
        #[expect(clippy::cast_sign_loss, reason = "a product of lengths")]
        let Some(left) = self.left.get().checked_sub(pixels as u64) else {
            return Err(Undrawn(
                "DH-1111",
                "the pages before it have used up the pixels that one file may have, so it was not read from its picture",
            ));
        };
        self.left.set(left);
        let target = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let pixmap = hayro::render(page, &self.cache, &self.settings, &RenderSettings::default(), &target);
        let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
        // Painted on white, so every pixel is opaque and nothing need be divided by its alpha.
        let mut bytes = Vec::with_capacity(pixmap.data().len() * 3);
        bytes.extend(pixmap.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]));
        let image = RgbImage::from_raw(width, height, bytes).filter(|image| width > 0 && !image.is_empty());
        image.ok_or(Undrawn("DH-1113", "it is too small to have a picture"))
    }
}

/// Pixels per point.
#[expect(clippy::cast_precision_loss, reason = "a limit in pixels is far below 2^52")]
fn scale(width: f64, height: f64, dpi: f64, pixels: u64) -> f64 {
    let wanted = dpi / 72.0;
    let by_area = (pixels as f64 / (width * height)).sqrt();
    let by_side = LONGEST_SIDE / width.max(height);
    // A business card is enlarged until its sides have some pixels at all.
    wanted.max(64.0 / width.min(height)).min(by_area).min(by_side)
}

/// Whether anything can be seen in a box: its brightest and darkest pixels differ.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "shares of a page between 0 and 1 times its pixels"
)]
pub(super) fn has_ink(image: &RgbImage, bbox: BBox) -> bool {
    let (width, height) = image.dimensions();
    let (x0, x1) = ((bbox.x0 * width as f32) as u32, (bbox.x1 * width as f32).ceil() as u32);
    let (y0, y1) = ((bbox.y0 * height as f32) as u32, (bbox.y1 * height as f32).ceil() as u32);
    let (mut low, mut high) = ([255_u8; 3], [0_u8; 3]);
    for y in y0..y1.min(height) {
        for x in x0..x1.min(width) {
            let pixel = image.get_pixel(x, y).0;
            for channel in 0..3 {
                low[channel] = low[channel].min(pixel[channel]);
                high[channel] = high[channel].max(pixel[channel]);
            }
        }
    }
    (0..3).any(|channel| high[channel].saturating_sub(low[channel]) >= 24)
}
