//! A file becomes a [`Document`]: pages of words with boxes, page images, QR codes, embedded data.
//!
//! Reading order, the order in which a file meets the modules:
//!
//! 1. [`mod@media`] says what a file is, by its bytes and never by its name.
//! 2. [`mod@child`] does the work that may crash or hang in a process that can be killed.
//! 3. `witness` has a PDF's text read a second time, by an independent program in such a child.
//! 4. [`mod@ocr`] reads pixels.
//! 5. [`mod@document`] is what every format becomes.

pub mod child;
pub mod document;
pub mod media;
pub mod ocr;
mod witness;

pub use child::{ChildCommand, ChildError, ChildLimits};
pub use document::{BBox, Code, Document, Embedded, Page, Remark, Source, Word};
pub use media::Media;
pub use ocr::{Expect, Ocr, OcrError, Reading};
