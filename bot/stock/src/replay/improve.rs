//! The break-even table of a panel: how much better each SKU must be forecast, what that would be worth, and whether our own
//! models ever came so far.

use rayon::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::count;
use crate::forecast::{Backtest, Forecaster, Method, Options};
use crate::policy::class::{Class, Sold, classify};
use crate::policy::normal::{standard_loss, z};
use crate::policy::protection::{DailyDemand, Protection};
use crate::replay::break_even::{BreakEven, MAPE_FROM_WEEKLY, break_even, rmse_needed};
use crate::replay::error::ReplayError;
use crate::series::{Every, Panel, Series};

/// Days of history that the backtest learns from, and that the classes are read off.
const HISTORY: usize = 730;
const YEAR: usize = 364;
const WEEK: usize = 7;

/// What is asked of the table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Wish {
    /// The cycle service that the safety stock gives now.
    pub service: f64,
    /// The wished fall of stock-outs; 0.3 is thirty per cent.
    pub fall: f64,
    /// Days of the moving average that stands for the forecast of today.
    pub average: usize,
}

/// The terms of a series of the panel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trade {
    /// Review period and lead time.
    pub protection: Protection,
    /// Worth of a unit for the classes: its price or cost.
    pub unit_value: Option<Decimal>,
    /// What a lost sale of a unit loses; none when nobody has said.
    pub unit_margin: Option<Decimal>,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Improvement {
    /// The store.
    pub store: String,
    /// The SKU.
    pub sku: String,
    /// Its class.
    pub class: Class,
    /// Units a week.
    pub weekly_units: f64,
    /// RMSE of a day with the moving average, out of sample, in units.
    pub rmse: f64,
    /// By what the RMSE must be multiplied at most, stock-outs counted as periods that run out.
    pub by_cycles: Target,
    /// The same with stock-outs counted as units short.
    pub by_units: Target,
    /// Weekly MAPE now; only where 120 units a week or more are sold, for below it is noise.
    pub mape: Option<f64>,
    /// The smallest RMSE of any of our models in a backtest, over that of the moving average.
    pub best_ratio: f64,
    /// The model that reached it.
    pub best: Method,
    /// Units a week that would no longer be short.
    pub units_a_week: f64,
    /// Margin a week that they bring; none when the margin is not known.
    pub gain_a_week: Option<f64>,
}

/// What is needed by one way of counting stock-outs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// RMSE needed over RMSE now; none when the spread of the lead time alone is too much.
    pub ratio: Option<f64>,
    /// RMSE of a day needed, in units.
    pub rmse: Option<f64>,
    /// Weekly MAPE needed, where it means something.
    pub mape: Option<f64>,
    /// Whether no model of ours came so far: then review or lead time must carry the improvement.
    pub unreachable: bool,
}

/// The table, the most valuable improvement first; those whose margin is not known follow by units. `trades` has the terms of
/// each series of the panel, in its order. Series with too little history for a backtest, or without an error, are left out.
///
/// # Errors
/// `DH-8039` when service or fall leave nothing to compute.
pub fn improvements(
    panel: &Panel,
    calendar: &Calendar,
    trades: &[Trade],
    wish: &Wish,
) -> Result<Vec<Improvement>, ReplayError> {
    let ratio = break_even(wish.service, wish.fall)?;
    let days = trades.iter().map(|trade| count::index(count::ceil(trade.protection.days())));
    let options = Options { history: Some(HISTORY), ..Options::new(days.max().unwrap_or(1).max(WEEK)) };
    let forecaster = Forecaster::learn(panel, calendar, &options);
    let classes = classes(panel, trades);
    let row = |(number, trade): (usize, &Trade)| {
        let tried = forecaster.backtest(number, wish.average)?;
        improvement(panel, &panel.series[number], trade, classes[number], &tried, wish, ratio)
    };
    let mut rows: Vec<Improvement> =
        trades.par_iter().take(panel.series.len()).enumerate().filter_map(row).collect();
    rows.sort_by(|a, b| {
        let (gain_a, gain_b) = (a.gain_a_week.unwrap_or(-1.0), b.gain_a_week.unwrap_or(-1.0));
        let by_value = gain_b.total_cmp(&gain_a).then_with(|| b.units_a_week.total_cmp(&a.units_a_week));
        by_value.then_with(|| (&a.sku, &a.store).cmp(&(&b.sku, &b.store)))
    });
    Ok(rows)
}

fn improvement(
    panel: &Panel,
    series: &Series,
    trade: &Trade,
    class: Class,
    tried: &Backtest,
    wish: &Wish,
    ratio: BreakEven,
) -> Option<Improvement> {
    let best_ratio = tried.best_ratio()?;
    let weekly_units = tried.mean * count::len_as_float(WEEK);
    let mape = tried.average_mape.filter(|_| weekly_units >= MAPE_FROM_WEEKLY);
    let daily = DailyDemand { mean: tried.mean, sigma: tried.average_rmse };
    let target = |ratio: f64| {
        let rmse = rmse_needed(trade.protection, daily, ratio);
        let shrink = rmse.map(|rmse| rmse / daily.sigma);
        Target {
            ratio: shrink,
            rmse,
            mape: mape.zip(shrink).map(|(mape, shrink)| mape * shrink),
            unreachable: shrink.is_none_or(|shrink| shrink < best_ratio),
        }
    };
    let (_, variance) = trade.protection.moments(daily);
    let short = variance.sqrt() * standard_loss(z(wish.service));
    let units_a_week =
        wish.fall * short * count::len_as_float(WEEK) / trade.protection.review_days.max(f64::MIN_POSITIVE);
    let margin = trade.unit_margin.and_then(|margin| margin.to_f64());
    Some(Improvement {
        store: panel.store(series).to_owned(),
        sku: panel.item(series).to_owned(),
        class,
        weekly_units,
        rmse: daily.sigma,
        by_cycles: target(ratio.by_cycles),
        by_units: target(ratio.by_units),
        mape,
        best_ratio,
        best: tried.best,
        units_a_week,
        gain_a_week: margin.map(|margin| margin * units_a_week),
    })
}

/// The class of each series by the value and the weeks of its last year; by units where no price or cost is known.
fn classes(panel: &Panel, trades: &[Trade]) -> Vec<Class> {
    let priced = trades.iter().any(|trade| trade.unit_value.is_some());
    let sold = |(number, series): (usize, &Series)| {
        let begin = series.values.len().saturating_sub(YEAR);
        let year = &series.values[begin..];
        let whole = year.len() % WEEK;
        let week = |week: &[f32]| week.iter().map(|units| f64::from(*units)).sum::<f64>();
        let units: f64 = week(year);
        let worth = trades.get(number).and_then(|trade| trade.unit_value);
        let worth = if priced { worth.unwrap_or_default() } else { Decimal::ONE };
        let first_sale = series.values.iter().position(|units| *units > 0.0);
        Sold {
            id: format!("{}/{}", panel.store(series), panel.item(series)),
            value: worth.saturating_mul(Decimal::from(count::nearest(units))),
            weekly: year[whole..].chunks(WEEK).map(week).collect(),
            days: first_sale.map_or(0, |first| count::of(series.values.len() - first)),
        }
    };
    debug_assert_eq!(panel.every, Every::Day, "a protection period is in days");
    classify(&panel.series.iter().enumerate().map(sold).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use chrono::NaiveDate;

    use super::*;
    use crate::replay::draw_for_tests;

    /// A SKU of week-ends only, which an average cannot follow and a weekday can, and one of pure chance.
    fn panel() -> Panel {
        let mut panel = Panel::empty(Every::Day, NaiveDate::from_ymd_opt(2025, 6, 1).unwrap());
        let chance = |day: u64| (draw_for_tests(4, day) * 8.0).floor();
        let week_end = |day: u64| if day % 7 >= 5 { 60.0 } else { 4.0 } + chance(day);
        let values = |of: &dyn Fn(u64) -> f64| {
            #[expect(clippy::cast_possible_truncation, reason = "small whole numbers")]
            let single = |day| of(day) as f32;
            (0..280).map(single).collect::<Vec<f32>>()
        };
        let first = panel.cut_off - chrono::Days::new(279);
        for (item, values) in [("luck", values(&chance)), ("weekend", values(&week_end))] {
            let number = u32::try_from(panel.items.len()).unwrap();
            panel.items.push(item.to_owned());
            panel.series.push(Series { item: number, store: 0, first, values, marks: None });
        }
        panel.stores = vec!["S".to_owned()];
        panel
    }

    fn trade(lead_sd_days: f64, unit_margin: Option<i64>) -> Trade {
        Trade {
            protection: Protection { review_days: 7.0, lead_days: 3.0, lead_sd_days },
            unit_value: None,
            unit_margin: unit_margin.map(Decimal::from),
        }
    }

    const WISH: Wish = Wish { service: 0.95, fall: 0.3, average: 28 };

    fn rows(trades: [Trade; 2]) -> Vec<Improvement> {
        improvements(&panel(), &Calendar::default(), &trades, &WISH).unwrap()
    }

    #[test]
    fn what_a_weekday_explains_is_within_reach_and_chance_is_not() {
        let rows = rows([trade(0.0, None), trade(0.0, None)]);
        let (weekend, luck) = (&rows[0], &rows[1]);
        assert_eq!((weekend.sku.as_str(), luck.sku.as_str()), ("weekend", "luck"), "more units come first");
        assert!(!weekend.by_cycles.unreachable && weekend.best_ratio < 0.5, "{weekend:?}");
        assert!(luck.by_cycles.unreachable && luck.best_ratio > 0.9, "{luck:?}");
        assert!((weekend.by_cycles.ratio.unwrap() - 0.9078).abs() < 1e-3);
        assert!((weekend.by_units.ratio.unwrap() - 0.933).abs() < 1e-3);
        let needed = weekend.by_cycles.rmse.unwrap() / weekend.rmse;
        assert!((needed - weekend.by_cycles.ratio.unwrap()).abs() < 1e-12);
        assert!(weekend.mape.is_some() && weekend.by_cycles.mape < weekend.mape, "120 units a week");
        assert!(luck.mape.is_none() && luck.by_units.mape.is_none(), "25 units a week");
    }

    #[test]
    fn a_known_margin_ranks_first_and_an_unpunctual_supplier_puts_it_out_of_reach() {
        let rows = rows([trade(0.0, Some(9)), trade(9.0, None)]);
        assert_eq!(rows[0].sku, "luck");
        assert!((rows[0].gain_a_week.unwrap() - 9.0 * rows[0].units_a_week).abs() < 1e-9);
        assert!(
            rows[1].by_cycles.unreachable
                && rows[1].by_cycles.rmse.is_none()
                && rows[1].gain_a_week.is_none()
        );
    }

    #[test]
    fn a_service_without_safety_stock_is_refused() {
        let wish = Wish { service: 0.4, ..WISH };
        let refused = improvements(&panel(), &Calendar::default(), &[trade(0.0, None); 2], &wish);
        assert_eq!(refused.unwrap_err().code(), "DH-8039");
    }
}
