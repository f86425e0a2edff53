//! Choosing by lot so that every class has its part: largest remainder over ABC × XYZ, in exact integers.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::count;
use crate::policy::class::Class;

/// How many of each stratum are chosen so that `total` are chosen in all, in proportion to `sizes`, by largest remainder
/// (Hamilton); never fewer than in `at_least`, so that a wider choice contains the narrower one.
///
/// Largest remainders can take a seat back when the house grows (the Alabama paradox); the lower bounds forbid that here.
pub fn quotas(total: i64, sizes: &[i64], at_least: &[i64]) -> Vec<i64> {
    let all: i64 = sizes.iter().sum();
    let total = total.clamp(0, all);
    // what a stratum is owed beyond `quota`, in units of 1 / all
    let owed =
        |i: usize, quota: i64| i128::from(total) * i128::from(sizes[i]) - i128::from(quota) * i128::from(all);
    let mut quotas: Vec<i64> = (0..sizes.len())
        .map(|i| {
            let whole = i128::from(total) * i128::from(sizes[i]) / i128::from(all.max(1));
            let floor = at_least.get(i).copied().unwrap_or(0).min(sizes[i]);
            i64::try_from(whole).unwrap_or(sizes[i]).max(floor)
        })
        .collect();
    let mut sum: i64 = quotas.iter().sum();
    while sum < total {
        let open = (0..sizes.len()).filter(|&i| quotas[i] < sizes[i]);
        let Some(i) = open.max_by_key(|&i| (owed(i, quotas[i]), std::cmp::Reverse(i))) else { break };
        quotas[i] += 1;
        sum += 1;
    }
    while sum > total {
        let spare = (0..sizes.len()).filter(|&i| quotas[i] > at_least.get(i).copied().unwrap_or(0));
        let Some(i) = spare.min_by_key(|&i| (owed(i, quotas[i]), i)) else { break };
        quotas[i] -= 1;
        sum -= 1;
    }
    quotas
}

/// `percent` of `n`, rounded half up, in exact integers: 10 % of 200 is 20.
pub fn percent_of(n: usize, percent: u8) -> i64 {
    (count::of(n) * i64::from(percent) * 2 + 100) / 200
}

/// The places of `skus` by class, each class in an order drawn by lot: by the hash of the seed, the purpose of the lot, the
/// store and the SKU, so that anybody can draw it again.
pub(crate) fn drawn<'a>(
    seed: &str,
    purpose: &str,
    store: &str,
    skus: impl Iterator<Item = (usize, &'a str, Class)>,
) -> BTreeMap<Class, Vec<usize>> {
    let mut lots: BTreeMap<Class, Vec<([u8; 32], usize)>> = BTreeMap::new();
    for (place, sku, class) in skus {
        let mut hash = Sha256::new();
        for part in [seed, purpose, store, sku] {
            hash.update(count::of(part.len()).to_be_bytes());
            hash.update(part);
        }
        lots.entry(class).or_default().push((hash.finalize().into(), place));
    }
    let sorted = |(class, mut lots): (Class, Vec<([u8; 32], usize)>)| {
        lots.sort_unstable();
        (class, lots.into_iter().map(|(_, place)| place).collect())
    };
    lots.into_iter().map(sorted).collect()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // writing to a String cannot fail
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ten_per_cent_of_two_hundred_is_twenty() {
        let sizes = [18, 31, 9, 24, 40, 11, 7, 33, 27];
        let found = quotas(percent_of(200, 10), &sizes, &[]);
        assert_eq!(
            (found.iter().sum::<i64>(), found.as_slice()),
            (20, [2, 3, 1, 2, 4, 1, 1, 3, 3].as_slice())
        );
    }

    proptest! {
        #[test]
        fn quotas_sum_up_and_stay_within_one_of_their_due(sizes in prop::collection::vec(0..60i64, 1..10), percent in 0..=100i64) {
            let all: i64 = sizes.iter().sum();
            let total = all * percent / 100;
            let found = quotas(total, &sizes, &[]);
            prop_assert_eq!(found.iter().sum::<i64>(), total);
            for (quota, size) in found.iter().zip(&sizes) {
                prop_assert!(*quota <= *size && (quota * all - total * size).abs() < all.max(1));
            }
        }

        #[test]
        fn a_wider_choice_contains_the_narrower(sizes in prop::collection::vec(0..60i64, 1..10), a in 0..=100i64, b in 0..=100i64) {
            let all: i64 = sizes.iter().sum();
            let narrow = quotas(all * a.min(b) / 100, &sizes, &[]);
            let wide = quotas(all * a.max(b) / 100, &sizes, &narrow);
            prop_assert_eq!(wide.iter().sum::<i64>(), all * a.max(b) / 100);
            prop_assert!(narrow.iter().zip(&wide).all(|(narrow, wide)| narrow <= wide));
        }
    }
}
