//! Where what stands: the two parts of the picture, their scales, and the days below them.

use chrono::{Days, NaiveDate};

use super::Size;
use super::course::{Course, Point, sound};
use super::svg::{Anchor, EDGE, INK, LINE, NOTE, Svg, Type};
use super::words::Words;
use crate::count;
use crate::order::{Day, Outlook};

/// A part of the picture: from `top` to `bottom` stand the units from `most` to `least`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) most: f64,
    pub(super) least: f64,
}

impl Part {
    /// The height of so many units.
    pub(super) fn y(&self, units: f64) -> f64 {
        let share = (sound(units) - self.least) / (self.most - self.least).max(f64::MIN_POSITIVE);
        self.bottom - share.clamp(0.0, 1.0) * (self.bottom - self.top)
    }

    /// Round numbers above zero, at most four.
    pub(super) fn rounds(&self) -> Vec<f64> {
        let step = round_step(self.most / 4.0);
        (1..=4).map(|times| step * f64::from(times)).filter(|units| *units <= self.most).collect()
    }
}

/// 1, 2 or 5 times a power of ten, at least 1, and not below `value`.
fn round_step(value: f64) -> f64 {
    let power = 10.0_f64.powf(value.max(1.0).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|times| times * power);
    steps.into_iter().find(|step| *step >= value).unwrap_or(power * 10.0)
}

/// The picture's measures.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) left: f64,
    pub(super) right: f64,
    /// The stock, from the day of the proposal on.
    pub(super) stock: Part,
    /// Units sold and expected a day.
    pub(super) sales: Part,
    /// Days before that of the proposal that are shown.
    past: f64,
    /// Days from it on that are shown.
    future: f64,
    /// Whether there are words.
    pub(super) words: bool,
    /// Units sold, with the number of days from the proposal (−1 is the day before).
    pub(super) sold: Vec<(f64, Option<f64>)>,
}

impl Frame {
    pub(super) fn new(size: Size, outlook: &Outlook, days: &[Day], course: Option<&Course>) -> Self {
        let past = if size == Size::Page { days.len().clamp(21, 28) } else { days.len().clamp(7, 14) };
        let skipped = outlook.sold.len().saturating_sub(past);
        let ago = count::len_as_float(outlook.sold.len() - skipped);
        let sold: Vec<(f64, Option<f64>)> = outlook.sold[skipped..]
            .iter()
            .enumerate()
            .map(|(index, sold)| (count::len_as_float(index) - ago, sold.map(|units| sound(units).max(0.0))))
            .collect();
        let expected = days.iter().flat_map(|day| [sound(day.mean), sound(day.high)]);
        let most = sold.iter().filter_map(|(_, sold)| *sold).chain(expected).fold(1.0, f64::max);
        let (above, below) = course.map_or((1.0, 0.0), Course::range);
        let part = |(top, bottom), most, least| Part { top, bottom, most, least };
        let (stock, sales) = match (size, course.is_some()) {
            (Size::Page, true) => ((24.0, 146.0), (178.0, 236.0)),
            (Size::Page, false) => ((24.0, 24.0), (40.0, 236.0)),
            (Size::Small, true) => ((3.0, 34.0), (39.0, 54.5)),
            (Size::Small, false) => ((3.0, 3.0), (6.0, 54.5)),
        };
        let words = size == Size::Page;
        let (width, height, left, right) =
            if words { (640.0, 260.0, 36.0, 598.0) } else { (180.0, 56.0, 1.0, 179.0) };
        Self {
            width,
            height,
            left,
            right,
            stock: part(stock, above * 1.04, below),
            sales: part(sales, most * 1.04, 0.0),
            past: count::len_as_float(past),
            future: count::len_as_float(days.len()),
            words,
            sold,
        }
    }

    /// Where a moment stands, in days from the start of the day of the proposal.
    pub(super) fn x(&self, day: f64) -> f64 {
        self.left + (day + self.past) / (self.past + self.future) * (self.right - self.left)
    }

    /// The width of a day.
    pub(super) fn day(&self) -> f64 {
        (self.right - self.left) / (self.past + self.future)
    }

    /// A line of days and units in `part`.
    pub(super) fn place(&self, part: &Part, points: &[Point]) -> Vec<Point> {
        points.iter().map(|(day, units)| (self.x(*day), part.y(*units))).collect()
    }

    /// The base, the line of the day of the proposal, and each week's day below.
    pub(super) fn draw_axis(&self, svg: &mut Svg, words: &Words) {
        let base = self.sales.bottom;
        let today = self.x(0.0);
        svg.straight((today, self.stock.top), (today, base), &format!("stroke=\"{LINE}\""));
        if !self.words {
            return;
        }
        let roomy = self.day() * 7.0 > 50.0;
        let mut month: Option<String> = None;
        let (past, future) = (count::nearest(self.past), count::nearest(self.future));
        for day in (-past..=future).filter(|day| day % 7 == 0 && *day < future.max(1)) {
            let x = self.x(count::as_float(day));
            svg.straight((x, base), (x, base + 4.0), &format!("stroke=\"{EDGE}\""));
            let date = moved(words.day, day);
            let here = date.format("%Y-%m").to_string();
            let named = day == 0 || month.as_ref().map_or(roomy, |before| *before != here);
            month = Some(here);
            let text = if named { words.date(date) } else { words.day_number(date) };
            let fill = if day == 0 { INK } else { NOTE.fill };
            svg.text((x, base + 17.0), &text, Type { bold: day == 0, fill, anchor: Anchor::Middle, ..NOTE });
        }
    }
}

/// So many days after `day`.
pub(super) fn moved(day: NaiveDate, days: i64) -> NaiveDate {
    let by = Days::new(days.unsigned_abs());
    let moved = if days < 0 { day.checked_sub_days(by) } else { day.checked_add_days(by) };
    moved.unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_a_few_round_numbers() {
        let rounds = |most| Part { top: 0.0, bottom: 1.0, most, least: 0.0 }.rounds();
        assert_eq!(rounds(42.0), [20.0, 40.0]);
        assert_eq!(rounds(1.0), [1.0]);
        assert_eq!(rounds(3.9), [1.0, 2.0, 3.0]);
        assert!(rounds(2e15).len() <= 4);
    }
}
