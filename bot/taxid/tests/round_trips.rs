//! Numbers made by the rule of their format are read back as they were made, and no bytes make any format panic.
//!
//! The makers here are written from the standards, not from the library. `PROPTEST_CASES` says how many numbers of
//! each sort are made; `scripts/bench taxid` makes 100 000.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use taxid::words::{AmountInWords, Style, write};
use taxid::{FORMATS, check};

const CASES: u32 = 2_000;

fn config(at_least: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(at_least),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What the format makes of a printed number.
fn read(format: &str, printed: &str) -> Value {
    check(format, printed).unwrap_or_else(|wrong| panic!("{format} {printed}: {wrong}")).normalised
}

fn reads_as(format: &str, printed: &str, normal: &str) -> Result<(), TestCaseError> {
    prop_assert_eq!(read(format, printed), json!(normal), "{} {}", format, printed);
    Ok(())
}

/// Full-width, with blanks: as papers print it.
fn on_paper(number: &str) -> String {
    let wide = |c: char| if c.is_ascii_digit() { char::from_u32(u32::from(c) + 0xFEE0).unwrap() } else { c };
    number
        .chars()
        .enumerate()
        .flat_map(|(i, c)| [(i % 4 == 0).then_some(' '), Some(wide(c))])
        .flatten()
        .collect()
}

fn values(text: &str, alphabet: &str) -> Vec<u32> {
    text.chars().map(|c| u32::try_from(alphabet.find(c).unwrap()).unwrap()).collect()
}

fn weighted(text: &str, alphabet: &str, weights: &[u32]) -> u32 {
    values(text, alphabet).iter().zip(weights).map(|(value, weight)| value * weight).sum()
}

const BASE_36: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// GB 11714.
fn organisation_code(body: &str) -> String {
    let rest = 11 - weighted(body, BASE_36, &[3, 7, 9, 10, 5, 8, 4, 2]) % 11;
    format!("{body}{}", ["", "1", "2", "3", "4", "5", "6", "7", "8", "9", "X", "0"][rest as usize])
}

/// GB 32100: MOD 31-3.
fn credit_code(head: &str, organisation: &str) -> String {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let body = format!("{head}{}", organisation_code(organisation));
    let weights: Vec<u32> = (0..17).map(|i| (0..i).fold(1, |weight, _| weight * 3 % 31)).collect();
    let check = (31 - weighted(&body, ALPHABET, &weights) % 31) % 31;
    format!("{body}{}", ALPHABET.chars().nth(check as usize).unwrap())
}

/// GB 11643: MOD 11-2.
fn resident_id(region: &str, born: &str, sequence: &str) -> String {
    let body = format!("{region}{born}{sequence}");
    let sum = weighted(&body, BASE_36, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    format!("{body}{}", "10X98765432".chars().nth(sum as usize % 11).unwrap())
}

fn crc(bytes: &[u8], polynomial: u16, start: u16) -> u16 {
    bytes.iter().fold(start, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ polynomial }
        })
    })
}

fn hkid(letters: &str, digits: &str) -> String {
    let sum =
        weighted(&format!("{letters:>2}{digits}"), &format!("{BASE_36} "), &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    let check = ["0", "A", "9", "8", "7", "6", "5", "4", "3", "2", "1"][sum as usize];
    format!("{letters}{digits}({check})")
}

fn business_number(body: &str) -> Option<String> {
    let sum = |number: &str| -> u32 {
        let products = values(number, BASE_36).into_iter().zip([1, 2, 1, 2, 1, 2, 4, 1]).map(|(v, w)| v * w);
        products.map(|product| product / 10 % 10 + product % 10).sum()
    };
    (0..10).map(|last| format!("{body}{last}")).find(|number| {
        let sum = sum(number);
        sum % 5 == 0 || number.as_bytes()[6] == b'7' && (sum + 1) % 5 == 0
    })
}

/// ISO 7064 MOD 97-10.
fn iban(country: &str, account: &str) -> String {
    let figures: String =
        format!("{account}{country}00").chars().map(|c| c.to_digit(36).unwrap().to_string()).collect();
    let rest = figures.bytes().fold(0, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    format!("{country}{:02}{account}", 98 - rest)
}

/// ISO 7064 MOD 11,10.
fn bank_branch(body: &str) -> String {
    let product = body.bytes().fold(10, |product, digit| {
        let sum = (product + u32::from(digit - b'0')) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    format!("{body}{}", (11 - product) % 10)
}

/// Digits from the right, every second one by `weight`; `fold` adds a product's own digits.
fn from_the_right(body: &str, weight: u32, fold: bool) -> String {
    let sum: u32 = values(body, BASE_36)
        .iter()
        .rev()
        .enumerate()
        .map(|(i, digit)| if i % 2 == 0 { digit * weight } else { *digit })
        .map(|product| if fold && product > 9 { product - 9 } else { product })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// EMV: tag, length, value.
fn field(tag: &str, value: &str) -> String {
    format!("{tag}{:02}{value}", value.len())
}

proptest! {
    #![proptest_config(config(CASES))]

    #[test]
    fn mainland_numbers(
        head in "9[123](11|31|44|33)0[1-9]0[0-9]",
        organisation in "[0-9A-HJ-NP-RTUWXY]{8}",
        day in 0_i64..30_000,
        sequence in "[0-9]{3}",
        eight in "[0-9]{7}[1-9]",
        twenty in "2[1-6](11|31|44|33)[1-9][0-9]{15}",
        check_code in "[0-9]{19}[1-9]",
    ) {
        let code = credit_code(&head, &organisation);
        reads_as("cn.uscc", &on_paper(&code.to_lowercase()), &code)?;
        reads_as("cn.taxid_any", &code, &code)?;
        let code = organisation_code(&organisation);
        reads_as("cn.orgcode", &format!("{}-{}", &code[..8], &code[8..]), &code)?;
        let born = chrono::NaiveDate::from_ymd_opt(1940, 1, 1).unwrap() + chrono::TimeDelta::days(day);
        let id = resident_id(&head[2..], &born.format("%Y%m%d").to_string(), &sequence);
        reads_as("cn.resident_id", &on_paper(&id), &id)?;
        reads_as("cn.fapiao.number8", &on_paper(&eight), &eight)?;
        reads_as("cn.fapiao.number20", &on_paper(&twenty), &twenty)?;
        reads_as("cn.fapiao.check_code", &on_paper(&check_code), &check_code)?;
    }

    #[test]
    fn fapiao_codes(year in 12_u32..26, batch in "[0-9]{3}", kind in "04|05|06|07|11|12|13|17", seven in "[0-9]") {
        let twelve = format!("03300{year:02}{batch}{kind}");
        reads_as("cn.fapiao.code", &on_paper(&twelve), &twelve)?;
        let ten = format!("3300{year:02}{seven}130");
        reads_as("cn.fapiao.code", &ten, &ten)?;
    }

    #[test]
    fn fapiao_qr(number in "(11|31|44|33)[1-9][0-9]{15}", cents in 1_i64..10_000_000_000, day in 0_i64..600, comma in any::<bool>()) {
        let date = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::TimeDelta::days(day);
        let (amount, number) = (Decimal::new(cents, 2), format!("{}{number}", date.format("%y")));
        let body = format!("01,31,,{number},{amount},{},", date.format("%Y%m%d"));
        let summed = if comma { format!("{body},") } else { body.clone() };
        let read = read("cn.fapiao.qr", &format!("{body},{:04X}", crc(summed.as_bytes(), 0x8005, 0)));
        prop_assert_eq!(&read["number"], &json!(number));
        prop_assert_eq!(&read["amount"], &json!(amount.to_string()));
        prop_assert_eq!(&read["date"], &json!(date.to_string()));
        // One wrong bit in the check sum, unless that is by chance the other convention's.
        let wrong = crc(summed.as_bytes(), 0x8005, 0) ^ 1;
        let other = if comma { body.clone() } else { format!("{body},") };
        if wrong != crc(other.as_bytes(), 0x8005, 0) {
            let spoilt = format!("{body},{wrong:04X}");
            prop_assert!(check("cn.fapiao.qr", &spoilt).is_err());
        }
    }

    #[test]
    fn hong_kong_numbers(
        brn in "[1-9][0-9]{7}",
        certificate in "[0-9]{3}-(0[1-9]|1[0-2])-[0-9]{2}-[0-9A-Z]",
        letters in "[A-Z]{1,2}",
        six in "[0-9]{6}",
        phone in "[24-7][0-9]{7}|9[0-8][0-9]{6}",
        fps in "[1-9][0-9]{6}([0-9]{2})?",
        account in "(003|004|012|024)-[0-9]{3}-[0-9]{5}[1-9][0-9]{0,3}",
        cents in 1_i64..100_000_000,
    ) {
        reads_as("hk.brn", &on_paper(&brn), &brn)?;
        reads_as("hk.br_certificate_no", &format!("{brn}-{certificate}"), &format!("{brn}-{certificate}"))?;
        reads_as("hk.ubi", &brn, &brn)?;
        let id = hkid(&letters, &six);
        reads_as("hk.hkid", &id, &id)?;
        reads_as("hk.hkid", &id.replace(['(', ')'], ""), &id)?;
        reads_as("hk.phone", &format!("{} {}", &phone[..4], &phone[4..]), &format!("+852{phone}"))?;
        reads_as("hk.fps_id", &fps, &fps)?;
        reads_as("hk.bank_account", &account.replace('-', " "), &account)?;
        let amount = Decimal::new(cents, 2).to_string();
        let payee = field("26", &(field("00", "hk.com.hkicl") + &field("02", &fps)));
        let body = field("00", "01") + &field("01", "12") + &payee + "520400005303344" + &field("54", &amount) + "5802HK5902NA6002HK6304";
        let paid = read("hk.fps_qr", &format!("{body}{:04X}", crc(body.as_bytes(), 0x1021, 0xFFFF)));
        prop_assert!(paid.to_string().contains(&fps) && paid.to_string().contains(&amount), "{}", paid);
    }

    #[test]
    fn taiwan_and_macau_numbers(
        body in "[0-9]{6}[1-9]",
        number in "[A-Z]{2}[0-9]{8}",
        random in "[0-9]{4}",
        year in 104_u32..116,
        pair in 1_u32..7,
        macau in "[08][0-9]{6}[1-9]",
    ) {
        if let Some(ubn) = business_number(&body) {
            reads_as("tw.ubn", &on_paper(&ubn), &ubn)?;
        }
        reads_as("tw.invoice_number", &format!("{}-{}", &number[..2], &number[2..]), &number)?;
        let normal = format!("{0}-{1:02}/{0}-{2:02}", year + 1911, pair * 2 - 1, pair * 2);
        reads_as("tw.invoice_period", &format!("{year}年{:02}-{:02}月", pair * 2 - 1, pair * 2), &normal)?;
        let barcode = read("tw.barcode_1d", &format!("{year}{:02}{number}{random}", pair * 2));
        prop_assert_eq!((&barcode["number"], &barcode["random"]), (&json!(number), &json!(random)));
        reads_as("mo.tin", &macau, &macau)?;
    }

    #[test]
    fn bank_numbers(
        german in "[0-9]{18}",
        british in "[A-Z]{4}[0-9]{14}",
        bic in "[A-Z]{4}(HK|CN|TW|GB|DE)[A-Z0-9]{2}([A-Z0-9]{3})?",
        branch in "[1-9][0-9]{10}",
        card in "62[0-9]{13,16}",
    ) {
        for number in [iban("DE", &german), iban("GB", &british)] {
            reads_as("bank.iban", &on_paper(&number), &number)?;
        }
        reads_as("bank.bic", &bic, &bic)?;
        let branch = bank_branch(&branch);
        reads_as("bank.cnaps", &on_paper(&branch), &branch)?;
        let card = from_the_right(&card, 2, true);
        reads_as("bank.card", &on_paper(&card), &card)?;
    }

    #[test]
    fn article_numbers_and_tags(body in "[0-9]{6}[1-9]|[0-9]{10}[1-9]|[0-9]{11}[1-9]|[0-9]{12}[1-9]", partition in 0_usize..7, numbers in any::<[u64; 2]>(), serial in 0_u64..(1 << 38)) {
        let article = from_the_right(&body, 3, false);
        reads_as("gs1.gtin", &on_paper(&article), &format!("{article:0>14}"))?;
        let (bits, digits) = [(40, 12_u32), (37, 11), (34, 10), (30, 9), (27, 8), (24, 7), (20, 6)][partition];
        let (prefix, item) = (numbers[0] % 10_u64.pow(digits), numbers[1] % 10_u64.pow(13 - digits));
        let head = (0x30_u128 << 88) | (1 << 85) | ((partition as u128) << 82);
        let tag = head | (u128::from(prefix) << (82 - bits)) | (u128::from(item) << 38) | u128::from(serial);
        let read = read("epc.sgtin96", &format!("{tag:024X}"));
        let (p, i) = (digits as usize, 13 - digits as usize);
        let uri = format!("urn:epc:tag:sgtin-96:1.{prefix:0p$}.{item:0i$}.{serial}");
        prop_assert_eq!(&read["uri"], &json!(uri));
        let item = format!("{item:0i$}");
        let gtin = from_the_right(&format!("{}{prefix:0p$}{}", &item[..1], &item[1..]), 3, false);
        prop_assert_eq!(&read["gtin14"], &json!(gtin));
    }

    #[test]
    fn dates_and_amounts(day in 0_i64..20_000, cents in -10_000_000_000_i64..10_000_000_000) {
        let date = chrono::NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::TimeDelta::days(day);
        let normal = date.to_string();
        for form in ["%Y年%m月%d日", "%Y-%m-%d", "%Y.%-m.%-d", "%Y/%m/%d", "%Y%m%d", "%-d %B %Y"] {
            reads_as("date.zh", &date.format(form).to_string(), &normal)?;
        }
        let roc = format!("民國{}年{}", date.format("%Y").to_string().parse::<i32>().unwrap() - 1911, date.format("%-m月%-d日"));
        reads_as("date.zh", &roc, &normal)?;
        let value = Decimal::new(cents, 2);
        reads_as("amount.numeric", &grouped(value), &format!("{value} HKD"))?;
    }

    #[test]
    fn no_bytes_make_any_format_panic(bytes in proptest::collection::vec(any::<u8>(), 0..48), near in "[0-9A-Z]{6,20}|[0-9,.年月日元圆角分整-]{0,30}|01,3[12],,[0-9]{20},[0-9.]{1,6},2025[0-9]{4},,[0-9A-F]{4}|000201[0-9]{0,40}6304[0-9A-F]{4}") {
        for text in [String::from_utf8_lossy(&bytes).as_ref(), &near] {
            for format in FORMATS {
                let _ = check(format.name, text);
            }
            let _ = taxid::privacy::mask(text);
        }
    }
}

proptest! {
    #![proptest_config(config(20_000))]

    #[test]
    fn amounts_in_words(cents in -999_999_999_999_999_i64..999_999_999_999_999, small in any::<bool>()) {
        let value = Decimal::new(if small { cents % 10_000_000 } else { cents }, 2);
        for style in [Style::Fapiao, Style::Cheque, Style::Traditional] {
            let words = write(value, style).unwrap();
            prop_assert_eq!(AmountInWords::parse(&words).unwrap().value(), value, "{}", words);
        }
    }
}

/// `HK$1,234.50`, below zero in brackets.
fn grouped(value: Decimal) -> String {
    let text = format!("{:.2}", value.abs());
    let (whole, cents) = text.split_once('.').unwrap();
    let mut figures = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            figures.push(',');
        }
        figures.push(digit);
    }
    if value.is_sign_negative() { format!("(HK${figures}.{cents})") } else { format!("HK${figures}.{cents}") }
}
