//! What a page of an OFD looks like, for the person who reviews it and for its QR code.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{DynamicImage, RgbImage};
use ofd_core::{OfdPackage, OfdReader, RenderOptions};

use super::Ofd;
use crate::document::Remark;

/// Enough for the smallest print of an invoice and for its QR code.
const DPI: f64 = 200.0;

/// Draws the pages. The data does not depend on it: a page that cannot be drawn is only not shown.
pub(super) fn draw(bytes: &[u8], ofd: &mut Ofd) {
    let pages = ofd.pages.len();
    let drawn = catch_unwind(AssertUnwindSafe(|| render(bytes, pages))).unwrap_or_default();
    if drawn.len() < pages {
        let text = "the page could not be drawn; its text and data were read".to_owned();
        ofd.remarks.push(Remark { code: "DH-1113".to_owned(), text });
    }
    for (page, image) in ofd.pages.iter_mut().zip(drawn) {
        page.image = Some(image);
    }
}

fn render(bytes: &[u8], pages: usize) -> Vec<RgbImage> {
    let open = || {
        let mut reader = OfdReader::new(OfdPackage::new(Cursor::new(bytes)).ok()?).ok()?;
        let body = reader.ofd().doc_bodies.first()?.clone();
        let document = reader.load_document(&body).ok()?;
        Some((reader, document))
    };
    let Some((mut reader, document)) = open() else { return Vec::new() };
    let options = RenderOptions::with_dpi(DPI);
    (0..pages)
        .map_while(|page| reader.render_page_to_image(&document, page, &options).ok())
        .map(|image| DynamicImage::ImageRgba8(image).into_rgb8())
        .collect()
}
