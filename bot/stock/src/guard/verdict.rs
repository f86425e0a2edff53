//! What a trigger says of a week.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::sentence::Sentence;

/// A trigger. T1 to T4 watch accuracy, stock and business; T5 to T8 the six failure modes of the pre-mortem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Trigger {
    /// Weekly error of the canary's SKUs.
    T1,
    /// Weekly error of the fifty that sell most.
    T2,
    /// Stock grows and sales do not.
    T3,
    /// Demand, lead times or the business figure drift.
    T4,
    /// Promotions do not go as forecast.
    T5,
    /// Data or jobs are late.
    T6,
    /// A supplier takes longer.
    T7,
    /// The model is out of its depth: a festival, or fitted too closely.
    T8,
}

impl Trigger {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::T1, Self::T2, Self::T3, Self::T4, Self::T5, Self::T6, Self::T7, Self::T8];

    /// Who acts, and who when they are away.
    pub fn owners(self) -> (Sentence, Sentence) {
        let buyer = Sentence::fixed("buyer", "採購員");
        let analyst = Sentence::fixed("analyst", "分析員");
        let steward = Sentence::fixed("data steward", "數據管理員");
        let owner = Sentence::fixed("owner", "東主");
        match self {
            Self::T1 | Self::T2 | Self::T8 => (analyst, buyer),
            Self::T3 | Self::T4 => (owner, buyer),
            Self::T5 | Self::T7 => (buyer, owner),
            Self::T6 => (steward, Sentence::fixed("IT", "資訊科技人員")),
        }
    }

    /// What it watches.
    pub fn watches(self) -> Sentence {
        match self {
            Self::T1 => Sentence::fixed("weekly error of each SKU", "每項貨品的每周誤差"),
            Self::T2 => Sentence::fixed("weekly error of the best sellers", "暢銷貨品的每周誤差"),
            Self::T3 => Sentence::fixed("stock that grows while sales do not", "庫存增加而銷量沒有增加"),
            Self::T4 => {
                Sentence::fixed("drift of demand, lead times, business", "需求、交貨期或業務指標漂移")
            }
            Self::T5 => Sentence::fixed("promotions that miss their forecast", "促銷銷量偏離預測"),
            Self::T6 => Sentence::fixed("late data and slow jobs", "數據延誤或作業緩慢"),
            Self::T7 => Sentence::fixed("a supplier that takes longer", "供應商交貨變慢"),
            Self::T8 => Sentence::fixed("bias around festivals, and fit", "節日前後的偏差及模型擬合"),
        }
    }

    /// What is done.
    pub fn action(self) -> Sentence {
        match self {
            Self::T1 | Self::T2 | Self::T3 | Self::T4 => Sentence::fixed(
                "Automatic lines become suggestions; order from the manual sheet.",
                "自動訂貨改為建議，按人手訂貨表訂貨。",
            ),
            Self::T5 => Sentence::fixed("Order promoted items by hand.", "促銷貨品改以人手訂貨。"),
            Self::T6 => Sentence::fixed(
                "Hold the orders and use yesterday's plan or the manual sheet.",
                "暫停訂貨，使用昨日計劃或人手訂貨表。",
            ),
            Self::T7 => Sentence::fixed(
                "Raise the lead time of the supplier and plan again.",
                "調高供應商的交貨期並重新計劃。",
            ),
            Self::T8 => Sentence::fixed(
                "Switch to the calendar model, or go back to the manual sheet.",
                "改用節日模型，或回復人手訂貨表。",
            ),
        }
    }

    /// Whether firing takes automatic ordering back.
    pub fn rolls_back(self) -> bool {
        !matches!(self, Self::T5 | Self::T7)
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Which wording of a trigger is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Per SKU and per week, as people say it. Often fires when nothing is wrong.
    Literal,
    /// Pooled and relative: what is shipped.
    #[default]
    Default,
}

/// How far a firing reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Everything that is ordered automatically.
    All,
    /// What the verdict names, and nothing else.
    Named,
}

/// What a trigger says of a week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The trigger.
    pub trigger: Trigger,
    /// The wording.
    pub form: Form,
    /// The Monday of the week.
    pub week: NaiveDate,
    /// Whether it fires.
    pub fired: bool,
    /// The figure that decides.
    pub figure: f64,
    /// Its limit.
    pub limit: f64,
    /// What breaches: `store/sku`, suppliers; empty when only all together do.
    pub subjects: Vec<String>,
    /// How far it reaches if it fires.
    pub reach: Reach,
    /// What a person reads.
    pub why: Sentence,
}

/// A figure against its limit, as a verdict; the sentence says both.
pub(crate) struct Finding {
    pub(crate) trigger: Trigger,
    pub(crate) form: Form,
    pub(crate) week: NaiveDate,
    pub(crate) figure: f64,
    pub(crate) limit: f64,
    pub(crate) subjects: Vec<String>,
    pub(crate) reach: Reach,
    pub(crate) en: String,
    pub(crate) zh: String,
}

impl Finding {
    pub(crate) fn fires(self, fired: bool) -> Verdict {
        let (en, zh) = if fired {
            let action = self.trigger.action();
            (
                format!("{}: {}. {}", self.trigger, self.en, action.en),
                format!("{}：{}。{}", self.trigger, self.zh, action.zh),
            )
        } else {
            (
                format!("{}: {}; within its limit.", self.trigger, self.en),
                format!("{}：{}，在限度之內。", self.trigger, self.zh),
            )
        };
        Verdict {
            trigger: self.trigger,
            form: self.form,
            week: self.week,
            fired,
            figure: self.figure,
            limit: self.limit,
            subjects: self.subjects,
            reach: self.reach,
            why: Sentence::new(en, zh),
        }
    }
}

/// A share as a percentage with one decimal.
pub(crate) fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.1} %", share * 100.0) } else { "∞".to_owned() }
}
