//! What is wrong or doubtful in demand data: a code, where, and a sentence in two languages.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::sentence::Sentence;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know; nothing was lost.
    Note,
    /// The value was not used as it stands; the forecast is a little weaker.
    Warning,
    /// The file contradicts itself or a series cannot be forecast; a person should look.
    Error,
}

/// One finding about a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemandFinding {
    /// Such as `DH-8010`.
    pub code: String,
    /// How much it weighs.
    pub severity: Severity,
    /// The item.
    pub item: String,
    /// The store.
    pub store: String,
    /// The first period concerned.
    pub date: Option<NaiveDate>,
    /// How many periods of the series are concerned.
    pub periods: usize,
    /// What was found and what was done with it.
    pub message: Sentence,
}

/// The kinds of finding, each with its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Negative,
    NotANumber,
    Twice,
    TwiceTheSame,
    NoDemand,
    Empty,
    Newcomer,
    Short,
    AllMasked,
}

impl Kind {
    fn code(self) -> (&'static str, Severity) {
        match self {
            Self::Negative => ("DH-8010", Severity::Warning),
            Self::NotANumber => ("DH-8011", Severity::Warning),
            Self::Twice => ("DH-8012", Severity::Error),
            Self::TwiceTheSame => ("DH-8013", Severity::Warning),
            Self::NoDemand => ("DH-8014", Severity::Note),
            Self::Empty => ("DH-8015", Severity::Error),
            Self::Newcomer => ("DH-8016", Severity::Note),
            Self::Short => ("DH-8017", Severity::Note),
            Self::AllMasked => ("DH-8018", Severity::Warning),
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Negative => (
                "Net sales are negative (more returned than sold); counted as no demand. Send returns as returns.",
                "淨銷量為負數（退貨多於銷售），當作沒有需求。請把退貨另作退貨記錄。",
            ),
            Self::NotANumber => (
                "The value is not a number; the period is left out, not read as zero. Correct the file.",
                "數值並非數字，該期間略過，不當作零。請更正檔案。",
            ),
            Self::Twice => (
                "The file has two different values for the same item, store and date; neither is used. Keep the right one.",
                "同一貨品、分店及日期有兩個不同數值，兩者均不採用。請保留正確的一個。",
            ),
            Self::TwiceTheSame => (
                "The file repeats the same row; it is counted once. Remove the repetition.",
                "檔案有重複的一行，只計算一次。請刪除重複。",
            ),
            Self::NoDemand => (
                "Nothing was ever sold in the periods known; the forecast is zero.",
                "已知期間從未售出，預測為零。",
            ),
            Self::Empty => (
                "The series has no usable period and nothing like it is known; the forecast is zero. Set it by hand.",
                "此系列沒有可用的期間，亦沒有相類貨品，預測為零。請人手設定。",
            ),
            Self::Newcomer => (
                "The item is new here; the forecast leans on the same item in other stores or on other newcomers.",
                "貨品在此分店屬新貨，預測參考其他分店的同一貨品或其他新貨。",
            ),
            Self::Short => (
                "The history is short; the forecast leans on what other series show.",
                "歷史較短，預測參考其他系列。",
            ),
            Self::AllMasked => (
                "The item was out of stock or the store closed in every period known; demand cannot be seen.",
                "已知期間全部缺貨或休業，無法得知需求。",
            ),
        }
    }

    /// The finding of this kind.
    pub(crate) fn at(
        self,
        item: &str,
        store: &str,
        date: Option<NaiveDate>,
        periods: usize,
    ) -> DemandFinding {
        let (code, severity) = self.code();
        let (en, zh) = self.words();
        DemandFinding {
            code: code.to_owned(),
            severity,
            item: item.to_owned(),
            store: store.to_owned(),
            date,
            periods,
            message: Sentence::new(en, zh),
        }
    }
}
