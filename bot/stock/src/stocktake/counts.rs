//! A stocktake as events.

use chrono::{DateTime, FixedOffset};
use rust_decimal::Decimal;

use super::report::Report;
use crate::event::{Body, Event, Moment, SCHEMA_VERSION, StockCount, derived};

impl Report {
    /// One `stock_count` for each SKU whose count is settled; a SKU of which a piece was looked for only once has none
    /// yet. The same stocktake gives the same ids.
    pub fn stock_counts(&self, reader_id: Option<&str>, recorded_at: DateTime<FixedOffset>) -> Vec<Event> {
        let mut passes: Vec<String> = self.passes.iter().map(|pass| pass.id.to_string()).collect();
        passes.sort_unstable();
        let match_rate =
            self.match_rate.basis_points().map(|points| Decimal::from(points) / Decimal::from(10_000));
        let settled = self.by_sku.iter().filter(|line| line.is_final);
        settled
            .map(|line| {
                let counted = line.counted.to_string();
                let mut said = vec!["stocktake", &self.store_id, &line.sku, &counted];
                said.extend(passes.iter().map(String::as_str));
                Event {
                    event_id: derived(&said),
                    schema_version: SCHEMA_VERSION,
                    store_id: self.store_id.clone(),
                    sku: line.sku.clone(),
                    qty: line.counted,
                    pack: 1,
                    occurred_at: Moment::at(self.at),
                    recorded_at,
                    source: "stocktake".to_owned(),
                    corrects: None,
                    body: Body::StockCount(StockCount {
                        reader_id: reader_id.map(str::to_owned),
                        match_rate,
                        variance: Some(line.variance),
                    }),
                }
            })
            .collect()
    }
}
