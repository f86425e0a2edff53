#![expect(clippy::unwrap_used, reason = "a test may panic")]
use super::*;

fn tlv(tag: &str, value: &str) -> String {
    format!("{tag}{:02}{value}", value.chars().count())
}

fn sealed(account: &str, rest: &str) -> String {
    let body = format!("000201010212{}52040000{rest}6304", tlv("26", account));
    format!("{body}{:04X}", crc::ccitt_false(body.as_bytes()))
}

fn fps(tag: &str, value: &str) -> String {
    tlv("00", HKICL) + &tlv(tag, value)
}

const TAIL: &str = "5802HK5902NA6002HK";

#[test]
fn payee_amount_and_bill_number_are_read() {
    let rest =
        format!("{}{}{TAIL}{}", tlv("53", "344"), tlv("54", "1280.50"), tlv("62", &tlv("01", "INV-7")));
    let qr = FpsQr::parse(&sealed(&fps("02", "1234567"), &rest)).unwrap();
    assert_eq!(qr.proxy, Proxy::FpsId("1234567".to_owned()));
    assert_eq!((qr.currency, qr.amount.unwrap().to_string()), ("HKD", "1280.50".to_owned()));
    assert_eq!(qr.bill_number.as_deref(), Some("INV-7"));
}

#[test]
fn a_changed_payee_breaks_the_check_sum() {
    let good = sealed(&fps("02", "1234567"), &format!("{}{TAIL}", tlv("53", "344")));
    let bad = good.replace("1234567", "1234568");
    assert!(matches!(FpsQr::parse(&bad).unwrap_err().rule, Rule::Crc { .. }));
    assert!(FpsQr::looks_like(&bad));
    assert!(FpsQr::parse(&good[..good.len() - 8]).is_err());
}

#[test]
fn a_payee_in_logs_shows_no_phone_and_no_mail_address() {
    let qr =
        FpsQr::parse(&sealed(&fps("03", "+852-91234567"), &format!("{}{TAIL}", tlv("53", "156")))).unwrap();
    assert_eq!(qr.currency, "CNY");
    assert!(!format!("{qr:?}").contains("9123"));
}

#[test]
fn a_code_of_another_system_is_refused() {
    let account = tlv("00", "hk.edu.hkma.fps") + &tlv("02", "1234567");
    assert!(FpsQr::parse(&sealed(&account, &format!("{}{TAIL}", tlv("53", "344")))).is_err());
    assert_eq!(
        FpsQr::parse(&sealed(&fps("02", "1234567"), &format!("{}{TAIL}", tlv("53", "840"))))
            .unwrap_err()
            .rule,
        Rule::Currency
    );
}
