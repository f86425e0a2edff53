//! How accurate a forecast must become so that the same safety stock gives fewer stock-outs.
//!
//! With the safety stock kept, `z0·σ_old = z1·σ_new`; the wished fall of stock-outs gives `z1`, and the spread must shrink to
//! `σ_new / σ_old = z0 / z1`.

use serde::{Deserialize, Serialize};

use crate::count;
use crate::policy::class::Class;
use crate::policy::normal::{Normal, standard_loss, z};
use crate::policy::protection::{DailyDemand, Protection};
use crate::replay::error::ReplayError;

/// Units a week from which a percentage error means something.
pub const MAPE_FROM_WEEKLY: f64 = 120.0;

/// What a fall of stock-outs asks of the spread of demand over the protection period, `σ_new / σ_old`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BreakEven {
    /// When stock-outs are counted as protection periods that run out.
    pub by_cycles: f64,
    /// When they are counted as units short.
    pub by_units: f64,
}

/// The break-even ratios at a cycle service now, for a fall of stock-outs (0.3 is thirty per cent).
///
/// ```
/// let ratio = stock::replay::break_even::break_even(0.95, 0.30)?;
/// assert!((ratio.by_cycles - 0.9078).abs() < 5e-5);
/// # Ok::<(), stock::replay::ReplayError>(())
/// ```
pub fn break_even(cycle_service: f64, fall: f64) -> Result<BreakEven, ReplayError> {
    let sound = cycle_service > 0.5 && cycle_service < 1.0 && fall > 0.0 && fall < 1.0;
    if !sound {
        return Err(ReplayError::NoSafetyStock);
    }
    let z0 = z(cycle_service);
    let by_cycles = z0 / z(1.0 - (1.0 - fall) * (1.0 - cycle_service));
    // units short are σ·𝓛(z), and σ goes with z0/z
    let wished = (1.0 - fall) * standard_loss(z0) / z0;
    let (mut low, mut high) = (z0, z0 + 40.0);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if standard_loss(middle) / middle > wished { low = middle } else { high = middle }
    }
    Ok(BreakEven { by_cycles, by_units: z0 / high })
}

/// A SKU whose forecast may be improved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Improvable {
    /// The SKU; ties are broken by it.
    pub id: String,
    /// Its class.
    pub class: Class,
    /// Review period and lead time.
    pub protection: Protection,
    /// The forecast now; its sigma is the RMSE of a day.
    pub daily: DailyDemand,
    /// Units held above the mean demand of the protection period.
    pub safety_stock: i64,
    /// Weekly MAPE now, if known (0.2 is twenty per cent).
    pub mape: Option<f64>,
    /// The smallest ratio of RMSE to RMSE now that any model reached in a backtest.
    pub best_ratio: f64,
    /// Margin per week that the fall of stock-outs would bring.
    pub weekly_gain: f64,
}

/// How stock-outs are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Protection periods that run out.
    Cycles,
    /// Units short.
    Units,
}

/// A row of the break-even table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Needed {
    /// The SKU.
    pub id: String,
    /// Its class.
    pub class: Class,
    /// Cycle service now, from the safety stock.
    pub cycle_service: f64,
    /// RMSE of a day now, in units.
    pub rmse: f64,
    /// RMSE of a day needed; none when there is no safety stock, or when the spread of the lead time alone is too much.
    pub rmse_needed: Option<f64>,
    /// Weekly MAPE needed; only where 120 units a week or more are sold, for below it is noise.
    pub mape_needed: Option<f64>,
    /// Whether no model came so far in a backtest: then review or lead time must carry the improvement.
    pub unreachable: bool,
    /// Margin per week that it would bring; the table is ranked by it.
    pub weekly_gain: f64,
}

/// The break-even table, the most valuable improvement first.
pub fn table(skus: &[Improvable], fall: f64, measure: Measure) -> Vec<Needed> {
    let mut rows: Vec<Needed> = skus.iter().map(|sku| needed(sku, fall, measure)).collect();
    rows.sort_by(|a, b| b.weekly_gain.total_cmp(&a.weekly_gain).then_with(|| a.id.cmp(&b.id)));
    rows
}

/// The RMSE of a day at which the spread over the protection period is `ratio` of what it is; none when the spread of the
/// lead time alone is too much, for a better forecast does not make the supplier punctual: only the part of `σ_P²` that is
/// not `f²·σ_L²` can shrink.
pub fn rmse_needed(protection: Protection, daily: DailyDemand, ratio: f64) -> Option<f64> {
    let (_, variance) = protection.moments(daily);
    let fixed = (daily.mean * protection.lead_sd_days).powi(2);
    let rest = ratio * ratio * variance - fixed;
    (rest > 0.0).then(|| (rest / protection.days()).sqrt())
}

fn needed(sku: &Improvable, fall: f64, measure: Measure) -> Needed {
    let (_, variance) = sku.protection.moments(sku.daily);
    let spread = Normal { mean: 0.0, sigma: variance.sqrt() };
    let cycle_service = spread.cdf(count::as_float(sku.safety_stock));
    let ratio = break_even(cycle_service, fall).ok().map(|ratio| match measure {
        Measure::Cycles => ratio.by_cycles,
        Measure::Units => ratio.by_units,
    });
    let rmse_needed = ratio.and_then(|ratio| rmse_needed(sku.protection, sku.daily, ratio));
    let shrink = rmse_needed.map(|needed| needed / sku.daily.sigma);
    let fast = sku.daily.mean * 7.0 >= MAPE_FROM_WEEKLY;
    Needed {
        id: sku.id.clone(),
        class: sku.class,
        cycle_service,
        rmse: sku.daily.sigma,
        rmse_needed,
        mape_needed: sku.mape.zip(shrink).filter(|_| fast).map(|(mape, shrink)| mape * shrink),
        unreachable: shrink.is_none_or(|shrink| shrink < sku.best_ratio),
        weekly_gain: sku.weekly_gain,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0.80, 0.779, 0.874)]
    #[case(0.85, 0.827, 0.894)]
    #[case(0.90, 0.868, 0.913)]
    #[case(0.95, 0.908, 0.933)]
    #[case(0.975, 0.930, 0.946)]
    #[case(0.99, 0.947, 0.957)]
    fn the_ratios_for_a_fall_of_thirty_per_cent(#[case] now: f64, #[case] cycles: f64, #[case] units: f64) {
        let found = break_even(now, 0.30).unwrap();
        assert!((found.by_cycles - cycles).abs() <= 5e-4, "{found:?}");
        assert!((found.by_units - units).abs() <= 5e-4, "{found:?}");
    }

    #[test]
    fn four_digits_where_four_are_given() {
        assert!((break_even(0.95, 0.3).unwrap().by_cycles - 0.9078).abs() < 5e-5);
        assert!((break_even(0.90, 0.3).unwrap().by_cycles - 0.8684).abs() < 5e-5);
        assert_eq!(break_even(0.5, 0.3).unwrap_err().code(), "DH-8039");
    }

    fn sku(id: &str, lead_sd_days: f64, best_ratio: f64, gain: f64) -> Improvable {
        let protection = Protection { review_days: 7.0, lead_days: 2.0, lead_sd_days };
        let daily = DailyDemand { mean: 20.0, sigma: 6.0 };
        let class = Class::New;
        // z = 1.645 for a punctual supplier: 1.645 · 3 · 6
        Improvable {
            id: id.into(),
            class,
            protection,
            daily,
            safety_stock: 30,
            mape: Some(0.2),
            best_ratio,
            weekly_gain: gain,
        }
    }

    #[test]
    fn rows_are_ranked_by_value_and_say_what_no_model_reaches() {
        let rows = table(
            &[sku("easy", 0.0, 0.8, 5.0), sku("hard", 0.0, 0.95, 90.0), sku("late", 1.5, 0.5, 5.0)],
            0.3,
            Measure::Cycles,
        );
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ["hard", "easy", "late"]);
        assert_eq!([rows[0].unreachable, rows[1].unreachable, rows[2].unreachable], [true, false, true]);
        let easy = &rows[1];
        assert!((easy.rmse_needed.unwrap() / 6.0 - 0.9095).abs() < 2e-3, "{easy:?}");
        assert!((easy.mape_needed.unwrap() - 0.2 * easy.rmse_needed.unwrap() / 6.0).abs() < 1e-12);
        assert_eq!(rows[2].rmse_needed.is_some(), rows[2].mape_needed.is_some());
    }
}
