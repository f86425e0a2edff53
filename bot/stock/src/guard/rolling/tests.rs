#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::*;
use crate::guard::past::tests::{monday, panel};

#[test]
fn whole_weeks_only_and_a_quarter_of_history_before_them() {
    let panel = panel(2, 13 * 7 + 17, |_, _, units| (units, false, false));
    assert_eq!(weeks(&panel, 9), [monday(13), monday(14)], "the last three days are no week");
    assert_eq!(weeks(&panel, 1), [monday(14)]);
    assert!(weeks(&Panel::empty(Every::Day, monday(0)), 9).is_empty());
}

#[test]
fn what_comes_in_the_week_or_later_does_not_change_its_forecast() {
    let turn = 15 * 7;
    let quiet = panel(3, 17 * 7, |_, _, units| (units, false, false));
    let loud = panel(3, 17 * 7, |_, day, units| {
        if day < turn { (units, false, false) } else { (units * 7.0 + 50.0, false, day % 2 == 0) }
    });
    let made = |panel: &Panel| {
        forecast_weeks(panel, &Calendar::default(), &[monday(14), monday(15), monday(16)], |_| ())
    };
    let (quiet, loud) = (made(&quiet), made(&loud));
    assert_eq!(quiet[..2], loud[..2]);
    assert_ne!(quiet[2], loud[2]);
    assert!(quiet.iter().all(|week| week.train_wape.unwrap() > 0.0 && week.skus.len() == 3));
}
