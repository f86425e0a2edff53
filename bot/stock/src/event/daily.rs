//! Rows of plain daily sales: ids made of the day and its number, each correcting the key of its day.

use std::collections::{BTreeSet, HashMap};

use super::day_key::{day_key, derived};
use super::{Body, Event, EventId, Kind, Moment};

/// The days to which one file gives more than one number: none of them is taken.
pub(super) fn conflicts(events: impl Iterator<Item = Event>) -> BTreeSet<EventId> {
    let (mut first, mut conflicts) = (HashMap::new(), BTreeSet::new());
    for event in events {
        let key = key(&event);
        if *first.entry(key).or_insert(net(&event)) != net(&event) {
            conflicts.insert(key);
        }
    }
    conflicts
}

/// The key of the row's day.
pub(super) fn key(event: &Event) -> EventId {
    day_key(&event.store_id, &event.sku, event.date())
}

/// Makes the row tell its day as a whole.
pub(super) fn fit(event: &mut Event, key: EventId) {
    let price = match &event.body {
        Body::Sale(sale) => sale.unit_price.map(|price| price.normalize().to_string()),
        _ => None,
    };
    event.occurred_at = Moment::Day(event.date());
    event.corrects = Some(key);
    event.event_id = derived(&["net", &key.to_string(), &net(event).to_string(), &price.unwrap_or_default()]);
}

/// Sold, less what came back.
fn net(event: &Event) -> i64 {
    if event.kind() == Kind::Return { -event.qty } else { event.qty }
}
