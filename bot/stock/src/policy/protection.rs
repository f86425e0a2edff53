//! The protection period: what is ordered today must last until the next order arrives.

use serde::{Deserialize, Serialize};

use crate::policy::demand::Demand;
use crate::policy::error::{PolicyError, mean_of, positive, variance_of};
use crate::policy::lead_time::LeadTime;

/// A forecast of one day's demand.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DailyDemand {
    /// Units per day.
    pub mean: f64,
    /// The standard deviation of a day's forecast error, out of sample, in units; not that of raw demand.
    pub sigma: f64,
}

impl DailyDemand {
    /// Whether both are finite numbers of zero or more.
    pub fn is_usable(&self) -> bool {
        self.mean.is_finite() && self.mean >= 0.0 && self.sigma.is_finite() && self.sigma >= 0.0
    }
}

/// The period that stock must last for: review period plus lead time, in days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Protection {
    /// R: days from one order to the next.
    pub review_days: f64,
    /// Mean of the lead time L, in days.
    pub lead_days: f64,
    /// `σ_L`: standard deviation of the lead time, in days.
    pub lead_sd_days: f64,
}

impl Protection {
    /// A review every `review_days` and this supplier.
    pub fn new(review_days: f64, lead: &LeadTime) -> Result<Self, PolicyError> {
        Ok(Self {
            review_days: positive("the review period", review_days)?,
            lead_days: mean_of(lead.mean_days)?,
            lead_sd_days: mean_of(lead.sd_days)?,
        })
    }

    /// P = R + L, in days.
    pub fn days(&self) -> f64 {
        self.review_days + self.lead_days
    }

    /// Mean and variance of demand over P: `m = f·P` and `σ_P² = P·σ_e² + f²·σ_L²`.
    pub fn moments(&self, daily: DailyDemand) -> (f64, f64) {
        let days = self.days();
        let variance = days * daily.sigma * daily.sigma + (daily.mean * self.lead_sd_days).powi(2);
        (daily.mean * days, variance)
    }

    /// The distribution of demand over P.
    pub fn demand(&self, daily: DailyDemand) -> Result<Demand, PolicyError> {
        let (mean, variance) = self.moments(daily);
        Demand::over(mean, variance)
    }

    /// The distribution of demand over P from a forecast that was itself summed over P (`mean`, `variance`): only the spread
    /// of the lead time is added.
    pub fn demand_summed(&self, mean: f64, variance: f64) -> Result<Demand, PolicyError> {
        let (mean, variance) = (mean_of(mean)?, variance_of(variance)?);
        let rate = mean / self.days().max(f64::MIN_POSITIVE);
        Demand::over(mean, variance + (rate * self.lead_sd_days).powi(2))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn the_spread_of_the_lead_time_counts_with_the_square_of_the_rate() {
        let protection = Protection { review_days: 7.0, lead_days: 3.0, lead_sd_days: 1.5 };
        let (mean, variance) = protection.moments(DailyDemand { mean: 4.0, sigma: 2.0 });
        assert!((mean - 40.0).abs() < 1e-12);
        assert!((variance - (10.0 * 4.0 + 16.0 * 2.25)).abs() < 1e-12);
    }

    #[test]
    fn a_shorter_review_shrinks_the_spread_with_its_root() {
        let daily = DailyDemand { mean: 4.0, sigma: 2.0 };
        let spread = |review_days| {
            Protection { review_days, lead_days: 3.5, lead_sd_days: 0.0 }.moments(daily).1.sqrt()
        };
        assert!((spread(3.0) / spread(7.0) - 0.787).abs() < 5e-4);
    }

    #[test]
    fn a_review_that_never_comes_is_refused() {
        let lead = LeadTime::certain(2.0).unwrap();
        assert_eq!(Protection::new(0.0, &lead).unwrap_err().code(), "DH-8024");
    }
}
