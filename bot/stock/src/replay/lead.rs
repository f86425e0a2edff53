//! Lead times to draw from.

use serde::{Deserialize, Serialize};

use crate::count;
use crate::policy::lead_time::{Basis, LeadTime};
use crate::replay::draw::{draw, place};
use crate::replay::error::ReplayError;

/// The days that a supplier takes in a replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadDays {
    /// Every number of days between two, both included, equally likely.
    Between(u16, u16),
    /// As they were observed; each receipt equally likely.
    Observed(Vec<u16>),
}

impl LeadDays {
    fn days(&self) -> Result<Vec<u16>, ReplayError> {
        let days: Vec<u16> = match self {
            Self::Between(low, high) => (*low..=*high).collect(),
            Self::Observed(days) => days.clone(),
        };
        if days.is_empty() { Err(ReplayError::NoLeadDays) } else { Ok(days) }
    }

    /// What a planner knows of it.
    pub fn known(&self) -> Result<LeadTime, ReplayError> {
        let mut days = self.days()?;
        days.sort_unstable();
        let n = count::len_as_float(days.len());
        let mean = days.iter().map(|&days| f64::from(days)).sum::<f64>() / n;
        let variance = days.iter().map(|&days| (f64::from(days) - mean).powi(2)).sum::<f64>() / n;
        let late = days[(days.len() * 95).div_ceil(100) - 1];
        Ok(LeadTime {
            mean_days: mean,
            sd_days: variance.sqrt(),
            late_after_days: f64::from(late),
            receipts: days.len(),
            basis: Basis::Own,
        })
    }

    /// A way to draw for one SKU: the same seed, store, SKU and day give the same lead time, whatever the policy.
    pub(crate) fn for_series(
        &self,
        seed: u64,
        store: &str,
        sku: &str,
    ) -> Result<impl Fn(usize) -> usize, ReplayError> {
        let days = self.days()?;
        let (store, sku) = (place(store), place(sku));
        Ok(move |day: usize| {
            let n = u64::try_from(days.len()).unwrap_or(1);
            let pick = draw(seed, &[store, sku, u64::try_from(day).unwrap_or(u64::MAX)]) % n;
            usize::from(days[usize::try_from(pick).unwrap_or(0)])
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn draws_are_the_same_again_and_cover_the_range() {
        let lead = LeadDays::Between(2, 5);
        let (a, b) = (lead.for_series(7, "S", "x").unwrap(), lead.for_series(7, "S", "x").unwrap());
        let drawn: Vec<usize> = (0..400).map(&a).collect();
        assert_eq!(drawn, (0..400).map(&b).collect::<Vec<_>>());
        for days in 2..=5 {
            assert!((60..140).contains(&drawn.iter().filter(|&&drawn| drawn == days).count()));
        }
        let known = lead.known().unwrap();
        assert!((known.mean_days - 3.5).abs() < 1e-12 && (known.sd_days - 1.25_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn no_lead_times_are_refused() {
        assert_eq!(LeadDays::Between(5, 2).known().unwrap_err().code(), "DH-8036");
        assert_eq!(LeadDays::Observed(vec![]).known().unwrap_err().code(), "DH-8036");
    }
}
