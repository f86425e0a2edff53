//! Webhooks, as another program would call them.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use hmac::{Hmac, Mac};

use super::*;
use crate::{Hook, NotStarted};

const SECRET: &str = "correct horse battery staple";

/// A webhook that refuses one parameter, and answers the run that it would start.
pub(super) fn hooks() -> BTreeMap<String, Hook> {
    let start: crate::StartRun = Arc::new(|key, params| {
        Box::pin(async move {
            match params.get("total").and_then(Value::as_str) {
                Some("bad") => Err(NotStarted::Params("total is not an amount".to_owned())),
                Some("later") => Err(NotStarted::Later),
                _ => Ok(format!("orders/{key}")),
            }
        })
    });
    let hook = Hook { secret: SECRET.into(), window: Duration::from_mins(5), start };
    BTreeMap::from([("orders".to_owned(), hook)])
}

fn delivery(desk: &Desk, name: &str, body: &str) -> Request<Body> {
    let at = desk.store.now().timestamp();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("msg_1.{at}.{body}").as_bytes());
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    Request::post(format!("/hooks/{name}"))
        .header("webhook-id", "msg_1")
        .header("webhook-timestamp", at.to_string())
        .header("webhook-signature", format!("v1,{signature}"))
        .body(Body::from(body.to_owned()))
        .unwrap()
}

#[tokio::test]
async fn a_signed_delivery_starts_its_run_without_a_session_and_twice_is_once() {
    let desk = Desk::new().await;
    for _ in 0..2 {
        let answer = desk.ask(delivery(&desk, "orders", "{\"total\": \"12.50\"}")).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (StatusCode::ACCEPTED, "{\"run\":\"orders/hook/orders/msg_1\"}")
        );
    }
    assert_eq!(desk.ask(delivery(&desk, "orders", "")).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_delivery_that_is_wrong_is_refused_with_its_code_as_json() {
    let desk = Desk::new().await;
    let mut forged = delivery(&desk, "orders", "{}");
    *forged.body_mut() = Body::from("{\"total\": \"1\"}");
    let late = delivery(&desk, "orders", "{}");
    let unsigned = Request::post("/hooks/orders").body(Body::from("{}")).unwrap();
    for (request, status, code) in [
        (delivery(&desk, "nowhere", "{}"), StatusCode::NOT_FOUND, "DH-7020"),
        (forged, StatusCode::UNAUTHORIZED, "DH-7021"),
        (unsigned, StatusCode::UNAUTHORIZED, "DH-7021"),
        (delivery(&desk, "orders", &"x".repeat(1024 * 1024 + 1)), StatusCode::PAYLOAD_TOO_LARGE, "DH-7023"),
        (delivery(&desk, "orders", "[1]"), StatusCode::UNPROCESSABLE_ENTITY, "DH-7024"),
        (delivery(&desk, "orders", "{\"total\": \"bad\"}"), StatusCode::UNPROCESSABLE_ENTITY, "DH-7024"),
        (delivery(&desk, "orders", "{\"total\": \"later\"}"), StatusCode::SERVICE_UNAVAILABLE, "DH-7025"),
    ] {
        let answer = desk.ask(request).await;
        let said: Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!((answer.status, said["code"].as_str()), (status, Some(code)), "{said}");
    }
    desk.store.clock.advance(chrono::TimeDelta::minutes(6));
    assert!(desk.ask(late).await.text.contains("DH-7022"));
    let looked = Request::get("/hooks/orders").body(Body::empty()).unwrap();
    assert_eq!(desk.ask(looked).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_sender_who_delivers_too_often_is_told_when_to_come_back_and_keeps_nobody_else_out() {
    let desk = Desk::new().await;
    let mut refused = None;
    for _ in 0..80 {
        let answer = desk.ask(delivery(&desk, "orders", "{}")).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status, StatusCode::ACCEPTED);
    }
    let refused = refused.expect("eighty at once are too many");
    assert!(refused.text.contains("DH-7030"), "{}", refused.text);
    let wait: u64 = refused.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    assert_eq!(desk.ask(delivery(&desk, "other", "{}")).await.status, StatusCode::NOT_FOUND);
    let mut elsewhere = delivery(&desk, "orders", "{}");
    let address: std::net::SocketAddr = "203.0.113.7:443".parse().unwrap();
    elsewhere.extensions_mut().insert(axum::extract::ConnectInfo(address));
    assert_eq!(desk.ask(elsewhere).await.status, StatusCode::ACCEPTED);
}
