#![expect(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use rstest::rstest;

use super::sample::{HELVETICA, Sample, chinese};
use super::*;
use crate::child::tests::children;
use crate::document::BBox;

fn limits() -> Limits {
    Limits { pages: 3, pixels: 4_000_000, ..Limits::default() }
}

fn fonts() -> Arc<Fonts> {
    Arc::new(Fonts::new(crate::fonts::FONT_DIRS.iter().map(Into::into).collect()))
}

pub(super) fn read_bytes(bytes: Vec<u8>) -> Result<PdfRead, ReadError> {
    read(Arc::new(bytes), &fonts(), limits(), Pictures::WhereNeeded)
}

fn read_page(content: &str, more: &str) -> PdfPage {
    let gb1 = chinese("UniGB-UCS2-H", "GB1");
    read_bytes(Sample::page(content, &[HELVETICA, &gb1], more).bytes()).unwrap().pages.remove(0)
}

/// The same with its picture.
fn drawn_page(content: &str, more: &str) -> PdfPage {
    let bytes = Sample::page(content, &[HELVETICA], more).bytes();
    read(Arc::new(bytes), &fonts(), limits(), Pictures::All).unwrap().pages.remove(0)
}

/// The words from top to bottom, from left to right.
pub(super) fn texts(page: &PdfPage) -> Vec<&str> {
    let mut words: Vec<_> = page.words.iter().collect();
    words.sort_by(|a, b| a.bbox.y1.total_cmp(&b.bbox.y1).then(a.bbox.x0.total_cmp(&b.bbox.x0)));
    words.into_iter().map(|word| word.text.as_str()).collect()
}

fn codes(read: &PdfRead) -> Vec<&str> {
    read.remarks.iter().map(|remark| remark.code.as_str()).collect()
}

#[rstest]
#[case::unicode("UniGB-UCS2-H", "GB1", "<53D17968>", "发票")]
#[case::gbk("GBK-EUC-H", "GB1", "<B7A2C6B1>", "发票")]
#[case::big5("ETen-B5-H", "CNS1", "<B2CEA440B56FB2BC>", "統一發票")]
fn chinese_without_an_embedded_font_is_read_where_it_stands(
    #[case] encoding: &str,
    #[case] ordering: &str,
    #[case] shown: &str,
    #[case] expected: &str,
) {
    let font = chinese(encoding, ordering);
    let content = format!("BT /F1 20 Tf 119 421 Td {shown} Tj ET");
    let read = read_bytes(Sample::page(&content, &[&font], "").bytes()).unwrap();
    let page = &read.pages[0];
    assert_eq!(texts(page), [expected]);
    assert_eq!(page.pixels, Pixels::Shown);
    let BBox { x0, y0, x1, y1 } = page.words[0].bbox;
    assert!((x0 - 0.2).abs() < 0.005 && y0 < 0.5 && y1 > 0.5 && y1 - y0 < 0.03, "{:?}", page.words[0].bbox);
    let width = f32::from(u8::try_from(expected.chars().count()).unwrap()) * 20.0 / 595.0;
    assert!((x1 - x0 - width).abs() < 0.005, "{:?}", page.words[0].bbox);
}

#[test]
fn words_are_put_together_by_position_and_not_by_the_order_of_drawing() {
    let page = read_page(
        "BT /F1 12 Tf 100 700 Td (Total) Tj ET \
         BT /F1 12 Tf 300 700 Td (1,234) Tj ET \
         BT /F1 12 Tf 100 680 Td (Invoice No) Tj ET \
         BT /F1 12 Tf 330.02 700 Td (.56) Tj ET",
        "",
    );
    assert_eq!(texts(&page), ["Total", "1,234.56", "Invoice", "No"]);
}

#[test]
fn a_wide_gap_in_one_call_splits_and_even_spacing_does_not() {
    let page = read_page(
        "BT /F1 12 Tf 100 700 Td [(Net) -3000 (100.00)] TJ ET BT /F1 12 Tf 4 Tc 100 680 Td (07160033) Tj ET",
        "",
    );
    assert_eq!(texts(&page), ["Net", "100.00", "07160033"]);
}

#[test]
fn texts_printed_over_each_other_are_not_interleaved() {
    let page = read_page("BT /F1 12 Tf 100 700 Td (123456) Tj ET BT /F1 12 Tf 103 700 Td (PAID) Tj ET", "");
    let mut texts = texts(&page);
    texts.sort_unstable();
    assert_eq!(texts, ["123456", "PAID"]);
}

#[test]
fn a_text_drawn_twice_for_boldness_is_one_word() {
    let page = read_page("BT /F1 12 Tf 100 700 Td (88.00) Tj ET BT /F1 12 Tf 100.3 700 Td (88.00) Tj ET", "");
    assert_eq!(texts(&page), ["88.00"]);
}

#[test]
fn a_page_that_is_turned_is_read_upright() {
    // Written from the lower edge upwards, on a page to be turned clockwise: upright it starts at the upper left.
    let page = drawn_page("BT /F1 20 Tf 0 1 -1 0 60 100 Tm (Invoice) Tj ET", "/Rotate 90");
    assert_eq!((page.width, page.height), (842.0, 595.0));
    let image = page.image.as_ref().unwrap();
    assert!(image.width() > image.height());
    let bbox = page.words[0].bbox;
    assert!(bbox.x1 - bbox.x0 > bbox.y1 - bbox.y0 && bbox.y0 < 0.12 && bbox.x0 < 0.13, "{bbox:?}");
}

#[test]
fn upright_and_turned_text_on_one_page_are_both_read() {
    let page = read_page(
        "BT /F1 20 Tf 100 700 Td (Invoice) Tj ET BT /F1 20 Tf 0 1 -1 0 560 100 Tm (Copy two) Tj ET",
        "",
    );
    let mut texts = texts(&page);
    texts.sort_unstable();
    assert_eq!(texts, ["Copy", "Invoice", "two"]);
    let turned = &page.words.iter().find(|word| word.text == "Copy").unwrap().bbox;
    assert!(turned.y1 - turned.y0 > turned.x1 - turned.x0, "{turned:?}");
}

#[rstest]
#[case::drawn_invisibly("3 Tr")]
#[case::white_on_white("1 g")]
fn what_nobody_can_see_is_not_read(#[case] how: &str) {
    let content = format!(
        "BT /F1 12 Tf 100 700 Td (Total 10.00) Tj ET BT {how} /F1 12 Tf 100 650 Td (Total 9999.00) Tj ET"
    );
    let read = read_bytes(Sample::page(&content, &[HELVETICA], "").bytes()).unwrap();
    assert_eq!(texts(&read.pages[0]), ["Total", "10.00"]);
    assert_eq!(codes(&read), ["DH-1115"]);
}

#[test]
fn a_digit_that_the_font_does_not_name_is_never_dropped() {
    let font = "<< /Type /Font /Subtype /TrueType /BaseFont /X /Encoding << /Differences [49 /one /g99 /three] >> >>";
    let content = format!(
        "BT /F1 12 Tf 100 700 Td (132) Tj ET {}",
        "BT /F2 12 Tf 100 600 Td (and much more text) Tj ET"
    );
    let read = read_bytes(Sample::page(&content, &[font, HELVETICA], "").bytes()).unwrap();
    let page = &read.pages[0];
    assert!(page.words.iter().all(|word| word.text != "13"), "{:?}", texts(page));
}

#[test]
fn a_page_without_text_is_for_ocr() {
    assert_eq!(read_page("0 0 1 rg 100 100 200 200 re f", "").pixels, Pixels::Read);
}

#[test]
fn a_blank_sheet_is_not_for_ocr() {
    assert_eq!(read_page("", "").pixels, Pixels::Shown);
}

#[test]
fn an_encryption_of_an_unknown_kind_is_not_taken_for_a_missing_password() {
    let mut sample = Sample::page("BT /F1 12 Tf 100 700 Td (x) Tj ET", &[HELVETICA], "");
    let encrypt = sample.add("<< /Filter /Unknown /V 9 /R 9 >>");
    sample.trailer(&format!("/Encrypt {encrypt} 0 R /ID [<41> <41>]"));
    assert!(matches!(read_bytes(sample.bytes()), Err(ReadError::Damaged { .. })));
}

#[test]
fn a_layer_without_meaning_is_for_ocr() {
    let codes: Vec<String> = (500..560).map(|n| format!("{n:04X}")).collect();
    let codes = codes.concat();
    let font = "<< /Type /Font /Subtype /Type0 /BaseFont /Y /Encoding /Identity-H /DescendantFonts [<< /Type /Font \
                /Subtype /CIDFontType2 /BaseFont /Y /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) \
                /Supplement 0 >> >>] >>";
    let content = format!("BT /F1 5 Tf 20 700 Td <{codes}> Tj ET");
    let read = read_bytes(Sample::page(&content, &[font], "").bytes()).unwrap();
    assert_eq!(read.pages[0].pixels, Pixels::Read);
    assert_eq!(codes_of(&read, "DH-1112"), 1);
}

fn codes_of(read: &PdfRead, code: &str) -> usize {
    codes(read).into_iter().filter(|&found| found == code).count()
}

#[test]
fn attached_xml_is_taken_out_and_other_attachments_are_told() {
    let mut sample = Sample::page("BT /F1 12 Tf 100 700 Td (Invoice) Tj ET", &[HELVETICA], "");
    let xml = sample
        .stream("/Type /EmbeddedFile", b"<?xml version=\"1.0\" encoding=\"GBK\"?><a>\xB7\xA2\xC6\xB1</a>");
    let photo = sample.stream("/Type /EmbeddedFile", b"\x89PNG");
    let spec = sample.add(&format!("<< /Type /Filespec /F (data.xml) /EF << /F {xml} 0 R >> >>"));
    let other = sample.add(&format!("<< /Type /Filespec /F (photo.png) /EF << /F {photo} 0 R >> >>"));
    sample.replace(1, &format!(
        "<< /Type /Catalog /Pages 2 0 R /AF [{spec} 0 R] /Names << /EmbeddedFiles << /Kids [<< /Names [(a) {spec} 0 R (b) {other} 0 R] >>] >> >> >>"
    ));
    let read = read_bytes(sample.bytes()).unwrap();
    assert_eq!(read.embedded.len(), 1, "the same file in both places is one file");
    assert_eq!(read.embedded[0].name, "data.xml");
    assert!(read.embedded[0].text.contains("<a>发票</a>"));
    assert_eq!(codes(&read), ["DH-1116"]);
}

#[test]
fn a_name_tree_that_contains_itself_ends() {
    let mut sample = Sample::page("", &[], "");
    sample.replace(1, "<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles 5 0 R >> >>");
    sample.add("<< /Kids [5 0 R 5 0 R] >>");
    assert_eq!(read_bytes(sample.bytes()).unwrap().embedded.len(), 0);
}

#[test]
fn a_pdf_with_a_password_says_so() {
    let mut sample = Sample::page("BT /F1 12 Tf 100 700 Td (secret) Tj ET", &[HELVETICA], "");
    let garbage = "41".repeat(32);
    let encrypt = sample
        .add(&format!("<< /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <{garbage}> /U <{garbage}> >>"));
    sample.trailer(&format!("/Encrypt {encrypt} 0 R /ID [<{garbage}> <{garbage}>]"));
    assert_eq!(read_bytes(sample.bytes()).unwrap_err(), ReadError::Encrypted);
}

#[test]
fn pages_beyond_the_limit_are_left_out_with_a_remark() {
    let mut sample = Sample::page("BT /F1 12 Tf 100 700 Td (page) Tj ET", &[HELVETICA], "");
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>";
    let kids: Vec<String> = (0..4).map(|_| format!("{} 0 R", sample.add(page))).collect();
    let kids = kids.join(" ");
    sample.replace(2, &format!("<< /Type /Pages /Kids [3 0 R {kids}] /Count 5 >>"));
    let read = read_bytes(sample.bytes()).unwrap();
    assert_eq!(read.pages.len(), 3);
    assert_eq!(codes(&read), ["DH-1111"]);
}

#[rstest]
#[case::a_page_of_kilometres("/MediaBox [0 0 9000000 9000000]")]
#[case::a_page_without_area("/MediaBox [0 0 0 0]")]
#[case::a_page_of_one_point("/MediaBox [0 0 1 1]")]
#[case::a_page_turned_inside_out("/MediaBox [595 842 0 0]")]
#[case::a_page_of_nonsense("/MediaBox [(a) /b null 1e300]")]
fn pages_of_any_size_are_survived(#[case] media_box: &str) {
    let mut sample = Sample::page("BT /F1 12 Tf 1 1 Td (x) Tj ET", &[HELVETICA], "");
    sample.replace(3, &format!(
        "<< /Type /Page /Parent 2 0 R {media_box} /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
    ));
    match read_bytes(sample.bytes()) {
        Ok(read) => {
            let pixels = read.pages[0].image.as_ref().map_or(0, |image| image.as_raw().len() as u64 / 3);
            assert!(pixels <= limits().pixels);
        }
        Err(error) => assert!(matches!(error, ReadError::Damaged { .. }), "{error}"),
    }
}

#[test]
fn a_form_that_draws_itself_ends() {
    let mut sample = Sample::page("/X Do", &[], "");
    sample.replace(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>");
    sample.stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 99 99] /Resources << /XObject << /X 5 0 R >> >>",
        b"/X Do /X Do",
    );
    assert!(read_bytes(sample.bytes()).is_ok());
}

#[test]
fn a_picture_of_impossible_size_is_not_decoded() {
    let mut sample = Sample::page("q 99 0 0 99 0 0 cm /X Do Q", &[], "");
    sample.replace(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>");
    sample.stream("/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceRGB", b"x");
    let read = read_bytes(sample.bytes()).unwrap();
    assert!(read.pages[0].image.is_none());
    assert_eq!(codes_of(&read, "DH-1113"), 1);
}

#[test]
fn lines_of_endless_dashes_are_not_drawn() {
    let read = read_page("[0.00001 0.00001] 0 d 0 0 m 500 500 l S", "");
    assert!(read.image.is_none());
    assert!(read_page("[3 2] 0 d 0 0 m 500 500 l S [0 0] 0 d 0 0 m 9 9 l S", "").image.is_some());
}

#[test]
fn endless_dashes_inside_of_a_letter_are_not_drawn() {
    let font = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 65 \
                /LastChar 65 /Widths [1000] /Encoding << /Differences [65 /a] >> /CharProcs << /a 6 0 R >> /Resources << >> >>";
    for (dash, is_drawn) in [("[0.00001 0.00001]", false), ("[30 20]", true)] {
        let mut sample = Sample::page("BT /F1 12 Tf 100 700 Td (A) Tj ET", &[font], "");
        sample.stream("", format!("1000 0 d0 {dash} 0 d 9 w 0 0 m 900 900 l S").as_bytes());
        let bytes = Arc::new(sample.bytes());
        let read = read(bytes, &fonts(), limits(), Pictures::All).unwrap();
        assert_eq!(read.pages[0].image.is_some(), is_drawn, "{dash}");
    }
}

#[rstest]
#[case::dashes_backwards("[-2147483648 2] 0 d 0 0 m 90 80 l S", "")]
#[case::cells_over_each_other(
    "/Pattern cs /P1 scn 5 5 150 100 re f",
    "<< /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1000000000000000 9] /XStep 9 /YStep 9 /Resources << >> /Length 25 >>"
)]
#[case::dashes_in_a_cell(
    "/Pattern cs /P1 scn 5 5 150 100 re f",
    "<< /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 /Resources << >> /Length 49 >>"
)]
fn what_would_take_hours_to_draw_is_not_drawn(#[case] content: &str, #[case] pattern: &str) {
    let mut sample = Sample::page(content, &[], "");
    sample.replace(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 150] /Contents 4 0 R /Resources << /Pattern << /P1 5 0 R >> >> >>");
    if !pattern.is_empty() {
        sample
            .add(&format!("{pattern}\nstream\n[0.00001 0.00001] 0 d 0 0 m 99999 99999 l S      \nendstream"));
    }
    let read = read(Arc::new(sample.bytes()), &fonts(), limits(), Pictures::All).unwrap();
    assert!(read.pages[0].image.is_none());
    assert_eq!(codes_of(&read, "DH-1111"), 1);
}

#[test]
fn a_page_that_never_ends_is_given_up() {
    // Each form draws the next one ten times.
    let mut sample = Sample::page("/X Do", &[], "");
    sample.replace(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 150] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>");
    for next in 6..16 {
        let entries = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 200 150] /Resources << /XObject << /X {next} 0 R >> >>"
        );
        sample.stream(&entries, "/X Do ".repeat(10).as_bytes());
    }
    sample.stream("/Type /XObject /Subtype /Form /BBox [0 0 200 150]", b"1 1 9 9 re f");
    let read = read_bytes(sample.bytes()).unwrap();
    assert!(read.pages[0].image.is_none());
    assert!(codes_of(&read, "DH-1111") > 0);
}

#[test]
fn the_pixels_of_all_pages_together_are_bounded() {
    let bytes = Arc::new(Sample::page("9 9 99 99 re f", &[], "").bytes());
    let limits = Limits { pixels_together: 100_000, ..limits() };
    let read = read(bytes, &fonts(), limits, Pictures::WhereNeeded).unwrap();
    assert!(read.pages[0].image.is_none());
    assert_eq!(codes_of(&read, "DH-1111"), 1);
}

#[test]
fn a_file_whose_objects_never_end_is_given_up() {
    // Each object is looked for in all of the file: without the bound this takes minutes.
    let bytes = [&b"%PDF-1.7\n"[..], &b"118 0 obj\n<</Filream\nendobj\n".repeat(100_000)].concat();
    let limits = Limits { time: std::time::Duration::from_secs(1), ..limits() };
    let error = read(Arc::new(bytes), &fonts(), limits, Pictures::WhereNeeded).unwrap_err();
    assert!(matches!(error, ReadError::Unsafe { .. }), "{error}");
}

#[test]
fn a_child_reads_the_same_as_this_process() {
    let gb1 = chinese("UniGB-UCS2-H", "GB1");
    let bytes = Arc::new(Sample::page("BT /F1 20 Tf 100 700 Td <53D17968> Tj ET", &[&gb1], "").bytes());
    let here = read(Arc::clone(&bytes), &fonts(), limits(), Pictures::All).unwrap();
    let there = read_apart(Some(&children()), &bytes, &fonts(), limits(), Pictures::All).unwrap();
    assert_eq!(here.pages[0].words, there.pages[0].words);
    assert!(here.pages[0].image == there.pages[0].image && here.pages[0].image.is_some());
    assert_eq!(here.remarks, there.remarks);
}

#[test]
fn errors_come_back_from_the_child_as_they_are() {
    let bytes = Arc::new(b"%PDF-1.7 and nothing".to_vec());
    let error = read_apart(Some(&children()), &bytes, &fonts(), limits(), Pictures::WhereNeeded).unwrap_err();
    assert!(matches!(error, ReadError::Damaged { .. }), "{error}");
}

#[test]
fn a_bomb_of_a_stream_ends_with_the_child() {
    // A stream that unpacks to far more than the child may have: each filter doubles what the one before it gives.
    let mut sample = Sample::page("", &[], "");
    let mut data = vec![0x81, b' '];
    data.resize(2 << 20, 0x81);
    let filters = "/RunLengthDecode ".repeat(8);
    sample.stream(&format!("/Filter [{filters}]"), &data);
    sample.replace(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 5 0 R >>");
    let outcome =
        read_apart(Some(&children()), &Arc::new(sample.bytes()), &fonts(), limits(), Pictures::WhereNeeded);
    assert!(matches!(outcome, Ok(_) | Err(ReadError::Unsafe { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn damage_anywhere_is_survived(at in 0_usize..1200, with in any::<u8>(), cut in 0_usize..1200) {
        let gb1 = chinese("GBK-EUC-H", "GB1");
        let mut bytes = Sample::page("BT /F1 20 Tf 100 700 Td <B7A2C6B1> Tj ET", &[&gb1], "").bytes();
        let at = at % bytes.len();
        bytes[at] = with;
        if cut % 3 == 0 {
            bytes.truncate(cut);
        }
        // Either a document or an error with a code; a crash of the reader's thread would be DH-1108.
        if let Err(error) = read_bytes(bytes) {
            prop_assert!(!matches!(error, ReadError::Unsafe { .. }), "{error}");
        }
    }
}
