//! What is to come: purchase orders, transfers on their way, goods put aside; and how long suppliers take.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::Place;
use super::shelf::Movement;
use crate::event::{Event, Moment, Order, Receipt, Transfer};

/// A purchase order's line of which something is still to come.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OpenOrder {
    /// Where it is to arrive.
    pub store_id: String,
    /// The goods.
    pub sku: String,
    /// The order.
    pub po_id: String,
    /// Who is to deliver.
    pub supplier_id: Option<String>,
    /// The day of the order.
    pub ordered_on: NaiveDate,
    /// The day that was promised.
    pub promised_on: Option<NaiveDate>,
    /// Base units ordered.
    pub ordered: i64,
    /// Base units received so far.
    pub received: i64,
    /// The promised day is over.
    pub overdue: bool,
}

impl OpenOrder {
    /// Base units still to come.
    pub fn outstanding(&self) -> i64 {
        (self.ordered - self.received).max(0)
    }
}

/// One delivery: everything of one order that one store received on one day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LeadTime {
    /// The day on which it came.
    pub received_on: NaiveDate,
    /// The day of the order.
    pub ordered_on: NaiveDate,
    /// The day that was promised.
    pub promised_on: Option<NaiveDate>,
    /// Calendar days from order to receipt.
    pub days: i64,
    /// The order, where the receipt names it.
    pub po_id: Option<String>,
    /// Where it came.
    pub store_id: String,
}

/// Base units that are not on the shelf and count all the same.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Units {
    pub(super) on_order: i64,
    pub(super) in_transit: i64,
    pub(super) reserved: i64,
}

/// Store, SKU and number of the order.
type LineKey<'a> = (&'a str, &'a str, &'a str);

#[derive(Debug, Default)]
pub(super) struct Inbound<'a> {
    orders: BTreeMap<LineKey<'a>, Vec<(&'a Event, &'a Order)>>,
    transfers: Vec<(&'a Event, &'a Transfer)>,
    receipts: Vec<(&'a Event, &'a Receipt)>,
    received: HashMap<LineKey<'a>, i64>,
    reserved: HashMap<LineKey<'a>, i64>,
    sold: HashMap<LineKey<'a>, i64>,
}

impl<'a> Inbound<'a> {
    pub(super) fn ordered(&mut self, event: &'a Event, order: &'a Order) {
        let key = (event.store_id.as_str(), event.sku.as_str(), order.po_id.as_str());
        self.orders.entry(key).or_default().push((event, order));
    }

    pub(super) fn reserved(&mut self, event: &'a Event, order: &'a Order) {
        let key = (event.store_id.as_str(), event.sku.as_str(), order.po_id.as_str());
        *self.reserved.entry(key).or_default() += event.qty;
    }

    pub(super) fn sold(&mut self, (store_id, sku): Place<'a>, line_id: &'a str, units: i64) {
        *self.sold.entry((store_id, sku, line_id)).or_default() += units;
    }

    pub(super) fn sent(&mut self, event: &'a Event, transfer: &'a Transfer) {
        self.transfers.push((event, transfer));
    }

    pub(super) fn received(&mut self, event: &'a Event, receipt: &'a Receipt) {
        if let Some(po_id) = &receipt.po_id {
            let key = (event.store_id.as_str(), event.sku.as_str(), po_id.as_str());
            *self.received.entry(key).or_default() += event.qty;
        }
        self.receipts.push((event, receipt));
    }

    /// Transfers whose sender knows that they have arrived. Where the other end has sent receipts, those tell.
    pub(super) fn arrivals(&self, cut_off: DateTime<FixedOffset>) -> Vec<(Place<'a>, Movement)> {
        let arrived = self.transfers.iter().filter_map(|(event, transfer)| {
            let at = transfer.received_at.filter(|at| at.instant() <= cut_off)?;
            let place = (transfer.to_store_id.as_str(), event.sku.as_str());
            let told = self.told(event, transfer).is_some();
            (!told).then(|| (place, Movement::arrived_at(event, at)))
        });
        arrived.collect()
    }

    /// What the other end has received of a transfer, if it says anything.
    fn told(&self, event: &Event, transfer: &Transfer) -> Option<i64> {
        let id = transfer.transfer_id.as_deref()?;
        self.received.get(&(transfer.to_store_id.as_str(), event.sku.as_str(), id)).copied()
    }

    /// What is still to come, or put aside, by place.
    pub(super) fn outstanding(&self, cut_off: DateTime<FixedOffset>) -> Vec<(Place<'a>, Units)> {
        let mut all: Vec<(Place<'a>, Units)> = Vec::new();
        for (key, lines) in &self.orders {
            let ordered: i64 = lines.iter().map(|(event, _)| event.qty).sum();
            let on_order = (ordered - self.received.get(key).copied().unwrap_or(0)).max(0);
            all.push(((key.0, key.1), Units { on_order, ..Units::default() }));
        }
        // Two transfers may share a number: what was received is taken off the number as a whole.
        let mut numbered: BTreeMap<LineKey<'a>, i64> = BTreeMap::new();
        for (event, transfer) in &self.transfers {
            let place = (transfer.to_store_id.as_str(), event.sku.as_str());
            match transfer.transfer_id.as_deref() {
                Some(id) if self.told(event, transfer).is_some() => {
                    *numbered.entry((place.0, place.1, id)).or_default() += event.qty;
                }
                _ if transfer.received_at.is_some_and(|at| at.instant() <= cut_off) => {}
                _ => all.push((place, Units { in_transit: event.qty, ..Units::default() })),
            }
        }
        for (key, sent) in numbered {
            let in_transit = (sent - self.received.get(&key).copied().unwrap_or(0)).max(0);
            all.push(((key.0, key.1), Units { in_transit, ..Units::default() }));
        }
        for (key, units) in &self.reserved {
            let reserved = (units - self.sold.get(key).copied().unwrap_or(0)).max(0);
            all.push(((key.0, key.1), Units { reserved, ..Units::default() }));
        }
        all
    }

    pub(super) fn open_orders(&self, today: NaiveDate) -> Vec<OpenOrder> {
        let lines = self.orders.iter().filter_map(|((store_id, sku, po_id), lines)| {
            let promised_on = lines.iter().filter_map(|(_, order)| order.promised_at).max().map(Moment::date);
            let line = OpenOrder {
                store_id: (*store_id).to_owned(),
                sku: (*sku).to_owned(),
                po_id: (*po_id).to_owned(),
                supplier_id: lines.iter().filter_map(|(_, order)| order.supplier_id.clone()).min(),
                ordered_on: lines.iter().map(|(event, _)| event.date()).min()?,
                promised_on,
                ordered: lines.iter().map(|(event, _)| event.qty).sum(),
                received: self.received.get(&(*store_id, *sku, *po_id)).copied().unwrap_or(0),
                overdue: promised_on.is_some_and(|promised| promised < today),
            };
            (line.outstanding() > 0).then_some(line)
        });
        lines.collect()
    }

    /// Deliveries by supplier. A receipt whose supplier or day of order nobody tells, or that came before its order,
    /// says nothing about how long a supplier takes.
    pub(super) fn lead_times(&self) -> BTreeMap<String, Vec<LeadTime>> {
        let mut deliveries: BTreeMap<(String, Option<String>, String, NaiveDate), LeadTime> = BTreeMap::new();
        for (event, receipt) in &self.receipts {
            let po_id = receipt.po_id.as_deref();
            let key = po_id.map(|po_id| (event.store_id.as_str(), event.sku.as_str(), po_id));
            let lines = key.and_then(|key| self.orders.get(&key)).map(Vec::as_slice).unwrap_or_default();
            let of_order = || lines.iter().filter_map(|(_, order)| order.supplier_id.clone()).min();
            let Some(supplier) = receipt.supplier_id.clone().or_else(of_order) else { continue };
            let ordered = receipt.ordered_at.map(Moment::date);
            let ordered = ordered.or_else(|| lines.iter().map(|(event, _)| event.date()).min());
            let Some(ordered_on) = ordered.filter(|ordered| *ordered <= event.date()) else { continue };
            let promised =
                receipt.promised_at.or_else(|| lines.iter().filter_map(|(_, order)| order.promised_at).min());
            let one = LeadTime {
                received_on: event.date(),
                ordered_on,
                promised_on: promised.map(Moment::date),
                days: (event.date() - ordered_on).num_days(),
                po_id: receipt.po_id.clone(),
                store_id: event.store_id.clone(),
            };
            // Lines of one delivery that tell different days of order: the earliest is the order's.
            deliveries
                .entry((supplier, one.po_id.clone(), one.store_id.clone(), one.received_on))
                .and_modify(|kept| *kept = kept.clone().min(one.clone()))
                .or_insert(one);
        }
        let mut by_supplier: BTreeMap<String, BTreeSet<LeadTime>> = BTreeMap::new();
        for ((supplier, ..), delivery) in deliveries {
            by_supplier.entry(supplier).or_default().insert(delivery);
        }
        by_supplier.into_iter().map(|(supplier, all)| (supplier, all.into_iter().collect())).collect()
    }
}
