//! QR codes and barcodes on a page.
//!
//! Codes are found at several sizes and by two ways of telling dark from light, because each finds what another
//! misses: small modules need the full size, a noisy photo a smaller one, a code in a shadow a local threshold and
//! a faint one a global. A QR code that is found is right, its own error correction says so; trying more costs time
//! and nothing else. A barcode is another matter: a row of a table can look like one, so it must be read on several
//! rows of the page.

use std::collections::HashSet;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{GrayImage, RgbImage};
use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::{GenericMultipleBarcodeReader, MultipleBarcodeReader};
use rxing::oned::MultiFormatOneDReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{
    BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8LuminanceSource, RXingResult,
    RXingResultMetadataType, RXingResultMetadataValue,
};

use crate::document::{BBox, Code};

/// The longest side at which codes are looked for first.
const SIDE: u32 = 2000;
/// Smaller pictures than this are enlarged as well: their modules may be two pixels wide.
const SMALL: u32 = 1400;
/// A page with more codes than this is a sheet of labels.
const MOST: usize = 32;
/// Shorter texts of barcodes are lines of a table that look like one.
const SHORTEST: usize = 4;

/// Finds the codes of a page.
pub(crate) fn find(page: &RgbImage) -> Vec<Code> {
    let gray = grey(page);
    let longest = gray.width().max(gray.height());
    let first = fit(&gray, SIDE.min(longest));
    let mut found = Found::default();
    found.qr(&first, Threshold::Local);
    found.qr(&first, Threshold::Global);
    found.bars(&first);
    if found.codes.iter().any(|code| code.format == "qr") {
        // One more look at half the size finds a twin that the first looks have missed.
        found.qr(&fit(&gray, SIDE.min(longest) / 2), Threshold::Local);
        return found.codes;
    }
    found.qr(&fit(&gray, SIDE.min(longest) / 2), Threshold::Local);
    if longest > SIDE + SIDE / 4 {
        found.qr(&gray, Threshold::Local);
    }
    if longest < SMALL {
        found.qr(&fit(&gray, longest * 2), Threshold::Local);
    }
    found.codes
}

/// Finds the codes of a small picture that is clean, as no photo is: one look tells.
pub(crate) fn find_alone(picture: &GrayImage) -> Vec<Code> {
    let mut found = Found::default();
    found.qr(picture, Threshold::Local);
    if found.codes.is_empty() {
        found.qr(picture, Threshold::Global);
        found.bars(picture);
    }
    found.codes
}

/// The page in grey, by the weights of the library that loads it; its own way goes pixel by pixel through floats.
fn grey(page: &RgbImage) -> GrayImage {
    let luma = |[red, green, blue]: [u8; 3]| {
        let sum = 2126 * u32::from(red) + 7152 * u32::from(green) + 722 * u32::from(blue);
        u8::try_from(sum / 10_000).unwrap_or(u8::MAX)
    };
    let (pixels, _) = page.as_raw().as_chunks::<3>();
    let pixels = pixels.iter().copied().map(luma).collect();
    GrayImage::from_raw(page.width(), page.height(), pixels).unwrap_or_default()
}

#[derive(Clone, Copy)]
enum Threshold {
    Local,
    Global,
}

/// The page at another size.
fn fit(gray: &GrayImage, side: u32) -> GrayImage {
    let longest = gray.width().max(gray.height()).max(1);
    if side == longest {
        return gray.clone();
    }
    let scaled = |length: u32| {
        let length = u64::from(length) * u64::from(side) / u64::from(longest);
        u32::try_from(length).unwrap_or(u32::MAX).max(1)
    };
    let mut target = Image::new(scaled(gray.width()), scaled(gray.height()), PixelType::U8);
    let (width, height) = (target.width(), target.height());
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    // It fails on pictures without pixels only, and in those nothing is found in any size.
    let resized = ImageRef::new(gray.width(), gray.height(), gray.as_raw(), PixelType::U8)
        .is_ok_and(|source| Resizer::new().resize(&source, &mut target, &options).is_ok());
    let smaller = GrayImage::from_raw(width, height, target.into_vec()).filter(|_| resized);
    smaller.unwrap_or_else(|| gray.clone())
}

#[derive(Default)]
struct Found {
    codes: Vec<Code>,
}

impl Found {
    fn qr(&mut self, gray: &GrayImage, threshold: Threshold) {
        let hints = DecodeHints {
            PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
            TryHarder: Some(true),
            ..Default::default()
        };
        let Ok(source) = source(gray) else { return };
        let results = match threshold {
            Threshold::Local => decode(&mut QrReader, HybridBinarizer::new(source), &hints),
            Threshold::Global => decode(&mut QrReader, GlobalHistogramBinarizer::new(source), &hints),
        };
        self.keep(&results, gray);
    }

    fn bars(&mut self, gray: &GrayImage) {
        let hints = DecodeHints {
            PossibleFormats: Some(HashSet::from([
                BarcodeFormat::CODE_39,
                BarcodeFormat::CODE_128,
                BarcodeFormat::EAN_13,
            ])),
            TryHarder: Some(true),
            ..Default::default()
        };
        let Ok(source) = source(gray) else { return };
        let mut reader = GenericMultipleBarcodeReader::new(MultiFormatOneDReader::new(&hints));
        let mut results = decode(&mut reader, HybridBinarizer::new(source), &hints);
        results.retain(|result| {
            result.getText().chars().count() >= SHORTEST && stands_upright(result, gray, &hints)
        });
        self.keep(&results, gray);
    }

    fn keep(&mut self, results: &[RXingResult], gray: &GrayImage) {
        for result in results {
            let code = Code {
                text: text(result),
                format: name(*result.getBarcodeFormat()),
                bbox: place(result, gray),
            };
            let known = |known: &Code| {
                known.text == code.text && known.format == code.format && touch(known.bbox, code.bbox)
            };
            if !code.text.is_empty() && self.codes.len() < MOST && !self.codes.iter().any(known) {
                self.codes.push(code);
            }
        }
    }
}

/// Whether a barcode reads the same on rows above and below the one it was found on.
#[expect(clippy::cast_possible_truncation, reason = "a row of a picture")]
fn stands_upright(result: &RXingResult, gray: &GrayImage, hints: &DecodeHints) -> bool {
    let [start, .., end] = result.getPoints() else { return false };
    if (start.y - end.y).abs() > (start.x - end.x).abs() {
        return false;
    }
    let middle = f32::midpoint(start.y, end.y).round() as i64;
    let same = [-10, -7, -4, 4, 7, 10].into_iter().filter(|offset| {
        let row = u32::try_from(middle + offset - 1).unwrap_or(u32::MAX);
        if row.saturating_add(3) > gray.height() {
            return false;
        }
        let strip = image::imageops::crop_imm(gray, 0, row, gray.width(), 3).to_image();
        let Ok(source) = source(&strip) else { return false };
        let mut reader = GenericMultipleBarcodeReader::new(MultiFormatOneDReader::new(hints));
        let read = decode(&mut reader, GlobalHistogramBinarizer::new(source), hints);
        read.iter().any(|other| other.getText() == result.getText())
    });
    same.count() >= 3
}

fn source(gray: &GrayImage) -> rxing::common::Result<Luma8LuminanceSource> {
    Luma8LuminanceSource::new(gray.as_raw().clone(), gray.width(), gray.height())
}

fn decode<B: Binarizer>(
    reader: &mut impl MultipleBarcodeReader,
    binarizer: B,
    hints: &DecodeHints,
) -> Vec<RXingResult> {
    // The decoder works on what strangers print: a panic in it must not take the page with it.
    let work = std::panic::AssertUnwindSafe(|| {
        reader.decode_multiple_with_hints(&mut BinaryBitmap::new(binarizer), hints).unwrap_or_default()
    });
    std::panic::catch_unwind(work).unwrap_or_default()
}

/// The payload. A QR code does not say its character set: its bytes are UTF-8 or else GB 18030 here, never the
/// Japanese and Western sets that the decoder guesses.
fn text(result: &RXingResult) -> String {
    let guessed = result.getText();
    if guessed.is_ascii() {
        return guessed.to_owned();
    }
    let segments = result.getRXingResultMetadata().get(&RXingResultMetadataType::BYTE_SEGMENTS);
    let Some(RXingResultMetadataValue::ByteSegments(segments)) = segments else { return guessed.to_owned() };
    let bytes = segments.concat();
    // Other segments (digits, capitals) are not among the bytes: then the decoder's text is all there is.
    if bytes.len() < guessed.chars().count() {
        return guessed.to_owned();
    }
    if let Ok(text) = std::str::from_utf8(&bytes) {
        return text.to_owned();
    }
    let (text, failed) = encoding_rs::GB18030.decode_without_bom_handling(&bytes);
    if failed { guessed.to_owned() } else { text.into_owned() }
}

fn name(format: BarcodeFormat) -> String {
    match format {
        BarcodeFormat::QR_CODE => "qr".to_owned(),
        BarcodeFormat::CODE_39 => "code_39".to_owned(),
        BarcodeFormat::CODE_128 => "code_128".to_owned(),
        BarcodeFormat::EAN_13 => "ean_13".to_owned(),
        other => other.to_string().replace(' ', "_"),
    }
}

/// The box around the points that the decoder gives: corners for a QR code, two ends for a barcode.
#[expect(clippy::cast_precision_loss, reason = "a side of a picture is far below 2^24")]
fn place(result: &RXingResult, gray: &GrayImage) -> BBox {
    let (width, height) = (gray.width() as f32, gray.height() as f32);
    let mut bbox = BBox { x0: 1.0, y0: 1.0, x1: 0.0, y1: 0.0 };
    for point in result.getPoints() {
        let (x, y) = ((point.x / width).clamp(0.0, 1.0), (point.y / height).clamp(0.0, 1.0));
        bbox = BBox { x0: bbox.x0.min(x), y0: bbox.y0.min(y), x1: bbox.x1.max(x), y1: bbox.y1.max(y) };
    }
    if bbox.x0 > bbox.x1 { BBox { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 } } else { bbox }
}

fn touch(a: BBox, b: BBox) -> bool {
    // Barcodes are found on single rows, so a little room is given upwards and downwards.
    let room = 0.02;
    a.x0 <= b.x1 + room && b.x0 <= a.x1 + room && a.y0 <= b.y1 + room && b.y0 <= a.y1 + room
}

#[cfg(test)]
mod tests;
