//! Which SKUs are ordered automatically: AUTO and MANUAL by lot within each store, and the canary within AUTO.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::count;
use crate::guard::error::GuardError;
use crate::guard::strata::{drawn, hex, percent_of, quotas};
use crate::policy::class::Class;

/// A SKU of a store, with its class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreSku {
    /// The store.
    pub store: String,
    /// The SKU.
    pub sku: String,
    /// Its class in that store.
    pub class: Class,
}

/// Who orders a SKU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Arm {
    /// The program proposes, a person approves.
    Auto,
    /// A person orders as before; the program only suggests.
    Manual,
}

impl Arm {
    /// As it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "AUTO",
            Self::Manual => "MANUAL",
        }
    }
}

/// A SKU of a store and its arm.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Assigned {
    /// The store.
    pub store: String,
    /// The SKU.
    pub sku: String,
    /// Its class.
    pub class: Class,
    /// Its arm.
    pub arm: Arm,
}

/// The arms of a pilot and the hash that goes into the audit chain before the first order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// By store, then SKU.
    pub skus: Vec<Assigned>,
    /// The seed of the lot.
    pub seed: String,
    /// SHA-256, in hexadecimal, of the seed and of the list, one line `store TAB sku TAB class TAB arm` each.
    pub hash: String,
}

/// Draws half of each store's SKUs (rounded up) into AUTO, every class by its part.
pub fn assign(skus: &[StoreSku], seed: &str) -> Result<Assignment, GuardError> {
    let by_store = by_store(skus)?;
    let mut assigned = Vec::with_capacity(skus.len());
    for (store, places) in by_store {
        let half = (count::of(places.len()) + 1) / 2;
        let auto = choose(skus, &places, seed, "arm", store, &[half]).pop().unwrap_or_default();
        assigned.extend(places.iter().map(|&place| Assigned {
            store: store.to_owned(),
            sku: skus[place].sku.clone(),
            class: skus[place].class,
            arm: if auto.contains(&place) { Arm::Auto } else { Arm::Manual },
        }));
    }
    assigned.sort();
    let hash = hash(seed, &assigned);
    Ok(Assignment { skus: assigned, seed: seed.to_owned(), hash })
}

/// The canary of each store: `percent` of its SKUs exactly (10 % of 200 are 20), every class by its part. The places are
/// those in `skus`, rising. For a pilot with arms see [`Assignment::canary`].
pub fn canary(skus: &[StoreSku], percent: u8, seed: &str) -> Result<Vec<usize>, GuardError> {
    share_of(percent)?;
    let mut chosen = Vec::new();
    for (store, places) in by_store(skus)? {
        let total = percent_of(places.len(), percent);
        chosen.extend(choose(skus, &places, seed, "canary", store, &[total]).pop().unwrap_or_default());
    }
    chosen.sort_unstable();
    Ok(chosen)
}

fn share_of(percent: u8) -> Result<(), GuardError> {
    if (1..=100).contains(&percent) { Ok(()) } else { Err(GuardError::Share { percent }) }
}

impl Assignment {
    /// The canary: within AUTO, `percent` of all SKUs of each store (10 % of 200 are 20), every class by its part.
    pub fn canary(&self, percent: u8) -> Result<Vec<&Assigned>, GuardError> {
        share_of(percent)?;
        self.widening(&|all, _| vec![percent_of(all, percent)])
    }

    /// The last of some choices within the AUTO arm of each store, each containing the one before it. `totals` gives their
    /// rising sizes from the number of SKUs in the store and in its AUTO arm.
    pub(crate) fn widening(
        &self,
        totals: &dyn Fn(usize, usize) -> Vec<i64>,
    ) -> Result<Vec<&Assigned>, GuardError> {
        let named =
            |sku: &Assigned| StoreSku { store: sku.store.clone(), sku: sku.sku.clone(), class: sku.class };
        let skus: Vec<StoreSku> = self.skus.iter().map(named).collect();
        let mut chosen = Vec::new();
        for (store, places) in by_store(&skus)? {
            let auto: Vec<usize> =
                places.iter().copied().filter(|&place| self.skus[place].arm == Arm::Auto).collect();
            let totals = totals(places.len(), auto.len());
            chosen
                .extend(choose(&skus, &auto, &self.seed, "canary", store, &totals).pop().unwrap_or_default());
        }
        chosen.sort_unstable();
        Ok(chosen.into_iter().map(|place| &self.skus[place]).collect())
    }
}

fn by_store(skus: &[StoreSku]) -> Result<BTreeMap<&str, Vec<usize>>, GuardError> {
    let mut stores: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (place, sku) in skus.iter().enumerate() {
        if !seen.insert((&sku.store, &sku.sku)) {
            return Err(GuardError::Twice { store: sku.store.clone(), sku: sku.sku.clone() });
        }
        stores.entry(&sku.store).or_default().push(place);
    }
    Ok(stores)
}

/// For each of the rising `totals`, the places chosen in one store; each contains the one before it.
fn choose(
    skus: &[StoreSku],
    places: &[usize],
    seed: &str,
    purpose: &str,
    store: &str,
    totals: &[i64],
) -> Vec<BTreeSet<usize>> {
    let named = places.iter().map(|&place| (place, skus[place].sku.as_str(), skus[place].class));
    let lots: Vec<Vec<usize>> = drawn(seed, purpose, store, named).into_values().collect();
    let sizes: Vec<i64> = lots.iter().map(|lots| count::of(lots.len())).collect();
    let mut reached = vec![0; sizes.len()];
    let mut chosen = Vec::with_capacity(totals.len());
    for &total in totals {
        reached = quotas(total, &sizes, &reached);
        let first = lots
            .iter()
            .zip(&reached)
            .flat_map(|(lots, &quota)| lots.iter().copied().take(count::index(quota)));
        chosen.push(first.collect());
    }
    chosen
}

fn hash(seed: &str, skus: &[Assigned]) -> String {
    let mut hash = Sha256::new();
    hash.update(seed);
    hash.update("\n");
    for sku in skus {
        hash.update(format!("{}\t{}\t{}\t{}\n", sku.store, sku.sku, sku.class, sku.arm.name()));
    }
    hex(&hash.finalize())
}

#[cfg(test)]
pub(crate) mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use crate::policy::class::{Abc, Xyz};

    /// Two stores of two hundred SKUs in uneven classes.
    pub(crate) fn two_stores() -> Vec<StoreSku> {
        let class = |i: usize| {
            let abc = [Abc::A, Abc::A, Abc::B, Abc::C, Abc::C, Abc::C, Abc::C][i % 7];
            let xyz = [Xyz::X, Xyz::Y, Xyz::Z][i * i % 3];
            if i.is_multiple_of(29) { Class::New } else { Class::Ranked { abc, xyz } }
        };
        let sku =
            |store: &str, i| StoreSku { store: store.into(), sku: format!("sku{i:03}"), class: class(i) };
        ["Sha Tin", "Tuen Mun"].iter().flat_map(|store| (0..200).map(move |i| sku(store, i))).collect()
    }

    #[test]
    fn ten_per_cent_of_two_hundred_are_twenty_in_each_store_and_every_class_has_its_part() {
        let skus = two_stores();
        let chosen = canary(&skus, 10, "2026-11-23").unwrap();
        for store in ["Sha Tin", "Tuen Mun"] {
            assert_eq!(chosen.iter().filter(|&&place| skus[place].store == store).count(), 20);
        }
        let mut classes: BTreeMap<Class, (usize, usize)> = BTreeMap::new();
        for (place, sku) in skus.iter().enumerate().filter(|(_, sku)| sku.store == "Sha Tin") {
            let entry = classes.entry(sku.class).or_default();
            entry.0 += 1;
            entry.1 += usize::from(chosen.contains(&place));
        }
        for (class, (all, some)) in classes {
            assert!((some * 10).abs_diff(all) < 10, "{class}: {some} of {all}");
        }
    }

    #[test]
    fn the_lot_can_be_drawn_again_and_another_seed_draws_another() {
        let mut skus = two_stores();
        let first = assign(&skus, "seed").unwrap();
        skus.reverse();
        assert_eq!(assign(&skus, "seed").unwrap(), first, "the order of the list must not matter");
        let other = assign(&skus, "other").unwrap();
        assert_ne!(other.hash, first.hash);
        assert_ne!(other.skus, first.skus);
        assert_eq!(first.hash.len(), 64);
    }

    #[test]
    fn half_of_every_store_is_auto() {
        let assigned = assign(&two_stores(), "seed").unwrap();
        for store in ["Sha Tin", "Tuen Mun"] {
            let auto = assigned.skus.iter().filter(|sku| sku.store == store && sku.arm == Arm::Auto).count();
            assert_eq!(auto, 100);
        }
    }

    #[test]
    fn the_canary_of_a_pilot_is_twenty_of_two_hundred_and_all_of_them_auto() {
        let assigned = assign(&two_stores(), "seed").unwrap();
        let canary = assigned.canary(10).unwrap();
        assert!(canary.iter().all(|sku| sku.arm == Arm::Auto));
        assert_eq!(canary.iter().filter(|sku| sku.store == "Tuen Mun").count(), 20);
        assert_eq!(canary.len(), 40);
        assert_eq!(assigned.canary(101).unwrap_err().code(), "DH-8040");
    }

    #[test]
    fn a_sku_twice_and_a_share_of_nothing_are_refused() {
        let mut skus = two_stores();
        assert_eq!(canary(&skus, 0, "s").unwrap_err().code(), "DH-8040");
        skus.push(skus[0].clone());
        assert_eq!(assign(&skus, "s").unwrap_err().code(), "DH-8041");
    }
}
