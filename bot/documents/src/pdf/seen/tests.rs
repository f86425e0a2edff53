#![expect(clippy::unwrap_used, reason = "a test may panic")]

use rstest::rstest;

use crate::pdf::PdfPage;
use crate::pdf::sample::{HELVETICA, Sample};
use crate::pdf::tests::{read_bytes, texts};

/// A text nobody is to be fooled by, and one beside it.
const TOTAL: &str = "BT /F1 12 Tf 100 650 Td (9999.00) Tj ET";
const BESIDE: &str = "BT /F1 12 Tf 100 700 Td (Total) Tj ET";

fn page(content: &str) -> PdfPage {
    read_bytes(Sample::page(content, &[HELVETICA], "").bytes()).unwrap().pages.remove(0)
}

#[rstest]
#[case::covered(&format!("{TOTAL} q 1 g 90 640 80 30 re f Q {BESIDE}"))]
#[case::covered_by_another_shape(&format!("{TOTAL} q 1 g 90 640 m 90 670 l 200 670 l 210 640 l f Q {BESIDE}"))]
#[case::black_on_black(&format!("q 0 g 90 640 80 30 re f Q {TOTAL} {BESIDE}"))]
#[case::white_on_a_bar_that_was_painted_over(
    &format!("q 0 g 90 640 80 30 re f 1 g 90 640 80 30 re f {TOTAL} Q {BESIDE}")
)]
#[case::beside_what_its_clip_shows(&format!("q 0 0 50 50 re W n {TOTAL} Q {BESIDE}"))]
#[case::under_a_picture(
    &format!("{TOTAL} q 80 0 0 30 90 640 cm BI /W 1 /H 1 /CS /G /BPC 8 /F /AHx ID FF> EI Q {BESIDE}")
)]
#[case::hatched_away(&format!("{TOTAL} q 1 G 1.4 w {} Q {BESIDE}", hatching()))]
#[case::hatched_away_in_one_path(&format!("{TOTAL} q 1 G 1.4 w {} S Q {BESIDE}", hatching().replace(" S", "")))]
#[case::black_on_a_black_hatching(&format!("q 1.4 w {} S Q {TOTAL} {BESIDE}", hatching().replace(" S", "")))]
#[case::outside_of_a_clip_that_winds(
    &format!("q {} W n {TOTAL} Q {BESIDE}", "0 0 10 10 re 585 832 10 10 re ".repeat(2505))
)]
#[case::too_small(&format!("BT /F1 0.2 Tf 100 650 Td (9999.00) Tj ET {BESIDE}"))]
fn what_is_hidden_is_not_read(#[case] content: &str) {
    let page = page(content);
    assert_eq!(texts(&page), ["Total"]);
    assert!(page.image.is_some(), "it was not looked at");
}

#[test]
fn letters_under_other_letters_are_looked_at() {
    let page = page(&format!("{TOTAL} BT /F1 40 Tf 90 640 Td (HHHH) Tj ET {BESIDE}"));
    assert!(page.image.is_some(), "it was not looked at");
}

/// White lines, one beside the other.
fn hatching() -> String {
    (640..670).map(|y| format!("90 {y} m 170 {y} l S")).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_letter_that_draws_nothing_is_not_read() {
    let empty = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] \
                 /CharProcs << /nine 7 0 R >> /Encoding << /Type /Encoding /Differences [57 /nine] >> \
                 /FirstChar 57 /LastChar 57 /Widths [600] >>";
    let content = format!("{BESIDE} BT /F2 12 Tf 100 650 Td (9999) Tj ET");
    let mut sample = Sample::page(&content, &[HELVETICA, empty], "");
    sample.stream("", b"600 0 0 0 600 700 d1");
    let page = read_bytes(sample.bytes()).unwrap().pages.remove(0);
    assert_eq!(texts(&page), ["Total"]);
}

#[rstest]
#[case::plain(TOTAL)]
#[case::on_a_tint(&format!("q 0.9 g 90 640 80 30 re f Q {TOTAL}"))]
#[case::white_on_a_dark_bar(&format!("q 0.2 g 90 640 80 30 re f 1 g {TOTAL} Q"))]
#[case::in_a_cell(&format!("{TOTAL} 90 640 80 30 re S"))]
#[case::with_a_line_through_it(&format!("{TOTAL} 90 655 m 170 655 l S"))]
#[case::under_glass(
    &format!("{TOTAL} q 80 0 0 30 90 640 cm BI /W 1 /H 1 /IM true /D [0 1] /F /AHx ID 80> EI Q")
)]
#[case::inside_its_clip(&format!("q 90 640 80 30 re W n {TOTAL} Q"))]
fn a_page_on_which_all_is_plainly_seen_is_not_drawn(#[case] content: &str) {
    let page = page(content);
    assert_eq!(texts(&page), ["9999.00"]);
    assert!(page.image.is_none(), "it was drawn");
}
