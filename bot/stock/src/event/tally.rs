//! Counts of what came in, for the report on readiness.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record::Record;
use super::{Field, Kind, Rejection, Remark};
use crate::share::Share;

/// Where a row names no store, its counts stand under this one.
const NO_STORE: &str = "?";

/// Counts over all batches and files. Duplicates count once, as duplicates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Events that came, with duplicates and refused ones.
    pub received: u64,
    /// Of them, known before.
    pub duplicates: u64,
    /// Of them, refused.
    pub rejected: u64,
    /// Times that came with their zone (a plain day counts), of all times that came.
    pub zoned: Share,
    /// Times at +08:00, of those that came with a zone.
    pub hong_kong: Share,
    /// By store and field: rows in which a mandatory field is there and can be read, of all rows.
    pub complete: BTreeMap<String, BTreeMap<Field, Share>>,
}

impl Tally {
    /// Adds the counts of another intake.
    pub fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.duplicates += other.duplicates;
        self.rejected += other.rejected;
        self.zoned = self.zoned.and(other.zoned);
        self.hong_kong = self.hong_kong.and(other.hong_kong);
        for (store_id, fields) in &other.complete {
            let own = self.complete.entry(store_id.clone()).or_default();
            for (field, share) in fields {
                let kept = own.entry(*field).or_default();
                *kept = kept.and(*share);
            }
        }
    }

    pub(super) fn duplicate(&mut self) {
        self.received += 1;
        self.duplicates += 1;
    }

    pub(super) fn see(
        &mut self,
        record: &Record<'_>,
        store_id: Option<&str>,
        mandatory: &[Field],
        wrong: &[Rejection],
        remarks: &[Remark],
    ) {
        self.received += 1;
        self.rejected += u64::from(!wrong.is_empty());
        if record.get(Field::OccurredAt).is_some() {
            let zoned = !wrong.contains(&Rejection::MissingZone(Field::OccurredAt));
            self.zoned.count(zoned);
            if zoned {
                self.hong_kong.count(!remarks.contains(&Remark::OtherOffset));
            }
        }
        let store_id = record.get(Field::StoreId).or(store_id).unwrap_or(NO_STORE);
        if !self.complete.contains_key(store_id) {
            self.complete.insert(store_id.to_owned(), BTreeMap::new());
        }
        let Some(fields) = self.complete.get_mut(store_id) else { return };
        for field in mandatory {
            let blamed = wrong.iter().any(|why| why.field() == Some(*field) && why.is_unreadable());
            let there = record.get(*field).is_some() || (*field == Field::StoreId && store_id != NO_STORE);
            fields.entry(*field).or_default().count(there && !blamed);
        }
    }
}

/// The fields that an event of this type should carry. What is missing of them is counted; only some are refused.
pub(super) fn mandatory(kind: Option<Kind>) -> &'static [Field] {
    match kind {
        Some(Kind::Sale | Kind::Return) => &[
            Field::EventId,
            Field::StoreId,
            Field::Sku,
            Field::Qty,
            Field::OccurredAt,
            Field::RecordedAt,
            Field::Source,
            Field::LineId,
            Field::UnitPrice,
            Field::Discount,
        ],
        Some(Kind::Promotion) => &[Field::EventId, Field::PromoId, Field::StartsAt, Field::EndsAt],
        Some(Kind::Receipt) => &[
            Field::EventId,
            Field::StoreId,
            Field::Sku,
            Field::OccurredAt,
            Field::PoId,
            Field::OrderedAt,
            Field::PromisedAt,
            Field::QtyOrdered,
        ],
        Some(Kind::Price) => {
            &[Field::EventId, Field::StoreId, Field::Sku, Field::OccurredAt, Field::UnitPrice]
        }
        Some(Kind::Order) => {
            &[Field::EventId, Field::StoreId, Field::Sku, Field::Qty, Field::OccurredAt, Field::PoId]
        }
        Some(Kind::StockCount | Kind::Transfer | Kind::WriteOff) | None => {
            &[Field::EventId, Field::StoreId, Field::Sku, Field::Qty, Field::OccurredAt]
        }
    }
}

/// The fields that a file of plain daily sales has.
pub(super) const OF_DAILY_SALES: &[Field] = &[Field::StoreId, Field::Sku, Field::OccurredAt, Field::Qty];
