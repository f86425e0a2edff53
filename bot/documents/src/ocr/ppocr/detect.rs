//! Finding the lines of text on a page: PP-OCRv6 detection with DB post-processing.
//!
//! The network answers with the probability, for each pixel, of lying in the core of a line of text. Each
//! connected core becomes a rectangle, and is grown to the size of the line that it is the core of
//! (Liao et al., *Real-time Scene Text Detection with Differentiable Binarization*, 2020).

use std::path::Path;

use image::{GrayImage, Luma, Rgb, RgbImage, imageops};
use imageproc::contours::{BorderType, find_contours};
use rten_tensor::prelude::*;

use super::ink;
use super::line_box::LineBox;
use super::network::{Batch, Network};
use crate::ocr::OcrError;
use crate::ocr::scale::resize;

/// A pixel this probable belongs to a core.
const CORE: f32 = 0.3;
/// A rectangle whose pixels are less probable on average is not text.
const TEXT: f32 = 0.5;
/// How far a core is grown, in shares of its area over its perimeter.
const GROWTH: f32 = 1.6;
/// Cores and lines thinner than this, in the network's pixels, are dirt.
const THINNEST: f32 = 3.0;
/// The network looks at pages of at most this many pixels on the long side …
const LONGEST: f32 = 1600.0;
/// … and at least this many on the short side, so that the print of a small picture is large enough.
const SHORTEST: f32 = 736.0;
/// A strip flatter than this is given more paper above and below, or the network sees no lines in it.
const FLATTEST: f32 = 8.0;
/// More lines than on any page: beyond it lies noise.
const MOST: usize = 3000;

pub(super) struct Detector {
    network: Network,
}

impl Detector {
    pub(super) fn at(folder: &Path) -> Result<Self, OcrError> {
        Ok(Self { network: Network::at(folder.join("PP-OCRv6_det_small.onnx"))? })
    }

    pub(super) fn load(&self) -> Result<(), OcrError> {
        self.network.model().map(|_| ())
    }

    /// The lines of text, in no promised order.
    pub(super) fn lines(&self, page: &RgbImage) -> Result<Vec<LineBox>, OcrError> {
        let (width, height) = (page.width() as f32, page.height() as f32);
        let paper = ((width / FLATTEST).max(32.0) - height).max(0.0) / 2.0;
        if paper < 1.0 {
            let Some(part) = ink::printed_part(page) else {
                return self.lines_at(page, working_size(page));
            };
            let shown = imageops::crop_imm(page, part.left, part.top, part.width, part.height).to_image();
            let lines = self.lines_of_part(&shown, page)?;
            return Ok(lines.into_iter().map(|line| line.moved(part.left as f32, part.top as f32)).collect());
        }
        let padded = with_paper(page, paper.ceil() as u32);
        let lines = self.lines_at(&padded, working_size(&padded))?;
        Ok(lines.into_iter().map(|line| line.moved(0.0, -paper.ceil())).collect())
    }

    /// The lines of a part of a page, seen as large as the whole page is seen.
    pub(super) fn lines_of_part(&self, part: &RgbImage, page: &RgbImage) -> Result<Vec<LineBox>, OcrError> {
        let (width, _) = working_size(page);
        let share = width as f32 / page.width() as f32;
        self.lines_at(part, (of_32(part.width() as f32 * share), of_32(part.height() as f32 * share)))
    }

    fn lines_at(&self, page: &RgbImage, (width, height): (u32, u32)) -> Result<Vec<LineBox>, OcrError> {
        let small = resize(page, width, height)?;
        let map = self.network.run(&Batch::of(&[&small], width, height))?;
        let shape = map.shape().to_vec();
        let probable = map.into_data();
        if shape != [1, 1, height as usize, width as usize] {
            return Err(self.network.damaged(format!("it answers in the shape {shape:?}")));
        }
        let map = Map { width, height, probable };
        let back = (page.width() as f32 / width as f32, page.height() as f32 / height as f32);
        Ok(map.lines().into_iter().map(|line| line.scaled(back.0, back.1)).collect())
    }
}

/// The size at which the network looks at a page: sides are multiples of 32.
fn working_size(page: &RgbImage) -> (u32, u32) {
    let (width, height) = (page.width() as f32, page.height() as f32);
    let (long, short) = (width.max(height), width.min(height));
    let ratio = (SHORTEST / short).max(1.0).min(LONGEST / long);
    (of_32(width * ratio), of_32(height * ratio))
}

fn of_32(length: f32) -> u32 {
    ((length / 32.0).round() as u32).max(1) * 32
}

/// The page with more of its own paper above and below.
fn with_paper(page: &RgbImage, rows: u32) -> RgbImage {
    let paper = page.get_pixel(0, 0);
    let mut out = RgbImage::from_pixel(page.width(), page.height() + 2 * rows, Rgb(paper.0));
    imageops::replace(&mut out, page, 0, i64::from(rows));
    out
}

/// The network's answer: for each pixel, how probably it lies in the core of a line.
struct Map {
    width: u32,
    height: u32,
    probable: Vec<f32>,
}

impl Map {
    fn at(&self, x: u32, y: u32) -> f32 {
        self.probable[(y * self.width + x) as usize]
    }

    fn lines(&self) -> Vec<LineBox> {
        find_contours::<i32>(&self.cores())
            .iter()
            .filter(|contour| contour.border_type == BorderType::Outer)
            .filter_map(|contour| LineBox::around(&contour.points))
            .filter(|core| core.thickness() >= THINNEST && self.mean(core) >= TEXT)
            .map(|core| {
                let around = 4.0 * (core.half_width + core.half_height);
                core.grown(core.area() * GROWTH / around)
            })
            .filter(|line| line.thickness() >= THINNEST + 2.0)
            .take(MOST)
            .collect()
    }

    /// The pixels in cores, thickened by one pixel so that a hair crack does not cut a line in two.
    fn cores(&self) -> GrayImage {
        GrayImage::from_fn(self.width, self.height, |x, y| {
            let (before, above) = (x.saturating_sub(1), y.saturating_sub(1));
            let core = self.at(x, y) > CORE
                || self.at(before, y) > CORE
                || self.at(x, above) > CORE
                || self.at(before, above) > CORE;
            Luma([u8::from(core) * 255])
        })
    }

    /// The mean probability of the pixels in a box.
    fn mean(&self, core: &LineBox) -> f32 {
        let bounds = core.bounds();
        let last = |edge: f32, size: u32| (edge.ceil().max(0.0) as u32).min(size - 1);
        let (mut sum, mut count) = (0.0, 0.0);
        for y in bounds.y0.floor().max(0.0) as u32..=last(bounds.y1, self.height) {
            for x in bounds.x0.floor().max(0.0) as u32..=last(bounds.x1, self.width) {
                if core.contains(x as f32, y as f32) {
                    sum += self.at(x, y);
                    count += 1.0;
                }
            }
        }
        if count > 0.0 { sum / count } else { 0.0 }
    }
}
