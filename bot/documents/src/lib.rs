//! A file becomes a [`Document`]: pages of words with boxes, page images, QR codes, embedded data.
//!
//! Reading order, the order in which a file meets the modules:
//!
//! 1. [`mod@media`] says what a file is, by its bytes and never by its name.
//! 2. [`mod@document`] is what every format becomes.

pub mod document;
pub mod media;
pub mod ocr;

pub use document::{BBox, Code, Document, Embedded, Page, Remark, Source, Word};
pub use media::Media;
pub use ocr::{Expect, Ocr, OcrError, Reading};
