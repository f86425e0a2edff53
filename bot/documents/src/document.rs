//! What every format becomes: one [`Document`] of pages, words, codes and embedded data.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::media::Media;

/// A file that has been read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Document {
    /// SHA-256 of the file's bytes, lower-case hex: the document's identity.
    pub sha256: String,
    /// The file's name as it arrived, for people; never trusted for its type.
    pub name: String,
    /// What the bytes are.
    pub media: Media,
    /// The pages, first page first.
    pub pages: Vec<Page>,
    /// Structured data found inside the file (XML attachments and the like).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub embedded: Vec<Embedded>,
    /// The same text layer as a second, independent program read it: a witness, without positions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness_text: Option<String>,
    /// What the reader has to say about its own work (pages left out, a witness that failed …).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
}

/// One page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Page {
    /// 1 for the first page.
    pub number: u32,
    /// Width in points for PDF, in pixels for images.
    pub width: f32,
    /// Height in the same unit as the width.
    pub height: f32,
    /// Words in no promised order: use their boxes.
    pub words: Vec<Word>,
    /// QR codes and barcodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code>,
    /// The page as pixels, upright; kept in memory for crops, never serialised.
    #[serde(skip)]
    pub image: Option<Arc<image::RgbImage>>,
}

/// A run of characters on one line without a wide gap: an English word or a Chinese phrase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// The characters as read. Nothing is folded or repaired here.
    pub text: String,
    /// Where it stands.
    #[serde(rename = "box")]
    pub bbox: BBox,
    /// 0..=1; 1 for text layers.
    pub confidence: f32,
    /// Who read it.
    pub source: Source,
}

/// A rectangle in page coordinates: 0..=1 in both directions, origin top left.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f32; 4]", into = "[f32; 4]")]
pub struct BBox {
    /// Left edge.
    pub x0: f32,
    /// Top edge.
    pub y0: f32,
    /// Right edge.
    pub x1: f32,
    /// Bottom edge.
    pub y1: f32,
}

impl BBox {
    /// The point in the middle.
    pub fn middle(&self) -> (f32, f32) {
        (f32::midpoint(self.x0, self.x1), f32::midpoint(self.y0, self.y1))
    }

    /// Whether a point lies in it.
    pub fn holds(&self, x: f32, y: f32) -> bool {
        (self.x0..=self.x1).contains(&x) && (self.y0..=self.y1).contains(&y)
    }
}

impl From<[f32; 4]> for BBox {
    fn from([x0, y0, x1, y1]: [f32; 4]) -> Self {
        Self { x0, y0, x1, y1 }
    }
}

impl From<BBox> for [f32; 4] {
    fn from(b: BBox) -> Self {
        [b.x0, b.y0, b.x1, b.y1]
    }
}

/// A decoded QR code or barcode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Code {
    /// The payload. Never opened, even if it is a link.
    pub text: String,
    /// `qr`, `code_39`, `code_128` …
    pub format: String,
    /// Where it stands.
    #[serde(rename = "box")]
    pub bbox: BBox,
}

/// Structured data inside a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Embedded {
    /// Its name inside the file.
    pub name: String,
    /// Its text, where it is a file of its own (XML).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Its values, where the format names them one by one (tags of an OFD).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
}

/// A value that a format names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// Its name, such as `Buyer.BuyerName`.
    pub path: String,
    /// The characters.
    pub text: String,
    /// The page on which it stands, 1 for the first.
    pub page: u32,
    /// Where it stands, if it stands anywhere.
    #[serde(rename = "box", default, skip_serializing_if = "Option::is_none")]
    pub bbox: Option<BBox>,
}

/// A remark of the reader on its own work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The code of the page in `docs/errors/`.
    pub code: String,
    /// One plain sentence.
    pub text: String,
}

/// Who says so: the origin of a word or a value, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Source {
    /// A person typed or confirmed it.
    #[serde(rename = "person")]
    Person,
    /// Data meant for machines: XML, OFD tags.
    #[serde(rename = "structured")]
    Structured,
    /// A QR code or barcode.
    #[serde(rename = "qr")]
    Qr,
    /// The text layer of a PDF, with positions.
    #[serde(rename = "text_layer")]
    TextLayer,
    /// PP-OCRv6 read it from pixels.
    #[serde(rename = "ocr:ppocr")]
    OcrPpocr,
    /// Tesseract read it from pixels.
    #[serde(rename = "ocr:tesseract")]
    OcrTesseract,
    /// Not on the paper: a person had it remembered for this supplier.
    #[serde(rename = "memory")]
    Memory,
    /// Computed from other fields.
    #[serde(rename = "derived")]
    Derived,
}

impl Source {
    /// Whether an engine read it from pixels, where one figure is taken for another.
    pub fn is_ocr(self) -> bool {
        matches!(self, Self::OcrPpocr | Self::OcrTesseract)
    }
}
