//! The door: a file or batch becomes events, a stock list, or a list of tagged pieces.

use std::collections::BTreeSet;
use std::sync::Arc;

use ::stock::event::{Body, Catalogue, Event, Intake, IntakeError, Reply, Source, Taken};
use ::stock::stock_list::{self, StockListError};
use ::stock::stocktake::Expected;
use chrono::{DateTime, FixedOffset, Utc};
use serde_json::{Value, json};
use store::{NewIntake, NewQuarantined, NewStockEvent, NewTerms, Store};

use super::StockRules;
use super::count::expected_key;
use crate::failure::Failure;
use crate::host::documents::on_a_thread;
use crate::house::House;

/// Events older than this many days are not asked for to tell whether a return has a sale.
const SALES_DAYS: i64 = 120;

/// Why nothing of a batch was taken.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// It is refused as a whole.
    #[error(transparent)]
    Refused(#[from] IntakeError),
    /// It could not be kept.
    #[error(transparent)]
    Failed(#[from] store::StoreError),
    /// Reading it crashed; nothing was kept.
    #[error(
        "DH-8105: reading these events crashed and nothing was kept; send them in smaller parts and report it"
    )]
    Crashed,
}

/// What came in.
#[derive(Debug, Clone, Copy)]
enum Came {
    Batch,
    File,
}

/// Takes a batch of JSON events from another program.
///
/// # Errors
/// [`TakeError`] when nothing of it was taken.
pub async fn take_batch(
    store: &Store,
    rules: &StockRules,
    source: &str,
    json: Vec<u8>,
) -> Result<Reply, TakeError> {
    let id = format!("{source}/{}", store::sha256_hex(&json));
    take_events(store, &rules.source(source), &id, json, Came::Batch).await
}

/// Takes a file: a stock list, a list of tagged pieces, or events.
pub(crate) async fn take(house: &House, sha256: &str) -> Result<Value, Failure> {
    let bytes = house.store.blobs().get(&store::blobs::original_key(sha256)).await?;
    let name = house.store.document(sha256).await?.map(|row| row.name).unwrap_or_default();
    let looked = bytes.clone();
    let (list, pieces) = on_a_thread(move || (stock_list::read(&looked), Expected::read(&looked))).await?;
    match (list, pieces) {
        (Ok(list), _) => take_list(house, sha256, list).await,
        (Err(StockListError::Columns("item_id" | "store_id")), Err(_)) => {
            Err(refused(&StockListError::Columns("item_id")))
        }
        (_, Ok(expected)) if !expected.pieces.is_empty() => take_pieces(house, sha256, &expected).await,
        _ => {
            let reply = take_file(house, sha256, &name, bytes).await?;
            let mut answer = in_short("events", &reply);
            answer["document"] = json!(sha256);
            Ok(answer)
        }
    }
}

async fn take_file(house: &House, sha256: &str, name: &str, bytes: Vec<u8>) -> Result<Reply, Failure> {
    let source = house.stock.source(name);
    let json = matches!(bytes.iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'{' | b'['));
    let came = if json { Came::Batch } else { Came::File };
    take_events(&house.store, &source, sha256, bytes, came).await.map_err(|error| match error {
        TakeError::Failed(error) => error.into(),
        error @ (TakeError::Refused(_) | TakeError::Crashed) => refused(&error),
    })
}

fn refused(error: &impl std::fmt::Display) -> Failure {
    Failure::business(error)
}

/// Every event that is new is kept, every one that is refused goes into quarantine. What is here already is asked for by
/// the ids that a first reading gives.
async fn take_events(
    store: &Store,
    source: &Source,
    id: &str,
    bytes: Vec<u8>,
    came: Came,
) -> Result<Reply, TakeError> {
    let catalogue = catalogue(store).await?;
    let bytes = Arc::new(bytes);
    let reading = Reading { source: source.clone(), now: hong_kong(store.now()), bytes, came };
    let (_, first) = reading.read(Intake::new(catalogue.clone())).await?;
    let mut intake = Intake::new(catalogue);
    for text in known_of(store, &first.events).await? {
        if let Ok(event) = serde_json::from_str::<Event>(&text) {
            intake.remember(&event);
        }
    }
    let (intake, taken) = reading.read(intake).await?;
    let Taken { reply, events, quarantine } = taken;
    let new = NewIntake {
        id: id.to_owned(),
        source: source.name.clone(),
        received: reply.received,
        accepted: reply.accepted,
        duplicates: reply.duplicates,
        rejected: reply.rejected,
        tally: json!(intake.tally()),
    };
    let quarantine: Vec<NewQuarantined> = quarantine
        .into_iter()
        .map(|one| NewQuarantined { place: one.row, raw: one.raw, reasons: json!(one.reasons) })
        .collect();
    let events: Vec<NewStockEvent> = events.iter().map(kept).collect();
    store.take_stock_events(&new, &events, &quarantine).await?;
    Ok(reply)
}

/// What is read, twice.
struct Reading {
    source: Source,
    now: DateTime<FixedOffset>,
    bytes: Arc<Vec<u8>>,
    came: Came,
}

impl Reading {
    async fn read(&self, mut intake: Intake) -> Result<(Intake, Taken), TakeError> {
        let (bytes, source, now, came) = (Arc::clone(&self.bytes), self.source.clone(), self.now, self.came);
        let read = tokio::task::spawn_blocking(move || {
            let taken = match came {
                Came::Batch => intake.batch(&bytes, &source, now),
                Came::File => intake.file(&bytes, &source, now),
            };
            taken.map(|taken| (intake, taken))
        });
        Ok(read.await.map_err(|_| TakeError::Crashed)??)
    }
}

/// What must be remembered to judge these events: themselves, what they correct, and the sales that returns may undo.
async fn known_of(store: &Store, events: &[Event]) -> Result<Vec<String>, store::StoreError> {
    let ids: BTreeSet<String> = events
        .iter()
        .flat_map(|event| [Some(event.event_id), event.corrects])
        .flatten()
        .map(|id| id.to_string())
        .collect();
    let mut known = store.stock_events_by_id(&ids.into_iter().collect::<Vec<_>>()).await?;
    let returned: BTreeSet<&str> = events
        .iter()
        .filter(|event| matches!(event.body, Body::Return(_)))
        .map(|event| event.sku.as_str())
        .collect();
    let since = store.now().date_naive() - chrono::TimeDelta::days(SALES_DAYS);
    for sku in returned {
        known.extend(store.stock_events_of(sku, sku, since).await?);
    }
    Ok(known)
}

/// The stores and goods of the stock list; all are let in as long as there is none.
async fn catalogue(store: &Store) -> Result<Catalogue, store::StoreError> {
    let list = store.stock_list().await?;
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(Catalogue {
        stores: list.iter().map(|row| word(&row.terms["store"])).collect(),
        skus: list.iter().map(|row| word(&row.terms["sku"])).collect(),
    })
}

/// An event as the store keeps it.
pub(super) fn kept(event: &Event) -> NewStockEvent {
    NewStockEvent {
        id: event.event_id.to_string(),
        kind: event.kind().name().to_owned(),
        store_id: event.store_id.clone(),
        sku: event.sku.clone(),
        day: event.date(),
        event: json!(event).to_string(),
    }
}

async fn take_list(house: &House, sha256: &str, list: stock_list::StockList) -> Result<Value, Failure> {
    let row = |terms: &stock_list::Terms| NewTerms {
        store_id: terms.store.clone(),
        sku: terms.sku.clone(),
        terms: json!(terms),
    };
    let rows: Vec<NewTerms> = list.terms.iter().map(row).collect();
    house.store.take_stock_list(sha256, &rows).await?;
    let unread: Vec<String> = list
        .unread
        .iter()
        .take(20)
        .map(|unread| format!("{} row {}: {}", unread.finding.code, unread.row, unread.finding.message.en))
        .collect();
    Ok(json!({
        "document": sha256,
        "kind": "list",
        "received": rows.len() + list.unread.len(),
        "accepted": rows.len(),
        "duplicates": 0,
        "rejected": list.unread.len(),
        "why": unread,
    }))
}

async fn take_pieces(house: &House, sha256: &str, expected: &Expected) -> Result<Value, Failure> {
    let bytes = serde_json::to_vec(expected).map_err(|error| Failure::business(&error))?;
    let stores: BTreeSet<&str> =
        expected.pieces.values().map(|piece| piece.store_id.as_deref().unwrap_or_default()).collect();
    for store in &stores {
        house.store.blobs().put(&expected_key(store), bytes.clone()).await?;
    }
    let details = json!({ "pieces": expected.pieces.len(), "stores": stores.len() });
    house.store.audit("deskhand", "stock.pieces_listed", &format!("documents/{sha256}"), &details).await?;
    Ok(json!({
        "document": sha256,
        "kind": "pieces",
        "received": expected.pieces.len() + expected.unread.len(),
        "accepted": expected.pieces.len(),
        "duplicates": 0,
        "rejected": expected.unread.len(),
        "why": Vec::<String>::new(),
    }))
}

fn in_short(kind: &str, reply: &Reply) -> Value {
    let refused = reply.events.iter().filter(|event| event.outcome == ::stock::event::Outcome::Rejected);
    let why: Vec<String> = refused
        .flat_map(|event| {
            let row = event.row;
            event
                .findings
                .iter()
                .map(move |finding| format!("{} row {row}: {}", finding.code, finding.message.en))
        })
        .take(20)
        .collect();
    json!({
        "kind": kind,
        "received": reply.received,
        "accepted": reply.accepted,
        "duplicates": reply.duplicates,
        "rejected": reply.rejected,
        "why": why,
    })
}

/// A time as shops in Hong Kong tell it.
pub(super) fn hong_kong(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&::stock::event::hong_kong())
}
