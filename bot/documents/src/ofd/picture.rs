//! What a page of an OFD looks like, for the person who reviews it and for its QR code.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{DynamicImage, RgbImage};
use ofd_core::{OfdPackage, OfdReader, RenderOptions};

use super::{Ofd, OfdPage};
use crate::archive::Archive;
use crate::document::Remark;
use crate::limits::Limits;
use crate::text;

/// Enough for the smallest print of an invoice and for its QR code.
const DPI: f64 = 200.0;
/// Pixels of a drawn page.
const DRAWN: u64 = 40_000_000;

/// A step between letters that is to be repeated more often than this would fill the memory: no line is so long.
const REPEATED: usize = 100_000;

/// Draws the pages. The data does not depend on it: a page that cannot be drawn is only not shown.
pub(super) fn draw(archive: &Archive, bytes: &[u8], limits: Limits, ofd: &mut Ofd) {
    let pages = ofd.pages.len();
    let scales: Vec<f64> = ofd.pages.iter().map(|page| dpi(page, limits)).collect();
    let mut parts = archive.contents().filter(|part| text::looks_like_xml(part));
    let drawn = if parts.any(repeats_endlessly) {
        Vec::new()
    } else {
        catch_unwind(AssertUnwindSafe(|| render(bytes, &scales, limits))).unwrap_or_default()
    };
    if drawn.len() < pages {
        let text = "the page could not be drawn; its text and data were read".to_owned();
        ofd.remarks.push(Remark { code: "DH-1113".to_owned(), text });
    }
    for (page, image) in ofd.pages.iter_mut().zip(drawn) {
        page.image = Some(image);
    }
}

/// Whether a `DeltaX` or `DeltaY` (`"g 3 2.5"` is three times 2.5) says to repeat a step without end.
fn repeats_endlessly(part: &[u8]) -> bool {
    let text = String::from_utf8_lossy(part);
    let mut steps = text.split("Delta").skip(1).filter_map(|rest| rest.split(['"', '\'']).nth(1));
    steps.any(|steps| {
        let words: Vec<&str> = steps.split_whitespace().collect();
        let counts = words.windows(2).filter(|pair| pair[0] == "g").map(|pair| pair[1]);
        counts.filter(|count| count.starts_with(|c: char| c.is_ascii_digit() || c == '+')).any(|count| {
            let count = count.trim_start_matches('+');
            count.parse().map_or(count.len() > 6, |count: usize| count > REPEATED)
        })
    })
}

/// Large pages are drawn smaller.
#[expect(clippy::cast_precision_loss, reason = "a limit in pixels is far below 2^52")]
fn dpi(page: &OfdPage, limits: Limits) -> f64 {
    let inches = f64::from(page.width) * f64::from(page.height) / (72.0 * 72.0);
    DPI.min((limits.pixels.min(DRAWN) as f64 / inches).sqrt())
}

fn render(bytes: &[u8], scales: &[f64], limits: Limits) -> Vec<RgbImage> {
    let open = || {
        let mut reader = OfdReader::new(OfdPackage::new(Cursor::new(bytes)).ok()?).ok()?;
        let body = reader.ofd().doc_bodies.first()?.clone();
        let document = reader.load_document(&body).ok()?;
        Some((reader, document))
    };
    let Some((mut reader, document)) = open() else { return Vec::new() };
    let mut left = limits.pixels_together;
    let mut drawn = Vec::new();
    for (page, dpi) in scales.iter().enumerate() {
        let Ok(image) = reader.render_page_to_image(&document, page, &RenderOptions::with_dpi(*dpi)) else {
            break;
        };
        let Some(rest) = left.checked_sub(image.as_raw().len() as u64 / 4) else { break };
        left = rest;
        drawn.push(DynamicImage::ImageRgba8(image).into_rgb8());
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::repeats_endlessly;

    #[test]
    fn steps_without_end_are_found() {
        assert!(repeats_endlessly(br#"<TextCode DeltaX="1.5 g 2147483647 1.5 2">"#));
        assert!(repeats_endlessly(
            br#"<TextCode X="0" DeltaX="g 2 1" DeltaY='g 99999999999999999999999 1'>"#
        ));
        assert!(!repeats_endlessly(br#"<TextCode DeltaX="g 12 3.175">g 2147483647 1</TextCode>"#));
    }
}
