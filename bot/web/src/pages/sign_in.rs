//! Signing in and out, and the choice of language.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;

use crate::failure::Failure;
use crate::language::Language;
use crate::people::{Credentials, Session};
use crate::render;
use crate::render::context;
use crate::state::WebState;

#[derive(Deserialize)]
pub(crate) struct Wanted {
    next: Option<String>,
}

/// The sign-in page; who is in already goes on.
pub(crate) async fn page(
    State(state): State<WebState>,
    session: Session,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Response {
    let next = local(wanted.next.as_deref());
    if session.user.is_some() {
        return Redirect::to(&next).into_response();
    }
    shown(&state, StatusCode::OK, Language::of_request(&headers), &next, "", false)
}

#[derive(Deserialize)]
pub(crate) struct Typed {
    name: String,
    password: SecretString,
    next: Option<String>,
}

/// Lets a person in. Whatever is wrong, the answer is the same sentence.
pub(crate) async fn enter(
    State(state): State<WebState>,
    mut session: Session,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let next = local(typed.next.as_deref());
    let credentials = Credentials { name: typed.name.trim().to_owned(), password: typed.password };
    let found = session.backend.store.sign_in(&credentials.name, &credentials.password).await?;
    let Some(person) = found.filter(|person| person.active) else {
        let language = Language::of_request(&headers);
        return Ok(shown(&state, StatusCode::UNAUTHORIZED, language, &next, &credentials.name, true));
    };
    let known = crate::people::Known(person);
    session.login(&known).await.map_err(broken)?;
    let mut response = Redirect::to(&next).into_response();
    let language = crate::people::Signed(known.0).language();
    response.headers_mut().append(header::SET_COOKIE, cookie(language));
    Ok(response)
}

/// Ends the session.
pub(crate) async fn leave(mut session: Session) -> Result<Response, Failure> {
    session.logout().await.map_err(broken)?;
    Ok(Redirect::to("/sign-in").into_response())
}

#[derive(Deserialize)]
pub(crate) struct Choice {
    language: String,
    next: Option<String>,
}

/// Changes the language: of the person when one is signed in, of this browser in any case.
pub(crate) async fn language(session: Session, Form(choice): Form<Choice>) -> Result<Response, Failure> {
    let language = Language::of_tag(&choice.language).ok_or(Failure::BadForm)?;
    if let Some(known) = &session.user {
        let wish = match language {
            Language::En => store::Language::En,
            Language::ZhHant => store::Language::ZhHant,
        };
        session.backend.store.acting_as(&known.0.id).set_language(&known.0.id, wish).await?;
    }
    let mut response = Redirect::to(&local(choice.next.as_deref())).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie(language));
    Ok(response)
}

fn shown(
    state: &WebState,
    status: StatusCode,
    language: Language,
    next: &str,
    name: &str,
    failed: bool,
) -> Response {
    let page = context! {
        language => language.tag(), base_url => &state.base_url, path => next, person => (), next, name, failed,
    };
    render::page_with(status, "sign_in.html", &page)
}

fn cookie(language: Language) -> HeaderValue {
    match language {
        Language::En => {
            HeaderValue::from_static("language=en; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly")
        }
        Language::ZhHant => {
            HeaderValue::from_static("language=zh-Hant; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly")
        }
    }
}

/// Where to go on: only to our own pages, whatever the address says.
fn local(next: Option<&str>) -> String {
    let ours = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains('\\')
            && !path.starts_with("/sign-")
            && path.bytes().all(|byte| byte.is_ascii_graphic())
    };
    next.filter(ours).unwrap_or("/").to_owned()
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn broken(error: axum_login::Error<crate::people::Door>) -> Failure {
    tracing::error!(%error, "the session could not be written");
    Failure::Broken
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn signing_in_never_leads_to_another_site() {
        for hostile in
            ["https://evil.example", "//evil.example", "/\\evil.example", "", "evil", "/sign-out", "/a\nb"]
        {
            assert_eq!(local(Some(hostile)), "/", "{hostile:?}");
        }
        assert_eq!(local(Some("/tasks/invoice~ab~3?page=2")), "/tasks/invoice~ab~3?page=2");
        assert_eq!(local(None), "/");
    }
}
