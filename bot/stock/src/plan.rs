//! The plan of a day: what is known of each SKU in each store becomes an item of the policy, and lines become papers.
//!
//! [`item`] and [`Outlook::of`](crate::order::Outlook::of) are used wherever something is proposed; [`from_warehouse`] shares
//! out what the own warehouse has; [`proposals`] makes one paper for each supplier.

mod papers;
mod warehouse;

use crate::count;
use crate::forecast::Forecast;
use crate::policy::position::record_looks_wrong;
use crate::policy::{DailyDemand, Goal, Item, LeadTime, PolicyError, Protection};
use crate::series::Panel;
use crate::stock_list::Terms;

pub use papers::{Buyer, Planned, classes, proposals};
pub use warehouse::{demand_of_warehouse, from_warehouse};

/// What decides the line of a row of the stock list: what the row says, the forecast over the days that an order must last
/// for, how long the supplier takes, how often is ordered, and the service that is wanted.
///
/// # Errors
/// When review period or lead time cannot be.
pub fn item(
    terms: &Terms,
    forecast: Option<(&Panel, &Forecast)>,
    lead: &LeadTime,
    review_days: u16,
    goal: Goal,
) -> Result<Item, PolicyError> {
    let protection = Protection::new(f64::from(review_days), lead)?;
    let periods = usize::from(review_days) + count::index(count::ceil(lead.mean_days));
    let daily = forecast.map(|(_, forecast)| per_day(forecast, periods));
    let quiet = forecast.map_or(0, |(panel, forecast)| days_without_sale(panel, forecast));
    let on_hand = terms.position.on_hand;
    Ok(Item {
        store: terms.store.clone(),
        sku: terms.sku.clone(),
        supplier: terms.supplier.clone(),
        standing: terms.standing,
        position: terms.position,
        count_first: daily.map_or(on_hand < 0, |daily| record_looks_wrong(on_hand, daily, quiet)),
        forecast: daily,
        protection,
        goal,
        rules: terms.rules,
        unit_cost: terms.unit_cost,
        unit_margin: terms.unit_margin,
        unit_load: 0,
    })
}

/// Mean and spread of a day, such that over the days to last for they come to those of the forecast.
fn per_day(forecast: &Forecast, periods: usize) -> DailyDemand {
    let (over, days) = (forecast.over(periods), count::len_as_float(periods.max(1)));
    DailyDemand { mean: over.mean / days, sigma: (over.variance / days).sqrt() }
}

/// For how many of the last days that show demand nothing was sold.
fn days_without_sale(panel: &Panel, forecast: &Forecast) -> i64 {
    let series = &panel.series[forecast.series];
    let last = (0..series.values.len()).rev().filter(|day| series.shows_demand(*day));
    count::of(last.take_while(|day| series.values[*day] <= 0.0).count())
}

#[cfg(test)]
mod tests;
