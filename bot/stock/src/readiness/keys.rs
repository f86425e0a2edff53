//! Goods that the till and purchasing call the same, by the value sold.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::check::{Check, CheckId, Defect, found, pass_if};
use super::limits::percent;
use super::{Evidence, Limits};
use crate::event::{Body, Event};
use crate::sentence::Sentence;

/// What was sold of one SKU.
#[derive(Default, Clone, Copy)]
struct Sold {
    value: Decimal,
    units: i64,
}

pub(super) fn check(evidence: &Evidence<'_>, holding: &[&Event], limits: &Limits) -> Check {
    let mut by_sku: BTreeMap<&str, Sold> = BTreeMap::new();
    for event in holding {
        if let Body::Sale(sale) = &event.body {
            let sold = by_sku.entry(&event.sku).or_default();
            let price = sale.unit_price.unwrap_or_default();
            let value = Decimal::from(event.qty).checked_mul(price).unwrap_or_default();
            sold.value = sold.value.saturating_add(value - sale.discount.unwrap_or_default());
            sold.units += event.qty;
        }
    }
    // Without prices every unit weighs the same.
    let priced = by_sku.values().any(|sold| sold.value > Decimal::ZERO);
    let weight = |sold: &Sold| if priced { sold.value.max(Decimal::ZERO) } else { Decimal::from(sold.units) };
    let sum = |matched: bool| -> Decimal {
        let of = by_sku.iter().filter(|(sku, _)| evidence.erp_skus.contains(**sku) || !matched);
        of.map(|(_, sold)| weight(sold)).fold(Decimal::ZERO, Decimal::saturating_add)
    };
    let (matched, total) = (sum(true), sum(false));
    let ten_thousand = Decimal::from(10_000);
    let holds = total > Decimal::ZERO
        && matched.saturating_mul(ten_thousand) >= total.saturating_mul(Decimal::from(limits.key_match));
    let value = match matched.saturating_mul(Decimal::ONE_HUNDRED).checked_div(total) {
        Some(percent) => format!("{:.2} %", percent.trunc_with_scale(2)),
        None => "–".to_owned(),
    };
    let unknown = by_sku.iter().filter(|(sku, _)| !evidence.erp_skus.contains(**sku));
    let defects = unknown.map(|(sku, sold)| {
        let units = sold.units;
        let defect = Defect::new(
            format!("{units} units sold under a SKU that purchasing does not know."),
            format!("已售 {units} 件，但採購系統沒有此貨號。"),
        );
        defect.key(sku)
    });
    let message = if holds {
        Sentence::new("The till and purchasing call the goods the same.", "收銀與採購系統的貨號一致。")
    } else {
        Sentence::new(
            "Too much is sold under SKUs that purchasing does not know; map them to each other.",
            "不少銷售的貨號在採購系統中不存在；請建立對照。",
        )
    };
    let limit = format!("≥ {}", percent(limits.key_match));
    found(CheckId::SkuKeyMatch, (limit, value), pass_if(holds), message, defects.collect())
}
