#![expect(clippy::unwrap_used, reason = "a test may panic")]

use image::{GrayImage, Luma, Rgb, Rgba, RgbaImage};

use super::*;

fn encode(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn read(media: Media, bytes: &[u8]) -> Result<Vec<RgbImage>, ReadError> {
    decode(media, bytes, Limits { pages: 3, pixels: 1_000_000, ..Limits::default() }, &mut Vec::new())
}

/// A page that is black above and white below.
fn halves() -> RgbImage {
    RgbImage::from_fn(64, 32, |_, y| if y < 16 { Rgb([0; 3]) } else { Rgb([255; 3]) })
}

/// A JPEG with an EXIF block that says how the camera was held.
fn jpeg_held(orientation: u8) -> Vec<u8> {
    let jpeg = encode(halves(), ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE1];
    bytes.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&jpeg[2..]);
    bytes
}

#[test]
fn a_phone_held_sideways_gives_an_upright_page() {
    // 6: the picture must be turned a quarter clockwise to be upright, so what was above is to the right.
    let page = &read(Media::Jpeg, &jpeg_held(6)).unwrap()[0];
    assert_eq!(page.dimensions(), (32, 64));
    assert!(page.get_pixel(28, 32).0[0] < 60 && page.get_pixel(4, 32).0[0] > 200);
    assert_eq!(read(Media::Jpeg, &jpeg_held(1)).unwrap()[0].dimensions(), (64, 32));
}

#[test]
fn a_jpeg_without_its_end_is_refused_and_not_shown_half() {
    let jpeg = encode(halves(), ImageFormat::Jpeg);
    assert!(read(Media::Jpeg, &jpeg).is_ok());
    for end in [jpeg.len() - 2, jpeg.len() / 2, 20, 3] {
        assert!(matches!(read(Media::Jpeg, &jpeg[..end]), Err(ReadError::Damaged { .. })), "cut at {end}");
    }
}

#[test]
fn every_other_format_that_is_cut_off_is_refused() {
    for (media, format) in
        [(Media::Png, ImageFormat::Png), (Media::Webp, ImageFormat::WebP), (Media::Tiff, ImageFormat::Tiff)]
    {
        let bytes = encode(halves(), format);
        assert_eq!(read(media, &bytes).unwrap()[0], halves());
        assert!(
            matches!(read(media, &bytes[..bytes.len() / 2]), Err(ReadError::Damaged { .. })),
            "{media:?}"
        );
    }
}

#[test]
fn a_picture_that_claims_to_be_enormous_is_refused_before_it_is_decoded() {
    let mut png = encode(halves(), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    let crc = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(read(Media::Png, &png), Err(ReadError::TooManyPixels { limit: 1_000_000 }));
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}

#[test]
fn transparency_is_white_paper() {
    let page =
        read(Media::Png, &encode(RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0])), ImageFormat::Png)).unwrap();
    assert_eq!(page[0].get_pixel(3, 3), &Rgb([255; 3]));
}

/// A grey TIFF without compression, one directory a page.
fn tiff(pages: &[GrayImage], big_endian: bool) -> Vec<u8> {
    let short = |n: u16| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
    let long = |n: usize| {
        let n = u32::try_from(n).unwrap();
        if big_endian { n.to_be_bytes() } else { n.to_le_bytes() }
    };
    let mut bytes = if big_endian { b"MM".to_vec() } else { b"II".to_vec() };
    bytes.extend(short(42));
    let mut link = bytes.len();
    bytes.extend(long(0));
    for page in pages {
        let pixels = bytes.len();
        bytes.extend(page.as_raw());
        let directory = bytes.len();
        bytes[link..link + 4].copy_from_slice(&long(directory));
        let (width, height) = (page.width() as usize, page.height() as usize);
        let tags = [
            (256, width),
            (257, height),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, pixels),
            (277, 1),
            (278, height),
            (279, width * height),
        ];
        bytes.extend(short(9));
        for (tag, value) in tags {
            bytes.extend(short(tag));
            bytes.extend(short(4));
            bytes.extend(long(1));
            bytes.extend(long(value));
        }
        link = bytes.len();
        bytes.extend(long(0));
    }
    bytes
}

#[test]
fn all_pages_of_a_tiff_are_read_in_their_order() {
    let pages: Vec<GrayImage> =
        (1..=3).map(|n| GrayImage::from_pixel(8 * n, 8, Luma([u8::try_from(40 * n).unwrap()]))).collect();
    for big_endian in [false, true] {
        let read = read(Media::Tiff, &tiff(&pages, big_endian)).unwrap();
        let seen: Vec<(u32, u8)> =
            read.iter().map(|page| (page.width(), page.get_pixel(0, 0).0[0])).collect();
        assert_eq!(seen, [(8, 40), (16, 80), (24, 120)]);
    }
}

#[test]
fn a_tiff_with_more_pages_than_are_read_says_so() {
    let pages = vec![GrayImage::from_pixel(8, 8, Luma([9])); 5];
    let mut remarks = Vec::new();
    let limits = Limits { pages: 3, ..Limits::default() };
    assert_eq!(decode(Media::Tiff, &tiff(&pages, false), limits, &mut remarks).unwrap().len(), 3);
    assert_eq!(remarks[0].code, "DH-1111");
}

#[test]
fn the_pixels_of_all_pages_together_are_bounded() {
    let pages = vec![GrayImage::from_pixel(100, 100, Luma([9])); 5];
    let mut remarks = Vec::new();
    let limits = Limits { pixels_together: 25_000, ..Limits::default() };
    assert_eq!(decode(Media::Tiff, &tiff(&pages, false), limits, &mut remarks).unwrap().len(), 2);
    assert_eq!(remarks[0].code, "DH-1111");
}

#[test]
fn a_tiff_whose_pages_run_in_circles_is_refused() {
    let mut bytes = tiff(&[GrayImage::from_pixel(8, 8, Luma([9]))], false);
    let first: [u8; 4] = bytes[4..8].try_into().unwrap();
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&first);
    assert!(matches!(read(Media::Tiff, &bytes), Err(ReadError::Damaged { .. })));
}
