//! Made panels: what a forecast must do whatever it is handed.

use super::*;
use crate::series::{PanelBuilder, Row};
use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;
use rstest::rstest;

mod spread;

fn day(at: usize) -> NaiveDate {
    Every::Day.after(NaiveDate::from_ymd_opt(2024, 1, 1).expect("a Monday"), at)
}

fn row(item: &'static str, store: &'static str, at: usize, value: f64) -> Row<'static> {
    Row {
        item,
        store,
        date: day(at),
        value: Some(value),
        price: None,
        promotion: false,
        stock_out: false,
        closed: false,
    }
}

fn panel(rows: impl IntoIterator<Item = Row<'static>>) -> Panel {
    let mut builder = PanelBuilder::new();
    for row in rows {
        builder.add(&row).expect("dates near each other");
    }
    builder.finish(Some(Every::Day))
}

fn forecast(panel: &Panel, calendar: &Calendar, horizon: usize) -> Vec<Forecast> {
    Forecaster::learn(panel, calendar, &Options::new(horizon)).all()
}

/// Noise that is always the same: a count around a level.
fn noisy(level: f64, at: usize) -> f64 {
    const TURNS: [f64; 11] = [0.4, 1.3, 0.9, 1.6, 0.7, 1.1, 0.5, 1.5, 1.0, 1.2, 0.8];
    (level * TURNS[at * 7 % 11]).round()
}

fn total(forecast: &Forecast) -> f64 {
    forecast.mean.iter().sum()
}

fn is_nothing(figures: &[f64]) -> bool {
    figures.iter().all(|figure| figure.abs() < 1e-12)
}

fn is_sound(forecast: &Forecast, horizon: usize) -> bool {
    let rows = forecast.quantiles.iter();
    forecast.mean.len() == horizon
        && forecast.quantiles.len() == horizon
        && forecast.mean.iter().all(|mean| mean.is_finite() && *mean >= 0.0)
        && rows.clone().flatten().all(|quantile| quantile.is_finite() && *quantile >= 0.0)
        && rows.clone().all(|row| row.is_sorted())
        && [forecast.sigma_one, forecast.dispersion, forecast.over(9).variance]
            .iter()
            .all(|figure| figure.is_finite())
}

#[rstest]
#[case::constant(vec![4.0; 200])]
#[case::all_zero(vec![0.0; 200])]
#[case::one_day(vec![3.0])]
#[case::two_days(vec![0.0, 3.0])]
#[case::negative(vec![-3.0; 60])]
#[case::not_a_number(vec![f64::NAN; 60])]
#[case::one_sale(std::iter::once(9.0).chain(std::iter::repeat_n(0.0, 99)).collect())]
#[case::huge(vec![1e30; 90])]
fn every_odd_series_has_a_sound_forecast(#[case] values: Vec<f64>) {
    let panel = panel(values.iter().enumerate().map(|(at, value)| row("A", "S", at, *value)));
    let forecasts = forecast(&panel, &Calendar::default(), 28);
    assert!(is_sound(&forecasts[0], 28), "{:?}", forecasts[0]);
}

#[test]
fn a_constant_stays_and_nothing_stays_nothing() {
    let panel = panel((0..200).flat_map(|at| [row("A", "S", at, 4.0), row("B", "S", at, 0.0)]));
    let forecasts = forecast(&panel, &Calendar::default(), 7);
    assert!((total(&forecasts[0]) - 28.0).abs() < 0.3, "{:?}", forecasts[0].mean);
    assert!(total(&forecasts[1]).abs() < 1e-9 && is_nothing(&forecasts[1].quantiles[0]));
    assert_eq!(forecasts[1].findings[0].code, "DH-8014");
}

#[test]
fn an_empty_panel_has_no_forecast_and_a_series_of_plans_says_that_nothing_is_known() {
    let empty = Panel::empty(Every::Day, day(0));
    assert!(forecast(&empty, &Calendar::default(), 7).is_empty());
    let mut panel = panel([row("A", "S", 0, 0.0)]);
    panel.series[0].values.clear();
    let forecasts = forecast(&panel, &Calendar::default(), 7);
    assert!(is_sound(&forecasts[0], 7));
    assert_eq!(forecasts[0].findings[0].code, "DH-8015");
}

#[test]
fn saturdays_sell_more_when_they_did() {
    let weekly = |at: usize| if at % 7 == 5 { 12.0 } else { 4.0 };
    let panel = panel((0..140).map(|at| row("A", "S", at, noisy(weekly(at), at))));
    let forecasts = forecast(&panel, &Calendar::default(), 14);
    let mean = &forecasts[0].mean;
    assert!(mean[5] > 1.8 * mean[2] && mean[12] > 1.8 * mean[9], "{mean:?}");
}

#[test]
fn days_out_of_stock_do_not_lower_the_forecast() {
    let sold = |at: usize| noisy(6.0, at);
    let out = |at: usize| (90..120).contains(&at);
    let full = panel((0..120).filter(|at| !out(*at)).map(|at| row("A", "S", at, sold(at))));
    let marked = panel(
        (0..120)
            .map(|at| Row { stock_out: out(at), ..row("A", "S", at, if out(at) { 0.0 } else { sold(at) }) }),
    );
    let unmarked = panel((0..120).map(|at| row("A", "S", at, if out(at) { 0.0 } else { sold(at) })));
    let of = |panel: &Panel| total(&forecast(panel, &Calendar::default(), 14)[0]);
    assert!((of(&marked) / of(&full) - 1.0).abs() < 0.15, "{} {}", of(&marked), of(&full));
    assert!(of(&unmarked) < 0.2 * of(&marked));
}

#[test]
fn a_closed_day_to_come_sells_nothing_and_one_past_is_no_zero() {
    let closed = |at: usize| Row { closed: true, ..row("A", "S", at, 0.0) };
    let mut rows: Vec<Row<'static>> =
        (0..98).map(|at| if at % 7 == 6 { closed(at) } else { row("A", "S", at, noisy(5.0, at)) }).collect();
    rows.push(Row { value: None, ..closed(104) });
    let forecasts = forecast(&panel(rows), &Calendar::default(), 7);
    let mean = &forecasts[0].mean;
    assert!(is_nothing(&mean[6..]) && is_nothing(&forecasts[0].quantiles[6]), "{mean:?}");
    assert!(mean[..6].iter().all(|mean| (3.5..7.0).contains(mean)), "{mean:?}");
}

#[test]
fn a_typhoon_that_shut_the_store_is_no_sign_of_no_demand() {
    let items = ["A", "B", "C", "D", "E", "F"];
    let with = |shut: fn(usize) -> bool| {
        let rows = (0..140).flat_map(|at| {
            items.map(|item| row(item, "S", at, if shut(at) { 0.0 } else { noisy(8.0, at + item.len()) }))
        });
        forecast(&panel(rows), &Calendar::default(), 7).iter().map(total).sum::<f64>()
    };
    let (blown, calm) = (with(|at| (137..140).contains(&at)), with(|_| false));
    assert!((blown / calm - 1.0).abs() < 0.1, "{blown} {calm}");
}

#[test]
fn a_planned_promotion_lifts_its_days_and_past_ones_do_not_lift_the_rest() {
    let promoted = |at: usize| at % 30 < 5;
    let rows = (0..300).map(|at| Row {
        promotion: promoted(at),
        ..row("A", "S", at, noisy(if promoted(at) { 15.0 } else { 5.0 }, at))
    });
    let plans = (300..305).map(|at| Row { value: None, promotion: true, ..row("A", "S", at, 0.0) });
    let forecasts = forecast(&panel(rows.chain(plans)), &Calendar::default(), 14);
    let mean = &forecasts[0].mean;
    assert!(mean[..5].iter().all(|mean| *mean > 10.0), "{mean:?}");
    assert!(mean[5..].iter().all(|mean| (3.5..7.0).contains(mean)), "{mean:?}");
}

#[test]
fn promotions_of_weeks_are_forecast_where_they_are_planned() {
    let promoted = |week: usize| matches!(week % 9, 0 | 4);
    let first = NaiveDate::from_ymd_opt(2023, 1, 2).expect("a Monday");
    let mut builder = PanelBuilder::new();
    for (number, item) in ["A", "B", "C", "D"].into_iter().enumerate() {
        for week in 0..124 {
            let level = if promoted(week) { 90.0 } else { 30.0 };
            let value = (week < 116).then(|| noisy(level, week + number));
            let date = Every::Week.after(first, week);
            builder
                .add(&Row { date, value, promotion: promoted(week), ..row(item, "S", 0, 0.0) })
                .expect("a week");
        }
    }
    for forecast in forecast(&builder.finish(None), &Calendar::default(), 8) {
        for (ahead, mean) in forecast.mean.iter().enumerate() {
            let expected = if promoted(116 + ahead) { 90.0 } else { 30.0 };
            assert!((mean / expected - 1.0).abs() < 0.25, "{:?}", forecast.mean);
        }
    }
}

#[test]
fn a_holiday_on_which_all_stores_close_is_learnt_from_earlier_years() {
    let holiday = |at: usize| (day(at).month(), day(at).day()) == (12, 25);
    let last = 365 * 2 + 350;
    let items = ["A", "B", "C", "D", "E", "F"];
    let rows = (0..last).flat_map(|at| {
        items.map(|item| row(item, "S", at, if holiday(at) { 0.0 } else { noisy(8.0, at + item.len()) }))
    });
    let panel = panel(rows);
    let mut calendar = Calendar::default();
    (0..last + 28).filter(|at| holiday(*at)).for_each(|at| calendar.add("Christmas Day", day(at)));
    let christmas = (last..last + 28).position(holiday).expect("it lies in the horizon");
    for forecast in forecast(&panel, &calendar, 28) {
        assert!(forecast.mean[christmas] < 0.5, "{:?}", forecast.mean);
        assert!(forecast.mean[christmas - 2] > 5.0 && forecast.mean[christmas + 2] > 5.0);
    }
}

#[test]
fn a_newcomer_sells_what_the_item_sells_elsewhere() {
    let old = (0..200).flat_map(|at| {
        [
            row("A", "S", at, noisy(20.0, at)),
            row("A", "T", at, noisy(20.0, at + 3)),
            row("B", "U", at, noisy(20.0, at)),
        ]
    });
    let new = (198..200).map(|at| row("A", "U", at, 1.0));
    let panel = panel(old.chain(new));
    let forecasts = forecast(&panel, &Calendar::default(), 7);
    let newcomer = forecasts.iter().find(|one| one.findings.iter().any(|finding| finding.code == "DH-8016"));
    let newcomer = newcomer.expect("a newcomer is told");
    assert!(newcomer.mean.iter().all(|mean| *mean > 10.0), "{:?}", newcomer.mean);
}

#[test]
fn weeks_of_a_trade_that_lives_on_a_festival_look_like_last_year() {
    let festival = |week: usize| if week % 52 == 48 || week % 52 == 49 { 6.0 } else { 1.0 };
    let first = NaiveDate::from_ymd_opt(2023, 1, 2).expect("a Monday");
    let mut builder = PanelBuilder::new();
    for (number, item) in ["A", "B", "C", "D", "E"].into_iter().enumerate() {
        for week in 0..148 {
            let value = Some(noisy(10.0 * festival(week), week + number));
            builder
                .add(&Row { date: Every::Week.after(first, week), value, ..row(item, "S", 0, 0.0) })
                .expect("a week");
        }
    }
    let panel = builder.finish(None);
    assert_eq!(panel.every, Every::Week);
    for forecast in forecast(&panel, &Calendar::default(), 8) {
        // Weeks 152 and 153 are the festival.
        assert!(
            forecast.mean[4] > 3.0 * forecast.mean[0] && forecast.mean[5] > 3.0 * forecast.mean[7],
            "{:?}",
            forecast.mean
        );
    }
}

#[test]
fn the_weeks_before_the_lunar_new_year_move_with_it() {
    // New Year's week: 2022-01-31, 2023-01-16, 2024-02-05, 2025-01-27; the forecast begins on 2024-12-30.
    let first = NaiveDate::from_ymd_opt(2021, 7, 5).expect("a Monday");
    let calendar = crate::calendar::hong_kong_festivals(2021, 2025);
    let new_year = |week: usize| {
        (0..7).any(|day| {
            calendar
                .on(Every::Day.after(Every::Week.after(first, week), day))
                .any(|name| name == "Lunar New Year")
        })
    };
    let peak = |week: usize| if new_year(week + 1) || new_year(week + 2) { 5.0 } else { 1.0 };
    let mut builder = PanelBuilder::new();
    for (number, item) in ["A", "B", "C", "D", "E"].into_iter().enumerate() {
        for week in 0..182 {
            let value = Some(noisy(20.0 * peak(week), week + number));
            builder
                .add(&Row { date: Every::Week.after(first, week), value, ..row(item, "S", 0, 0.0) })
                .expect("a week");
        }
    }
    let panel = builder.finish(None);
    assert_eq!(panel.next(), NaiveDate::from_ymd_opt(2024, 12, 30).expect("a Monday"));
    for forecast in forecast(&panel, &calendar, 8) {
        // The peaks are the weeks of 13 and 20 January; a year before they were those of 22 and 29 January.
        let mean = &forecast.mean;
        assert!(mean[2] > 2.0 * mean[0] && mean[3] > 2.0 * mean[6] && mean[3] > 2.0 * mean[5], "{mean:?}");
    }
}

#[test]
fn a_young_series_among_old_seasonal_ones_is_not_taken_for_nothing() {
    let first = NaiveDate::from_ymd_opt(2023, 1, 2).expect("a Monday");
    let mut builder = PanelBuilder::new();
    for week in 0..148_usize {
        let peak = if week % 52 > 46 { 9.0 } else { 1.0 };
        for item in ["A", "B", "C"] {
            let value = Some(noisy(10.0 * peak, week));
            builder
                .add(&Row { date: Every::Week.after(first, week), value, ..row(item, "S", 0, 0.0) })
                .expect("a week");
        }
        if week >= 120 {
            let value = Some(noisy(10.0, week));
            builder
                .add(&Row { date: Every::Week.after(first, week), value, ..row("NEW", "S", 0, 0.0) })
                .expect("a week");
        }
    }
    let panel = builder.finish(None);
    let forecasts = forecast(&panel, &Calendar::default(), 4);
    let young = &forecasts[3];
    assert!(young.mean.iter().all(|mean| *mean > 3.0), "{:?}", young.mean);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let panel = panel(
        (0..150).flat_map(|at| [row("A", "S", at, noisy(3.0, at)), row("B", "T", at, noisy(9.0, at + 2))]),
    );
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| forecast(&panel, &Calendar::default(), 14))
    };
    assert_eq!(on(1), on(2));
}

#[test]
fn the_variance_over_more_periods_is_larger_and_the_horizon_can_be_outrun() {
    let panel = panel((0..200).map(|at| row("A", "S", at, noisy(5.0, at))));
    let one = &forecast(&panel, &Calendar::default(), 14)[0];
    assert!(one.over(5).variance < one.over(6).variance);
    assert!((one.over(28).mean / one.over(14).mean - 2.0).abs() < 0.05);
    assert!(one.quantile_over(7, 0.95) > one.over(7).mean && one.quantile_over(7, 0.05) < one.over(7).mean);
    assert!(is_nothing(&[one.over(0).mean]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_is_sold_the_forecast_is_sound(
        values in prop::collection::vec(prop_oneof![
            4 => (0..30_u8).prop_map(f64::from), 3 => Just(0.0), 1 => -50.0..1e6_f64, 1 => Just(f64::NAN),
        ], 1..150),
        marks in prop::collection::vec(0..180_usize, 0..12),
        horizon in 1..40_usize,
        every in prop_oneof![Just(Every::Day), Just(Every::Week), Just(Every::Month)],
    ) {
        let mut builder = PanelBuilder::new();
        for (at, value) in values.iter().enumerate() {
            let marked = marks.contains(&at);
            let date = every.after(day(0), at);
            let one = Row { date, stock_out: marked && at % 2 == 0, promotion: marked && at % 3 == 0, ..row("A", "S", 0, *value) };
            builder.add(&one).expect("a date");
            builder.add(&Row { item: "B", value: Some(noisy(4.0, at)), closed: marked, ..one }).expect("a date");
        }
        let panel = builder.finish(Some(every));
        for forecast in forecast(&panel, &Calendar::default(), horizon) {
            prop_assert!(is_sound(&forecast, horizon), "{:?}", forecast);
        }
    }

    #[test]
    fn the_same_sales_give_the_same_forecast(values in prop::collection::vec(0..20_u8, 30..90)) {
        let rows = || values.iter().enumerate().map(|(at, value)| row("A", "S", at, f64::from(*value)));
        let alone = panel(rows());
        let again = panel(rows());
        prop_assert_eq!(forecast(&alone, &Calendar::default(), 7), forecast(&again, &Calendar::default(), 7));
    }
}
