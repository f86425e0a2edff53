//! The stocktake: what readers have read in a store today, beside the pieces that should be there.

use std::collections::BTreeSet;

use ::stock::stocktake::{Expected, Pass, Report, Stocktake, compare, passes};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde_json::{Value, json};
use store::{DocumentRow, NewIntake};

use super::count_sheets;
use super::take::{hong_kong, kept};
use crate::book;
use crate::failure::Failure;
use crate::folder::folder_of;
use crate::host::documents::on_a_thread;
use crate::house::House;

/// So many of the latest documents are looked through for other passes.
const MOST_DOCUMENTS: u32 = 10_000;

/// A stocktake as far as it has come.
pub(crate) struct Counted {
    pub(crate) report: Report,
    pub(crate) document: String,
    pub(crate) day: NaiveDate,
}

/// Where the list of pieces of a store is kept; that of a list without stores under no name.
pub(super) fn expected_key(store: &str) -> String {
    format!("stock/pieces/{}.json", store::sha256_hex(store))
}

/// Takes a reader's file into the day's stocktake of its store, and compares.
pub(crate) async fn count(house: &House, document: &str, named: &str) -> Result<Value, Failure> {
    let counted = counted(house, document, named).await?;
    let Counted { report, day, .. } = &counted;
    let bytes = book::workbook(&count_sheets::pages(house.language, *day, report))
        .map_err(|why| Failure::business(&why))?;
    let kept_report = house.store.keep_report("stocktake", bytes).await?;
    if report.is_final {
        tell_ledger(house, report, document).await?;
    }
    Ok(counted.in_short(house.language, &kept_report))
}

/// What was read and what should be there.
pub(crate) async fn counted(house: &House, document: &str, named: &str) -> Result<Counted, Failure> {
    let now = hong_kong(house.store.now());
    let expected = expected(house, named).await?;
    let store_id = store_of(&expected, named)?;
    let row = house.store.document(document).await?;
    let row = row.ok_or_else(|| {
        Failure::business(&"DH-6018: the document is not in the store; start the run again")
    })?;
    let day = hong_kong(row.recorded_at).date_naive();
    let mut all: Vec<Pass> = Vec::new();
    for walk in walks(house, &row, day).await? {
        let bytes = house.store.blobs().get(&store::blobs::original_key(&walk.sha256)).await?;
        let name = walk.name;
        let read = on_a_thread(move || passes(&name, &bytes, None)).await?;
        all.extend(read.map_err(|error| Failure::business(&error))?);
    }
    let at = all.iter().filter_map(|pass| pass.last_seen).max().map_or(now, hong_kong).min(now);
    let report = on_a_thread(move || compared(&store_id, at, &expected, &all)).await?;
    Ok(Counted { report, document: document.to_owned(), day })
}

fn compared(store_id: &str, at: DateTime<FixedOffset>, expected: &Expected, passes: &[Pass]) -> Report {
    compare(&Stocktake { store_id, at, expected, passes })
}

async fn expected(house: &House, named: &str) -> Result<Expected, Failure> {
    let blobs = house.store.blobs();
    for key in [expected_key(named), expected_key("")] {
        if blobs.exists(&key).await? {
            let bytes = blobs.get(&key).await?;
            return serde_json::from_slice(&bytes).map_err(|error| Failure::business(&error));
        }
    }
    Err(Failure::business(&format!(
        "DH-8108: no list of pieces is known for the store `{named}`; drop one with the columns EPC, SKU and store into the stock folder, and name the reader's folder like the store"
    )))
}

/// The store: as the folder is called, or the only one of the list.
fn store_of(expected: &Expected, named: &str) -> Result<String, Failure> {
    let stores: BTreeSet<&str> =
        expected.pieces.values().filter_map(|piece| piece.store_id.as_deref()).collect();
    let named = named.trim();
    match stores.first() {
        _ if stores.contains(named) || (stores.is_empty() && !named.is_empty()) => Ok(named.to_owned()),
        Some(only) if stores.len() == 1 => Ok((*only).to_owned()),
        _ => Err(Failure::business(&format!(
            "DH-8109: it is not known of which store this stocktake is (`{named}` is none of the list); name the reader's folder like the store"
        ))),
    }
}

/// The files that came into the same folder for the same workflow on the same day, up to this one: the passes of one
/// stocktake. The order in which their runs are done does not matter.
async fn walks(house: &House, document: &DocumentRow, day: NaiveDate) -> Result<Vec<DocumentRow>, Failure> {
    let folder = folder_of(&document.origin);
    let mut rows = house.store.documents(MOST_DOCUMENTS).await?;
    rows.retain(|row| {
        row.workflow == document.workflow
            && folder_of(&row.origin) == folder
            && hong_kong(row.recorded_at).date_naive() == day
            && (row.recorded_at, &row.sha256) <= (document.recorded_at, &document.sha256)
    });
    rows.sort_by(|a, b| (a.recorded_at, &a.sha256).cmp(&(b.recorded_at, &b.sha256)));
    Ok(rows)
}

/// Counts that are settled are what is on the shelf from now on.
async fn tell_ledger(house: &House, report: &Report, document: &str) -> Result<(), Failure> {
    let events = report.stock_counts(None, hong_kong(house.store.now()));
    let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
    let intake = NewIntake {
        id: format!("stocktake/{document}"),
        source: "stocktake".to_owned(),
        received: count,
        accepted: count,
        duplicates: 0,
        rejected: 0,
        tally: json!({}),
    };
    let events: Vec<_> = events.iter().map(kept).collect();
    Ok(house.store.take_stock_events(&intake, &events, &[]).await?)
}

impl Counted {
    pub(crate) fn in_short(&self, language: notify::Language, report: &str) -> Value {
        let Self { report: counted, document, day } = self;
        let says = match language {
            notify::Language::En => &counted.summary.en,
            notify::Language::ZhHant => &counted.summary.zh,
        };
        json!({
            "document": document,
            "store": counted.store_id,
            "day": day,
            "passes": counted.passes.len(),
            "expected": counted.expected,
            "read": counted.read,
            "final": counted.is_final,
            "missing": counted.missing.len(),
            "not_yet_read": counted.not_yet_read.len(),
            "unknown": counted.unknown.len(),
            "misplaced": counted.misplaced.len(),
            "says": says,
            "file": format!("stocktake {} {day}.xlsx", counted.store_id),
            "report": report,
        })
    }
}
