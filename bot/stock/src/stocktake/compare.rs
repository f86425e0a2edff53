//! What was read beside what is expected.

mod sentences;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, FixedOffset};
use taxid::gs1::Sgtin96;

use super::expected::{Expected, Piece};
use super::pass::{Pass, SeenTag};
use super::report::{Misplaced, PassSummary, Report, SkuVariance, UnknownTag, count};
use super::tag::is_tag;
use crate::event::EventId;
use crate::share::Share;

/// A piece is missing only when it was looked for so many times: one pass misses tags that touch metal or each other.
const PASSES_TO_MISS: u64 = 2;

/// One stocktake of one store.
#[derive(Debug, Clone, Copy)]
pub struct Stocktake<'a> {
    /// The store. Pieces of the list without a store are of this one.
    pub store_id: &'a str,
    /// When the count holds: the end of the last pass.
    pub at: DateTime<FixedOffset>,
    /// What should be there.
    pub expected: &'a Expected,
    /// What was read.
    pub passes: &'a [Pass],
}

impl Stocktake<'_> {
    fn is_here(&self, piece: &Piece) -> bool {
        piece.store_id.as_deref().is_none_or(|store| store == self.store_id)
    }
}

/// Compares. The order of the passes does not matter, and the same pass twice counts once.
pub fn compare(stocktake: &Stocktake<'_>) -> Report {
    let passes: BTreeMap<EventId, &Pass> = stocktake.passes.iter().map(|pass| (pass.id, pass)).collect();
    let read = strongest(passes.values().copied());
    let mut report = Report {
        store_id: stocktake.store_id.to_owned(),
        at: stocktake.at,
        passes: passes.values().map(|pass| PassSummary::from(*pass)).collect(),
        expected: 0,
        read: 0,
        match_rate: Share::default(),
        is_final: true,
        missing: Vec::new(),
        not_yet_read: Vec::new(),
        unknown: Vec::new(),
        misplaced: Vec::new(),
        by_sku: Vec::new(),
        not_tags: Vec::new(),
        findings: Vec::new(),
        summary: crate::Sentence::default(),
    };
    report.passes.sort_by(|a, b| (a.first_seen, &a.name, a.id).cmp(&(b.first_seen, &b.name, b.id)));
    let mut skus = Skus::default();
    let mut looked: HashMap<Option<&str>, u64> = HashMap::new();
    for piece in stocktake.expected.pieces.values().filter(|piece| stocktake.is_here(piece)) {
        let seen = read.get(piece.epc.as_str());
        report.match_rate.count(seen.is_some());
        let location = piece.location.as_deref();
        let times = *looked
            .entry(location)
            .or_insert_with(|| count(passes.values().filter(|pass| pass.covers(location)).count()));
        let settled = seen.is_some() || times >= PASSES_TO_MISS;
        skus.expect(piece, seen.is_some(), settled);
        match seen {
            Some(seen) => report.misplaced.extend(in_another_place(piece, seen)),
            None if settled => report.missing.push(piece.clone()),
            None => report.not_yet_read.push(piece.clone()),
        }
    }
    for (epc, seen) in &read {
        match stocktake.expected.pieces.get(*epc) {
            Some(piece) if stocktake.is_here(piece) => {}
            Some(piece) => {
                skus.find(&piece.sku);
                let (piece, found_at) = (piece.clone(), seen.location.clone());
                report.misplaced.push(Misplaced { piece, of_other_store: true, found_at });
            }
            None if is_tag(epc) => {
                let tag = unknown(epc, seen);
                if let Some(gtin) = &tag.gtin {
                    skus.find_gtin(gtin);
                }
                report.unknown.push(tag);
            }
            None => report.not_tags.push((*epc).to_owned()),
        }
    }
    report.misplaced.sort();
    report.expected = report.match_rate.whole;
    report.read = count(read.len() - report.not_tags.len());
    report.is_final = report.not_yet_read.is_empty();
    report.by_sku = skus.finish();
    let given = count(stocktake.passes.len());
    sentences::add(&mut report, stocktake.expected, given);
    report
}

/// Every tag with its strongest read over all passes.
fn strongest<'a>(passes: impl Iterator<Item = &'a Pass>) -> BTreeMap<&'a str, &'a SeenTag> {
    let mut read: BTreeMap<&str, &SeenTag> = BTreeMap::new();
    for (epc, seen) in passes.flat_map(|pass| &pass.tags) {
        let rank = |seen: &SeenTag| (seen.best_rssi_cdbm, seen.location.clone());
        read.entry(epc)
            .and_modify(|kept| {
                if rank(seen) > rank(kept) {
                    *kept = seen;
                }
            })
            .or_insert(seen);
    }
    read
}

/// A piece of this store that was read in another tray, counter or room.
fn in_another_place(piece: &Piece, seen: &SeenTag) -> Option<Misplaced> {
    let (own, found) = (piece.location.as_ref()?, seen.location.as_ref()?);
    (own != found).then(|| Misplaced {
        piece: piece.clone(),
        of_other_store: false,
        found_at: Some(found.clone()),
    })
}

fn unknown(epc: &str, seen: &SeenTag) -> UnknownTag {
    let tag = Sgtin96::parse(epc).ok();
    UnknownTag {
        epc: epc.to_owned(),
        serial: tag.as_ref().map(|tag| tag.serial),
        gtin: tag.map(|tag| tag.gtin14),
        location: seen.location.clone(),
    }
}

/// Counts by SKU.
#[derive(Default)]
struct Skus<'a> {
    by_sku: BTreeMap<&'a str, SkuVariance>,
    /// The GTIN of each expected piece; one that stands for two SKUs tells nothing.
    of_gtin: HashMap<String, BTreeSet<&'a str>>,
}

impl<'a> Skus<'a> {
    fn entry(&mut self, sku: &'a str) -> &mut SkuVariance {
        self.by_sku.entry(sku).or_insert_with(|| SkuVariance {
            sku: sku.to_owned(),
            name: None,
            expected: 0,
            counted: 0,
            variance: 0,
            is_final: true,
        })
    }

    fn expect(&mut self, piece: &'a Piece, found: bool, settled: bool) {
        let gtin = piece.gtin.clone().or_else(|| Sgtin96::parse(&piece.epc).ok().map(|tag| tag.gtin14));
        if let Some(gtin) = gtin {
            self.of_gtin.entry(gtin).or_default().insert(&piece.sku);
        }
        let line = self.entry(&piece.sku);
        line.expected += 1;
        line.counted += i64::from(found);
        line.is_final &= settled;
        if line.name.is_none() {
            line.name.clone_from(&piece.name);
        }
    }

    fn find(&mut self, sku: &'a str) {
        self.entry(sku).counted += 1;
    }

    /// A tag on no list counts where its GTIN stands for one SKU.
    fn find_gtin(&mut self, gtin: &str) {
        let skus: Vec<&'a str> = self.of_gtin.get(gtin).into_iter().flatten().copied().collect();
        if let [sku] = skus.as_slice() {
            self.entry(sku).counted += 1;
        }
    }

    fn finish(self) -> Vec<SkuVariance> {
        let lines = self.by_sku.into_values();
        lines.map(|line| SkuVariance { variance: line.counted - line.expected, ..line }).collect()
    }
}
