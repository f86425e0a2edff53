//! How often the chosen rules would have cried wolf on the business's own past, when nothing was wrong: published before the
//! pilot begins.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::count;
use crate::guard::record::Records;
use crate::guard::verdict::{Form, Reach, Trigger};
use crate::guard::watch::{Rules, watch};

/// The false alarms of a trigger.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FalseAlarms {
    /// The trigger.
    pub trigger: Trigger,
    /// Its wording.
    pub form: Form,
    /// Stretches of the past on which it could be asked.
    pub windows: usize,
    /// Of these, those in which it fired at least once.
    pub fired: usize,
    /// fired / windows: the chance of a false alarm in a stretch of that length.
    pub rate: f64,
    /// The same for firings that reach everything, not only what they name.
    pub rate_all: f64,
    /// For triggers that name SKUs or suppliers: how many are named per stretch, on average.
    pub named: f64,
}

/// Asks `rules` as if a canary had begun in every week of the past and been watched for `weeks` weeks; a month is 4.
///
/// The past must be one in which nothing was wrong; where something was, leave it out of the records.
pub fn false_alarms(past: &Records, rules: &Rules, weeks: u8) -> Vec<FalseAlarms> {
    let mondays = mondays(past);
    let Some(&last) = mondays.last() else { return Vec::new() };
    let length = u64::from(weeks.max(1));
    let starts: Vec<NaiveDate> = mondays
        .iter()
        .copied()
        .filter(|start| start.checked_add_days(Days::new(7 * (length - 1))).is_some_and(|end| end <= last))
        .collect();
    let windows: Vec<BTreeMap<Trigger, Stretch>> =
        starts.par_iter().map(|&start| window(past, rules, start, length)).collect();
    let of = |trigger: Trigger| {
        let asked: Vec<Stretch> = windows.iter().filter_map(|window| window.get(&trigger).copied()).collect();
        let fired = asked.iter().filter(|stretch| stretch.fired).count();
        let n = count::len_as_float(asked.len().max(1));
        let named: usize = asked.iter().map(|stretch| stretch.named).sum();
        FalseAlarms {
            trigger,
            form: rules.form(trigger),
            windows: asked.len(),
            fired,
            rate: count::len_as_float(fired) / n,
            rate_all: count::len_as_float(asked.iter().filter(|stretch| stretch.all).count()) / n,
            named: count::len_as_float(named) / n,
        }
    };
    Trigger::ALL.into_iter().map(of).filter(|alarms| alarms.windows > 0).collect()
}

/// What a trigger did in a stretch.
#[derive(Clone, Copy, Default)]
struct Stretch {
    fired: bool,
    all: bool,
    named: usize,
}

/// For each trigger that could be asked in a stretch: whether it fired, and how many it named.
fn window(past: &Records, rules: &Rules, start: NaiveDate, weeks: u64) -> BTreeMap<Trigger, Stretch> {
    let mut found: BTreeMap<Trigger, (Stretch, BTreeSet<String>)> = BTreeMap::new();
    for week in (0..weeks).filter_map(|week| start.checked_add_days(Days::new(7 * week))) {
        for verdict in watch(past, rules, start, week) {
            let (stretch, named) = found.entry(verdict.trigger).or_default();
            if verdict.fired {
                stretch.fired = true;
                stretch.all |= verdict.reach == Reach::All;
                named.extend(verdict.subjects);
            }
        }
    }
    let counted = |(trigger, (stretch, named)): (Trigger, (Stretch, BTreeSet<String>))| {
        (trigger, Stretch { named: named.len(), ..stretch })
    };
    found.into_iter().map(counted).collect()
}

fn mondays(past: &Records) -> Vec<NaiveDate> {
    let receipts =
        past.receipts.iter().filter_map(|row| row.day.week(chrono::Weekday::Mon).checked_first_day());
    let mut mondays: Vec<NaiveDate> = (past.accuracy.iter().map(|row| row.week))
        .chain(past.stock.iter().map(|row| row.week))
        .chain(past.drift.iter().map(|row| row.week))
        .chain(past.promotions.iter().map(|row| row.week))
        .chain(past.systems.iter().map(|row| row.week))
        .chain(past.model.iter().map(|row| row.week))
        .chain(receipts)
        .collect();
    mondays.sort_unstable();
    mondays.dedup();
    mondays
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use crate::guard::accuracy::tests::{monday, sku};
    use crate::guard::record::AccuracyWeek;
    use crate::policy::demand::Demand;
    use crate::replay::draw_for_tests;

    /// Forty SKUs whose forecast is perfect: what is sold is Poisson around it.
    fn perfect(mean: f64) -> Records {
        let demand = Demand::poisson(mean).unwrap();
        let week = |week: u64| {
            let sold = |name: u64| demand.quantile(draw_for_tests(week, name)).unwrap();
            let skus = (0..40).map(|name| sku(&format!("sku{name}"), sold(name), mean, mean)).collect();
            AccuracyWeek { week: monday(week), skus }
        };
        Records { accuracy: (0..60).map(week).collect(), ..Records::default() }
    }

    fn rate(records: &Records, form: Form, trigger: Trigger) -> FalseAlarms {
        let alarms = false_alarms(records, &Rules::all(form), 4);
        *alarms.iter().find(|alarms| alarms.trigger == trigger).unwrap()
    }

    #[test]
    fn with_a_perfect_forecast_the_literal_rule_always_fires_and_the_default_never() {
        let records = perfect(10.0);
        let literal = rate(&records, Form::Literal, Trigger::T1);
        assert_eq!((literal.windows, literal.fired), (57, 57));
        assert!(
            literal.named > 10.0,
            "a quarter of forty and more breach by chance alone: {}",
            literal.named
        );
        assert_eq!(rate(&records, Form::Default, Trigger::T1).fired, 0);
    }

    #[test]
    fn fast_sellers_seldom_breach_by_chance() {
        let records = perfect(150.0);
        assert!(rate(&records, Form::Literal, Trigger::T1).rate < 0.2);
        assert_eq!(rate(&records, Form::Default, Trigger::T2).fired, 0);
        assert!(false_alarms(&Records::default(), &Rules::default(), 4).is_empty());
    }
}
