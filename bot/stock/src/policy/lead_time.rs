//! How long a supplier takes, learnt from receipts.

use serde::{Deserialize, Serialize};

use crate::count;
use crate::policy::error::{PolicyError, mean_of};

/// Receipts from which a supplier's own history is enough.
pub const ENOUGH_RECEIPTS: usize = 10;

/// What the lead time of a supplier rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Ten receipts or more of its own.
    Own,
    /// Its own receipts, filled up to ten with the receipts of all suppliers together.
    OwnAndPooled,
    /// Its own receipts, if any, filled up to ten with what was declared.
    OwnAndDeclared,
}

/// What was agreed with a supplier before there are receipts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Declared {
    /// Days from order to receipt.
    pub mean_days: f64,
    /// Their standard deviation; when nobody knows, a third of the mean is a usual guess.
    pub sd_days: f64,
}

/// The lead time of a supplier, from order to receipt, in days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LeadTime {
    /// Mean days.
    pub mean_days: f64,
    /// Standard deviation of days.
    pub sd_days: f64,
    /// The day by which 95 % of receipts have come.
    pub late_after_days: f64,
    /// Own receipts that it was learnt from.
    pub receipts: usize,
    /// What else it rests on.
    pub basis: Basis,
}

impl LeadTime {
    /// A lead time that is simply known, without variation.
    pub fn certain(days: f64) -> Result<Self, PolicyError> {
        let mean_days = mean_of(days)?;
        Ok(Self { mean_days, sd_days: 0.0, late_after_days: days, receipts: 0, basis: Basis::OwnAndDeclared })
    }

    /// Learns from the days that `own` receipts took; with fewer than ten, what is missing is filled from the receipts of all
    /// suppliers (`pooled`, when these are ten or more) or from what was `declared`. Negative days (received before
    /// ordered: a wrong record) are left out.
    ///
    /// Filling is a mixture: `n` of ten parts are the supplier's own, so both the means and the distance between them count
    /// in the variance.
    pub fn learn(
        supplier: &str,
        own: &[i64],
        pooled: &[i64],
        declared: Option<Declared>,
    ) -> Result<Self, PolicyError> {
        let own = sorted(own);
        let pooled = sorted(pooled);
        if own.len() >= ENOUGH_RECEIPTS {
            let (mean_days, variance) = moments(&own);
            let late_after_days = nearest_rank(&own, 95);
            let sd_days = variance.sqrt();
            return Ok(Self { mean_days, sd_days, late_after_days, receipts: own.len(), basis: Basis::Own });
        }
        let (fill, basis) = if pooled.len() >= ENOUGH_RECEIPTS {
            let (mean, variance) = moments(&pooled);
            ((mean, variance, nearest_rank(&pooled, 95)), Basis::OwnAndPooled)
        } else if let Some(declared) = declared {
            let (mean, sd) = (mean_of(declared.mean_days)?, mean_of(declared.sd_days)?);
            ((mean, sd * sd, (mean + 1.645 * sd).ceil()), Basis::OwnAndDeclared)
        } else {
            return Err(PolicyError::NoLeadTime { supplier: supplier.to_owned() });
        };
        let weight = count::len_as_float(own.len()) / count::len_as_float(ENOUGH_RECEIPTS);
        let (mean, variance) = moments(&own);
        let mean_days = weight * mean + (1.0 - weight) * fill.0;
        let second = weight * (variance + mean * mean) + (1.0 - weight) * (fill.1 + fill.0 * fill.0);
        Ok(Self {
            mean_days,
            sd_days: (second - mean_days * mean_days).max(0.0).sqrt(),
            late_after_days: own.last().map_or(fill.2, |&longest| fill.2.max(count::as_float(longest))),
            receipts: own.len(),
            basis,
        })
    }

    /// The receipts among `days` (in the order in which they came, none of which this lead time was learnt from) that came
    /// later than 95 % used to. Two of them are an alarm: the supplier has changed.
    pub fn late(&self, days: &[i64]) -> Vec<usize> {
        let late = |&(_, &days): &(usize, &i64)| count::as_float(days) > self.late_after_days;
        days.iter().enumerate().filter(late).map(|(i, _)| i).collect()
    }

    /// Whether [`late`](Self::late) receipts came twice.
    pub fn has_changed(&self, days: &[i64]) -> bool {
        self.late(days).len() >= 2
    }
}

fn sorted(days: &[i64]) -> Vec<i64> {
    let mut days: Vec<i64> = days.iter().copied().filter(|&days| days >= 0).collect();
    days.sort_unstable();
    days
}

/// Mean and sample variance.
fn moments(days: &[i64]) -> (f64, f64) {
    let n = count::len_as_float(days.len());
    let mean = days.iter().copied().map(count::as_float).sum::<f64>() / n.max(1.0);
    let squares: f64 = days.iter().map(|&days| (count::as_float(days) - mean).powi(2)).sum();
    (mean, squares / (n - 1.0).max(1.0))
}

/// The percentile by nearest rank: the smallest value that at least `percent` of all values reach.
fn nearest_rank(sorted: &[i64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().map_or(0.0, count::as_float)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    const TWENTY: [i64; 20] = [3, 4, 4, 5, 3, 4, 6, 4, 5, 4, 3, 4, 4, 5, 4, 7, 4, 3, 4, 4];

    #[test]
    fn ten_receipts_speak_for_themselves() {
        let lead = LeadTime::learn("S", &TWENTY, &[], None).unwrap();
        assert_eq!((lead.basis, lead.receipts), (Basis::Own, 20));
        assert!((lead.mean_days - 4.2).abs() < 1e-12);
        assert!((lead.late_after_days - 6.0).abs() < 1e-12);
    }

    #[test]
    fn few_receipts_are_filled_up_and_the_distance_counts_as_spread() {
        let lead = LeadTime::learn("S", &[9, 9, 9, 9, 9], &TWENTY, None).unwrap();
        assert_eq!(lead.basis, Basis::OwnAndPooled);
        assert!((lead.mean_days - 6.6).abs() < 1e-12);
        assert!(lead.sd_days > 2.4, "half of nine days, half of four");
        let declared = Declared { mean_days: 10.0, sd_days: 2.0 };
        let lead = LeadTime::learn("S", &[], &[4, 4], Some(declared)).unwrap();
        assert_eq!((lead.mean_days, lead.sd_days, lead.basis), (10.0, 2.0, Basis::OwnAndDeclared));
    }

    #[test]
    fn a_supplier_of_whom_nothing_is_known_is_not_guessed() {
        assert_eq!(LeadTime::learn("Wing Fat", &[], &[1, 2], None).unwrap_err().code(), "DH-8025");
    }

    #[test]
    fn the_second_late_receipt_is_the_alarm() {
        let lead = LeadTime::learn("S", &TWENTY, &[], None).unwrap();
        assert!(!lead.has_changed(&[4, 7, 4, 6]));
        assert!(lead.has_changed(&[4, 7, 4, 8]));
        assert_eq!(lead.late(&[4, 7, 4, 8]), [1, 3]);
    }
}
