//! From a dropped file to demand: the whole way, with restated days and files that come again.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use proptest::prelude::*;
use stock::event::{Event, Intake, Source};
use stock::ledger::Ledger;

fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-03-20T02:00:00+08:00").unwrap()
}

/// A file that comes so many hours after the first.
fn drop(intake: &mut Intake, events: &mut Vec<Event>, rows: &str, hours: i64) {
    let text = format!("貨號,分店,日期,數量\n{rows}");
    let at = now() - TimeDelta::hours(100 - hours);
    events.extend(intake.file(text.as_bytes(), &Source::default(), at).unwrap().events);
}

fn demand(events: &[Event]) -> Vec<(String, i64)> {
    let ledger = Ledger::fold(events, now());
    ledger.account("MK", "TEA").map_or_else(Vec::new, |account| {
        account.demand.iter().map(|(day, units)| (day.to_string(), *units)).collect()
    })
}

#[test]
fn a_restated_day_replaces_and_a_file_again_changes_nothing() {
    let (mut intake, mut events) = (Intake::default(), Vec::new());
    let first = "TEA,MK,2026-03-08,3\nTEA,MK,2026-03-09,5\n";
    drop(&mut intake, &mut events, first, 0);
    drop(&mut intake, &mut events, "TEA,MK,2026-03-09,4\nTEA,MK,2026-03-10,-2\n", 1);
    let told = [("2026-03-08", 3), ("2026-03-09", 4), ("2026-03-10", 0)];
    let told: Vec<(String, i64)> = told.iter().map(|(day, units)| ((*day).to_owned(), *units)).collect();
    assert_eq!(demand(&events), told);
    drop(&mut intake, &mut events, first, 2);
    assert_eq!(demand(&events), told);
    let account = Ledger::fold(&events, now()).accounts["MK"]["TEA"].clone();
    let day = |n| NaiveDate::from_ymd_opt(2026, 3, n).unwrap();
    assert_eq!(account.daily(day(7), day(11)), [0, 3, 4, 0, 0]);
}

#[test]
fn a_cancelled_bill_of_a_till_export_takes_its_demand_back() {
    let text = "invoice,sku,store,qty,date\n1001,TEA,MK,6,2026-03-08\nC1001,TEA,MK,-2,2026-03-08\n1002,TEA,MK,1,2026-03-09\nC1002,TEA,MK,-1,2026-03-12\n";
    let taken = Intake::default().file(text.as_bytes(), &Source::default(), now()).unwrap();
    let told: Vec<i64> = demand(&taken.events).into_iter().map(|(_, units)| units).collect();
    assert_eq!(told, [4, 1, 0], "cancelled on its day; brought back on a later one; and that later day");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn files_that_come_again_in_any_order_leave_the_last_told_number(
        rows in prop::collection::vec((1_u32..15, 0_i64..20), 1..20),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let (mut intake, mut events) = (Intake::default(), Vec::new());
        let line = |(day, units): &(u32, i64)| format!("TEA,MK,2026-03-{day:02},{units}\n");
        let mut last = std::collections::BTreeMap::new();
        for (hours, row) in (0..).zip(&rows) {
            // A day that goes back to an earlier number is the earlier row.
            let known = rows[..usize::try_from(hours).unwrap()].contains(row);
            drop(&mut intake, &mut events, &line(row), hours);
            if !known {
                last.insert(format!("2026-03-{:02}", row.0), row.1);
            }
        }
        for (hours, index) in (50..).zip(&again) {
            drop(&mut intake, &mut events, &line(&rows[index.index(rows.len())]), hours);
        }
        prop_assert_eq!(demand(&events), last.into_iter().collect::<Vec<_>>());
    }
}
