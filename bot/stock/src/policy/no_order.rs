//! Why nothing is ordered. Every "no order" has one of these.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sentence::Sentence;

/// Why a line orders nothing. The codes are stable: reports and scripts may rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is said in words by `sentence`")]
pub enum NoOrder {
    EnoughStock,
    AlreadyOrdered,
    NoDemand,
    NoForecast,
    NoSupplier,
    Discontinued,
    Blocked,
    OutOfScope,
    CountFirst,
    UnderMoq,
    CapReached,
    ShelfLife,
    OverBudget,
    TruckFull,
    WarehouseShort,
    WrongSettings,
}

impl NoOrder {
    /// All of them, in the order in which pages list them.
    pub const ALL: [Self; 16] = [
        Self::EnoughStock,
        Self::AlreadyOrdered,
        Self::NoDemand,
        Self::NoForecast,
        Self::NoSupplier,
        Self::Discontinued,
        Self::Blocked,
        Self::OutOfScope,
        Self::CountFirst,
        Self::UnderMoq,
        Self::CapReached,
        Self::ShelfLife,
        Self::OverBudget,
        Self::TruckFull,
        Self::WarehouseShort,
        Self::WrongSettings,
    ];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::EnoughStock => "enough_stock",
            Self::AlreadyOrdered => "already_ordered",
            Self::NoDemand => "no_demand",
            Self::NoForecast => "no_forecast",
            Self::NoSupplier => "no_supplier",
            Self::Discontinued => "discontinued",
            Self::Blocked => "blocked",
            Self::OutOfScope => "out_of_scope",
            Self::CountFirst => "count_first",
            Self::UnderMoq => "under_moq",
            Self::CapReached => "cap_reached",
            Self::ShelfLife => "shelf_life",
            Self::OverBudget => "over_budget",
            Self::TruckFull => "truck_full",
            Self::WarehouseShort => "warehouse_short",
            Self::WrongSettings => "wrong_settings",
        }
    }

    /// What a buyer reads: what is the case and, where something can be done, what.
    pub fn sentence(self) -> Sentence {
        let (en, zh) = match self {
            Self::EnoughStock => {
                ("There is enough stock until the next order arrives.", "現有庫存足夠支持到下次到貨。")
            }
            Self::AlreadyOrdered => {
                ("What is needed is already ordered or on its way.", "所需數量已經訂購或正在運送途中。")
            }
            Self::NoDemand => ("No sale is expected in the coming period.", "預期下一期間沒有銷售。"),
            Self::NoForecast => (
                "There is no usable forecast; check the sales of this item, or order by hand.",
                "沒有可用的預測，請檢查此貨品的銷售紀錄或以人手訂貨。",
            ),
            Self::NoSupplier => {
                ("No supplier is set; enter one to order again.", "未設定供應商，請先輸入供應商。")
            }
            Self::Discontinued => ("The item is discontinued.", "此貨品已停售。"),
            Self::Blocked => (
                "Ordering is blocked for this item; lift the block to order again.",
                "此貨品已被暫停訂貨，解除後方可訂購。",
            ),
            Self::OutOfScope => (
                "The item is outside the automatic scope; a person decides.",
                "此貨品不在自動訂貨範圍內，由人手決定。",
            ),
            Self::CountFirst => (
                "The stock record looks wrong; count the shelf first, then run again.",
                "庫存紀錄似有錯誤，請先點算貨架再重新計算。",
            ),
            Self::UnderMoq => (
                "The need, or the room for it, is below the supplier's minimum order.",
                "所需數量或可容納的數量低於供應商的最低訂購量。",
            ),
            Self::CapReached => {
                ("The store already holds, or will hold, the most it may.", "庫存已達或將達上限。")
            }
            Self::ShelfLife => ("More would not sell before it expires.", "再訂購將無法在到期前售出。"),
            Self::OverBudget => (
                "The budget, or the room in the delivery, went to lines that lose more sales.",
                "當日預算或送貨量已用於缺貨損失較大的貨品。",
            ),
            Self::TruckFull => (
                "The supplier's delivery of the day is full with lines that lose more sales.",
                "供應商當日的送貨量已用於缺貨損失較大的貨品。",
            ),
            Self::WarehouseShort => (
                "The warehouse has none left; what it had went where most sales would be lost.",
                "倉庫存貨不足，已分配予缺貨損失較大的分店。",
            ),
            Self::WrongSettings => (
                "A setting of this item cannot be right; correct its lead time, review period, service goal or quantities.",
                "此貨品的設定有誤，請更正交貨期、檢討周期、服務水平或數量。",
            ),
        };
        Sentence::fixed(en, zh)
    }
}

impl fmt::Display for NoOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_reason_has_its_own_code_and_both_sentences() {
        let codes: BTreeSet<&str> = NoOrder::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), NoOrder::ALL.len());
        for reason in NoOrder::ALL {
            assert_eq!(serde_json::json!(reason), reason.code());
            let said = reason.sentence();
            assert!(said.en.ends_with('.') && said.zh.ends_with('。'), "{reason}");
        }
    }
}
