#![expect(clippy::unwrap_used, reason = "a test may panic")]
use super::*;

/// A payload with the check sum that the convention asks for.
fn sealed(fields: &str, comma: bool, tail: &str) -> String {
    let covered = if comma { format!("{fields},") } else { fields.to_owned() };
    format!("{fields},{:04X}{tail}", crc::umts(covered.as_bytes()))
}

#[test]
fn the_amount_of_a_digital_invoice_is_the_total_and_of_an_older_one_is_net() {
    let digital = FapiaoQr::parse(&sealed("01,31,,24332000000000000017,113.00,20240301,", true, "")).unwrap();
    assert_eq!((digital.amount_is, digital.crc), (AmountMeaning::TaxInclusiveTotal, Crc::WithComma));
    let old =
        FapiaoQr::parse(&sealed("01,10,033002000211,00000017,100,20200301,12345678901234567890", false, ","))
            .unwrap();
    assert_eq!((old.amount_is, old.crc), (AmountMeaning::TaxExclusiveAmount, Crc::WithoutComma));
    assert_eq!(old.kind, FapiaoKind::GeneralElectronic);
}

#[test]
fn blanks_that_an_issuer_prints_in_empty_fields_are_part_of_the_check_sum() {
    let qr = FapiaoQr::parse(&sealed("01,32, ,23332000000000000017,49.28,20230523, ", true, "")).unwrap();
    assert_eq!(qr.code, None);
    assert_eq!(qr.check_code, None);
}

#[test]
fn one_cent_more_breaks_the_check_sum() {
    let edited = sealed("01,31,,24332000000000000017,113.00,20240301,", true, "").replace("113.00", "113.01");
    let wrong = FapiaoQr::parse(&edited).unwrap_err();
    assert!(matches!(wrong.rule, Rule::Crc { .. }));
    assert_eq!(wrong.code(), "DH-2111");
    assert!(FapiaoQr::looks_like(&edited));
}

#[test]
fn a_rail_ticket_with_an_unknown_check_sum_is_noted_and_not_refused() {
    let qr = FapiaoQr::parse("01,51,,25332000000000000017,73.00,20250101,,0001").unwrap();
    assert_eq!(qr.crc, Crc::Unproven);
    assert_eq!(crate::Number::notes(&qr).len(), 1);
}

#[test]
fn a_web_address_is_no_payload() {
    assert!(!FapiaoQr::looks_like("https://example.com/?a=01,31,,2,3,4"));
    assert!(FapiaoQr::parse("https://example.com/claim").is_err());
}

#[test]
fn a_code_beside_twenty_digits_is_refused() {
    let wrong = FapiaoQr::parse("01,10,033002000211,24332000000000000017,1.00,20240528,,").unwrap_err();
    assert_eq!(wrong.rule, Rule::CodeWithTwentyDigits);
}
