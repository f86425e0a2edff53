#![expect(clippy::unwrap_used, reason = "a test may panic")]
use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case("2025年03月05日")]
#[case("2025 年 3 月 5 日")]
#[case("２０２５年０３月０５日")]
#[case("二〇二五年三月五日")]
#[case("二○二五年三月五日")]
#[case("二零二五年三月五號")]
#[case("贰零贰伍年零叁月零伍日")]
#[case("民國114年3月5日")]
#[case("中華民國一一四年三月五日")]
#[case("民國一百一十四年三月五日")]
#[case("114年03月05日")]
#[case("114/03/05")]
#[case("民國114/03/05")]
#[case("民國114.3.5")]
#[case("1140305")]
#[case("20250305")]
#[case("20250305160542")]
#[case("2025.3.5")]
#[case("2025/3/5")]
#[case("2025-03-05T16:05:42+08:00")]
#[case("2025-03-05 16:05:42")]
#[case("2025年3月5日 16:05")]
#[case("05/03/2025")]
#[case("5 March 2025")]
#[case("05-Mar-2025")]
#[case("March 5th, 2025")]
fn one_day_in_every_spelling(#[case] printed: &str) {
    assert_eq!(PaperDate::parse(printed).unwrap().to_string(), "2025-03-05");
}

#[rstest]
#[case("二○二五年十二月三十一日", "2025-12-31")]
#[case("二〇二五年十月廿五日", "2025-10-25")]
#[case("二〇二五年十二月卅一日", "2025-12-31")]
#[case("二〇二五年十月二十日", "2025-10-20")]
#[case("贰零贰伍年零叁月壹拾伍日", "2025-03-15")]
#[case("民國九十九年一月一日", "2010-01-01")]
#[case("民國99年1月1日", "2010-01-01")]
#[case("民國99/1/1", "2010-01-01")]
#[case("民國一百年十月十日", "2011-10-10")]
#[case("民國一百零五年一月二日", "2016-01-02")]
#[case("25/03/2025", "2025-03-25")]
fn numerals_are_read(#[case] printed: &str, #[case] date: &str) {
    assert_eq!(PaperDate::parse(printed).unwrap().to_string(), date);
}

#[rstest]
#[case("03/25/2025", Rule::MonthFirst)]
#[case("25-03-05", Rule::TwoDigitYear)]
#[case("99年1月1日", Rule::TwoDigitYear)]
#[case("5 Mar 25", Rule::TwoDigitYear)]
#[case("250305", Rule::TwoDigitYear)]
#[case("2025年13月01日", Rule::ImpossibleDate)]
#[case("2025-02-29", Rule::ImpossibleDate)]
#[case("1850年01月01日", Rule::YearRange)]
#[case("民國0年1月1日", Rule::YearRange)]
fn the_reason_is_told(#[case] printed: &str, #[case] rule: Rule) {
    assert_eq!(PaperDate::parse(printed).unwrap_err().rule, rule);
}

#[rstest]
#[case("二〇二五年")]
#[case("2025年三十月一日")]
#[case("二〇二五年十十月一日")]
#[case("12:30")]
#[case("HK20250305")]
#[case("2025/3")]
fn what_is_no_date_is_refused(#[case] printed: &str) {
    assert!(PaperDate::parse(printed).is_err());
}

#[test]
fn day_and_month_that_could_change_places_are_reported() {
    assert!(PaperDate::parse("05/03/2025").unwrap().is_ambiguous());
    assert!(!PaperDate::parse("05/05/2025").unwrap().is_ambiguous());
    assert!(!PaperDate::parse("25/03/2025").unwrap().is_ambiguous());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_panic(text in "[0-9年月日民國〇一十廿/.:T -]{0,16}|\\PC{0,12}") {
        let _ = PaperDate::parse(&text);
    }
}
