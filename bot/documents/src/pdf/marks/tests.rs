#![expect(clippy::unwrap_used, reason = "a test may panic")]

use rxing::{BarcodeFormat, EncodeHints, MultiFormatWriter, Writer};

use crate::pdf::PdfPage;
use crate::pdf::sample::{HELVETICA, Sample};
use crate::pdf::tests::read_bytes;

const PAYLOAD: &str = "01,10,044032500111,07160033,5000.00,20251218,61482093757120846935,A6EC,";
const TEXT: &str = "BT /F1 12 Tf 100 700 Td (Total 10.00) Tj ET";

/// The dark modules of a code, from the upper left.
fn modules(format: BarcodeFormat) -> (Vec<(u32, u32)>, u32) {
    let hints = EncodeHints { Margin: Some("0".to_owned()), ..Default::default() };
    let text = if format == BarcodeFormat::QR_CODE { PAYLOAD } else { "AB1234567811" };
    let matrix = MultiFormatWriter.encode_with_hints(text, &format, 1, 1, &hints).unwrap();
    let all = (0..matrix.height()).flat_map(|y| (0..matrix.width()).map(move |x| (x, y)));
    (all.filter(|(x, y)| matrix.get(*x, *y)).collect(), matrix.width())
}

/// A page with something drawn for each dark module of a QR code, two points wide, from 400 to the right and 800 down.
fn drawn(module: impl Fn(u32, u32) -> String, after: &str) -> PdfPage {
    let modules = modules(BarcodeFormat::QR_CODE).0;
    let drawn: String = modules.into_iter().map(|(x, y)| module(400 + 2 * x, 800 - 2 * y)).collect();
    let content = format!("{TEXT} {drawn} {after}");
    read_bytes(Sample::page(&content, &[HELVETICA], "").bytes()).unwrap().pages.remove(0)
}

/// Something drawn for each bar of a barcode, from 200 to the right.
fn bars(bar: impl Fn(u32) -> String) -> String {
    let bars = modules(BarcodeFormat::CODE_128).0.into_iter();
    bars.map(|(x, _)| bar(200 + x)).collect::<Vec<_>>().join(" ")
}

fn texts(page: &PdfPage) -> Option<Vec<&str>> {
    page.codes.as_ref().map(|codes| codes.iter().map(|code| code.text.as_str()).collect())
}

#[test]
fn a_code_of_squares_is_read_without_drawing_the_page() {
    let page = drawn(|x, y| format!("{x} {y} 2 -2 re f "), "");
    assert_eq!(texts(&page), Some(vec![PAYLOAD]));
    assert!(page.image.is_none());
    let bbox = page.codes.unwrap()[0].bbox;
    assert!((bbox.x0 - 400.0 / 595.0).abs() < 0.02 && (bbox.y0 - 42.0 / 842.0).abs() < 0.02, "{bbox:?}");
}

#[test]
fn a_code_in_one_path_is_read_as_well() {
    let page = drawn(|x, y| format!("{x} {y} 2 -2 re "), "f");
    assert_eq!(texts(&page), Some(vec![PAYLOAD]));
}

#[test]
fn a_code_that_is_painted_over_is_looked_for_on_the_page() {
    let page = drawn(|x, y| format!("{x} {y} 2 -2 re f "), "q 1 g 390 600 200 210 re f Q");
    assert!(page.codes.is_none() && page.image.is_some());
}

#[test]
fn dots_in_the_place_of_squares_are_looked_at_on_the_page() {
    let dot = |x: u32, y: u32| {
        format!("{x} {y} m {0} {y} {0} {1} {x} {1} c {x} {1} {x} {y} {x} {y} c f ", x + 2, y - 2)
    };
    let page = drawn(dot, "");
    assert!(page.codes.is_none() && page.image.is_some());
}

#[test]
fn a_code_that_is_a_picture_is_read_as_it_lies_in_the_file() {
    let (modules, side) = modules(BarcodeFormat::QR_CODE);
    let pixels: String = (0..side)
        .flat_map(|y| (0..side).map(move |x| (x, y)))
        .map(|module| if modules.contains(&module) { "00" } else { "FF" })
        .collect();
    let content = format!(
        "{TEXT} q 60 0 0 60 400 700 cm BI /W {side} /H {side} /CS /G /BPC 8 /F /AHx ID {pixels}> EI Q"
    );
    let page = read_bytes(Sample::page(&content, &[HELVETICA], "").bytes()).unwrap().pages.remove(0);
    assert_eq!(texts(&page), Some(vec![PAYLOAD]));
    assert!(page.image.is_none());
    let bbox = page.codes.unwrap()[0].bbox;
    assert!((bbox.x0 - 400.0 / 595.0).abs() < 0.02 && (bbox.y1 - 142.0 / 842.0).abs() < 0.02, "{bbox:?}");
}

#[test]
fn a_picture_too_long_for_a_code_is_not_enlarged() {
    let content =
        format!("{TEXT} q 60 0 0 60 400 700 cm BI /W 1000000 /H 3 /CS /G /BPC 8 /F /AHx ID 0011> EI Q");
    let page = read_bytes(Sample::page(&content, &[HELVETICA], "").bytes()).unwrap().pages.remove(0);
    assert!(page.codes.is_none() && page.image.is_some());
}

#[test]
fn a_barcode_of_bars_is_read() {
    let bars = bars(|x| format!("{x} 700 1 30 re f"));
    let page = read_bytes(Sample::page(&format!("{TEXT} {bars}"), &[HELVETICA], "").bytes())
        .unwrap()
        .pages
        .remove(0);
    assert_eq!(texts(&page), Some(vec!["AB1234567811"]));
    assert!(page.image.is_none());
}

#[test]
fn bars_that_are_lines_are_looked_at_on_the_page() {
    let bars = bars(|x| format!("{x} 700 m {x} 730 l S"));
    let page = read_bytes(Sample::page(&format!("{TEXT} 1 w {bars}"), &[HELVETICA], "").bytes())
        .unwrap()
        .pages
        .remove(0);
    assert!(page.codes.is_none() && page.image.is_some());
}
