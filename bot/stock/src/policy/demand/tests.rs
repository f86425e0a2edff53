#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use proptest::prelude::*;

use super::*;

fn close(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs().max(1e-300), "{found} is not {expected}");
}

#[test]
fn poisson_agrees_with_the_reference() {
    let six = Demand::poisson(6.0).unwrap();
    for (level, loss) in [
        (0, 6.0),
        (3, 3.081_798_821_829_99),
        (6, 0.963_738_846_287_880_5),
        (8, 0.314_021_389_154_187_54),
        (12, 0.014_621_979_021_890_927),
        (20, 1.978_873_822_096_631e-6),
    ] {
        close(six.loss(level), loss, 1e-9);
    }
    let many = Demand::poisson(250.0).unwrap();
    let found: Vec<i64> = [0.01, 0.5, 0.95, 0.999].map(|p| many.quantile(p).unwrap()).to_vec();
    assert_eq!(found, [214, 250, 276, 300]);
    close(many.cdf(249), 0.491_589_373_031_009, 1e-12);
    close(many.beyond(330), 5.889_848_757_272_557e-7, 1e-10);
}

#[test]
fn negative_binomial_agrees_with_the_reference() {
    let demand = Demand::over(6.0, 15.0).unwrap();
    for (k, mass) in [(0, 0.0256), (3, 0.110_592), (10, 0.044_270_915_420_16), (40, 4.223_187_202_659_07e-7)]
    {
        close(demand.pmf(k), mass, 1e-12);
    }
    for (level, loss) in [
        (0, 6.0),
        (3, 3.291_84),
        (8, 0.826_371_072),
        (12, 0.217_643_405_082_624_3),
        (20, 0.010_626_258_890_199_525),
    ] {
        close(demand.loss(level), loss, 1e-10);
    }
    let found: Vec<i64> = [0.5, 0.9, 0.99, 0.999].map(|p| demand.quantile(p).unwrap()).to_vec();
    assert_eq!(found, [5, 11, 18, 24]);
    let slow = Demand::over(0.3, 0.9).unwrap();
    close(slow.pmf(0), 0.848_070_217_213_683_7, 1e-12);
    close(slow.pmf(5), 0.004_512_118_328_175_355, 1e-12);
    let fast = Demand::over(400.0, 9_000.0).unwrap();
    close(fast.pmf(300), 0.002_844_488_366_596_372, 1e-10);
    close(fast.beyond(900), 2.623_339_812_469_358_3e-5, 1e-9);
    assert_eq!(fast.quantile(0.999).unwrap(), 757);
}

#[test]
fn a_variance_just_above_the_mean_is_still_the_poisson() {
    let (a, b) = (Demand::over(8.0, 8.0 + 1e-12).unwrap(), Demand::poisson(8.0).unwrap());
    for k in 0..40 {
        close(a.pmf(k), b.pmf(k), 1e-9);
    }
}

#[test]
fn an_item_that_fades_needs_less_though_its_errors_were_large() {
    let level = |mean: f64| Demand::over(mean, 60.0).unwrap().level_for_loss(0.02 * 0.7 * mean);
    let levels = [2.0, 0.5, 0.1, 0.01, 0.001].map(level);
    assert!(levels.is_sorted_by(|a, b| a >= b) && levels[4] <= 2, "{levels:?}");
}

#[test]
fn nothing_sold_needs_nothing() {
    let none = Demand::over(0.0, 4.0).unwrap();
    assert_eq!(
        (none.shape(), none.quantile(0.999).unwrap(), none.level_for_loss(0.0)),
        (Shape::Nothing, 0, 0)
    );
    close(none.cdf(0), 1.0, 0.0);
}

#[test]
fn the_normal_is_refused_for_small_demand_and_stands_in_for_the_uncountable() {
    assert_eq!(Demand::normal(30.0, 9.0).unwrap_err().code(), "DH-8022");
    let tonnes = Demand::over(5e9, 4e16).unwrap();
    assert_eq!(tonnes.shape(), Shape::Normal);
    assert!(tonnes.quantile(0.95).unwrap() > 5_000_000_000);
    assert_eq!(Demand::over(f64::NAN, 1.0).unwrap_err().code(), "DH-8020");
    assert_eq!(Demand::over(1.0, -1.0).unwrap_err().code(), "DH-8021");
    assert_eq!(Demand::poisson(1.0).unwrap().quantile(1.0).unwrap_err().code(), "DH-8023");
}

proptest! {
    #[test]
    fn masses_sum_to_one_with_the_mean_and_variance_asked_for(mean in 0.001..500.0f64, extra in 0.0..10.0f64) {
        let variance = mean + extra * mean * mean;
        let demand = Demand::over(mean, variance).unwrap();
        let Form::Counts(table) = &demand.form else { panic!("a small demand is counted") };
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        for (i, mass) in table.mass.iter().enumerate() {
            let k = count::as_float(table.from + count::of(i));
            sum += mass;
            first += k * mass;
            second += k * k * mass;
        }
        prop_assert!((sum - 1.0).abs() < 1e-12);
        prop_assert!((first / mean - 1.0).abs() < 1e-9);
        prop_assert!(((second - first * first) / variance - 1.0).abs() < 1e-6);
    }

    #[test]
    fn quantile_and_cdf_undo_each_other(mean in 0.001..300.0f64, extra in 0.0..20.0f64, p in 0.0..0.9999f64) {
        let demand = Demand::over(mean, mean * (1.0 + extra)).unwrap();
        let k = demand.quantile(p).unwrap();
        prop_assert!(demand.cdf(k) >= p - 1e-12);
        prop_assert!(k == 0 || demand.cdf(k - 1) < p + 1e-12);
        let back = demand.quantile((demand.cdf(k) - 1e-12).clamp(0.0, 0.999_999)).unwrap();
        prop_assert!(back <= k);
    }

    #[test]
    fn loss_falls_by_the_tail_and_is_convex(mean in 0.01..200.0f64, extra in 0.0..20.0f64, level in 0..400i64) {
        let demand = Demand::over(mean, mean * (1.0 + extra)).unwrap();
        let fall = demand.loss(level) - demand.loss(level + 1);
        prop_assert!((fall - demand.beyond(level)).abs() < 1e-9);
        prop_assert!(demand.loss(level + 1) - demand.loss(level + 2) <= fall + 1e-12);
        prop_assert!((demand.left_over(level) - demand.loss(level) - count::as_float(level) + mean).abs() < 1e-9);
    }

    #[test]
    fn the_level_for_a_loss_is_the_smallest(mean in 0.01..200.0f64, extra in 0.0..20.0f64, units in 0.0001..5.0f64) {
        let demand = Demand::over(mean, mean * (1.0 + extra)).unwrap();
        let level = demand.level_for_loss(units);
        prop_assert!(demand.loss(level) <= units);
        prop_assert!(level == 0 || demand.loss(level - 1) > units);
    }

    #[test]
    fn more_demand_of_the_same_kind_never_lowers_a_quantile(mean in 0.01..100.0f64, extra in 0.0..20.0f64, more in 1.0..3.0f64, p in 0.01..0.9999f64) {
        let small = Demand::over(mean, mean * (1.0 + extra)).unwrap();
        let busier = Demand::over(mean * more, mean * more * (1.0 + extra)).unwrap();
        let scaled = Demand::over(mean * more, mean * more + extra * mean * more * more).unwrap();
        prop_assert!(busier.quantile(p).unwrap() >= small.quantile(p).unwrap());
        prop_assert!(scaled.quantile(p).unwrap() >= small.quantile(p).unwrap());
    }
}
