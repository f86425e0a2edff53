//! What a replay refuses, with its code.

/// What stops a replay.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// No series is long enough.
    #[error(
        "DH-8035: no item has more than the {warm_up} days that the first forecast needs; hand in a longer history or a shorter warm-up. 沒有貨品的歷史超過首次預測所需的 {warm_up} 天，請提供更長的歷史或縮短暖身期。"
    )]
    HistoryTooShort {
        /// Days before the first simulated day.
        warm_up: usize,
    },
    /// Lead times to draw from are missing or the wrong way round.
    #[error(
        "DH-8036: there are no lead times to draw from; give at least one, the shorter first. 未有可用的交貨期，請至少提供一個，並先列較短者。"
    )]
    NoLeadDays,
    /// Marks that do not cover the days of their series.
    #[error(
        "DH-8037: {sku} has {sold} days of sales and {marks} stock-out marks; hand in one mark for each day. {sku} 有 {sold} 天銷售但有 {marks} 個缺貨標記，請每天提供一個。"
    )]
    Marks {
        /// The SKU.
        sku: String,
        /// Days of sales.
        sold: usize,
        /// Days of marks.
        marks: usize,
    },
    /// A review that never comes.
    #[error(
        "DH-8038: a review every 0 days cannot be simulated; set one day or more. 檢討周期不可為 0 天，請設為一天或以上。"
    )]
    Review,
    /// The service now leaves no safety stock to compare with.
    #[error(
        "DH-8039: break-even needs a cycle service above 50 % and a fall between 0 and 100 %; set the safety stock first. 計算所需準確度前，周期服務水平須高於 50%，降幅須介乎 0 與 100% 之間，請先設定安全庫存。"
    )]
    NoSafetyStock,
}

impl ReplayError {
    /// The code of the page that explains it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HistoryTooShort { .. } => "DH-8035",
            Self::NoLeadDays => "DH-8036",
            Self::Marks { .. } => "DH-8037",
            Self::Review => "DH-8038",
            Self::NoSafetyStock => "DH-8039",
        }
    }
}
