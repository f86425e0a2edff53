//! One line of a proposal: how much, or why nothing, and every figure that led there.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::policy::cap::{Cap, CapKind};
use crate::policy::demand::Shape;
use crate::policy::no_order::NoOrder;
use crate::policy::pack::Pack;
use crate::policy::position::Position;
use crate::policy::protection::DailyDemand;
use crate::policy::target::Target;
use crate::sentence::Sentence;

/// The day, the store and the SKU: one line a day, however often the day is run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineId {
    /// The day of the proposal, Hong Kong time.
    pub day: NaiveDate,
    /// The store.
    pub store: String,
    /// The SKU.
    pub sku: String,
}

impl fmt::Display for LineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.day, self.store, self.sku)
    }
}

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Order so much.
    Order {
        /// Base units, a multiple of the pack.
        units: i64,
        /// The same in packs.
        packs: i64,
    },
    /// Order nothing, and why.
    NoOrder(NoOrder),
}

impl Outcome {
    /// Base units ordered; 0 for none.
    pub fn units(&self) -> i64 {
        match self {
            Self::Order { units, .. } => *units,
            Self::NoOrder(_) => 0,
        }
    }
}

/// The figures behind a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The forecast: units per day and the spread of its error.
    pub daily: DailyDemand,
    /// P = review period + lead time, in days.
    pub protection_days: f64,
    /// Mean demand over P, in units.
    pub mean_over: f64,
    /// `σ_P`: spread of demand over P, lead time included, in units.
    pub sigma_over: f64,
    /// The distribution used.
    pub shape: Shape,
    /// The level ordered up to, and what it should achieve.
    pub target: Target,
    /// What the store has, expects and owes.
    pub position: Position,
    /// The inventory position.
    pub inventory: i64,
    /// max(S − inventory position, 0).
    pub need: i64,
    /// The pack.
    pub pack: Pack,
    /// The supplier's minimum, in base units.
    pub moq: i64,
    /// The cap in force, if any.
    pub cap: Option<Cap>,
    /// Units that would be ordered without cap and budget; what a cap took is the difference.
    pub uncapped: i64,
}

/// A line of a proposal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Its key.
    pub id: LineId,
    /// Who delivers, if known.
    pub supplier: Option<String>,
    /// How much, or why nothing.
    pub outcome: Outcome,
    /// What the order costs.
    pub cost: Decimal,
    /// The figures; absent when the reason came before any sum (blocked, no forecast, ...).
    pub explanation: Option<Explanation>,
    /// What a buyer reads.
    pub reason: Sentence,
}

/// The sentence of a line: the order and what shaped it, or the reason for none.
pub(crate) fn reason(outcome: &Outcome, explanation: Option<&Explanation>) -> Sentence {
    let (units, packs) = match outcome {
        Outcome::NoOrder(reason) => return reason.sentence(),
        Outcome::Order { units, packs } => (*units, *packs),
    };
    let Some(told) = explanation else {
        return Sentence::new(format!("Order {units}."), format!("訂購 {units} 件。"));
    };
    let mut en = format!(
        "Order {units} ({packs} × {}): {} in stock and coming, {} needed to last {:.1} days.",
        told.pack, told.inventory, told.target.level, told.protection_days
    );
    let mut zh = format!(
        "訂購 {units} 件（{packs} × {}）：現有及在途 {} 件，需 {} 件以支持 {:.1} 天。",
        told.pack, told.inventory, told.target.level, told.protection_days
    );
    if units < told.uncapped {
        let (cut_en, cut_zh) = match told.cap {
            Some(Cap { kind: CapKind::ShelfLife, level, .. })
                if told.inventory.saturating_add(told.uncapped) > level =>
            {
                (
                    format!(" Cut from {} because only {level} sell before expiry.", told.uncapped),
                    format!("因到期前只可售出 {level} 件，由 {} 件減少。", told.uncapped),
                )
            }
            Some(Cap { kind: CapKind::MaxStock, level, .. })
                if told.inventory.saturating_add(told.uncapped) > level =>
            {
                (
                    format!(" Cut from {} because the store may hold {level}.", told.uncapped),
                    format!("因庫存上限為 {level} 件，由 {} 件減少。", told.uncapped),
                )
            }
            _ => (
                format!(" Cut from {} by the budget or the room in the delivery.", told.uncapped),
                format!("因預算或送貨量所限，由 {} 件減少。", told.uncapped),
            ),
        };
        en.push_str(&cut_en);
        zh.push_str(&cut_zh);
    } else if told.pack.up(told.need) < units {
        en.push_str(" Raised to the supplier's minimum order.");
        zh.push_str("已增至供應商的最低訂購量。");
    }
    Sentence::new(en, zh)
}
