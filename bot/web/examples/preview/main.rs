//! The pages over a house full of invented papers, to look at them in a browser.
//!
//! ```text
//! cargo run --release -p web --example preview -- fixtures/invoices 8787
//! ```
//! Needs `pdftoppm` and `pdftotext` (poppler-utils) for the pictures and words of the papers. Sign in as `Mei`,
//! `Vera` (viewer) or `Ada` (author) with the password `only for the preview`; `美玲` reads 繁體中文.

mod paper;
mod seed;

use std::path::PathBuf;
use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};
use store::{Blobs, Clock, Language, ManualClock, NewPosting, Role, RunState, StepState, Store, SystemClock};
use web::{Handed, WebState};

type Trouble = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Trouble> {
    let mut arguments = std::env::args().skip(1);
    let fixtures = PathBuf::from(arguments.next().unwrap_or_else(|| "fixtures/invoices".to_owned()));
    let port: u16 = arguments.next().and_then(|port| port.parse().ok()).unwrap_or(8787);
    let folder = tempfile::tempdir()?;
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let url = store::sqlite_url(&folder.path().join("preview.db"));
    let store = Store::open(&url, Blobs::folder(folder.path().join("blobs"))?, clock.clone()).await?;
    for (name, role, language) in [
        ("Mei", Role::Admin, Language::En),
        ("美玲", Role::Admin, Language::ZhHant),
        ("Alan", Role::Reviewer, Language::En),
        ("Vera", Role::Viewer, Language::En),
        ("Ada", Role::Author, Language::En),
    ] {
        seed::person(&store, name, role, language).await;
    }
    furnish(&store, &clock, &fixtures).await?;

    let base = format!("http://127.0.0.1:{port}");
    let mut state = WebState::new(store, &base);
    state.upload = Some(Arc::new(|_, _| Box::pin(async { Handed::Refused { code: "DH-7007".to_owned() } })));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("{base}");
    web::serve(listener, web::router(state), async {
        let _ = tokio::signal::ctrl_c().await;
    })
    .await?;
    Ok(())
}

async fn furnish(store: &Store, clock: &ManualClock, fixtures: &std::path::Path) -> Result<(), Trouble> {
    let now = clock.now();
    for (name, hours) in
        [("cn-01-digital-special.pdf", 5), ("hk-04-english.pdf", 4), ("cn-04-one-percent.pdf", 3)]
    {
        clock.set(now - TimeDelta::hours(hours));
        straight_through(store, clock, &paper::read(fixtures, name)?).await;
    }
    for (name, hours) in [
        ("cn-07-qr-disagrees.pdf", 30),
        ("hk-06-wrong-sum.pdf", 6),
        ("cn-05-wrong-check-digit.pdf", 3),
        ("hk-01-letterhead.pdf", 2),
        ("hk-08-scan.pdf", 1),
        ("no-04-letter.pdf", 1),
    ] {
        clock.set(now - TimeDelta::hours(hours));
        doubtful(store, &paper::read(fixtures, name)?).await;
    }
    clock.set(now - TimeDelta::minutes(40));
    unknown(store, &paper::read(fixtures, "hk-03-grid.pdf")?).await;
    clock.set(now);
    Ok(())
}

async fn straight_through(store: &Store, clock: &ManualClock, paper: &seed::Paper) {
    let sha256 = seed::arrive(store, paper).await;
    let run = format!("invoice/{sha256}");
    let invoice = paper::invoice(paper);
    let value = |name: &str| invoice["fields"][name]["value"].as_str().unwrap_or_default().to_owned();
    let (supplier, total) = (value("seller_name"), value("total"));
    let kept = store.save_invoice(&sha256, &invoice, None, Some(&supplier), Some(&total), None);
    kept.await.expect("saved");
    for (index, name) in (0..).zip(["documents::read", "invoices::check", "portal::post_bill"]) {
        store.begin_step(&run, index, name, &json!({ "document": sha256 })).await.expect("begun");
        clock.advance(TimeDelta::milliseconds(1840));
        store
            .end_step(&run, index, StepState::Done, &json!({ "total": value("total") }))
            .await
            .expect("ended");
    }
    let posting = intend(store, paper, &invoice).await;
    for (index, act) in (0..).zip(["search", "fill", "submit", "read-back"]) {
        let key = format!("postings/{posting}/{index:02}-{act}.png");
        store.blobs().put(&key, paper.pages[0].clone()).await.expect("kept");
        store.picture(&posting, index, act, &key).await.expect("kept");
    }
    store.posting_submitted(&posting).await.expect("submitted");
    store.posting_confirmed(&posting, "BILL-2026-0117", &json!({})).await.expect("confirmed");
    store.finish_run(&run, RunState::Done, "BILL-2026-0117").await.expect("finished");
}

async fn intend(store: &Store, paper: &seed::Paper, invoice: &Value) -> String {
    let value = |name: &str| invoice["fields"][name]["value"].clone();
    let bill = json!({
        "supplier_name": value("seller_name"), "reference": value("invoice_number"), "issue_date": value("issue_date"),
        "total": value("total"), "currency": value("currency"),
    });
    let posting = NewPosting {
        key: format!("paper:{}", paper.name),
        portal: "ledger".to_owned(),
        document: paper.sha256(),
        run: format!("invoice/{}", paper.sha256()),
        bill,
    };
    store.intend(&posting).await.expect("intended").id
}

/// The doubts that the fixtures were made for, as the check words them.
async fn doubtful(store: &Store, paper: &seed::Paper) {
    let mut invoice = paper::invoice(paper);
    let findings = match paper.name {
        "cn-07-qr-disagrees.pdf" => {
            invoice["fields"]["total"]["others"] = json!([{ "source": "qr", "value": "719.00" }]);
            vec![seed::finding(
                "DH-2302",
                "review",
                &["total"],
                "The QR code says 719.00, the print says 791.00.",
                "二維碼寫 719.00，頁上印的是 791.00。",
            )]
        }
        "hk-06-wrong-sum.pdf" => vec![seed::finding(
            "DH-2203",
            "reject",
            &["total"],
            "The lines add up to 2,700.00, but the total says 2,970.00.",
            "明細合計 2,700.00，但總額寫 2,970.00。",
        )],
        "cn-05-wrong-check-digit.pdf" => vec![seed::finding(
            "DH-2104",
            "reject",
            &["seller_tax_id"],
            "The check character of the seller's tax id does not fit.",
            "銷售方稅號的校驗字元不符。",
        )],
        "hk-08-scan.pdf" => {
            invoice["fields"]["invoice_number"]["confidence"] = 0.64.into();
            invoice["fields"]["invoice_number"]["source"] = "ocr:ppocr".into();
            vec![
                seed::finding(
                    "DH-2310",
                    "review",
                    &["invoice_number"],
                    "Only one of the two readers could make out the invoice number.",
                    "兩個讀取器中只有一個讀到發票號碼。",
                ),
                seed::finding(
                    "DH-2309",
                    "review",
                    &["currency"],
                    "The currency was not found; without it the invoice cannot be posted.",
                    "找不到貨幣，無法入賬。",
                ),
            ]
        }
        "no-04-letter.pdf" => {
            invoice = json!({ "kind": "unknown", "is_invoice": false, "fields": {}, "lines": [], "findings": [],
                "decision": "not_an_invoice" });
            vec![seed::finding(
                "DH-2901",
                "review",
                &[],
                "It has no amount and no invoice number: it looks like a letter.",
                "沒有金額和發票號碼，看來是一封信。",
            )]
        }
        _ => vec![seed::finding(
            "DH-2403",
            "review",
            &["seller_name", "total", "issue_date"],
            "Another document of this supplier has the same amount and date.",
            "這供應商另有一份文件，金額和日期相同。",
        )],
    };
    if paper.name == "hk-08-scan.pdf" {
        invoice["fields"].as_object_mut().expect("an object").remove("currency");
    }
    let findings = Value::Array(findings);
    invoice["findings"] = findings.clone();
    seed::ask(store, paper, "check: in doubt", &invoice, &findings).await;
}

async fn unknown(store: &Store, paper: &seed::Paper) {
    let invoice = paper::invoice(paper);
    let findings = json!([seed::finding(
        "DH-4201",
        "review",
        &[],
        "The bill was submitted, but the ledger did not answer within a minute.",
        "單據已提交，但賬冊在一分鐘內沒有回應。"
    )]);
    seed::ask(store, paper, "posting: outcome unknown", &invoice, &findings).await;
    let posting = intend(store, paper, &invoice).await;
    for (index, act) in (0..).zip(["search", "fill", "submit"]) {
        let key = format!("postings/{posting}/{index:02}-{act}.png");
        store.blobs().put(&key, paper.pages[0].clone()).await.expect("kept");
        store.picture(&posting, index, act, &key).await.expect("kept");
    }
    store.posting_submitted(&posting).await.expect("submitted");
    store.posting_unknown(&posting, "no answer within 60 s").await.expect("unknown");
}
