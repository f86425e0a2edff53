//! Handing in documents by hand.

use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use crate::failure::Failure;
use crate::format;
use crate::pages::help;
use crate::people::{Permission, Signed};
use crate::render;
use crate::render::context;
use crate::state::{Handed, WebState};

/// The most that one request may carry.
pub(crate) const LIMIT: usize = 64 * 1024 * 1024;

/// The form.
pub(crate) async fn page(State(state): State<WebState>, signed: Signed) -> Result<Response, Failure> {
    signed.must(Permission::Decide)?;
    if state.upload.is_none() {
        return Err(Failure::NotFound);
    }
    let own = context! { results => Vec::<Taken>::new() };
    Ok(render::page("upload.html", render::frame(&state, &signed, "/upload"), own))
}

/// What became of one paper.
#[derive(Serialize)]
struct Taken {
    name: String,
    outcome: &'static str,
    run: Option<String>,
    first_name: Option<String>,
    first_at: Option<String>,
    code: Option<String>,
    why: Option<String>,
}

/// Takes the files, one after the other; one bad file does not lose the others.
pub(crate) async fn take(
    State(state): State<WebState>,
    signed: Signed,
    mut form: Multipart,
) -> Result<Response, Failure> {
    signed.must(Permission::Decide)?;
    let upload = state.upload.clone().ok_or(Failure::NotFound)?;
    let mut results = Vec::new();
    while let Some(part) = form.next_field().await.map_err(|error| refused(&error))? {
        let Some(name) = part.file_name().map(base_name).filter(|name| !name.is_empty()) else { continue };
        let bytes = part.bytes().await.map_err(|error| refused(&error))?;
        if !bytes.is_empty() {
            let handed = upload(name, bytes.to_vec()).await.into_iter();
            results.extend(handed.map(|(name, handed)| taken(name, handed, &state, &signed)));
        }
    }
    let good = results.iter().all(|taken| matches!(taken.outcome, "started" | "duplicate"));
    let status = if good { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = render::frame(&state, &signed, "/upload");
    Ok(render::page_with(status, "upload.html", &context! { results, sent => true, ..frame }))
}

fn taken(name: String, handed: Handed, state: &WebState, signed: &Signed) -> Taken {
    let language = signed.language();
    let empty =
        Taken { name, outcome: "failed", run: None, first_name: None, first_at: None, code: None, why: None };
    match handed {
        Handed::Started { run } => Taken { outcome: "started", run: Some(run), ..empty },
        Handed::Duplicate { first_name, first_at } => Taken {
            outcome: "duplicate",
            first_name: Some(first_name),
            first_at: Some(format::moment(first_at, state.zone, language)),
            ..empty
        },
        Handed::Refused { code } => {
            Taken { outcome: "refused", why: help::title(&code), code: Some(code), ..empty }
        }
        Handed::Failed => Taken { code: Some("DH-7009".to_owned()), ..empty },
    }
}

/// The name without any folder that a browser sends along.
fn base_name(name: &str) -> String {
    name.rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect()
}

fn refused(error: &axum::extract::multipart::MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Failure::TooLarge } else { Failure::BadForm }
}

#[cfg(test)]
mod tests {
    use super::base_name;

    #[test]
    fn a_name_is_never_a_path() {
        assert_eq!(base_name("../../etc/passwd"), "passwd");
        assert_eq!(base_name("C:\\Users\\me\\發票.pdf"), "發票.pdf");
        assert_eq!(base_name("a\u{0}b.pdf"), "ab.pdf");
    }
}
