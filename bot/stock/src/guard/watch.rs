//! All triggers over a week's records.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::guard::accuracy::{t1, t2};
use crate::guard::cover::t3;
use crate::guard::drift::{HarmTest, t4};
use crate::guard::operations::{t5, t6, t7, t8};
use crate::guard::record::{Records, StockWeek};
use crate::guard::verdict::{Form, Trigger, Verdict};

/// Weeks before the canary that T3 compares with.
const BASELINE_WEEKS: u64 = 4;

/// Which wording of each trigger is in force. What is not named is in its default form.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// The form of a trigger, where it is not the default.
    pub forms: BTreeMap<Trigger, Form>,
    /// T4's test for harm.
    pub harm: HarmTest,
}

impl Rules {
    /// All triggers in one form.
    pub fn all(form: Form) -> Self {
        Self { forms: Trigger::ALL.map(|trigger| (trigger, form)).into(), harm: HarmTest::default() }
    }

    /// The form of a trigger.
    pub fn form(&self, trigger: Trigger) -> Form {
        self.forms.get(&trigger).copied().unwrap_or_default()
    }
}

/// The verdicts of the week that begins on the Monday `week`, for a canary that began in the week of `canary_from`. Records of
/// later weeks are not looked at; a trigger without a record of this week says nothing.
pub fn watch(records: &Records, rules: &Rules, canary_from: NaiveDate, week: NaiveDate) -> Vec<Verdict> {
    let next = week.checked_add_days(Days::new(7)).unwrap_or(NaiveDate::MAX);
    let earliest = canary_from.checked_sub_days(Days::new(7 * BASELINE_WEEKS)).unwrap_or(NaiveDate::MIN);
    let baseline: Vec<StockWeek> = records
        .stock
        .iter()
        .filter(|stock| stock.week >= earliest && stock.week < canary_from)
        .copied()
        .collect();
    let accuracy = within(&records.accuracy, canary_from, next, |row| row.week);
    let stock = within(&records.stock, canary_from, next, |row| row.week);
    let drift = within(&records.drift, canary_from, next, |row| row.week);
    let promotions = within(&records.promotions, canary_from, next, |row| row.week);
    let systems = within(&records.systems, canary_from, next, |row| row.week);
    let receipts = within(&records.receipts, canary_from, next, |row| row.day);
    let model = within(&records.model, canary_from, next, |row| row.week);
    let verdicts = [
        t1(rules.form(Trigger::T1), accuracy),
        t2(rules.form(Trigger::T2), accuracy),
        t3(rules.form(Trigger::T3), &baseline, stock),
        t4(rules.form(Trigger::T4), drift, rules.harm),
        t5(rules.form(Trigger::T5), promotions),
        t6(rules.form(Trigger::T6), systems),
        t7(rules.form(Trigger::T7), receipts),
        t8(rules.form(Trigger::T8), model),
    ];
    verdicts.into_iter().flatten().filter(|verdict| verdict.week == week).collect()
}

/// The rows from `from` on and before `end`; rows are by rising date.
fn within<T>(rows: &[T], from: NaiveDate, end: NaiveDate, date: impl Fn(&T) -> NaiveDate) -> &[T] {
    let start = rows.partition_point(|row| date(row) < from);
    let stop = rows.partition_point(|row| date(row) < end).max(start);
    &rows[start..stop]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::accuracy::tests::{monday, sku};
    use crate::guard::record::AccuracyWeek;

    #[test]
    fn weeks_before_the_canary_and_after_this_week_are_not_looked_at() {
        let off = |week| AccuracyWeek { week: monday(week), skus: vec![sku("a", 10, 20.0, 10.0)] };
        let records = Records { accuracy: (1..6).map(off).collect(), ..Records::default() };
        let fired = |from, week| {
            let verdicts = watch(&records, &Rules::default(), monday(from), monday(week));
            verdicts.iter().any(|verdict| verdict.trigger == Trigger::T1 && verdict.fired)
        };
        assert!(fired(2, 3));
        assert!(!fired(3, 3), "one week is not two");
        assert!(watch(&records, &Rules::default(), monday(1), monday(9)).is_empty());
    }

    #[test]
    fn rules_name_what_is_not_default() {
        let rules = Rules { forms: [(Trigger::T2, Form::Literal)].into(), ..Rules::default() };
        assert_eq!((rules.form(Trigger::T1), rules.form(Trigger::T2)), (Form::Default, Form::Literal));
        assert_eq!(Rules::all(Form::Literal).form(Trigger::T8), Form::Literal);
    }
}
