#![expect(clippy::unwrap_used, reason = "a test may panic")]

use image::{Luma, Rgb};
use imageproc::geometric_transformations::{Border, Interpolation, rotate_about_center};
use rstest::rstest;
use rxing::{EncodeHints, MultiFormatWriter, Writer};

use super::*;

const PAYLOAD: &str = "01,10,044032500111,07160033,5000.00,20251218,61482093757120846935,A6EC,";

/// A white page with codes drawn on it: text, format, left, top, pixels of a module.
fn page(width: u32, height: u32, codes: &[(&str, BarcodeFormat, u32, u32, u32)]) -> RgbImage {
    let mut page = RgbImage::from_pixel(width, height, Rgb([255; 3]));
    for &(text, format, left, top, module) in codes {
        let hints = EncodeHints { Margin: Some("0".to_owned()), ..Default::default() };
        let matrix = MultiFormatWriter.encode_with_hints(text, &format, 1, 1, &hints).unwrap();
        let tall = if format == BarcodeFormat::QR_CODE { matrix.height() * module } else { 60 };
        for (x, y) in (0..matrix.width() * module).flat_map(|x| (0..tall).map(move |y| (x, y))) {
            if matrix.get(x / module, (y / module).min(matrix.height() - 1)) {
                page.put_pixel(left + x, top + y, Rgb([20; 3]));
            }
        }
    }
    page
}

#[rstest]
#[case::a_small_print(2)]
#[case::a_rendered_invoice(3)]
#[case::a_scan(6)]
#[case::a_photo_at_close_range(24)]
fn a_qr_code_is_read_at_any_size(#[case] module: u32) {
    let page = page(1500, 1500, &[(PAYLOAD, BarcodeFormat::QR_CODE, 150, 300, module)]);
    let codes = find(&page);
    assert_eq!(codes.len(), 1);
    assert_eq!((codes[0].text.as_str(), codes[0].format.as_str()), (PAYLOAD, "qr"));
    let bbox = codes[0].bbox;
    assert!((bbox.x0 - 0.1).abs() < 0.02 && (bbox.y0 - 0.2).abs() < 0.02, "{bbox:?}");
}

#[test]
fn two_codes_side_by_side_are_two_codes() {
    let other = "AB123456781150930";
    let page = page(
        900,
        400,
        &[(PAYLOAD, BarcodeFormat::QR_CODE, 60, 60, 4), (other, BarcodeFormat::QR_CODE, 500, 60, 6)],
    );
    let mut texts: Vec<String> = find(&page).into_iter().map(|code| code.text).collect();
    texts.sort();
    assert_eq!(texts, [PAYLOAD, other]);
}

#[test]
fn a_slanted_code_with_a_shadow_and_noise_is_read() {
    let gray =
        image::imageops::grayscale(&page(1200, 900, &[(PAYLOAD, BarcodeFormat::QR_CODE, 400, 300, 7)]));
    let mut gray = rotate_about_center(&gray, 0.12, Interpolation::Bilinear, Border::Constant(Luma([255])));
    for (x, y, pixel) in gray.enumerate_pixels_mut() {
        let shadow = 100 + 155 * x / 1200;
        let noise = (x * 7919 + y * 104_729) % 23;
        pixel.0[0] = u8::try_from((u32::from(pixel.0[0]) * shadow / 255).saturating_sub(noise)).unwrap();
    }
    let page = image::DynamicImage::ImageLuma8(gray).into_rgb8();
    assert_eq!(find(&page)[0].text, PAYLOAD);
}

#[test]
fn chinese_in_a_code_is_not_taken_for_japanese() {
    let page = page(900, 900, &[(":停車費:1:80", BarcodeFormat::QR_CODE, 100, 100, 8)]);
    assert_eq!(find(&page)[0].text, ":停車費:1:80");
}

#[test]
fn a_barcode_is_read_beside_a_qr_code() {
    let page = page(
        1000,
        600,
        &[
            ("11008RC828021976746", BarcodeFormat::CODE_39, 60, 40, 2),
            (PAYLOAD, BarcodeFormat::QR_CODE, 60, 200, 5),
        ],
    );
    let mut found: Vec<(String, String)> =
        find(&page).into_iter().map(|code| (code.format, code.text)).collect();
    found.sort();
    let expected = [("code_39", "11008RC828021976746"), ("qr", PAYLOAD)];
    assert_eq!(found, expected.map(|(format, text)| (format.to_owned(), text.to_owned())));
}

#[test]
fn a_row_of_strokes_that_looks_like_a_barcode_is_not_one() {
    // The same code, but only three rows high, as a line of print is by chance.
    let mut page = page(1000, 300, &[("11008RC828021976746", BarcodeFormat::CODE_39, 60, 40, 2)]);
    for (_, y, pixel) in page.enumerate_pixels_mut() {
        if !(60..63).contains(&y) {
            *pixel = Rgb([255; 3]);
        }
    }
    assert_eq!(find(&page), []);
}

#[rstest]
#[case(1, 1)]
#[case(3000, 1)]
#[case(1, 3000)]
#[case(40, 40)]
fn pages_of_any_shape_are_survived(#[case] width: u32, #[case] height: u32) {
    assert_eq!(
        find(&RgbImage::from_fn(width, height, |x, y| Rgb([u8::from((x + y) % 2 == 0) * 255; 3]))),
        []
    );
}
