//! What stands before every page: headers, the origin of writes, the rate of sign-ins.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use tower_governor::governor::GovernorConfigBuilder;
use tower_governor::key_extractor::KeyExtractor;
use tower_governor::{GovernorError, GovernorLayer};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::failure::Failure;
use crate::pages::hooks::Refused;
use crate::state::WebState;

/// Nothing but our own files runs, is shown, or frames us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Sets the headers that every answer carries.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &str); 6] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // Pages show people's papers: no shared cache keeps them, and "back" after signing out shows nothing.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses writes that another site's page sends.
pub(crate) fn origins(base_url: &str) -> CsrfLayer<fn(ProtectionError) -> Response> {
    let refuse: fn(ProtectionError) -> Response = |_| Failure::CrossSite.into_response();
    let layer = CsrfLayer::new();
    // The address that people type is ours, even where a proxy changes the Host header.
    let layer = match layer.clone().add_trusted_origin(base_url.trim_end_matches('/')) {
        Ok(trusting) => trusting,
        Err(error) => {
            tracing::warn!(%error, "the base URL is no origin; only the Host header is compared");
            layer
        }
    };
    layer.with_rejection_response(refuse)
}

/// At most ten sign-ins at once from one address, then one every six seconds.
pub(crate) fn limited(route: MethodRouter<WebState>, behind_proxy: bool) -> MethodRouter<WebState> {
    let refuse = |_| Failure::TooMany.into_response();
    paced(route, Caller { behind_proxy }, Duration::from_secs(6), 10, refuse)
}

/// At most sixty deliveries at once to one webhook from one address, then one every second.
pub(crate) fn limited_hook(route: MethodRouter<WebState>, state: &WebState) -> MethodRouter<WebState> {
    let caller = Caller { behind_proxy: state.behind_proxy };
    let refuse = |error| {
        let seconds = match error {
            GovernorError::TooManyRequests { wait_time, .. } => wait_time.max(1),
            _ => 1,
        };
        Refused::TooMany { seconds }.into_response()
    };
    paced(
        route,
        Sender { caller, names: Arc::new(state.hooks.keys().cloned().collect()) },
        Duration::from_secs(1),
        60,
        refuse,
    )
}

fn paced<K>(
    route: MethodRouter<WebState>,
    key: K,
    period: Duration,
    burst: u32,
    refuse: fn(GovernorError) -> Response,
) -> MethodRouter<WebState>
where
    K: KeyExtractor + Send + Sync + 'static,
    K::Key: Send + Sync,
{
    let config = GovernorConfigBuilder::default()
        .key_extractor(key)
        .period(period)
        .burst_size(burst)
        .finish()
        .expect("neither the burst nor the period is zero");
    let config = Arc::new(config);
    let layer = GovernorLayer::new(Arc::clone(&config)).error_handler(refuse);
    let forgetting = middleware::from_fn(move |request: Request, next: Next| {
        let limiter = Arc::clone(config.limiter());
        async move {
            // Addresses that have their full allowance again need not be remembered.
            if limiter.len() > 1000 {
                limiter.retain_recent();
            }
            next.run(request).await
        }
    });
    route.layer(layer).layer(forgetting)
}

/// Who calls: the address of the connection, or what our own proxy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller {
    behind_proxy: bool,
}

impl KeyExtractor for Caller {
    type Key = IpAddr;

    fn extract<T>(&self, request: &axum::http::Request<T>) -> Result<IpAddr, GovernorError> {
        let connection = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let told = if self.behind_proxy { forwarded(request.headers()) } else { None };
        // Callers without an address share one allowance rather than having none.
        Ok(told.or(connection).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
    }
}

/// Who delivers to which webhook. Names that are none share one allowance, so that nobody can invent new ones.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    caller: Caller,
    names: Arc<BTreeSet<String>>,
}

impl KeyExtractor for Sender {
    type Key = (IpAddr, String);

    fn extract<T>(&self, request: &axum::http::Request<T>) -> Result<Self::Key, GovernorError> {
        let name = request.uri().path().rsplit('/').next().unwrap_or_default();
        let name = if self.names.contains(name) { name.to_owned() } else { String::new() };
        Ok((self.caller.extract(request)?, name))
    }
}

/// The last entry is the one that our own proxy wrote; those before it are the caller's to invent.
fn forwarded(headers: &axum::http::HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}
