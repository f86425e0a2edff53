//! Pictures: PNG, JPEG, WebP and TIFF become upright pages of pixels.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, RgbImage};

use crate::document::Remark;
use crate::error::ReadError;
use crate::limits::Limits;
use crate::media::Media;

/// Decodes a picture file into its pages.
pub(crate) fn decode(
    media: Media,
    bytes: &[u8],
    limits: Limits,
    remarks: &mut Vec<Remark>,
) -> Result<Vec<RgbImage>, ReadError> {
    let format = match media {
        Media::Png => ImageFormat::Png,
        Media::Jpeg => ImageFormat::Jpeg,
        Media::Webp => ImageFormat::WebP,
        Media::Tiff => return decode_tiff(bytes, limits, remarks),
        Media::Pdf | Media::Ofd | Media::Xml => return Err(ReadError::UnknownFormat),
    };
    if media == Media::Jpeg && is_cut_off(bytes) {
        return Err(ReadError::Damaged { reason: "the end of the picture is missing".to_owned() });
    }
    Ok(vec![decode_one(format, bytes, limits)?])
}

/// Decodes one picture within the limits and sets it upright as its camera says.
fn decode_one(format: ImageFormat, bytes: &[u8], limits: Limits) -> Result<RgbImage, ReadError> {
    let damaged = |error: ImageError| match error {
        ImageError::Limits(_) => ReadError::TooManyPixels { limit: limits.pixels },
        error => ReadError::Damaged { reason: error.to_string() },
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut bounds = image::Limits::default();
    // Four channels of eight bits; pictures of sixteen may be half as large.
    let most = limits.pixels.saturating_mul(4);
    bounds.max_alloc = Some(most);
    reader.limits(bounds);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.pixels || decoder.total_bytes() > most {
        return Err(ReadError::TooManyPixels { limit: limits.pixels });
    }
    // Broken EXIF is no reason to refuse a picture: OCR finds out how the page lies in any case.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);
    Ok(on_white(image))
}

/// Transparent pictures are seen on white paper, not on the black that lies under their transparency.
fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image.get_pixel(x, y).0.map(u16::from);
        #[expect(clippy::cast_possible_truncation, reason = "a mean of two bytes is a byte")]
        let mix = |channel: u16| ((channel * alpha + 255 * (255 - alpha)) / 255) as u8;
        image::Rgb([mix(red), mix(green), mix(blue)])
    })
}

/// A JPEG that was cut off decodes to a page whose lower part is grey: half an invoice, without an error. Its last
/// scan must be followed by an end mark; inside a scan no byte pair looks like either.
fn is_cut_off(bytes: &[u8]) -> bool {
    let last = |marker: u8| bytes.windows(2).rposition(|pair| pair == [0xFF, marker]);
    match (last(0xDA), last(0xD9)) {
        (Some(scan), Some(end)) => end < scan,
        _ => true,
    }
}

/// Decodes the pages of a TIFF. The decoder reads the first page only, so the file is shown to it once a page with
/// its header pointing to that page's directory.
fn decode_tiff(bytes: &[u8], limits: Limits, remarks: &mut Vec<Remark>) -> Result<Vec<RgbImage>, ReadError> {
    let damaged = || ReadError::Damaged { reason: "its page directory is broken".to_owned() };
    let tiff = Tiff::new(bytes).ok_or_else(damaged)?;
    let directories = tiff.directories(limits.pages as usize + 1).ok_or_else(damaged)?;
    let kept = directories.len().min(limits.pages as usize);
    if kept < directories.len() {
        let text = format!("the TIFF has more than {kept} pages; only the first {kept} were read");
        remarks.push(Remark { code: "DH-1111".to_owned(), text });
    }
    let mut copy = bytes.to_vec();
    let mut pages = Vec::with_capacity(kept);
    let mut left = limits.pixels_together;
    for &directory in &directories[..kept] {
        tiff.point_to(&mut copy, directory);
        let page = decode_one(ImageFormat::Tiff, &copy, limits)?;
        let Some(rest) = left.checked_sub(page.as_raw().len() as u64 / 3) else {
            let text =
                format!("the TIFF has too many pixels; only the first {} pages were read", pages.len());
            remarks.push(Remark { code: "DH-1111".to_owned(), text });
            break;
        };
        left = rest;
        pages.push(page);
    }
    Ok(pages)
}

/// The skeleton of a TIFF: byte order, width of offsets, where the first directory is told.
struct Tiff<'a> {
    bytes: &'a [u8],
    big_endian: bool,
    /// `BigTIFF` has offsets of eight bytes.
    wide: bool,
}

impl<'a> Tiff<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let big_endian = match bytes.get(..2)? {
            b"II" => false,
            b"MM" => true,
            _ => return None,
        };
        let tiff = Self { bytes, big_endian, wide: false };
        match tiff.number(2, 2)? {
            42 => Some(tiff),
            43 => Some(Self { wide: true, ..tiff }),
            _ => None,
        }
    }

    fn number(&self, at: usize, length: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..at.checked_add(length)?)?;
        let digits: Box<dyn Iterator<Item = &u8>> =
            if self.big_endian { Box::new(bytes.iter()) } else { Box::new(bytes.iter().rev()) };
        let number = digits.fold(0_u64, |number, &digit| (number << 8) | u64::from(digit));
        usize::try_from(number).ok()
    }

    fn offset_width(&self) -> usize {
        if self.wide { 8 } else { 4 }
    }

    /// Where the header tells the first directory.
    fn first_at(&self) -> usize {
        if self.wide { 8 } else { 4 }
    }

    /// The offsets of the directories, at most so many. A chain that runs in circles ends where it closes; the
    /// decoder then refuses it.
    fn directories(&self, most: usize) -> Option<Vec<usize>> {
        let mut found = Vec::new();
        let mut next = self.number(self.first_at(), self.offset_width())?;
        while next != 0 && found.len() < most && !found.contains(&next) {
            found.push(next);
            let (count_width, entry) = if self.wide { (8, 20) } else { (2, 12) };
            let entries = self.number(next, count_width)?;
            let end = next.checked_add(count_width)?.checked_add(entries.checked_mul(entry)?)?;
            // A last directory without a link is met in the wild: then there are no more pages.
            next = self.number(end, self.offset_width()).unwrap_or(0);
        }
        (!found.is_empty()).then_some(found)
    }

    /// Makes a directory the first of this copy of the file.
    fn point_to(&self, copy: &mut [u8], directory: usize) {
        let width = self.offset_width();
        let at = self.first_at();
        for index in 0..width {
            let place = if self.big_endian { width - 1 - index } else { index };
            #[expect(clippy::cast_possible_truncation, reason = "one byte of the offset")]
            let byte = (directory as u64 >> (8 * index)) as u8;
            copy[at + place] = byte;
        }
    }
}

#[cfg(test)]
mod tests;
