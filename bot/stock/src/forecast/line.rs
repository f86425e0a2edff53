//! The line of periods that all series share, and a series on it: values, what shows demand, what is planned.

use chrono::NaiveDate;

use super::demand::Demand;
use super::year::YearShape;
use crate::series::{Every, Mark, Series};

/// The line of periods that all series share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) every: Every,
    pub(crate) first: NaiveDate,
    pub(crate) length: usize,
    pub(crate) horizon: usize,
}

/// A series on the line, before factors are known.
pub(crate) struct Bare {
    /// Where on the line it begins.
    pub(crate) start: usize,
    pub(crate) value: Vec<f64>,
    pub(crate) seen: Vec<bool>,
    /// Past and horizon.
    pub(crate) promotion: Vec<bool>,
    /// Closed days of the horizon.
    pub(crate) closed: Vec<bool>,
}

impl Line {
    /// A series on the line: at most as long as the line, without the zeros before the item was sold at all.
    pub(crate) fn bare(&self, series: &Series) -> Bare {
        let all = series.values.len();
        let cut = all.saturating_sub(self.length);
        let skip = cut + not_yet_sold(&series.values[cut..]);
        let value: Vec<f64> = series.values[skip..].iter().map(|value| f64::from(*value).max(0.0)).collect();
        let periods = value.len();
        let mut bare = Bare {
            start: self.length - periods,
            seen: vec![true; periods],
            promotion: vec![false; periods + self.horizon],
            closed: vec![false; self.horizon],
            value,
        };
        if let Some(marks) = &series.marks {
            let places = |mark| {
                let on = marks.periods(mark).iter();
                on.filter_map(move |period| (*period as usize).checked_sub(skip))
                    .filter(|at| *at < periods + self.horizon)
            };
            for mark in [Mark::StockOut, Mark::Closed, Mark::Unknown] {
                for period in places(mark).filter(|period| *period < periods) {
                    bare.seen[period] = false;
                }
            }
            for period in places(Mark::Promotion) {
                bare.promotion[period] = true;
            }
            for period in places(Mark::Closed).filter_map(|period| period.checked_sub(periods)) {
                bare.closed[period] = true;
            }
        }
        bare
    }
}

impl Bare {
    /// The models' view.
    pub(crate) fn demand<'a>(
        &'a self,
        factor: &'a [f64],
        every: Every,
        year: &'a YearShape<'a>,
    ) -> Demand<'a> {
        let season = every.season();
        let enough = self.value.len() >= 2 * season;
        Demand {
            value: &self.value,
            seen: &self.seen,
            factor,
            season: if enough { season } else { 1 },
            year: Some(year),
        }
    }

    /// The level around each period: sold over expected within `reach` to both sides, promotions and days that were not
    /// seen left out.
    pub(crate) fn local_level(&self, factor: &[f64], reach: usize) -> Vec<f64> {
        let periods = self.value.len();
        let (mut sold, mut exposed) = (Vec::with_capacity(periods + 1), Vec::with_capacity(periods + 1));
        let (mut sum, mut weight) = (0.0, 0.0);
        sold.push(0.0);
        exposed.push(0.0);
        for (period, factor) in factor.iter().enumerate().take(periods) {
            if self.seen[period] && !self.promotion[period] {
                sum += self.value[period];
                weight += factor;
            }
            sold.push(sum);
            exposed.push(weight);
        }
        let all = if weight > 0.0 { sum / weight } else { 0.0 };
        (0..periods)
            .map(|period| {
                let (from, to) = (period.saturating_sub(reach), (period + reach + 1).min(periods));
                let exposed = exposed[to] - exposed[from];
                if exposed > 0.5 { ((sold[to] - sold[from]) / exposed).max(0.0) } else { all }
            })
            .collect()
    }
}

/// Zeros at the beginning that are too many for an item that sells as this one did later: it was not on the shelf yet.
fn not_yet_sold(values: &[f32]) -> usize {
    let Some(first) = values.iter().position(|value| *value > 0.0) else { return 0 };
    let later = &values[first..];
    let count =
        |some: bool| later.iter().filter(|value| some || **value > 0.0).fold(0.0_f64, |sum, _| sum + 1.0);
    let share = count(false) / count(true);
    let run = values[..first].iter().fold(0.0, |sum, _| sum + 1.0_f64);
    // The chance of such a run when the item was on the shelf.
    let chance = run * (1.0 - share).max(1e-12).ln();
    if chance < 0.01_f64.ln() { first } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_before_the_launch_are_cut_and_those_of_a_rare_item_stay() {
        let mut launched = vec![0.0; 60];
        launched.extend([2.0, 0.0, 3.0, 1.0, 2.0, 0.0, 1.0]);
        assert_eq!(not_yet_sold(&launched), 60);
        let rare: Vec<f32> = (0..60_u8).map(|day| f32::from(u8::from(day % 20 == 15))).collect();
        assert_eq!(not_yet_sold(&rare), 0);
        assert_eq!(not_yet_sold(&[0.0; 9]), 0);
    }
}
