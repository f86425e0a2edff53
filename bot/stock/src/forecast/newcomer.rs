//! Levels for items that are new in a store: by analogy.
//!
//! The same item in other stores, scaled by what this store sells beside the others; when no other store has it, what the
//! store's median item sold when it was new, or sells.

use std::collections::BTreeMap;

/// What is known of a series, for others to learn from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) item: u32,
    pub(crate) store: u32,
    /// Units an ordinary period, recently.
    pub(crate) level: f64,
    /// Units an ordinary period in its first weeks, when the panel saw them.
    pub(crate) early: Option<f64>,
    /// Whether the history is long enough to learn from.
    pub(crate) settled: bool,
}

/// Levels by item and store.
#[derive(Debug, Default)]
pub(crate) struct Analogy {
    /// Sum and count of the settled levels of an item, each divided by its store's scale.
    items: BTreeMap<u32, (f64, f64)>,
    scales: BTreeMap<u32, f64>,
    typical: BTreeMap<u32, f64>,
    everywhere: f64,
}

/// The middle of some levels; 0 when there are none.
fn median(mut levels: Vec<f64>) -> f64 {
    levels.sort_by(f64::total_cmp);
    levels.get(levels.len() / 2).copied().unwrap_or(0.0)
}

impl Analogy {
    /// Learns from all series of a panel.
    pub(crate) fn learn(known: &[Known]) -> Self {
        let mut by_store: BTreeMap<u32, Vec<&Known>> = BTreeMap::new();
        for series in known.iter().filter(|series| series.settled) {
            by_store.entry(series.store).or_default().push(series);
        }
        let mean = |levels: &[&Known]| {
            let (sum, count) =
                levels.iter().fold((0.0, 0.0), |(sum, count), one| (sum + one.level, count + 1.0));
            if count > 0.0 { sum / count } else { 0.0 }
        };
        let all = mean(&known.iter().filter(|series| series.settled).collect::<Vec<_>>());
        let mut analogy = Self::default();
        let mut typical = vec![];
        for (store, levels) in &by_store {
            let scale = if all > 0.0 { (mean(levels) / all).clamp(0.1, 10.0) } else { 1.0 };
            analogy.scales.insert(*store, scale);
            let newcomers: Vec<f64> = levels.iter().filter_map(|series| series.early).collect();
            let settled = || levels.iter().map(|series| series.level).collect();
            let level = median(if newcomers.len() >= 3 { newcomers } else { settled() });
            analogy.typical.insert(*store, level);
            typical.push(level);
            for series in levels {
                let (sum, count) = analogy.items.entry(series.item).or_default();
                *sum += series.level / scale;
                *count += 1.0;
            }
        }
        analogy.everywhere = median(typical);
        analogy
    }

    /// The level to expect of an item that is new in a store; absent when nothing at all is known.
    pub(crate) fn level(&self, item: u32, store: u32) -> Option<f64> {
        if self.typical.is_empty() {
            return None;
        }
        let scale = self.scales.get(&store).copied().unwrap_or(1.0);
        let same = self.items.get(&item).map(|(sum, count)| sum / count * scale);
        Some(same.or_else(|| self.typical.get(&store).copied()).unwrap_or(self.everywhere))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(item: u32, store: u32, level: f64) -> Known {
        Known { item, store, level, early: None, settled: true }
    }

    #[test]
    fn the_same_item_elsewhere_counts_scaled_by_the_store() {
        // Store 1 sells half of what store 0 sells.
        let analogy =
            Analogy::learn(&[known(0, 0, 4.0), known(1, 0, 8.0), known(1, 1, 4.0), known(2, 1, 2.0)]);
        let level = analogy.level(0, 1).expect("a level");
        assert!((level - 2.0).abs() < 1e-9, "{level}");
    }

    #[test]
    fn an_item_that_no_store_has_is_taken_for_the_median() {
        let analogy = Analogy::learn(&[known(0, 0, 1.0), known(1, 0, 2.0), known(2, 0, 30.0)]);
        assert_eq!(analogy.level(9, 0), Some(2.0));
        assert_eq!(Analogy::learn(&[]).level(0, 0), None);
    }
}
