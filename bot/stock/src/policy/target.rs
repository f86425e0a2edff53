//! The level to order up to.

use serde::{Deserialize, Serialize};

use crate::count;
use crate::policy::demand::Demand;
use crate::policy::error::PolicyError;
use crate::policy::protection::{DailyDemand, Protection};

/// The lowest service goal that means anything.
pub const LOWEST: f64 = 0.5;
/// The highest service goal: beyond it the tail of any distribution is guesswork.
pub const HIGHEST: f64 = 0.999_9;

/// What the level must achieve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// The chance that a protection period passes without a stock-out: S is that quantile of its demand.
    CycleService(f64),
    /// The share β of units that are sold from the shelf: `σ_P·𝓛(z) = (1 − β)·f·R`, with the loss of the distribution itself.
    FillRate(f64),
    /// So many days of mean demand, whatever the risk: what most shops do today, kept as the policy to compare with.
    DaysOfCover(f64),
}

impl Goal {
    /// Refuses a goal outside \[0.5, 0.9999\], or a cover that is negative (`DH-8023`).
    pub fn checked(self) -> Result<Self, PolicyError> {
        let (goal, sound) = match self {
            Self::CycleService(goal) | Self::FillRate(goal) => (goal, (LOWEST..=HIGHEST).contains(&goal)),
            Self::DaysOfCover(days) => (days, days.is_finite() && days >= 0.0),
        };
        if sound { Ok(self) } else { Err(PolicyError::Goal { goal }) }
    }
}

/// A level to order up to, and what it is expected to achieve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// S, in base units.
    pub level: i64,
    /// The goal it was set for.
    pub goal: Goal,
    /// The chance that a protection period passes without a stock-out.
    pub cycle_service: f64,
    /// The share of units sold from the shelf, 1 − E\[short\] / (f·R), not below 0.
    pub fill_rate: f64,
}

impl Target {
    /// The lowest level that meets `goal` for `demand` over the protection period; never below `presentation` units, which
    /// the shelf needs to look kept.
    ///
    /// More demand never lowers the level, be it the same demand scaled up (`sigma` grows with `mean`) or more customers of the
    /// same kind (`sigma²` grows with `mean`). When only `mean` grows, the forecast becomes surer, and above goals of about
    /// 98 % the level of an item that sells in lumps may dip.
    pub fn new(
        goal: Goal,
        protection: &Protection,
        daily: DailyDemand,
        demand: &Demand,
        presentation: i64,
    ) -> Result<Self, PolicyError> {
        let goal = goal.checked()?;
        let per_review = daily.mean * protection.review_days;
        let level = match goal {
            Goal::CycleService(goal) => demand.quantile(goal)?,
            // as seldom as the goal lets a sale be lost, anything at all is asked for: an item that has died is not kept
            Goal::FillRate(goal) if demand.beyond(0) <= 1.0 - goal => 0,
            Goal::FillRate(goal) => demand.level_for_loss((1.0 - goal) * per_review),
            Goal::DaysOfCover(days) => count::ceil(daily.mean * days),
        };
        let level = level.clamp(0, count::LARGEST).max(presentation.max(0));
        let fill_rate = if per_review > 0.0 { (1.0 - demand.loss(level) / per_review).max(0.0) } else { 1.0 };
        Ok(Self { level, goal, cycle_service: demand.cdf(level), fill_rate })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use proptest::prelude::*;

    use super::*;
    use crate::policy::normal::{Normal, z};

    const WEEKLY: Protection = Protection { review_days: 7.0, lead_days: 3.0, lead_sd_days: 1.0 };

    fn target(goal: Goal, daily: DailyDemand, protection: Protection) -> Target {
        let demand = protection.demand(daily).unwrap();
        Target::new(goal, &protection, daily, &demand, 0).unwrap()
    }

    #[test]
    fn a_fill_rate_asks_for_less_than_the_same_cycle_service() {
        let daily = DailyDemand { mean: 5.0, sigma: 3.0 };
        let fill = target(Goal::FillRate(0.95), daily, WEEKLY);
        let cycle = target(Goal::CycleService(0.95), daily, WEEKLY);
        assert!(fill.level < cycle.level);
        assert!(fill.fill_rate >= 0.95 && cycle.cycle_service >= 0.95);
    }

    #[test]
    fn for_large_demand_the_fill_rate_level_is_that_of_the_normal_formula() {
        let daily = DailyDemand { mean: 900.0, sigma: 120.0 };
        let (mean, variance) = WEEKLY.moments(daily);
        let normal = Normal { mean, sigma: variance.sqrt() };
        let formula = normal.level_for_loss(0.02 * 900.0 * 7.0);
        let found = target(Goal::FillRate(0.98), daily, WEEKLY).level;
        assert!((count::as_float(found) / formula - 1.0).abs() < 0.01, "{found} {formula}");
        let found = target(Goal::CycleService(0.95), daily, WEEKLY).level;
        assert!((count::as_float(found) / (mean + z(0.95) * variance.sqrt()) - 1.0).abs() < 0.01);
    }

    #[test]
    fn an_item_that_has_died_is_not_kept() {
        let dead = DailyDemand { mean: 0.000_5, sigma: 0.1 };
        assert_eq!(target(Goal::FillRate(0.98), dead, WEEKLY).level, 0);
        let slow = DailyDemand { mean: 0.01, sigma: 0.1 };
        assert!(target(Goal::FillRate(0.98), slow, WEEKLY).level > 0);
    }

    #[test]
    fn a_goal_that_means_nothing_is_refused() {
        for goal in
            [Goal::CycleService(1.0), Goal::FillRate(0.2), Goal::FillRate(f64::NAN), Goal::DaysOfCover(-1.0)]
        {
            assert_eq!(goal.checked().unwrap_err().code(), "DH-8023");
        }
    }

    proptest! {
        #[test]
        fn more_demand_never_lowers_the_target(
            mean in 0.0..60.0f64, cv in 0.1..4.0f64, more in 1.0..3.0f64, goal in 0.5..0.9995f64, fill: bool,
        ) {
            let goal = if fill { Goal::FillRate(goal) } else { Goal::CycleService(goal) };
            let small = DailyDemand { mean, sigma: cv * mean };
            let scaled = DailyDemand { mean: mean * more, sigma: small.sigma * more };
            let busier = DailyDemand { mean: mean * more, sigma: small.sigma * more.sqrt() };
            let before = target(goal, small, WEEKLY).level;
            prop_assert!(target(goal, scaled, WEEKLY).level >= before);
            let still = Protection { lead_sd_days: 0.0, ..WEEKLY };
            prop_assert!(target(goal, busier, still).level >= target(goal, small, still).level);
        }

        #[test]
        fn a_higher_goal_never_lowers_the_target(mean in 0.0..60.0f64, sigma in 0.0..90.0f64, a in 0.5..0.999f64, b in 0.5..0.999f64) {
            let daily = DailyDemand { mean, sigma };
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(target(Goal::FillRate(low), daily, WEEKLY).level <= target(Goal::FillRate(high), daily, WEEKLY).level);
            prop_assert!(target(Goal::CycleService(low), daily, WEEKLY).level <= target(Goal::CycleService(high), daily, WEEKLY).level);
        }
    }
}
