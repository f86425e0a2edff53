//! What can go wrong on a page, and the page that says so in plain words.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use store::StoreError;

use crate::language::Language;
use crate::render;
use crate::render::context;
use crate::state::WebState;

/// Why a request was not answered. What people see are the texts `failure-<name>-*` of the locales; what
/// the log gets is this Display.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// Nobody is signed in; afterwards the page that was asked for opens.
    #[error("DH-7001: nobody is signed in. Sign in first.")]
    NotSignedIn {
        /// The path that was asked for, when it was a page.
        wanted: Option<String>,
    },
    /// The role does not reach.
    #[error("DH-7002: this person's role does not allow this. Ask an administrator.")]
    NotAllowed,
    /// There is no such page, task, run, document.
    #[error("DH-7003: there is nothing at this address. Go back to the queue.")]
    NotFound,
    /// The request came from another site's page.
    #[error("DH-7004: a write came from another site and was refused. Open the page here and try again.")]
    CrossSite,
    /// Too many attempts to sign in.
    #[error("DH-7005: too many attempts to sign in. Wait a minute.")]
    TooMany,
    /// The form is not one of ours.
    #[error("DH-7006: the form could not be understood. Load the page again.")]
    BadForm,
    /// More bytes than a document may have.
    #[error("DH-7007: the file is too large. Send a smaller one.")]
    TooLarge,
    /// The store cannot answer just now, or something of ours is broken.
    #[error("DH-7008: the page could not be made. Try again; if it stays, tell the operator.")]
    Broken,
    /// The upload folder did not take the file.
    #[error("DH-7009: the file could not be put into the inbox. Try again; if it stays, tell the operator.")]
    NotTaken,
}

impl Failure {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotSignedIn { .. } => StatusCode::UNAUTHORIZED,
            Self::NotAllowed | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::BadForm => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Broken | Self::NotTaken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The code of its page in `docs/errors/` and the name of its texts.
    fn page(&self) -> (&'static str, &'static str) {
        match self {
            Self::NotSignedIn { .. } => ("DH-7001", "signed-out"),
            Self::NotAllowed => ("DH-7002", "not-allowed"),
            Self::NotFound => ("DH-7003", "not-found"),
            Self::CrossSite => ("DH-7004", "cross-site"),
            Self::TooMany => ("DH-7005", "too-many"),
            Self::BadForm => ("DH-7006", "bad-form"),
            Self::TooLarge => ("DH-7007", "too-large"),
            Self::Broken => ("DH-7008", "broken"),
            Self::NotTaken => ("DH-7009", "not-taken"),
        }
    }

    /// The failure that a bare status of a library stands for.
    fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::UNAUTHORIZED => Some(Self::NotSignedIn { wanted: None }),
            StatusCode::FORBIDDEN => Some(Self::CrossSite),
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Some(Self::NotFound),
            StatusCode::TOO_MANY_REQUESTS => Some(Self::TooMany),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Self::TooLarge),
            status if status.is_client_error() => Some(Self::BadForm),
            status if status.is_server_error() => Some(Self::Broken),
            _ => None,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { .. } | StoreError::BlobMissing => Self::NotFound,
            error => {
                tracing::error!(%error, "the store did not answer a page");
                Self::Broken
            }
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if let Self::NotSignedIn { wanted: Some(wanted) } = &self {
            let next =
                if wanted == "/" { String::new() } else { format!("?next={}", render::escaped(wanted)) };
            return Redirect::to(&format!("/sign-in{next}")).into_response();
        }
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Turns every bare refusal, ours or a library's, into a page in the reader's language.
pub(crate) async fn pages(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let language = Language::of_request(request.headers());
    let retry = request.headers().get("x-deskhand-script").is_some();
    let mut response = next.run(request).await;
    let ours = response.extensions_mut().remove::<Failure>();
    let bare = !response.headers().contains_key(header::CONTENT_TYPE) || is_plain_text(&response);
    let failure = match ours {
        Some(failure) => failure,
        None if bare => match Failure::of_status(response.status()) {
            Some(failure) => failure,
            None => return response,
        },
        None => return response,
    };
    if retry {
        return failure.status().into_response();
    }
    let (code, name) = failure.page();
    let page = context! {
        language => language.tag(), code, name, person => (), base_url => &state.base_url, path => "", title => "failure",
    };
    render::page_with(failure.status(), "failure.html", &page)
}

fn is_plain_text(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok()).is_some_and(|kind| kind.starts_with("text/plain"))
}
