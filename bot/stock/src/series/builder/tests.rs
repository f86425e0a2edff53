use super::*;
use proptest::prelude::*;

fn day(offset: u64) -> NaiveDate {
    Every::Day
        .after(NaiveDate::from_ymd_opt(2026, 3, 1).expect("a date"), usize::try_from(offset).expect("small"))
}

fn row(date: NaiveDate, value: Option<f64>) -> Row<'static> {
    Row { item: "A", store: "S", date, value, price: None, promotion: false, stock_out: false, closed: false }
}

fn built(rows: &[Row<'_>]) -> Panel {
    let mut builder = PanelBuilder::new();
    for row in rows {
        builder.add(row).expect("dates near each other");
    }
    builder.finish(None)
}

fn codes(panel: &Panel) -> Vec<&str> {
    panel.findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn every_series_is_dense_to_the_cut_off_of_the_panel() {
    let other = Row { item: "B", ..row(day(6), Some(1.0)) };
    let panel = built(&[row(day(0), Some(3.0)), row(day(3), Some(1.0)), other]);
    assert_eq!(panel.cut_off, day(6));
    assert_eq!(panel.series[0].values, [3.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
    assert_eq!(panel.series[1].values, [1.0]);
}

#[test]
fn a_closed_day_without_a_sale_is_not_a_zero() {
    let closed = Row { closed: true, ..row(day(1), Some(0.0)) };
    let panel = built(&[row(day(0), Some(3.0)), closed, row(day(2), Some(4.0))]);
    assert!(!panel.series[0].shows_demand(1) && panel.series[0].shows_demand(2));
}

#[test]
fn a_store_closed_for_one_item_is_closed_for_all_that_did_not_sell() {
    let closed = Row { item: "B", closed: true, ..row(day(1), None) };
    let open = [row(day(0), Some(3.0)), row(day(2), Some(1.0)), Row { item: "C", ..row(day(1), Some(2.0)) }];
    let panel = built(&[open[0], open[1], open[2], closed]);
    assert!(!panel.series[0].shows_demand(1));
    let sold = panel.series.iter().find(|series| panel.item(series) == "C").expect("it is there");
    assert!(sold.shows_demand(0) && !panel.series[0].has(Mark::Closed, 0));
}

#[test]
fn two_values_for_a_day_are_never_summed_and_neither_is_used() {
    let panel = built(&[row(day(0), Some(3.0)), row(day(1), Some(2.0)), row(day(1), Some(5.0))]);
    assert_eq!(panel.series[0].values, [3.0, 0.0]);
    assert!(!panel.series[0].shows_demand(1));
    assert_eq!(codes(&panel), ["DH-8012"]);
}

#[test]
fn the_same_row_twice_counts_once() {
    let panel = built(&[row(day(0), Some(3.0)), row(day(0), Some(3.0)), row(day(1), Some(1.0))]);
    assert_eq!(panel.series[0].values, [3.0, 1.0]);
    assert_eq!(codes(&panel), ["DH-8013"]);
}

#[test]
fn not_a_number_is_masked_and_said() {
    let panel =
        built(&[row(day(0), Some(f64::NAN)), row(day(1), Some(f64::INFINITY)), row(day(3), Some(1.0))]);
    assert_eq!(panel.series[0].values, [0.0, 0.0, 0.0, 1.0]);
    assert!(
        !panel.series[0].shows_demand(0)
            && !panel.series[0].shows_demand(1)
            && panel.series[0].shows_demand(2)
    );
    assert_eq!((codes(&panel), panel.findings[0].periods), (vec!["DH-8011"], 2));
}

#[test]
fn rows_after_the_last_value_are_plans() {
    let plan = Row { promotion: true, ..row(day(4), None) };
    let panel = built(&[row(day(0), Some(1.0)), row(day(1), Some(1.0)), row(day(2), Some(2.0)), plan]);
    assert_eq!(panel.cut_off, day(2));
    assert_eq!(panel.series[0].values.len(), 3);
    assert!(panel.series[0].has(Mark::Promotion, 4));
}

#[test]
fn a_wrong_century_is_refused_instead_of_filling_memory() {
    let mut builder = PanelBuilder::new();
    builder.add(&row(day(0), Some(1.0))).expect("the first");
    let far = NaiveDate::from_ymd_opt(2206, 3, 1).expect("a date");
    assert!(builder.add(&row(far, Some(1.0))).is_err());
}

#[test]
fn weeks_and_months_are_laid_on_their_own_line() {
    let weeks: Vec<_> = (0..5).filter(|week| *week != 2).map(|week| row(day(week * 7), Some(2.0))).collect();
    let panel = built(&weeks);
    assert_eq!(
        (panel.every, panel.series[0].values.as_slice()),
        (Every::Week, [2.0, 2.0, 0.0, 2.0, 2.0].as_slice())
    );
    let month = |month| NaiveDate::from_ymd_opt(2026, month, 28).expect("a date");
    let panel = built(&[row(month(1), Some(1.0)), row(month(2), Some(2.0)), row(month(5), Some(3.0))]);
    assert_eq!(panel.every, Every::Month);
    assert_eq!(panel.series[0].values, [1.0, 2.0, 0.0, 0.0, 3.0]);
}

#[test]
fn the_panel_of_some_days_ago_knows_nothing_later() {
    let rows: Vec<_> = (0..10_u32).map(|at| row(day(u64::from(at)), Some(f64::from(at)))).collect();
    let before = built(&rows).as_of(3, 4);
    assert_eq!(before.series[0].values, [3.0, 4.0, 5.0, 6.0]);
    assert_eq!((before.series[0].first, before.cut_off), (day(3), day(6)));
}

proptest! {
    #[test]
    fn the_order_of_the_rows_does_not_matter(
        (rows, shuffled) in prop::collection::vec((0..3_u8, 0..40_u64, -3.0..20.0), 1..60).prop_flat_map(|rows| {
            let mut once: Vec<(u8, u64, f64)> = vec![];
            for row in rows {
                if !once.iter().any(|other| (other.0, other.1) == (row.0, row.1)) {
                    once.push(row);
                }
            }
            (Just(once.clone()), Just(once).prop_shuffle())
        }),
    ) {
        let build = |rows: &[(u8, u64, f64)]| {
            let names = ["A", "B", "C"];
            let rows: Vec<_> = rows.iter()
                .map(|(item, at, value)| Row { item: names[usize::from(*item)], ..row(day(*at), Some(*value)) })
                .collect();
            let panel = built(&rows);
            (panel.series.iter().map(|s| (panel.item(s).to_owned(), s.first, s.values.clone())).collect::<Vec<_>>(), panel.findings)
        };
        prop_assert_eq!(build(&rows), build(&shuffled));
    }
}
