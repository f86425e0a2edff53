//! The spread of an item that starts again, and of one that sells in larger units.

use super::*;

const ASLEEP: std::ops::Range<usize> = 300..450;

/// An item of fifty a day that sold nothing for five months, `awake` days after it started again, among steady ones.
fn restarted(awake: usize) -> Forecast {
    let level = |at: usize| if ASLEEP.contains(&at) { 0.0 } else { 50.0 };
    let rows = (0..ASLEEP.end + awake).flat_map(|at| {
        [
            row("A", "S", at, noisy(level(at), at)),
            row("B", "S", at, noisy(4.0, at)),
            row("C", "S", at, noisy(2.0, at + 5)),
        ]
    });
    forecast(&panel(rows), &Calendar::default(), 28).remove(0)
}

#[rstest]
fn an_item_that_starts_again_is_no_surer_and_no_wilder_than_what_it_sells(
    #[values(3, 7, 14, 23, 30, 45, 70, 120)] awake: usize,
) {
    let ten_days = restarted(awake).over(10);
    let sigma = ten_days.variance.sqrt();
    assert!(ten_days.mean < 750.0, "{ten_days:?}");
    assert!(sigma > 30.0 && sigma < 750.0, "{sigma} of {}", ten_days.mean);
}

#[test]
fn ten_times_the_sales_have_ten_times_the_spread() {
    let of = |by: f64| {
        let rows = (0..200).flat_map(|at| {
            [row("A", "S", at, by * noisy(6.0, at)), row("B", "S", at, by * noisy(2.0, at + 3))]
        });
        forecast(&panel(rows), &Calendar::default(), 14)
    };
    for (one, ten) in of(1.0).iter().zip(of(10.0)) {
        let ratio = (ten.over(10).variance / one.over(10).variance).sqrt();
        assert!((ratio / 10.0 - 1.0).abs() < 0.05, "{ratio}");
    }
}
