#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use image::{GrayImage, Luma, Rgb, RgbImage, imageops};

use super::engine::Found;
use super::{Tesseract, TesseractInChild, default_tessdata, prepare, serve_one, words};
use crate::child::tests::children;
use crate::ocr::ppocr::tests::picture;
use crate::ocr::{Expect, Ocr, OcrError};

fn engine() -> Tesseract {
    Tesseract::open(&default_tessdata()).unwrap_or_else(|error| panic!("{error}"))
}

/// A line in the middle of more page than belongs to it, and smaller, as it is cut out of a page at 100 dpi.
fn small(name: &str, share: f32) -> RgbImage {
    let line = picture(name);
    let size = |length: u32| (length as f32 * share) as u32;
    imageops::resize(&line, size(line.width()), size(line.height()), imageops::FilterType::Triangle)
}

#[test]
fn figures_are_read_to_the_character_even_when_small() {
    let engine = engine();
    for share in [1.0, 0.5] {
        let mut total = small("total.png", share);
        // Only the amount: the crop that is asked about holds no label.
        let label = (82.0 * share) as u32;
        total = imageops::crop_imm(&total, label, 0, total.width() - label, total.height()).to_image();
        assert_eq!(
            engine.read_line(&total, Expect::Money).unwrap().text.replace(' ', ""),
            "HK$11,300.00",
            "at {share}"
        );
        let mut number = small("number.png", share);
        let label = (138.0 * share) as u32;
        number = imageops::crop_imm(&number, label, 0, number.width() - label, number.height()).to_image();
        assert_eq!(engine.read_line(&number, Expect::Id).unwrap().text, "A2025-0107", "at {share}");
        let date = small("date.png", share);
        assert_eq!(engine.read_line(&date, Expect::Date).unwrap().text, "2025年1月7日", "at {share}");
    }
}

#[test]
fn a_page_gives_whole_words_with_boxes_and_confidence() {
    let words = engine().read_page(&picture("page.png")).unwrap();
    let total = words.iter().find(|word| word.text == "5,300.00").unwrap();
    assert!((total.bbox.x0 - 0.830).abs() < 0.01 && (total.bbox.x1 - 0.914).abs() < 0.01, "{total:?}");
    assert!((0.5..=1.0).contains(&total.confidence));
    assert!(words.iter().any(|word| word.text.contains("有限公司")), "{words:?}");
}

#[test]
fn a_picture_without_text_is_an_empty_reading() {
    let engine = engine();
    for (width, height) in [(1, 1), (3, 400), (400, 3), (300, 40)] {
        let blank = RgbImage::from_pixel(width, height, Rgb([255; 3]));
        assert_eq!(engine.read_line(&blank, Expect::Money).unwrap().text, "", "{width}x{height}");
        assert_eq!(engine.read_page(&blank).unwrap(), [], "{width}x{height}");
    }
}

#[test]
fn the_child_reads_many_lines_in_one_life() {
    let second = TesseractInChild { children: Arc::new(children()), tessdata: default_tessdata() };
    let lines = [(picture("date.png"), Expect::Date), (picture("total.png"), Expect::Text)];
    let read = second.read_lines(&lines).unwrap();
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].text, "2025年1月7日");
    assert!(read[1].text.contains("11,300.00"), "{read:?}");
    assert!(second.read_page(&picture("page.png")).unwrap().iter().any(|word| word.text == "5,300.00"));
    assert_eq!(second.read_lines(&[]).unwrap(), []);
}

#[test]
fn a_request_that_lies_about_its_pictures_is_refused() {
    let head = r#"{"tessdata":"/nowhere","page":false,"pictures":[{"width":4000000,"height":4000,"expect":"text"}]}"#;
    assert!(serve_one(head.as_bytes()).unwrap_err().contains("first line"));
    let request = format!("{head}\nxx");
    assert!(serve_one(request.as_bytes()).unwrap_err().contains("fewer pixels"));
    assert!(serve_one(b"\n").is_err());
}

#[test]
fn a_missing_language_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Tesseract::open(folder.path()).err().unwrap();
    assert!(
        matches!(&missing, OcrError::LanguageMissing { path } if path.ends_with("chi_tra.traineddata")),
        "{missing}"
    );
}

#[test]
fn single_chinese_characters_become_words_and_columns_stay_apart() {
    let found = |text: &str, left: i32, right: i32, confidence: f32| Found {
        text: text.into(),
        edges: [left, 10, right, 40],
        line: [0, 10, 600, 40],
        confidence,
    };
    let line = [
        found("合", 0, 30, 0.9),
        found("計", 34, 64, 0.7),
        found("HK$1", 200, 260, 0.8),
        found("x", 270, 280, 1.0),
    ];
    let words = words::join(&line, (1000, 100));
    let read: Vec<_> = words.iter().map(|word| (word.text.as_str(), word.confidence)).collect();
    assert_eq!(read, [("合計", 0.7), ("HK$1", 0.8), ("x", 1.0)]);
    assert_eq!(super::words::reading(&line).text, "合計HK$1 x");
}

#[test]
fn light_print_on_dark_paper_is_turned_round() {
    let dark = GrayImage::from_fn(200, 40, |x, y| {
        Luma([if (10..30).contains(&y) && x % 20 < 4 { 230 } else { 40 }])
    });
    let out = prepare::line(&dark).unwrap().unwrap();
    assert_eq!(out.get_pixel(0, 0).0[0], 255);
    let light = out.pixels().filter(|pixel| pixel.0[0] > 128).count();
    assert!(light * 2 > out.len(), "paper is white");
}
