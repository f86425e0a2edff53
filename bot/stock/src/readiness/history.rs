//! How long, how finely and in which zone stores have told their sales.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::check::{Check, CheckId, Defect, Verdict, found, pass_if};
use super::{Evidence, Limits};
use crate::event::Moment;
use crate::sentence::Sentence;

/// Days of history of the store that has the fewest. A day counts when the till told anything, or when the store is
/// declared closed: a missing day is not a day without sales.
pub(super) fn length(evidence: &Evidence<'_>, limits: &Limits) -> Check {
    let mut fewest: Option<u64> = None;
    let mut defects = Vec::new();
    for (store_id, open) in &evidence.ledger.open_days {
        let closed = evidence.closed_days.get(store_id);
        let last = last_whole_day(evidence);
        let Some(first) = open.first().copied() else { continue };
        let mut told = 0;
        let mut gaps: Vec<NaiveDate> = Vec::new();
        for day in first.iter_days().take_while(|day| *day <= last) {
            if open.contains(&day) || closed.is_some_and(|days| days.contains(&day)) {
                told += 1;
            } else {
                gaps.push(day);
            }
        }
        fewest = Some(fewest.map_or(told, |fewest| fewest.min(told)));
        if told < limits.history_days {
            let defect = Defect::new(
                format!("{told} days of history, of {} asked.", limits.history_days),
                format!("只有 {told} 日歷史，要求 {} 日。", limits.history_days),
            );
            defects.push(defect.store(store_id));
        }
        defects.extend(gaps.into_iter().map(|day| {
            let defect = Defect::new(
                "Nothing was told of this day; declare the store closed, or send the day.",
                "此日沒有數據；如分店休息請聲明，否則請補傳。",
            );
            defect.store(store_id).day(day)
        }));
    }
    let days = fewest.unwrap_or(0);
    let verdict = match pass_if(days >= limits.history_days) {
        Verdict::Pass if !defects.is_empty() => Verdict::Warn,
        verdict => verdict,
    };
    let message = match verdict {
        Verdict::Pass => Sentence::new("Every store has enough history.", "各分店的歷史足夠。"),
        Verdict::Warn => Sentence::new(
            "Every store has enough history, with days of which nothing was told.",
            "各分店的歷史足夠，但有些日子沒有數據。",
        ),
        Verdict::Fail => Sentence::new(
            "A store has too little history; send older days, or wait.",
            "有分店的歷史不足；請補傳較早日子或稍候。",
        ),
    };
    let limit = format!("≥ {} d (floor {} d)", limits.history_days, limits.history_floor);
    let check = found(CheckId::History, (limit, format!("{days} d")), verdict, message, defects);
    // Below the floor nobody may say that it is enough.
    Check { waivable: check.waivable && days >= limits.history_floor, ..check }
}

/// The last day that was over at the cut-off.
fn last_whole_day(evidence: &Evidence<'_>) -> NaiveDate {
    let today = crate::event::hong_kong_date(evidence.ledger.cut_off);
    let over = Moment::Day(today).end() <= evidence.ledger.cut_off;
    if over { today } else { today - TimeDelta::days(1) }
}

/// Sales come by day, not by week: no store's days are mostly a week or more apart.
pub(super) fn grain(evidence: &Evidence<'_>) -> Check {
    let mut widest = 0;
    let mut defects = Vec::new();
    for (store_id, open) in &evidence.ledger.open_days {
        let days: Vec<NaiveDate> = open.iter().copied().collect();
        let mut gaps: BTreeMap<i64, usize> = BTreeMap::new();
        for pair in days.windows(2) {
            *gaps.entry((pair[1] - pair[0]).num_days()).or_default() += 1;
        }
        // The gap that is most common; of two the shorter.
        let usual = gaps.iter().rev().max_by_key(|(_, times)| **times).map_or(1, |(gap, _)| *gap);
        widest = widest.max(usual);
        if usual > 1 {
            let defect = Defect::new(
                format!("Its days are {usual} days apart; it sends weeks or months, not days."),
                format!("日期相隔 {usual} 日，傳送的是週或月數據，並非每日。"),
            );
            defects.push(defect.store(store_id));
        }
    }
    let holds = widest <= 1 && !evidence.ledger.open_days.is_empty();
    let message = if holds {
        Sentence::new("Every store tells its sales by day or finer.", "各分店以每日或更細的時間傳送銷售。")
    } else {
        Sentence::new(
            "A store does not tell its sales by day; change its export.",
            "有分店並非每日傳送銷售；請更改匯出設定。",
        )
    };
    found(CheckId::Grain, ("≤ 1 d".to_owned(), format!("{widest} d")), pass_if(holds), message, defects)
}

/// Every time says its zone; another one than +08:00 is worth a look.
pub(super) fn zone(evidence: &Evidence<'_>) -> Check {
    let (zoned, here) = (evidence.tally.zoned, evidence.tally.hong_kong);
    let all = |share: crate::Share| share.part == share.whole;
    let verdict = match (all(zoned), all(here)) {
        (false, _) => Verdict::Fail,
        (true, false) => Verdict::Warn,
        (true, true) => Verdict::Pass,
    };
    let message = match verdict {
        Verdict::Pass => {
            Sentence::new("Every time says +08:00, or is a plain day.", "所有時間均註明 +08:00 或為日期。")
        }
        Verdict::Warn => Sentence::new(
            "Some times came at another offset and were turned; check the clock of that source.",
            "部分時間並非 +08:00，已轉換；請檢查該來源的時鐘。",
        ),
        Verdict::Fail => Sentence::new(
            "Some times do not say their zone and were refused; declare the zone of the source.",
            "部分時間沒有時區而被退回；請為來源設定時區。",
        ),
    };
    found(CheckId::TimeZone, ("100 % +08:00".to_owned(), zoned.to_string()), verdict, message, Vec::new())
}
