//! Whether it was worth it to change proposals, as the latest plan has reckoned it.

use std::collections::BTreeMap;

use serde_json::Value;
use stock::order::{EditReason, ValueAdded};
use store::PlanRow;

use crate::format;
use crate::language::Language;
use crate::render::context;
use crate::view::order::say;

/// What changes were worth, by their reason.
pub(crate) fn of(plan: Option<&PlanRow>, language: Language) -> Vec<Value> {
    let overrides = plan.map(|plan| plan.plan["overrides"].clone()).unwrap_or_default();
    let added: BTreeMap<EditReason, ValueAdded> = serde_json::from_value(overrides).unwrap_or_default();
    let view = |(reason, added): (EditReason, ValueAdded)| {
        context! {
            reason => say(&reason.sentence(), language), changed => added.changed, better => added.better,
            worse => added.worse, proposed_off => added.proposed_off, ordered_off => added.ordered_off,
            worth => format::money(&added.worth.to_string(), None), lost => added.worth.is_sign_negative(),
        }
    };
    added.into_iter().map(view).collect()
}
