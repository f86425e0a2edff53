//! What a person does about a failed run: have it done again, from a step if need be, or put it away.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::failure::Failure;
use crate::pages::runs;
use crate::paths;
use crate::people::{Permission, Signed};
use crate::state::{Again, NotAgain, WebState};

/// The form of a retry. Boxes that are not ticked are not sent.
#[derive(Debug, Deserialize)]
pub(crate) struct Retry {
    #[serde(default)]
    from: String,
    #[serde(default)]
    repeat: String,
    #[serde(default)]
    new_version: String,
    #[serde(default)]
    why: String,
}

/// Has the run done again, or shows its page with why not.
pub(crate) async fn retry(
    State(state): State<WebState>,
    signed: Signed,
    Path(segment): Path<String>,
    Form(form): Form<Retry>,
) -> Result<Response, Failure> {
    signed.must(Permission::Again)?;
    let repeat_effects = !form.repeat.is_empty();
    if repeat_effects {
        // What is sent and posted again is a decision about money.
        signed.must(Permission::Decide)?;
    }
    let from = Some(form.from.trim()).filter(|from| !from.is_empty());
    let again = Again {
        run: paths::id(&segment),
        person: signed.0.id.clone(),
        from: from.map(str::parse).transpose().map_err(|_| Failure::BadForm)?,
        repeat_effects,
        on_new_version: !form.new_version.is_empty(),
        why: form.why.trim().to_owned(),
    };
    let Some(try_again) = &state.again else { return Err(Failure::NotFound) };
    match try_again(again).await {
        Ok(()) => Ok(Redirect::to(&paths::run(&paths::id(&segment))).into_response()),
        Err(refused) => runs::shown(&state, &signed, &segment, StatusCode::CONFLICT, Some(&refused)).await,
    }
}

/// Why a run is put away.
#[derive(Debug, Deserialize)]
pub(crate) struct Why {
    #[serde(default)]
    why: String,
}

/// Takes a failed run off the list. Without a reason nothing happens.
pub(crate) async fn put_away(
    State(state): State<WebState>,
    signed: Signed,
    Path(segment): Path<String>,
    Form(form): Form<Why>,
) -> Result<Response, Failure> {
    signed.must(Permission::Again)?;
    let (run, why) = (paths::id(&segment), form.why.trim());
    if why.is_empty() {
        let refused = NotAgain { code: "DH-6058".to_owned(), text: "No reason was given.".to_owned() };
        return runs::shown(&state, &signed, &segment, StatusCode::CONFLICT, Some(&refused)).await;
    }
    state.store.put_away(&run, &signed.0.id, why).await?;
    Ok(Redirect::to("/runs?state=failed").into_response())
}
