//! What is written down each week, and what the triggers read. A week is named by its Monday.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Everything recorded, each kind by rising week; kinds that a business does not record stay empty, and their triggers rest.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Records {
    /// Sold against forecast, by SKU (T1, T2).
    pub accuracy: Vec<AccuracyWeek>,
    /// Stock and sales of the canary (T3).
    pub stock: Vec<StockWeek>,
    /// Drift and business figure (T4).
    pub drift: Vec<DriftWeek>,
    /// Promotions (T5).
    pub promotions: Vec<PromotionWeek>,
    /// Data and jobs (T6).
    pub systems: Vec<SystemWeek>,
    /// Receipts (T7), by rising day.
    pub receipts: Vec<ReceiptDay>,
    /// Bias around festivals, and fit (T8).
    pub model: Vec<ModelWeek>,
}

/// Sold against forecast in a week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccuracyWeek {
    /// Its Monday.
    pub week: NaiveDate,
    /// The SKUs of all stores.
    pub skus: Vec<SkuWeek>,
}

/// A SKU of a store in a week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SkuWeek {
    /// The store.
    pub store: String,
    /// The SKU.
    pub sku: String,
    /// Units sold.
    pub sold: i64,
    /// Units forecast before the week began.
    pub forecast: f64,
    /// What the benchmark forecast, the seasonal-window average.
    pub benchmark: f64,
    /// Whether it is in the canary.
    pub canary: bool,
    /// Whether it is among the fifty that sell most.
    pub top: bool,
}

/// Stock and sales in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockWeek {
    /// Its Monday.
    pub week: NaiveDate,
    /// Units in stock of the watched SKUs, mean of the days' ends, rounded.
    pub stock_units: i64,
    /// Units of them sold.
    pub sold_units: i64,
    /// Their stock at cost.
    pub stock_value: Decimal,
    /// The stock of the whole store or business at cost.
    pub all_stock_value: Decimal,
}

/// Drift and business figure of a week.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DriftWeek {
    /// Its Monday.
    pub week: NaiveDate,
    /// PSI of demand against the time before.
    pub demand_psi: f64,
    /// PSI of lead times against the time before.
    pub lead_psi: f64,
    /// Mean demand over that before, less 1.
    pub mean_change: f64,
    /// The business figure of the AUTO arm over its figure before, less 1; higher is better.
    pub kpi_change: f64,
    /// The business figure of AUTO over that of MANUAL, less 1, over all weeks so far.
    pub kpi_effect: f64,
    /// Its standard error.
    pub kpi_error: f64,
}

/// Promotions of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionWeek {
    /// Its Monday.
    pub week: NaiveDate,
    /// SKUs promoted.
    pub promoted: i64,
    /// Of these, those that sold outside the forecast's 80 % interval.
    pub outside: i64,
}

/// Data and jobs of a week, at their worst.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SystemWeek {
    /// Its Monday.
    pub week: NaiveDate,
    /// Most hours without an event.
    pub silent_hours: f64,
    /// Of these, hours in which every store was closed.
    pub closed_hours: f64,
    /// Minutes of the longest nightly job.
    pub job_minutes: f64,
    /// Most minutes without a break in which the 95th percentile of replies was above five seconds.
    pub slow_minutes: f64,
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReceiptDay {
    /// The day it came.
    pub day: NaiveDate,
    /// Who delivered.
    pub supplier: String,
    /// Days from order to receipt.
    pub days: i64,
    /// The 95 % quantile of that supplier's lead times, learnt before.
    pub late_after_days: f64,
}

/// How the model does in a week.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ModelWeek {
    /// Its Monday.
    pub week: NaiveDate,
    /// Days to the nearest lunar festival, before or after; none when it is not known.
    pub festival_days: Option<i64>,
    /// Forecast over sold, less 1, all SKUs together.
    pub bias: f64,
    /// WAPE on the data the model was fitted to.
    pub train_wape: f64,
    /// WAPE on what came after.
    pub test_wape: f64,
}
