//! Invented people, papers and tasks.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Language, NewDocument, NewRun, NewTask, Person, Role, StepState, Store, TaskRow};

/// The password of every invented person.
pub(crate) const PASSWORD: &str = "only for the tests";

/// A document with its pages, as the reader would have left it.
pub(crate) struct Paper {
    pub(crate) name: &'static str,
    pub(crate) original: Vec<u8>,
    pub(crate) pages: Vec<Vec<u8>>,
    /// What `documents/<sha256>/document.json` holds.
    pub(crate) document: Value,
}

impl Paper {
    pub(crate) fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.original))
    }

    /// Where a text stands on the first page, as a box.
    pub(crate) fn place(&self, text: &str) -> Value {
        let words = self.document["pages"][0]["words"].as_array();
        let mut words = words.into_iter().flatten();
        let found = words.find(|word| word["text"].as_str().is_some_and(|word| word.contains(text)));
        found.map_or(Value::Null, |word| word["box"].clone())
    }
}

/// Adds a person who signs in with [`PASSWORD`].
pub(crate) async fn person(store: &Store, name: &str, role: Role, language: Language) -> Person {
    let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
    store.add_person(name, &email, role, PASSWORD.to_owned().into(), language).await.expect("a new person")
}

/// A field as the extraction leaves it.
pub(crate) fn field(paper: &Paper, value: &str, raw: &str, confidence: f64, source: &str) -> Value {
    let mut field = json!({
        "value": value, "raw": raw, "page": 1, "confidence": confidence, "source": source, "agrees": [],
    });
    let place = paper.place(raw);
    if !place.is_null() {
        field["box"] = place;
    }
    field
}

/// A finding in both languages.
pub(crate) fn finding(code: &str, severity: &str, fields: &[&str], en: &str, zh: &str) -> Value {
    json!({ "code": code, "severity": severity, "fields": fields, "message": { "en": en, "zh-Hant": zh } })
}

/// Keeps the paper and starts its run.
pub(crate) async fn arrive(store: &Store, paper: &Paper) -> String {
    let sha256 = paper.sha256();
    let blobs = store.blobs();
    blobs.put(&store::blobs::original_key(&sha256), paper.original.clone()).await.expect("kept");
    let document = NewDocument {
        sha256: sha256.clone(),
        name: paper.name.to_owned(),
        media: "application/pdf".to_owned(),
        bytes: paper.original.len() as u64,
        origin: "upload".to_owned(),
        workflow: "invoice".to_owned(),
        portal: None,
    };
    store.record_document(&document).await.expect("recorded");
    let json = serde_json::to_vec(&paper.document).expect("JSON");
    blobs.put(&format!("documents/{sha256}/document.json"), json).await.expect("kept");
    for (number, page) in (1..).zip(&paper.pages) {
        blobs.put(&format!("documents/{sha256}/page-{number}.png"), page.clone()).await.expect("kept");
    }
    let run = NewRun {
        id: format!("invoice/{sha256}"),
        workflow: "invoice".to_owned(),
        script_sha256: "5f".repeat(32),
        document: Some(sha256.clone()),
        trigger: "folder".to_owned(),
    };
    store.start_run(&run).await.expect("started");
    sha256
}

/// Writes down a step that is done.
pub(crate) async fn step(store: &Store, run: &str, index: u32, name: &str, state: StepState, output: &Value) {
    let attempt = store.begin_step(run, index, name, &json!({}), 0).await.expect("begun");
    store.end_step(run, index, attempt, state, output).await.expect("ended");
}

/// Opens a review task for the paper.
pub(crate) async fn ask(
    store: &Store,
    paper: &Paper,
    reason: &str,
    invoice: &Value,
    findings: &Value,
) -> TaskRow {
    let sha256 = arrive(store, paper).await;
    let run = format!("invoice/{sha256}");
    step(store, &run, 0, "documents::read", StepState::Done, &json!({ "pages": paper.pages.len() })).await;
    step(
        store,
        &run,
        1,
        "invoices::check",
        StepState::Done,
        &json!({ "findings": findings.as_array().map(Vec::len) }),
    )
    .await;
    step(store, &run, 2, "review::open", StepState::Done, &json!({})).await;
    step(store, &run, 3, "review::wait", StepState::Waiting, &json!({})).await;
    let value = |name: &str| invoice["fields"][name]["value"].as_str();
    store
        .save_invoice(&sha256, invoice, None, value("seller_name"), value("total"), value("issue_date"))
        .await
        .expect("saved");
    let task = NewTask {
        id: format!("{run}/2"),
        run,
        document: sha256,
        workflow: "invoice".to_owned(),
        reason: reason.to_owned(),
        findings: findings.clone(),
        invoice: invoice.clone(),
    };
    store.open_task(&task).await.expect("opened")
}

/// A Hong Kong invoice whose total one reader took for another.
pub(crate) fn doubtful(paper: &Paper) -> (Value, Value) {
    let mut total = field(paper, "11300.00", "11,300.00", 0.71, "ocr:ppocr");
    total["others"] = json!([{ "source": "ocr:tesseract", "value": "11800.00" }]);
    let findings = json!([finding(
        "DH-2310",
        "review",
        &["total"],
        "Two readers read the total differently: 11300.00 and 11800.00.",
        "兩個讀取器讀到的總額不同：11300.00 和 11800.00。",
    )]);
    let invoice = json!({
        "kind": "hk_invoice",
        "is_invoice": true,
        "fields": {
            "invoice_number": field(paper, "FL-260131", "FL-260131", 0.99, "text_layer"),
            "issue_date": field(paper, "2026-03-11", "2026年3月11日", 0.98, "text_layer"),
            "seller_name": field(paper, "霧燈示範紙品有限公司", "霧燈示範紙品有限公司", 0.99, "text_layer"),
            "bank_account": field(paper, "012-345-6-789012", "012-345-6-789012", 0.97, "text_layer"),
            "total": total,
            "currency": field(paper, "HKD", "HK$", 0.99, "text_layer"),
        },
        "lines": [],
        "findings": findings,
        "decision": "review",
    });
    (invoice, findings)
}
