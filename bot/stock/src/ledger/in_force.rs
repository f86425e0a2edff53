//! Which events hold: duplicates fall together, corrections replace, cancellations are tied to the sale they undo.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, FixedOffset};

use crate::event::{Body, Event, EventId, Kind};

/// An event that holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing<'a> {
    pub(super) event: &'a Event,
    /// Of a sale: units of it that were cancelled, at most all.
    pub(super) cancelled: i64,
}

impl Standing<'_> {
    /// What customers took.
    pub(super) fn demand(&self) -> i64 {
        self.event.qty - self.cancelled
    }
}

/// The events that hold at the cut-off, in the order in which they happened.
pub(super) fn resolve(events: &[Event], cut_off: DateTime<FixedOffset>) -> Vec<Standing<'_>> {
    let chains = Chains::of(once_each(events));
    let holding = chains.holding();
    let mut standing: Vec<Standing<'_>> = holding
        .values()
        .filter(|event| event.occurred_at.instant() <= cut_off)
        .map(|event| Standing { event, cancelled: 0 })
        .collect();
    // Reckoned once for each: the instant of a plain day takes a while.
    standing.sort_by_cached_key(|one| {
        let at = one.event.occurred_at;
        (at.instant(), at.is_day(), one.event.event_id)
    });
    cancel(&mut standing, &chains, &holding);
    standing
}

/// Each id once. Of two events that wrongly share an id the same one is kept whatever their order.
fn once_each(events: &[Event]) -> HashMap<EventId, &Event> {
    let mut by_id: HashMap<EventId, &Event> = HashMap::with_capacity(events.len());
    for event in events {
        by_id
            .entry(event.event_id)
            .and_modify(|kept| {
                if before(event, kept) == Ordering::Less {
                    *kept = event;
                }
            })
            .or_insert(event);
    }
    by_id
}

fn before(a: &Event, b: &Event) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    let text = |event: &Event| serde_json::to_string(event).unwrap_or_default();
    a.recorded_at.cmp(&b.recorded_at).then_with(|| text(a).cmp(&text(b)))
}

/// Events that correct one another, directly or over several steps.
struct Chains<'a> {
    by_id: HashMap<EventId, &'a Event>,
    /// The first id of the chain of each event.
    roots: HashMap<EventId, EventId>,
}

impl<'a> Chains<'a> {
    fn of(by_id: HashMap<EventId, &'a Event>) -> Self {
        let ids: Vec<EventId> = by_id.keys().copied().collect();
        let mut chains = Self { by_id, roots: HashMap::with_capacity(ids.len()) };
        for id in ids {
            // Almost every event stands alone, or corrects one that is not there.
            match chains.replaces(id) {
                None => _ = chains.roots.insert(id, id),
                Some(earlier) if !chains.by_id.contains_key(&earlier) => _ = chains.roots.insert(id, earlier),
                Some(_) => chains.find_root(id),
            }
        }
        chains
    }

    /// The sale that a return cancels rather than replaces.
    fn cancels(&self, event: &Event) -> Option<EventId> {
        let target = event.corrects?;
        let sale = self.by_id.get(&target)?;
        let goods = sale.store_id == event.store_id && sale.sku == event.sku;
        (event.kind() == Kind::Return && sale.kind() == Kind::Sale && goods).then_some(target)
    }

    /// The event that this one replaces.
    fn replaces(&self, id: EventId) -> Option<EventId> {
        let event = self.by_id.get(&id)?;
        if self.cancels(event).is_some() { None } else { event.corrects }
    }

    fn find_root(&mut self, id: EventId) {
        let (mut path, mut seen, mut at) = (Vec::new(), HashSet::new(), id);
        let root = loop {
            if let Some(root) = self.roots.get(&at) {
                break *root;
            }
            if !seen.insert(at) {
                // They correct one another in a ring: its smallest id names it, from wherever one enters.
                let ring = path.iter().skip_while(|one| **one != at);
                break ring.min().copied().unwrap_or(at);
            }
            path.push(at);
            match self.replaces(at) {
                Some(earlier) => at = earlier,
                None => break at,
            }
        };
        for one in path {
            self.roots.insert(one, root);
        }
    }

    /// Of each chain the event that was recorded last.
    fn holding(&self) -> HashMap<EventId, &'a Event> {
        let mut holding: HashMap<EventId, &'a Event> = HashMap::with_capacity(self.by_id.len());
        for (id, event) in &self.by_id {
            let root = self.roots.get(id).copied().unwrap_or(*id);
            let later = |a: &Event, b: &Event| (a.recorded_at, a.event_id) > (b.recorded_at, b.event_id);
            holding
                .entry(root)
                .and_modify(|kept| {
                    if later(event, kept) {
                        *kept = event;
                    }
                })
                .or_insert(event);
        }
        holding
    }
}

/// Takes cancelled units off the sales: of returns that name a sale, and of returns of the same line on the same day.
fn cancel(standing: &mut [Standing<'_>], chains: &Chains<'_>, holding: &HashMap<EventId, &Event>) {
    // Sales by their id in force, and by store, goods, line and day.
    let mut by_id: HashMap<EventId, usize> = HashMap::new();
    let mut by_line: BTreeMap<(&str, &str, &str, chrono::NaiveDate), Vec<usize>> = BTreeMap::new();
    for (index, one) in standing.iter().enumerate() {
        if let Body::Sale(sale) = &one.event.body {
            by_id.insert(one.event.event_id, index);
            if let Some(line_id) = &sale.line_id {
                let line =
                    (one.event.store_id.as_str(), one.event.sku.as_str(), line_id.as_str(), one.event.date());
                by_line.entry(line).or_default().push(index);
            }
        }
    }
    let mut cancelled: Vec<(usize, i64)> = Vec::new();
    for one in standing.iter() {
        let Body::Return(back) = &one.event.body else { continue };
        // A correction of a cancellation cancels what that one did.
        let root = chains.roots.get(&one.event.event_id).and_then(|root| chains.by_id.get(root));
        let named = root.and_then(|root| chains.cancels(root)).and_then(|sale| chains.roots.get(&sale));
        if let Some(sale) =
            named.and_then(|root| holding.get(root)).and_then(|sale| by_id.get(&sale.event_id))
        {
            cancelled.push((*sale, one.event.qty));
        } else if let Some(line_id) = &back.line_id {
            let line =
                (one.event.store_id.as_str(), one.event.sku.as_str(), line_id.as_str(), one.event.date());
            let mut left = one.event.qty;
            for sale in by_line.get(&line).into_iter().flatten() {
                let units = left.min(standing[*sale].event.qty);
                cancelled.push((*sale, units));
                left -= units;
            }
        }
    }
    for (sale, units) in cancelled {
        let one = &mut standing[sale];
        one.cancelled = (one.cancelled + units).min(one.event.qty);
    }
}
