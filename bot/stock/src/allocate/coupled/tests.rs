use proptest::prelude::*;

use super::*;

/// The best of all combinations.
fn brute(requests: &[Request], limits: &Limits) -> f64 {
    let Some((first, rest)) = requests.split_first() else { return 0.0 };
    let (mut best, mut value, mut left) = (brute(rest, limits), 0.0, limits.clone());
    for step in &first.steps {
        if !left.take(first.delivery, step) {
            break;
        }
        value += step.value;
        best = best.max(value + brute(rest, &left));
    }
    best
}

/// Whether what was chosen fits.
fn fits(requests: &[Request], choice: &Choice, limits: &Limits) -> bool {
    let mut left = limits.clone();
    requests.iter().zip(&choice.units).all(|(request, &units)| {
        let mut reached = 0;
        let taken = request.steps.iter().take_while(|step| {
            reached += step.units;
            reached <= units
        });
        taken.fold(true, |fits, step| fits & left.take(request.delivery, step))
    })
}

prop_compose! {
    fn request()(steps in 0..5usize, units in 1..7i64, money in 1..60i64, load in 0..9i64, value in 0.1..50.0f64, fall in 0.3..0.99f64, key in "[a-z]{3}", delivery in prop::option::of(0..3usize)) -> Request {
        let steps = (0..steps).scan(value, |value, _| {
            let step = Step { units, value: *value, money, load };
            *value *= fall;
            Some(step)
        });
        Request { key, delivery, steps: steps.collect() }
    }
}

#[test]
fn without_limits_everything_is_taken() {
    let step = Step { units: 6, value: 1.0, money: 100, load: 1 };
    let requests =
        [Request { key: "a".into(), delivery: None, steps: vec![step, Step { value: 0.0, ..step }] }];
    let choice = choose(&requests, &Limits::default());
    assert_eq!((choice.units.as_slice(), choice.exact), ([12].as_slice(), true));
}

proptest! {
    #[test]
    fn small_cases_with_budget_and_deliveries_are_the_best_of_all(
        requests in prop::collection::vec(request(), 0..6), money in prop::option::of(0..300i64), loads in prop::collection::vec(0..30i64, 0..3),
    ) {
        let limits = Limits { money, loads };
        let choice = choose(&requests, &limits);
        prop_assert!(choice.exact);
        let best = brute(&requests, &limits);
        prop_assert!((choice.value - best).abs() < 1e-9, "{} {best}", choice.value);
        prop_assert!(fits(&requests, &choice, &limits));
    }

    #[test]
    fn with_one_limit_greedy_misses_less_than_its_most_valuable_step(requests in prop::collection::vec(request(), 0..6), money in 0..300i64) {
        let limits = Limits { money: Some(money), loads: vec![] };
        let order = by_value_per_use(&requests, &limits);
        let mut greedy = Taken { value: 0.0, taken: vec![0; requests.len()] };
        fill(&requests, &order, &limits, &mut greedy);
        let largest = requests.iter().flat_map(|request| &request.steps).map(|step| step.value).fold(0.0, f64::max);
        prop_assert!(greedy.value >= brute(&requests, &limits) - largest - 1e-9);
    }

    #[test]
    fn large_cases_keep_the_limits_and_their_bound(requests in prop::collection::vec(request(), 40..80), money in 0..4_000i64, loads in prop::collection::vec(0..200i64, 0..3)) {
        let limits = Limits { money: Some(money), loads };
        let choice = choose(&requests, &limits);
        prop_assert!(fits(&requests, &choice, &limits));
        prop_assert!(choice.bound >= choice.value - 1e-9);
    }

    #[test]
    fn no_choice_beats_the_bound(requests in prop::collection::vec(request(), 0..6), money in 0..300i64, loads in prop::collection::vec(0..30i64, 0..3)) {
        let limits = Limits { money: Some(money), loads };
        let order = by_value_per_use(&requests, &limits);
        prop_assert!(relaxed(&requests, &order, &limits) >= brute(&requests, &limits) - 1e-9);
    }
}
