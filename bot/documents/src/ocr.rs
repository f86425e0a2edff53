//! Reading pixels: the [`Ocr`] seam and its engines.
//!
//! [`PpOcr`] (PP-OCRv6 small, pure Rust) reads pages. [`Tesseract`] is the second, independent reader of single
//! lines; it is C++, so the house reaches it through [`TesseractInChild`] only.

use image::RgbImage;
use serde::{Deserialize, Serialize};

use crate::document::{Source, Word};

pub mod ppocr;
mod scale;
pub mod tesseract;

pub use ppocr::PpOcr;
pub use tesseract::{Tesseract, TesseractInChild};

/// An engine that reads pixels.
pub trait Ocr: Send + Sync {
    /// How values read by this engine are marked.
    fn source(&self) -> Source;

    /// Reads a whole page as it stands; boxes are in page coordinates.
    fn read_page(&self, page: &RgbImage) -> Result<Vec<Word>, OcrError>;

    /// Reads a page that may lie on its side, stand on its head or be skewed.
    ///
    /// Returns the page set upright, and its words with boxes in coordinates of that upright page. An engine that
    /// cannot turn pages returns the page as it came.
    fn read_upright(&self, page: &RgbImage) -> Result<(RgbImage, Vec<Word>), OcrError> {
        Ok((page.clone(), self.read_page(page)?))
    }

    /// Reads one line that has been cut out of a page.
    fn read_line(&self, line: &RgbImage, expect: Expect) -> Result<Reading, OcrError>;

    /// Reads several lines, in their order. Much cheaper than one by one where an engine starts anew each time.
    fn read_lines(&self, lines: &[(RgbImage, Expect)]) -> Result<Vec<Reading>, OcrError> {
        lines.iter().map(|(line, expect)| self.read_line(line, *expect)).collect()
    }
}

/// What is expected in a line, so that an engine may leave out what cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    #[error("DH-1301: the OCR model {path} is missing; run scripts/models")]
    ModelMissing {
        /// The path that was looked for.
        path: String,
    },
    /// The engine itself failed.
    #[error(
        "DH-1302: the OCR engine failed: {reason}; try the document again, and report it if it fails again"
    )]
    Engine {
        /// In the engine's words.
        reason: String,
    },
    /// A model file is there, and is not what it should be.
    #[error("DH-1303: the OCR model {path} cannot be used: {reason}; run scripts/models to fetch it again")]
    ModelDamaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A language of Tesseract is not installed.
    #[error(
        "DH-1304: Tesseract's language file {path} is missing; install tesseract-ocr-eng, tesseract-ocr-chi-tra and tesseract-ocr-chi-sim"
    )]
    LanguageMissing {
        /// The path that was looked for.
        path: String,
    },
    /// The process that runs Tesseract crashed, hung or refused.
    #[error(
        "DH-1305: the second reader gave no answer: {reason}; the first reader's values are left to a person"
    )]
    SecondReader {
        /// What became of it.
        reason: String,
    },
}
