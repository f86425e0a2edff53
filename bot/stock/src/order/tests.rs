#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::ledger::Ledger;
use crate::policy::{
    DailyDemand, DayLimits, Goal, Item, LeadTime, OrderRules, Pack, Position, Protection, Standing, propose,
};

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

fn now() -> DateTime<FixedOffset> {
    "2026-11-23T09:00:00+08:00".parse().unwrap()
}

/// A proposal with one line for each daily demand; packs of six, minimum twelve.
fn proposal(means: &[f64]) -> Proposal {
    let rules = OrderRules { pack: Pack::new(6).unwrap(), moq: 12, ..OrderRules::default() };
    let items: Vec<Item> = (1..)
        .zip(means)
        .map(|(number, mean)| Item {
            store: "MK".to_owned(),
            sku: format!("TEA-{number}"),
            supplier: Some("Foglamp".to_owned()),
            standing: Standing::Active,
            position: Position { on_hand: 10, ..Position::default() },
            count_first: false,
            forecast: Some(DailyDemand { mean: *mean, sigma: mean.sqrt() }),
            protection: Protection::new(7.0, &LeadTime::certain(3.0).unwrap()).unwrap(),
            goal: Goal::FillRate(0.98),
            rules,
            unit_cost: Decimal::new(1250, 2),
            unit_margin: Decimal::ONE,
            unit_load: 0,
        })
        .collect();
    let lines = propose(day(), &items, &[], &DayLimits::default());
    let line = |line| ProposedLine {
        line,
        name: "Tieguanyin".to_owned(),
        rules,
        unit_cost: Decimal::new(1250, 2),
        lead_days: 2.5,
        review_days: 7.0,
        class: None,
        outlook: None,
    };
    Proposal {
        number: "PO-20261123-01".to_owned(),
        day: day(),
        supplier: Supplier::named("Foglamp"),
        currency: "HKD".to_owned(),
        buyer: "Tea Shop".to_owned(),
        lines: lines.into_iter().map(line).collect(),
    }
}

fn edit(units: i64) -> Edit {
    Edit { units, reason: EditReason::Promotion }
}

#[test]
fn a_proposal_that_nobody_changes_is_ordered_as_it_is() {
    let proposal = proposal(&[4.0, 0.1]);
    let order = proposal.approve(&Edits::new()).unwrap();
    assert_eq!(order.lines.len(), 1);
    let line = &order.lines[0];
    assert_eq!((line.units, line.units % 6, line.reason), (line.proposed, 0, None));
    assert_eq!(order.total, proposal.total());
    assert_eq!(order.expected, "2026-11-26".parse().unwrap());
}

#[test]
fn what_a_person_changes_is_kept_with_its_reason() {
    let proposal = proposal(&[4.0, 0.1]);
    let edits = Edits::from([("MK/TEA-1".to_owned(), edit(0)), ("MK/TEA-2".to_owned(), edit(18))]);
    let order = proposal.approve(&edits).unwrap();
    assert_eq!(order.lines.len(), 1);
    let line = &order.lines[0];
    assert_eq!((line.sku.as_str(), line.units, line.packs, line.proposed), ("TEA-2", 18, 3, 0));
    assert_eq!(line.reason, Some(EditReason::Promotion));
    assert_eq!(order.total, Decimal::new(22500, 2));
}

#[test]
fn every_wrong_change_is_told() {
    let proposal = proposal(&[4.0, 4.0, 4.0, 4.0]);
    let edits = [("MK/TEA-1", 13), ("MK/TEA-2", 6), ("MK/TEA-3", -6), ("MK/TEA-9", 6)];
    let edits: Edits = edits.into_iter().map(|(key, units)| (key.to_owned(), edit(units))).collect();
    let wrong = proposal.approve(&edits).unwrap_err();
    let codes: BTreeMap<&str, &str> =
        wrong.iter().map(|error| (error.key().unwrap(), error.code())).collect();
    let told =
        [("MK/TEA-1", "DH-8100"), ("MK/TEA-2", "DH-8101"), ("MK/TEA-3", "DH-8102"), ("MK/TEA-9", "DH-8103")];
    assert_eq!(codes, BTreeMap::from(told));
    assert!(wrong[0].to_string().contains("MK/TEA-9"));
}

#[test]
fn an_order_of_nothing_is_a_rejection() {
    let proposal = proposal(&[4.0]);
    let nothing = Edits::from([("MK/TEA-1".to_owned(), edit(0))]);
    assert_eq!(proposal.approve(&nothing).unwrap_err(), [EditError::Nothing]);
}

#[test]
fn what_is_ordered_is_on_its_way_until_it_comes_or_is_called_off() {
    let order = proposal(&[4.0]).approve(&Edits::new()).unwrap();
    let (told, units) = (order.events(now()), order.lines[0].units);
    let later = now() + chrono::TimeDelta::hours(30);
    let on_order = |events: &[crate::event::Event]| {
        let ledger = Ledger::fold(events, later + chrono::TimeDelta::days(1));
        ledger.account("MK", "TEA-1").unwrap().on_order
    };
    assert_eq!(on_order(&told), units);
    assert_eq!(on_order(&[told.clone(), order.events(later)].concat()), units);
    assert_eq!(on_order(&[told.clone(), order.called_off(later)].concat()), 0);
    let received = [told, order.received(later)].concat();
    assert_eq!(on_order(&received), 0);
    let ledger = Ledger::fold(&received, later + chrono::TimeDelta::days(1));
    assert_eq!(ledger.lead_times["Foglamp"][0].days, 1);
}

#[test]
fn a_change_is_worth_what_it_brought_nearer() {
    let line = |proposed, ordered, demand| Settled {
        proposed,
        ordered,
        position: 10,
        demand,
        unit_cost: Decimal::TWO,
        reason: EditReason::Season,
    };
    // 20 were right: 30 instead of 12 is ten off instead of eight; 18 instead of 12 is two instead of eight.
    let added = value_added(&[line(12, 30, 30), line(12, 18, 30)]);
    let season = &added[&EditReason::Season];
    assert_eq!((season.changed, season.better, season.worse), (2, 1, 1));
    assert_eq!((season.proposed_off, season.ordered_off), (16, 12));
    assert_eq!(season.worth, Decimal::new(8, 0));
    // Nobody knew better: the shelf was full enough.
    assert_eq!(line(12, 0, 4).right(), 0);
}

proptest! {
    #[test]
    fn whatever_is_approved_comes_in_whole_packs_and_never_under_the_minimum(
        units in prop::collection::vec(-20_i64..200, 3),
    ) {
        let proposal = proposal(&[4.0, 9.0, 0.1]);
        let edits: Edits =
            (1..).zip(units).map(|(number, units)| (format!("MK/TEA-{number}"), edit(units))).collect();
        if let Ok(order) = proposal.approve(&edits) {
            for line in &order.lines {
                prop_assert!(line.units % 6 == 0 && line.units >= 12);
                prop_assert_eq!(line.packs * line.pack, line.units);
            }
            let sum: Decimal = order.lines.iter().map(|line| line.amount).sum();
            prop_assert_eq!(order.total, sum);
        }
    }

    #[test]
    fn a_proposal_survives_being_written_down(means in prop::collection::vec(0.0_f64..50.0, 1..5)) {
        let proposal = proposal(&means);
        let again: Proposal = serde_json::from_str(&serde_json::to_string(&proposal).unwrap()).unwrap();
        prop_assert_eq!(again.ordering().count(), proposal.ordering().count());
        prop_assert_eq!(again.total(), proposal.total());
    }
}
