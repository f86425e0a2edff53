//! Changing the size of an image without losing thin strokes.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{GrayImage, RgbImage};

use super::OcrError;

/// The image at another size, at least one pixel each way. Averages when it shrinks, interpolates when it grows.
pub(super) fn resize(image: &RgbImage, width: u32, height: u32) -> Result<RgbImage, OcrError> {
    let (width, height) = (width.max(1), height.max(1));
    if image.dimensions() == (width, height) {
        return Ok(image.clone());
    }
    let pixels = resize_raw(image.as_raw(), image.dimensions(), (width, height), PixelType::U8x3)?;
    RgbImage::from_raw(width, height, pixels).ok_or_else(wrong_size)
}

/// The same for an image in grey.
pub(super) fn resize_grey(image: &GrayImage, width: u32, height: u32) -> Result<GrayImage, OcrError> {
    let (width, height) = (width.max(1), height.max(1));
    if image.dimensions() == (width, height) {
        return Ok(image.clone());
    }
    let pixels = resize_raw(image.as_raw(), image.dimensions(), (width, height), PixelType::U8)?;
    GrayImage::from_raw(width, height, pixels).ok_or_else(wrong_size)
}

fn resize_raw(
    pixels: &[u8],
    (from_width, from_height): (u32, u32),
    (width, height): (u32, u32),
    kind: PixelType,
) -> Result<Vec<u8>, OcrError> {
    let failed = |reason: String| OcrError::Engine { reason };
    let source = ImageRef::new(from_width, from_height, pixels, kind).map_err(|e| failed(e.to_string()))?;
    let mut target = Image::new(width, height, kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    Resizer::new().resize(&source, &mut target, &options).map_err(|e| failed(e.to_string()))?;
    Ok(target.into_vec())
}

fn wrong_size() -> OcrError {
    OcrError::Engine { reason: "an image changed its size while it was scaled".into() }
}
