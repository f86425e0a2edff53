//! Claims and decisions: one decision, the right one, and nothing that was typed is lost.

use super::*;

fn act(task: &TaskRow, act: &str) -> String {
    format!("{}/{act}", paths::task(&task.id))
}

#[tokio::test]
async fn approving_records_the_decision_tells_the_engine_and_opens_the_next_task() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = desk.doubtful_task().await;
    let other = paper("other");
    let (invoice, findings) = seed::doubtful(&other);
    let next = seed::ask(&desk.store, &other, "check", &invoice, &findings).await;
    // The other invoice has the same number: the page shows it as a twin, and the check says so.
    let path = act(&task, "decide");
    let mut seen = seen_on(&desk, &mei, &task).await;
    let first = desk.post(&mei, &path, &form(&task, "approve", &seen, &[("f.total", "11300.00")])).await;
    if first.status == StatusCode::UNPROCESSABLE_ENTITY {
        seen = hidden(&first.text);
    }
    let again = [("f.total", "11300.00"), ("anyway", "yes")];
    let answer = desk.post(&mei, &path, &form(&task, "approve", &seen, &again)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(answer.location(), format!("{}?done=approve", paths::task(&next.id)));
    let decided = desk.task(&task.id).await;
    assert_eq!((decided.state, decided.decision), (TaskState::Decided, Some(store::Decision::Approve)));
    tokio::task::yield_now().await;
    assert_eq!(*desk.decided.lock().unwrap(), [task.id]);
}

#[tokio::test]
async fn of_two_reviewers_exactly_one_decides_and_the_other_loses_nothing() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let alan = desk.enter("Alan", Role::Reviewer, Speaks::En).await;
    let task = desk.doubtful_task().await;
    let seen = seen_on(&desk, &mei, &task).await;
    let path = act(&task, "decide");
    let mine = form(&task, "correct", &seen, &[("f.total", "11800.00")]);
    let theirs = form(&task, "reject", &seen, &[("reason", "duplicate")]);
    let (one, two) = tokio::join!(desk.post(&mei, &path, &mine), desk.post(&alan, &path, &theirs));
    let statuses = [one.status, two.status];
    assert_eq!(statuses.iter().filter(|s| **s == StatusCode::SEE_OTHER).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|s| **s == StatusCode::CONFLICT).count(), 1, "{statuses:?}");
    // Once more, in a known order: the loser's page holds what was typed.
    let late = desk.post(&mei, &path, &mine).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("11800.00") && late.text.contains("Somebody else was quicker"));
    tokio::task::yield_now().await;
    assert_eq!(desk.decided.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_value_that_cannot_be_taken_comes_back_with_everything_that_was_typed() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = desk.doubtful_task().await;
    let seen = seen_on(&desk, &mei, &task).await;
    let typed =
        [("f.total", "eleven thousand"), ("f.seller_name", "霧燈紙品"), ("f.issue_date", "2026-03-11")];
    let answer = desk.post(&mei, &act(&task, "decide"), &form(&task, "correct", &seen, &typed)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("value=\"eleven thousand\"") && answer.text.contains("value=\"霧燈紙品\""));
    assert!(answer.text.contains("class=\"refused\""));
    assert_eq!(desk.task(&task.id).await.state, TaskState::Open);
}

#[tokio::test]
async fn the_approve_button_never_posts_an_amount_that_it_did_not_name() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = desk.doubtful_task().await;
    let path = act(&task, "decide");
    let seen = seen_on(&desk, &mei, &task).await;
    let changed = [("f.total", "11800.00")];
    let answer = desk.post(&mei, &path, &form(&task, "approve", &seen, &changed)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("HK$11,800.00") && answer.text.contains("value=\"11800.00\""));
    let seen = hidden(&answer.text);
    let answer = desk.post(&mei, &path, &form(&task, "correct", &seen, &changed)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let decided = desk.task(&task.id).await;
    assert_eq!(decided.decision, Some(store::Decision::Correct));
    assert_eq!(decided.corrections.unwrap()["total"], "11800.00");
}

#[tokio::test]
async fn a_finding_that_the_person_has_not_been_shown_stops_the_decision() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = desk.doubtful_task().await;
    // A supplier's name that is taken away is missed by the check; the page said nothing of it.
    let seen = seen_on(&desk, &mei, &task).await;
    let typed = [("f.seller_name", "")];
    let answer = desk.post(&mei, &act(&task, "decide"), &form(&task, "correct", &seen, &typed)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("something else does not agree"));
    assert_eq!(desk.task(&task.id).await.state, TaskState::Open);
}

#[tokio::test]
async fn a_rejection_needs_a_reason() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = desk.doubtful_task().await;
    let path = act(&task, "decide");
    let answer = desk.post(&mei, &path, &form(&task, "reject", "", &[])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let why = [("reason", "wrong_content"), ("note", "the supplier sends another")];
    let answer = desk.post(&mei, &path, &form(&task, "reject", "", &why)).await;
    assert_eq!(answer.location(), "/?done=reject");
    assert_eq!(desk.task(&task.id).await.note.unwrap(), "wrong_content: the supplier sends another");
    let page = desk.get(&mei, &paths::task(&task.id)).await.text;
    assert!(page.contains("Its content is wrong") && page.contains("the supplier sends another"));
}

#[tokio::test]
async fn a_claim_keeps_others_out_until_it_is_given_back() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let alan = desk.enter("Alan", Role::Reviewer, Speaks::En).await;
    let task = desk.doubtful_task().await;
    desk.post(&mei, &act(&task, "claim"), &[]).await;
    let page = desk.get(&alan, &paths::task(&task.id)).await.text;
    assert!(page.contains("Mei is working on this") && !page.contains("value=\"approve\""));
    let claimed = desk.task(&task.id).await;
    let answer = desk
        .post(&alan, &act(&task, "decide"), &form(&claimed, "reject", "", &[("reason", "duplicate")]))
        .await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text.contains("Mei"));
    desk.post(&mei, &act(&task, "release"), &[]).await;
    assert!(desk.get(&alan, &paths::task(&task.id)).await.text.contains("value=\"approve\""));
}

#[tokio::test]
async fn a_script_that_claims_learns_the_version_to_decide_with() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = desk.doubtful_task().await;
    let request = Request::post(act(&task, "claim"))
        .header("cookie", &mei)
        .header("sec-fetch-site", "same-origin")
        .header("x-deskhand-script", "1")
        .body(Body::empty())
        .unwrap();
    let answer = desk.ask(request).await;
    let told: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(told, json!({ "held": true, "version": desk.task(&task.id).await.version }));
    // Without the new version the decision is shown again, not lost.
    let stale =
        form(&task, "reject", "", &[("reason", "duplicate"), ("note", "kept note"), ("f.total", "7.00")]);
    let answer = desk.post(&mei, &act(&task, "decide"), &stale).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("kept note") && answer.text.contains("value=\"7.00\""));
}

#[tokio::test]
async fn a_posting_with_unknown_outcome_is_settled_only_by_what_a_person_saw() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let paper = paper("sent");
    let (invoice, _) = seed::doubtful(&paper);
    let says =
        json!([seed::finding("DH-4201", "review", &[], "The answer could not be read.", "無法讀取回應。")]);
    let task = seed::ask(&desk.store, &paper, "posting: DH-4201", &invoice, &says).await;
    let page = desk.get(&mei, &paths::task(&task.id)).await.text;
    assert!(page.contains("It is not there: try again") && !page.contains("Post HK$"));
    let answer =
        desk.post(&mei, &act(&task, "decide"), &form(&task, "correct", "", &[("reference", " ")])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = desk
        .post(&mei, &act(&task, "decide"), &form(&task, "correct", "", &[("reference", "BILL-0042")]))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.task(&task.id).await.corrections.unwrap(), json!({ "reference": "BILL-0042" }));
}

#[tokio::test]
async fn a_paper_that_is_no_invoice_is_put_aside_with_one_button() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let paper = paper("letter");
    let invoice = json!({
        "kind": "unknown", "is_invoice": false, "fields": {}, "lines": [], "findings": [], "decision": "not_an_invoice",
    });
    let says = json!([seed::finding("DH-2901", "review", &[], "It has no amount.", "沒有金額。")]);
    let task = seed::ask(&desk.store, &paper, "check: DH-2901", &invoice, &says).await;
    let page = desk.get(&mei, &paths::task(&task.id)).await.text;
    assert!(page.contains("Not an invoice: put it aside"));
    // "It is an invoice" with nothing filled in is not enough to post anything.
    let answer = desk
        .post(&mei, &act(&task, "decide"), &form(&task, "correct", &hidden(&page), &[("f.total", "")]))
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = desk.post(&mei, &act(&task, "decide"), &form(&task, "reject", "", &[])).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.task(&task.id).await.note.unwrap(), "not_an_invoice");
}

#[tokio::test]
async fn what_cannot_be_right_is_posted_only_after_a_tick() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let paper = paper("future");
    let (mut invoice, _) = seed::doubtful(&paper);
    let sums = json!([seed::finding("DH-2203", "reject", &["total"], "It does not add up.", "數目不符。")]);
    for (name, value) in [("amount_ex_tax", "10000.00"), ("tax", "1.00")] {
        invoice["fields"][name] = seed::field(&paper, value, value, 1.0, "text_layer");
    }
    invoice["findings"] = sums.clone();
    let task = seed::ask(&desk.store, &paper, "check: DH-2203", &invoice, &sums).await;
    let page = desk.get(&mei, &paths::task(&task.id)).await.text;
    assert!(page.contains("name=\"anyway\""));
    let path = act(&task, "decide");
    let answer = desk.post(&mei, &path, &form(&task, "approve", &hidden(&page), &[])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let seen = hidden(&answer.text);
    let answer = desk.post(&mei, &path, &form(&task, "approve", &seen, &[("anyway", "yes")])).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
}

#[tokio::test]
async fn an_unknown_field_in_the_form_is_refused() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = desk.doubtful_task().await;
    let answer =
        desk.post(&mei, &act(&task, "decide"), &form(&task, "approve", "", &[("f.iban", "x")])).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text.contains("DH-7006"));
    assert_eq!(desk.task(&task.id).await.state, TaskState::Open);
}

#[tokio::test]
async fn a_statement_is_settled_and_its_workbook_can_be_had() {
    let desk = Desk::new().await;
    let may = desk.reviewer().await;
    let paper = paper("statement");
    let compared = json!({ "statement": { "supplier": "霧燈示範紙品有限公司", "differences": 1 } });
    let says = json!([seed::finding("DH-6090", "review", &[], "FL-1 was not posted.", "FL-1 未過賬。")]);
    let task = seed::ask(&desk.store, &paper, "statement: it differs", &compared, &says).await;
    let page = desk.get(&may, &paths::task(&task.id)).await;
    assert!(page.text.contains("FL-1 was not posted.") && page.text.contains("Settled"), "{}", page.text);
    assert!(
        page.text.contains("霧燈示範紙品有限公司") && !page.text.contains("name=\"f.total\""),
        "{}",
        page.text
    );
    let workbook = format!("/documents/{}/comparison.xlsx", task.document);
    assert!(page.text.contains(&workbook));
    assert_eq!(desk.get(&may, &workbook).await.status, StatusCode::NOT_FOUND);
    let report = desk.store.keep_report("statement", b"a workbook".to_vec()).await.unwrap();
    let kept = json!({ "answer": { "report": report, "file": "霧燈 2026-10-31.xlsx" } });
    let key = format!("documents/{}/comparison.json", task.document);
    desk.store.blobs().put(&key, serde_json::to_vec(&kept).unwrap()).await.unwrap();
    let got = desk.get(&may, &workbook).await;
    assert_eq!((got.status, got.text.as_str()), (StatusCode::OK, "a workbook"));
    let seen = seen_on(&desk, &may, &task).await;
    let answer = desk.post(&may, &act(&task, "decide"), &form(&task, "approve", &seen, &[])).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(desk.task(&task.id).await.decision, Some(store::Decision::Approve));
}
