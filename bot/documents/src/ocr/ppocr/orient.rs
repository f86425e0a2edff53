//! Setting a page upright: quarter turns, pages on their head, skew.

use std::path::Path;

use image::{Rgb, RgbImage, imageops};
use imageproc::geometric_transformations::{Border, Interpolation, Projection, warp_into};
use rten_tensor::prelude::*;

use super::line_box::{LineBox, Turn};
use super::network::{Batch, Network};
use crate::ocr::OcrError;
use crate::ocr::scale::resize;

/// Lines at least this many times longer than thick tell a direction.
const TELLING: f32 = 3.0;
/// A page is skewed when its lines climb or fall by more than this, in radians: a line of an A4 page then leaves
/// its own height.
const SKEWED: f32 = 0.006;
/// After a larger turn than this, in radians, lines are looked for anew: the network likes level ones better.
pub(super) const LOOK_AGAIN: f32 = 0.12;
/// The classifier looks at lines of this size.
const LOOK: (u32, u32) = (192, 48);
/// How many lines are asked.
const ASKED: usize = 16;

pub(super) struct Direction {
    network: Network,
}

impl Direction {
    pub(super) fn at(folder: &Path) -> Result<Self, OcrError> {
        Ok(Self { network: Network::at(folder.join("ch_ppocr_mobile_v2.0_cls_mobile.onnx"))? })
    }

    pub(super) fn load(&self) -> Result<(), OcrError> {
        self.network.model().map(|_| ())
    }

    /// How probably (0..=1) the page stands on its head, by a vote of its clearest lines; `None` without any.
    pub(super) fn on_its_head(&self, page: &RgbImage, lines: &[LineBox]) -> Result<Option<f32>, OcrError> {
        let asked = clearest(lines, ASKED);
        if asked.is_empty() {
            return Ok(None);
        }
        let cut = asked.iter().map(|line| look(&line.cut(page))).collect::<Result<Vec<_>, _>>()?;
        let images: Vec<&RgbImage> = cut.iter().collect();
        let output = self.network.run(&Batch::of(&images, LOOK.0, LOOK.1))?;
        if output.shape() != [images.len(), 2] {
            return Err(self.network.damaged(format!("it answers in the shape {:?}", output.shape())));
        }
        let sum: f32 = output.into_data().chunks_exact(2).map(|votes| votes[1]).sum();
        Ok(Some(sum / images.len() as f32))
    }
}

/// The lines that tell a direction best, longest first, that are not tall.
pub(super) fn clearest(lines: &[LineBox], most: usize) -> Vec<LineBox> {
    let mut clear: Vec<LineBox> = lines
        .iter()
        .copied()
        .filter(|line| !line.is_tall() && line.length() >= 2.0 * line.thickness())
        .collect();
    clear.sort_by(|a, b| b.length().total_cmp(&a.length()));
    clear.truncate(most);
    clear
}

/// The line as the classifier takes it: a longer one is cut off, not squeezed, so that its characters keep their shape.
fn look(line: &RgbImage) -> Result<RgbImage, OcrError> {
    let ratio = line.width() as f32 / line.height().max(1) as f32;
    let width = (LOOK.1 as f32 * ratio).ceil() as u32;
    if width <= LOOK.0 {
        return resize(line, width, LOOK.1);
    }
    let part = (LOOK.0 as f32 / LOOK.1 as f32 * line.height() as f32) as u32;
    resize(&imageops::crop_imm(line, 0, 0, part.max(1), line.height()).to_image(), LOOK.0, LOOK.1)
}

/// Whether the page lies on its side: its lines run up and down.
pub(super) fn on_its_side(lines: &[LineBox]) -> bool {
    let telling = || lines.iter().filter(|line| line.length() >= TELLING * line.thickness());
    let total: f32 = telling().map(LineBox::length).sum();
    let tall: f32 = telling().filter(|line| line.is_tall()).map(LineBox::length).sum();
    total > 0.0 && tall > 0.6 * total
}

/// By how much the page is skewed, in radians, clockwise on the screen; 0 when it is not worth a turn.
pub(super) fn skew(lines: &[LineBox]) -> f32 {
    let mut angles: Vec<(f32, f32)> = lines
        .iter()
        .filter(|line| !line.is_tall() && line.length() >= TELLING * line.thickness())
        .map(|line| (line.angle(), line.length()))
        .collect();
    angles.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = angles.iter().map(|(_, length)| length).sum::<f32>() / 2.0;
    let mut passed = 0.0;
    let median = angles.iter().find(|(_, length)| {
        passed += length;
        passed >= half
    });
    median.map(|(angle, _)| *angle).filter(|angle| angle.abs() > SKEWED).unwrap_or(0.0)
}

/// The page turned by the angle (radians, clockwise on the screen) on paper large enough, and the turn for its boxes.
pub(super) fn turned(page: &RgbImage, angle: f32) -> (RgbImage, Turn) {
    let (width, height) = (page.width() as f32, page.height() as f32);
    let (sin, cos) = (angle.sin().abs(), angle.cos().abs());
    let (wide, high) = ((width * cos + height * sin).ceil(), (width * sin + height * cos).ceil());
    let (from, to) = ((width / 2.0, height / 2.0), (wide / 2.0, high / 2.0));
    let projection = Projection::translate(-from.0, -from.1)
        .and_then(Projection::rotate(angle))
        .and_then(Projection::translate(to.0, to.1));
    let mut out = RgbImage::new(wide as u32, high as u32);
    warp_into(page, projection, Interpolation::Bilinear, Border::Constant(paper(page)), &mut out);
    (out, Turn::By { angle, from, to })
}

/// The colour of the page's paper: the median along its edges.
fn paper(page: &RgbImage) -> Rgb<u8> {
    let (right, bottom) = (page.width() - 1, page.height() - 1);
    let across = (0..=right).step_by(7).flat_map(|x| [(x, 0), (x, bottom)]);
    let down = (0..=bottom).step_by(7).flat_map(|y| [(0, y), (right, y)]);
    let edge: Vec<[u8; 3]> = across.chain(down).map(|(x, y)| page.get_pixel(x, y).0).collect();
    Rgb([0, 1, 2].map(|channel| {
        let mut values: Vec<u8> = edge.iter().map(|pixel| pixel[channel]).collect();
        let middle = values.len() / 2;
        *values.select_nth_unstable(middle).1
    }))
}
