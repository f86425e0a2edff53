//! T1 and T2: the weekly error of the canary, and of the fifty that sell most.
//!
//! A percentage error per SKU breaches 25 % two weeks running within a month for half of all SKUs while nothing is wrong:
//! with a perfect forecast of ten units a week, chance alone makes it 31 %. So the default pools, and asks for two weeks and
//! for being worse than the benchmark.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::count;
use crate::guard::record::{AccuracyWeek, SkuWeek};
use crate::guard::verdict::{Finding, Form, Reach, Trigger, Verdict, percent};

/// T1: a SKU's weekly error above this, two weeks running.
pub const T1_LIMIT: f64 = 0.25;
/// T2: the error of the fifty that sell most.
pub const T2_LIMIT: f64 = 0.20;
/// T1: and above this multiple of the benchmark's error.
pub const T1_OVER_BENCHMARK: f64 = 1.10;
/// Units a week from which the error of a single SKU means something.
pub const FAST_UNITS: f64 = 120.0;

/// T1 for the last of `weeks`.
///
/// Literal: a canary SKU is off by more than 25 % two weeks running, and all go back. Default: a SKU of 120 units a week and more
/// that is so goes back alone; all go back when their pooled WAPE is above 25 % two weeks running and above 1.10 × the
/// benchmark's in both.
pub fn t1(form: Form, weeks: &[AccuracyWeek]) -> Option<Verdict> {
    let (last, before) = last_two(weeks)?;
    let breaching = breaching(before, last, form);
    let canary = |sku: &&SkuWeek| sku.canary;
    let (figure, pooled) = match before {
        Some(before) => {
            let now = wape(last.skus.iter().filter(canary));
            let then = wape(before.skus.iter().filter(canary));
            let worse =
                |wape: Wape| wape.forecast > T1_LIMIT && wape.forecast > T1_OVER_BENCHMARK * wape.benchmark;
            (now.forecast, worse(now) && worse(then))
        }
        None => (wape(last.skus.iter().filter(canary)).forecast, false),
    };
    let fired = !breaching.is_empty() || (form == Form::Default && pooled);
    let reach = if form == Form::Literal || pooled { Reach::All } else { Reach::Named };
    let n = breaching.len();
    let (en, zh) = match form {
        Form::Literal => (
            format!("{n} canary items were off by more than {} two weeks running", percent(T1_LIMIT)),
            format!("{n} 項試行貨品連續兩星期誤差高於 {}", percent(T1_LIMIT)),
        ),
        Form::Default => (
            format!(
                "the canary's pooled error is {} (limit {} two weeks running, and worse than the benchmark); {n} fast items breach on their own",
                percent(figure),
                percent(T1_LIMIT)
            ),
            format!(
                "試行貨品的整體誤差為 {}（限度為連續兩星期 {}，且劣於基準）；另有 {n} 項暢銷貨品單獨超標",
                percent(figure),
                percent(T1_LIMIT)
            ),
        ),
    };
    let finding = Finding {
        trigger: Trigger::T1,
        form,
        week: last.week,
        figure,
        limit: T1_LIMIT,
        subjects: breaching,
        reach,
        en,
        zh,
    };
    Some(finding.fires(fired))
}

/// T2 for the last of `weeks`.
///
/// Literal: the mean of the errors of the fifty that sell most is above 20 %. Default: their pooled WAPE is, two weeks running.
pub fn t2(form: Form, weeks: &[AccuracyWeek]) -> Option<Verdict> {
    let (last, before) = last_two(weeks)?;
    let top = |week: &'_ AccuracyWeek| -> f64 {
        match form {
            Form::Literal => mape(week.skus.iter().filter(|sku| sku.top)),
            Form::Default => wape(week.skus.iter().filter(|sku| sku.top)).forecast,
        }
    };
    let figure = top(last);
    let fired =
        figure > T2_LIMIT && (form == Form::Literal || before.is_some_and(|before| top(before) > T2_LIMIT));
    let (en, zh) = match form {
        Form::Literal => (
            format!(
                "the mean error of the best sellers is {} (limit {})",
                percent(figure),
                percent(T2_LIMIT)
            ),
            format!("暢銷貨品的平均誤差為 {}（限度 {}）", percent(figure), percent(T2_LIMIT)),
        ),
        Form::Default => (
            format!(
                "the pooled error of the best sellers is {} (limit {} two weeks running)",
                percent(figure),
                percent(T2_LIMIT)
            ),
            format!("暢銷貨品的整體誤差為 {}（限度為連續兩星期 {}）", percent(figure), percent(T2_LIMIT)),
        ),
    };
    let finding = Finding {
        trigger: Trigger::T2,
        form,
        week: last.week,
        figure,
        limit: T2_LIMIT,
        subjects: vec![],
        reach: Reach::All,
        en,
        zh,
    };
    Some(finding.fires(fired))
}

/// The last week, and the one before if it is the week before.
fn last_two(weeks: &[AccuracyWeek]) -> Option<(&AccuracyWeek, Option<&AccuracyWeek>)> {
    let last = weeks.last()?;
    let before = weeks.iter().rev().nth(1).filter(|before| follows(before.week, last.week));
    Some((last, before))
}

/// Whether `later` is the week after `week`.
pub(crate) fn follows(week: NaiveDate, later: NaiveDate) -> bool {
    later.signed_duration_since(week).num_days() == 7
}

/// The canary SKUs off by more than the limit in both weeks.
fn breaching(before: Option<&AccuracyWeek>, last: &AccuracyWeek, form: Form) -> Vec<String> {
    let Some(before) = before else { return Vec::new() };
    let then: BTreeMap<(&str, &str), &SkuWeek> =
        before.skus.iter().map(|sku| ((sku.store.as_str(), sku.sku.as_str()), sku)).collect();
    let off = |sku: &SkuWeek| error(sku).is_some_and(|error| error > T1_LIMIT);
    let fast = |a: &SkuWeek, b: &SkuWeek| {
        f64::midpoint(count::as_float(a.sold), count::as_float(b.sold)) >= FAST_UNITS
    };
    let breaches = |sku: &&SkuWeek| {
        let then = then.get(&(sku.store.as_str(), sku.sku.as_str()));
        sku.canary
            && off(sku)
            && then.is_some_and(|then| off(then) && (form == Form::Literal || fast(sku, then)))
    };
    last.skus.iter().filter(breaches).map(|sku| format!("{}/{}", sku.store, sku.sku)).collect()
}

/// |forecast − sold| / sold; none in a week without sales, where it means nothing.
fn error(sku: &SkuWeek) -> Option<f64> {
    (sku.sold > 0).then(|| (sku.forecast - count::as_float(sku.sold)).abs() / count::as_float(sku.sold))
}

/// The mean of the errors of the SKUs that sold; 0 when none did.
fn mape<'a>(skus: impl Iterator<Item = &'a SkuWeek>) -> f64 {
    let errors: Vec<f64> = skus.filter_map(error).collect();
    errors.iter().sum::<f64>() / count::len_as_float(errors.len().max(1))
}

/// Pooled errors.
#[derive(Clone, Copy)]
struct Wape {
    forecast: f64,
    benchmark: f64,
}

/// Σ|forecast − sold| / Σ sold, for the forecast and the benchmark; 0 when nothing sold.
fn wape<'a>(skus: impl Iterator<Item = &'a SkuWeek>) -> Wape {
    let (mut forecast, mut benchmark, mut sold) = (0.0, 0.0, 0.0);
    for sku in skus {
        let units = count::as_float(sku.sold.max(0));
        forecast += (sku.forecast - units).abs();
        benchmark += (sku.benchmark - units).abs();
        sold += units;
    }
    if sold > 0.0 {
        Wape { forecast: forecast / sold, benchmark: benchmark / sold }
    } else {
        Wape { forecast: 0.0, benchmark: 0.0 }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    pub(crate) fn monday(week: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 5).unwrap().checked_add_days(chrono::Days::new(7 * week)).unwrap()
    }

    pub(crate) fn sku(name: &str, sold: i64, forecast: f64, benchmark: f64) -> SkuWeek {
        SkuWeek { store: "S".into(), sku: name.into(), sold, forecast, benchmark, canary: true, top: true }
    }

    fn weeks(each: [Vec<SkuWeek>; 2]) -> Vec<AccuracyWeek> {
        let mut week = 0;
        each.map(|skus| {
            week += 1;
            AccuracyWeek { week: monday(week), skus }
        })
        .to_vec()
    }

    #[test]
    fn the_literal_rule_fires_on_a_slow_seller_by_chance_and_the_default_does_not() {
        let quiet = || vec![sku("slow", 3, 5.0, 5.0), sku("fast", 400, 410.0, 420.0)];
        let weeks = weeks([quiet(), quiet()]);
        let literal = t1(Form::Literal, &weeks).unwrap();
        assert!(literal.fired);
        assert_eq!(literal.subjects, ["S/slow"]);
        let pooled = t1(Form::Default, &weeks).unwrap();
        assert!(!pooled.fired && pooled.figure < 0.05, "{pooled:?}");
    }

    #[test]
    fn two_weeks_running_means_two_weeks_that_follow_each_other() {
        let off = || vec![sku("a", 10, 20.0, 11.0)];
        let mut both = weeks([off(), off()]);
        assert!(t1(Form::Default, &both).unwrap().fired);
        assert!(!t1(Form::Default, &both[1..]).unwrap().fired);
        both[0].week = monday(0);
        assert!(!t1(Form::Literal, &both).unwrap().fired);
    }

    #[test]
    fn a_week_that_nobody_could_forecast_is_not_the_models_fault() {
        let hard = || vec![sku("a", 10, 20.0, 21.0)];
        assert!(!t1(Form::Default, &weeks([hard(), hard()])).unwrap().fired);
    }

    #[test]
    fn a_fast_seller_alone_fires_the_default() {
        let off = || vec![sku("fast", 200, 300.0, 210.0), sku("faster", 4_000, 4_000.0, 4_000.0)];
        let verdict = t1(Form::Default, &weeks([off(), off()])).unwrap();
        assert!(verdict.fired);
        assert_eq!(verdict.subjects, ["S/fast"]);
        assert!(verdict.why.en.contains("manual sheet") && verdict.why.zh.contains("人手訂貨表"));
    }

    #[test]
    fn the_best_sellers_by_mean_and_pooled() {
        let week = || vec![sku("a", 10, 16.0, 10.0), sku("b", 990, 1000.0, 990.0)];
        let both = weeks([week(), week()]);
        let literal = t2(Form::Literal, &both).unwrap();
        assert!(literal.fired && (literal.figure - 0.305_05).abs() < 1e-4, "{}", literal.figure);
        assert!(!t2(Form::Default, &both).unwrap().fired);
    }

    #[test]
    fn a_week_without_sales_gives_finite_figures() {
        let none = || vec![sku("a", 0, 3.0, 2.0)];
        for form in [Form::Literal, Form::Default] {
            let verdict = t1(form, &weeks([none(), none()])).unwrap();
            assert!(!verdict.fired && verdict.figure.is_finite());
            assert!(t2(form, &weeks([none(), none()])).unwrap().figure.is_finite());
        }
        assert!(t1(Form::Literal, &[]).is_none());
    }
}
