//! The way back: automatic lines become suggestions, open orders stay as they are and are listed, and people go on from the
//! manual order sheet. Doing it twice does nothing more.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::guard::assignment::{Arm, Assigned};
use crate::guard::incident::IncidentId;
use crate::guard::ramp::Ramp;
use crate::guard::verdict::{Reach, Verdict};
use crate::policy::line::{Line, Outcome};
use crate::sentence::Sentence;

/// An order that is on its way; a roll-back never touches it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenOrder {
    /// The purchase order.
    pub po_id: String,
    /// The store.
    pub store: String,
    /// The SKU.
    pub sku: String,
    /// Units still to come.
    pub units: i64,
    /// The day it is due, if promised.
    pub due: Option<NaiveDate>,
}

/// What a line is after a roll-back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The line, unchanged.
    pub line: Line,
    /// What the buyer reads.
    pub note: Sentence,
}

/// What a roll-back leaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RolledBack {
    /// The incident that caused it.
    pub incident: IncidentId,
    /// All SKUs; those that are reached in the manual arm.
    pub arms: Vec<Assigned>,
    /// The ramp, stopped if everything is reached.
    pub ramp: Ramp,
    /// Lines of the day that ordered something and were not sent.
    pub suggestions: Vec<Suggestion>,
    /// Open orders, untouched, by supplier's order, for a person to look through.
    pub open_orders: Vec<OpenOrder>,
    /// What the owner, the store managers and the representatives are told.
    pub notice: Sentence,
}

/// Rolls back on `day` what a verdict reaches: everything, or the SKUs that it names (as `store/sku`), in which case the ramp
/// goes on for the others. `lines` are the day's lines that were not sent to a supplier; `arms` the assignment as it is, which
/// stays in the audit chain.
pub fn roll_back(
    day: NaiveDate,
    (incident, verdict): (&IncidentId, &Verdict),
    arms: &[Assigned],
    ramp: &Ramp,
    lines: &[Line],
    open_orders: &[OpenOrder],
) -> RolledBack {
    let named: BTreeSet<&str> = verdict.subjects.iter().map(String::as_str).collect();
    let reached = |store: &str, sku: &str| {
        verdict.reach == Reach::All || named.contains(format!("{store}/{sku}").as_str())
    };
    let suggestions: Vec<Suggestion> = lines
        .iter()
        .filter(|line| matches!(line.outcome, Outcome::Order { .. }) && reached(&line.id.store, &line.id.sku))
        .map(|line| Suggestion {
            line: line.clone(),
            note: Sentence::fixed(
                "A suggestion only; nothing is ordered unless you order it.",
                "僅供參考，除非你下訂單，否則不會訂貨。",
            ),
        })
        .collect();
    let mut open_orders = open_orders.to_vec();
    open_orders.sort_by(|a, b| (&a.po_id, &a.store, &a.sku).cmp(&(&b.po_id, &b.store, &b.sku)));
    let automatic = arms.iter().filter(|sku| sku.arm == Arm::Auto && reached(&sku.store, &sku.sku)).count();
    let (waiting, open) = (suggestions.len(), open_orders.len());
    let notice = Sentence::new(
        format!(
            "Automatic ordering stopped on {day} (incident {incident}). {automatic} items go back to manual ordering, {waiting} lines are suggestions now, {open} open orders stay as they are. Order from the manual sheet."
        ),
        format!(
            "自動訂貨已於 {day} 停止（事故 {incident}）。{automatic} 項貨品回復人手訂貨，{waiting} 行改為建議，{open} 張未完成訂單維持不變。請按人手訂貨表訂貨。"
        ),
    );
    let back = |sku: &Assigned| {
        let arm = if reached(&sku.store, &sku.sku) { Arm::Manual } else { sku.arm };
        Assigned { arm, ..sku.clone() }
    };
    RolledBack {
        incident: incident.clone(),
        arms: arms.iter().map(back).collect(),
        ramp: match verdict.reach {
            Reach::All => Ramp { rolled_back: ramp.rolled_back.or(Some(day)), ..ramp.clone() },
            Reach::Named => ramp.clone(),
        },
        suggestions,
        open_orders,
        notice,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use crate::guard::assignment::assign;
    use crate::guard::assignment::tests::two_stores;
    use crate::guard::verdict::{Form, Trigger};

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, 1).unwrap()
    }

    fn verdict(reach: Reach, subjects: &[&str]) -> Verdict {
        Verdict {
            trigger: Trigger::T1,
            form: Form::Default,
            week: day(),
            fired: true,
            figure: 0.3,
            limit: 0.25,
            subjects: subjects.iter().map(|subject| (*subject).to_owned()).collect(),
            reach,
            why: Sentence::fixed("", ""),
        }
    }

    #[test]
    fn everything_becomes_manual_once_and_open_orders_are_left_alone() {
        let arms = assign(&two_stores(), "seed").unwrap().skus;
        let incident = IncidentId::derive("pilot", Trigger::T1, day());
        let cause = (&incident, &verdict(Reach::All, &["Sha Tin/sku001"]));
        let order = |po_id: &str| OpenOrder {
            po_id: po_id.into(),
            store: "S".into(),
            sku: "a".into(),
            units: 12,
            due: None,
        };
        let orders = [order("PO2"), order("PO1")];
        let first = roll_back(day(), cause, &arms, &Ramp::default(), &[], &orders);
        assert!(first.arms.iter().all(|sku| sku.arm == Arm::Manual));
        assert_eq!(first.open_orders, [order("PO1"), order("PO2")]);
        assert!(first.notice.en.contains("200 items") && first.notice.zh.contains("2 張未完成訂單"));
        let later = day().succ_opt().unwrap();
        let again = roll_back(later, cause, &first.arms, &first.ramp, &[], &first.open_orders);
        assert_eq!(
            (&again.arms, &again.ramp, &again.open_orders),
            (&first.arms, &first.ramp, &first.open_orders)
        );
    }

    #[test]
    fn one_item_goes_back_alone() {
        let arms = assign(&two_stores(), "seed").unwrap().skus;
        let auto = arms.iter().find(|sku| sku.arm == Arm::Auto).unwrap();
        let named = format!("{}/{}", auto.store, auto.sku);
        let incident = IncidentId::derive("pilot", Trigger::T1, day());
        let back = roll_back(
            day(),
            (&incident, &verdict(Reach::Named, &[&named])),
            &arms,
            &Ramp::default(),
            &[],
            &[],
        );
        let automatic = |arms: &[Assigned]| arms.iter().filter(|sku| sku.arm == Arm::Auto).count();
        assert_eq!(automatic(&back.arms) + 1, automatic(&arms));
        assert_eq!(back.ramp.rolled_back, None);
    }
}
