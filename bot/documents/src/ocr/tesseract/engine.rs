//! The C++ side of Tesseract.

use std::fmt;
use std::path::Path;

use image::GrayImage;
use tesseract_rs::{TessPageIteratorLevel as Level, TessPageSegMode, TesseractAPI, TesseractError};

use crate::ocr::OcrError;

/// Sets of languages that are read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Languages {
    /// Traditional and simplified Chinese with English.
    Chinese,
    /// English alone: it confuses figures less, having fewer rivals for them.
    Latin,
}

impl Languages {
    /// The files that both sets need.
    pub(super) const ALL: [&str; 3] = ["chi_tra", "chi_sim", "eng"];
}

impl fmt::Display for Languages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chinese => "chi_tra+chi_sim+eng",
            Self::Latin => "eng",
        })
    }
}

/// How a picture is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Segmentation {
    /// One block of text.
    Block,
    /// One line of text.
    Line,
}

/// A word as Tesseract tells it, in the pixels of the picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) text: String,
    /// Left, top, right, bottom.
    pub(super) edges: [i32; 4],
    /// The edges of the line that it stands in.
    pub(super) line: [i32; 4],
    /// 0..=1.
    pub(super) confidence: f32,
}

pub(super) struct Engine {
    api: TesseractAPI,
}

impl Engine {
    pub(super) fn new(tessdata: &Path, languages: Languages) -> Result<Self, OcrError> {
        // The binding unwraps what is not UTF-8.
        let folder = tessdata.to_str().filter(|folder| !folder.contains('\0'));
        let folder = folder.ok_or_else(|| OcrError::Engine {
            reason: "the folder of Tesseract's languages has a name that is not UTF-8".into(),
        })?;
        let api = TesseractAPI::new();
        api.init(folder, &languages.to_string()).map_err(|error| failed(&error))?;
        // It would write remarks about the picture to the terminal.
        api.set_variable("debug_file", "/dev/null").map_err(|error| failed(&error))?;
        Ok(Self { api })
    }

    /// Reads a picture. `only` lists the characters that can stand in it; none means any.
    pub(super) fn look_at(
        &self,
        picture: &GrayImage,
        segmentation: Segmentation,
        only: &str,
    ) -> Result<(), OcrError> {
        let mode = match segmentation {
            Segmentation::Block => TessPageSegMode::PSM_SINGLE_BLOCK,
            Segmentation::Line => TessPageSegMode::PSM_SINGLE_LINE,
        };
        let size = |length: u32| {
            i32::try_from(length).map_err(|_| OcrError::Engine { reason: "the picture is too large".into() })
        };
        let (width, height) = (size(picture.width())?, size(picture.height())?);
        let api = &self.api;
        api.set_page_seg_mode(mode).map_err(|error| failed(&error))?;
        api.set_variable("tessedit_char_whitelist", only).map_err(|error| failed(&error))?;
        api.set_image(picture.as_raw(), width, height, 1, width).map_err(|error| failed(&error))?;
        api.set_source_resolution(300).map_err(|error| failed(&error))?;
        api.recognize().map_err(|error| failed(&error))
    }

    /// The words of the picture that was looked at.
    pub(super) fn words(&self) -> Result<Vec<Found>, OcrError> {
        // A picture without any text has no iterator.
        let Ok(iterator) = self.api.get_iterator() else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        loop {
            // A picture without text may also have an iterator that stands on nothing.
            if let (Ok(text), Ok(edges), Ok(line)) = (
                iterator.get_utf8_text(Level::RIL_WORD),
                iterator.get_bounding_box(Level::RIL_WORD),
                iterator.get_bounding_box(Level::RIL_TEXTLINE),
            ) && !text.trim().is_empty()
            {
                let confidence =
                    iterator.confidence(Level::RIL_WORD).map_err(|error| failed(&error))? / 100.0;
                found.push(Found {
                    text: text.trim().to_owned(),
                    edges: edges.into(),
                    line: line.into(),
                    confidence: confidence.clamp(0.0, 1.0),
                });
            }
            if !iterator.next(Level::RIL_WORD).map_err(|error| failed(&error))? {
                return Ok(found);
            }
        }
    }
}

fn failed(error: &TesseractError) -> OcrError {
    OcrError::Engine { reason: format!("Tesseract: {error}") }
}
