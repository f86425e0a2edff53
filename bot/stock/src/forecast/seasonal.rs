//! Forecasts that look back one season: seasonal naive, last year at this year's level, the turn of the year.

use super::demand::{Demand, Paths};
use super::smoothing;

/// What was sold one season ago; when that period was not seen, the season before it.
pub(crate) fn naive(demand: &Demand<'_>, paths: &mut Paths<'_>) {
    let season = demand.season.max(1);
    for number in 0..paths.origins.len() {
        let origin = paths.origins[number];
        for (ahead, out) in paths.row(number).iter_mut().enumerate() {
            let seasons_back = ahead / season + 1;
            let mut back = seasons_back * season;
            let mut found = None;
            while found.is_none() && back <= origin + ahead {
                let period = origin + ahead - back;
                found = demand.seen[period].then(|| demand.value[period]);
                back += season;
            }
            *out = if demand.factor[origin + ahead] == 0.0 { 0.0 } else { found.unwrap_or(f64::NAN) };
        }
    }
}

/// Units with which a series' own growth over the year leans on that of all series.
const GROWTH_WEIGHT: f64 = 20.0;
/// How far own growth beyond that of all series is believed.
const GROWTH_BELIEF: f64 = 0.7;

/// The same weeks last year, smoothed over `reach` neighbours but with the peaks that all series share, times the growth
/// of the last `window` periods over the same periods a year before. Series that trade on festivals are best seen so.
///
/// With `lunar`, the weeks around a festival of the moon are those around the same festival last year.
pub(crate) fn last_year(
    demand: &Demand<'_>,
    reach: usize,
    window: usize,
    lunar: bool,
    paths: &mut Paths<'_>,
) {
    let Some(shape) = demand.year else { return paths.rows.fill(f64::NAN) };
    let year = shape.year;
    for number in 0..paths.origins.len() {
        let origin = paths.origins[number];
        let group = shape.growth(origin, window);
        let Some(group) = group.filter(|_| origin >= year + window) else {
            paths.row(number).fill(f64::NAN);
            continue;
        };
        let (now, _) = sold(demand, origin - window..origin);
        let (then, seen) = sold(demand, origin - window - year..origin - year);
        let own = (now + GROWTH_WEIGHT * group) / (then + GROWTH_WEIGHT);
        let growth = group * (own / group).max(1e-6).powf(GROWTH_BELIEF);
        for (ahead, out) in paths.row(number).iter_mut().enumerate() {
            // A horizon beyond a year looks back further than one.
            let last = if lunar { shape.lunar_year(origin + ahead) } else { year };
            let back = ahead / year * year + last.max(ahead % year + 1);
            let Some(centre) = (origin + ahead).checked_sub(back) else {
                *out = f64::NAN;
                continue;
            };
            let around = centre.saturating_sub(reach)..(centre + reach + 1).min(origin);
            let (units, periods) = sold(demand, around);
            let base = if periods > 0.0 { units / periods } else { then / seen.max(1.0) };
            let peak = if reach > 0 { shape.peak(centre, reach) } else { 1.0 };
            *out = if demand.factor[origin + ahead] == 0.0 { 0.0 } else { base * peak * growth };
        }
    }
}

/// Units and periods seen in a stretch.
fn sold(demand: &Demand<'_>, stretch: std::ops::Range<usize>) -> (f64, f64) {
    stretch
        .filter(|period| demand.seen[*period])
        .fold((0.0, 0.0), |(units, periods), period| (units + demand.value[period], periods + 1.0))
}

/// How far the turn of last year is believed.
const TURN_BELIEF: f64 = 0.5;

/// A fading level, turned as the group turned at the same time last year, four weeks against four weeks.
pub(crate) fn turn_of_the_year(demand: &Demand<'_>, half_life: f64, paths: &mut Paths<'_>) {
    let Some(shape) = demand.year else { return paths.rows.fill(f64::NAN) };
    smoothing::fading(demand, half_life, paths);
    let window = (shape.year / 13).max(1);
    for number in 0..paths.origins.len() {
        let origin = paths.origins[number];
        for (ahead, out) in paths.row(number).iter_mut().enumerate() {
            let block = ahead / window * window;
            let turn = if origin + block < shape.year { None } else { shape.turn(origin, block, window) };
            *out *= turn.map_or(f64::NAN, |turn| turn.powf(TURN_BELIEF));
        }
    }
}
