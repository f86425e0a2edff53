//! Replenishment behind the pages: what they ask, the engine's functions answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;
use async_trait::async_trait;
use chrono::NaiveDate;
use engine::{Guarded, StockRules, TakeError};
use stock::event::Reply;
use stock::guard::{Arm, Incident, ManualSheet};
use stock::order::Proposal;
use store::{Store, StoreError};
use web::{BatchRefused, Feeds, OrderEnd, PilotView, StockDesk};

use crate::config::Config;

/// The engine's functions with the operator's rules.
struct Desk {
    store: Store,
    rules: StockRules,
}

/// Replenishment for the pages.
pub(super) fn desk(config: &Config, store: Store) -> anyhow::Result<Arc<dyn StockDesk>> {
    Ok(Arc::new(Desk { store, rules: config.stock.rules()? }))
}

/// The programs that may send events, with their tokens.
pub(super) fn feeds(config: &Config) -> anyhow::Result<Feeds> {
    let mut tokens = BTreeMap::new();
    for (name, feed) in &config.stock.feeds {
        let token = feed.token.open().with_context(|| format!("stock.feeds.{name}.token"))?;
        tokens.insert(name.clone(), token);
    }
    Ok(Feeds::new(tokens))
}

#[async_trait]
impl StockDesk for Desk {
    async fn take(&self, feed: &str, json: Vec<u8>) -> Result<Reply, BatchRefused> {
        engine::take_batch(&self.store, &self.rules, feed, json).await.map_err(|error| match error {
            TakeError::Refused(why) => BatchRefused::Refused(why.to_string()),
            TakeError::Crashed => BatchRefused::Refused(TakeError::Crashed.to_string()),
            TakeError::Failed(error) => {
                tracing::error!(%error, feed, "a batch of events could not be kept");
                BatchRefused::Later
            }
        })
    }

    async fn settle(&self, number: &str, end: OrderEnd, person: &str) -> Result<bool, StoreError> {
        let end = match end {
            OrderEnd::Received => engine::OrderEnd::Received,
            OrderEnd::CalledOff => engine::OrderEnd::CalledOff,
        };
        engine::settle_order(&self.store.acting_as(person), number, end).await
    }

    async fn pilot(&self) -> Result<Option<PilotView>, StoreError> {
        let Some(pilot) = &self.rules.pilot else { return Ok(None) };
        let Some(state) = engine::pilot_state(&self.store, &self.rules).await? else { return Ok(None) };
        let auto = state.assignment.skus.iter().filter(|sku| sku.arm == Arm::Auto).count();
        let mut incidents: Vec<Incident> = state.book.incidents.into_values().collect();
        incidents.sort_by_key(|incident| std::cmp::Reverse(incident.opened_by.week));
        Ok(Some(PilotView {
            name: pilot.name.clone(),
            percent: state.ramp.percent(),
            rolled_back: state.ramp.rolled_back,
            auto,
            manual: state.assignment.skus.len() - auto,
            verdicts: state.verdicts,
            incidents,
        }))
    }

    async fn move_pilot(&self, again: bool, person: &str) -> Result<Option<String>, StoreError> {
        let store = self.store.acting_as(person);
        let today = store.now().with_timezone(&stock::event::hong_kong()).date_naive();
        Ok(match engine::move_pilot(&store, &self.rules, today, again).await? {
            Guarded::Done => None,
            Guarded::NoPilot => Some("DH-8110: there is no pilot".to_owned()),
            Guarded::Refused(why) => Some(why),
        })
    }

    async fn manual_sheet(&self, day: NaiveDate) -> Result<Option<ManualSheet>, String> {
        engine::manual_order_sheet(&self.store, day).await
    }

    fn proposal_sheet(&self, proposal: &Proposal, language: web::Language) -> Result<Vec<u8>, String> {
        let language = match language {
            web::Language::En => notify::Language::En,
            web::Language::ZhHant => notify::Language::ZhHant,
        };
        engine::proposal_sheet(language, proposal)
    }
}
