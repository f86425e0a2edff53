#![expect(clippy::unwrap_used, reason = "a test may panic")]
use proptest::prelude::*;

use super::*;

#[test]
fn every_name_is_there_once_and_says_what_it_is_in_both_languages() {
    let mut names: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FORMATS.len());
    assert!(FORMATS.iter().all(|format| !format.en.is_empty() && !format.zh_hant.is_empty()));
}

#[test]
fn a_violation_names_the_format_that_was_asked_for() {
    assert_eq!(check("ocr.repair_uscc", "9").unwrap_err().format, "ocr.repair_uscc");
    assert_eq!(check("no.such", "9").unwrap_err().rule, Rule::UnknownFormat);
}

#[test]
fn a_dated_rate_is_given_as_an_object() {
    assert_eq!(
        check("cn.vat.rate", r#"{"rate": "10%", "issue_date": "2018-06-01"}"#).unwrap().normalised,
        "10"
    );
    assert!(check("cn.vat.rate", r#"{"rate": "16%", "issue_date": "2019-04-01"}"#).is_err());
    assert_eq!(check("cn.vat.rate", "{").unwrap_err().code(), "DH-2190");
}

#[test]
fn the_figures_of_a_fapiao_are_given_as_an_object() {
    let face = r#"{"lines": [{"amount": "100.00", "rate": "13%", "tax": "13.05"}], "amount": "100.00", "tax": "13.05", "total": "113.05"}"#;
    let checked = check("cn.fapiao.arith", face).unwrap();
    assert_eq!((checked.normalised, checked.notes.len()), (json!("113.05"), 1));
    let wrong = check("cn.fapiao.arith", &face.replace("\"113.05\"", "\"113.06\"")).unwrap_err();
    assert_eq!(wrong.code(), "DH-2150");
    assert!(check("cn.fapiao.arith", r#"{"amount": "1"}"#).is_err());
}

#[test]
fn every_violation_is_said_in_both_languages_without_a_code_in_the_words() {
    for format in FORMATS {
        for text in ["", "x", "000000000000", "１２３４５６７８", "{}", "01,31,,1,2,3,4,5", "💰"] {
            if let Err(wrong) = check(format.name, text) {
                assert!(wrong.to_string().starts_with("DH-21"), "{wrong}");
                assert!(
                    wrong.en().ends_with('.') && wrong.zh_hant().ends_with('。'),
                    "{wrong} {}",
                    wrong.zh_hant()
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_any_format_panic(text in "\\PC{0,40}|[0-9A-Z]{8,20}|[0-9,.-]{0,60}|01,3[12],,[0-9]{20},[0-9.]{1,6},2025[0-9]{4},,[0-9A-F]{4}|000201[0-9]{0,40}6304[0-9A-F]{4}") {
        for format in FORMATS {
            let _ = check(format.name, &text);
        }
    }

    #[test]
    fn the_normal_form_of_a_number_is_its_own_normal_form(text in "[0-9]{7,20}|[A-Z]{1,2}[0-9]{6,8}[0-9A]") {
        for format in FORMATS.iter().filter(|f| !f.name.starts_with("privacy") && !f.name.starts_with("amount") && !f.name.starts_with("cn.vat")) {
            if let Ok(Checked { normalised: Value::String(normal), .. }) = check(format.name, &text) {
                prop_assert_eq!(check(format.name, &normal).unwrap().normalised, Value::String(normal));
            }
        }
    }
}
