//! The style sheet, the scripts and the icon, built into the program.

use axum::http::header;
use axum::response::{IntoResponse, Response};

const STYLE: &str =
    concat!(include_str!("../../assets/style.css"), "\n", include_str!("../../assets/order.css"));
const SCRIPT: &str = include_str!("../../assets/viewer.js");
const ORDER_SCRIPT: &str = include_str!("../../assets/order.js");
const ICON: &str = include_str!("../../assets/icon.svg");

/// The address carries the version of the content, so that a browser may keep it for ever.
pub(crate) const STYLE_PATH: &str = concat!("/assets/style.css?v=", env!("DESKHAND_ASSETS"));
/// As [`STYLE_PATH`].
pub(crate) const SCRIPT_PATH: &str = concat!("/assets/viewer.js?v=", env!("DESKHAND_ASSETS"));
/// As [`STYLE_PATH`].
pub(crate) const ORDER_SCRIPT_PATH: &str = concat!("/assets/order.js?v=", env!("DESKHAND_ASSETS"));

pub(crate) async fn style() -> Response {
    asset("text/css; charset=utf-8", STYLE)
}

pub(crate) async fn script() -> Response {
    asset("text/javascript; charset=utf-8", SCRIPT)
}

pub(crate) async fn order_script() -> Response {
    asset("text/javascript; charset=utf-8", ORDER_SCRIPT)
}

pub(crate) async fn icon() -> Response {
    asset("image/svg+xml", ICON)
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, text).into_response()
}
