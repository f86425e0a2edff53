//! A correction that is remembered for its supplier: the tick, the page of suppliers, the button that revokes.

use documents::{BBox, Document, Media, Page, Source, Word};
use invoices::{Facts, Invoice, Known};
use store::MemoryRow;

use super::seed::Paper;
use super::*;

const REVIEWED: &str = "2026-04-01";

fn word(x: f32, y: f32, size: f32, text: &str) -> Word {
    let width: f32 = text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum::<f32>() * size;
    let bbox = BBox { x0: x / 595.0, y0: y / 842.0, x1: (x + width) / 595.0, y1: (y + size) / 842.0 };
    Word { text: text.to_owned(), bbox, confidence: 1.0, source: Source::TextLayer }
}

/// An invoice whose number stands beside a label that nobody knows.
fn docket(number: &str) -> (Paper, Invoice) {
    let mut words = vec![
        word(40.0, 40.0, 18.0, "霧燈示範紙品有限公司"),
        word(430.0, 100.0, 20.0, "INVOICE"),
        word(40.0, 130.0, 10.0, "Bill To:"),
        word(40.0, 144.0, 10.0, "海燕示範零售有限公司"),
        word(40.0, 462.0, 10.0, "BR No.: 70000118"),
        word(40.0, 476.0, 10.0, "A/C No.: 012-345-00001180"),
    ];
    for (y, label, value) in [
        (130.0, "Docket:", number),
        (144.0, "Invoice Date:", "05/03/2026"),
        (220.0, "Description", "Amount"),
        (240.0, "Paper box", "1,980.00"),
        (362.0, "TOTAL", "HK$1,980.00"),
    ] {
        words.extend([word(380.0, y, 10.0, label), word(470.0, y, 10.0, value)]);
    }
    let page = Page { number: 1, width: 595.0, height: 842.0, words, codes: Vec::new(), image: None };
    let document = Document {
        sha256: "0".repeat(64),
        name: "docket.pdf".to_owned(),
        media: Media::Pdf,
        pages: vec![page],
        embedded: Vec::new(),
        witness_text: None,
        remarks: Vec::new(),
    };
    let mut invoice = invoices::extract(&document, None, &Known::default());
    invoices::check(&mut invoice, &Facts::of_day(REVIEWED.parse().unwrap()));
    let paper = Paper {
        name: "docket.pdf",
        original: format!("%PDF-1.7 {number}").into_bytes(),
        pages: vec![PIXEL.to_vec()],
        document: json!(document),
    };
    (paper, invoice)
}

async fn asked(desk: &Desk, number: &str) -> TaskRow {
    let (paper, invoice) = docket(number);
    assert_eq!(invoice.value(invoices::FieldName::InvoiceNumber), None);
    seed::ask(&desk.store, &paper, "check", &json!(invoice), &json!(invoice.findings)).await
}

/// Decides until the page has shown all that it finds.
async fn corrected(desk: &Desk, cookie: &str, task: &TaskRow, typed: &[(&str, &str)]) -> Answer {
    let path = format!("{}/decide", paths::task(&task.id));
    let mut seen = seen_on(desk, cookie, task).await;
    let mut answer = desk.post(cookie, &path, &form(task, "correct", &seen, typed)).await;
    if answer.status == StatusCode::UNPROCESSABLE_ENTITY
        && answer.text.contains("something else does not agree")
    {
        seen = hidden(&answer.text);
        answer = desk.post(cookie, &path, &form(task, "correct", &seen, typed)).await;
    }
    answer
}

const TICKED: [(&str, &str); 2] = [("f.invoice_number", "FL-2026-0118"), ("m.invoice_number", "yes")];

/// A label that was taught by Mei.
pub(super) async fn taught(desk: &Desk) -> (String, MemoryRow) {
    let mei = desk.reviewer().await;
    let task = asked(desk, "FL-2026-0118").await;
    let answer = corrected(desk, &mei, &task, &TICKED).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert!(answer.location().ends_with("done=remember"));
    (mei, desk.store.memories().await.unwrap().remove(0))
}

#[tokio::test]
async fn a_ticked_correction_is_remembered_and_listed() {
    let desk = Desk::new().await;
    let (mei, memory) = taught(&desk).await;
    assert_eq!((memory.supplier_key.as_str(), memory.field.as_str()), ("brn:70000118", "invoice_number"));
    assert_eq!(memory.lesson, json!({ "kind": "label", "label": "Docket", "form": "A-9-9" }));
    let page = desk.get(&mei, "/suppliers").await.text;
    for shown in [
        "霧燈示範紙品有限公司",
        "70000118",
        "stands beside “Docket”",
        "Mei",
        "1 Apr 2026",
        "docket.pdf",
        "not used yet",
    ] {
        assert!(page.contains(shown), "{shown}\n{page}");
    }
    desk.store.memories_used(&memory.document, std::slice::from_ref(&memory.id)).await.unwrap();
    assert!(desk.get(&mei, "/suppliers").await.text.contains("used once"));
}

#[tokio::test]
async fn nothing_is_ticked_by_itself_and_nothing_is_remembered_without_a_tick() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = asked(&desk, "FL-2026-0118").await;
    let page = desk.get(&mei, &paths::task(&task.id)).await.text;
    assert!(page.contains("name=\"m.invoice_number\" value=\"yes\"> Remember this for 霧燈示範紙品有限公司"));
    let answer = corrected(&desk, &mei, &task, &TICKED[..1]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert!(desk.store.memories().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_value_that_stands_nowhere_on_the_page_is_not_remembered_and_the_page_says_so() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = asked(&desk, "FL-2026-0118").await;
    let typed = [("f.invoice_number", "QX-77"), ("m.invoice_number", "yes")];
    let answer = corrected(&desk, &mei, &task, &typed).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("stands nowhere on the page") && answer.text.contains("value=\"QX-77\""));
    assert!(answer.text.contains("name=\"m.invoice_number\" value=\"yes\"> "), "the tick is taken away");
    assert_eq!(desk.task(&task.id).await.state, TaskState::Open);
    let seen = hidden(&answer.text);
    let path = format!("{}/decide", paths::task(&task.id));
    let answer = desk.post(&mei, &path, &form(&task, "correct", &seen, &typed[..1])).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
}

#[tokio::test]
async fn a_bank_account_is_never_offered_nor_taken() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = asked(&desk, "FL-2026-0118").await;
    let page = desk.get(&mei, &paths::task(&task.id)).await.text;
    assert!(page.contains("f.bank_account") && !page.contains("m.bank_account"));
    assert!(!page.contains("m.brn"), "the supplier is known by it");
    let forged = [TICKED[0], ("f.bank_account", "012-345-99999999"), ("m.bank_account", "yes")];
    assert_eq!(corrected(&desk, &mei, &task, &forged).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(desk.task(&task.id).await.state, TaskState::Open);
}

#[tokio::test]
async fn a_supplier_that_is_not_surely_known_is_offered_no_tick() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let paper = paper("scan");
    let (mut invoice, findings) = seed::doubtful(&paper);
    for field in invoice["fields"].as_object_mut().unwrap().values_mut() {
        field["source"] = "ocr:ppocr".into();
    }
    let task = seed::ask(&desk.store, &paper, "check", &invoice, &findings).await;
    assert!(!desk.get(&mei, &paths::task(&task.id)).await.text.contains("name=\"m."));
}

#[tokio::test]
async fn only_who_may_decide_revokes_and_only_by_a_post() {
    let desk = Desk::new().await;
    let (mei, memory) = taught(&desk).await;
    let path = format!("/suppliers/{}/revoke", memory.id);
    let held = async || desk.store.memories_that_hold().await.unwrap().len();
    let vera = desk.enter("Vera", Role::Viewer, Speaks::En).await;
    assert!(!desk.get(&vera, "/suppliers").await.text.contains("/revoke"));
    assert_eq!(desk.post(&vera, &path, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(desk.get(&mei, &path).await.status, StatusCode::NOT_FOUND);
    let foreign = Request::post(&path)
        .header("cookie", &mei)
        .header("host", "desk.example.com")
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty())
        .unwrap();
    assert_eq!(desk.ask(foreign).await.status, StatusCode::FORBIDDEN);
    assert_eq!(held().await, 1);
    assert!(desk.get(&mei, "/suppliers").await.text.contains(&path));
    let answer = desk.post(&mei, &path, &[]).await;
    assert_eq!(answer.location(), "/suppliers?done=revoked");
    assert_eq!(held().await, 0);
    let page = desk.get(&mei, answer.location()).await.text;
    assert!(page.contains("1 revoked") && page.contains("revoked by Mei"));
    assert_eq!(desk.post(&mei, "/suppliers/nothing/revoke", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_value_from_memory_is_shown_with_who_and_when() {
    let desk = Desk::new().await;
    let (mei, memory) = taught(&desk).await;
    let (paper, _) = docket("FL-2026-0119");
    let (mut invoice, findings) = seed::doubtful(&paper);
    let mut number = seed::field(&paper, "FL-2026-0119", "FL-2026-0119", 0.98, "text_layer");
    number["remembered"] = memory.id.into();
    invoice["fields"]["invoice_number"] = number;
    let task = seed::ask(&desk.store, &paper, "check", &invoice, &findings).await;
    let page = desk.get(&mei, &paths::task(&task.id)).await.text;
    assert!(page.contains("Remembered by Mei on 1 Apr 2026"), "{page}");
}
