//! Each model alone, on series whose answer can be worked out by hand.

use super::demand::{Demand, Paths};
use super::method::Method;
use super::year::YearShape;

/// The forecast of one method from the end of a series without factors.
fn ahead(method: Method, value: &[f64], season: usize, horizon: usize) -> Vec<f64> {
    with(method, value, &vec![1.0; value.len() + horizon], &vec![true; value.len()], season, horizon)
}

fn with(
    method: Method,
    value: &[f64],
    factor: &[f64],
    seen: &[bool],
    season: usize,
    horizon: usize,
) -> Vec<f64> {
    let shape = YearShape { total: value, start: 0, year: 52, moon: None };
    let demand = Demand { value, seen, factor, season, year: Some(&shape) };
    let mut rows = vec![0.0; horizon];
    method.forecast(&demand, &mut Paths { origins: &[value.len()], horizon, rows: &mut rows });
    rows
}

fn near(found: &[f64], expected: &[f64], margin: f64) {
    let close = found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() <= margin);
    assert!(found.len() == expected.len() && close, "{found:?} for {expected:?}");
}

const RARE: [f64; 12] = [0.0, 2.0, 0.0, 0.0, 3.0, 0.0, 1.0, 0.0, 0.0, 0.0, 4.0, 0.0];

#[test]
fn sba_agrees_with_a_calculation_by_hand() {
    // Sizes 2, 3, 1, 4 smooth to 2, 2.1, 1.99, 2.191; intervals 2, 3, 2, 4 to 2, 2.1, 2.09, 2.281.
    near(&ahead(Method::Sba, &RARE, 1, 2), &[0.95 * 2.191 / 2.281; 2], 1e-12);
}

#[test]
fn a_fading_level_is_the_weighted_mean() {
    // With a half-life of one period the last counts 1, the one before a half; the start, 3, counts 1 at first.
    let value = [2.0, 4.0];
    near(&ahead(Method::Fading(1.0), &value, 1, 1), &[(3.0 / 4.0 + 1.0 + 4.0) / (0.25 + 0.5 + 1.0)], 1e-12);
}

#[test]
fn every_level_model_keeps_a_constant() {
    use Method::{Adida, Ets, Fading, Imapa, SeasonalNaive, Ses, Theta, Tsb, Window};
    for method in [Fading(8.0), Ses, Tsb, Adida, Imapa, Window(28), Theta, Ets, SeasonalNaive] {
        near(&ahead(method, &[5.0; 80], 7, 9), &[5.0; 9], 1e-6);
    }
}

#[test]
fn what_was_not_seen_changes_nothing() {
    use Method::{Adida, Ets, Fading, Imapa, SeasonalNaive, Ses, Theta, Tsb, Window};
    let mut value = [5.0; 80];
    let mut seen = [true; 80];
    for period in 60..75 {
        (value[period], seen[period]) = (0.0, false);
    }
    for method in [Fading(8.0), Ses, Tsb, Adida, Imapa, Window(28), Theta, Ets, SeasonalNaive] {
        near(&with(method, &value, &[1.0; 89], &seen, 7, 9), &[5.0; 9], 1e-6);
    }
}

#[test]
fn levels_are_freed_from_their_factors_and_forecasts_carry_them() {
    use Method::{Fading, Imapa, Ses, Theta, Tsb, Window};
    let factor: Vec<f64> = (0..84).map(|day| if day % 7 == 5 { 2.0 } else { 1.0 }).collect();
    let value: Vec<f64> = factor[..77].iter().map(|factor| 3.0 * factor).collect();
    for method in [Fading(8.0), Ses, Tsb, Imapa, Window(28), Theta] {
        near(&with(method, &value, &factor, &[true; 77], 7, 7), &[3.0, 3.0, 3.0, 3.0, 3.0, 6.0, 3.0], 0.2);
    }
}

#[test]
fn theta_follows_a_line_with_half_its_slope() {
    let line: Vec<f64> = (0..60_u8).map(|period| 10.0 + f64::from(period)).collect();
    let found = ahead(Method::Theta, &line, 1, 3);
    assert!(
        (found[1] - found[0] - 0.5).abs() < 1e-6 && (found[2] - found[1] - 0.5).abs() < 1e-6,
        "{found:?}"
    );
    assert!((68.0..72.0).contains(&found[0]), "{found:?}");
}

#[test]
fn ets_learns_a_season_that_adds() {
    let season = [0.0, 0.0, 1.0, 2.0, 6.0, 9.0, 3.0];
    let value: Vec<f64> = (0..140).map(|day| 4.0 + season[day % 7]).collect();
    near(&ahead(Method::Ets, &value, 7, 7), &season.map(|addition| 4.0 + addition), 0.3);
}

#[test]
fn adida_sees_a_demand_of_six_every_third_period_as_two() {
    let value: Vec<f64> = (0..90).map(|period| if period % 3 == 2 { 6.0 } else { 0.0 }).collect();
    near(&ahead(Method::Adida, &value, 1, 2), &[2.0; 2], 1e-9);
}

#[test]
fn last_year_comes_back_at_this_years_level() {
    // Twice as much in this year as in the last; one peak a year.
    let value: Vec<f64> = (0..104)
        .map(|week| if week % 52 == 3 { 500.0 } else { 100.0 } * if week < 52 { 1.0 } else { 2.0 })
        .collect();
    near(&ahead(Method::LastYear(0, 8), &value, 52, 4), &[400.0, 400.0, 400.0, 2000.0], 1.0);
    near(&ahead(Method::SeasonalNaive, &value, 52, 4), &[200.0, 200.0, 200.0, 1000.0], 1e-9);
}

#[test]
fn methods_that_need_a_year_say_so_when_there_is_none() {
    for method in [Method::LastYear(1, 8), Method::LastLunarYear(1, 8), Method::YearTurn(8.0)] {
        assert!(ahead(method, &[5.0; 30], 52, 4).iter().all(|mean| mean.is_nan()));
    }
}
