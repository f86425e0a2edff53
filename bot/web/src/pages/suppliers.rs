//! Suppliers: what is remembered of each, and the button that revokes it.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::MemoryRow;

use crate::failure::Failure;
use crate::pages::queue::names;
use crate::people::{Permission, Signed};
use crate::render;
use crate::render::context;
use crate::state::WebState;
use crate::view::memory::MemoryView;

/// What was just done, as it stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: String,
}

/// All suppliers of whom something is or was remembered.
pub(crate) async fn list(
    State(state): State<WebState>,
    signed: Signed,
    Query(done): Query<Done>,
) -> Result<Response, Failure> {
    signed.must(Permission::Read)?;
    let people = names(&state.store).await?;
    let mut suppliers: Vec<(String, Vec<MemoryRow>)> = Vec::new();
    for row in state.store.memories().await? {
        match suppliers.iter_mut().find(|(key, _)| *key == row.supplier_key) {
            Some((_, rows)) => rows.push(row),
            None => suppliers.push((row.supplier_key.clone(), vec![row])),
        }
    }
    let suppliers: Vec<_> =
        suppliers.iter().map(|(key, rows)| supplier(&state, &signed, &people, key, rows)).collect();
    let own = context! { suppliers, revoked => done.done == "revoked" };
    Ok(render::page("suppliers.html", render::frame(&state, &signed, "/suppliers"), own))
}

fn supplier(
    state: &WebState,
    signed: &Signed,
    people: &BTreeMap<String, String>,
    key: &str,
    rows: &[MemoryRow],
) -> serde_json::Value {
    let view = |row: &MemoryRow| MemoryView::of(row, people, state.zone, signed.language());
    let (held, revoked): (Vec<_>, Vec<_>) =
        rows.iter().map(view).partition(|memory| memory.revoked_by.is_none());
    let (by, id) = key.split_once(':').unwrap_or((key, ""));
    // The newest name is the one that people know.
    let newest = rows.iter().max_by_key(|row| row.saved_at);
    context! {
        name => newest.map(|row| &row.supplier_name),
        by, id => (by != "name").then_some(id), held, revoked,
    }
}

/// Revokes one.
pub(crate) async fn revoke(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    signed.must(Permission::Decide)?;
    state.store.acting_as(&signed.0.id).revoke_memory(&id, &signed.0.id).await?;
    Ok(Redirect::to("/suppliers?done=revoked").into_response())
}
