//! A file becomes a [`Document`]: pages of words with boxes, page images, QR codes, embedded data.
//!
//! Reading order, the order in which a file meets the modules:
//!
//! 1. [`mod@reader`] is the door: it takes the bytes and returns the document, within [`mod@limits`], or says in
//!    [`mod@error`] why it cannot.
//!    What holds several files is taken apart by [`mod@container`] first; [`mod@table`] reads what is no document.
//! 2. [`mod@media`] says what a file is, by its bytes and never by its name.
//! 3. `pdf` takes words, page images and attached files out of a PDF; `fonts` lends it what it does not carry.
//! 4. `ofd` reads the mainland's own page format out of an `archive`; [`mod@xml`] is what data comes in.
//! 5. `pictures` decodes everything else and sets it upright.
//! 6. [`mod@ocr`] reads pixels where there is no text layer.
//! 7. `codes` finds QR codes and barcodes.
//! 8. `witness` has a PDF's text read a second time, by an independent program.
//! 9. [`mod@child`] does what may crash or hang in a process that can be killed; `apart` sends documents there and back.
//! 10. [`mod@document`] is what every format becomes, [`mod@section`] a part of it that stands alone; [`mod@health`]
//!     tells whether all of this can work here.

mod apart;
mod archive;
pub mod child;
mod codes;
pub mod container;
pub mod document;
pub mod error;
mod fonts;
pub mod health;
pub mod limits;
pub mod media;
pub mod ocr;
mod ofd;
mod pdf;
mod pictures;
pub mod reader;
pub mod section;
pub mod table;
mod text;
mod witness;
mod words;
pub mod xml;

pub use child::{ChildCommand, ChildError, ChildLimits, Children};
pub use document::{BBox, Code, Document, Embedded, Page, Remark, Source, Value, Word};
pub use error::ReadError;
pub use fonts::FONT_DIRS;
pub use health::Health;
pub use limits::Limits;
pub use media::Media;
pub use ocr::{Expect, Ocr, OcrError, Reading};
pub use reader::{Reader, ReaderConfig};
pub use section::Section;
