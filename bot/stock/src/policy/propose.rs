//! A day's proposal: one line for every SKU of every store.
//!
//! Running the same day twice orders once, for two reasons: open orders count in the inventory position, and a line that was
//! issued today is known by its [`LineId`] and not made again.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::policy::day_limits::{DayLimits, Issued, Wanted, keep_to};
use crate::policy::item::{Item, Standing};
use crate::policy::line::{Explanation, Line, LineId, Outcome, reason};
use crate::policy::no_order::NoOrder;
use crate::policy::protection::DailyDemand;
use crate::policy::weigh::weigh;

/// The lines of `day`, one for each item, in the order of the items.
///
/// `issued` are the lines issued before (those of other days do no harm); an item listed twice is ordered once. Where deliveries
/// are full or the budget is spent, whole packs are left out where that loses least margin.
pub fn propose(day: NaiveDate, items: &[Item], issued: &[Issued], limits: &DayLimits) -> Vec<Line> {
    let mut known: BTreeSet<&LineId> = BTreeSet::new();
    let today: Vec<&Issued> =
        issued.iter().filter(|line| line.id.day == day && known.insert(&line.id)).collect();
    let mut seen = BTreeSet::new();
    let first: Vec<bool> = items.iter().map(|item| seen.insert((&item.store, &item.sku))).collect();
    let mut drafts: Vec<Draft<'_>> = items
        .par_iter()
        .zip(&first)
        .map(|(item, &first)| {
            let id = LineId { day, store: item.store.clone(), sku: item.sku.clone() };
            let done = !first || known.contains(&id);
            Draft::new(id, item, done)
        })
        .collect();
    if limits.budget.is_some() || !limits.deliveries.is_empty() {
        cut(limits, &today, &mut drafts);
    }
    drafts.into_iter().map(Draft::finish).collect()
}

/// Cuts the drafts that order something to the limits.
fn cut(limits: &DayLimits, today: &[&Issued], drafts: &mut [Draft<'_>]) {
    let ordering: Vec<usize> = (0..drafts.len()).filter(|&i| drafts[i].units.is_ok()).collect();
    let wanted = |&i: &usize| {
        let draft = &drafts[i];
        Wanted {
            id: &draft.id,
            item: draft.item,
            units: draft.units.unwrap_or(0),
            told: draft.explanation.as_ref(),
        }
    };
    let kept = keep_to(limits, today, &ordering.iter().map(wanted).collect::<Vec<_>>());
    for (i, units) in ordering.into_iter().zip(kept) {
        drafts[i].units = units;
    }
}

struct Draft<'a> {
    id: LineId,
    item: &'a Item,
    units: Result<i64, NoOrder>,
    explanation: Option<Explanation>,
}

impl<'a> Draft<'a> {
    fn new(id: LineId, item: &'a Item, done: bool) -> Self {
        let stop = match item.standing {
            Standing::Discontinued => Some(NoOrder::Discontinued),
            Standing::Blocked => Some(NoOrder::Blocked),
            Standing::OutOfScope => Some(NoOrder::OutOfScope),
            Standing::Active if done => Some(NoOrder::AlreadyOrdered),
            Standing::Active if item.supplier.is_none() => Some(NoOrder::NoSupplier),
            Standing::Active if item.count_first || item.position.on_hand < 0 => Some(NoOrder::CountFirst),
            Standing::Active => None,
        };
        let forecast = item.forecast.filter(DailyDemand::is_usable);
        let refuse = |reason| Draft { id: id.clone(), item, units: Err(reason), explanation: None };
        match (stop, forecast) {
            (Some(reason), _) => refuse(reason),
            (None, None) => refuse(NoOrder::NoForecast),
            (None, Some(daily)) => match weigh(item, daily) {
                Some((units, explanation)) => Draft { id, item, units, explanation: Some(explanation) },
                None => refuse(NoOrder::WrongSettings),
            },
        }
    }

    fn finish(self) -> Line {
        let outcome = match self.units {
            Ok(units) => Outcome::Order { units, packs: self.item.rules.pack.packs(units) },
            Err(reason) => Outcome::NoOrder(reason),
        };
        let reason = reason(&outcome, self.explanation.as_ref());
        Line {
            id: self.id,
            supplier: self.item.supplier.clone(),
            cost: self.item.cost(outcome.units()),
            outcome,
            explanation: self.explanation,
            reason,
        }
    }
}

#[cfg(test)]
mod tests;
