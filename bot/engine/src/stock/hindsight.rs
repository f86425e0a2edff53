//! What changing proposals was worth, as soon as the days have passed for which they had to last.

use std::collections::BTreeMap;

use ::stock::order::{EditReason, PurchaseOrder, Settled, ValueAdded, value_added};
use ::stock::series::Panel;
use chrono::{Days, NaiveDate};

use super::place::proposal_of;
use crate::failure::Failure;
use crate::house::House;

/// So many of the latest orders are looked at.
const MOST_ORDERS: u32 = 1_000;

/// What changes added, by their reason, of all orders whose days have passed by `day`.
pub(super) async fn hindsight(
    house: &House,
    panel: &Panel,
    day: NaiveDate,
) -> Result<BTreeMap<EditReason, ValueAdded>, Failure> {
    let sold: BTreeMap<(&str, &str), &::stock::series::Series> =
        panel.series.iter().map(|series| ((panel.store(series), panel.item(series)), series)).collect();
    let mut settled = Vec::new();
    for order in house.store.stock_orders(MOST_ORDERS).await? {
        let placed = order.placed.and_then(|placed| serde_json::from_value::<PurchaseOrder>(placed).ok());
        let Some(placed) = placed.filter(|placed| placed.lines.iter().any(|line| line.reason.is_some()))
        else {
            continue;
        };
        let proposal = proposal_of(&house.store, &order.document).await?;
        for line in &placed.lines {
            let proposed = proposal.line(&format!("{}/{}", line.store, line.sku));
            let told = proposed.and_then(|proposed| proposed.line.explanation.as_ref());
            let (Some(reason), Some(told)) = (line.reason, told) else { continue };
            let days = u64::try_from(::stock::count::ceil(told.protection_days)).unwrap_or(0);
            let until = placed.day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX);
            let Some(series) = sold.get(&(line.store.as_str(), line.sku.as_str())) else { continue };
            if until > day {
                continue;
            }
            let in_time = series.first.iter_days().zip(&series.values);
            let units = in_time.filter(|(day, _)| *day >= placed.day && *day < until);
            settled.push(Settled {
                proposed: line.proposed,
                ordered: line.units,
                position: told.inventory,
                demand: ::stock::count::nearest(units.map(|(_, units)| f64::from(*units)).sum()),
                unit_cost: line.unit_cost,
                reason,
            });
        }
    }
    Ok(value_added(&settled))
}
