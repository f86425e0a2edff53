#![expect(clippy::unwrap_used, reason = "a test may panic")]

use rstest::rstest;

use super::*;
use crate::child::tests::this_program;
use crate::document::Source;
use crate::pdf::sample::{HELVETICA, Sample, chinese};

fn reader(child: Option<ChildCommand>) -> Reader {
    Reader::new(ReaderConfig { child, ..ReaderConfig::with_models("no-models-here") })
}

fn codes(document: &Document) -> Vec<&str> {
    document.remarks.iter().map(|remark| remark.code.as_str()).collect()
}

#[test]
fn a_reader_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Reader>();
}

#[rstest]
#[case::empty(b"", "DH-1101")]
#[case::a_letter_in_plain_text(b"dear sirs", "DH-1102")]
#[case::an_archive(b"PK\x03\x04\x14\0\0\0\0\0 a.txt", "DH-1103")]
#[case::half_a_pdf(b"%PDF-1.7\n1 0 obj\n<< /Type /Cat", "DH-1104")]
#[case::half_a_picture(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "DH-1104")]
fn what_cannot_be_read_says_why_and_what_to_do(#[case] bytes: &[u8], #[case] code: &str) {
    let error = reader(None).read("invoice.pdf", bytes).unwrap_err().to_string();
    assert!(error.starts_with(code) && error.contains(';'), "{error}");
}

#[test]
fn a_file_that_is_too_large_is_not_even_looked_at() {
    let mut config = ReaderConfig::with_models("no-models-here");
    config.limits.bytes = 10;
    let error = Reader::new(config).read("a.pdf", &[b'x'; 11]).unwrap_err();
    assert_eq!(error, ReadError::TooLarge { bytes: 11, limit: 10 });
}

#[test]
fn light_work_is_done_and_pixels_are_left() {
    let reader = reader(None);
    let text = Sample::page("BT /F1 12 Tf 100 700 Td (Invoice 4711) Tj ET", &[HELVETICA], "").bytes();
    assert_eq!(reader.read_light("a.pdf", &text).unwrap().unwrap().pages.len(), 1);
    assert!(reader.read_light("a.xml", b"<invoice/>").unwrap().is_some());
    let scan = Sample::page("0 0 595 842 re f", &[], "").bytes();
    assert!(reader.read_light("scan.pdf", &scan).unwrap().is_none());
    let mut picture = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(40, 40).write_to(&mut picture, image::ImageFormat::Png).unwrap();
    assert!(reader.read_light("scan.png", picture.get_ref()).unwrap().is_none());
}

#[test]
fn two_programs_agree_on_a_text_layer() {
    let pdf = Sample::page("BT /F1 12 Tf 100 700 Td (Invoice 4711) Tj ET", &[HELVETICA], "").bytes();
    let reader = reader(Some(this_program()));
    let document = reader.read("a.pdf", &pdf).unwrap();
    assert_eq!(document.media, Media::Pdf);
    assert_eq!(document.sha256.len(), 64);
    assert_eq!(codes(&document), [""; 0]);
    assert!(document.witness_text.unwrap().contains("Invoice 4711"));
    let page = &document.pages[0];
    assert_eq!(page.number, 1);
    assert!(page.image.is_none(), "its text says everything, so nobody needed to draw it");
    assert!(reader.pictures(&pdf).unwrap()[0].is_some());
    assert!(page.words.iter().all(|word| word.source == Source::TextLayer));
}

#[rstest]
#[case("UniGB-UCS2-H", "GB1", "<53D17968>", "发票")]
#[case("GBK-EUC-H", "GB1", "<B7A2C6B1>", "发票")]
#[case("ETen-B5-H", "CNS1", "<B2CEA440B56FB2BC>", "統一發票")]
fn a_witness_that_panics_is_a_remark_and_the_document_is_read(
    #[case] encoding: &str,
    #[case] ordering: &str,
    #[case] shown: &str,
    #[case] expected: &str,
) {
    let font = chinese(encoding, ordering);
    let pdf = Sample::page(&format!("BT /F1 12 Tf 100 700 Td {shown} Tj ET"), &[&font], "").bytes();
    let document = reader(Some(this_program())).read("a.pdf", &pdf).unwrap();
    assert_eq!(document.pages[0].words[0].text, expected);
    assert_eq!(codes(&document), ["DH-1120"]);
    assert!(document.remarks[0].text.contains("panicked"), "{}", document.remarks[0].text);
    assert_eq!(document.witness_text, None);
}

#[test]
fn without_a_child_there_is_a_document_and_a_remark() {
    let pdf = Sample::page("BT /F1 12 Tf 100 700 Td (Invoice) Tj ET", &[HELVETICA], "").bytes();
    let document = reader(None).read("a.pdf", &pdf).unwrap();
    assert_eq!(document.pages[0].words[0].text, "Invoice");
    assert_eq!(codes(&document), ["DH-1120"]);
}

#[test]
fn pixels_without_models_are_not_an_empty_document() {
    let mut png = std::io::Cursor::new(Vec::new());
    RgbImage::new(40, 40).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let error = reader(None).read("a.png", png.get_ref()).unwrap_err();
    assert!(matches!(error, ReadError::Ocr { .. }), "{error}");
    let blank = Sample::page("0 0 1 rg 9 9 99 99 re f", &[], "").bytes();
    assert!(matches!(reader(None).read("a.pdf", &blank).unwrap_err(), ReadError::Ocr { .. }));
}

#[test]
fn what_is_missing_is_told_with_a_remedy() {
    let config =
        ReaderConfig { font_dirs: vec!["/nowhere".into()], ..ReaderConfig::with_models("no-models-here") };
    let health = Reader::new(config).health();
    for name in ["OCR models", "Chinese fonts", "child process"] {
        let line = health.iter().find(|line| line.name == name).unwrap();
        assert!(!line.ok && line.remedy.is_some(), "{line:?}");
    }
}

#[test]
fn without_chinese_fonts_the_words_are_still_read() {
    let font = chinese("UniGB-UCS2-H", "GB1");
    let pdf = Sample::page("BT /F1 12 Tf 100 700 Td <53D17968> Tj ET", &[&font], "").bytes();
    let config =
        ReaderConfig { font_dirs: vec!["/nowhere".into()], ..ReaderConfig::with_models("no-models-here") };
    let document = Reader::new(config).read("a.pdf", &pdf).unwrap();
    assert_eq!(document.pages[0].words[0].text, "发票");
    assert_eq!(codes(&document), ["DH-1114", "DH-1120"]);
}
