//! Two policies side by side: the same days, the same demand, the same lead times.

use serde::{Deserialize, Serialize};

use crate::count;
use crate::replay::error::ReplayError;
use crate::replay::forecaster::Together;
use crate::replay::scores::Scores;
use crate::replay::series::Series;
use crate::replay::simulate::{Replay, ReplayPolicy, Setup, replay};

/// How a figure changes from one policy to the other.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Under the first policy.
    pub from: f64,
    /// Under the second.
    pub to: f64,
    /// to / from − 1; none when there was nothing to change.
    pub relative: Option<f64>,
    /// Standard error of `relative` over SKUs, paired; none for fewer than two SKUs and for ratios such as turns.
    pub standard_error: Option<f64>,
}

/// Two policies on common random numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The first, for example what is done today.
    pub base: Replay,
    /// The second.
    pub other: Replay,
    /// Units lost.
    pub lost_units: Change,
    /// Days that ended with an empty shelf.
    pub out_days: Change,
    /// Average stock, in units.
    pub stock: Change,
    /// Order lines, which is buyers' work.
    pub order_lines: Change,
    /// Stock turns a year, at cost.
    pub turns: Change,
}

/// Replays both policies with the same setup.
pub fn compare(
    series: &[Series],
    base: &ReplayPolicy,
    other: &ReplayPolicy,
    forecaster: &impl Together,
    setup: &Setup,
) -> Result<Comparison, ReplayError> {
    let base = replay(series, base, forecaster, setup)?;
    let other = replay(series, other, forecaster, setup)?;
    let change = |figure: fn(&Scores) -> i64| paired(&base, &other, figure);
    let (from, to) = (base.total.turns(), other.total.turns());
    let relative = (from > 0.0).then(|| to / from - 1.0);
    Ok(Comparison {
        lost_units: change(|scores| scores.lost),
        out_days: change(|scores| scores.out_days),
        stock: change(|scores| scores.stock_days),
        order_lines: change(|scores| scores.order_lines),
        turns: Change { from, to, relative, standard_error: None },
        base,
        other,
    })
}

/// The change of a sum, with the standard error of the ratio of two sums over the same SKUs (the delta method).
fn paired(base: &Replay, other: &Replay, figure: fn(&Scores) -> i64) -> Change {
    let of = |scores: &Scores| count::as_float(figure(scores));
    let (from, to) = (of(&base.total), of(&other.total));
    if from <= 0.0 {
        return Change { from, to, relative: None, standard_error: None };
    }
    let ratio = to / from;
    let n = count::len_as_float(base.by_series.len());
    let pairs = base.by_series.iter().zip(&other.by_series);
    let squares: f64 = pairs.map(|(base, other)| (of(other) - ratio * of(base)).powi(2)).sum();
    let standard_error = (n >= 2.0).then(|| (squares * n / (n - 1.0)).sqrt() / from);
    Change { from, to, relative: Some(ratio - 1.0), standard_error }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use chrono::NaiveDate;
    use rust_decimal::Decimal;

    use super::*;
    use crate::policy::item::OrderRules;
    use crate::policy::target::Goal;
    use crate::replay::draw::draw;
    use crate::replay::forecaster::MovingAverage;
    use crate::replay::lead::LeadDays;
    use crate::replay::simulate::Sight;

    fn panel() -> Vec<Series> {
        let sold =
            |sku: u64| (0..400u64).map(move |day| i64::try_from(draw(5, &[sku, day]) % (3 + sku)).unwrap());
        let series = |sku| Series {
            store: "S".into(),
            sku: format!("sku{sku}"),
            first_day: NaiveDate::default(),
            sold: sold(sku).collect(),
            stocked_out: vec![],
            rules: OrderRules::default(),
            unit_cost: Decimal::ONE,
        };
        (0..40).map(series).collect()
    }

    #[test]
    fn ordering_twice_a_week_needs_less_stock_for_fewer_stock_outs() {
        let policy = |name: &str, review_days, goal| ReplayPolicy { name: name.into(), review_days, goal };
        let setup = Setup { warm_up: 60, lead: LeadDays::Between(2, 5), seed: 1, sight: Sight::default() };
        let weekly = policy("weekly", 7, Goal::DaysOfCover(12.0));
        let twice = policy("twice a week", 3, Goal::DaysOfCover(9.0));
        let found = compare(&panel(), &weekly, &twice, &MovingAverage { days: 28 }, &setup).unwrap();
        assert!(found.stock.relative.unwrap() < 0.0 && found.lost_units.relative.unwrap() < 0.0, "{found:?}");
        assert!(found.turns.relative.unwrap() > 0.0 && found.order_lines.relative.unwrap() > 0.5);
        assert!(found.stock.standard_error.unwrap() < 0.1);
    }

    #[test]
    fn a_policy_compared_with_itself_changes_nothing() {
        let policy = ReplayPolicy { name: "a".into(), review_days: 7, goal: Goal::FillRate(0.95) };
        let setup = Setup { warm_up: 60, lead: LeadDays::Between(2, 5), seed: 1, sight: Sight::default() };
        let found = compare(&panel(), &policy, &policy, &MovingAverage { days: 28 }, &setup).unwrap();
        assert_eq!((found.lost_units.relative, found.lost_units.standard_error), (Some(0.0), Some(0.0)));
    }
}
