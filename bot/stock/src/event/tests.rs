#![expect(clippy::unwrap_used, reason = "a test may panic")]
use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};

use super::*;

mod batch;
mod files;
mod laws;

fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-03-10T09:00:00+08:00").unwrap()
}

fn till() -> Source {
    Source { name: "till".to_owned(), ..Source::default() }
}

fn id(n: u128) -> String {
    Uuid::from_u128(n).to_string()
}

/// A good sale, with these fields put in place of its own.
fn sale(n: u128, other: &Value) -> Value {
    let mut event = json!({
        "event_id": id(n), "type": "sale", "schema_version": 1, "store_id": "MK", "sku": "TEA", "qty": 2,
        "occurred_at": "2026-03-09T14:00:00+08:00", "recorded_at": "2026-03-09T14:00:01+08:00",
        "source": "till-1", "line_id": format!("L{n}"), "unit_price": "12.50", "discount": "0"
    });
    for (name, value) in other.as_object().into_iter().flatten() {
        event[name] = value.clone();
    }
    event
}

fn send(intake: &mut Intake, events: &[Value]) -> Taken {
    intake.batch(&serde_json::to_vec(events).unwrap(), &till(), now()).unwrap()
}

fn codes(reply: &EventReply) -> Vec<&str> {
    reply.findings.iter().map(|finding| finding.code.as_str()).collect()
}

/// The codes of one event that is sent alone.
fn refused(event: Value) -> Vec<String> {
    let catalogue = Catalogue::new(["MK", "TST"], ["TEA", "RING"]);
    let taken = send(&mut Intake::new(catalogue), &[event]);
    assert_eq!((taken.reply.status, taken.events.len(), taken.quarantine.len()), (Status::Rejected, 0, 1));
    codes(&taken.reply.events[0]).into_iter().map(str::to_owned).collect()
}

fn drop(intake: &mut Intake, text: &str) -> Taken {
    intake.file(text.as_bytes(), &till(), now()).unwrap()
}

/// What a taken event says, in short.
fn short(event: &Event) -> String {
    format!("{} {} {} {} {}", event.kind().name(), event.store_id, event.sku, event.qty, event.occurred_at)
}
