//! Takes sales row by row, in any order, and makes them dense.
//!
//! A hundred thousand series of two years are 300 MB: four bytes a period and next to nothing beside it, so values stand
//! on a line of days from the first row on, and only what is special about a period is written down by number.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate};

use super::finding::Kind;
use super::{DemandFinding, Every, Mark, Marks, Panel, Series};

/// No file spans more days than this; one wrong year must not take all memory.
const LONGEST_SPAN: i32 = 40 * 366;
/// A place on the line of days of which no row spoke. Never leaves this file.
const NO_ROW: f32 = f32::NEG_INFINITY;

fn no_row(value: f32) -> bool {
    value == NO_ROW
}

/// One row of sales.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'a> {
    /// The item.
    pub item: &'a str,
    /// The store.
    pub store: &'a str,
    /// Day of the sale, or any day of the period.
    pub date: NaiveDate,
    /// Units sold; absent when the row says only what is planned or was marked.
    pub value: Option<f64>,
    /// The selling price.
    pub price: Option<f64>,
    /// On promotion.
    pub promotion: bool,
    /// Out of stock.
    pub stock_out: bool,
    /// The store was closed.
    pub closed: bool,
}

/// Two dates of one file are further apart than forty years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "DH-8005: {date} is more than forty years away from {other}, another date of this file; correct the year or split the file"
)]
pub struct SpanError {
    /// The date of the row refused.
    pub date: NaiveDate,
    /// The earliest date so far.
    pub other: NaiveDate,
}

/// What is gathered of one series: values on a line of days, the rest by day number.
#[derive(Debug, Clone, Default)]
struct Gathered {
    first: i32,
    values: Vec<f32>,
    marks: Vec<(i32, Mark)>,
    price: Vec<(i32, f32)>,
    findings: BTreeMap<Kind, (i32, usize)>,
}

/// Gathers rows into a [`Panel`].
///
/// ```
/// use stock::series::{Every, PanelBuilder, Row};
/// let row = |day: u32, value| Row {
///     item: "TEA", store: "Mong Kok", date: chrono::NaiveDate::from_ymd_opt(2026, 3, day).unwrap(), value: Some(value),
///     price: None, promotion: false, stock_out: false, closed: false,
/// };
/// let mut builder = PanelBuilder::new();
/// builder.add(&row(4, 2.0))?;
/// builder.add(&row(1, 5.0))?;
/// builder.add(&row(2, -1.0))?;
/// let panel = builder.finish(None);
/// assert_eq!(panel.every, Every::Day);
/// assert_eq!(panel.series[0].values, [5.0, 0.0, 0.0, 2.0]);
/// assert_eq!(panel.findings[0].code, "DH-8010");
/// # Ok::<(), stock::series::SpanError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PanelBuilder {
    items: Names,
    stores: Names,
    places: HashMap<(u32, u32), usize>,
    keys: Vec<(u32, u32)>,
    gathered: Vec<Gathered>,
    days: BTreeSet<i32>,
    /// Days on which a store was closed: said of one item, true of all.
    closed: BTreeMap<u32, BTreeSet<i32>>,
    recent: Option<i32>,
    cut_off: Option<i32>,
}

/// Names by number, each kept once.
#[derive(Debug, Clone, Default)]
struct Names {
    numbers: HashMap<Box<str>, u32>,
    list: Vec<String>,
    recent: Option<u32>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(recent) = self.recent
            && self.list[recent as usize] == name
        {
            return recent;
        }
        let number = self.numbers.get(name).copied().unwrap_or_else(|| {
            let number =
                u32::try_from(self.list.len()).expect("four thousand million names do not fit in memory");
            self.numbers.insert(name.into(), number);
            self.list.push(name.to_owned());
            number
        });
        self.recent = Some(number);
        number
    }
}

impl PanelBuilder {
    /// Nothing gathered yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a row. Rows with a value move the cut-off; rows without say what is planned or was marked.
    ///
    /// # Errors
    /// When the date is more than forty years from the others.
    pub fn add(&mut self, row: &Row<'_>) -> Result<(), SpanError> {
        let day = row.date.num_days_from_ce();
        if self.recent != Some(day) {
            self.span(row.date, day)?;
        }
        let key = (self.items.number(row.item), self.stores.number(row.store));
        let place = *self.places.entry(key).or_insert_with(|| {
            self.keys.push(key);
            self.gathered.push(Gathered { first: day, ..Gathered::default() });
            self.gathered.len() - 1
        });
        let series = &mut self.gathered[place];
        if let Some(value) = row.value {
            series.take(day, value);
            self.cut_off = self.cut_off.max(Some(day));
        }
        if row.closed {
            self.closed.entry(key.1).or_default().insert(day);
        }
        for (mark, said) in [(Mark::Promotion, row.promotion), (Mark::StockOut, row.stock_out)] {
            if said {
                series.marks.push((day, mark));
            }
        }
        if let Some(price) = row.price.filter(|price| price.is_finite() && *price >= 0.0) {
            series.take_price(day, narrow(price));
        }
        Ok(())
    }

    fn span(&mut self, date: NaiveDate, day: i32) -> Result<(), SpanError> {
        let first = self.days.first().copied().unwrap_or(day);
        let last = self.days.last().copied().unwrap_or(day);
        if day.abs_diff(first).max(day.abs_diff(last)) > LONGEST_SPAN.unsigned_abs() {
            return Err(SpanError { date, other: date_of(first) });
        }
        self.days.insert(day);
        self.recent = Some(day);
        Ok(())
    }

    /// The panel, dense to the last date that has a value. The length of a period is read off the dates when it is not
    /// said. Sorted by the names of item and store, so the order of the rows does not matter.
    pub fn finish(self, every: Option<Every>) -> Panel {
        let Some(cut_off) = self.cut_off else {
            return Panel::empty(every.unwrap_or(Every::Day), NaiveDate::default());
        };
        let dates: BTreeSet<NaiveDate> =
            self.days.iter().filter(|day| **day <= cut_off).map(|day| date_of(*day)).collect();
        let every = every.unwrap_or_else(|| Every::of_dates(&dates));
        let earliest = dates.first().copied().unwrap_or_default();
        let axis = Axis { every, earliest, cut_off: every.between(earliest, date_of(cut_off)) };
        let mut panel = Panel::empty(every, every.after(earliest, axis.last()));
        let (items, stores) = (self.items.list, self.stores.list);
        let mut order: Vec<((u32, u32), Gathered)> = self.keys.into_iter().zip(self.gathered).collect();
        order.sort_by_key(|((item, store), _)| (&items[*item as usize], &stores[*store as usize]));
        panel.series.reserve(order.len());
        let never = BTreeSet::new();
        for ((item, store), gathered) in order {
            let names = (items[item as usize].as_str(), stores[store as usize].as_str());
            let closed = self.closed.get(&store).unwrap_or(&never);
            let (series, findings) = axis.series(gathered, closed, names);
            panel.findings.extend(findings);
            panel.series.push(Series { item, store, ..series });
        }
        (panel.items, panel.stores) = (items, stores);
        panel
    }
}

impl Gathered {
    fn take(&mut self, day: i32, value: f64) {
        if self.values.is_empty() {
            self.first = day;
        }
        if day < self.first {
            let missing = usize::try_from(self.first - day).unwrap_or(0);
            self.values.splice(0..0, std::iter::repeat_n(NO_ROW, missing));
            self.first = day;
        }
        let place = usize::try_from(day - self.first).unwrap_or(0);
        if place >= self.values.len() {
            self.values.resize(place + 1, NO_ROW);
        }
        let value = if value.is_finite() { narrow(value) } else { f32::NAN };
        let before = self.values[place];
        if no_row(before) {
            self.values[place] = value;
        } else if before.total_cmp(&value).is_eq() {
            self.find(Kind::TwiceTheSame, day);
        } else {
            self.values[place] = f32::NAN;
            self.marks.push((day, Mark::Unknown));
            self.find(Kind::Twice, day);
        }
    }

    fn take_price(&mut self, day: i32, price: f32) {
        if self.price.last().is_none_or(|(at, last)| last.total_cmp(&price).is_ne() || day < *at) {
            self.price.push((day, price));
        }
    }

    fn find(&mut self, kind: Kind, day: i32) {
        let entry = self.findings.entry(kind).or_insert((day, 0));
        *entry = (entry.0.min(day), entry.1 + 1);
    }
}

/// The line of periods of a panel.
struct Axis {
    every: Every,
    earliest: NaiveDate,
    cut_off: i64,
}

impl Axis {
    fn last(&self) -> usize {
        usize::try_from(self.cut_off).unwrap_or(0)
    }

    fn period(&self, day: i32) -> i64 {
        self.every.between(self.earliest, date_of(day))
    }

    fn series(
        &self,
        mut gathered: Gathered,
        closed: &BTreeSet<i32>,
        (item, store): (&str, &str),
    ) -> (Series, Vec<DemandFinding>) {
        let first = self.period(gathered.first).clamp(0, self.cut_off);
        let length = usize::try_from(self.cut_off - first + 1).unwrap_or(0);
        // A series of which every row lies in the future has no period at all.
        let length = if gathered.values.is_empty() { 0 } else { length };
        let mut marks = self.marks(&gathered, first);
        let mut values = std::mem::take(&mut gathered.values);
        if self.every == Every::Day {
            values.resize(length, NO_ROW);
        } else {
            values = self.by_period(&values, &mut gathered, (first, length), &mut marks);
        }
        values.shrink_to_fit();
        for period in closed.iter().filter_map(|day| usize::try_from(self.period(*day) - first).ok()) {
            // Who sold was open.
            if values.get(period).is_none_or(|value| *value <= 0.0) {
                marks.put(Mark::Closed, u32::try_from(period).unwrap_or(u32::MAX));
            }
        }
        for (period, value) in values.iter_mut().enumerate() {
            let at = u32::try_from(period).unwrap_or(u32::MAX);
            let kind = match *value {
                absent if no_row(absent) => None,
                sold if sold.is_nan() && marks.has(Mark::Unknown, period) => None,
                sold if sold.is_nan() => Some(Kind::NotANumber),
                sold if sold < 0.0 => Some(Kind::Negative),
                _ => continue,
            };
            if let Some(kind) = kind {
                let day = self
                    .every
                    .after(self.every.after(self.earliest, usize::try_from(first).unwrap_or(0)), period);
                gathered.find(kind, day.num_days_from_ce());
            }
            if kind == Some(Kind::NotANumber) {
                marks.put(Mark::Unknown, at);
            }
            *value = 0.0;
        }
        let findings = gathered.findings.iter();
        let findings = findings
            .map(|(kind, (day, periods))| kind.at(item, store, Some(date_of(*day)), *periods))
            .collect();
        let first = self.every.after(self.earliest, usize::try_from(first).unwrap_or(0));
        let marks = (!marks.is_empty()).then(|| Box::new(marks));
        (Series { item: 0, store: 0, first, values, marks }, findings)
    }

    /// Days laid together into weeks or months. Two rows in one period were two values for it.
    fn by_period(
        &self,
        days: &[f32],
        gathered: &mut Gathered,
        (first, length): (i64, usize),
        marks: &mut Marks,
    ) -> Vec<f32> {
        let mut values = vec![NO_ROW; length];
        for (place, value) in days.iter().enumerate().filter(|(_, value)| !no_row(**value)) {
            let day = gathered.first + i32::try_from(place).unwrap_or(0);
            let Some(slot) =
                usize::try_from(self.period(day) - first).ok().and_then(|period| values.get_mut(period))
            else {
                continue;
            };
            if !no_row(*slot) {
                gathered.find(Kind::Twice, day);
                marks.put(Mark::Unknown, u32::try_from(self.period(day) - first).unwrap_or(0));
            }
            *slot = if no_row(*slot) { *value } else { f32::NAN };
        }
        values
    }

    fn marks(&self, gathered: &Gathered, first: i64) -> Marks {
        let mut marks = Marks::default();
        let at = |day: i32| u32::try_from(self.period(day) - first).ok();
        for (day, mark) in &gathered.marks {
            if let Some(period) = at(*day) {
                marks.put(*mark, period);
            }
        }
        for (day, price) in &gathered.price {
            if let Some(period) = at(*day) {
                marks.price_from(period, *price);
            }
        }
        marks
    }
}

fn date_of(day: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(day).unwrap_or_default()
}

/// Units and prices are kept in four bytes: whole numbers to 16 million are exact.
#[expect(clippy::cast_possible_truncation, reason = "what is larger than a f32 holds is no sale of a shop")]
fn narrow(value: f64) -> f32 {
    value.clamp(-1e30, 1e30) as f32
}

#[cfg(test)]
mod tests;
