//! The stock list: what each store has of each SKU, and the terms on which more may be ordered.
//!
//! ```
//! let file = "item_id,store_id,on_hand,supplier,pack,lead_days\nTEA,MK,14,Foglamp,6,3\n";
//! let list = stock::stock_list::read(file.as_bytes())?;
//! assert_eq!((list.terms[0].position.on_hand, list.terms[0].rules.pack.units()), (14, 6));
//! # Ok::<(), stock::stock_list::StockListError>(())
//! ```

mod headings;

use std::collections::BTreeSet;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::count;
use crate::policy::{OrderRules, Pack, Position, Standing};
use crate::sentence::{Finding, Sentence};
use crate::table::{self, Columns, Row, TableError};
use headings::{Column, NAMES};

/// Longer than any supplier takes: something else stands in the column.
const LONGEST_LEAD: u32 = 365;

/// What a store has of an SKU, and the terms of ordering more. Absent terms are as usual: a pack of one, no minimum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// The store.
    pub store: String,
    /// The SKU.
    pub sku: String,
    /// What it is called.
    pub name: Option<String>,
    /// Who delivers it.
    pub supplier: Option<String>,
    /// Whether it may be ordered.
    pub standing: Standing,
    /// What the store has, expects and owes.
    pub position: Position,
    /// Whether the list has a column for what is on order: then it knows, and nobody else is asked.
    #[serde(default)]
    pub tells_on_order: bool,
    /// Days from order to delivery, if the list says so.
    pub lead_days: Option<u32>,
    /// Pack, minimum, limits.
    pub rules: OrderRules,
    /// Landed cost of a base unit; zero when the list does not say.
    pub unit_cost: Decimal,
    /// What a lost sale of a base unit loses: price less cost, where the list has both; zero otherwise.
    pub unit_margin: Decimal,
}

/// The list, and the rows of it that cannot be used: nothing is ordered for those.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StockList {
    /// One entry for an SKU in a store.
    pub terms: Vec<Terms>,
    /// Rows that cannot be used.
    pub unread: Vec<UnreadRow>,
}

/// A row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadRow {
    /// The row as a person counts it, the first of the file is 1.
    pub row: u64,
    /// What is wrong.
    pub finding: Finding,
}

/// Why a list cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StockListError {
    /// It is no table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Headings are missing.
    #[error(
        "DH-8050: no row of headings of the stock list names {0}; name the columns item_id, store_id and on_hand"
    )]
    Columns(&'static str),
}

/// Reads a CSV file or workbook. Headings are known in English, 繁體 and 简体.
///
/// # Errors
/// [`StockListError`] when it is no table, or has no columns for SKU, store and stock on hand.
pub fn read(bytes: &[u8]) -> Result<StockList, StockListError> {
    let tables = table::read(bytes)?;
    let columns = tables.iter().find_map(|table| Columns::of(table, NAMES, Column::OnHand));
    let columns = columns.ok_or(StockListError::Columns("on_hand"))?;
    for (needed, name) in [(Column::Sku, "item_id"), (Column::Store, "store_id")] {
        if !columns.has(needed) {
            return Err(StockListError::Columns(name));
        }
    }
    let (mut list, mut known, mut twice) = (StockList::default(), BTreeSet::new(), BTreeSet::new());
    for row in columns.rows.iter().filter(|row| row.cells.iter().any(|cell| !cell.is_empty())) {
        match (Cells { row, columns: &columns }).terms() {
            Ok(terms) if known.insert(terms.key()) => list.terms.push(terms),
            Ok(terms) => {
                twice.insert(terms.key());
                list.unread.push(unread(row, Fault::Twice, Column::Sku));
            }
            Err((fault, column)) => list.unread.push(unread(row, fault, column)),
        }
    }
    // Two rows for one SKU in one store contradict each other: neither is believed.
    list.terms.retain(|terms| !twice.contains(&terms.key()));
    Ok(list)
}

impl Terms {
    fn key(&self) -> (String, String) {
        (self.store.clone(), self.sku.clone())
    }
}

/// What is wrong with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Missing,
    NotWhole,
    NotMoney,
    NotAStanding,
    Twice,
}

impl Fault {
    fn code(self) -> &'static str {
        match self {
            Self::Missing => "DH-8051",
            Self::NotWhole => "DH-8052",
            Self::NotMoney => "DH-8053",
            Self::NotAStanding => "DH-8054",
            Self::Twice => "DH-8055",
        }
    }

    fn sentence(self, name: &str) -> Sentence {
        match self {
            Self::Missing => Sentence::new(
                format!("{name} is empty; nothing is ordered for this row. Fill it in."),
                format!("{name} 未填；此行不會訂貨。請補上。"),
            ),
            Self::NotWhole => Sentence::new(
                format!(
                    "{name} is not a whole number that can be; nothing is ordered for this row. Correct it."
                ),
                format!("{name} 不是合理的整數；此行不會訂貨。請更正。"),
            ),
            Self::NotMoney => Sentence::new(
                format!("{name} is not an amount; nothing is ordered for this row. Write figures only."),
                format!("{name} 不是金額；此行不會訂貨。請只填數字。"),
            ),
            Self::NotAStanding => Sentence::new(
                format!(
                    "{name} is none of active, discontinued, blocked, out_of_scope; nothing is ordered for this row."
                ),
                format!("{name} 只可為 active、discontinued、blocked、out_of_scope；此行不會訂貨。"),
            ),
            Self::Twice => Sentence::new(
                "This SKU stands twice for this store; neither row is used. Leave the right one.",
                "同一分店有兩行相同貨號，兩者均不採用。請保留正確的一行。",
            ),
        }
    }
}

fn unread(row: &Row, fault: Fault, column: Column) -> UnreadRow {
    let name = column.name();
    let finding = Finding {
        code: fault.code().to_owned(),
        field: Some(name.to_owned()),
        message: fault.sentence(name),
    };
    UnreadRow { row: row.number, finding }
}

struct Cells<'a> {
    row: &'a Row,
    columns: &'a Columns<'a, Column>,
}

impl Cells<'_> {
    fn terms(&self) -> Result<Terms, (Fault, Column)> {
        let lead = self.whole(Column::LeadDays, 0)?;
        let lead_days = lead.map(|days| u32::try_from(days).ok().filter(|days| *days <= LONGEST_LEAD));
        let lead_days = lead_days.map(|days| days.ok_or((Fault::NotWhole, Column::LeadDays))).transpose()?;
        let pack = self.whole(Column::Pack, 1)?.unwrap_or(1);
        let rules = OrderRules {
            pack: Pack::new(pack).map_err(|_| (Fault::NotWhole, Column::Pack))?,
            moq: self.whole(Column::Moq, 0)?.unwrap_or(0),
            max_stock: self.whole(Column::MaxStock, 0)?,
            presentation: self.whole(Column::Presentation, 0)?.unwrap_or(0),
            ..OrderRules::default()
        };
        let (cost, price) = (self.money(Column::UnitCost)?, self.money(Column::UnitPrice)?);
        let margin = cost.zip(price).map(|(cost, price)| (price - cost).max(Decimal::ZERO));
        Ok(Terms {
            store: self.text(Column::Store)?,
            sku: self.text(Column::Sku)?,
            name: self.cell(Column::Name).map(str::to_owned),
            supplier: self.cell(Column::Supplier).map(str::to_owned),
            standing: self.standing()?,
            position: Position {
                on_hand: self
                    .whole(Column::OnHand, -count::LARGEST)?
                    .ok_or((Fault::Missing, Column::OnHand))?,
                on_order: self.whole(Column::OnOrder, 0)?.unwrap_or(0),
                in_transit: self.whole(Column::InTransit, 0)?.unwrap_or(0),
                reserved: self.whole(Column::Reserved, 0)?.unwrap_or(0),
            },
            tells_on_order: self.columns.has(Column::OnOrder),
            lead_days,
            rules,
            unit_cost: cost.unwrap_or_default(),
            unit_margin: margin.unwrap_or_default(),
        })
    }

    fn cell(&self, column: Column) -> Option<&str> {
        self.columns.cell(self.row, column).map(str::trim).filter(|text| !text.is_empty())
    }

    fn text(&self, column: Column) -> Result<String, (Fault, Column)> {
        self.cell(column).map(str::to_owned).ok_or((Fault::Missing, column))
    }

    /// A whole number of at least `least`; a workbook writes 12 as `12` or `12.0`.
    fn whole(&self, column: Column, least: i64) -> Result<Option<i64>, (Fault, Column)> {
        let Some(text) = self.cell(column) else { return Ok(None) };
        let number = Decimal::from_str(&text.replace(',', "")).ok().filter(Decimal::is_integer);
        let number = number.and_then(|number| i64::try_from(number).ok());
        let possible = number.filter(|number| (least..=count::LARGEST).contains(number));
        possible.map(Some).ok_or((Fault::NotWhole, column))
    }

    fn money(&self, column: Column) -> Result<Option<Decimal>, (Fault, Column)> {
        let Some(text) = self.cell(column) else { return Ok(None) };
        let amount =
            Decimal::from_str(&text.replace(',', "")).ok().filter(|amount| !amount.is_sign_negative());
        amount.map(Some).ok_or((Fault::NotMoney, column))
    }

    fn standing(&self) -> Result<Standing, (Fault, Column)> {
        match self.cell(Column::Standing).map(str::to_lowercase).as_deref() {
            None | Some("active" | "正常" | "在售") => Ok(Standing::Active),
            Some("discontinued" | "停售" | "停产" | "停產") => Ok(Standing::Discontinued),
            Some("blocked" | "暫停" | "暂停") => Ok(Standing::Blocked),
            Some("out_of_scope" | "不適用" | "不适用") => Ok(Standing::OutOfScope),
            Some(_) => Err((Fault::NotAStanding, Column::Standing)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    fn codes(list: &StockList) -> Vec<(u64, &str)> {
        list.unread.iter().map(|unread| (unread.row, unread.finding.code.as_str())).collect()
    }

    #[test]
    fn chinese_headings_and_absent_terms_will_do() {
        let list = read(
            "庫存表\n貨號,分店,現存,供應商,箱入數,成本,售價\nTEA,旺角,\"1,200\",霧燈,12,8.5,20\n".as_bytes(),
        )
        .unwrap();
        let terms = &list.terms[0];
        assert_eq!((terms.position.on_hand, terms.rules.pack.units(), terms.rules.moq), (1_200, 12, 0));
        assert_eq!((terms.unit_margin, terms.lead_days), ("11.5".parse().unwrap(), None));
        assert!(list.unread.is_empty());
    }

    #[test]
    fn a_row_that_cannot_be_used_is_said_and_orders_nothing() {
        let file = "sku,store,on_hand,pack,cost,status\nA,MK,,1,,\nB,MK,3,0.333,,\nC,MK,3,6,cheap,\nD,MK,3,,,gone\nE,MK,-2,,,active\n";
        let list = read(file.as_bytes()).unwrap();
        assert_eq!(codes(&list), [(2, "DH-8051"), (3, "DH-8052"), (4, "DH-8053"), (5, "DH-8054")]);
        assert_eq!(list.terms.len(), 1, "stock below zero is a finding of the policy: count first");
    }

    #[test]
    fn two_rows_for_one_thing_are_both_left_out() {
        let list = read(b"sku,store,on_hand\nA,MK,3\nA,TST,4\nA,MK,30\n").unwrap();
        assert_eq!(codes(&list), [(4, "DH-8055")]);
        assert_eq!(list.terms.iter().map(|terms| terms.store.as_str()).collect::<Vec<_>>(), ["TST"]);
    }

    #[test]
    fn a_list_without_its_columns_is_refused() {
        assert!(read(b"sku,on_hand\nA,3\n").unwrap_err().to_string().starts_with("DH-8050"));
        assert!(read(b"hello\n").unwrap_err().to_string().contains("on_hand"));
    }
}
