//! Rows that a person looks at, drawn by a seed.

use crate::event::{EventId, derived};

/// Draws so many per cent of the ids, rounded up: the same ones for the same seed, whatever their order. Nobody who does
/// not know the seed can tell beforehand which.
pub fn audit_sample(ids: &[&str], per_cent: u8, seed: u64) -> Vec<String> {
    let seed = seed.to_string();
    let mut drawn: Vec<(EventId, &str)> =
        ids.iter().map(|id| (derived(&["audit", &seed, id]), *id)).collect();
    drawn.sort_unstable();
    drawn.dedup();
    let count = (drawn.len() * usize::from(per_cent.min(100))).div_ceil(100);
    let mut sample: Vec<String> = drawn.into_iter().take(count).map(|(_, id)| id.to_owned()).collect();
    sample.sort_unstable();
    sample
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_rows_whatever_their_order() {
        let ids: Vec<String> = (0..200).map(|n| format!("PO{n}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let backwards: Vec<&str> = ids.iter().rev().copied().collect();
        let sample = audit_sample(&ids, 5, 7);
        assert_eq!((sample.len(), &sample), (10, &audit_sample(&backwards, 5, 7)));
        assert_ne!(sample, audit_sample(&ids, 5, 8));
        assert_eq!(audit_sample(&ids[..1], 5, 7).len(), 1);
        assert!(audit_sample(&[], 5, 7).is_empty());
    }
}
