//! How long ago every store was heard of.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::check::{Check, CheckId, Defect, Verdict, found};
use super::{Evidence, Limits};
use crate::event::Event;
use crate::sentence::Sentence;

/// Events that were recorded late are told if they happened within so many days.
const RECENT: TimeDelta = TimeDelta::days(7);

pub(super) fn check(evidence: &Evidence<'_>, limits: &Limits) -> Check {
    let mut last: BTreeMap<&str, DateTime<FixedOffset>> = BTreeMap::new();
    for event in evidence.events.iter().filter(|event| !event.store_id.is_empty()) {
        let heard = last.entry(&event.store_id).or_insert(event.recorded_at);
        *heard = (*heard).max(event.recorded_at);
    }
    let (alarm, limit) =
        (TimeDelta::hours(limits.delay_alarm_hours), TimeDelta::hours(limits.delay_limit_hours));
    let longest = last.values().map(|heard| evidence.now - *heard).max();
    let mut defects = Vec::new();
    for (store_id, heard) in &last {
        let silent = evidence.now - *heard;
        if silent > alarm {
            let hours = silent.num_hours();
            let defect = Defect::new(
                format!("Last heard of {hours} hours ago."),
                format!("最後一次收到數據為 {hours} 小時前。"),
            );
            defects.push(defect.store(store_id));
        }
    }
    let silent = match longest {
        None => Verdict::Fail,
        Some(longest) if longest > limit => Verdict::Fail,
        Some(longest) if longest > alarm => Verdict::Warn,
        Some(_) => Verdict::Pass,
    };
    let late: Vec<Defect> =
        evidence.events.iter().filter(|event| is_late(event, evidence.now, limit)).map(late).collect();
    let verdict = if late.is_empty() { silent } else { silent.max(Verdict::Warn) };
    defects.extend(late);
    let message = match verdict {
        Verdict::Pass => Sentence::new("Every store is up to date.", "各分店數據及時。"),
        Verdict::Warn => Sentence::new(
            "A store was not heard of for hours, or sent sales late; check its synchronisation.",
            "有分店數小時沒有數據，或遲傳銷售；請檢查同步。",
        ),
        Verdict::Fail => Sentence::new(
            "A store was not heard of for more than a day; use yesterday's plan until it is.",
            "有分店逾一日沒有數據；請暫用昨日的計劃。",
        ),
    };
    let value = longest.map_or_else(|| "–".to_owned(), |longest| format!("{} h", longest.num_hours()));
    let limit = format!("≤ {} h (alarm {} h)", limits.delay_limit_hours, limits.delay_alarm_hours);
    found(CheckId::SyncDelay, (limit, value), verdict, message, defects)
}

/// It happened lately and was recorded too late.
fn is_late(event: &Event, now: DateTime<FixedOffset>, limit: TimeDelta) -> bool {
    let happened = event.occurred_at.end();
    now - happened <= RECENT && event.recorded_at - happened > limit
}

fn late(event: &Event) -> Defect {
    let hours = (event.recorded_at - event.occurred_at.end()).num_hours();
    let defect = Defect::new(
        format!("Recorded {hours} hours after it happened."),
        format!("在發生後 {hours} 小時才記錄。"),
    );
    Defect {
        event_id: Some(event.event_id),
        ..defect.store(&event.store_id).key(&event.sku).day(event.date())
    }
}
