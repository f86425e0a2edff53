#![expect(clippy::unwrap_used, reason = "a test may panic")]
use rstest::rstest;

use super::*;

/// One column of values, of this field.
fn scan(field: Option<Field>, values: &[&str]) -> Result<(), PersonalData> {
    let mut scanner = Scanner::default();
    for (row, value) in (2..).zip(values) {
        scanner.value(value, field, 0, row)?;
    }
    scanner.finish()
}

#[rstest]
#[case("電話", PersonalKind::Phone)]
#[case("mobile", PersonalKind::Phone)]
#[case("Mobile No.", PersonalKind::Phone)]
#[case("客戶編號", PersonalKind::Customer)]
#[case("CustomerID", PersonalKind::Customer)]
#[case("会员卡号", PersonalKind::Customer)]
#[case("姓名", PersonalKind::Name)]
#[case("E-mail", PersonalKind::Email)]
#[case("Cashier", PersonalKind::Staff)]
#[case("身份證號碼", PersonalKind::Identity)]
#[case("送貨地址", PersonalKind::Address)]
fn a_heading_of_people_blocks(#[case] heading: &str, #[case] kind: PersonalKind) {
    assert_eq!(Scanner::heading(heading, 3, 1).unwrap_err(), PersonalData { kind, column: 4, row: 1 });
}

#[rstest]
#[case("貨號")]
#[case("品名")]
#[case("Store Name")]
#[case("客單價")]
#[case("quantity")]
#[case("message")]
#[case("percentage")]
fn a_heading_of_goods_does_not(#[case] heading: &str) {
    assert!(Scanner::heading(heading, 0, 1).is_ok());
}

#[rstest]
#[case("A123456(3)", PersonalKind::Identity)]
#[case("AB9876543", PersonalKind::Identity)]
#[case("g123456a", PersonalKind::Identity)]
#[case("4111 1111 1111 1111", PersonalKind::Card)]
#[case("4111111111111111", PersonalKind::Card)]
#[case("91234567", PersonalKind::Phone)]
#[case("9123 4567", PersonalKind::Phone)]
#[case("2345-6789", PersonalKind::Phone)]
#[case("+852 6123 4567", PersonalKind::Phone)]
#[case("請致電 61234567 陳先生", PersonalKind::Phone)]
#[case("someone@example.hk", PersonalKind::Email)]
fn a_value_of_people_blocks_and_is_not_repeated(#[case] value: &str, #[case] kind: PersonalKind) {
    for field in [None, Some(Field::Reason), Some(Field::Source)] {
        let found = scan(field, &[value]).unwrap_err();
        assert_eq!(found.kind, kind);
        assert!(!found.to_string().contains(value));
    }
}

#[test]
fn an_identity_card_in_a_column_of_codes_blocks_too() {
    assert!(scan(Some(Field::Sku), &["RING-18K", "A123456(3)"]).is_err());
    assert!(scan(Some(Field::LineId), &["T1-0001", "A1234563"]).is_err());
    assert!(scan(Some(Field::LineId), &["x@example.hk"]).is_err());
}

#[test]
fn codes_that_look_like_numbers_of_people_are_let_in() {
    // Letter and seven digits: one in eleven passes as an identity card by chance.
    let skus: Vec<String> = (0..110).map(|n| format!("A{}", 1_234_500 + n)).collect();
    assert!(skus.iter().any(|sku| Hkid::parse(sku).is_ok()));
    let skus: Vec<&str> = skus.iter().map(String::as_str).collect();
    for field in [Some(Field::Sku), None] {
        assert!(scan(field, &skus).is_ok());
    }
    assert!(scan(Some(Field::Sku), &["91234567", "61234568", "96385074"]).is_ok());
    assert!(scan(Some(Field::Barcode), &["4891234567893", "96385074"]).is_ok());
    assert!(scan(None, &["20260305", "2026-03-05", "12.50", "1234"]).is_ok());
    assert!(scan(Some(Field::OccurredAt), &["2026-03-05T14:00:00+08:00", "20260305"]).is_ok());
    assert!(scan(Some(Field::EventId), &["01234567-0123-4567-8901-123456789012"]).is_ok());
    assert!(scan(Some(Field::Qty), &["12345678"]).is_ok());
}

#[test]
fn a_phone_in_a_column_of_times_or_ids_blocks() {
    for field in [Field::OccurredAt, Field::Expiry, Field::EventId] {
        assert!(scan(Some(field), &["91234567"]).is_err());
    }
    let times =
        ["05/03/2026 14:05", "2026年3月5日 下午2:05", "5 March 2026", "20260305", "2026/3/5", "1772686800"];
    assert!(scan(Some(Field::OccurredAt), &times).is_ok());
}

#[test]
fn one_mistyped_identity_card_does_not_hide_the_others() {
    assert!(scan(None, &["A1234563", "A1234564", "AB9876543", "G123456A"]).is_err());
}
