#![expect(clippy::unwrap_used, reason = "a test may panic")]
use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case("HK$1,280.50", "1280.50 HKD")]
#[case("(1,234.50)", "-1234.50 ?")]
#[case("(HK$500.00)", "-500.00 HKD")]
#[case("HK$(500.00)", "-500.00 HKD")]
#[case("-HK$ 500", "-500 HKD")]
#[case("￥1,234.56", "1234.56 CNY?")]
#[case("人民币￥100.00元", "100.00 CNY")]
#[case("１，２３４．５６", "1234.56 ?")]
#[case("港幣3,500元", "3500 HKD")]
#[case("usd 12", "12 USD")]
#[case("500.00-", "-500.00 ?")]
#[case("$99.9", "99.9 ?")]
#[case("1,000 HKD", "1000 HKD")]
#[case("-0.00", "0.00 ?")]
fn amounts_are_read_with_their_currency(#[case] printed: &str, #[case] normal: &str) {
    assert_eq!(Amount::parse(printed).unwrap().to_string(), normal);
}

#[rstest]
#[case("¥")]
#[case("HK$")]
#[case("1,23,456.00")]
#[case("1.234,56")]
#[case("l00.00")]
#[case("1 234.00")]
#[case("12 34")]
#[case("--5")]
#[case("(-5)")]
#[case("HK$5 USD")]
#[case(".50")]
#[case("5.")]
#[case("1,,234")]
#[case("")]
#[case("99999999999999999999999999999999999999")]
fn what_is_no_amount_is_refused(#[case] printed: &str) {
    assert!(Amount::parse(printed).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,20}") {
        let _ = Amount::parse(&text);
    }

    #[test]
    fn an_amount_survives_json(cents in -1_000_000_000_000_i64..1_000_000_000_000, sign in prop_oneof!["HKD ", "¥", ""]) {
        let amount = Amount::parse(&format!("{sign}{}", Decimal::new(cents, 2))).unwrap();
        let back: Amount = serde_json::from_str(&serde_json::to_string(&amount).unwrap()).unwrap();
        prop_assert_eq!(back, amount);
    }
}
