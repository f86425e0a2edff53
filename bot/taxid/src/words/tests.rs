#![expect(clippy::unwrap_used, reason = "a test may panic")]
use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case("港幣參萬伍仟元正", "35000.00")]
#[case("壹拾圆柒角整", "10.70")]
#[case("壹拾圆零柒角整", "10.70")]
#[case("壹拾万零柒仟元伍角叁分", "107000.53")]
#[case("壹拾万柒仟元零伍角叁分", "107000.53")]
#[case("（负数）壹佰伍拾圆整", "-150.00")]
#[case("拾伍元整", "15.00")]
#[case("价税合计（大写）⊗肆佰伍拾捌圆捌角玖分", "458.89")]
#[case("价税合计（大写）\0ⓧ 壹万圆整", "10000.00")]
#[case("零圆整", "0.00")]
#[case("（负数）零圆整", "0.00")]
#[case("伍角整", "0.50")]
#[case("壹佰元零角零分", "100.00")]
#[case("壹万贰仟亿元整", "1200000000000.00")]
#[case("玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分", "9999999999999999.99")]
fn words_are_read_by_value(#[case] words: &str, #[case] value: &str) {
    assert_eq!(AmountInWords::parse(words).unwrap().to_string(), value);
}

#[rstest]
#[case("一百元整")]
#[case("拾佰元整")]
#[case("壹佰2拾元整")]
#[case("")]
#[case("壹佰贰拾叁")]
#[case("元整")]
#[case("壹佰元伍分整")]
#[case("壹佰壹仟元整")]
#[case("万元整")]
#[case("壹亿亿元整")]
#[case("壹万贰万元整")]
#[case("壹佰元整整")]
#[case("零零元整")]
#[case("壹贰元整")]
#[case("壹佰元叁角贰角")]
#[case("整")]
fn what_breaks_the_grammar_is_refused(#[case] words: &str) {
    assert!(AmountInWords::parse(words).is_err());
}

#[test]
fn a_lenient_reading_says_what_is_missing() {
    assert_eq!(AmountInWords::parse("伍元叁分").unwrap().notes().len(), 1);
    assert_eq!(AmountInWords::parse("壹佰元").unwrap().notes()[0].severity, crate::Severity::Review);
    assert!(AmountInWords::parse("伍元零叁分").unwrap().notes().is_empty());
}

#[test]
fn the_impossible_character_is_pointed_at() {
    assert_eq!(AmountInWords::parse("壹佰2拾元整").unwrap_err().at, Some(3));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_amount_written_is_read_back_without_a_doubt(cents in 0_i64..1_000_000_000_000_000_000, small in any::<bool>(), negative in any::<bool>()) {
        let cents = if small { cents % 100_000_000 } else { cents };
        let value = Decimal::new(if negative { -cents } else { cents }, 2);
        for style in [Style::Fapiao, Style::Cheque, Style::Traditional] {
            let words = write(value, style).unwrap();
            let read = AmountInWords::parse(&words).unwrap();
            prop_assert_eq!(read.value(), value, "{}", words);
            prop_assert!(read.notes().is_empty(), "{}", words);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[零壹贰叁拾佰仟万亿元圆角分整正负x:()]{0,24}") {
        let _ = AmountInWords::parse(&text);
    }
}
