//! What the series of a panel share, gathered in two passes, and each series prepared with it.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::effects::{self, StoreTotals, weekday_of};
use super::line::{Bare, Line};
use super::newcomer::{Analogy, Known};
use super::promotion::PromotionSums;
use super::weekday::{WeekdayFactors, WeekdaySums};
use super::year::{self, YearShape};
use crate::calendar::Calendar;
use crate::series::{Every, Panel, Series};

/// What series share.
pub(crate) struct Pool {
    pub(crate) line: Line,
    pub(crate) analogy: Analogy,
    weekday: BTreeMap<u32, WeekdayFactors>,
    uplift: BTreeMap<u32, f64>,
    /// Day-of-month and event factors by store, on the line and the horizon.
    days: BTreeMap<u32, Vec<f64>>,
    /// Periods on which a store sold nothing at all though much was to be expected: it was shut, whatever the file says.
    shut: BTreeMap<u32, Vec<usize>>,
    /// Sold by all stores, on the line.
    total: Vec<f64>,
    /// Weeks back to the same week of the last lunar year, on the line and the horizon.
    moon: Option<Vec<usize>>,
}

/// A store that sells nothing where this many units were to be expected was shut: the chance of it is below 10⁻⁶ even when
/// sales vary twice as much as by chance alone.
const SURELY_SHUT: f64 = 30.0;

/// Sums of one series that its store learns from.
#[derive(Clone, Copy, Default)]
struct Own {
    weekday: WeekdaySums,
    promotion: PromotionSums,
}

/// Fewer seen periods than this teach others nothing.
pub(crate) fn settled(every: Every) -> usize {
    match every {
        Every::Day => 56,
        Every::Week => 12,
        Every::Month => 9,
    }
}

impl Pool {
    /// Learns from all series of a panel. Linear in periods; the order of sums is fixed, so threads change nothing.
    pub(crate) fn learn(panel: &Panel, calendar: &Calendar, horizon: usize, longest: usize) -> Self {
        let length = panel.series.iter().map(|series| series.values.len()).max().unwrap_or(0).min(longest);
        let first = panel.series.iter().max_by_key(|series| series.values.len());
        let first = first.map_or(panel.cut_off, |series| {
            panel.every.after(series.first, series.values.len().saturating_sub(length))
        });
        let line = Line { every: panel.every, first, length, horizon };
        let own: Vec<Own> =
            panel.series.par_iter().map(|series| Own::of(&line.bare(series), &line)).collect();
        let mut by_store: BTreeMap<u32, (Own, Vec<usize>)> = BTreeMap::new();
        for (number, (series, own)) in panel.series.iter().zip(&own).enumerate() {
            let (sums, members) = by_store.entry(series.store).or_default();
            *sums = sums.and(own);
            members.push(number);
        }
        let all = by_store.values().fold(Own::default(), |all, (own, _)| all.and(own));
        let everywhere = if panel.every == Every::Day { all.weekday.of_panel() } else { [1.0; 7] };
        let all_uplift = all.promotion.of_store(1.0);
        let mut pool = Self {
            line,
            analogy: Analogy::default(),
            weekday: BTreeMap::new(),
            uplift: BTreeMap::new(),
            days: BTreeMap::new(),
            shut: BTreeMap::new(),
            total: vec![0.0; length],
            moon: year::by_the_moon(calendar, line.every, line.first, length + horizon),
        };
        for (store, (own, _)) in &by_store {
            let factors =
                if panel.every == Every::Day { own.weekday.of_store(&everywhere) } else { everywhere };
            pool.weekday.insert(*store, factors);
            pool.uplift.insert(*store, own.promotion.of_store(all_uplift));
        }
        pool.second_pass(panel, calendar, &by_store);
        pool
    }

    /// Totals of each store beside what its series' levels and weekdays let expect; then what stands out of them.
    fn second_pass(
        &mut self,
        panel: &Panel,
        calendar: &Calendar,
        by_store: &BTreeMap<u32, (Own, Vec<usize>)>,
    ) {
        let stores: Vec<(u32, &Vec<usize>)> =
            by_store.iter().map(|(store, (_, members))| (*store, members)).collect();
        let gathered: Vec<(StoreTotals, Vec<Known>)> =
            stores.par_iter().map(|(_, members)| self.totals(panel, members)).collect();
        let mut whole = StoreTotals::new(self.line.length);
        for (totals, _) in &gathered {
            for period in 0..self.line.length {
                whole.sold[period] += totals.sold[period];
                whole.expected[period] += totals.expected[period];
            }
        }
        for ((store, _), (totals, _)) in stores.iter().zip(&gathered) {
            let line = &self.line;
            let factors = effects::factors(totals, &whole, calendar, line.first, line.every, line.horizon);
            self.days.insert(*store, factors);
            self.shut.insert(*store, totals.shut(SURELY_SHUT));
        }
        self.analogy = Analogy::learn(&gathered.into_iter().flat_map(|(_, known)| known).collect::<Vec<_>>());
        self.total = whole.sold;
    }

    fn totals(&self, panel: &Panel, members: &[usize]) -> (StoreTotals, Vec<Known>) {
        let mut totals = StoreTotals::new(self.line.length);
        let mut known = vec![];
        for number in members {
            let series = &panel.series[*number];
            let bare = self.line.bare(series);
            let factor = self.factors(series, &bare, false);
            let level = bare.local_level(&factor, reach(self.line.every));
            for period in (0..bare.value.len()).filter(|period| bare.seen[*period]) {
                totals.sold[bare.start + period] += bare.value[period];
                totals.expected[bare.start + period] += level[period] * factor[period];
            }
            let seen = bare.seen.iter().filter(|seen| **seen).count();
            let early = (bare.start > 0 && bare.value.len() >= settled(self.line.every)).then(|| level[0]);
            known.push(Known {
                item: series.item,
                store: series.store,
                level: level.last().copied().unwrap_or(0.0),
                early,
                settled: seen >= settled(self.line.every),
            });
        }
        (totals, known)
    }

    /// Factors of past and horizon; `days` says whether days of the month and events are known already.
    fn factors(&self, series: &Series, bare: &Bare, days: bool) -> Vec<f64> {
        let own = Own::of(bare, &self.line);
        let store = self.weekday.get(&series.store).copied().unwrap_or([1.0; 7]);
        let weekday = if self.line.every == Every::Day { own.weekday.of_series(&store) } else { store };
        let uplift = own.promotion.of_series(self.uplift.get(&series.store).copied().unwrap_or(1.0));
        let days = self.days.get(&series.store).filter(|_| days);
        let begins = weekday_of(self.line.first, bare.start);
        (0..bare.value.len() + self.line.horizon)
            .map(|period| {
                let mut factor = weekday[(begins + period) % 7];
                if bare.promotion[period] {
                    factor *= uplift;
                }
                if let Some(days) = days {
                    factor *= days[bare.start + period];
                }
                let ahead = period.checked_sub(bare.value.len());
                if ahead.is_some_and(|ahead| bare.closed[ahead]) { 0.0 } else { factor }
            })
            .collect()
    }

    /// A series with its factors, ready for the models.
    pub(crate) fn prepare(&self, series: &Series) -> (Bare, Vec<f64>) {
        let mut bare = self.line.bare(series);
        for period in self.shut.get(&series.store).into_iter().flatten() {
            if let Some(seen) = period.checked_sub(bare.start).and_then(|period| bare.seen.get_mut(period)) {
                *seen = false;
            }
        }
        let factor = self.factors(series, &bare, true);
        (bare, factor)
    }

    /// Whether a festival of the moon moves weeks of this panel.
    pub(crate) fn has_moon(&self) -> bool {
        self.moon.is_some()
    }

    /// How all series moved over the year, as a series that begins at `start` sees it.
    pub(crate) fn year(&self, start: usize) -> YearShape<'_> {
        YearShape { total: &self.total, start, year: self.line.every.year(), moon: self.moon.as_deref() }
    }
}

/// How far the local level looks to both sides.
fn reach(every: Every) -> usize {
    match every {
        Every::Day => 28,
        Every::Week => 6,
        Every::Month => 3,
    }
}

impl Own {
    fn of(bare: &Bare, line: &Line) -> Self {
        let mut own = Self::default();
        let plain = vec![1.0; bare.value.len()];
        let level = bare.local_level(&plain, reach(line.every));
        let begins = weekday_of(line.first, bare.start);
        for period in (0..bare.value.len()).filter(|period| bare.seen[*period]) {
            if bare.promotion[period] {
                own.promotion.add(bare.value[period], level[period]);
            } else {
                own.weekday.add((begins + period) % 7, bare.value[period], level[period]);
            }
        }
        own
    }

    fn and(mut self, other: &Self) -> Self {
        self.weekday = self.weekday.and(&other.weekday);
        self.promotion = self.promotion.and(&other.promotion);
        self
    }
}
