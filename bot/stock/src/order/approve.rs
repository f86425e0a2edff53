//! A person's changes, checked, and the purchase order that they leave.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Proposal, ProposedLine, Supplier};
use crate::count;
use crate::sentence::Sentence;

/// Changes by the key of their line (`store/sku`).
pub type Edits = BTreeMap<String, Edit>;

/// A changed line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Base units to order instead; 0 for none.
    pub units: i64,
    /// Why.
    pub reason: EditReason,
}

/// Why a person orders something else than was proposed. The codes are stable: by them is reckoned what changes are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditReason {
    /// An offer that the program does not know of.
    Promotion,
    /// A festival, the weather, an event in the street.
    Season,
    /// A customer has asked.
    Customer,
    /// The shelf shows something else than the record.
    Shelf,
    /// The supplier's terms, price or stock.
    Supplier,
    /// Money or room.
    Money,
    /// The goods are to go, or to be replaced.
    Range,
    /// Something else; the note says what.
    Other,
}

impl EditReason {
    /// All of them, in the order in which pages list them.
    pub const ALL: [Self; 8] = [
        Self::Promotion,
        Self::Season,
        Self::Customer,
        Self::Shelf,
        Self::Supplier,
        Self::Money,
        Self::Range,
        Self::Other,
    ];

    /// Its stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Promotion => "promotion",
            Self::Season => "season",
            Self::Customer => "customer",
            Self::Shelf => "shelf",
            Self::Supplier => "supplier",
            Self::Money => "money",
            Self::Range => "range",
            Self::Other => "other",
        }
    }

    /// The reason of this code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// In words.
    pub const fn sentence(self) -> Sentence {
        match self {
            Self::Promotion => Sentence::fixed("Promotion", "推廣"),
            Self::Season => Sentence::fixed("Festival, weather or event", "節日、天氣或活動"),
            Self::Customer => Sentence::fixed("A customer's order", "顧客預訂"),
            Self::Shelf => Sentence::fixed("The shelf differs from the record", "貨架與記錄不符"),
            Self::Supplier => Sentence::fixed("The supplier's terms", "供應商條款"),
            Self::Money => Sentence::fixed("Budget or room", "預算或地方所限"),
            Self::Range => Sentence::fixed("Goods that go or are replaced", "貨品停售或更換"),
            Self::Other => Sentence::fixed("Another reason", "其他原因"),
        }
    }
}

/// Why a change cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Not in whole packs.
    #[error("DH-8100: {key}: {units} is not a multiple of the pack of {pack}; order {down} or {up}")]
    Pack {
        /// The line.
        key: String,
        /// What was asked.
        units: i64,
        /// Units in a pack.
        pack: i64,
        /// The multiple below.
        down: i64,
        /// The multiple above.
        up: i64,
    },
    /// Less than the supplier delivers.
    #[error(
        "DH-8101: {key}: {units} is under the supplier's minimum of {moq}; order {moq} or more, or nothing"
    )]
    Minimum {
        /// The line.
        key: String,
        /// What was asked.
        units: i64,
        /// The minimum, in units.
        moq: i64,
    },
    /// Below zero, or more than any shop holds.
    #[error("DH-8102: {key}: {units} units cannot be ordered; give a whole number from 0")]
    Quantity {
        /// The line.
        key: String,
        /// What was asked.
        units: i64,
    },
    /// The proposal has no such line.
    #[error("DH-8103: the proposal has no line {key}; load the page again")]
    NoLine {
        /// The line.
        key: String,
    },
    /// Nothing is left to order.
    #[error("DH-8104: nothing is left to order; reject the proposal instead")]
    Nothing,
}

impl EditError {
    /// The code of the page in `docs/errors/`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Pack { .. } => "DH-8100",
            Self::Minimum { .. } => "DH-8101",
            Self::Quantity { .. } => "DH-8102",
            Self::NoLine { .. } => "DH-8103",
            Self::Nothing => "DH-8104",
        }
    }

    /// The line that is wrong, if one is.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Pack { key, .. }
            | Self::Minimum { key, .. }
            | Self::Quantity { key, .. }
            | Self::NoLine { key } => Some(key),
            Self::Nothing => None,
        }
    }

    /// For the person who typed it.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Pack { units, pack, down, up, .. } => Sentence::new(
                format!("{units} is not a multiple of the pack of {pack}. Order {down} or {up}."),
                format!("{units} 不是每包 {pack} 件的倍數，請訂 {down} 或 {up} 件。"),
            ),
            Self::Minimum { units, moq, .. } => Sentence::new(
                format!("{units} is under the supplier's minimum. Order {moq} or more, or nothing."),
                format!("{units} 低於供應商的最低訂購量，請訂 {moq} 件或以上，或不訂。"),
            ),
            Self::Quantity { .. } => Sentence::fixed(
                "This cannot be ordered. Give a whole number from 0.",
                "不能訂購此數量，請輸入 0 或以上的整數。",
            ),
            Self::NoLine { .. } => Sentence::fixed(
                "The proposal has no such line. Load the page again.",
                "建議中沒有此行，請重新載入頁面。",
            ),
            Self::Nothing => Sentence::fixed(
                "Nothing is left to order. Reject the proposal instead.",
                "沒有任何貨品需要訂購，請改為拒絕此建議。",
            ),
        }
    }
}

/// What was approved and goes to the supplier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PurchaseOrder {
    /// Its number.
    pub number: String,
    /// The day of the order.
    pub day: NaiveDate,
    /// The day by which the last line should be here.
    pub expected: NaiveDate,
    /// Who delivers.
    pub supplier: Supplier,
    /// ISO 4217.
    pub currency: String,
    /// Who orders.
    pub buyer: String,
    /// Lines, each with something in it, by store and SKU.
    pub lines: Vec<OrderedLine>,
    /// What they come to; zero when nobody said what anything costs.
    pub total: Decimal,
}

/// A line of a purchase order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderedLine {
    /// Where it goes.
    pub store: String,
    /// The goods.
    pub sku: String,
    /// What they are called.
    pub name: String,
    /// Base units.
    pub units: i64,
    /// The same in packs.
    pub packs: i64,
    /// Base units in a pack.
    pub pack: i64,
    /// Of a base unit.
    pub unit_cost: Decimal,
    /// units × `unit_cost`.
    pub amount: Decimal,
    /// What was proposed, in base units.
    pub proposed: i64,
    /// Why a person changed it, if one did.
    pub reason: Option<EditReason>,
    /// The day by which it should be here.
    pub expected: NaiveDate,
}

impl Proposal {
    /// The purchase order with a person's changes; the lines that were not changed stay as proposed. A change that is none
    /// is not counted as one.
    ///
    /// # Errors
    /// All that is wrong with the changes, line by line.
    pub fn approve(&self, edits: &Edits) -> Result<PurchaseOrder, Vec<EditError>> {
        let unknown = edits.keys().filter(|key| self.line(key).is_none());
        let mut wrong: Vec<EditError> = unknown.map(|key| EditError::NoLine { key: key.clone() }).collect();
        let mut lines = Vec::new();
        for line in &self.lines {
            match line.ordered(edits.get(&line.key()), self.day) {
                Ok(ordered) if ordered.units > 0 => lines.push(ordered),
                Ok(_) => {}
                Err(error) => wrong.push(error),
            }
        }
        if wrong.is_empty() && lines.is_empty() {
            wrong.push(EditError::Nothing);
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        lines.sort_by(|a, b| (&a.store, &a.sku).cmp(&(&b.store, &b.sku)));
        Ok(PurchaseOrder {
            number: self.number.clone(),
            day: self.day,
            expected: lines.iter().map(|line| line.expected).max().unwrap_or(self.day),
            supplier: self.supplier.clone(),
            currency: self.currency.clone(),
            buyer: self.buyer.clone(),
            total: lines.iter().map(|line| line.amount).sum(),
            lines,
        })
    }
}

impl ProposedLine {
    fn ordered(&self, edit: Option<&Edit>, day: NaiveDate) -> Result<OrderedLine, EditError> {
        let proposed = self.line.outcome.units();
        let edit = edit.filter(|edit| edit.units != proposed);
        let units = edit.map_or(proposed, |edit| edit.units);
        if edit.is_some() {
            self.check(units)?;
        }
        let days = Days::new(u64::try_from(count::ceil(self.lead_days)).unwrap_or(0));
        Ok(OrderedLine {
            store: self.line.id.store.clone(),
            sku: self.line.id.sku.clone(),
            name: self.name.clone(),
            units,
            packs: self.rules.pack.packs(units),
            pack: self.rules.pack.units(),
            unit_cost: self.unit_cost,
            amount: self.unit_cost.max(Decimal::ZERO).saturating_mul(Decimal::from(units)),
            proposed,
            reason: edit.map(|edit| edit.reason),
            expected: day.checked_add_days(days).unwrap_or(day),
        })
    }

    fn check(&self, units: i64) -> Result<(), EditError> {
        let (key, pack, moq) = (self.key(), self.rules.pack, self.rules.moq);
        if !(0..=count::LARGEST).contains(&units) {
            return Err(EditError::Quantity { key, units });
        }
        if pack.down(units) != units {
            let (down, up) = (pack.down(units), pack.up(units));
            return Err(EditError::Pack { key, units, pack: pack.units(), down, up });
        }
        if units > 0 && units < moq {
            return Err(EditError::Minimum { key, units, moq: pack.up(moq) });
        }
        Ok(())
    }
}
