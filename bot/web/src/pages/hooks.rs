//! Webhooks: another program starts a workflow by a signed request.
//!
//! The form is that of Standard Webhooks: the sender signs `<id>.<timestamp>.<body>` with HMAC-SHA256 and sends id,
//! timestamp and signature in headers. A body that was changed, an old request that is sent again, and a sender who
//! does not know the secret are refused; a delivery that is repeated is the same run.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use sha2::Sha256;

use crate::state::{Hook, NotStarted, WebState};

/// The most that a delivery may carry.
pub(crate) const LIMIT: usize = 1024 * 1024;
const LONGEST_ID: usize = 200;

/// Why a delivery starts nothing. The sender gets the code and a sentence as JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("DH-7020: there is no webhook of this name.")]
    Unknown,
    #[error("DH-7021: the delivery is not signed with this webhook's secret, or its headers are missing.")]
    Signature,
    #[error("DH-7022: the delivery's timestamp is too far from this machine's clock.")]
    Stale,
    #[error("DH-7023: the delivery is larger than 1 MiB.")]
    TooLarge,
    #[error("DH-7024: the delivery cannot be used: {0}.")]
    Content(String),
    #[error("DH-7025: the run could not be started now. Deliver it again.")]
    Later,
    #[error("DH-7030: too many deliveries. Wait {seconds} seconds and deliver it again.")]
    TooMany { seconds: u64 },
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Signature | Self::Stale => StatusCode::UNAUTHORIZED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Content(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Later => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        };
        let wait = if let Self::TooMany { seconds } = self { Some(seconds) } else { None };
        let text = self.to_string();
        let (code, says) = text.split_once(": ").unwrap_or(("", &text));
        let mut response = (status, axum::Json(json!({ "code": code, "error": says }))).into_response();
        if let Some(seconds) = wait {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// Takes a delivery: 202 with the run, also when the same delivery came before.
pub(crate) async fn take(
    State(state): State<WebState>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refused> {
    let hook = state.hooks.get(&name).ok_or(Refused::Unknown)?;
    let body = body.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refused::TooLarge,
        _ => Refused::Content("its body could not be read".to_owned()),
    })?;
    let id = verify(hook, &headers, &body, state.store.now().timestamp()).inspect_err(|why| {
        tracing::warn!(hook = %name, "{why}");
    })?;
    let params = object(&body)?;
    match (hook.start)(key(&name, id), params).await {
        Ok(run) => Ok((StatusCode::ACCEPTED, axum::Json(json!({ "run": run }))).into_response()),
        Err(NotStarted::Params(why)) => Err(Refused::Content(why)),
        Err(NotStarted::Later) => Err(Refused::Later),
    }
}

/// Whether the sender knows the secret and the request is fresh; answers the delivery's id.
fn verify<'h>(hook: &Hook, headers: &'h HeaderMap, body: &[u8], now: i64) -> Result<&'h str, Refused> {
    let header =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).ok_or(Refused::Signature);
    let (id, timestamp) = (header("webhook-id")?, header("webhook-timestamp")?);
    let at: i64 = timestamp.parse().map_err(|_| Refused::Signature)?;
    if id.is_empty() || id.len() > LONGEST_ID {
        return Err(Refused::Signature);
    }
    let signed = header("webhook-signature")?.split_ascii_whitespace();
    let good = signed.filter_map(|signature| STANDARD.decode(signature.strip_prefix("v1,")?).ok()).any(
        |signature| {
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&secret(hook)) else { return false };
            for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
                mac.update(part);
            }
            // Takes the same time whatever is wrong.
            mac.verify_slice(&signature).is_ok()
        },
    );
    if !good {
        return Err(Refused::Signature);
    }
    // Only who knows the secret is told of the clock.
    if now.abs_diff(at) > hook.window.as_secs() {
        return Err(Refused::Stale);
    }
    Ok(id)
}

/// `whsec_` and base64, as Standard Webhooks writes secrets; any other text is taken as it is.
fn secret(hook: &Hook) -> Vec<u8> {
    let text = hook.secret.expose_secret();
    let decoded = text.strip_prefix("whsec_").and_then(|rest| STANDARD.decode(rest).ok());
    decoded.unwrap_or_else(|| text.as_bytes().to_vec())
}

/// The body is a JSON object, or empty.
fn object(body: &[u8]) -> Result<Map<String, Value>, Refused> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(body).map_err(|_| Refused::Content("its body is no JSON object".to_owned()))
}

/// What makes a repeated delivery the same run.
fn key(name: &str, id: &str) -> String {
    let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) && id.len() <= 64;
    let id = if plain { id.to_owned() } else { hex::encode(<Sha256 as sha2::Digest>::digest(id)) };
    format!("hook/{name}/{id}")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use std::sync::Arc;
    use std::time::Duration;

    use super::*;

    fn hook(secret: &str) -> Hook {
        Hook {
            secret: secret.to_owned().into(),
            window: Duration::from_mins(5),
            start: Arc::new(|key, _| Box::pin(std::future::ready(Ok(key)))),
        }
    }

    fn headers(id: &str, timestamp: &str, signature: &str) -> HeaderMap {
        let pairs = [("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature)];
        pairs.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).into_iter().collect()
    }

    #[test]
    fn the_published_example_of_standard_webhooks_is_understood() {
        let hook = hook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", br#"{"test": 2432232314}"#);
        let good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        let at = |signature| headers(id, "1614265330", signature);
        assert_eq!(verify(&hook, &at(good), body, 1_614_265_400), Ok(id));
        let several = format!("v1a,xyz v1,AAAA {good}");
        assert_eq!(verify(&hook, &at(&several), body, 1_614_265_400), Ok(id));
        for (headers, body, now, why) in [
            (at(good), &br#"{"test": 2432232315}"#[..], 1_614_265_400, Refused::Signature),
            (headers(id, "1614265331", good), body, 1_614_265_400, Refused::Signature),
            (headers("msg_other", "1614265330", good), body, 1_614_265_400, Refused::Signature),
            (at("v1,AAAA"), body, 1_614_265_400, Refused::Signature),
            (at(&good.replace("v1,", "v2,")), body, 1_614_265_400, Refused::Signature),
            (HeaderMap::new(), body, 1_614_265_400, Refused::Signature),
            (at(good), body, 1_614_265_330 + 301, Refused::Stale),
            (at(good), body, 1_614_265_330 - 301, Refused::Stale),
        ] {
            assert_eq!(verify(&hook, &headers, body, now), Err(why));
        }
    }

    #[test]
    fn an_id_that_could_be_a_path_is_hashed() {
        assert_eq!(key("orders", "msg_1-a"), "hook/orders/msg_1-a");
        assert!(key("orders", "../../etc").len() == "hook/orders/".len() + 64);
        assert_ne!(key("orders", "a/b"), key("orders", "a.b"));
    }
}
