//! What is known of stock: events folded into demand and positions, with the stock list beside them.
//!
//! Two years of a chain's events do not fit into the memory of a small machine at once. They are folded SKU by SKU, some
//! hundred thousand at a time, and only what the plan needs of them is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ::stock::event::Event;
use ::stock::ledger::{Account, Ledger, OpenOrder};
use ::stock::plan::demand_of_warehouse;
use ::stock::policy::{LeadTime, Position};
use ::stock::series::{Every, Panel, PanelBuilder, Row};
use ::stock::stock_list::Terms;
use chrono::{DateTime, Days, FixedOffset, NaiveDate, Utc};
use rust_decimal::prelude::ToPrimitive as _;

use super::StockRules;
use super::take::hong_kong;
use crate::failure::Failure;
use crate::host::documents::on_a_thread;
use crate::house::House;

/// Events that are folded at a time.
const AT_ONCE: u64 = 150_000;
/// Days of sales that are looked at.
const HISTORY: u64 = 731;

/// What is known at a moment.
pub(super) struct Books {
    /// Daily demand of every SKU in every store, and of the warehouse, to the end of the day before.
    pub(super) panel: Panel,
    /// The stock list, with positions as they are now.
    pub(super) terms: Vec<Terms>,
    /// Rows whose stock on hand is not known well enough to order by.
    pub(super) count_first: BTreeSet<(String, String)>,
    /// What suppliers still owe.
    pub(super) open_orders: Vec<OpenOrder>,
    /// Days from order to receipt, by supplier, in the order in which they came.
    pub(super) lead_days: BTreeMap<String, Vec<(NaiveDate, i64)>>,
}

/// What folding leaves of a part of the events.
#[derive(Default)]
struct Folded {
    accounts: BTreeMap<(String, String), Account>,
    open_orders: Vec<OpenOrder>,
    lead_days: BTreeMap<String, BTreeSet<(NaiveDate, String, i64)>>,
    open_days: BTreeMap<String, BTreeSet<NaiveDate>>,
    builder: PanelBuilder,
    /// What it sells is what its stores sell.
    warehouse: Option<String>,
}

/// Folds everything: demand up to the end of the day before `day`, positions as they are now; those of a day that is over
/// as they were when it began.
pub(super) async fn books(house: &House, day: NaiveDate) -> Result<Books, Failure> {
    let (now, begins) = (hong_kong(house.store.now()), midnight(day));
    let cut_off = if day < now.date_naive() { begins } else { begins.max(now) };
    let since = day.checked_sub_days(Days::new(HISTORY)).unwrap_or(day);
    let mut folded = Folded { warehouse: house.stock.warehouse.clone(), ..Folded::default() };
    for (from, to) in parts(&house.store.stock_skus().await?) {
        let texts = house.store.stock_events_of(&from, &to, since).await?;
        folded = on_a_thread(move || folded.with(&texts, cut_off, day)).await??;
    }
    let listed = house.store.stock_list().await?;
    let mut terms = Vec::with_capacity(listed.len());
    for row in listed {
        let own: Terms = serde_json::from_value(row.terms).map_err(|error| Failure::business(&error))?;
        terms.push((own, row.listed_at));
    }
    let rules = Arc::clone(&house.stock);
    let now = house.store.now();
    on_a_thread(move || folded.books(terms, &rules, now)).await?
}

/// Runs of SKUs with so many events that a fold takes at a time.
fn parts(skus: &[(String, u64)]) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut held = u64::MAX;
    for (sku, events) in skus {
        match parts.last_mut() {
            Some(part) if held.saturating_add(*events) <= AT_ONCE => {
                part.1.clone_from(sku);
                held += events;
            }
            _ => {
                parts.push((sku.clone(), sku.clone()));
                held = *events;
            }
        }
    }
    parts
}

/// The beginning of a day in Hong Kong.
pub(super) fn midnight(day: NaiveDate) -> DateTime<FixedOffset> {
    // Hong Kong has no summer time: 00:00 there is 16:00 UTC of the day before.
    let utc = day.and_time(chrono::NaiveTime::MIN) - chrono::TimeDelta::hours(8);
    hong_kong(utc.and_utc())
}

/// Events as the store keeps them.
pub(super) fn events(texts: &[String]) -> Result<Vec<Event>, Failure> {
    let one = |text: &String| serde_json::from_str(text).map_err(|error| Failure::business(&error));
    texts.iter().map(one).collect()
}

impl Folded {
    fn with(
        mut self,
        texts: &[String],
        cut_off: DateTime<FixedOffset>,
        day: NaiveDate,
    ) -> Result<Self, Failure> {
        let ledger = Ledger::fold(&events(texts)?, cut_off);
        for (store, days) in ledger.open_days {
            self.open_days.entry(store).or_default().extend(days);
        }
        for (supplier, times) in ledger.lead_times {
            let own = self.lead_days.entry(supplier).or_default();
            own.extend(times.into_iter().map(|time| {
                let key = format!("{}/{}", time.po_id.unwrap_or_default(), time.store_id);
                (time.received_on, key, time.days)
            }));
        }
        self.open_orders.extend(ledger.open_orders);
        for (store, accounts) in ledger.accounts {
            for (sku, mut account) in accounts {
                if self.warehouse.as_ref() != Some(&store) {
                    self.add(&store, &sku, &account, day)?;
                }
                account.demand.clear();
                account.promo_days.clear();
                self.accounts.insert((store.clone(), sku), account);
            }
        }
        Ok(self)
    }

    /// The account's demand as rows of the panel.
    fn add(&mut self, store: &str, sku: &str, account: &Account, until: NaiveDate) -> Result<(), Failure> {
        let price = account.unit_price.and_then(|price| price.to_f64());
        let days = account.demand.keys().chain(&account.promo_days).chain(&account.stock_out_days);
        let days: BTreeSet<NaiveDate> = days.copied().collect();
        for date in days {
            let (past, promotion) = (date < until, account.promo_days.contains(&date));
            if !past && !promotion {
                continue;
            }
            let units = account.demand.get(&date).filter(|_| past);
            let empty = past && account.stock_out_days.contains(&date);
            let row = Row {
                item: sku,
                store,
                date,
                value: units.map(|units| ::stock::count::as_float(*units)).or(empty.then_some(0.0)),
                price,
                promotion,
                stock_out: empty,
                closed: false,
            };
            self.builder.add(&row).map_err(|error| Failure::business(&error))?;
        }
        Ok(())
    }

    fn books(
        mut self,
        listed: Vec<(Terms, DateTime<Utc>)>,
        rules: &StockRules,
        now: DateTime<Utc>,
    ) -> Result<Books, Failure> {
        self.close_quiet_days()?;
        let mut terms = Vec::with_capacity(listed.len());
        let mut count_first = BTreeSet::new();
        for (mut own, at) in listed {
            let key = (own.store.clone(), own.sku.clone());
            let known = self.position(&own, at, rules, now);
            if known.is_none() {
                count_first.insert(key);
            }
            own.position = known.unwrap_or(own.position);
            terms.push(own);
        }
        if let Some(warehouse) = &self.warehouse {
            let stores = self.builder.clone().finish(Some(Every::Day));
            demand_of_warehouse(&mut self.builder, &stores, &terms, warehouse)
                .map_err(|error| Failure::business(&error))?;
        }
        let panel = self.builder.finish(Some(Every::Day));
        let lead_days = self.lead_days.into_iter().map(|(supplier, times)| {
            (supplier, times.into_iter().map(|(day, _, days)| (day, days)).collect())
        });
        Ok(Books { panel, terms, count_first, open_orders: self.open_orders, lead_days: lead_days.collect() })
    }

    /// Days on which nothing at all was told of a store: it was closed, or its figures are missing; either way they do not
    /// show that nobody wanted anything.
    fn close_quiet_days(&mut self) -> Result<(), Failure> {
        let item_of: BTreeMap<&str, &str> =
            self.accounts.keys().map(|(store, sku)| (store.as_str(), sku.as_str())).collect();
        for (store, days) in &self.open_days {
            let (Some(first), Some(last), Some(item)) =
                (days.first(), days.last(), item_of.get(store.as_str()))
            else {
                continue;
            };
            for date in first.iter_days().take_while(|day| day < last).filter(|day| !days.contains(day)) {
                let row = Row {
                    item,
                    store,
                    date,
                    value: None,
                    price: None,
                    promotion: false,
                    stock_out: false,
                    closed: true,
                };
                self.builder.add(&row).map_err(|error| Failure::business(&error))?;
            }
        }
        Ok(())
    }

    /// What a store has, expects and owes: by the events where somebody has counted since the list came, else by the list;
    /// nothing where the list is too old to order by.
    fn position(
        &self,
        terms: &Terms,
        at: DateTime<Utc>,
        rules: &StockRules,
        now: DateTime<Utc>,
    ) -> Option<Position> {
        let account = self.accounts.get(&(terms.store.clone(), terms.sku.clone()));
        let counted = account.and_then(|account| account.counts.last()).map(|count| count.at.date());
        let fresh = counted.is_some_and(|day| day >= hong_kong(at).date_naive());
        let told = account.filter(|_| fresh).and_then(|account| account.on_hand);
        let too_old = now - at > chrono::TimeDelta::hours(i64::from(rules.list_hours));
        let known = account.and_then(|account| account.on_hand);
        let on_hand = told.or(if too_old { known } else { Some(terms.position.on_hand) })?;
        let (on_order, in_transit) = match account {
            _ if terms.tells_on_order => (
                terms.position.on_order.saturating_add(self.ordered_since(terms, at)),
                terms.position.in_transit,
            ),
            Some(account) => (account.on_order, account.in_transit.max(terms.position.in_transit)),
            None => (terms.position.on_order, terms.position.in_transit),
        };
        let reserved = account.map_or(0, |account| account.reserved).max(terms.position.reserved);
        Some(Position { on_hand, on_order, in_transit, reserved })
    }

    /// Units ordered on or after the day of the list: it does not know of them yet.
    fn ordered_since(&self, terms: &Terms, at: DateTime<Utc>) -> i64 {
        let day = hong_kong(at).date_naive();
        let own = |order: &&OpenOrder| {
            order.store_id == terms.store && order.sku == terms.sku && order.ordered_on >= day
        };
        self.open_orders.iter().filter(own).map(OpenOrder::outstanding).sum()
    }
}

impl Books {
    /// How long this supplier takes: by its own receipts, what is missing by those of all, or by what was agreed.
    pub(super) fn lead(&self, terms: &Terms, rules: &StockRules) -> Result<LeadTime, Failure> {
        let supplier = terms.supplier.as_deref();
        let days = |times: &Vec<(NaiveDate, i64)>| times.iter().map(|(_, days)| *days).collect::<Vec<i64>>();
        let own = supplier.and_then(|id| self.lead_days.get(id)).map(days).unwrap_or_default();
        let listed = terms.lead_days.map(f64::from);
        let declared = rules.declared(supplier).or_else(|| {
            let mean_days = listed.unwrap_or_else(|| f64::from(rules.lead_days));
            Some(::stock::policy::lead_time::Declared { mean_days, sd_days: mean_days / 3.0 })
        });
        LeadTime::learn(supplier.unwrap_or_default(), &own, &[], declared)
            .map_err(|error| Failure::business(&error))
    }
}

/// Units on their way of everything, and the days that receipts took: for tests.
#[cfg(test)]
pub(crate) async fn books_of(house: &House, day: NaiveDate) -> (i64, Vec<i64>) {
    let books = match books(house, day).await {
        Ok(books) => books,
        Err(failure) => panic!("{failure}"),
    };
    let coming = books.terms.iter().map(|terms| terms.position.on_order).sum();
    (coming, books.lead_days.values().flatten().map(|(_, days)| *days).collect())
}
