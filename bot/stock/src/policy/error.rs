//! What the policy refuses, with its code.

use crate::policy::target::{HIGHEST, LOWEST};

/// What stops a target or an order line from being computed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// A mean of demand that is negative or no number.
    #[error(
        "DH-8020: the mean demand {mean} is not a number of zero or more; look at the sales behind this forecast. 平均需求不是零或以上的數字，請檢查預測所用的銷售紀錄。"
    )]
    Mean {
        /// What was handed in.
        mean: f64,
    },
    /// A variance of demand that is negative or no number.
    #[error(
        "DH-8021: the spread of demand {variance} is not a number of zero or more; look at the forecast errors. 需求變異不是零或以上的數字，請檢查預測誤差。"
    )]
    Variance {
        /// What was handed in.
        variance: f64,
    },
    /// The normal distribution asked for where it does not hold.
    #[error(
        "DH-8022: the normal distribution needs a mean demand above 30 and this is {mean}; leave the choice to the program. 平均需求須高於 30 方可使用常態分佈，請由程式自行選擇。"
    )]
    TooFewForNormal {
        /// The mean over the period.
        mean: f64,
    },
    /// A service goal outside its limits.
    #[error(
        "DH-8023: a service goal of {goal} cannot be reached or means nothing; set it between {LOWEST} and {HIGHEST}. 服務水平須介乎 {LOWEST} 與 {HIGHEST} 之間。"
    )]
    Goal {
        /// What was asked for.
        goal: f64,
    },
    /// A cost, rate or time that must be above zero.
    #[error(
        "DH-8024: {what} must be above zero and is {value}; correct it in the settings. {what}必須大於零，請更正設定。"
    )]
    NotPositive {
        /// The name of the figure.
        what: &'static str,
        /// What was handed in.
        value: f64,
    },
    /// Nothing is known about how long a supplier takes.
    #[error(
        "DH-8025: there is no receipt and no agreed lead time for {supplier}; enter the days that the supplier promises. 未有 {supplier} 的收貨紀錄或議定交貨期，請輸入供應商承諾的日數。"
    )]
    NoLeadTime {
        /// The supplier.
        supplier: String,
    },
    /// A pack that is not a whole number of base units.
    #[error(
        "DH-8026: a pack of {pack} is not a whole number of base units; choose a smaller base unit so that every pack is whole. 包裝數 {pack} 不是整數，請改用較小的基本單位。"
    )]
    Pack {
        /// As it was written.
        pack: String,
    },
    /// A quantity that cannot be negative, or is beyond any shop.
    #[error(
        "DH-8027: {what} is {units} units, which cannot be right; correct the record. 數量為 {units} 件，並不合理，請更正紀錄。"
    )]
    Quantity {
        /// The name of the figure.
        what: &'static str,
        /// What was handed in.
        units: i64,
    },
    /// A search for a best level that left every sensible range.
    #[error(
        "DH-8028: the search for {what} did not settle; the costs are too far apart, check them. {what}未能得出結果，各項成本相差過大，請檢查。"
    )]
    Unsettled {
        /// What was looked for.
        what: &'static str,
    },
}

impl PolicyError {
    /// The code of the page that explains it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Mean { .. } => "DH-8020",
            Self::Variance { .. } => "DH-8021",
            Self::TooFewForNormal { .. } => "DH-8022",
            Self::Goal { .. } => "DH-8023",
            Self::NotPositive { .. } => "DH-8024",
            Self::NoLeadTime { .. } => "DH-8025",
            Self::Pack { .. } => "DH-8026",
            Self::Quantity { .. } => "DH-8027",
            Self::Unsettled { .. } => "DH-8028",
        }
    }
}

/// `value`, if it is a finite number above zero.
pub(crate) fn positive(what: &'static str, value: f64) -> Result<f64, PolicyError> {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(PolicyError::NotPositive { what, value }) }
}

/// `mean`, if it is a finite number of zero or more.
pub(crate) fn mean_of(mean: f64) -> Result<f64, PolicyError> {
    if mean.is_finite() && mean >= 0.0 { Ok(mean) } else { Err(PolicyError::Mean { mean }) }
}

/// `variance`, if it is a finite number of zero or more.
pub(crate) fn variance_of(variance: f64) -> Result<f64, PolicyError> {
    if variance.is_finite() && variance >= 0.0 {
        Ok(variance)
    } else {
        Err(PolicyError::Variance { variance })
    }
}
