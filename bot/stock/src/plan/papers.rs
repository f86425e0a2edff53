//! Lines become papers: one proposal for each supplier.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use crate::forecast::Forecast;
use crate::order::{Day, Outlook, Proposal, ProposedLine, Supplier};
use crate::policy::class::{Class, Sold, classify};
use crate::policy::{Item, Line};
use crate::series::Panel;
use crate::stock_list::Terms;

/// Days of the past on a picture.
const PAST: usize = 28;
/// Where 10 % and 90 % stand among the levels of a forecast.
const LOW: usize = 1;
const HIGH: usize = 5;

/// Who orders, and in what currency.
#[derive(Debug, Clone, Copy)]
pub struct Buyer<'a> {
    /// As the paper says.
    pub name: &'a str,
    /// ISO 4217.
    pub currency: &'a str,
    /// The suppliers of whom more is known than the stock list says.
    pub suppliers: &'a BTreeMap<String, Supplier>,
}

/// A line with what it rests on.
#[derive(Debug, Clone, Copy)]
pub struct Planned<'a> {
    /// The line.
    pub line: &'a Line,
    /// What decided it.
    pub item: &'a Item,
    /// The row of the stock list.
    pub terms: &'a Terms,
    /// Its forecast.
    pub forecast: Option<(&'a Panel, &'a Forecast)>,
    /// ABC×XYZ.
    pub class: Option<Class>,
}

/// The proposals of a day, one for each supplier of whom something is to be ordered, by name; with the lines that order
/// nothing, and why. Their numbers follow from the day and their order.
pub fn proposals(day: NaiveDate, planned: &[Planned<'_>], buyer: &Buyer<'_>) -> Vec<Proposal> {
    let mut by_supplier: BTreeMap<&str, Vec<&Planned<'_>>> = BTreeMap::new();
    for one in planned {
        if let Some(supplier) = one.line.supplier.as_deref() {
            by_supplier.entry(supplier).or_default().push(one);
        }
    }
    by_supplier.retain(|_, lines| lines.iter().any(|one| one.line.outcome.units() > 0));
    let paper = |(number, (supplier, mut lines)): (usize, (&str, Vec<&Planned<'_>>))| {
        lines.sort_by_key(|one| {
            (one.line.outcome.units() == 0, one.line.id.store.clone(), one.line.id.sku.clone())
        });
        let known = buyer.suppliers.get(supplier).cloned().unwrap_or_else(|| Supplier::named(supplier));
        Proposal {
            number: format!("PO-{}-{number:02}", day.format("%Y%m%d")),
            day,
            supplier: Supplier { id: supplier.to_owned(), ..known },
            currency: buyer.currency.to_owned(),
            buyer: buyer.name.to_owned(),
            lines: lines.into_iter().map(|one| one.proposed(day)).collect(),
        }
    };
    (1..).zip(by_supplier).map(paper).collect()
}

impl Planned<'_> {
    fn proposed(&self, day: NaiveDate) -> ProposedLine {
        let Self { line, item, terms, forecast, class } = self;
        let ahead = crate::count::index(crate::count::ceil(item.protection.days())) + 1;
        ProposedLine {
            line: (*line).clone(),
            name: terms.name.clone().unwrap_or_else(|| terms.sku.clone()),
            rules: terms.rules,
            unit_cost: terms.unit_cost,
            lead_days: item.protection.lead_days,
            review_days: item.protection.review_days,
            class: *class,
            outlook: forecast
                .filter(|_| line.explanation.is_some())
                .map(|(panel, forecast)| Outlook::of(panel, forecast, day, ahead)),
        }
    }
}

impl Outlook {
    /// The last four weeks of a series, and its forecast for so many days from `day` on.
    pub fn of(panel: &Panel, forecast: &Forecast, day: NaiveDate, ahead: usize) -> Self {
        let series = &panel.series[forecast.series];
        let from = series.values.len().saturating_sub(PAST);
        let known = |at: usize| series.shows_demand(at).then(|| f64::from(series.values[at]));
        // Days between the last that is known and the day of the proposal are past, and nothing is known of them.
        let gap = usize::try_from((day - panel.next()).num_days()).unwrap_or(0).min(PAST);
        let sold = (from..series.values.len()).map(known).chain((0..gap).map(|_| None)).collect();
        let expected = |at: usize| Day {
            mean: forecast.mean[at],
            low: forecast.quantiles[at][LOW],
            high: forecast.quantiles[at][HIGH],
        };
        let last = forecast.mean.len().min(gap + ahead);
        Self {
            first: panel.every.after(series.first, from),
            sold,
            days: (gap.min(last)..last).map(expected).collect(),
        }
    }
}

/// ABC×XYZ of each series of a panel, by store and SKU, store by store. Value is what was sold at the price of the list, or
/// at cost where the list has no price.
pub fn classes(panel: &Panel, terms: &[Terms]) -> BTreeMap<(String, String), Class> {
    let price: BTreeMap<(&str, &str), Decimal> = terms
        .iter()
        .map(|terms| ((terms.store.as_str(), terms.sku.as_str()), terms.unit_cost + terms.unit_margin))
        .collect();
    let mut by_store: BTreeMap<&str, Vec<Sold>> = BTreeMap::new();
    for series in &panel.series {
        let (store, sku) = (panel.store(series), panel.item(series));
        let units: f64 = series.values.iter().map(|units| f64::from(*units)).sum();
        let price = price.get(&(store, sku)).copied().filter(|price| !price.is_zero());
        by_store.entry(store).or_default().push(Sold {
            id: sku.to_owned(),
            value: Decimal::from_f64(units).unwrap_or_default() * price.unwrap_or(Decimal::ONE),
            weekly: series.values.rchunks(7).map(|week| week.iter().map(|u| f64::from(*u)).sum()).collect(),
            days: crate::count::of(series.values.len()),
        });
    }
    let mut classes = BTreeMap::new();
    for (store, sold) in by_store {
        for (one, class) in sold.iter().zip(classify(&sold)) {
            classes.insert((store.to_owned(), one.id.clone()), class);
        }
    }
    classes
}
