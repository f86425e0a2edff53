//! Events folded into what a planner needs: daily demand, positions, open orders, lead times, days without stock.
//!
//! The state depends on the set of events alone: their order and their repetition change nothing. An event with
//! `corrects` replaces the one that it names; of several the one that was recorded last holds. Demand is what customers
//! took: sales less what was cancelled. A return, a transfer or a write-off moves stock and is never demand.
//!
//! ```
//! use stock::event::{Intake, Source};
//! use stock::ledger::Ledger;
//!
//! let file = "type,store,sku,qty,time\nstock_count,MK,TEA,20,2026-03-08T08:00:00+08:00\nsale,MK,TEA,3,2026-03-08T14:00:00+08:00\n";
//! let now = "2026-03-10T02:00:00+08:00".parse()?;
//! let events = Intake::default().file(file.as_bytes(), &Source::default(), now)?.events;
//! let ledger = Ledger::fold(&events, now);
//! let tea = ledger.account("MK", "TEA").ok_or("an account")?;
//! assert_eq!((tea.on_hand, tea.inventory_position()), (Some(17), Some(17)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod account;
mod in_force;
mod inbound;
mod shelf;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

pub use account::{Account, CountVariance, OnHandBasis};
pub use inbound::{LeadTime, OpenOrder};

use crate::event::{Body, Event, OrderKind, Promotion, hong_kong_date};
use in_force::Standing;
use inbound::Inbound;
use shelf::{Movement, Shelf};

/// The state of all stores at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// What happened later is not in it.
    pub cut_off: DateTime<FixedOffset>,
    /// By store, then by SKU.
    pub accounts: BTreeMap<String, BTreeMap<String, Account>>,
    /// Purchase orders of which something is still to come, by store, SKU and number.
    pub open_orders: Vec<OpenOrder>,
    /// Deliveries by supplier, oldest first: one for each order, store and day.
    pub lead_times: BTreeMap<String, Vec<LeadTime>>,
    /// By store the days on which its till told anything: it was open. A day that is missing is not a day without sales.
    pub open_days: BTreeMap<String, BTreeSet<NaiveDate>>,
    /// The promotions in force, by id and start.
    pub promotions: Vec<Promotion>,
}

/// The events that hold at the cut-off, in the order in which they happened: duplicates fall together, and what was
/// corrected is left out.
pub fn in_force(events: &[Event], cut_off: DateTime<FixedOffset>) -> Vec<&Event> {
    in_force::resolve(events, cut_off).into_iter().map(|standing| standing.event).collect()
}

/// Store and SKU.
type Place<'a> = (&'a str, &'a str);

impl Ledger {
    /// Folds events up to the cut-off: events that an [`Intake`](crate::event::Intake) has accepted.
    pub fn fold(events: &[Event], cut_off: DateTime<FixedOffset>) -> Self {
        let standing = in_force::resolve(events, cut_off);
        let mut building = Building::new(cut_off);
        for one in &standing {
            building.add(one);
        }
        building.finish()
    }

    /// The account of goods in a store, where anything is known of it.
    pub fn account(&self, store_id: &str, sku: &str) -> Option<&Account> {
        self.accounts.get(store_id)?.get(sku)
    }

    /// All accounts with their store and SKU, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &Account)> {
        self.accounts.iter().flat_map(|(store_id, skus)| {
            skus.iter().map(move |(sku, account)| (store_id.as_str(), sku.as_str(), account))
        })
    }
}

/// The parts of a ledger while events come in.
struct Building<'a> {
    cut_off: DateTime<FixedOffset>,
    accounts: HashMap<Place<'a>, Account>,
    shelves: HashMap<Place<'a>, Shelf>,
    inbound: Inbound<'a>,
    open_days: BTreeMap<String, BTreeSet<NaiveDate>>,
    promotions: Vec<&'a Promotion>,
}

impl<'a> Building<'a> {
    fn new(cut_off: DateTime<FixedOffset>) -> Self {
        Self {
            cut_off,
            accounts: HashMap::new(),
            shelves: HashMap::new(),
            inbound: Inbound::default(),
            open_days: BTreeMap::new(),
            promotions: Vec::new(),
        }
    }

    fn add(&mut self, standing: &Standing<'a>) {
        let event = standing.event;
        let place = (event.store_id.as_str(), event.sku.as_str());
        match &event.body {
            Body::Promotion(promotion) => return self.promotions.push(promotion),
            Body::Sale(sale) => {
                self.open(event);
                let account = self.accounts.entry(place).or_default();
                *account.demand.entry(event.date()).or_default() += standing.demand();
                self.move_stock(place, Movement::out(event));
                if let Some(line_id) = &sale.line_id {
                    self.inbound.sold(place, line_id, standing.demand());
                }
            }
            Body::Return(_) => {
                self.open(event);
                // The till was open; what came back is nobody's demand.
                let account = self.accounts.entry(place).or_default();
                account.demand.entry(event.date()).or_default();
                self.move_stock(place, Movement::back(event));
            }
            Body::Receipt(receipt) => {
                self.inbound.received(event, receipt);
                self.move_stock(place, Movement::arrived(event));
            }
            Body::StockCount(count) => {
                self.move_stock(place, Movement::counted(event, count.variance));
            }
            Body::WriteOff(_) => self.move_stock(place, Movement::out(event)),
            Body::Transfer(transfer) => {
                self.inbound.sent(event, transfer);
                self.move_stock(place, Movement::out(event));
            }
            Body::Order(order) => match order.kind {
                OrderKind::Purchase => self.inbound.ordered(event, order),
                OrderKind::Reservation => self.inbound.reserved(event, order),
            },
            Body::Price(price) => {
                // Events come in their order: the last price holds.
                self.accounts.entry(place).or_default().unit_price = Some(price.unit_price);
            }
        }
        self.accounts.entry(place).or_default();
    }

    fn open(&mut self, event: &Event) {
        match self.open_days.get_mut(&event.store_id) {
            Some(days) => _ = days.insert(event.date()),
            None => _ = self.open_days.insert(event.store_id.clone(), BTreeSet::from([event.date()])),
        }
    }

    fn move_stock(&mut self, place: Place<'a>, movement: Movement) {
        self.shelves.entry(place).or_default().add(movement);
    }

    fn finish(mut self) -> Ledger {
        for (place, movement) in self.inbound.arrivals(self.cut_off) {
            self.move_stock(place, movement);
        }
        for (place, shelf) in std::mem::take(&mut self.shelves) {
            shelf.settle(self.cut_off, self.accounts.entry(place).or_default());
        }
        for (place, units) in self.inbound.outstanding(self.cut_off) {
            let account = self.accounts.entry(place).or_default();
            account.on_order += units.on_order;
            account.in_transit += units.in_transit;
            account.reserved += units.reserved;
        }
        self.mark_promotions();
        let mut accounts: BTreeMap<String, BTreeMap<String, Account>> = BTreeMap::new();
        for ((store_id, sku), account) in self.accounts {
            accounts.entry(store_id.to_owned()).or_default().insert(sku.to_owned(), account);
        }
        let mut promotions: Vec<Promotion> = self.promotions.into_iter().cloned().collect();
        promotions.sort_by(|a, b| {
            (&a.promo_id, a.starts_at, a.ends_at).cmp(&(&b.promo_id, b.starts_at, b.ends_at))
        });
        Ledger {
            cut_off: self.cut_off,
            accounts,
            open_orders: self.inbound.open_orders(hong_kong_date(self.cut_off)),
            lead_times: self.inbound.lead_times(),
            open_days: self.open_days,
            promotions,
        }
    }

    /// The days of each account on which a promotion ran, or is going to run.
    fn mark_promotions(&mut self) {
        for promotion in &self.promotions {
            let days: Vec<NaiveDate> = promotion.days().collect();
            for ((store_id, sku), account) in &mut self.accounts {
                if promotion.covers(store_id, sku) {
                    account.promo_days.extend(&days);
                }
            }
        }
    }
}
