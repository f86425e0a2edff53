//! Which SKUs a pilot begins with, and how long it must watch them.

use serde::{Deserialize, Serialize};

use crate::count;
use crate::policy::class::{Class, weekly_cv};
use crate::policy::error::{PolicyError, positive};
use crate::policy::normal::z;

/// A SKU as the ranking sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The SKU; ties are broken by it.
    pub id: String,
    /// Its class.
    pub class: Class,
    /// Margin earned in the period, in the currency of the shop.
    pub margin: f64,
    /// Units by week.
    pub weekly: Vec<f64>,
    /// Share of units lost to stock-outs now, in \[0, 1).
    pub lost_share: f64,
    /// Weeks in the period.
    pub weeks: f64,
}

/// A SKU with its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// The SKU.
    pub id: String,
    /// Its class.
    pub class: Class,
    /// 0.6 × percentile of margin + 0.4 × percentile of weekly variation: where value and instability meet.
    pub score: f64,
    /// Margin per week that comes back when the lost share falls by the aim.
    pub weekly_gain: f64,
}

/// The `n` SKUs to begin with, best first. High value and unstable score high; ties by margin, then by id. New SKUs come
/// last: their variation is not known yet. `aim` is the wished fall of the lost share, 0.3 for thirty per cent.
pub fn first_skus(candidates: &[Candidate], n: usize, aim: f64) -> Vec<Ranked> {
    let margins: Vec<f64> = candidates.iter().map(|candidate| candidate.margin).collect();
    let variations: Vec<f64> = candidates.iter().map(|candidate| weekly_cv(&candidate.weekly)).collect();
    let mut order: Vec<(usize, f64)> = (0..candidates.len())
        .map(|i| (i, 0.6 * percentile(&margins, margins[i]) + 0.4 * percentile(&variations, variations[i])))
        .collect();
    order.sort_by(|&(a, score_a), &(b, score_b)| {
        let new = |i: usize| candidates[i].class == Class::New;
        new(a)
            .cmp(&new(b))
            .then(score_b.total_cmp(&score_a))
            .then(margins[b].total_cmp(&margins[a]))
            .then_with(|| candidates[a].id.cmp(&candidates[b].id))
    });
    order.into_iter().take(n).map(|(i, score)| ranked(&candidates[i], score, aim)).collect()
}

fn ranked(candidate: &Candidate, score: f64, aim: f64) -> Ranked {
    let lost = candidate.lost_share.clamp(0.0, 0.99);
    // what was sold is (1 − lost) of what was wanted
    let lost_margin = candidate.margin * lost / (1.0 - lost);
    let weekly_gain = lost_margin * aim / candidate.weeks.max(1.0);
    Ranked { id: candidate.id.clone(), class: candidate.class, score, weekly_gain }
}

/// The share of values that are not above `value`.
fn percentile(values: &[f64], value: f64) -> f64 {
    let below = values.iter().filter(|&&other| other <= value).count();
    count::len_as_float(below) / count::len_as_float(values.len().max(1))
}

/// Days each of two arms must be watched to tell a difference `delta` in a daily figure with standard deviation `sigma`:
/// `n = 2·(z_α + z_β)²·σ²/Δ²`, rounded up. `alpha` is two-sided, `power` the chance to see it.
pub fn sample_days(sigma: f64, delta: f64, alpha: f64, power: f64) -> Result<i64, PolicyError> {
    let (sigma, delta) = (positive("the standard deviation", sigma)?, positive("the difference", delta)?);
    for share in [alpha, power] {
        if !(0.0..1.0).contains(&share) || share <= 0.0 {
            return Err(PolicyError::Goal { goal: share });
        }
    }
    let zs = z(1.0 - alpha / 2.0) + z(power);
    Ok(count::ceil(2.0 * zs * zs * (sigma / delta).powi(2)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use crate::policy::class::{Abc, Xyz};

    fn candidate(id: &str, margin: f64, weekly: &[f64]) -> Candidate {
        let class = Class::Ranked { abc: Abc::A, xyz: Xyz::Y };
        Candidate { id: id.to_owned(), class, margin, weekly: weekly.to_vec(), lost_share: 0.1, weeks: 10.0 }
    }

    #[test]
    fn the_same_input_gives_the_same_order_and_ties_go_by_id() {
        let mut goods = vec![
            candidate("b", 100.0, &[1.0, 5.0]),
            candidate("a", 100.0, &[1.0, 5.0]),
            candidate("c", 900.0, &[4.0, 4.0]),
        ];
        goods.push(Candidate { class: Class::New, ..candidate("n", 5_000.0, &[0.0, 9.0]) });
        let ids: Vec<String> = first_skus(&goods, 4, 0.3).into_iter().map(|ranked| ranked.id).collect();
        assert_eq!(ids, ["a", "b", "c", "n"]);
        goods.reverse();
        let again: Vec<String> = first_skus(&goods, 4, 0.3).into_iter().map(|ranked| ranked.id).collect();
        assert_eq!(again, ids);
        assert!((first_skus(&goods, 1, 0.3)[0].weekly_gain - 100.0 / 9.0 * 0.03).abs() < 1e-9);
    }

    #[test]
    fn the_days_to_watch_follow_the_usual_formula() {
        assert_eq!(sample_days(2.0, 1.0, 0.05, 0.8).unwrap(), 63);
        assert_eq!(sample_days(2.0, 0.0, 0.05, 0.8).unwrap_err().code(), "DH-8024");
    }
}
