//! One shelf, day by day.
//!
//! A day goes: what is due arrives; on a review day an order is made from what is known up to yesterday; customers come, and
//! whoever finds the shelf empty is lost. Orders are sized by the same code as live proposals.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::count;
use crate::policy::item::{Item, Standing};
use crate::policy::position::Position;
use crate::policy::protection::{DailyDemand, Protection};
use crate::policy::weigh::weigh;
use crate::replay::censored;
use crate::replay::error::ReplayError;
use crate::replay::forecaster::Seen;
use crate::replay::scores::Scores;
use crate::replay::series::Series;
use crate::replay::simulate::{ReplayPolicy, Setup, Sight};
use crate::replay::span::between;

/// A series in the course of its replay.
pub(crate) struct Shelf<'a> {
    series: &'a Series,
    sight: Sight,
    demand: Vec<i64>,
    /// The place of the first day that is played; the number of days when none is.
    first: usize,
    seen: Vec<Option<f64>>,
    item: Item,
    /// Orders under way: where they arrive, and units.
    coming: Vec<(usize, i64)>,
    /// Units a day of the last forecast.
    expected: f64,
    lead: Box<dyn Fn(usize) -> usize + Send + Sync + 'a>,
    scores: Scores,
}

impl<'a> Shelf<'a> {
    /// The shelf before its first day.
    pub(crate) fn new(
        series: &'a Series,
        first: Option<usize>,
        policy: &ReplayPolicy,
        protection: Protection,
        setup: &'a Setup,
    ) -> Result<Self, ReplayError> {
        let first = first.unwrap_or(series.sold.len());
        let mut seen: Vec<Option<f64>> = Vec::with_capacity(series.sold.len());
        seen.extend((0..first).map(|day| known(series, day)));
        Ok(Self {
            series,
            sight: setup.sight,
            demand: censored::demand(series),
            first,
            seen,
            item: item(series, policy, protection),
            coming: Vec::new(),
            expected: 0.0,
            lead: Box::new(setup.lead.for_series(setup.seed, &series.store, &series.sku)?),
            scores: Scores::default(),
        })
    }

    fn place(&self, day: NaiveDate) -> Option<usize> {
        (day >= self.series.first_day).then(|| between(self.series.first_day, day))
    }

    /// Whether it orders on a day: when it comes in, and when an order is `due` for all.
    pub(crate) fn orders(&self, day: NaiveDate, due: bool) -> bool {
        let played = self.place(day).filter(|&place| place >= self.first && place < self.demand.len());
        played.is_some_and(|place| due || place == self.first)
    }

    /// What is known of it when the day begins.
    pub(crate) fn seen_before(&self, day: NaiveDate) -> Seen<'_> {
        let known = self.place(day).unwrap_or(0).min(self.seen.len());
        Seen {
            store: &self.series.store,
            sku: &self.series.sku,
            first_day: self.series.first_day,
            units: &self.seen[..known],
        }
    }

    /// Plays the days from `from` on and before `until`; `told` is the forecast if it orders on the first of them.
    pub(crate) fn play(&mut self, from: NaiveDate, until: NaiveDate, told: Option<DailyDemand>) {
        let begin = self.place(from).unwrap_or(0);
        let end = self.place(until).unwrap_or(0).min(self.demand.len());
        for today in begin.max(self.first)..end {
            self.receive(today);
            if let Some(daily) = told.filter(|_| today == begin) {
                self.order(today, daily);
            }
            self.sell(today);
        }
    }

    fn receive(&mut self, today: usize) {
        let position = &mut self.item.position;
        self.coming.retain(|&(due, units)| {
            if due <= today {
                position.on_hand += units;
                position.on_order -= units;
            }
            due > today
        });
    }

    fn order(&mut self, today: usize, daily: DailyDemand) {
        if !daily.is_usable() {
            return;
        }
        self.expected = daily.mean;
        let Some((order, told)) = weigh(&self.item, daily) else { return };
        if today == self.first {
            // the replay begins with the stock that the policy itself would hold
            let cap = told.cap.map_or(i64::MAX, |cap| cap.level);
            self.item.position.on_hand = told.target.level.min(cap);
        } else if let Ok(units) = order {
            self.scores.order_lines += 1;
            self.scores.ordered += units;
            match (self.lead)(today) {
                0 => self.item.position.on_hand += units,
                days => {
                    self.item.position.on_order += units;
                    self.coming.push((today + days, units));
                }
            }
        }
    }

    fn sell(&mut self, today: usize) {
        let (wanted, opening) = (self.demand[today], self.item.position.on_hand);
        let sold = wanted.min(opening);
        let left = opening - sold;
        self.item.position.on_hand = left;
        self.seen.push(match self.sight {
            Sight::Demand => known(self.series, today),
            Sight::Sales => observed(opening, sold, self.expected),
        });
        let scores = &mut self.scores;
        scores.days += 1;
        scores.demand += wanted;
        scores.sold += sold;
        scores.lost += wanted - sold;
        scores.out_days += i64::from(left == 0);
        scores.stock_days += left;
    }

    /// What came of it.
    pub(crate) fn scores(self) -> Scores {
        let cost = self.series.unit_cost.max(Decimal::ZERO);
        Scores {
            cost_of_sales: cost.saturating_mul(Decimal::from(self.scores.sold)),
            stock_cost_days: cost.saturating_mul(Decimal::from(self.scores.stock_days)),
            ..self.scores
        }
    }
}

/// What a day of the history tells; nothing when the shelf ran empty.
fn known(series: &Series, day: usize) -> Option<f64> {
    (!series.was_out(day)).then(|| count::as_float(series.sold[day].max(0)))
}

/// What a simulated day tells the forecaster: nothing when the shelf was empty all day; when it ran empty while selling, at
/// least what was sold and at least what was expected, or a shelf of one would teach that nothing more is ever wanted.
fn observed(opening: i64, sold: i64, expected: f64) -> Option<f64> {
    let units = count::as_float(sold);
    match opening {
        0 => None,
        _ if opening == sold => Some(units.max(expected)),
        _ => Some(units),
    }
}

/// The series as an item of a proposal, with nothing on hand.
fn item(series: &Series, policy: &ReplayPolicy, protection: Protection) -> Item {
    Item {
        store: series.store.clone(),
        sku: series.sku.clone(),
        supplier: None,
        standing: Standing::Active,
        position: Position::default(),
        count_first: false,
        forecast: None,
        protection,
        goal: policy.goal,
        rules: series.rules,
        unit_cost: series.unit_cost,
        unit_margin: Decimal::ZERO,
        unit_load: 0,
    }
}
