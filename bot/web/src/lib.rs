//! The pages for reviewers, authors and operators.
//!
//! Reading order, the order in which a request meets the modules:
//!
//! 1. [`state`] is what the pages need from the rest of the house; [`desk`] what those of replenishment need.
//! 2. `guard` sets headers, refuses writes from other sites, slows down guessing at the door.
//! 3. `sessions` and `people` know who is there and what they may do.
//! 4. `pages` answers: sign-in, queue, task, decision, orders, stock, documents, runs, schedules, postings, suppliers, audit,
//!    upload, help; and programs that call a webhook, or send events of the shops ([`feeds`]).
//! 5. `recheck` checks a person's values again before anything is recorded; `remember` makes lessons of those that
//!    are to be remembered.
//! 6. `view` turns rows of the store into what is shown; `format` writes dates and money.
//! 7. `render` and [`language`] turn that into a page in English or 繁體中文.
//! 8. [`failure`] is what people see when something goes wrong.
#![forbid(unsafe_code)]

pub mod desk;
pub mod failure;
pub mod feeds;
mod format;
mod guard;
pub mod language;
mod pages;
pub mod paths;
mod people;
mod recheck;
mod remember;
mod render;
mod sessions;
pub mod state;
mod view;
mod worth;

use std::future::Future;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use axum_login::AuthManagerLayerBuilder;
use axum_login::tower_sessions::cookie::{SameSite, time};
use axum_login::tower_sessions::{Expiry, SessionManagerLayer};
use tokio::net::TcpListener;

pub use desk::{BatchRefused, OrderEnd, PilotView, StockDesk};
pub use failure::Failure;
pub use feeds::Feeds;
pub use language::Language;
pub use state::{
    Again, AskWhy, Draw, Handed, Hook, NotAgain, NotStarted, OnDecided, StartRun, Triggers, TryAgain, Upload,
    WebState,
};

/// A session ends this long after signing in: a working day, with its late evening.
const SESSION_HOURS: i64 = 12;

/// All pages.
pub fn router(state: WebState) -> Router {
    let sessions = SessionManagerLayer::new(sessions::Sessions(state.store.clone()))
        .with_name("deskhand")
        .with_same_site(SameSite::Lax)
        .with_http_only(true)
        .with_secure(state.base_url.starts_with("https:"))
        .with_expiry(Expiry::OnInactivity(time::Duration::hours(SESSION_HOURS)));
    let door = people::Door { store: state.store.clone() };
    let auth = AuthManagerLayerBuilder::new(door, sessions).build();
    routes(state.behind_proxy)
        .layer(DefaultBodyLimit::max(1024 * 1024))
        .layer(auth)
        .layer(guard::origins(&state.base_url))
        .layer(middleware::from_fn_with_state(state.clone(), failure::pages))
        .layer(middleware::from_fn(guard::headers))
        .merge(assets())
        .merge(hooks(&state))
        .with_state(state)
}

fn routes(behind_proxy: bool) -> Router<WebState> {
    use pages::{
        again, audit, decide, documents, help, orders, postings, queue, runs, schedules, sign_in, stock,
        suppliers, task, upload,
    };
    let enter = guard::limited(post(sign_in::enter), behind_proxy);
    Router::new()
        .route("/sign-in", get(sign_in::page).merge(enter))
        .route("/sign-out", post(sign_in::leave))
        .route("/language", post(sign_in::language))
        .route("/", get(queue::page))
        .route("/tasks/{id}", get(task::page))
        .route("/tasks/{id}/claim", post(task::claim))
        .route("/tasks/{id}/release", post(task::release))
        .route("/tasks/{id}/decide", post(decide::decide))
        .route("/orders", get(orders::list))
        .route("/orders/{number}", get(orders::one))
        .route("/orders/{number}/settle", post(orders::settle))
        .route("/orders/{number}/files/{file}", get(orders::file))
        .route("/orders/{number}/lines/{index}", get(orders::picture))
        .route("/stock", get(stock::page))
        .route("/stock/settle", post(stock::settle))
        .route("/stock/pilot", post(stock::pilot))
        .route("/stock/manual-sheet", get(stock::manual_sheet))
        .route("/documents/{sha}/pages/{file}", get(documents::picture))
        .route("/documents/{sha}/words.json", get(documents::words))
        .route("/documents/{sha}/original", get(documents::original))
        .route("/documents/{sha}/comparison.xlsx", get(documents::comparison))
        .route("/runs", get(runs::list))
        .route("/runs/{id}", get(runs::one))
        .route("/schedules", get(schedules::page))
        .route("/schedules/holds", post(schedules::hold))
        .route("/schedules/holds/{kind}/lift", post(schedules::lift))
        .route("/runs/{id}/retry", post(again::retry))
        .route("/runs/{id}/put-away", post(again::put_away))
        .route("/postings", get(postings::list))
        .route("/postings/{id}", get(postings::one))
        .route("/postings/{id}/pictures/{file}", get(postings::picture))
        .route("/suppliers", get(suppliers::list))
        .route("/suppliers/{id}/revoke", post(suppliers::revoke))
        .route("/audit", get(audit::page))
        .route("/upload", get(upload::page).post(upload::take).layer(DefaultBodyLimit::max(upload::LIMIT)))
        .route("/help/{code}", get(help::page))
        .route("/health", get(health))
        .fallback(async || Failure::NotFound)
}

/// Style, script and icon: the same for everybody, so that they need no session.
fn assets() -> Router<WebState> {
    use pages::assets;
    Router::new()
        .route("/assets/style.css", get(assets::style))
        .route("/assets/viewer.js", get(assets::script))
        .route("/assets/order.js", get(assets::order_script))
        .route("/assets/icon.svg", get(assets::icon))
        .layer(middleware::from_fn(guard::headers))
}

/// Webhooks and events come from programs: they are signed, or carry a token, and need no session.
fn hooks(state: &WebState) -> Router<WebState> {
    use pages::{hooks, stock_events};
    let take = guard::limited_hook(post(hooks::take), state);
    Router::new()
        .route("/hooks/{name}", take.layer(DefaultBodyLimit::max(hooks::LIMIT)))
        .route("/stock/events", post(stock_events::take).layer(DefaultBodyLimit::max(stock_events::LIMIT)))
        .layer(middleware::from_fn(guard::headers))
}

/// For a proxy or a supervisor: 200 when the store answers, and a line for what an operator should know. It is read
/// without signing in, so it names no folder.
async fn health(axum::extract::State(state): axum::extract::State<WebState>) -> Result<String, Failure> {
    state.store.ping().await?;
    let mut said = String::from("ok\n");
    for hold in state.store.holds_in_force().await? {
        said.extend(["on hold: ", hold.kind.as_str(), "\n"]);
    }
    if state.store.silent_hold_source().await?.is_some() {
        said.push_str("the address of holds does not answer\n");
    }
    let failed = state.store.dead_letters_count().await?;
    if failed > 0 {
        said.extend(["failed runs: ", &failed.to_string(), "\n"]);
    }
    let quiet = state.store.quiet_folders().await?.len();
    if quiet > 0 {
        said.extend(["quiet folders: ", &quiet.to_string(), "\n"]);
    }
    let silent = state.store.mailboxes().await?.iter().filter(|mailbox| mailbox.told_at.is_some()).count();
    if silent > 0 {
        said.extend(["mailboxes in trouble: ", &silent.to_string(), "\n"]);
    }
    Ok(said)
}

/// Serves the pages until `shutdown` resolves; requests under way are answered first.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(shutdown).await
}

#[cfg(test)]
mod tests;
