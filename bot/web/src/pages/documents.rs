//! Pictures of pages, words on them, and the file as it arrived.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::people::{Permission, Signed};
use crate::render::escaped;
use crate::state::WebState;
use crate::view::page;

/// The picture of a page.
pub(crate) async fn picture(
    State(state): State<WebState>,
    signed: Signed,
    Path((sha256, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    signed.must(Permission::Read)?;
    let number: u32 = file.strip_suffix(".png").and_then(|n| n.parse().ok()).ok_or(Failure::NotFound)?;
    known(&state, &sha256).await?;
    let key = format!("documents/{sha256}/page-{number}.png");
    let blobs = state.store.blobs();
    if !blobs.exists(&key).await?
        && let Some(draw) = &state.draw
        && !draw(sha256, number).await
    {
        return Err(Failure::NotFound);
    }
    Ok(png(blobs.get(&key).await?))
}

/// A picture that this browser may keep for an hour, and nobody else.
pub(crate) fn png(bytes: Vec<u8>) -> Response {
    let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "private, max-age=3600")];
    (headers, bytes).into_response()
}

#[derive(Deserialize)]
pub(crate) struct Which {
    #[serde(default = "first")]
    page: u64,
}

fn first() -> u64 {
    1
}

/// The words of one page with their boxes: `[{"t": text, "b": [x0, y0, x1, y1]}]`.
pub(crate) async fn words(
    State(state): State<WebState>,
    signed: Signed,
    Path(sha256): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response, Failure> {
    signed.must(Permission::Decide)?;
    known(&state, &sha256).await?;
    let document = page::read_document(&state.store, &sha256).await.ok_or(Failure::NotFound)?;
    let pages = document["pages"].as_array().ok_or(Failure::NotFound)?;
    let page = pages.iter().find(|page| page["number"] == which.page).ok_or(Failure::NotFound)?;
    let words: Vec<Value> = page["words"]
        .as_array()
        .map(|words| words.iter().map(|word| json!({ "t": word["text"], "b": word["box"] })).collect())
        .unwrap_or_default();
    let headers = [(header::CACHE_CONTROL, "private, max-age=3600")];
    Ok((headers, Json(words)).into_response())
}

/// The file as it arrived: always as a download, never shown by the browser, since it is a stranger's.
pub(crate) async fn original(
    State(state): State<WebState>,
    signed: Signed,
    Path(sha256): Path<String>,
) -> Result<Response, Failure> {
    signed.must(Permission::Read)?;
    let row = known(&state, &sha256).await?;
    let bytes = state.store.blobs().get(&store::blobs::original_key(row.original())).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    let name = format!("attachment; filename*=UTF-8''{}", escaped(&row.name));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(|_| Failure::Broken)?);
    Ok(response)
}

/// The workbook of a statement's differences, as it was kept when the statement was compared.
pub(crate) async fn comparison(
    State(state): State<WebState>,
    signed: Signed,
    Path(sha256): Path<String>,
) -> Result<Response, Failure> {
    signed.must(Permission::Read)?;
    known(&state, &sha256).await?;
    let key = format!("documents/{sha256}/comparison.json");
    let kept = state.store.blobs().get(&key).await.map_err(|_| Failure::NotFound)?;
    let kept: Value = serde_json::from_slice(&kept).map_err(|_| Failure::Broken)?;
    let word = |name: &str| kept["answer"][name].as_str().ok_or(Failure::Broken);
    let bytes = state.store.report(word("report")?).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    let name = format!("attachment; filename*=UTF-8''{}", escaped(word("file")?));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(|_| Failure::Broken)?);
    Ok(response)
}

/// The row of a document; whatever is not the hash of a known one is not found.
async fn known(state: &WebState, sha256: &str) -> Result<store::DocumentRow, Failure> {
    let hash = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !hash {
        return Err(Failure::NotFound);
    }
    state.store.document(sha256).await?.ok_or(Failure::NotFound)
}
