//! Events of the shops: another program sends them in batches, with the token of its feed.
//!
//! The answer says of each event what became of it. An event that is sent again is known by its id and changes nothing, so
//! that a sender who heard no answer sends the same batch once more.

use axum::RequestExt as _;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use crate::desk::BatchRefused;
use crate::state::WebState;

/// The most that a batch may weigh.
pub(crate) const LIMIT: usize = 2 * 1024 * 1024;

/// Why nothing of a batch was taken. The sender gets the code and a sentence as JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotTaken {
    #[error("DH-7040: this is no feed's token. Send it as \"Authorization: Bearer …\".")]
    Token,
    #[error("DH-7041: the batch is larger than 2 MiB. Send it in parts.")]
    TooLarge,
    #[error("DH-7042: more than 50 events a second. Wait {seconds} seconds and send the batch again.")]
    TooFast { seconds: u64 },
    #[error("DH-7043: the batch could not be kept now. Send it again.")]
    Later,
    #[error("{0}")]
    Refused(String),
}

impl IntoResponse for NotTaken {
    fn into_response(self) -> Response {
        let (status, wait) = match self {
            Self::Token => (StatusCode::UNAUTHORIZED, None),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, None),
            Self::TooFast { seconds } => (StatusCode::TOO_MANY_REQUESTS, Some(seconds)),
            Self::Later => (StatusCode::SERVICE_UNAVAILABLE, Some(5)),
            Self::Refused(_) => (StatusCode::UNPROCESSABLE_ENTITY, None),
        };
        let text = self.to_string();
        let (code, says) = text.split_once(": ").unwrap_or(("", &text));
        let mut response = (status, axum::Json(json!({ "code": code, "error": says }))).into_response();
        if let Some(seconds) = wait {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        if self == Self::Token {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Takes a batch: 200 with what became of each event, also when all of them are refused.
pub(crate) async fn take(State(state): State<WebState>, request: Request) -> Result<Response, NotTaken> {
    // Nobody's body is read before it is known whose it is.
    let feed = bearer(request.headers()).and_then(|token| state.feeds.of(token));
    let feed = feed.ok_or(NotTaken::Token)?.to_owned();
    let desk = state.stock.as_ref().ok_or(NotTaken::Later)?;
    let body: Result<Bytes, BytesRejection> = request.extract().await;
    let body = body.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => NotTaken::TooLarge,
        _ => NotTaken::Later,
    })?;
    state
        .feeds
        .admit(&feed, events_in(&body), state.store.now())
        .map_err(|seconds| NotTaken::TooFast { seconds })
        .inspect_err(|why| tracing::warn!(feed, "{why}"))?;
    match desk.take(&feed, body.to_vec()).await {
        Ok(reply) => Ok(axum::Json(reply).into_response()),
        Err(BatchRefused::Refused(why)) => {
            tracing::warn!(feed, "{why}");
            Err(NotTaken::Refused(why))
        }
        Err(BatchRefused::Later) => Err(NotTaken::Later),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// How many events a body seems to hold; what is no batch counts as one and is refused later, with its reason.
fn events_in(body: &[u8]) -> usize {
    #[derive(Deserialize)]
    struct Batch {
        events: Vec<IgnoredAny>,
    }
    let list = || serde_json::from_slice::<Vec<IgnoredAny>>(body).map(|events| events.len());
    let batch = || serde_json::from_slice::<Batch>(body).map(|batch| batch.events.len());
    list().or_else(|_| batch()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_and_an_object_of_events_are_counted() {
        assert_eq!(events_in(br#"[{"a": 1}, {"b": [1, 2]}]"#), 2);
        assert_eq!(events_in(br#"{"events": [{}, {}, {}]}"#), 3);
        assert_eq!(events_in(b"no JSON"), 1);
    }
}
