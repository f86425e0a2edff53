//! Counts beside the record.

use std::collections::BTreeMap;

use super::check::{Check, CheckId, Defect, found, pass_if};
use super::limits::percent;
use super::{Evidence, Limits};
use crate::sentence::Sentence;
use crate::share::Share;

/// The sample of one store.
#[derive(Default)]
struct Sample {
    /// SKUs that it has.
    skus: u64,
    /// Of those that were counted beside a record: how many agree.
    agree: Share,
}

pub(super) fn check(evidence: &Evidence<'_>, limits: &Limits) -> Check {
    let mut stores: BTreeMap<&str, Sample> = BTreeMap::new();
    let mut defects = Vec::new();
    for (store_id, sku, account) in evidence.ledger.iter() {
        let sample = stores.entry(store_id).or_default();
        sample.skus += 1;
        // The last count says how good the record was; a first count has no record beside it.
        let Some(variance) = account.counts.last().and_then(crate::ledger::CountVariance::variance) else {
            continue;
        };
        let agrees = variance.abs() <= limits.tolerance;
        sample.agree.count(agrees);
        if !agrees {
            let defect = Defect::new(
                format!("The last count differs from the record by {variance:+}."),
                format!("最近一次盤點與記錄相差 {variance:+}。"),
            );
            defects.push(defect.store(store_id).key(sku));
        }
    }
    let mut worst: Option<Share> = None;
    let mut holds = !stores.is_empty();
    for (store_id, sample) in &stores {
        let asked = limits.counted_skus.min(sample.skus);
        if sample.agree.whole < asked {
            let counted = sample.agree.whole;
            let defect = Defect::new(
                format!("{counted} SKUs were counted beside a record; {asked} are asked."),
                format!("只有 {counted} 個貨號在有記錄下盤點；要求 {asked} 個。"),
            );
            defects.push(defect.store(store_id));
        }
        holds &= sample.agree.whole >= asked && sample.agree.at_least(limits.accurate);
        if worst.is_none_or(|worst| sample.agree.basis_points() < worst.basis_points()) {
            worst = Some(sample.agree);
        }
    }
    defects.sort();
    let message = if holds {
        Sentence::new("The records agree with the counts.", "庫存記錄與盤點相符。")
    } else {
        Sentence::new(
            "The records are counted too little or agree too seldom; count a sample of each store.",
            "庫存記錄盤點不足或相符率過低；請在各分店抽樣盤點。",
        )
    };
    let value = worst.map_or_else(|| "–".to_owned(), |share| share.to_string());
    let limit =
        format!("≥ {} (±{}, {} SKU)", percent(limits.accurate), limits.tolerance, limits.counted_skus);
    found(CheckId::StockRecordAccuracy, (limit, value), pass_if(holds), message, defects)
}
