//! The manual order sheet: what a store orders by hand when nothing else runs.
//!
//! It is made from the last parameters that a person approved and needs no other system, no network and no stock record: the
//! store counts its shelf, and the sheet says how many packs that means.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::guard::error::GuardError;
use crate::policy::line::{Line, Outcome};
use crate::policy::pack::Pack;

/// Steps of the ladder that fit on paper.
const MOST_RUNGS: usize = 8;
/// Targets above this get the sum.
const MOST_ON_PAPER: i64 = 10_000;

/// The last approved parameters of a SKU in a store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ApprovedLine {
    /// Who delivers.
    pub supplier: String,
    /// The store.
    pub store: String,
    /// The SKU.
    pub sku: String,
    /// Its name on the shelf label; may be empty.
    pub name: String,
    /// The level to order up to.
    pub target: i64,
    /// Base units in a pack.
    pub pack: Pack,
    /// The supplier's minimum, in base units.
    pub moq: i64,
    /// The most that the store may hold, or that sells before it expires, if there is such a cap; never exceeded by hand.
    pub most: Option<i64>,
    /// Units that were on order or on their way when it was approved.
    pub coming: i64,
    /// The day of approval.
    pub approved: NaiveDate,
}

impl ApprovedLine {
    /// The parameters of a line that a person approved; none for a line without figures or supplier.
    pub fn of(line: &Line, name: &str) -> Option<Self> {
        let (told, supplier) = (line.explanation.as_ref()?, line.supplier.clone()?);
        let ordered = match line.outcome {
            Outcome::Order { units, .. } => units,
            Outcome::NoOrder(_) => 0,
        };
        Some(Self {
            supplier,
            store: line.id.store.clone(),
            sku: line.id.sku.clone(),
            name: name.to_owned(),
            target: told.target.level,
            pack: told.pack,
            moq: told.moq,
            most: told.cap.map(|cap| cap.level),
            coming: told.position.on_order.saturating_add(told.position.in_transit).saturating_add(ordered),
            approved: line.id.day,
        })
    }

    /// Units to order when `counted` are on the shelf and `coming` are on their way: whole packs, not under the minimum and
    /// not above the cap.
    pub fn order_for(&self, counted: i64, coming: i64) -> i64 {
        let have = counted.saturating_add(coming);
        let need = self.target.saturating_sub(have);
        if need <= 0 {
            return 0;
        }
        let wanted = self.pack.up(need.max(self.moq));
        let fits = self.most.map_or(wanted, |most| self.pack.down(most.saturating_sub(have)).min(wanted));
        if fits >= self.moq { fits } else { 0 }
    }

    /// The ladder: with so many or fewer on the shelf and on their way, order so many packs; from the highest count down to an
    /// empty shelf. Empty when it would have more than eight rungs: then the sum is quicker.
    pub fn ladder(&self) -> Vec<Rung> {
        let mut rungs: Vec<Rung> = Vec::new();
        if self.target > MOST_ON_PAPER {
            return rungs;
        }
        for have in (0..self.target).rev() {
            let packs = self.pack.packs(self.order_for(have, 0));
            if packs != rungs.last().map_or(0, |rung| rung.packs) {
                rungs.push(Rung { up_to: have, packs });
            }
        }
        if rungs.len() > MOST_RUNGS { Vec::new() } else { rungs }
    }
}

/// A rung of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// With so many units or fewer, on the shelf and on their way,
    pub up_to: i64,
    /// order so many packs.
    pub packs: i64,
}

/// The sheet of a day: by supplier, store and SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManualSheet {
    /// The day it is for.
    pub day: NaiveDate,
    /// Its lines.
    pub lines: Vec<ApprovedLine>,
}

impl ManualSheet {
    /// The sheet of `day` from approved lines: the latest of each store and SKU. Refused (`DH-8045`) when there are none.
    pub fn new(day: NaiveDate, approved: &[ApprovedLine]) -> Result<Self, GuardError> {
        let mut lines = approved.to_vec();
        lines.sort_by(|a, b| (&a.store, &a.sku, b.approved, a).cmp(&(&b.store, &b.sku, a.approved, b)));
        lines.dedup_by(|later, first| later.store == first.store && later.sku == first.sku);
        lines.sort();
        if lines.is_empty() { Err(GuardError::NothingApproved) } else { Ok(Self { day, lines }) }
    }

    /// The sheet as a table (CSV with a byte-order mark, so that spreadsheets read the Chinese), one column left blank for the
    /// count and one for the order.
    pub fn to_csv(&self) -> Result<Vec<u8>, GuardError> {
        let wrong = |error: &dyn std::fmt::Display| GuardError::Sheet { reason: error.to_string() };
        let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
        writer
            .write_record([
                "supplier 供應商",
                "store 分店",
                "sku 貨號",
                "name 名稱",
                "order up to 補至",
                "pack 每包",
                "minimum 最低訂購",
                "at most 上限",
                "coming 在途",
                "approved 批准日期",
                "counted 點算",
                "order 訂購",
                "if you have … order … packs 如有…件以下訂…包",
            ])
            .map_err(|error| wrong(&error))?;
        for line in &self.lines {
            writer
                .write_record([
                    safe(&line.supplier),
                    safe(&line.store),
                    safe(&line.sku),
                    safe(&line.name),
                    line.target.to_string(),
                    line.pack.to_string(),
                    line.moq.to_string(),
                    line.most.map(|most| most.to_string()).unwrap_or_default(),
                    line.coming.to_string(),
                    line.approved.to_string(),
                    String::new(),
                    String::new(),
                    ladder_text(line),
                ])
                .map_err(|error| wrong(&error))?;
        }
        writer.into_inner().map_err(|error| wrong(&error))
    }

    /// The sheet as plain text for any printer.
    pub fn to_text(&self) -> String {
        let mut text = format!("Manual order sheet 人手訂貨表  {}\n{LEGEND}", self.day);
        let mut group: Option<(&str, &str)> = None;
        for line in &self.lines {
            if group != Some((&line.supplier, &line.store)) {
                group = Some((&line.supplier, &line.store));
                text.push_str(&format_group(line));
            }
            text.push_str(&format_line(line));
        }
        text
    }
}

const LEGEND: &str =
    "≤ n: p  With n or fewer (counted + coming), order p packs.  點算加在途不多於 n 件時，訂購 p 包。\n";

fn format_group(line: &ApprovedLine) -> String {
    format!("\n{}  →  {}\n", line.supplier, line.store)
}

fn format_line(line: &ApprovedLine) -> String {
    format!(
        "{} {}\n  counted 點算 ______  coming 在途 {}  order 訂購 ______ (× {})  {}\n",
        line.sku,
        line.name,
        line.coming,
        line.pack,
        ladder_text(line)
    )
}

/// How much to order: the ladder where it is short, else the sum.
fn ladder_text(line: &ApprovedLine) -> String {
    let rung = |rung: &Rung| format!("≤ {}: {}", rung.up_to, rung.packs);
    match line.ladder().as_slice() {
        [] if line.target <= 0 => "0".to_owned(),
        [] => {
            let most = line.most.map_or(String::new(), |most| format!(", in all 合共 ≤ {most}"));
            format!("({} − counted 點算 − coming 在途) ÷ {} ↑{most}", line.target, line.pack)
        }
        rungs => rungs.iter().map(rung).collect::<Vec<_>>().join("; "),
    }
}

/// A text that no spreadsheet takes for a formula.
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use proptest::prelude::*;

    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, day).unwrap()
    }

    fn line(sku: &str, target: i64, pack: i64, moq: i64) -> ApprovedLine {
        ApprovedLine {
            supplier: "Wing Fat".into(),
            store: "Sha Tin".into(),
            sku: sku.into(),
            name: "鐵觀音".into(),
            target,
            pack: Pack::new(pack).unwrap(),
            moq,
            most: None,
            coming: 0,
            approved: day(1),
        }
    }

    #[test]
    fn the_ladder_says_how_many_packs_a_count_means() {
        let rungs: Vec<(i64, i64)> =
            line("tea", 20, 6, 0).ladder().iter().map(|rung| (rung.up_to, rung.packs)).collect();
        assert_eq!(rungs, [(19, 1), (13, 2), (7, 3), (1, 4)]);
        let capped = ApprovedLine { most: Some(16), ..line("tea", 20, 6, 0) };
        let rungs: Vec<(i64, i64)> = capped.ladder().iter().map(|rung| (rung.up_to, rung.packs)).collect();
        assert_eq!(rungs, [(10, 1), (4, 2)]);
        assert_eq!(line("tea", 20, 6, 18).ladder()[0], Rung { up_to: 19, packs: 3 });
    }

    #[test]
    fn the_sheet_prints_the_latest_approval_of_each_item() {
        let newer = ApprovedLine { target: 30, approved: day(3), ..line("tea", 20, 6, 0) };
        let formula = ApprovedLine { name: "=1+1".into(), ..line("wok", 2, 1, 0) };
        let sheet = ManualSheet::new(day(4), &[line("tea", 20, 6, 0), formula, newer.clone()]).unwrap();
        assert_eq!(sheet.lines.len(), 2);
        assert_eq!(sheet.lines[0], newer);
        let csv = String::from_utf8(sheet.to_csv().unwrap()).unwrap();
        assert!(csv.starts_with('\u{feff}') && csv.contains("點算") && csv.contains(",'=1+1,"));
        assert_eq!(csv.lines().count(), 3);
        let text = sheet.to_text();
        assert!(text.contains("Wing Fat  →  Sha Tin") && text.contains("鐵觀音") && text.contains("≤ 29: 1"));
        assert_eq!(ManualSheet::new(day(4), &[]).unwrap_err().code(), "DH-8045");
    }

    proptest! {
        #[test]
        fn the_ladder_and_the_sum_agree(target in 0..120i64, pack in 1..30i64, moq in 0..40i64, most in prop::option::of(0..150i64), counted in 0..130i64) {
            let line = ApprovedLine { most, ..line("x", target, pack, moq) };
            let ladder = line.ladder();
            prop_assert!(ladder.len() <= MOST_RUNGS);
            if !ladder.is_empty() {
                let rung = ladder.iter().rev().find(|rung| counted <= rung.up_to);
                prop_assert_eq!(rung.map_or(0, |rung| rung.packs) * pack, line.order_for(counted, 0));
            }
            let order = line.order_for(counted, 0);
            prop_assert!(order % pack == 0 && (order == 0 || order >= moq));
            prop_assert!(order == 0 || most.is_none_or(|most| counted + order <= most));
        }
    }
}
