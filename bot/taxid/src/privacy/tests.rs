use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case("身份證 AB987654(3) 電話 9123 4567", "身份證 [HKID] 電話 [PHONE]")]
#[case("G123456(A) 陳大文", "[HKID] 陳大文")]
#[case("Ｇ１２３４５６（Ａ）", "[HKID]")]
#[case("HKID: A123456(4)", "HKID: [HKID]")]
#[case("id=11010519491231002X;", "id=[CNID];")]
#[case("身份证 11010519491231002X", "身份证 [CNID]")]
#[case("110105198506155384", "[CNID]")]
#[case("身份证号码：110105194912310021", "身份证号码：[CNID]")]
#[case("seller 11010519491231002X01 paid", "seller [TAXID] paid")]
#[case("L11010519491231002X", "[TAXID]")]
#[case("11010549123100201", "[TAXID]")]
#[case("+852 6123 4567", "[PHONE]")]
#[case("(852) 3102-8888", "[PHONE]")]
#[case("Tel: 28272827 ext 3", "Tel: [PHONE] ext 3")]
#[case("手机13800138000，", "手机[PHONE]，")]
#[case("+86 138 0013 8000 5 pcs", "[PHONE] 5 pcs")]
#[case("0755-88888888", "[PHONE]")]
#[case("mail chan.tai-man@example.com.hk.", "mail [EMAIL].")]
#[case("a@b.co c@d.co", "[EMAIL] [EMAIL]")]
#[case("帳號 6222 0212 3456 7890 128", "帳號 [CARD]")]
#[case("4111111111111111", "[CARD]")]
fn the_numbers_of_people_are_masked(#[case] text: &str, #[case] masked: &str) {
    assert_eq!(mask(text), masked);
}

#[rstest]
#[case("Invoice A123456(4)")]
#[case("Batch XAB9876543X")]
#[case("Ref AB123456")]
#[case("發票號碼 24112000000048542163")]
#[case("訂單 20250305001")]
#[case("合計 1,280.50")]
#[case("91110000600037341L")]
#[case("BRN 31130878")]
#[case("商業登記證號碼 5872 5678")]
#[case("2025-03-05 16:05:42.123456")]
#[case("sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
#[case("033002000211 83089647 16197833567414507415")]
#[case("004-123-456789-001")]
#[case("run invoice/01J9ZK7W3Q8R5T6Y7V8B9N0M1P took 1234567 us")]
#[case("user@localhost")]
#[case("")]
fn the_numbers_of_papers_pass_unchanged(#[case] text: &str) {
    assert_eq!(mask(text), text);
    assert!(matches!(mask(text), Cow::Borrowed(_)));
}

#[test]
fn bytes_that_are_no_text_do_not_stop_the_mask() {
    assert_eq!(mask_bytes(b"\xff\xfe a@b.co"), "\u{FFFD}\u{FFFD} [EMAIL]");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_mask_panic(text in "[0-9A-Za-z@.+() ：身份證電話０-９-]{0,40}|\\PC{0,40}") {
        let once = mask(&text).into_owned();
        let _ = mask(&once);
    }

    #[test]
    fn no_bytes_make_the_mask_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let _ = mask_bytes(&bytes);
    }

    #[test]
    fn every_valid_identity_card_is_masked(letters in "[A-Z]{1,2}", digits in "[0-9]{6}", before in "[ ,:]", after in "[ ,;]") {
        let number = format!("{letters}{digits}");
        let check = char::from(crate::hk::check_character(number.as_bytes()));
        let text = format!("x{before}{number}({check}){after}y");
        let expected = format!("x{before}[HKID]{after}y");
        prop_assert_eq!(mask(&text), expected);
    }
}
