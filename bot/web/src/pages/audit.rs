//! The audit chain: is it whole, what is its head, what was written last.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::format;
use crate::pages::queue::names;
use crate::people::{Permission, Signed};
use crate::render;
use crate::render::context;
use crate::state::WebState;
use crate::view::task::name_of;

#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Filters {
    /// The beginning of an object's name, such as `tasks/`.
    #[serde(default)]
    object: String,
}

/// The audit page.
pub(crate) async fn page(
    State(state): State<WebState>,
    signed: Signed,
    Query(filters): Query<Filters>,
) -> Result<Response, Failure> {
    signed.must(Permission::Audit)?;
    let store = &state.store;
    let verdict = store.audit_verify().await?;
    let object = filters.object.trim();
    let entries = store.audit_entries(Some(object).filter(|o| !o.is_empty()), 200).await?;
    let people = names(store).await?;
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            context! {
                seq => entry.seq, at => format::moment(entry.at, state.zone, signed.language()),
                clock => format::clock(entry.at, state.zone),
                who => name_of(&people, &entry.actor), action => &entry.action, object => &entry.object,
                details => details(&entry.details), hash => &entry.entry_hash,
            }
        })
        .collect();
    let own = context! {
        rows, filters,
        entries => verdict.entries,
        sound => verdict.is_sound(),
        broken => verdict.broken.as_ref().map(|broken| context! { seq => broken.seq, why => broken.why.as_str() }),
        head => context! { seq => verdict.head.seq, hash => &verdict.head.entry_hash },
        at => format::moment(store.now(), state.zone, signed.language()),
    };
    Ok(render::page("audit.html", render::frame(&state, &signed, "/audit"), own))
}

/// `state: done, code: DH-2204`: details hold codes, ids and hashes only.
fn details(details: &serde_json::Value) -> String {
    let Some(map) = details.as_object() else { return String::new() };
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    map.iter().map(|(key, value)| format!("{key}: {}", text(value))).collect::<Vec<_>>().join(", ")
}
