//! PDF: words with boxes from the text layer, page images, attached files.
//!
//! Everything here runs on bytes from strangers. [`read`] does the whole work on a thread of its own with a deep
//! stack, under a deadline; [`read_apart`] puts it into a child process as well.

mod attached;
mod effort;
mod glyphs;
mod letter;
mod marks;
mod names;
mod page;
mod quality;
mod render;
mod seen;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use image::RgbImage;
use serde::{Deserialize, Serialize};

use crate::apart::{self, Pages, Request};
use crate::child::{self, Children, panic_text};
use crate::document::{Code, Embedded, Remark, Word};
use crate::error::ReadError;
use crate::fonts::Fonts;
use crate::limits::Limits;

/// A PDF as its own content tells it, before any pixel has been read.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PdfRead {
    pub(crate) pages: Vec<PdfPage>,
    pub(crate) embedded: Vec<Embedded>,
    pub(crate) remarks: Vec<Remark>,
    /// Whether the text layer is worth a second witness.
    pub(crate) has_text: bool,
}

/// One page of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PdfPage {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) words: Vec<Word>,
    /// What must be read from the page's pixels.
    pub(crate) pixels: Pixels,
    /// The codes on it; nothing when its picture must be asked.
    pub(crate) codes: Option<Vec<Code>>,
    #[serde(skip)]
    pub(crate) image: Option<RgbImage>,
}

/// Which pages become pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Pictures {
    /// Those from which something must be read, or of which it is in doubt whether their text is seen.
    WhereNeeded,
    /// The same, and reading ends at the first page whose pixels must be read: it is for another time.
    Light,
    /// All of them: a person wants to see them.
    All,
}

/// What the pixels of a page are needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Pixels {
    /// For people: the text layer says everything.
    Shown,
    /// Parts of the page are pictures: what OCR reads there is added to the text layer.
    ReadInPart,
    /// There is no text layer worth having: OCR reads the page, its words replace what there is.
    Read,
}

impl Pages for PdfRead {
    fn images(&mut self) -> Vec<&mut Option<RgbImage>> {
        self.pages.iter_mut().map(|page| &mut page.image).collect()
    }

    fn remarks(&mut self) -> &mut Vec<Remark> {
        &mut self.remarks
    }
}

/// hayro recurses into forms, patterns and fonts; the default of two megabytes is not for strangers' files.
const STACK: usize = 16 << 20;

/// Reads a PDF in a child process if there is one, else in this one.
pub(crate) fn read_apart(
    children: Option<&Children>,
    bytes: &Arc<Vec<u8>>,
    fonts: &Arc<Fonts>,
    limits: Limits,
    pictures: Pictures,
) -> Result<PdfRead, ReadError> {
    let request = Request { limits, font_dirs: fonts.dirs().to_vec(), pictures };
    apart::read(children, child::PDF, &request, bytes, || read(Arc::clone(bytes), fonts, limits, pictures))
}

/// The child's side.
pub(crate) fn serve_one(request: &[u8], fonts: &mut Option<Arc<Fonts>>) -> Result<Vec<u8>, String> {
    apart::serve_one(request, |Request { limits, font_dirs, pictures }, file| {
        // The next file mostly wants the same fonts, and they are 20 MB to read.
        let fonts = match fonts {
            Some(fonts) if fonts.dirs() == font_dirs => Arc::clone(fonts),
            _ => Arc::clone(fonts.insert(Arc::new(Fonts::new(font_dirs)))),
        };
        read(Arc::new(file.to_vec()), &fonts, limits, pictures)
    })
}

/// The longest that finding a file's objects may take. It takes milliseconds, unless the file is broken in such a way
/// that each object has to be looked for in all of the file; then it may take hours, and nothing comes of it.
const STRUCTURE: Duration = Duration::from_secs(8);

/// Reads a PDF.
pub(crate) fn read(
    bytes: Arc<Vec<u8>>,
    fonts: &Arc<Fonts>,
    limits: Limits,
    pictures: Pictures,
) -> Result<PdfRead, ReadError> {
    let (opened, is_open) = mpsc::channel();
    let (send, receive) = mpsc::channel();
    let fonts = Arc::clone(fonts);
    let thread = thread::Builder::new()
        .name("pdf".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            // Nobody listens any more when the time was up.
            let _ = send.send(read_here(bytes, &opened, &fonts, limits, pictures));
        })
        .map_err(|error| ReadError::Unsafe { reason: error.to_string() })?;
    let late = |time: Duration| {
        Err(ReadError::Unsafe { reason: format!("it took longer than {} seconds", time.as_secs()) })
    };
    if is_open.recv_timeout(STRUCTURE.min(limits.time)) == Err(RecvTimeoutError::Timeout) {
        return late(STRUCTURE.min(limits.time));
    }
    match receive.recv_timeout(limits.time) {
        Ok(outcome) => outcome,
        Err(RecvTimeoutError::Timeout) => late(limits.time),
        Err(RecvTimeoutError::Disconnected) => {
            let reason = match thread.join() {
                Err(panic) => format!("the PDF reader crashed: {}", panic_text(panic.as_ref())),
                Ok(()) => "the PDF reader stopped".to_owned(),
            };
            Err(ReadError::Unsafe { reason })
        }
    }
}

fn read_here(
    bytes: Arc<Vec<u8>>,
    opened: &mpsc::Sender<()>,
    fonts: &Fonts,
    limits: Limits,
    pictures: Pictures,
) -> Result<PdfRead, ReadError> {
    let mut remarks = Vec::new();
    let pdf = open(bytes)?;
    // Nobody listens any more when the time was up.
    let _ = opened.send(());
    if is_encrypted(&pdf) {
        remarks.push(remark("DH-1110", "the PDF is encrypted but opens without a password".to_owned()));
    }
    let count = pdf.pages().len();
    let kept = count.min(limits.pages as usize);
    if kept < count {
        remarks
            .push(remark("DH-1111", format!("the PDF has {count} pages; only the first {kept} were read")));
    }
    let pages = page::read_all(&pdf, kept, fonts, limits, pictures, &mut remarks);
    let embedded = attached::read(&pdf, limits, &mut remarks);
    let has_text = pages.iter().any(|page| !page.words.is_empty());
    Ok(PdfRead { pages, embedded, remarks, has_text })
}

fn open(bytes: Arc<Vec<u8>>) -> Result<Pdf, ReadError> {
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => ReadError::Encrypted,
        LoadPdfError::Decryption(_) => {
            ReadError::Damaged { reason: "its encryption is damaged or of an unknown kind".to_owned() }
        }
        LoadPdfError::Invalid => {
            ReadError::Damaged { reason: "its structure cannot be understood".to_owned() }
        }
    })?;
    if pdf.pages().is_empty() {
        return Err(ReadError::Damaged { reason: "it has no pages".to_owned() });
    }
    Ok(pdf)
}

/// hayro decrypts without saying so; the trailer's key is looked for in the bytes.
fn is_encrypted(pdf: &Pdf) -> bool {
    const KEY: &[u8] = b"/Encrypt";
    let bytes: &[u8] = pdf.data().as_ref();
    // A longer name that begins so (`/EncryptMetadata`) is another key.
    bytes
        .windows(KEY.len() + 1)
        .any(|window| window.starts_with(KEY) && !window[KEY.len()].is_ascii_alphabetic())
}

fn remark(code: &str, text: String) -> Remark {
    Remark { code: code.to_owned(), text }
}
