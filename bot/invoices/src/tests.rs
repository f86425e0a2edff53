//! Papers built in code, for the tests of all modules.

pub(crate) mod paper;

use proptest::prelude::*;

use paper::{Paper, digital_layout, facts, hong_kong, old_layout};

/// Anything that a reader may hand over: labels, figures, marks, blanks, at any place and size.
fn scrap() -> impl Strategy<Value = (f32, f32, f32, String)> {
    let text = prop_oneof![
        "[0-9,.$¥-]{1,12}",
        "[A-Za-z0-9 :#/().-]{0,20}",
        "[发票號碼开日期合计價税额名称购销方数量单位金总]{1,8}[:：]?[0-9.]{0,8}",
        Just("INVOICE".to_owned()),
        Just("Total HK$".to_owned()),
        Just("价税合计（大写）".to_owned()),
        "\\PC{0,6}",
    ];
    (0.0_f32..590.0, 0.0_f32..840.0, 0.5_f32..60.0, text)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_page_makes_the_reading_panic(scraps in prop::collection::vec(scrap(), 0..60), code in "\\PC{0,40}") {
        let mut p = Paper::a4();
        for (x, y, size, text) in &scraps {
            p.put(*x, *y, *size, text);
        }
        p.code(&code);
        let once = p.invoice();
        let mut twice = once.clone();
        crate::check(&mut twice, &facts());
        prop_assert_eq!(once.findings, twice.findings);
    }

    /// One figure changed anywhere on a face is either seen, or not posted, or stands in no field.
    #[test]
    fn a_changed_sum_is_never_posted_in_silence(which in 0..3_usize, at in any::<prop::sample::Index>(), digit in 0..10_u8) {
        let sound = [old_layout(), digital_layout(), hong_kong()][which].clone();
        let before = sound.invoice();
        let mut p = sound;
        p.alter_a_figure(at, digit);
        let after = p.invoice();
        for field in [crate::FieldName::Total, crate::FieldName::AmountExTax, crate::FieldName::Tax] {
            if before.value(field) != after.value(field) {
                prop_assert_eq!(after.decision, crate::Decision::Review, "{:?}: {:?}", field, after.value(field));
            }
        }
    }
}
