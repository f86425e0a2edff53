//! The pilot as the store keeps it: arms, ramp, weekly records, incidents.

use std::collections::{BTreeMap, BTreeSet};

use ::stock::guard::assignment::StoreSku;
use ::stock::guard::{Assignment, IncidentBook, Ramp, Records, Verdict, assign};
use ::stock::policy::class::Class;
use ::stock::stock_list::Terms;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Store;

use super::Pilot;
use crate::failure::Failure;

/// A pilot under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PilotState {
    /// Which SKU is in which arm.
    pub assignment: Assignment,
    /// How far automatic ordering has come.
    pub ramp: Ramp,
    /// What was written down each week.
    pub records: Records,
    /// What went wrong.
    pub book: IncidentBook,
    /// What the triggers said of the last week.
    pub verdicts: Vec<Verdict>,
}

/// A pilot with the version of it that was seen.
pub(super) struct Seen {
    pub(super) state: PilotState,
    version: i64,
}

impl Seen {
    /// The pilot as it is; begun now when it is not there, with its arms drawn by lot.
    pub(super) async fn of(
        store: &Store,
        pilot: &Pilot,
        terms: &[Terms],
        classes: &BTreeMap<(String, String), Class>,
    ) -> Result<Self, Failure> {
        if let Some(row) = store.stock_pilot(&pilot.name).await? {
            let state = serde_json::from_value(row.pilot).map_err(|error| Failure::business(&error))?;
            return Ok(Self { state, version: row.version });
        }
        let inside = |terms: &&Terms| pilot.stores.is_empty() || pilot.stores.contains(&terms.store);
        let skus: Vec<StoreSku> = terms
            .iter()
            .filter(inside)
            .map(|terms| StoreSku {
                store: terms.store.clone(),
                sku: terms.sku.clone(),
                class: classes.get(&(terms.store.clone(), terms.sku.clone())).copied().unwrap_or(Class::New),
            })
            .collect();
        let assignment = assign(&skus, &pilot.seed).map_err(|error| Failure::business(&error))?;
        let state = PilotState {
            assignment,
            ramp: Ramp::default(),
            records: Records::default(),
            book: IncidentBook { pilot: pilot.name.clone(), ..IncidentBook::default() },
            verdicts: Vec::new(),
        };
        let mut seen = Self { state, version: 0 };
        let details = json!({
            "assignment_hash": seen.state.assignment.hash, "seed": pilot.seed, "skus": seen.state.assignment.skus.len(),
        });
        seen.put(store, &pilot.name, "stock.pilot_begun", &details).await?;
        Ok(seen)
    }

    /// Writes it down with what happened.
    pub(super) async fn put(
        &mut self,
        store: &Store,
        name: &str,
        action: &str,
        details: &Value,
    ) -> Result<(), Failure> {
        let value = serde_json::to_value(&self.state).map_err(|error| Failure::business(&error))?;
        if !store.put_stock_pilot(name, &value, self.version, action, details).await? {
            return Err(Failure::application(&"the pilot was changed meanwhile; it is looked at again"));
        }
        self.version += 1;
        Ok(())
    }
}

impl PilotState {
    /// The SKUs that are ordered automatically now.
    pub fn automatic(&self) -> BTreeSet<(String, String)> {
        let automatic = self.ramp.automatic(&self.assignment).unwrap_or_default();
        automatic.into_iter().map(|sku| (sku.store.clone(), sku.sku.clone())).collect()
    }

    /// The day of the first step.
    pub(super) fn canary_from(&self) -> Option<NaiveDate> {
        self.ramp.steps.first().copied()
    }
}
