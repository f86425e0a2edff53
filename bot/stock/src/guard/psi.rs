//! The population stability index: how far a distribution has moved.

use crate::count;
use crate::guard::error::GuardError;

/// Classes into which the earlier figures are cut.
const CLASSES: usize = 10;

/// PSI = Σ (q − p)·ln(q / p) over the tenths of the earlier figures, p their share before and q now. Under 0.1 little moved,
/// above 0.2 much. Equal figures share a class, so counts with many zeros have fewer than ten; half a figure is added to each
/// class, so that an empty one is not infinite. Figures that are no numbers are left out.
pub fn psi(before: &[f64], now: &[f64]) -> Result<f64, GuardError> {
    let mut sorted: Vec<f64> = before.iter().copied().filter(|figure| figure.is_finite()).collect();
    let now: Vec<f64> = now.iter().copied().filter(|figure| figure.is_finite()).collect();
    if sorted.is_empty() || now.is_empty() {
        return Err(GuardError::NoFigures);
    }
    sorted.sort_by(f64::total_cmp);
    let mut edges: Vec<f64> =
        (1..CLASSES).map(|tenth| sorted[(sorted.len() * tenth / CLASSES).min(sorted.len() - 1)]).collect();
    edges.dedup();
    let shares = |figures: &[f64]| -> Vec<f64> {
        let mut counts = vec![0_i64; edges.len() + 1];
        for figure in figures {
            counts[edges.partition_point(|edge| edge <= figure)] += 1;
        }
        let all = count::len_as_float(figures.len()) + 0.5 * count::len_as_float(counts.len());
        counts.into_iter().map(|n| (count::as_float(n) + 0.5) / all).collect()
    };
    let pairs = shares(&sorted).into_iter().zip(shares(&now));
    Ok(pairs.map(|(p, q)| (q - p) * (q / p).ln()).sum())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn what_has_not_moved_is_near_zero_and_what_has_is_above_the_limit() {
        let before: Vec<f64> = (0..400).map(|i| f64::from(i % 37)).collect();
        let shifted: Vec<f64> = before.iter().map(|figure| figure + 12.0).collect();
        assert!(psi(&before, &before).unwrap().abs() < 1e-12);
        assert!(psi(&before, &before[3..203]).unwrap() < 0.05);
        assert!(psi(&before, &shifted).unwrap() > 0.2);
    }

    #[test]
    fn two_classes_agree_with_the_sum_by_hand() {
        // the edges are 0 and 1: nothing below 0; before 10 and 10, now 5 and 15
        let before: Vec<f64> = (0..20).map(|i| f64::from(i % 2)).collect();
        let now: Vec<f64> = (0..20).map(|i| f64::from(u8::from(i >= 5))).collect();
        let part = |p: f64, q: f64| (q - p) * (q / p).ln();
        let by_hand = part(10.5 / 21.5, 5.5 / 21.5) + part(10.5 / 21.5, 15.5 / 21.5);
        assert!((psi(&before, &now).unwrap() - by_hand).abs() < 1e-12);
    }

    #[test]
    fn nothing_to_compare_is_said() {
        assert_eq!(psi(&[], &[1.0]).unwrap_err().code(), "DH-8044");
        assert_eq!(psi(&[1.0], &[f64::NAN]).unwrap_err().code(), "DH-8044");
    }
}
