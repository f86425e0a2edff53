//! Reading lines that have been cut out: PP-OCRv6 recognition with greedy CTC decoding.

use std::path::Path;
use std::sync::OnceLock;

use image::RgbImage;
use rten_tensor::prelude::*;

use super::network::{Batch, Network};
use crate::ocr::OcrError;
use crate::ocr::scale::resize;

/// The network reads lines of this height.
pub(super) const HEIGHT: u32 = 48;
/// A shorter line is filled up to this width. The network was taught with 320; figures and names come out the same
/// with half of it, in two thirds of the time.
const NARROWEST: u32 = 160;
/// A longer line is squeezed to this width: more than the longest line of small print on a landscape page.
const WIDEST: u32 = 3200;
/// Lines are read together while their widths add up to no more than this: it bounds the memory, and larger batches
/// leave the processor's cache.
const TOGETHER: u32 = 960;

pub(super) struct Recogniser {
    network: Network,
    dictionary: OnceLock<Vec<String>>,
}

/// A line as read.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// In the order of reading; spaces are characters too.
    pub(super) characters: Vec<Character>,
}

/// A character that was read.
#[derive(Debug, Clone)]
pub(super) struct Character {
    pub(super) text: String,
    /// 0..=1.
    pub(super) confidence: f32,
    /// Its middle, as a share (0..=1) of the line's width.
    pub(super) middle: f32,
}

impl Line {
    pub(super) fn text(&self) -> String {
        self.characters.iter().map(|character| character.text.as_str()).collect()
    }

    /// The mean over the characters: whether this is text at all. 0 for an empty line.
    pub(super) fn sense(&self) -> f32 {
        let sum: f32 = self.characters.iter().map(|character| character.confidence).sum();
        sum / self.characters.len().max(1) as f32
    }
}

impl Character {
    pub(super) fn is_space(&self) -> bool {
        self.text.chars().all(char::is_whitespace)
    }
}

/// How sure these characters are together: as sure as the weakest. One wrong figure makes a wrong amount, and a mean
/// over ten would hide it. 0 for none.
pub(super) fn confidence(characters: &[Character]) -> f32 {
    let sure = characters.iter().filter(|character| !character.is_space());
    sure.map(|character| character.confidence.clamp(0.0, 1.0)).reduce(f32::min).unwrap_or(0.0)
}

impl Recogniser {
    pub(super) fn at(folder: &Path) -> Result<Self, OcrError> {
        let network = Network::at(folder.join("PP-OCRv6_rec_small.onnx"))?;
        Ok(Self { network, dictionary: OnceLock::new() })
    }

    pub(super) fn load(&self) -> Result<(), OcrError> {
        self.dictionary().map(|_| ())
    }

    /// Class `n` of the network is entry `n` here: the CTC blank, the model's own list of characters, a space.
    fn dictionary(&self) -> Result<&[String], OcrError> {
        if let Some(dictionary) = self.dictionary.get() {
            return Ok(dictionary);
        }
        let listed = self.network.model()?.metadata().get("character");
        let listed = listed.ok_or_else(|| self.network.damaged("it names no characters".into()))?;
        let blank = std::iter::once(String::new());
        let space = std::iter::once(" ".to_owned());
        let dictionary = blank.chain(listed.split('\n').map(str::to_owned)).chain(space).collect();
        Ok(self.dictionary.get_or_init(|| dictionary))
    }

    /// Reads the lines. The answer is in their order.
    pub(super) fn read(&self, lines: &[RgbImage]) -> Result<Vec<Line>, OcrError> {
        let level = lines.iter().map(at_height).collect::<Result<Vec<_>, _>>()?;
        let mut order: Vec<usize> = (0..level.len()).collect();
        order.sort_by_key(|&index| level[index].width());
        let mut read = vec![Line::default(); level.len()];
        let mut rest = order.as_slice();
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(batch_size(rest, &level));
            rest = later;
            let images: Vec<&RgbImage> = batch.iter().map(|&index| &level[index]).collect();
            for (&index, line) in batch.iter().zip(self.read_batch(&images)?) {
                read[index] = line;
            }
        }
        Ok(read)
    }

    fn read_batch(&self, images: &[&RgbImage]) -> Result<Vec<Line>, OcrError> {
        let dictionary = self.dictionary()?;
        let width = images.iter().map(|image| image.width()).max().unwrap_or(0).max(NARROWEST);
        let output = self.network.run(&Batch::of(images, width, HEIGHT))?;
        let &[count, steps, classes] = output.shape() else {
            return Err(self.network.damaged(format!("it answers in {} dimensions", output.ndim())));
        };
        if count != images.len() || classes != dictionary.len() || steps == 0 {
            let reason = format!("it tells {classes} characters apart and names {}", dictionary.len());
            return Err(self.network.damaged(reason));
        }
        let probable = output.into_data();
        let step = width as f32 / steps as f32;
        let read = images.iter().zip(probable.chunks_exact(steps * classes));
        Ok(read.map(|(image, probable)| decode(probable, dictionary, step / image.width() as f32)).collect())
    }
}

/// How many of the lines, narrowest first, are read together.
fn batch_size(order: &[usize], level: &[RgbImage]) -> usize {
    let widths = order.iter().map(|&index| level[index].width().max(NARROWEST));
    let fits = widths.zip(1..).take_while(|(width, count)| width * count <= TOGETHER).count();
    fits.max(1)
}

/// The line at the height that the network reads.
fn at_height(line: &RgbImage) -> Result<RgbImage, OcrError> {
    let ratio = line.width() as f32 / line.height().max(1) as f32;
    resize(line, ((HEIGHT as f32 * ratio).ceil() as u32).clamp(1, WIDEST), HEIGHT)
}

/// Greedy CTC: the most probable class of each time step, repeats told once, blanks left out.
///
/// A time step covers the share `step` of the line's width.
fn decode(probable: &[f32], dictionary: &[String], step: f32) -> Line {
    let mut characters = Vec::new();
    let mut before = 0;
    let mut since = 0;
    for (now, classes) in probable.chunks_exact(dictionary.len()).enumerate() {
        let (class, confidence) = most_probable(classes);
        if class != before {
            since = now;
        }
        // A character stands in the middle of the steps that tell it.
        let middle = ((since + now + 1) as f32 / 2.0 * step).min(1.0);
        let again = class == before;
        before = class;
        match characters.last_mut() {
            _ if class == 0 => {}
            Some(Character { confidence: best, middle: place, .. }) if again => {
                *best = confidence.max(*best);
                *place = middle;
            }
            _ => characters.push(Character { text: dictionary[class].clone(), confidence, middle }),
        }
    }
    Line { characters }
}

/// The most probable class and its probability.
fn most_probable(classes: &[f32]) -> (usize, f32) {
    // Probabilities add up to one: a class above one half has no rival, and mostly that is the blank.
    if classes[0] > 0.5 {
        return (0, classes[0]);
    }
    let best = classes.iter().copied().enumerate();
    best.fold((0, f32::MIN), |best, now| if now.1 > best.1 { now } else { best })
}
