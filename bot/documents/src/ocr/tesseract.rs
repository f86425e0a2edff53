//! Tesseract 5, the second reader: a different program with different habits, so that two equal readings mean more.
//!
//! It is C++ that reads hostile pixels, so the house asks it through [`TesseractInChild`]; the child process, and
//! tests, hold a [`Tesseract`]. `prepare` makes a picture fit to read, `engine` is the C++ side, `child` is the
//! way to the child and what the child does there.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixels of a page of at most 4000 each way: every value fits every type used here"
)]

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use image::{GrayImage, RgbImage, imageops};

use self::engine::{Engine, Languages, Segmentation};
use super::{Expect, Ocr, OcrError, Reading};
use crate::document::{Source, Word};

mod child;
mod engine;
mod prepare;
#[cfg(test)]
mod tests;
mod words;

pub use child::{TesseractInChild, serve_one};

/// Where Debian and Ubuntu put the languages; `TESSDATA_PREFIX` says otherwise.
pub fn default_tessdata() -> PathBuf {
    std::env::var_os("TESSDATA_PREFIX")
        .map_or_else(|| PathBuf::from("/usr/share/tesseract-ocr/5/tessdata"), PathBuf::from)
}

/// Tesseract inside this process: for the child and for tests.
pub struct Tesseract {
    /// Tesseract's objects are not to be used by two threads at once.
    engines: Mutex<Engines>,
}

/// One engine for each set of languages, made when it is first needed.
struct Engines {
    tessdata: PathBuf,
    chinese: Option<Engine>,
    latin: Option<Engine>,
}

impl Tesseract {
    /// An engine with the languages in this folder.
    ///
    /// # Errors
    /// [`OcrError::LanguageMissing`] when one is not there. They are not opened yet.
    pub fn open(tessdata: &Path) -> Result<Self, OcrError> {
        for language in Languages::ALL {
            let path = tessdata.join(format!("{language}.traineddata"));
            if !path.is_file() {
                return Err(OcrError::LanguageMissing { path: path.display().to_string() });
            }
        }
        let engines = Engines { tessdata: tessdata.to_owned(), chinese: None, latin: None };
        Ok(Self { engines: Mutex::new(engines) })
    }

    fn with<T>(
        &self,
        languages: Languages,
        work: impl FnOnce(&Engine) -> Result<T, OcrError>,
    ) -> Result<T, OcrError> {
        // A thread that panicked left an engine that takes a new picture as well as any other.
        let mut engines = self.engines.lock().unwrap_or_else(PoisonError::into_inner);
        let Engines { tessdata, chinese, latin } = &mut *engines;
        let place = match languages {
            Languages::Chinese => chinese,
            Languages::Latin => latin,
        };
        let engine = match place {
            Some(engine) => engine,
            None => place.insert(Engine::new(tessdata, languages)?),
        };
        work(engine)
    }

    fn page(&self, page: &GrayImage) -> Result<Vec<Word>, OcrError> {
        let Some(page) = prepare::page(page)? else { return Ok(Vec::new()) };
        let found = self.with(Languages::Chinese, |engine| {
            engine.look_at(&page, Segmentation::Block, "")?;
            engine.words()
        })?;
        Ok(words::join(&found, page.dimensions()))
    }

    fn line(&self, line: &GrayImage, expect: Expect) -> Result<Reading, OcrError> {
        let Some(line) = prepare::line(line)? else { return Ok(words::reading(&[])) };
        let (languages, only) = allowed(expect);
        let found = self.with(languages, |engine| {
            engine.look_at(&line, Segmentation::Line, only)?;
            engine.words()
        })?;
        Ok(words::reading(&found))
    }
}

/// The languages that read such a line best, and the only characters that can stand in it (none: any).
fn allowed(expect: Expect) -> (Languages, &'static str) {
    match expect {
        Expect::Text => (Languages::Chinese, ""),
        Expect::Money => (Languages::Latin, "0123456789.,-+()$¥ HKDUSCNYRMBTW"),
        Expect::Id => (Languages::Latin, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-/"),
        Expect::Date => (Languages::Chinese, DATES),
    }
}

/// Figures, separators, 年月日, and the English months.
const DATES: &str = "0123456789-/.,: 年月日ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl Ocr for Tesseract {
    fn source(&self) -> Source {
        Source::OcrTesseract
    }

    fn read_page(&self, page: &RgbImage) -> Result<Vec<Word>, OcrError> {
        self.page(&imageops::grayscale(page))
    }

    fn read_line(&self, line: &RgbImage, expect: Expect) -> Result<Reading, OcrError> {
        self.line(&imageops::grayscale(line), expect)
    }
}
