//! Whether the data is good enough to order by.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ::stock::event::Tally;
use ::stock::ledger::Ledger;
use ::stock::readiness::{Check, Evidence, Report, Verdict, assess};
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::books::{events, midnight};
use super::sheets;
use super::take::hong_kong;
use crate::book;
use crate::failure::Failure;
use crate::host::documents::on_a_thread;
use crate::house::House;

/// Days of events that are looked at: as much as the report asks for, and a month more.
const DAYS: u64 = 120;
/// Days over which what came in is counted.
const INTAKES: i64 = 30;
/// So many files and batches are counted at most.
const MOST_INTAKES: u32 = 5_000;

/// The report of a day, kept as a workbook.
pub(crate) async fn readiness(house: &House, day: NaiveDate) -> Result<Value, Failure> {
    let report = assessed(house, day).await?;
    let waived = |check: &Check| {
        house.stock.waivers.iter().any(|w| check.waivable && w.check == check.id && w.holds(day))
    };
    let failed: Vec<&Check> =
        report.checks.iter().filter(|check| check.verdict == Verdict::Fail && !waived(check)).collect();
    let warned = report.checks.iter().filter(|check| check.verdict == Verdict::Warn).count();
    let waived: Vec<Value> = report
        .checks
        .iter()
        .filter(|check| check.verdict == Verdict::Fail && waived(check))
        .map(|check| json!(check.id))
        .collect();
    let bytes = book::workbook(&sheets::readiness(house.language, day, &report))
        .map_err(|why| Failure::business(&why))?;
    let kept = house.store.keep_report("readiness", bytes).await?;
    let say = |check: &&Check| match house.language {
        notify::Language::En => check.message.en.to_string(),
        notify::Language::ZhHant => check.message.zh.to_string(),
    };
    Ok(json!({
        "day": day,
        "ready": failed.is_empty(),
        "failed": failed.iter().map(say).collect::<Vec<_>>(),
        "warned": warned,
        "waived": waived,
        "file": format!("readiness {day}.xlsx"),
        "report": kept,
    }))
}

pub(super) async fn assessed(house: &House, day: NaiveDate) -> Result<Report, Failure> {
    let store = &house.store;
    let since = day.checked_sub_days(Days::new(DAYS)).unwrap_or(day);
    let texts = store.stock_events_since(since).await?;
    let listed = store.stock_list().await?;
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let known: BTreeSet<String> = listed.iter().map(|row| word(&row.terms["sku"])).collect();
    let mut declared: BTreeSet<String> = house
        .stock
        .suppliers
        .iter()
        .filter(|(_, rules)| rules.lead.is_some())
        .map(|(id, _)| id.clone())
        .collect();
    declared.extend(
        listed
            .iter()
            .filter(|row| row.terms["lead_days"].is_number())
            .map(|row| word(&row.terms["supplier"])),
    );
    let mut tally = Tally::default();
    for intake in store.stock_intakes(store.now() - chrono::TimeDelta::days(INTAKES), MOST_INTAKES).await? {
        if let Ok(own) = serde_json::from_value::<Tally>(intake.tally) {
            tally.add(&own);
        }
    }
    let (now, rules) = (hong_kong(store.now()), Arc::clone(&house.stock));
    on_a_thread(move || {
        let events = events(&texts)?;
        let ledger = Ledger::fold(&events, now.max(midnight(day)));
        let closed = BTreeMap::new();
        let evidence = Evidence {
            events: &events,
            ledger: &ledger,
            tally: &tally,
            erp_skus: &known,
            closed_days: &closed,
            declared_lead_times: &declared,
            now,
        };
        Ok(assess(&evidence, &rules.limits))
    })
    .await?
}
