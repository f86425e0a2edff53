//! `http`: questions to the servers that a workflow was granted, and nothing beside them.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder, Url, redirect};
use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::host::{secrets, text};
use crate::house::House;
use crate::orchestrator::Ask;

pub(crate) const GET: &str = "http::get";
pub(crate) const POST: &str = "http::post";

/// How long a server may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// An answer of more bytes is not for a script: what a step answers is kept in the run's history.
const MOST_BYTES: usize = 200 * 1024;

#[export_module]
pub(crate) mod functions {
    use rhai::{EvalAltResult, Map};
    use serde_json::{Value, json};

    use crate::host::json_of;
    use crate::host::secrets::SecretName;
    use crate::tape::step;

    /// Asks a server that the operator granted to the workflow. At most 200 KB, within 30 seconds; redirections are not
    /// followed.
    ///
    /// It answers `#{status: number, text: text, body: map?}`; `body` is the answer as values when it is JSON.
    #[rhai_fn(return_raw)]
    pub(crate) fn get(context: NativeCallContext, url: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::GET, json!({ "url": url, "bearer": Value::Null }))
    }

    /// Asks a server as `http::get(url)` does, with a secret as bearer token: `secrets::named("name")`.
    ///
    /// It answers `#{status: number, text: text, body: map?}`; where the server repeats the secret, stars stand.
    #[rhai_fn(name = "get", return_raw)]
    pub(crate) fn get_with(
        context: NativeCallContext,
        url: &str,
        bearer: SecretName,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::GET, json!({ "url": url, "bearer": bearer.json() }))
    }

    /// Sends a map as JSON to a server that the operator granted to the workflow, once. When nobody can know whether it
    /// arrived, it is not sent again: a person is asked. The header `Idempotency-Key` names run and step.
    ///
    /// It answers `#{status: number, text: text, body: map?}`.
    #[rhai_fn(return_raw)]
    pub(crate) fn post(
        context: NativeCallContext,
        url: &str,
        body: Map,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::POST, json!({ "url": url, "body": json_of(body)?, "bearer": Value::Null }))
    }

    /// Sends a map as `http::post(url, body)` does, with a secret as bearer token: `secrets::named("name")`.
    ///
    /// It answers `#{status: number, text: text, body: map?}`; where the server repeats the secret, stars stand.
    #[rhai_fn(name = "post", return_raw)]
    pub(crate) fn post_with(
        context: NativeCallContext,
        url: &str,
        body: Map,
        bearer: SecretName,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::POST, json!({ "url": url, "body": json_of(body)?, "bearer": bearer.json() }))
    }
}

pub(crate) async fn get(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let (request, secret) = request(house, ask, Method::GET)?;
    answer(ask, request, secret).await
}

/// What was begun before and never ended may have arrived: only a person may say that it is sent again.
pub(crate) async fn post(house: &House, ask: &Ask, begun_before: bool) -> Result<Value, Failure> {
    let (request, secret) = request(house, ask, Method::POST)?;
    if begun_before && ask.round == 0 {
        return Err(unknown(ask, "Deskhand stopped while it was sent"));
    }
    answer(ask, request.header("Idempotency-Key", ask.step_id()).json(&ask.call.args["body"]), secret).await
}

fn request<'a>(
    house: &'a House,
    ask: &Ask,
    method: Method,
) -> Result<(RequestBuilder, Option<&'a SecretString>), Failure> {
    let url = granted(house, ask)?;
    let secret = match &ask.call.args["bearer"] {
        Value::Null => None,
        named => Some(secrets::open(house, ask, named)?),
    };
    let client = reqwest::Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none()).no_proxy();
    let client = client.build().map_err(|error| Failure::application(&plain(ask, &error)))?;
    let request = client.request(method, url);
    let request = match secret {
        Some(secret) => request.bearer_auth(secret.expose_secret()),
        None => request,
    };
    Ok((request, secret))
}

async fn answer(ask: &Ask, request: RequestBuilder, secret: Option<&SecretString>) -> Result<Value, Failure> {
    let posting = ask.call.name == POST;
    let failed = |error: &reqwest::Error| {
        // What never reached the server may be tried again.
        if posting && !error.is_connect() {
            unknown(ask, &plain(ask, error))
        } else {
            Failure::application(&plain(ask, error))
        }
    };
    let mut response = request.send().await.map_err(|error| failed(&error))?;
    let status = response.status();
    let is_json = response.headers().get(CONTENT_TYPE).is_some_and(|kind| {
        kind.to_str().is_ok_and(|kind| kind.split(';').next().is_some_and(|kind| kind.ends_with("json")))
    });
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MOST_BYTES {
            let what = format!("DH-6523: {} answers with more than {} KB", host(ask), MOST_BYTES / 1024);
            return Err(Failure::business(&format!("{what}; ask it for less")));
        }
    }
    if status.is_server_error() && !posting {
        return Err(Failure::application(&format!(
            "DH-6523: {} answers {status}; it is asked again",
            host(ask)
        )));
    }
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    if let Some(secret) = secret.map(ExposeSecret::expose_secret).filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, "***");
    }
    let body = if is_json { serde_json::from_str(&text).unwrap_or_default() } else { Value::Null };
    Ok(json!({ "status": status.as_u16(), "text": text, "body": body }))
}

/// The address, if its server was granted: the same scheme, host and port.
fn granted(house: &House, ask: &Ask) -> Result<Url, Failure> {
    let (workflow, address) = (&ask.workflow, text(ask, "url")?);
    let url = Url::parse(address).map_err(|_| {
        Failure::business(&format!("DH-6523: `{address}` is no address; write https://host/path"))
    })?;
    let granted = house.grants.hosts(workflow).any(|host| is_at(&url, host));
    let plain = url.username().is_empty() && url.password().is_none();
    if granted && plain {
        return Ok(url);
    }
    Err(Failure::business(&format!(
        "DH-6506: the workflow {workflow} was not granted the server {}; correct [grants.{workflow}] in the settings, then try again",
        host(ask)
    )))
}

/// Whether an address is at a server as the settings name it: `api.example.com`, or `http://127.0.0.1:8090`.
pub(crate) fn is_at(url: &Url, host: &str) -> bool {
    let origin = if host.contains("://") { host.to_owned() } else { format!("https://{host}") };
    Url::parse(&origin).is_ok_and(|origin| origin.origin() == url.origin())
}

/// The address's server, for people: paths and questions may hold what is nobody's business.
fn host(ask: &Ask) -> String {
    let url = ask.call.args["url"].as_str().and_then(|url| Url::parse(url).ok());
    url.map_or_else(|| "?".to_owned(), |url| url.origin().ascii_serialization())
}

fn plain(ask: &Ask, error: &reqwest::Error) -> String {
    let why = if error.is_timeout() {
        "it took too long"
    } else if error.is_connect() {
        "it cannot be reached"
    } else {
        "the connection broke"
    };
    format!("DH-6523: {} does not answer: {why}; check the network and the server", host(ask))
}

fn unknown(ask: &Ask, why: &str) -> Failure {
    let why = why.strip_prefix("DH-6523: ").unwrap_or(why);
    Failure::unknown(&format!(
        "DH-6524: nobody knows whether {} took what was sent ({why}); look there, then try again or give up",
        host(ask)
    ))
}
