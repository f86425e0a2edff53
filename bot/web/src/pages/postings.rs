//! Postings: what was typed into other people's systems, each with its film strip.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::Value;
use store::PostingRow;

use crate::failure::Failure;
use crate::format;
use crate::pages::documents::png;
use crate::people::{Permission, Signed};
use crate::render;
use crate::render::context;
use crate::state::WebState;
use crate::view::task::written_date;

/// The latest postings.
pub(crate) async fn list(State(state): State<WebState>, signed: Signed) -> Result<Response, Failure> {
    signed.must(Permission::Read)?;
    let mut rows = Vec::new();
    for posting in state.store.postings(100).await? {
        rows.push(view(&state, &signed, &posting).await?);
    }
    Ok(render::page("postings.html", render::frame(&state, &signed, "/postings"), context! { rows }))
}

/// One posting.
pub(crate) async fn one(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    signed.must(Permission::Read)?;
    let posting = state.store.posting(&id).await?.ok_or(Failure::NotFound)?;
    let own = context! { posting => view(&state, &signed, &posting).await? };
    Ok(render::page("posting.html", render::frame(&state, &signed, "/postings"), own))
}

/// A posting, ready to be written.
pub(crate) async fn view(state: &WebState, signed: &Signed, posting: &PostingRow) -> Result<Value, Failure> {
    let (zone, language) = (state.zone, signed.language());
    let text = |name: &str| posting.bill.get(name).and_then(serde_json::Value::as_str);
    let pictures = state.store.pictures(&posting.id).await?;
    let pictures: Vec<Value> = pictures
        .iter()
        .map(|picture| context! { index => picture.index, act => &picture.act, at => format::clock(picture.taken_at, zone) })
        .collect();
    Ok(context! {
        id => &posting.id, portal => &posting.portal, key => &posting.key, run => &posting.run,
        state => posting.state.as_str(), reference => &posting.reference, note => &posting.note,
        supplier => text("supplier_name"),
        number => text("reference"),
        date => text("issue_date").map(|day| written_date(day, language)),
        amount => text("total").map(|total| format::money(total, text("currency"))),
        at => format::moment(posting.updated_at, zone, language),
        pictures,
    })
}

/// One picture of a posting.
pub(crate) async fn picture(
    State(state): State<WebState>,
    signed: Signed,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    signed.must(Permission::Read)?;
    let index: u32 = file.strip_suffix(".png").and_then(|n| n.parse().ok()).ok_or(Failure::NotFound)?;
    let pictures = state.store.pictures(&id).await?;
    let picture = pictures.iter().find(|picture| picture.index == index).ok_or(Failure::NotFound)?;
    Ok(png(state.store.blobs().get(&picture.blob_key).await?))
}
