//! What the ledger is told of an order.

use chrono::{DateTime, FixedOffset};

use super::{OrderedLine, PurchaseOrder};
use crate::event::{Body, Event, EventId, Moment, Order, OrderKind, Receipt, SCHEMA_VERSION, derived};

/// Who says so.
const SOURCE: &str = "deskhand";

impl PurchaseOrder {
    /// One event for each line: so much is to come. Their ids are made from number and line, so that telling it twice
    /// changes nothing.
    pub fn events(&self, at: DateTime<FixedOffset>) -> Vec<Event> {
        self.lines.iter().map(|line| self.told(line, line.units, "order", at)).collect()
    }

    /// One event for each line: nothing of it will come any more. What has come stays.
    pub fn called_off(&self, at: DateTime<FixedOffset>) -> Vec<Event> {
        let call_off = |line: &OrderedLine| Event {
            corrects: Some(self.id_of("order", line)),
            ..self.told(line, 0, "called_off", at)
        };
        self.lines.iter().map(call_off).collect()
    }

    /// One event for each line: all of it has come.
    pub fn received(&self, at: DateTime<FixedOffset>) -> Vec<Event> {
        let receipt = |line: &OrderedLine| Event {
            body: Body::Receipt(Receipt {
                po_id: Some(self.number.clone()),
                supplier_id: Some(self.supplier.id.clone()),
                ordered_at: Some(Moment::Day(self.day)),
                promised_at: Some(Moment::Day(line.expected)),
                qty_ordered: Some(line.units),
                expiry: None,
            }),
            ..self.told(line, line.units, "received", at)
        };
        self.lines.iter().map(receipt).collect()
    }

    fn told(&self, line: &OrderedLine, qty: i64, what: &str, at: DateTime<FixedOffset>) -> Event {
        Event {
            event_id: self.id_of(what, line),
            schema_version: SCHEMA_VERSION,
            store_id: line.store.clone(),
            sku: line.sku.clone(),
            qty,
            pack: line.pack,
            occurred_at: Moment::at(at),
            recorded_at: at,
            source: SOURCE.to_owned(),
            corrects: None,
            body: Body::Order(Order {
                po_id: self.number.clone(),
                kind: OrderKind::Purchase,
                supplier_id: Some(self.supplier.id.clone()),
                promised_at: Some(Moment::Day(line.expected)),
            }),
        }
    }

    fn id_of(&self, what: &str, line: &OrderedLine) -> EventId {
        derived(&[what, &self.number, &line.store, &line.sku])
    }
}
