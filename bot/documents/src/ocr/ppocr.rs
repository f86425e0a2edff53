//! PP-OCRv6 small, run by `rten`: reads pages in simplified and traditional Chinese, Latin letters and figures.
//!
//! Reading order, the order in which a page meets the modules: `detect` finds its lines on the part that `ink` shows to be printed, `orient` sets it upright,
//! `seal` sees through red stamps, `recognise` reads the lines, `words` cuts them into words.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixels of a page of at most 4000 each way: every value fits every type used here"
)]

use std::path::Path;

use image::{RgbImage, imageops};

use self::detect::Detector;
use self::line_box::{LineBox, Turn};
use self::orient::Direction;
use self::recognise::{Line, Recogniser, confidence};
use super::{Expect, Ocr, OcrError, Reading};
use crate::document::{Source, Word};

mod detect;
mod ink;
mod line_box;
mod network;
mod orient;
mod recognise;
mod seal;
#[cfg(test)]
pub(crate) mod tests;
mod words;

/// Larger pages are made smaller first: nothing that is printed on paper needs more, and memory is bounded by it.
const LARGEST: u32 = 4000;
/// Below this mean confidence a line is a drawing, a logo or a stamp, not text.
const TEXT: f32 = 0.5;
/// Pictures smaller than this show nothing that can be read.
const SMALLEST: u32 = 8;

/// The first reader. Made once, shared by all threads; each network is loaded when it is first needed.
pub struct PpOcr {
    detector: Detector,
    direction: Direction,
    recogniser: Recogniser,
}

/// A page that stands upright, and its lines.
struct Upright {
    page: RgbImage,
    lines: Vec<LineBox>,
}

impl PpOcr {
    /// An engine with the models in this folder, as `scripts/models` put them there.
    ///
    /// # Errors
    /// [`OcrError::ModelMissing`] when one is not there. They are not opened yet.
    pub fn load(folder: &Path) -> Result<Self, OcrError> {
        Ok(Self {
            detector: Detector::at(folder)?,
            direction: Direction::at(folder)?,
            recogniser: Recogniser::at(folder)?,
        })
    }

    /// Loads all models now, so that the first page need not wait and a damaged model is told at once.
    pub fn warm_up(&self) -> Result<(), OcrError> {
        self.detector.load()?;
        self.direction.load()?;
        self.recogniser.load()
    }

    /// The page set upright: turned by quarters, then level. At most 4000 pixels each way.
    pub fn upright(&self, page: &RgbImage) -> Result<RgbImage, OcrError> {
        Ok(self.set_upright(page)?.page)
    }

    fn set_upright(&self, page: &RgbImage) -> Result<Upright, OcrError> {
        let page = bounded(page)?;
        let lines = self.detector.lines(&page)?;
        let upright = self.quarter_turned(Upright { page, lines })?;
        let upright = self.head_up(upright)?;
        self.levelled(upright)
    }

    /// Turns a page that lies on its side, to either side.
    fn quarter_turned(&self, on: Upright) -> Result<Upright, OcrError> {
        if !orient::on_its_side(&on.lines) {
            return Ok(on);
        }
        let page = imageops::rotate90(&on.page);
        let lines = self.detector.lines(&page)?;
        Ok(Upright { page, lines })
    }

    /// Turns a page that stands on its head. The classifier is quick and errs on short lines, so unless it is sure
    /// that all is well, the longest lines are read both ways and the better reading counts.
    fn head_up(&self, on: Upright) -> Result<Upright, OcrError> {
        let Some(probable) = self.direction.on_its_head(&on.page, &on.lines)? else { return Ok(on) };
        if probable < 0.3 {
            return Ok(on);
        }
        let cut: Vec<RgbImage> =
            orient::clearest(&on.lines, 6).iter().map(|line| line.cut(&on.page)).collect();
        let turned: Vec<RgbImage> = cut.iter().map(imageops::rotate180).collect();
        let sense = |lines: Vec<Line>| lines.iter().map(Line::sense).sum::<f32>();
        if sense(self.recogniser.read(&turned)?) <= sense(self.recogniser.read(&cut)?) {
            return Ok(on);
        }
        let half = Turn::Half { width: on.page.width() as f32, height: on.page.height() as f32 };
        let lines = on.lines.into_iter().map(|line| line.turned(half)).collect();
        Ok(Upright { page: imageops::rotate180(&on.page), lines })
    }

    /// Makes the lines level.
    fn levelled(&self, on: Upright) -> Result<Upright, OcrError> {
        let skew = orient::skew(&on.lines);
        if skew == 0.0 {
            return Ok(on);
        }
        let (turned, turn) = orient::turned(&on.page, -skew);
        let page = bounded(&turned)?;
        if skew.abs() > orient::LOOK_AGAIN || page.dimensions() != turned.dimensions() {
            let lines = self.detector.lines(&page)?;
            return Ok(Upright { page, lines });
        }
        let lines = on.lines.into_iter().map(|line| line.turned(turn)).collect();
        Ok(Upright { page, lines })
    }

    /// Reads the lines of a page.
    fn read_lines_of(&self, page: &RgbImage, lines: Vec<LineBox>) -> Result<Vec<Word>, OcrError> {
        let lines = self.with_stamped_lines(page, lines)?;
        let frames: Vec<LineBox> = lines.into_iter().map(LineBox::reading_frame).collect();
        let cut: Vec<RgbImage> = frames.iter().map(|frame| frame.cut(page)).collect();
        let (read, cut) = self.read_through_stamps(cut)?;
        let mut words = Vec::new();
        for ((line, cut), frame) in read.iter().zip(&cut).zip(&frames) {
            if line.sense() >= TEXT {
                words.extend(words::words(line, cut, frame, page.dimensions()));
            }
        }
        Ok(words)
    }

    /// The lines and those that are seen only when the stamps over them are taken away.
    fn with_stamped_lines(&self, page: &RgbImage, lines: Vec<LineBox>) -> Result<Vec<LineBox>, OcrError> {
        let mut lines = lines;
        for part in seal::stamps(page) {
            let shown = imageops::crop_imm(page, part.left, part.top, part.width, part.height).to_image();
            let found = self.detector.lines_of_part(&seal::without_stamps(&shown), page)?;
            for line in found.into_iter().map(|line| line.moved(part.left as f32, part.top as f32)) {
                merge(&mut lines, line);
            }
        }
        Ok(lines)
    }

    /// Reads lines; a stamped one is read with and without its stamp, and the reading with more sure characters
    /// counts: print under a stamp comes out, and a red number beside black words is not lost.
    ///
    /// Returns with each reading the picture that it was read from.
    fn read_through_stamps(&self, cut: Vec<RgbImage>) -> Result<(Vec<Line>, Vec<RgbImage>), OcrError> {
        let mut cut = cut;
        let mut read = self.recogniser.read(&cut)?;
        let stamped: Vec<usize> = (0..cut.len()).filter(|&index| seal::is_stamped(&cut[index])).collect();
        let clean: Vec<RgbImage> = stamped.iter().map(|&index| seal::without_stamps(&cut[index])).collect();
        let again = self.recogniser.read(&clean)?;
        let sure = |line: &Line| line.characters.iter().map(|c| c.confidence - 0.5).sum::<f32>();
        for ((index, clean), line) in stamped.into_iter().zip(clean).zip(again) {
            if sure(&line) > sure(&read[index]) {
                read[index] = line;
                cut[index] = clean;
            }
        }
        Ok((read, cut))
    }
}

/// Adds a line unless it is there already; pieces of it give way to it.
fn merge(lines: &mut Vec<LineBox>, line: LineBox) {
    let new = line.bounds();
    let covered = |by: &crate::document::BBox, what: &crate::document::BBox| {
        let width = (by.x1.min(what.x1) - by.x0.max(what.x0)).max(0.0);
        let height = (by.y1.min(what.y1) - by.y0.max(what.y0)).max(0.0);
        width * height / ((what.x1 - what.x0) * (what.y1 - what.y0)).max(1.0)
    };
    if lines.iter().any(|old| covered(&old.bounds(), &new) > 0.7) {
        return;
    }
    lines.retain(|old| covered(&new, &old.bounds()) <= 0.7);
    lines.push(line);
}

/// The page at no more than its largest size.
fn bounded(page: &RgbImage) -> Result<RgbImage, OcrError> {
    let long = page.width().max(page.height());
    if long <= LARGEST {
        return Ok(page.clone());
    }
    let share = |length: u32| (u64::from(length) * u64::from(LARGEST) / u64::from(long)) as u32;
    super::scale::resize(page, share(page.width()), share(page.height()))
}

fn too_small(page: &RgbImage) -> bool {
    page.width() < SMALLEST || page.height() < SMALLEST
}

impl Ocr for PpOcr {
    fn source(&self) -> Source {
        Source::OcrPpocr
    }

    fn read_page(&self, page: &RgbImage) -> Result<Vec<Word>, OcrError> {
        if too_small(page) {
            return Ok(Vec::new());
        }
        let page = bounded(page)?;
        let lines = self.detector.lines(&page)?;
        self.read_lines_of(&page, lines)
    }

    fn read_upright(&self, page: &RgbImage) -> Result<(RgbImage, Vec<Word>), OcrError> {
        if too_small(page) {
            return Ok((page.clone(), Vec::new()));
        }
        let Upright { page, lines } = self.set_upright(page)?;
        let words = self.read_lines_of(&page, lines)?;
        Ok((page, words))
    }

    fn read_line(&self, line: &RgbImage, expect: Expect) -> Result<Reading, OcrError> {
        let one = [(line.clone(), expect)];
        let read = self.read_lines(&one)?.pop();
        read.ok_or_else(|| OcrError::Engine { reason: "a line was not answered".into() })
    }

    /// What is expected changes nothing: an engine that may only answer with figures finds figures in anything.
    fn read_lines(&self, lines: &[(RgbImage, Expect)]) -> Result<Vec<Reading>, OcrError> {
        let cut = lines.iter().map(|(line, _)| bounded(line)).collect::<Result<Vec<_>, _>>()?;
        let (read, _) = self.read_through_stamps(cut)?;
        let reading = |line: &Line| Reading {
            text: line.text().trim().to_owned(),
            confidence: confidence(&line.characters),
        };
        Ok(read.iter().map(reading).collect())
    }
}
