//! Templates become pages.

use std::sync::LazyLock;

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use minijinja::value::{Kwargs, Serde};
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value as Argument};
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::language::{Arguments, Language};
use crate::people::{Permission, Signed};
use crate::state::WebState;

/// `context! { name => value, other, ..more }`: what a template is given. Earlier names win over later ones.
macro_rules! context {
    (@value $key:ident) => { serde_json::json!($key) };
    (@value $key:ident, $value:expr) => { serde_json::json!($value) };
    ($(.. $more:expr),+ $(,)?) => {{
        let mut map = serde_json::Map::new();
        $($crate::render::merge(&mut map, $more);)+
        serde_json::Value::Object(map)
    }};
    ($($key:ident $(=> $value:expr)?),+ $(, .. $more:expr)* $(,)?) => {{
        let mut map = serde_json::Map::new();
        $(map.insert(stringify!($key).to_owned(), $crate::render::context!(@value $key $(, $value)?));)+
        $($crate::render::merge(&mut map, $more);)*
        serde_json::Value::Object(map)
    }};
}
pub(crate) use context;

/// Adds what is not there yet.
pub(crate) fn merge(map: &mut Map<String, Value>, more: Value) {
    if let Value::Object(more) = more {
        for (name, value) in more {
            map.entry(name).or_insert(value);
        }
    }
}

macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        /// Every template, built into the program.
        pub(crate) const TEMPLATES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../templates/", $name)))),+];
    };
}

templates!(
    "audit.html",
    "base.html",
    "decided.html",
    "failure.html",
    "field.html",
    "help.html",
    "icons.html",
    "order.html",
    "order_lines.html",
    "order_task.html",
    "orders.html",
    "posting.html",
    "postings.html",
    "queue.html",
    "run.html",
    "runs.html",
    "schedules.html",
    "sign_in.html",
    "stock.html",
    "suppliers.html",
    "task.html",
    "upload.html",
);

/// One environment per language, so that a text is in the page's language even inside a macro.
static ENVIRONMENTS: LazyLock<[Environment<'static>; 2]> = LazyLock::new(|| Language::ALL.map(environment));

fn environment(language: Language) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    // `t("queue-waiting", n=3)`: the text of a key.
    environment.add_function("t", move |key: String, gaps: Kwargs| -> Result<String, Error> {
        Ok(language.text_with(&key, &arguments(&gaps)?))
    });
    // `t_or("reason-" ~ reason, reason)`: for keys made from data, which may be newer than the texts.
    environment.add_function("t_or", move |key: String, otherwise: Argument| {
        language.find(&key, None).unwrap_or_else(|| otherwise.to_string())
    });
    environment.add_filter("segment", |id: String| crate::paths::segment(&id));
    environment.add_global("style", crate::pages::assets::STYLE_PATH);
    environment.add_global("script", crate::pages::assets::SCRIPT_PATH);
    environment.add_global("order_script", crate::pages::assets::ORDER_SCRIPT_PATH);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source).expect("the templates are tested: each one parses");
    }
    environment
}

fn arguments(gaps: &Kwargs) -> Result<Arguments, Error> {
    let mut arguments = Arguments::new();
    for name in gaps.args() {
        let value: Argument = gaps.peek(name)?;
        let filled = match i64::try_from(value.clone()) {
            Ok(number) if value.is_number() => number.into(),
            _ => value.to_string().into(),
        };
        arguments.insert(name.to_owned().into(), filled);
    }
    Ok(arguments)
}

/// What every page of a signed-in person shows around its own part.
pub(crate) fn frame(state: &WebState, signed: &Signed, path: &str) -> Value {
    let may = |permission| signed.may(permission);
    context! {
        language => signed.language().tag(),
        base_url => &state.base_url,
        path,
        person => context! { name => &signed.0.name, role => signed.0.role.to_string() },
        may => context! {
            read => may(Permission::Read), decide => may(Permission::Decide),
            runs => may(Permission::Runs), audit => may(Permission::Audit),
            upload => state.upload.is_some() && may(Permission::Decide),
            orders => state.stock.is_some() && may(Permission::Read), pilot => may(Permission::Pilot),
        },
    }
}

/// A page with its frame, answered with 200.
pub(crate) fn page(template: &str, frame: Value, own: Value) -> Response {
    page_with(StatusCode::OK, template, &context! { ..own, ..frame })
}

/// A page answered with this status. A template that fails is our fault, and says so.
pub(crate) fn page_with(status: StatusCode, template: &str, context: &Value) -> Response {
    match rendered(template, context) {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(template, error = format!("{error:#}"), "a template failed");
            if template == "failure.html" {
                return (StatusCode::INTERNAL_SERVER_ERROR, Html("<!doctype html><title>DH-7008</title>"))
                    .into_response();
            }
            Failure::Broken.into_response()
        }
    }
}

/// The text of a template.
pub(crate) fn rendered(template: &str, context: &Value) -> Result<String, Error> {
    let language = context["language"].as_str().and_then(Language::of_tag).unwrap_or_default();
    let [english, chinese] = &*ENVIRONMENTS;
    let environment = match language {
        Language::En => english,
        Language::ZhHant => chinese,
    };
    environment.get_template(template)?.render(Serde(context))
}

/// Percent-encoded for one segment or one value of an address.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte => {
                use std::fmt::Write as _;
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
