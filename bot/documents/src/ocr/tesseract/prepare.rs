//! Making a picture fit for Tesseract: dark print on white, of the height that it was taught with, with a margin.

use image::{GrayImage, Luma, imageops};
use imageproc::contrast::{otsu_level, stretch_contrast};

use crate::ocr::OcrError;
use crate::ocr::scale::resize_grey;

/// Print of this height in pixels (capital letters, figures, Chinese characters) is read best.
const PRINT: f32 = 36.0;
/// White around a line, without which Tesseract loses the first and the last character.
const MARGIN: u32 = 16;
/// A page whose long side is shorter is made larger: its print would be too small.
const PAGE: f32 = 2400.0;
/// No page is made larger than this.
const LARGEST: f32 = 4000.0;

/// Lightness may differ by this much on paper without any print.
const PAPER: u8 = 24;

/// A line that was cut out; `None` when nothing is printed on it, for Tesseract sees letters in empty paper.
pub(super) fn line(line: &GrayImage) -> Result<Option<GrayImage>, OcrError> {
    let Some(line) = contrasted(line) else { return Ok(None) };
    let share = PRINT / print_height(&line) as f32;
    let share = share.clamp(0.25, 6.0).min(LARGEST / line.width().max(1) as f32);
    let (width, height) = ((line.width() as f32 * share).round(), (line.height() as f32 * share).round());
    let line = resize_grey(&line, width as u32, height as u32)?;
    let (width, height) = (line.width() + 2 * MARGIN, line.height() + 2 * MARGIN);
    let mut out = GrayImage::from_pixel(width, height, Luma([255]));
    imageops::replace(&mut out, &line, i64::from(MARGIN), i64::from(MARGIN));
    Ok(Some(out))
}

/// A page; `None` when nothing is printed on it.
pub(super) fn page(page: &GrayImage) -> Result<Option<GrayImage>, OcrError> {
    let (dark, light) = page
        .pixels()
        .fold((u8::MAX, 0), |(dark, light), Luma([value])| (dark.min(*value), light.max(*value)));
    if light.saturating_sub(dark) < PAPER {
        return Ok(None);
    }
    let long = page.width().max(page.height()).max(1) as f32;
    let share = (PAGE / long).clamp(1.0, 3.0).min(LARGEST / long);
    let (width, height) = ((page.width() as f32 * share).round(), (page.height() as f32 * share).round());
    resize_grey(page, width as u32, height as u32).map(Some)
}

/// Paper to white, print to black, whichever of them is the lighter. `None` for paper alone.
fn contrasted(line: &GrayImage) -> Option<GrayImage> {
    let mut values = line.as_raw().clone();
    let last = values.len().checked_sub(1)?;
    let few = values.len() / 200; // a lone figure in a wide cell is little ink
    let dark = *values.select_nth_unstable(few).1;
    let light = *values.select_nth_unstable(last - few).1;
    if light.saturating_sub(dark) < PAPER {
        return None;
    }
    let mut out = stretch_contrast(line, dark, light, 0, 255);
    // There is more paper than print.
    let level = otsu_level(&out);
    if out.as_raw().iter().filter(|value| **value <= level).count() * 2 > out.as_raw().len() {
        imageops::invert(&mut out);
    }
    Some(out)
}

/// The height of the print in a line, in pixels: the rows between its first and last dark pixels, without specks.
fn print_height(line: &GrayImage) -> u32 {
    let level = otsu_level(line);
    let dark = |y: u32| (0..line.width()).filter(|&x| line.get_pixel(x, y).0[0] <= level).count() as u32;
    let rows: Vec<u32> = (0..line.height()).map(dark).collect();
    let speck = rows.iter().max().copied().unwrap_or(0) / 12;
    let first = rows.iter().position(|count| *count > speck);
    let last = rows.iter().rposition(|count| *count > speck);
    match (first, last) {
        (Some(first), Some(last)) => (last - first + 1).max(4) as u32,
        _ => line.height().max(4),
    }
}
