//! The pages against a real store, through the router, as a browser would ask for them.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::{Value, json};
use store::testing::{self, TestStore};
use store::{Language as Speaks, Role, StepState, TaskRow, TaskState};
use tower::ServiceExt;

use crate::render::escaped;
use crate::{Handed, WebState, paths};

mod again;
mod deciding;
mod door;
mod hooks;
mod orders;
mod reading;
mod remembering;
mod schedules;
mod seed;

/// A desk with its store and its pages.
struct Desk {
    store: TestStore,
    pages: Router,
    decided: Arc<Mutex<Vec<String>>>,
}

/// An answer, read to its end.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn location(&self) -> &str {
        self.headers[header::LOCATION].to_str().unwrap()
    }
}

impl Desk {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A desk with something more in what its pages need.
    async fn with(more: impl FnOnce(&mut WebState)) -> Self {
        let store = testing::sqlite().await;
        let decided = Arc::new(Mutex::new(Vec::new()));
        let mut state = WebState::new((*store).clone(), "http://desk.example.com");
        let told = Arc::clone(&decided);
        state.on_decided = Arc::new(move |task| {
            told.lock().unwrap().push(task);
            Box::pin(std::future::ready(()))
        });
        state.upload = Some(Arc::new(|name, _| {
            Box::pin(async move {
                let started =
                    |name: &str, run: &str| (name.to_owned(), Handed::Started { run: run.to_owned() });
                match name.as_str() {
                    "bad.exe" => vec![(name, Handed::Refused { code: "DH-7006".to_owned() })],
                    "two.zip" => vec![
                        started("two.zip/a.pdf", "invoice/cd"),
                        ("two.zip/b.doc".to_owned(), Handed::Refused { code: "DH-1103".to_owned() }),
                    ],
                    _ => vec![started(&name, "invoice/ab")],
                }
            })
        }));
        state.triggers = schedules::triggers((*store).clone());
        state.hooks = Arc::new(hooks::hooks());
        more(&mut state);
        Self { store, pages: crate::router(state), decided }
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.pages.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 10_000_000).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    async fn get(&self, cookie: &str, path: &str) -> Answer {
        self.ask(
            Request::get(path)
                .header("cookie", cookie)
                .header("host", "desk.example.com")
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    async fn post(&self, cookie: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = form.iter().map(|(k, v)| format!("{}={}", escaped(k), escaped(v))).collect();
        let request = Request::post(path)
            .header("cookie", cookie)
            .header("host", "desk.example.com")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap();
        self.ask(request).await
    }

    /// Adds a person and signs them in; the answer is their cookie.
    async fn enter(&self, name: &str, role: Role, language: Speaks) -> String {
        seed::person(&self.store, name, role, language).await;
        let answer = self.post("", "/sign-in", &[("name", name), ("password", seed::PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let cookies = answer.headers.get_all(header::SET_COOKIE).iter().map(|c| c.to_str().unwrap());
        cookies.map(|c| c.split(';').next().unwrap().to_owned()).collect::<Vec<_>>().join("; ")
    }

    async fn reviewer(&self) -> String {
        self.enter("Mei", Role::Reviewer, Speaks::En).await
    }

    /// A task on an invoice whose total is in doubt.
    async fn doubtful_task(&self) -> TaskRow {
        let paper = paper("doubtful");
        let (invoice, findings) = seed::doubtful(&paper);
        seed::ask(&self.store, &paper, "check: DH-2310", &invoice, &findings).await
    }

    async fn task(&self, id: &str) -> TaskRow {
        self.store.task(id).await.unwrap().unwrap()
    }
}

/// The smallest picture that is one.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0,
    1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x60, 0,
    0, 0, 2, 0, 1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

fn paper(name: &'static str) -> seed::Paper {
    let words = json!([
        { "text": "11,300.00", "box": [0.7, 0.8, 0.85, 0.82], "confidence": 0.71, "source": "ocr:ppocr" },
        { "text": "FL-260131", "box": [0.7, 0.1, 0.85, 0.12], "confidence": 1.0, "source": "text_layer" },
    ]);
    seed::Paper {
        name,
        original: format!("%PDF-1.7 {name}").into_bytes(),
        pages: vec![PIXEL.to_vec()],
        document: json!({ "pages": [{ "number": 1, "width": 595.0, "height": 842.0, "words": words }] }),
    }
}

/// What the task's page would send, with these changes.
fn form<'a>(
    task: &TaskRow,
    decision: &'a str,
    seen: &'a str,
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let version: &'static str = Box::leak(task.version.to_string().into_boxed_str());
    let mut form = vec![("decision", decision), ("version", version), ("seen", seen)];
    form.extend_from_slice(more);
    form
}

/// The findings that the page of this task names in its hidden field.
async fn seen_on(desk: &Desk, cookie: &str, task: &TaskRow) -> String {
    hidden(&desk.get(cookie, &paths::task(&task.id)).await.text)
}

fn hidden(page: &str) -> String {
    let start = page.find("name=\"seen\" value=\"").unwrap() + 19;
    page[start..].split('"').next().unwrap().replace("&#x2f;", "/")
}
