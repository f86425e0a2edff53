//! [`Reader`]: the one door through which a file becomes a [`Document`].

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread;

use image::RgbImage;
use sha2::{Digest, Sha256};

use crate::child::{ChildCommand, ChildLimits, Children, panic_text};
use crate::codes;
use crate::document::{Document, Embedded, Page, Remark, Word};
use crate::error::ReadError;
use crate::fonts::{FONT_DIRS, Fonts};
use crate::health::{self, Health};
use crate::limits::Limits;
use crate::media::{Media, Sniffed};
use crate::ocr::tesseract::default_tessdata;
use crate::ocr::{Ocr, OcrError, PpOcr, Tesseract, TesseractInChild};
use crate::ofd::{self, Ofd, OfdPage};
use crate::pdf::{self, PdfPage, Pictures, Pixels};
use crate::xml::Element;
use crate::{pictures, text, witness};

/// What a [`Reader`] needs to know.
#[derive(Debug, Clone)]
pub struct ReaderConfig {
    /// The folder with the OCR models, `ocr-models/` in a checkout.
    pub models: PathBuf,
    /// Folders in which Noto Sans CJK is looked for, for PDFs that do not carry their Chinese fonts.
    pub font_dirs: Vec<PathBuf>,
    /// The bounds of one read.
    pub limits: Limits,
    /// How to start the program for work that may crash. Without it there is no second witness, and PDFs and
    /// pictures are read in this very process.
    pub child: Option<ChildCommand>,
}

impl ReaderConfig {
    /// The usual places of this machine, and no child.
    pub fn with_models(models: impl Into<PathBuf>) -> Self {
        let font_dirs = FONT_DIRS.iter().map(PathBuf::from).collect();
        Self { models: models.into(), font_dirs, limits: Limits::default(), child: None }
    }
}

/// Reads files. Cheap to make and to share: models and fonts are loaded once, when first needed.
pub struct Reader {
    config: ReaderConfig,
    fonts: Arc<Fonts>,
    children: Option<Arc<Children>>,
    ocr: OnceLock<PpOcr>,
    second: Option<Box<dyn Ocr>>,
}

/// What the pages of a file gave, before they are put together.
#[derive(Default)]
struct Content {
    pages: Vec<Page>,
    embedded: Vec<Embedded>,
    witness_text: Option<String>,
    remarks: Vec<Remark>,
}

impl Reader {
    /// A reader. Nothing is loaded yet; [`Reader::health`] tells whether all is there.
    pub fn new(config: ReaderConfig) -> Self {
        let fonts = Arc::new(Fonts::new(config.font_dirs.clone()));
        let children = config.child.clone().map(|command| Arc::new(Children::new(command)));
        let second: Option<Box<dyn Ocr>> = match children.clone() {
            Some(children) => Some(Box::new(TesseractInChild { children, tessdata: default_tessdata() })),
            None => {
                Tesseract::open(&default_tessdata()).ok().map(|tesseract| Box::new(tesseract) as Box<dyn Ocr>)
            }
        };
        Self { config, fonts, children, ocr: OnceLock::new(), second }
    }

    /// Reads a file. Blocks, and is heavy on the processor when pixels have to be read.
    ///
    /// # Errors
    /// [`ReadError`] says what is wrong with the file and what a person can do about it.
    pub fn read(&self, name: &str, bytes: &[u8]) -> Result<Document, ReadError> {
        let read = self.read_within(name, bytes, Pictures::WhereNeeded)?;
        read.ok_or_else(|| ReadError::Unsafe { reason: "it was left unread".to_owned() })
    }

    /// Reads a file if that is light work: data and text layers take milliseconds, pixels take seconds. Nothing when
    /// pixels have to be read.
    ///
    /// # Errors
    /// [`ReadError`], as from [`Reader::read`].
    pub fn read_light(&self, name: &str, bytes: &[u8]) -> Result<Option<Document>, ReadError> {
        self.read_within(name, bytes, Pictures::Light)
    }

    fn read_within(
        &self,
        name: &str,
        bytes: &[u8],
        pictures: Pictures,
    ) -> Result<Option<Document>, ReadError> {
        let media = self.admit(bytes)?;
        let work = || match media {
            Media::Pdf => self.read_pdf(bytes, pictures),
            Media::Png | Media::Jpeg | Media::Webp | Media::Tiff if pictures == Pictures::Light => Ok(None),
            Media::Png | Media::Jpeg | Media::Webp | Media::Tiff => {
                self.read_pictures(media, bytes).map(Some)
            }
            Media::Ofd => self.read_ofd(bytes).map(Some),
            Media::Xml => read_xml(name, bytes).map(Some),
        };
        // A decoder that panics on a hostile file ends that file's reading and nothing else.
        let content = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
            Err(ReadError::Unsafe { reason: format!("a decoder crashed: {}", panic_text(panic.as_ref())) })
        });
        let Some(content) = content.or_else(|error| locked(error).map(Some))? else { return Ok(None) };
        Ok(Some(Document {
            sha256: hex::encode(Sha256::digest(bytes)),
            name: name.to_owned(),
            media,
            pages: content.pages,
            embedded: content.embedded,
            witness_text: content.witness_text,
            remarks: content.remarks,
        }))
    }

    /// The pages of a PDF as pictures for people, where they can be drawn: those whose text layer says everything were
    /// not drawn to be read. Every other kind of file gives its pictures when it is read, and none here.
    ///
    /// # Errors
    /// [`ReadError`], as from [`Reader::read`].
    pub fn pictures(&self, bytes: &[u8]) -> Result<Vec<Option<RgbImage>>, ReadError> {
        if self.admit(bytes)? != Media::Pdf {
            return Ok(Vec::new());
        }
        let (children, bytes) = (self.children.as_deref(), Arc::new(bytes.to_vec()));
        let read = pdf::read_apart(children, &bytes, &self.fonts, self.config.limits, Pictures::All)?;
        Ok(read.pages.into_iter().map(|page| page.image).collect())
    }

    /// The second, independent reader of pixels: Tesseract, in a child process when one is configured.
    pub fn second_reader(&self) -> Option<&dyn Ocr> {
        self.second.as_deref()
    }

    /// Whether everything that reading needs is there, for `deskhand doctor`.
    pub fn health(&self) -> Vec<Health> {
        health::examine(&self.config, &self.fonts, self.children.as_deref(), self.second_reader())
    }

    /// Refuses what is empty, too large, or of a kind that cannot be read.
    fn admit(&self, bytes: &[u8]) -> Result<Media, ReadError> {
        let (size, limit) = (bytes.len() as u64, self.config.limits.bytes);
        if bytes.is_empty() {
            return Err(ReadError::Empty);
        }
        if size > limit {
            return Err(ReadError::TooLarge { bytes: size, limit });
        }
        match Media::sniff(bytes) {
            Sniffed::Known(media) => Ok(media),
            Sniffed::Container(container) => Err(ReadError::NotSupported { kind: container.name() }),
            Sniffed::Unsupported(kind) => Err(ReadError::NotSupported { kind }),
            Sniffed::Unknown => Err(ReadError::UnknownFormat),
        }
    }

    /// Nothing when only light work was asked for and pixels have to be read.
    fn read_pdf(&self, bytes: &[u8], pictures: Pictures) -> Result<Option<Content>, ReadError> {
        let bytes = Arc::new(bytes.to_vec());
        let children = self.children.as_deref();
        // The witness reads while the PDF is read: it has a process of its own anyway.
        let (read, witness) = thread::scope(|scope| {
            let witness = scope.spawn(|| witness::ask(children, &bytes, &ChildLimits::default()));
            let read = pdf::read_apart(children, &bytes, &self.fonts, self.config.limits, pictures);
            (read, witness.join())
        });
        let read = read?;
        if pictures == Pictures::Light && read.pages.iter().any(|page| page.pixels != Pixels::Shown) {
            return Ok(None);
        }
        let mut content = Content { embedded: read.embedded, remarks: read.remarks, ..Content::default() };
        if read.has_text {
            match witness {
                Ok(Ok(text)) => content.witness_text = Some(text),
                Ok(Err(remark)) => content.remarks.push(remark),
                // `ask` does not panic; a witness that is lost all the same is only missed.
                Err(_) => {}
            }
        }
        for (number, page) in (1..).zip(read.pages) {
            let page = self.finish(number, page, &mut content.remarks)?;
            content.pages.push(page);
        }
        Ok(Some(content))
    }

    /// Reads from a PDF page's pixels what its text layer does not say.
    fn finish(&self, number: u32, page: PdfPage, remarks: &mut Vec<Remark>) -> Result<Page, ReadError> {
        let PdfPage { mut width, mut height, mut words, pixels, codes, mut image } = page;
        match (&image, pixels) {
            (Some(pixels), Pixels::Read) => {
                let (upright, read) = self.upright(pixels)?;
                if (upright.width() > upright.height()) != (width > height) {
                    (width, height) = (height, width);
                }
                words = read;
                image = Some(upright);
            }
            (Some(pixels), Pixels::ReadInPart) => match self.ocr().and_then(|ocr| ocr.read_page(pixels)) {
                Ok(read) => add_unsaid(&mut words, read),
                Err(error) => {
                    let text = format!("page {number}: the pictures on it could not be read: {error}");
                    remarks.push(Remark { code: "DH-1117".to_owned(), text });
                }
            },
            (_, Pixels::Shown) | (None, _) => {}
        }
        let codes = codes.unwrap_or_else(|| image.as_ref().map(codes::find).unwrap_or_default());
        Ok(Page { number, width, height, words, codes, image: image.map(Arc::new) })
    }

    #[expect(clippy::cast_precision_loss, reason = "a side of a picture is far below 2^24")]
    fn read_pictures(&self, media: Media, bytes: &[u8]) -> Result<Content, ReadError> {
        let mut content = Content::default();
        let pictures = pictures::decode(media, bytes, self.config.limits, &mut content.remarks)?;
        for (number, picture) in (1..).zip(pictures) {
            let (upright, words) = self.upright(&picture)?;
            drop(picture);
            let codes = codes::find(&upright);
            let (width, height) = (upright.width() as f32, upright.height() as f32);
            content.pages.push(Page { number, width, height, words, codes, image: Some(Arc::new(upright)) });
        }
        Ok(content)
    }

    /// The data and the texts of an OFD; its pixels are for people and for QR codes.
    fn read_ofd(&self, bytes: &[u8]) -> Result<Content, ReadError> {
        let Ofd { pages, embedded, remarks } =
            ofd::read_apart(self.children.as_deref(), bytes, self.config.limits)?;
        let mut content = Content { embedded, remarks, ..Content::default() };
        for (number, page) in (1..).zip(pages) {
            let OfdPage { width, height, words, image } = page;
            let codes = image.as_ref().map(codes::find).unwrap_or_default();
            content.pages.push(Page { number, width, height, words, codes, image: image.map(Arc::new) });
        }
        Ok(content)
    }

    fn upright(&self, picture: &RgbImage) -> Result<(RgbImage, Vec<Word>), ReadError> {
        let read = self.ocr().and_then(|ocr| ocr.read_upright(picture));
        read.map_err(|error| ReadError::Ocr { reason: error.to_string() })
    }

    /// The first reader of pixels. A model that is missing now may be there at the next page.
    fn ocr(&self) -> Result<&PpOcr, OcrError> {
        if let Some(ocr) = self.ocr.get() {
            return Ok(ocr);
        }
        let ocr = PpOcr::load(&self.config.models)?;
        Ok(self.ocr.get_or_init(|| ocr))
    }
}

/// A file that needs a password is a document that nobody can look into yet: a person asks for it, or types it in.
fn locked(error: ReadError) -> Result<Content, ReadError> {
    if error != ReadError::Encrypted {
        return Err(error);
    }
    let text = "it opens only with a password; ask the sender for one without".to_owned();
    let remarks = vec![Remark { code: "DH-1107".to_owned(), text }];
    Ok(Content { remarks, ..Content::default() })
}

/// An invoice that is data and has no page.
fn read_xml(name: &str, bytes: &[u8]) -> Result<Content, ReadError> {
    let damaged = |reason: &dyn std::fmt::Display| ReadError::Damaged { reason: reason.to_string() };
    let text =
        text::decode_xml(bytes).ok_or_else(|| damaged(&"its characters are not those that it declares"))?;
    Element::parse(&text).map_err(|error| damaged(&error))?;
    let embedded = vec![Embedded { name: name.to_owned(), text, values: Vec::new() }];
    Ok(Content { embedded, ..Content::default() })
}

/// Adds what OCR read in places where the text layer says nothing.
fn add_unsaid(words: &mut Vec<Word>, read: Vec<Word>) {
    let said = words.len();
    for word in read {
        let b = word.bbox;
        let area = (b.x1 - b.x0) * (b.y1 - b.y0);
        let covered = words[..said].iter().map(|known| {
            let k = known.bbox;
            (b.x1.min(k.x1) - b.x0.max(k.x0)).max(0.0) * (b.y1.min(k.y1) - b.y0.max(k.y0)).max(0.0)
        });
        if covered.sum::<f32>() < 0.2 * area {
            words.push(word);
        }
    }
}

#[cfg(test)]
mod tests;
