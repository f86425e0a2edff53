//! T5 to T8: the six failure modes of the pre-mortem. Promotions (T5), late data and slow systems (T6), a lead time that jumps
//! (T7), a season that was carried too far and a model fitted too closely (T8).

use std::collections::BTreeMap;

use crate::count;
use crate::guard::accuracy::follows;
use crate::guard::record::{ModelWeek, PromotionWeek, ReceiptDay, SystemWeek};
use crate::guard::verdict::{Finding, Form, Reach, Trigger, Verdict, percent};

/// T5: share of promoted SKUs outside their 80 % interval.
pub const PROMOTION_LIMIT: f64 = 0.30;
/// T5: share that chance alone puts outside.
const OUTSIDE_BY_CHANCE: f64 = 0.20;
/// T5, default: how unlikely chance must be.
const CHANCE: f64 = 0.05;
/// T6: hours without an event above which a person is warned.
pub const SILENT_WARNING_HOURS: f64 = 6.0;
/// T6: hours without an event above which orders are held.
pub const SILENT_LIMIT_HOURS: f64 = 24.0;
/// T6: minutes that the nightly job may take.
pub const JOB_LIMIT_MINUTES: f64 = 60.0;
/// T6: minutes of slow replies without a break.
pub const SLOW_LIMIT_MINUTES: f64 = 15.0;
/// T7, default: receipts of a supplier that are looked back upon.
pub const RECEIPTS_LOOKED_AT: usize = 8;
/// T8: days around a lunar festival.
pub const FESTIVAL_DAYS: i64 = 14;
/// T8: bias, either way.
pub const BIAS_LIMIT: f64 = 0.20;
/// T8: test error over training error.
pub const FIT_LIMIT: f64 = 1.3;

/// T5 for the last of `weeks`.
///
/// Literal: more than 30 % of promoted SKUs sold outside their 80 % interval. Default: also more than chance, which puts 20 %
/// there, would do once in twenty weeks; with five promoted SKUs two outside are no news.
pub fn t5(form: Form, weeks: &[PromotionWeek]) -> Option<Verdict> {
    let last = weeks.last()?;
    let (promoted, outside) = (last.promoted.max(0), last.outside.clamp(0, last.promoted.max(0)));
    let figure = if promoted > 0 { count::as_float(outside) / count::as_float(promoted) } else { 0.0 };
    let fired = figure > PROMOTION_LIMIT && (form == Form::Literal || at_least(outside, promoted) < CHANCE);
    let limit = percent(PROMOTION_LIMIT);
    let en =
        format!("{outside} of {promoted} promoted items sold outside their 80 % interval (limit {limit})");
    let zh = format!("{promoted} 項促銷貨品中有 {outside} 項銷量超出八成區間（限度 {limit}）");
    let finding = Finding {
        trigger: Trigger::T5,
        form,
        week: last.week,
        figure,
        limit: PROMOTION_LIMIT,
        subjects: vec![],
        reach: Reach::All,
        en,
        zh,
    };
    Some(finding.fires(fired))
}

/// P(X ≥ k) of a binomial count of `n` at the chance of 20 %.
fn at_least(k: i64, n: i64) -> f64 {
    let (p, mut mass, mut below) = (OUTSIDE_BY_CHANCE, 0.0, 0.0);
    for i in 0..k {
        let (i, n) = (count::as_float(i), count::as_float(n));
        // log of the first mass, so that a thousand promotions do not underflow
        mass = if i <= 0.0 { n * (1.0 - p).ln() } else { mass + ((n - i + 1.0) / i * p / (1.0 - p)).ln() };
        below += mass.exp();
    }
    (1.0 - below).max(0.0)
}

/// T6 for the last of `weeks`: more than 24 hours without an event, a nightly job of more than 60 minutes, or slow replies for
/// more than 15 minutes. Literal: by the clock. Default: hours in which all stores were closed do not count as silence.
/// Between 6 and 24 hours the sentence warns and nothing fires.
pub fn t6(form: Form, weeks: &[SystemWeek]) -> Option<Verdict> {
    let last = weeks.last()?;
    let silent = match form {
        Form::Literal => last.silent_hours,
        Form::Default => (last.silent_hours - last.closed_hours.max(0.0)).max(0.0),
    };
    let fired = silent > SILENT_LIMIT_HOURS
        || last.job_minutes > JOB_LIMIT_MINUTES
        || last.slow_minutes > SLOW_LIMIT_MINUTES;
    let (warn_en, warn_zh) = if silent > SILENT_WARNING_HOURS {
        (" (look at the connection)", "（請檢查連線）")
    } else {
        ("", "")
    };
    let en = format!(
        "{silent:.0} hours without data{warn_en}, longest job {:.0} min, slow replies for {:.0} min (limits {SILENT_LIMIT_HOURS} h, {JOB_LIMIT_MINUTES} min, {SLOW_LIMIT_MINUTES} min)",
        last.job_minutes, last.slow_minutes
    );
    let zh = format!(
        "{silent:.0} 小時沒有數據{warn_zh}，最長作業 {:.0} 分鐘，回應緩慢 {:.0} 分鐘（限度為 {SILENT_LIMIT_HOURS} 小時、{JOB_LIMIT_MINUTES} 分鐘、{SLOW_LIMIT_MINUTES} 分鐘）",
        last.job_minutes, last.slow_minutes
    );
    let finding = Finding {
        trigger: Trigger::T6,
        form,
        week: last.week,
        figure: silent,
        limit: SILENT_LIMIT_HOURS,
        subjects: vec![],
        reach: Reach::All,
        en,
        zh,
    };
    Some(finding.fires(fired))
}

/// T7 for the last of `receipts`: a supplier was later than 95 % of its past twice. Literal: ever since records began, which
/// sooner or later every supplier is. Default: twice in its last eight receipts.
pub fn t7(form: Form, receipts: &[ReceiptDay]) -> Option<Verdict> {
    let last = receipts.last()?;
    let mut by_supplier: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    for receipt in receipts {
        let late = count::as_float(receipt.days) > receipt.late_after_days;
        by_supplier.entry(&receipt.supplier).or_default().push(late);
    }
    let looked_at = match form {
        Form::Literal => usize::MAX,
        Form::Default => RECEIPTS_LOOKED_AT,
    };
    let late = |late: &[bool]| late.iter().rev().take(looked_at).filter(|late| **late).count();
    let worst = by_supplier.values().map(|receipts| late(receipts)).max().unwrap_or(0);
    let subjects: Vec<String> = by_supplier
        .iter()
        .filter(|(_, receipts)| late(receipts) >= 2)
        .map(|(supplier, _)| (*supplier).to_owned())
        .collect();
    let names = subjects.join(", ");
    let (en, zh) = if subjects.is_empty() {
        ("no supplier was late twice".to_owned(), "沒有供應商兩次遲到".to_owned())
    } else {
        (
            format!("later than 95 % of their past twice: {names}"),
            format!("兩次遲於過往 95% 的交貨期：{names}"),
        )
    };
    let fired = !subjects.is_empty();
    let week = last.day.week(chrono::Weekday::Mon).checked_first_day().unwrap_or(last.day);
    let figure = count::len_as_float(worst);
    let finding = Finding {
        trigger: Trigger::T7,
        form,
        week,
        figure,
        limit: 2.0,
        subjects,
        reach: Reach::Named,
        en,
        zh,
    };
    Some(finding.fires(fired))
}

/// T8 for the last of `weeks`.
///
/// Within 14 days of a lunar festival the bias is above 20 % two weeks running; or the error on new data is more than 1.3 times
/// that on the training data. Literal: the second in one week. Default: the second in two weeks running.
pub fn t8(form: Form, weeks: &[ModelWeek]) -> Option<Verdict> {
    let last = weeks.last()?;
    let before = weeks.iter().rev().nth(1).filter(|before| follows(before.week, last.week));
    let season = |week: &ModelWeek| {
        week.festival_days.is_some_and(|days| days.abs() <= FESTIVAL_DAYS) && week.bias.abs() > BIAS_LIMIT
    };
    let ratio = |week: &ModelWeek| if week.train_wape > 0.0 { week.test_wape / week.train_wape } else { 0.0 };
    let both = |of: &dyn Fn(&ModelWeek) -> bool| of(last) && before.is_some_and(of);
    let overfit = match form {
        Form::Literal => ratio(last) > FIT_LIMIT,
        Form::Default => both(&|week| ratio(week) > FIT_LIMIT),
    };
    let figure = ratio(last);
    let en = format!(
        "bias {} (limit {} two weeks running around a festival), error on new data {figure:.2} × that on the training data (limit {FIT_LIMIT})",
        percent(last.bias),
        percent(BIAS_LIMIT)
    );
    let zh = format!(
        "偏差 {}（節日前後連續兩星期的限度為 {}），新數據誤差為訓練數據的 {figure:.2} 倍（限度 {FIT_LIMIT}）",
        percent(last.bias),
        percent(BIAS_LIMIT)
    );
    let finding = Finding {
        trigger: Trigger::T8,
        form,
        week: last.week,
        figure,
        limit: FIT_LIMIT,
        subjects: vec![],
        reach: Reach::All,
        en,
        zh,
    };
    Some(finding.fires(both(&season) || overfit))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use crate::guard::accuracy::tests::monday;

    #[test]
    fn few_promotions_outside_are_chance_and_many_are_not() {
        let week = |promoted, outside| [PromotionWeek { week: monday(1), promoted, outside }];
        assert!(t5(Form::Literal, &week(5, 2)).unwrap().fired);
        assert!(!t5(Form::Default, &week(5, 2)).unwrap().fired);
        assert!(t5(Form::Default, &week(40, 16)).unwrap().fired);
        assert!(!t5(Form::Literal, &week(10, 3)).unwrap().fired);
        assert!(!t5(Form::Literal, &week(0, 0)).unwrap().fired);
        assert!((at_least(2, 5) - 0.26272).abs() < 1e-9);
        assert!(at_least(500, 1_000) < 1e-9);
    }

    #[test]
    fn a_closed_weekend_is_not_a_broken_line() {
        let week = SystemWeek {
            week: monday(1),
            silent_hours: 38.0,
            closed_hours: 34.0,
            job_minutes: 12.0,
            slow_minutes: 0.0,
        };
        assert!(t6(Form::Literal, &[week]).unwrap().fired);
        assert!(!t6(Form::Default, &[week]).unwrap().fired);
        assert!(t6(Form::Default, &[SystemWeek { job_minutes: 61.0, ..week }]).unwrap().fired);
        assert!(t6(Form::Default, &[SystemWeek { slow_minutes: 16.0, ..week }]).unwrap().fired);
        let warned = t6(Form::Default, &[SystemWeek { silent_hours: 44.0, ..week }]).unwrap();
        assert!(!warned.fired && warned.why.en.contains("look at the connection"));
    }

    #[test]
    fn a_supplier_late_twice_long_ago_fires_the_literal_form_only() {
        let receipt = |day: u64, days| ReceiptDay {
            day: monday(0).checked_add_days(chrono::Days::new(day)).unwrap(),
            supplier: "Wing Fat".into(),
            days,
            late_after_days: 6.0,
        };
        let mut receipts = vec![receipt(1, 9), receipt(3, 8)];
        assert_eq!(t7(Form::Default, &receipts).unwrap().subjects, ["Wing Fat"]);
        receipts.extend((4..14).map(|day| receipt(day, 4)));
        assert!(t7(Form::Literal, &receipts).unwrap().fired);
        assert!(!t7(Form::Default, &receipts).unwrap().fired);
    }

    #[test]
    fn a_festival_needs_two_weeks_and_a_fit_that_is_too_close_shows() {
        let week = |number, days, bias, test_wape| ModelWeek {
            week: monday(number),
            festival_days: days,
            bias,
            train_wape: 0.2,
            test_wape,
        };
        let festive = [week(1, Some(-9), 0.3, 0.2), week(2, Some(-2), 0.25, 0.2)];
        assert!(t8(Form::Default, &festive).unwrap().fired);
        assert!(!t8(Form::Default, &festive[1..]).unwrap().fired);
        assert!(!t8(Form::Default, &[week(1, Some(40), 0.3, 0.2), week(2, None, 0.3, 0.2)]).unwrap().fired);
        let close = [week(1, None, 0.0, 0.27), week(2, None, 0.0, 0.27)];
        assert!(t8(Form::Literal, &close[1..]).unwrap().fired && t8(Form::Default, &close).unwrap().fired);
        assert!(!t8(Form::Default, &close[1..]).unwrap().fired);
    }
}
