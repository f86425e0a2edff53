//! Deliveries by supplier.

use std::collections::BTreeSet;

use super::check::{Check, CheckId, Defect, found, pass_if};
use super::{Evidence, Limits};
use crate::event::{Body, Event};
use crate::sentence::Sentence;

pub(super) fn check(evidence: &Evidence<'_>, holding: &[&Event], limits: &Limits) -> Check {
    let mut suppliers: BTreeSet<&str> = evidence.ledger.lead_times.keys().map(String::as_str).collect();
    for event in holding {
        suppliers.extend(match &event.body {
            Body::Order(order) => order.supplier_id.as_deref(),
            Body::Receipt(receipt) => receipt.supplier_id.as_deref(),
            _ => None,
        });
    }
    suppliers.extend(evidence.declared_lead_times.iter().map(String::as_str));
    let mut fewest: Option<u64> = None;
    let mut defects = Vec::new();
    for supplier in &suppliers {
        if evidence.declared_lead_times.contains(*supplier) {
            continue;
        }
        let receipts = evidence
            .ledger
            .lead_times
            .get(*supplier)
            .map_or(0, |all| u64::try_from(all.len()).unwrap_or(u64::MAX));
        fewest = Some(fewest.map_or(receipts, |fewest| fewest.min(receipts)));
        if receipts < limits.receipts {
            let defect = Defect::new(
                format!(
                    "{receipts} deliveries with their day of order; {} are asked, or a declared lead time.",
                    limits.receipts
                ),
                format!("只有 {receipts} 次收貨附有訂貨日期；要求 {} 次，或聲明交貨期。", limits.receipts),
            );
            defects.push(defect.key(supplier));
        }
    }
    let holds = !suppliers.is_empty() && defects.is_empty();
    let message = match (suppliers.is_empty(), holds) {
        (true, _) => Sentence::new(
            "No supplier is known; send orders and receipts with their supplier.",
            "未有供應商資料；請傳送附有供應商的訂單及收貨。",
        ),
        (_, true) => Sentence::new(
            "Every supplier's lead time is known from deliveries or declared.",
            "各供應商的交貨期均有收貨記錄或已聲明。",
        ),
        _ => Sentence::new(
            "Some suppliers have too few deliveries; declare their lead time until there are enough.",
            "部分供應商的收貨次數不足；請先聲明其交貨期。",
        ),
    };
    let value = fewest.map_or_else(|| "–".to_owned(), |fewest| fewest.to_string());
    let limit = format!("≥ {}", limits.receipts);
    found(CheckId::LeadTimes, (limit, value), pass_if(holds), message, defects)
}
