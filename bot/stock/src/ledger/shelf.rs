//! Stock that moves, from the first delivery or count to the cut-off.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::account::{Account, CountVariance, OnHandBasis};
use crate::event::{Event, EventId, Moment};

/// One movement. At the same moment goods arrive before they leave, and a count comes last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Movement {
    at: Moment,
    what: What,
    recorded_at: DateTime<FixedOffset>,
    event_id: EventId,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Arrived(i64),
    Back(i64),
    Out { units: i64, sold: bool },
    Counted { units: i64, variance: Option<i64> },
}

impl Movement {
    fn new(event: &Event, at: Moment, what: What) -> Self {
        Self { at, what, recorded_at: event.recorded_at, event_id: event.event_id }
    }

    /// Of two counts at one moment the one that was recorded later comes last, and holds.
    fn key(&self) -> (DateTime<FixedOffset>, bool, u8, DateTime<FixedOffset>, EventId) {
        let rank = match self.what {
            What::Arrived(_) => 0,
            What::Back(_) => 1,
            What::Out { .. } => 2,
            What::Counted { .. } => 3,
        };
        (self.at.instant(), self.at.is_day(), rank, self.recorded_at, self.event_id)
    }

    pub(super) fn out(event: &Event) -> Self {
        let sold = event.kind() == crate::event::Kind::Sale && event.qty > 0;
        Self::new(event, event.occurred_at, What::Out { units: event.qty, sold })
    }

    pub(super) fn back(event: &Event) -> Self {
        Self::new(event, event.occurred_at, What::Back(event.qty))
    }

    pub(super) fn arrived(event: &Event) -> Self {
        Self::arrived_at(event, event.occurred_at)
    }

    pub(super) fn arrived_at(event: &Event, at: Moment) -> Self {
        Self::new(event, at, What::Arrived(event.qty))
    }

    pub(super) fn counted(event: &Event, variance: Option<i64>) -> Self {
        Self::new(event, event.occurred_at, What::Counted { units: event.qty, variance })
    }
}

/// The movements of one SKU in one store.
#[derive(Debug, Default)]
pub(super) struct Shelf(Vec<Movement>);

/// A day with movements: the most that the record showed over it, what it showed at its end, and whether a sale proves
/// that there was something.
struct Day {
    date: NaiveDate,
    most: i64,
    end: i64,
    sold: bool,
}

impl Shelf {
    pub(super) fn add(&mut self, movement: Movement) {
        self.0.push(movement);
    }

    /// Goes through the movements and writes what they come to into the account.
    pub(super) fn settle(mut self, cut_off: DateTime<FixedOffset>, account: &mut Account) {
        self.0.sort_by_cached_key(Movement::key);
        let mut level: Option<i64> = None;
        let mut days: Vec<Day> = Vec::new();
        for (index, movement) in self.0.iter().enumerate() {
            let before = level;
            level = match movement.what {
                What::Arrived(units) if index == 0 => {
                    account.basis = OnHandBasis::FirstDelivery;
                    Some(units)
                }
                What::Arrived(units) | What::Back(units) => level.map(|level| level + units),
                What::Out { units, .. } => level.map(|level| level - units),
                What::Counted { units, variance } => {
                    account.basis = OnHandBasis::Counted;
                    let book = variance.map(|variance| units - variance).or(level);
                    let (event_id, at) = (movement.event_id, movement.at);
                    account.counts.push(CountVariance { event_id, at, counted: units, book });
                    Some(units)
                }
            };
            let Some(now) = level else { continue };
            let date = movement.at.date();
            let sold = matches!(movement.what, What::Out { sold: true, .. });
            // What was there before the first count of its day is not known: it may have been enough.
            let before = before.unwrap_or(i64::MAX);
            match days.last_mut().filter(|day| day.date == date) {
                Some(day) => {
                    (day.most, day.end) = (day.most.max(now), now);
                    day.sold |= sold;
                }
                None => days.push(Day { date, most: before.max(now), end: now, sold }),
            }
        }
        account.on_hand = level;
        account.known_since = days.first().map(|day| day.date);
        mark_stock_outs(&days, cut_off, account);
    }
}

/// Days with nothing to sell all day: of those that were over at the cut-off.
fn mark_stock_outs(days: &[Day], cut_off: DateTime<FixedOffset>, account: &mut Account) {
    let over = |day: NaiveDate| Moment::Day(day).end() <= cut_off;
    for (index, day) in days.iter().enumerate() {
        if day.most <= 0 && !day.sold && over(day.date) {
            account.stock_out_days.insert(day.date);
        }
        if day.end > 0 {
            continue;
        }
        // Nothing moved until the next day with movements: the record stayed as it was.
        let next = days.get(index + 1).map(|day| day.date);
        let quiet =
            day.date.iter_days().skip(1).take_while(|day| next.is_none_or(|next| *day < next) && over(*day));
        account.stock_out_days.extend(quiet);
    }
}
