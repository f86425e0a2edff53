#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

use image::{Rgb, RgbImage, imageops};
use imageproc::drawing::draw_antialiased_line_segment_mut;
use imageproc::pixelops::interpolate;
use imageproc::point::Point;

use super::line_box::{LineBox, Turn};
use super::{PpOcr, orient, seal};
use crate::document::Word;
use crate::ocr::{Expect, Ocr, OcrError};

fn models() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ocr-models")
}

fn engine() -> PpOcr {
    PpOcr::load(&models())
        .unwrap_or_else(|error| panic!("{error} (this test needs the models: run scripts/models)"))
}

pub(crate) fn picture(name: &str) -> RgbImage {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/ocr");
    image::open(folder.join(name)).unwrap().to_rgb8()
}

fn texts(words: &[Word]) -> Vec<&str> {
    words.iter().map(|word| word.text.as_str()).collect()
}

fn word<'a>(words: &'a [Word], text: &str) -> &'a Word {
    let found = words.iter().find(|word| word.text == text);
    found.unwrap_or_else(|| panic!("{text} is not among {:?}", texts(words)))
}

/// What must be read on `page.png`, whatever is done to it.
const ON_PAGE: [&str; 8] = [
    "晉朗貿易有限公司",
    "Limited",
    "發票號碼：A2025-0107",
    "20",
    "265.00",
    "5,300.00",
    "合計",
    "HK$11,300.00",
];

#[test]
fn a_line_is_read_to_the_character() {
    let engine = engine();
    let expected = [
        ("number.png", "發票號碼 A2025-0107"),
        ("total.png", "合計 HK$11,300.00"),
        ("name.png", "晉朗貿易有限公司"),
        ("date.png", "2025年1月7日"),
    ];
    let lines: Vec<_> = expected.iter().map(|(name, _)| (picture(name), Expect::Text)).collect();
    for (reading, (name, text)) in engine.read_lines(&lines).unwrap().iter().zip(expected) {
        assert_eq!(reading.text.replace(' ', ""), text.replace(' ', ""), "{name}");
        assert!(reading.confidence > 0.9, "{name}: {}", reading.confidence);
    }
}

#[test]
fn columns_of_a_table_do_not_run_together_and_boxes_lie_on_their_words() {
    let (page, words) = engine().read_upright(&picture("page.png")).unwrap();
    assert_eq!(page.dimensions(), (1000, 700), "an upright page stays as it is");
    for text in ON_PAGE {
        word(&words, text);
    }
    // The total was drawn from (780, 450) with letters 22 pixels high.
    let total = word(&words, "HK$11,300.00").bbox;
    let near = |share: f32, size: f32, pixel: f32| (share * size - pixel).abs() < 8.0;
    assert!(near(total.x0, 1000.0, 781.0) && near(total.x1, 1000.0, 917.0), "{total:?}");
    assert!(near(total.y0, 700.0, 432.0) && near(total.y1, 700.0, 454.0), "{total:?}");
    // A figure of one digit, alone in its cell.
    assert!(near(word(&words, "8").bbox.x0, 1000.0, 531.0));
}

#[test]
fn a_page_on_its_side_or_on_its_head_is_set_upright() {
    let engine = engine();
    let page = picture("page.png");
    for (how, turned) in [
        ("a quarter clockwise", imageops::rotate90(&page)),
        ("half way round", imageops::rotate180(&page)),
        ("a quarter counter-clockwise", imageops::rotate270(&page)),
    ] {
        let (upright, words) = engine.read_upright(&turned).unwrap();
        assert_eq!(upright.dimensions(), page.dimensions(), "{how}");
        for text in ON_PAGE {
            word(&words, text);
        }
        let number = word(&words, "發票號碼：A2025-0107").bbox;
        assert!(number.x1 < 0.5 && number.y1 < 0.5, "{how}: {number:?}");
    }
}

#[test]
fn a_skewed_page_is_made_level_and_its_boxes_follow() {
    let engine = engine();
    for degrees in [-8.0_f32, 2.5] {
        let (skewed, _) = orient::turned(&picture("page.png"), degrees.to_radians());
        let (_, words) = engine.read_upright(&skewed).unwrap();
        for text in ON_PAGE {
            word(&words, text);
        }
        let (quantity, amount) = (word(&words, "20").bbox, word(&words, "5,300.00").bbox);
        assert!((quantity.y1 - amount.y1).abs() < 0.008, "{degrees}°: one row, {quantity:?} {amount:?}");
    }
}

#[test]
fn print_under_a_red_stamp_is_read() {
    let mut page = picture("page.png");
    stamp(&mut page, (840.0, 440.0), 70.0);
    let (_, words) = engine().read_upright(&page).unwrap();
    for text in ON_PAGE {
        word(&words, text);
    }
}

#[test]
fn a_red_number_beside_black_words_is_not_taken_for_a_stamp() {
    let mut line = picture("number.png");
    for (x, _, pixel) in line.enumerate_pixels_mut() {
        if x > 150 {
            let strength = pixel.0[0];
            pixel.0 = [200_u8.saturating_add(strength), strength, strength];
        }
    }
    let reading = engine().read_line(&line, Expect::Text).unwrap();
    assert_eq!(reading.text.replace(' ', ""), "發票號碼A2025-0107");
}

#[test]
fn a_form_printed_in_red_is_not_one_large_stamp() {
    let mut page = RgbImage::from_pixel(800, 600, Rgb([255; 3]));
    for (x, y, pixel) in page.enumerate_pixels_mut() {
        if x % 40 < 6 || y % 40 < 6 {
            *pixel = Rgb([200, 60, 50]);
        }
    }
    assert_eq!(seal::stamps(&page), []);
}

#[test]
fn pictures_without_text_give_no_words_and_no_panic() {
    let engine = engine();
    for (width, height) in [(1, 1), (7, 900), (9, 9), (4, 5000), (2000, 12), (12, 2000), (300, 200)] {
        let blank = RgbImage::from_pixel(width, height, Rgb([250, 250, 248]));
        let (page, words) = engine.read_upright(&blank).unwrap();
        assert_eq!((page.dimensions(), texts(&words)), ((width, height), vec![]));
        assert_eq!(engine.read_line(&blank, Expect::Money).unwrap().text, "");
    }
}

#[test]
fn a_larger_page_than_paper_needs_is_made_smaller() {
    let page = RgbImage::from_pixel(6000, 900, Rgb([255; 3]));
    assert_eq!(engine().upright(&page).unwrap().dimensions(), (4000, 600));
}

#[test]
fn missing_and_damaged_models_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let missing = PpOcr::load(folder.path()).err().unwrap();
    assert!(missing.to_string().starts_with("DH-1301: "), "{missing}");
    for name in ["PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx", "ch_ppocr_mobile_v2.0_cls_mobile.onnx"]
    {
        std::fs::write(folder.path().join(name), b"not a model").unwrap();
    }
    let damaged = PpOcr::load(folder.path()).unwrap().warm_up().unwrap_err();
    assert!(matches!(damaged, OcrError::ModelDamaged { .. }), "{damaged}");
}

#[test]
fn the_smallest_rectangle_follows_a_line_at_any_angle() {
    for degrees in [-40.0_f32, -10.0, 0.0, 3.0, 30.0] {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let points: Vec<Point<i32>> =
            [(-300.0, -10.0), (300.0, -10.0), (300.0, 10.0), (-300.0, 10.0), (0.0, 3.0)]
                .iter()
                .map(|(x, y): &(f32, f32)| {
                    Point::new(
                        (500.0 + x * cos - y * sin).round() as i32,
                        (400.0 + x * sin + y * cos).round() as i32,
                    )
                })
                .collect();
        let found = LineBox::around(&points).unwrap();
        assert!((found.angle().to_degrees() - degrees).abs() < 0.3, "{degrees}: {found:?}");
        assert!((found.length() - 600.0).abs() < 3.0 && (found.thickness() - 20.0).abs() < 3.0, "{found:?}");
        assert!((found.centre.0 - 500.0).abs() < 2.0 && (found.centre.1 - 400.0).abs() < 2.0, "{found:?}");
    }
    assert_eq!(LineBox::around(&[Point::new(3, 3), Point::new(3, 3)]), None);
}

#[test]
fn boxes_turn_with_their_page() {
    let level = LineBox { centre: (100.0, 50.0), along: (1.0, 0.0), half_width: 80.0, half_height: 10.0 };
    let head = level.turned(Turn::Half { width: 400.0, height: 300.0 });
    assert_eq!((head.centre, head.along), ((300.0, 250.0), (1.0, 0.0)));
    let angle = 0.1;
    let there = level.turned(Turn::By { angle, from: (200.0, 150.0), to: (210.0, 160.0) });
    let back = there.turned(Turn::By { angle: -angle, from: (210.0, 160.0), to: (200.0, 150.0) });
    assert!((there.angle() - angle).abs() < 1e-5);
    assert!((back.centre.0 - 100.0).abs() < 1e-3 && (back.centre.1 - 50.0).abs() < 1e-3, "{back:?}");
}

#[test]
fn a_tall_box_is_read_from_its_top_down() {
    let tall = LineBox { centre: (50.0, 200.0), along: (1.0, 0.0), half_width: 10.0, half_height: 100.0 };
    let frame = tall.reading_frame();
    let first = frame.part([0.0, 0.0, 0.1, 1.0]);
    assert!(first.y0 > 99.0 && first.y1 < 121.0, "{first:?}");
    assert_eq!(frame.cut(&RgbImage::new(100, 400)).dimensions(), (200, 20));
}

/// A red ring with a cross in it, as translucent as ink.
fn stamp(page: &mut RgbImage, (x, y): (f32, f32), radius: f32) {
    for at in 0..page.width() * page.height() {
        let (column, row) = (at % page.width(), at / page.width());
        let from = (column as f32 - x).hypot(row as f32 - y);
        if (from - radius).abs() < 4.0
            || from < radius && ((column as f32 - x).abs() < 5.0 || (row as f32 - y).abs() < 5.0)
        {
            let pixel = page.get_pixel_mut(column, row);
            let [red, green, blue] = pixel.0.map(f32::from);
            *pixel = Rgb([(red * 0.88 + 10.0) as u8, (green * 0.25) as u8, (blue * 0.3) as u8]);
        }
    }
    let edge = (x as i32 - radius as i32, y as i32);
    draw_antialiased_line_segment_mut(page, edge, (x as i32, y as i32), Rgb([220, 60, 60]), interpolate);
}
