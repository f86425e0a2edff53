//! The course of the stock on the shelf: what is there falls with the demand and steps up when goods arrive.

use crate::count;
use crate::order::{Day, ProposedLine};

/// The most that a picture can show; whatever is larger, or no number, stands at the edge.
const MOST: f64 = 1e15;
/// Days ahead that a picture shows at most.
pub(super) const MOST_DAYS: usize = 42;

/// A moment, in days from the start of the day of the proposal, and the units at that moment.
pub(super) type Point = (f64, f64);

/// How the stock is expected to go.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Course {
    /// With this order, the mean.
    pub(super) stock: Vec<Point>,
    /// On bad days: much was asked for.
    pub(super) low: Vec<Point>,
    /// On good days: little was asked for.
    pub(super) high: Vec<Point>,
    /// Without this order, from where the two part; empty when nothing is ordered.
    pub(super) without: Vec<Point>,
    /// When the shelf is empty without this order, if it will be and is not so already.
    pub(super) empty: Option<f64>,
    /// The same with this order, before the next one can arrive.
    pub(super) empty_with: Option<f64>,
    /// The day on which goods arrive, if any do while the picture lasts.
    pub(super) arrival: Option<f64>,
    /// Units on the shelf now that are promised to nobody.
    pub(super) now: i64,
    /// Units on their way from before.
    pub(super) coming: i64,
    /// Units of this order.
    pub(super) ordered: i64,
    /// The level that is ordered up to.
    pub(super) target: i64,
}

/// A number that can be drawn.
pub(super) fn sound(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(-MOST, MOST) }
}

/// What is asked for on each day: on average, when little, and when much.
struct Demands {
    mean: Vec<f64>,
    little: Vec<f64>,
    much: Vec<f64>,
}

impl Course {
    /// The course of a line of which `ordered` units are ordered; none when nothing is known of its stock, or of the days to
    /// come.
    pub(super) fn of(line: &ProposedLine, days: &[Day], ordered: i64) -> Option<Self> {
        let told = line.line.explanation.as_ref()?;
        if days.is_empty() {
            return None;
        }
        let (now, ordered) = (told.position.free(), ordered.max(0));
        let coming = told.position.on_order.saturating_add(told.position.in_transit).max(0);
        let arrives = count::index(count::ceil(sound(line.lead_days)));
        let demands = Demands::of(days);
        let go = |demand: &[f64], ordered: i64| {
            path(drawable(now), demand, arrives, drawable(coming.saturating_add(ordered)))
        };
        let stock = go(&demands.mean, ordered);
        let without = go(&demands.mean, 0);
        Some(Self {
            low: go(&demands.much, ordered),
            high: go(&demands.little, ordered),
            empty: runs_out(&without),
            empty_with: runs_out(&stock).filter(|day| *day < sound(line.lead_days + line.review_days)),
            without: if ordered == 0 { Vec::new() } else { parted(&stock, without) },
            stock,
            arrival: (arrives < days.len() && coming.saturating_add(ordered) > 0)
                .then(|| count::len_as_float(arrives)),
            now,
            coming,
            ordered,
            target: told.target.level,
        })
    }

    /// The highest and the lowest of everything that is drawn.
    pub(super) fn range(&self) -> (f64, f64) {
        let all = [&self.stock, &self.low, &self.high, &self.without];
        let values = all.into_iter().flatten().map(|point| point.1);
        values.fold((drawable(self.target).max(1.0), 0.0), |(most, least), units| {
            (f64::max(most, units), f64::min(least, units))
        })
    }
}

/// A count as a number that can be drawn.
pub(super) fn drawable(units: i64) -> f64 {
    sound(count::as_float(units))
}

impl Demands {
    /// The days are taken to err independently, so that the band of their sum widens with the root of their number.
    fn of(days: &[Day]) -> Self {
        let mut demands = Self { mean: Vec::new(), little: Vec::new(), much: Vec::new() };
        let (mut sum, mut under, mut over) = (0.0, 0.0, 0.0);
        let (mut least, mut most) = (0.0, 0.0);
        for day in days {
            let mean = sound(day.mean).max(0.0);
            sum += mean;
            under += (mean - sound(day.low)).max(0.0).powi(2);
            over += (sound(day.high) - mean).max(0.0).powi(2);
            let little = (sum - under.sqrt()).max(least);
            let much = (sum + over.sqrt()).max(most);
            demands.mean.push(mean);
            demands.little.push(little - least);
            demands.much.push(much - most);
            (least, most) = (little, much);
        }
        demands
    }
}

/// Units day by day; what is asked for in vain is not made up for later, and a record below zero stays there until goods
/// arrive.
fn path(now: f64, demand: &[f64], arrives: usize, units: f64) -> Vec<Point> {
    let mut points = vec![(0.0, now)];
    let mut stock = now;
    for (index, asked) in demand.iter().enumerate() {
        let day = count::len_as_float(index);
        if index == arrives && units > 0.0 {
            stock = sound(stock + units);
            points.push((day, stock));
        }
        if stock > 0.0 && *asked > stock {
            points.push((day + stock / asked, 0.0));
            stock = 0.0;
        } else if stock > 0.0 {
            stock -= asked;
        }
        points.push((day + 1.0, stock));
    }
    points
}

/// When stock that was there is there no longer.
fn runs_out(path: &[Point]) -> Option<f64> {
    path.windows(2).find(|pair| pair[0].1 > 0.0 && pair[1].1 <= 0.0).map(|pair| pair[1].0)
}

/// `other` from the last point on that both have.
fn parted(path: &[Point], other: Vec<Point>) -> Vec<Point> {
    let same = path.iter().zip(&other).take_while(|(a, b)| a == b).count();
    if same == other.len() { Vec::new() } else { other.into_iter().skip(same.saturating_sub(1)).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stock_falls_to_nothing_in_the_middle_of_a_day_and_steps_up_when_goods_come() {
        assert_eq!(
            path(5.0, &[4.0, 4.0, 4.0], 2, 12.0),
            [(0.0, 5.0), (1.0, 1.0), (1.25, 0.0), (2.0, 0.0), (2.0, 12.0), (3.0, 8.0)]
        );
        assert_eq!(runs_out(&path(5.0, &[4.0, 4.0], 9, 0.0)), Some(1.25));
        assert_eq!(runs_out(&path(-2.0, &[4.0, 4.0], 9, 0.0)), None);
        assert_eq!(path(-2.0, &[4.0], 0, 12.0), [(0.0, -2.0), (0.0, 10.0), (1.0, 6.0)]);
    }

    #[test]
    fn the_band_of_a_sum_widens_with_the_root_of_its_days() {
        let demands = Demands::of(&[Day { mean: 4.0, low: 1.0, high: 8.0 }; 4]);
        let total = |days: &[f64]| days.iter().sum::<f64>();
        assert!((total(&demands.little) - 10.0).abs() < 1e-9);
        assert!((total(&demands.much) - 24.0).abs() < 1e-9);
    }
}
