//! What the guard refuses, with its code.

use chrono::NaiveDate;

/// What stops an assignment, a ramp step or a sheet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GuardError {
    /// A share outside 1 to 100 per cent.
    #[error(
        "DH-8040: a share of {percent} % cannot be chosen; set it between 1 and 100. 比例 {percent}% 無效，請設為 1 至 100。"
    )]
    Share {
        /// What was asked for.
        percent: u8,
    },
    /// A SKU listed twice in a store.
    #[error(
        "DH-8041: {sku} is listed twice in {store}; keep one line for it. {sku} 在 {store} 重複列出，請只保留一行。"
    )]
    Twice {
        /// The store.
        store: String,
        /// The SKU.
        sku: String,
    },
    /// A ramp step too early.
    #[error(
        "DH-8042: the last step was on {last}; the next is allowed on {allowed}. 上一步於 {last} 進行，最早可於 {allowed} 進行下一步。"
    )]
    TooEarly {
        /// The day of the last step.
        last: NaiveDate,
        /// The first day on which the next step is allowed.
        allowed: NaiveDate,
    },
    /// A ramp that is at its end, or that was rolled back.
    #[error("DH-8043: there is no next step: {why}. 沒有下一步，請向督導委員會查詢。")]
    NoStep {
        /// Why.
        why: &'static str,
    },
    /// Nothing to compare.
    #[error(
        "DH-8044: drift needs figures both before and now; record at least one week of each. 計算漂移需要前後兩期數據，請先記錄各一星期。"
    )]
    NoFigures,
    /// A sheet without parameters.
    #[error(
        "DH-8045: no parameters were ever approved, so no manual order sheet can be made; approve a proposal first. 尚無已批准的參數，未能編製人手訂貨表，請先批准一次建議。"
    )]
    NothingApproved,
    /// A sheet that could not be written as a table.
    #[error(
        "DH-8046: the manual order sheet could not be written ({reason}); write it to another place. 未能寫出人手訂貨表，請改寫到其他位置。"
    )]
    Sheet {
        /// What the writer said.
        reason: String,
    },
}

impl GuardError {
    /// The code of the page that explains it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Share { .. } => "DH-8040",
            Self::Twice { .. } => "DH-8041",
            Self::TooEarly { .. } => "DH-8042",
            Self::NoStep { .. } => "DH-8043",
            Self::NoFigures => "DH-8044",
            Self::NothingApproved => "DH-8045",
            Self::Sheet { .. } => "DH-8046",
        }
    }
}
