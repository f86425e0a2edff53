//! The own warehouse: what stores ask of it is its demand, and what it has is shared out.

use std::collections::BTreeMap;

use rust_decimal::prelude::ToPrimitive as _;

use crate::allocate::{AllocateError, Claim, Fairness, Rule, share};
use crate::policy::{Item, Line, NoOrder, Outcome, Pack};
use crate::sentence::Sentence;
use crate::series::{Panel, PanelBuilder, Row, SpanError};
use crate::stock_list::Terms;

/// Adds to the rows of a panel the demand of the warehouse: of each SKU, the sum of what the stores sell that it supplies.
///
/// # Errors
/// When dates are too far apart.
pub fn demand_of_warehouse(
    builder: &mut PanelBuilder,
    stores: &Panel,
    terms: &[Terms],
    warehouse: &str,
) -> Result<(), SpanError> {
    let supplied: std::collections::BTreeSet<(&str, &str)> = terms
        .iter()
        .filter(|terms| terms.supplier.as_deref() == Some(warehouse))
        .map(|terms| (terms.store.as_str(), terms.sku.as_str()))
        .collect();
    let mut sums: BTreeMap<&str, BTreeMap<chrono::NaiveDate, f64>> = BTreeMap::new();
    for series in &stores.series {
        if supplied.contains(&(stores.store(series), stores.item(series))) {
            let days = sums.entry(stores.item(series)).or_default();
            for (day, units) in series.first.iter_days().zip(&series.values) {
                *days.entry(day).or_default() += f64::from(*units);
            }
        }
    }
    for (item, days) in sums {
        for (date, units) in days {
            builder.add(&Row {
                item,
                store: warehouse,
                date,
                value: Some(units),
                price: None,
                promotion: false,
                stock_out: false,
                closed: false,
            })?;
        }
    }
    Ok(())
}

/// Cuts the lines that the warehouse is to supply to what it has, SKU by SKU, where that loses least margin. `available` are
/// the units free to give, by SKU; one that is not named has none. `lines` stand in the order of `items`.
///
/// # Errors
/// When a store asks twice for the same SKU.
pub fn from_warehouse(
    lines: &mut [Line],
    items: &[Item],
    warehouse: &str,
    available: &BTreeMap<String, i64>,
) -> Result<(), AllocateError> {
    let mut asked: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, item) in items.iter().enumerate() {
        let supplied = item.supplier.as_deref() == Some(warehouse) && item.store != warehouse;
        if supplied && lines.get(place).is_some_and(|line| line.outcome.units() > 0) {
            asked.entry(&item.sku).or_default().push(place);
        }
    }
    for (sku, places) in asked {
        let free = available.get(sku).copied().unwrap_or(0).max(0);
        let wanted: i64 = places.iter().map(|&place| lines[place].outcome.units()).sum();
        if wanted <= free {
            continue;
        }
        let claim = |&place: &usize| {
            let item = &items[place];
            let margin = item.unit_margin.to_f64().unwrap_or(0.0).max(0.01);
            Claim::of(&lines[place], item.rules.presentation, margin)
        };
        let claims: Vec<Claim> = places.iter().filter_map(claim).collect();
        // Packs of one SKU may differ between stores; the largest is whole for all whose pack divides it.
        let pack = places.iter().map(|&place| items[place].rules.pack).max_by_key(|pack| pack.units());
        let shares =
            share(free, pack.unwrap_or(Pack::SINGLE), &claims, Rule::default(), Fairness::default())?;
        for place in places {
            let given = shares.iter().find(|share| share.store == items[place].store);
            give(&mut lines[place], &items[place], given.map_or(0, |share| share.units), free);
        }
    }
    Ok(())
}

/// The line with what the warehouse can give.
fn give(line: &mut Line, item: &Item, units: i64, free: i64) {
    let wanted = line.outcome.units();
    let units = item.rules.pack.down(units.min(wanted));
    if units == wanted {
        return;
    }
    if units <= 0 {
        line.outcome = Outcome::NoOrder(NoOrder::WarehouseShort);
        line.reason = NoOrder::WarehouseShort.sentence();
    } else {
        line.outcome = Outcome::Order { units, packs: item.rules.pack.packs(units) };
        line.reason = Sentence::new(
            format!(
                "{} The warehouse has {free} for all stores, so {units} come instead of {wanted}.",
                line.reason.en
            ),
            format!("{}倉庫只有 {free} 件供各店分配，因此送 {units} 件而非 {wanted} 件。", line.reason.zh),
        );
    }
    line.cost = item.cost(units);
}
