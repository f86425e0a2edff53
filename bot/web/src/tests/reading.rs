//! Every page in both languages, and what each shows.

use super::*;

const LANGUAGES: [(Speaks, &str); 2] =
    [(Speaks::En, "<html lang=\"en\">"), (Speaks::ZhHant, "<html lang=\"zh-Hant\">")];

/// A house with one of everything.
async fn furnished() -> (Desk, Vec<String>) {
    let desk = Desk::new().await;
    let store = &desk.store;
    let doubtful = desk.doubtful_task().await;
    let letter = paper("letter");
    let no_invoice = json!({
        "kind": "unknown", "is_invoice": false, "fields": {}, "lines": [], "findings": [], "decision": "not_an_invoice",
    });
    let says = json!([seed::finding("DH-2901", "review", &[], "It has no amount.", "沒有金額。")]);
    let letter = seed::ask(store, &letter, "check: DH-2901", &no_invoice, &says).await;
    let broken = paper("broken");
    let says = json!([seed::finding("DH-1103", "review", &[], "It cannot be opened.", "無法開啟。")]);
    let broken = seed::ask(store, &broken, "failure: documents::read", &Value::Null, &says).await;
    let sent = paper("sent");
    let (invoice, _) = seed::doubtful(&sent);
    let says =
        json!([seed::finding("DH-4201", "review", &[], "The answer could not be read.", "無法讀取回應。")]);
    let sent = seed::ask(store, &sent, "posting: DH-4201", &invoice, &says).await;
    let posting = posting(store, &sent).await;
    store.posting_unknown(&posting, "no answer").await.unwrap();
    seed::step(store, &sent.run, 4, "portal::post_bill", StepState::Failed, &json!({ "code": "DH-4201" }))
        .await;
    remembering::taught(&desk).await;
    let paths = [
        "/",
        "/suppliers",
        "/suppliers?done=revoked",
        "/?tab=done",
        "/?supplier=nobody",
        "/?order=amount&who=free",
        "/?done=approve",
        "/runs",
        "/schedules",
        "/schedules?schedule=digest&on=2026-11-20",
        "/schedules?schedule=%3Cscript%3Ealert&on=x&done=held",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain(
        ["/runs?state=waiting", "/postings", "/audit", "/audit?object=tasks/", "/upload", "/nowhere"]
            .map(str::to_owned),
    )
    .chain([&doubtful, &letter, &broken, &sent].map(|task| paths::task(&task.id)))
    .chain([paths::run(&sent.run), format!("/postings/{posting}"), "/help/DH-7004".to_owned()])
    .collect();
    (desk, paths)
}

async fn posting(store: &TestStore, task: &TaskRow) -> String {
    let posting = store::NewPosting {
        key: "hk:霧燈:FL-260131".to_owned(),
        portal: "ledger".to_owned(),
        document: task.document.clone(),
        run: task.run.clone(),
        bill: json!({ "supplier_name": "霧燈示範紙品有限公司", "reference": "FL-260131", "issue_date": "2026-03-11",
            "total": "11300.00", "currency": "HKD" }),
    };
    let posting = store.intend(&posting).await.unwrap();
    let key = format!("postings/{}/00-fill.png", posting.id);
    store.blobs().put(&key, PIXEL.to_vec()).await.unwrap();
    store.picture(&posting.id, 0, "fill", &key).await.unwrap();
    store.posting_submitted(&posting.id).await.unwrap();
    posting.id
}

#[tokio::test]
async fn every_page_can_be_made_in_both_languages() {
    let (desk, pages) = furnished().await;
    for (language, tag) in LANGUAGES {
        let cookie = desk.enter(&format!("Admin {language}"), Role::Admin, language).await;
        for path in &pages {
            let answer = desk.get(&cookie, path).await;
            let wanted = if path == "/nowhere" { StatusCode::NOT_FOUND } else { StatusCode::OK };
            assert_eq!(answer.status, wanted, "{path}: {}", answer.text);
            assert!(answer.text.contains(tag), "{path}");
            let missing = answer.text.split('⟦').nth(1).map(|rest| rest.split('⟧').next().unwrap());
            assert_eq!(missing, None, "{path}: a text is missing");
        }
    }
}

#[tokio::test]
async fn the_failure_pages_and_the_door_speak_both_languages() {
    let desk = Desk::new().await;
    for language in ["en", "zh-Hant"] {
        for path in ["/sign-in", "/help/DH-7001", "/nowhere"] {
            let answer = desk.get(&format!("language={language}"), path).await;
            assert!(answer.text.contains(&format!("<html lang=\"{language}\">")), "{path}");
            assert!(!answer.text.contains('⟦'), "{path}");
        }
    }
}

#[tokio::test]
async fn the_language_is_the_persons_own_and_stays() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    assert!(desk.get(&mei, "/").await.text.contains("Nothing waits for you."));
    let answer = desk.post(&mei, "/language", &[("language", "zh-Hant"), ("next", "/runs")]).await;
    assert_eq!(answer.location(), "/runs");
    assert!(desk.get(&mei, "/").await.text.contains("沒有等待你的工作。"));
    assert_eq!(desk.store.people().await.unwrap()[0].language, Speaks::ZhHant);
}

#[tokio::test]
async fn the_task_page_shows_the_doubt_first_with_its_evidence() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = desk.doubtful_task().await;
    let page = desk.get(&mei, &paths::task(&task.id)).await.text;
    let total = page.find("id=\"f-total\"").unwrap();
    assert!(total < page.find("id=\"f-invoice_number\"").unwrap());
    for shown in [
        "Two readers read the total differently",
        "data-choose=\"11800.00\"",
        "Post HK$11,300.00 to the ledger",
        "11 Mar 2026",
        "霧燈示範紙品有限公司",
        "class=\"crop\"",
        "4 fields agree",
    ] {
        assert!(page.contains(shown) || page.contains(&shown.replace('4', "5")), "{shown}");
    }
}

#[tokio::test]
async fn a_viewer_sees_no_account_number() {
    let desk = Desk::new().await;
    let task = desk.doubtful_task().await;
    let vera = desk.enter("Vera", Role::Viewer, Speaks::En).await;
    let mei = desk.reviewer().await;
    let path = paths::task(&task.id);
    assert!(!desk.get(&vera, &path).await.text.contains("789012"));
    assert!(desk.get(&mei, &path).await.text.contains("789012"));
    assert!(!desk.get(&vera, &paths::run(&task.run)).await.text.contains("789012"));
}

#[tokio::test]
async fn a_hostile_file_is_handed_out_only_as_a_download() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = desk.doubtful_task().await;
    let answer = desk.get(&mei, &format!("/documents/{}/original", task.document)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/octet-stream");
    assert!(answer.headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment"));
    assert!(answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("sandbox"));
    for wrong in
        ["/documents/..%2F..%2Fetc/original", "/documents/abc/pages/1.png", "/documents/abc/words.json"]
    {
        assert_eq!(desk.get(&mei, wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}

#[tokio::test]
async fn a_page_picture_is_kept_by_this_browser_only() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = desk.doubtful_task().await;
    let answer = desk.get(&mei, &format!("/documents/{}/pages/1.png", task.document)).await;
    assert_eq!(answer.headers[header::CONTENT_TYPE], "image/png");
    assert!(answer.headers[header::CACHE_CONTROL].to_str().unwrap().starts_with("private"));
    let words = desk.get(&mei, &format!("/documents/{}/words.json?page=1", task.document)).await;
    assert!(words.text.contains("\"t\":\"11,300.00\""));
}

#[tokio::test]
async fn uploaded_files_are_taken_one_by_one() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let part = |name: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\nbytes\r\n")
    };
    let request = Request::post("/upload")
        .header("cookie", &mei)
        .header("host", "desk.example.com")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "multipart/form-data; boundary=x")
        .body(Body::from(["good.pdf", "bad.exe", "two.zip"].map(part).concat() + "--x--\r\n"))
        .unwrap();
    let answer = desk.ask(request).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("good.pdf") && answer.text.contains("/runs/invoice~ab"));
    assert!(answer.text.contains("bad.exe") && answer.text.contains("DH-7006"));
    assert!(answer.text.contains("two.zip&#x2f;a.pdf") && answer.text.contains("/runs/invoice~cd"));
    assert!(answer.text.contains("two.zip&#x2f;b.doc") && answer.text.contains("DH-1103"));
}

#[tokio::test]
async fn text_from_a_paper_is_never_markup() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let paper = paper("<img src=x onerror=alert(1)>.pdf");
    let (mut invoice, findings) = seed::doubtful(&paper);
    invoice["fields"]["seller_name"]["value"] = "<script>alert(1)</script>\" autofocus".into();
    let task = seed::ask(&desk.store, &paper, "check", &invoice, &findings).await;
    for path in ["/".to_owned(), paths::task(&task.id), paths::run(&task.run), "/runs".to_owned()] {
        let page = desk.get(&mei, &path).await.text;
        assert!(
            !page.contains("<script>alert") && !page.contains("<img src=x") && !page.contains("\" autofocus"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_hold_and_a_silence_stand_on_the_first_page_and_in_the_health() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    assert_eq!(desk.get("", "/health").await.text, "ok\n");
    let hold = store::HoldKind::BlackRain;
    desk.store.set_hold(hold, store::HoldSource::Person, "may", "").await.unwrap();
    desk.store.set_hold(hold, store::HoldSource::Polled, "deskhand", "").await.unwrap();
    let since = desk.store.last_heard("/in/scans").await.unwrap();
    desk.store.folder_is_quiet("/in/scans", since).await.unwrap();
    desk.store.hold_source_failed().await.unwrap();
    let page = desk.get(&mei, "/").await.text;
    assert!(page.contains("warnings have not been readable"));
    assert_eq!(page.matches("Black rainstorm warning").count(), 1);
    assert!(page.contains("Nothing has arrived in") && page.contains("in&#x2f;scans"), "{page}");
    let health = desk.get("", "/health").await.text;
    assert!(health.contains("on hold: black_rain\n") && health.contains("quiet folders: 1\n"));
    assert!(health.contains("the address of holds does not answer\n"));
    assert!(!health.contains("scans"));
    let wong = desk.enter("Wong", Role::Reviewer, Speaks::ZhHant).await;
    assert!(desk.get(&wong, "/").await.text.contains("黑色暴雨警告信號"));
}
