//! Reading pixels: the [`Ocr`] seam and its engines.

use image::RgbImage;

use crate::document::{Source, Word};

/// An engine that reads pixels.
pub trait Ocr: Send + Sync {
    /// How values read by this engine are marked.
    fn source(&self) -> Source;

    /// Reads a whole page; boxes are in page coordinates.
    fn read_page(&self, page: &RgbImage) -> Result<Vec<Word>, OcrError>;

    /// Reads one line that has been cut out of a page.
    fn read_line(&self, line: &RgbImage, expect: Expect) -> Result<Reading, OcrError>;
}

/// What is expected in a line, so that an engine may leave out what cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Anything.
    Text,
    /// Money: digits, separators, signs, currency marks.
    Money,
    /// An identifier: capital letters and digits.
    Id,
    /// A date.
    Date,
}

/// One line as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The characters.
    pub text: String,
    /// 0..=1.
    pub confidence: f32,
}

/// Why an engine could not read.
#[derive(Debug, thiserror::Error)]
pub enum OcrError {
    /// A model or language file is not there.
    #[error("DH-1301: the OCR model {path} is missing; run scripts/setup")]
    ModelMissing {
        /// The path that was looked for.
        path: String,
    },
    /// The engine itself failed.
    #[error("DH-1302: the OCR engine failed: {reason}")]
    Engine {
        /// In the engine's words.
        reason: String,
    },
}
