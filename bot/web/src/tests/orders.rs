//! Proposals, orders and stock, as buyers see them; and the events that programs send.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use stock::event::Reply;
use stock::guard::{ApprovedLine, ManualSheet};
use stock::order::{Day, Outlook, Proposal, ProposedLine, Supplier};
use stock::policy::{
    DailyDemand, DayLimits, Goal, Item, LeadTime, OrderRules, Pack, Position, Protection, Standing, propose,
};
use store::{Decision, NewIntake, NewOrder, NewPlan, NewQuarantined, NewTask, OrderState};

use super::*;
use crate::{BatchRefused, Feeds, Language, OrderEnd, PilotView, StockDesk};

const TOKEN: &str = "a token of forty random characters";

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

/// A proposal for two shops in packs of six, minimum twelve: `daily` units a day of each line, none of the last.
fn proposal(number: &str) -> Proposal {
    let rules = OrderRules { pack: Pack::new(6).unwrap(), moq: 12, ..OrderRules::default() };
    let goods = [("MK", "TEA-1", 4.0), ("MK", "TEA-2", 1.5), ("TST", "TEA-1", 6.0), ("TST", "TEA-9", 0.0)];
    let item = |(store, sku, mean): (&str, &str, f64)| Item {
        store: store.to_owned(),
        sku: sku.to_owned(),
        supplier: Some("Foglamp".to_owned()),
        standing: Standing::Active,
        position: Position { on_hand: if sku == "TEA-2" { 0 } else { 10 }, ..Position::default() },
        count_first: false,
        forecast: Some(DailyDemand { mean, sigma: mean.sqrt() }),
        protection: Protection::new(7.0, &LeadTime::certain(3.0).unwrap()).unwrap(),
        goal: Goal::FillRate(0.98),
        rules,
        unit_cost: "12.5".parse().unwrap(),
        unit_margin: "1".parse().unwrap(),
        unit_load: 0,
    };
    let items: Vec<Item> = goods.into_iter().map(item).collect();
    let outlook = |mean: f64| Outlook {
        first: day() - chrono::TimeDelta::days(14),
        sold: vec![Some(mean); 14],
        days: vec![Day { mean, low: mean / 2.0, high: mean * 2.0 }; 14],
    };
    let line = |line: stock::policy::Line| ProposedLine {
        outlook: line.explanation.as_ref().map(|told| outlook(told.daily.mean)),
        name: format!("Tieguanyin {}", line.id.sku),
        line,
        rules,
        unit_cost: "12.5".parse().unwrap(),
        lead_days: 3.0,
        review_days: 7.0,
        class: None,
    };
    let mut lines: Vec<ProposedLine> =
        propose(day(), &items, &[], &DayLimits::default()).into_iter().map(line).collect();
    lines.sort_by_key(|line| (line.line.outcome.units() == 0, line.key()));
    Proposal {
        number: number.to_owned(),
        day: day(),
        supplier: Supplier { name: "Foglamp <Teas>".to_owned(), ..Supplier::named("Foglamp") },
        currency: "HKD".to_owned(),
        buyer: "Tea Shop".to_owned(),
        lines,
    }
}

/// A desk of replenishment that answers from the store.
struct Told(store::Store);

#[async_trait::async_trait]
impl StockDesk for Told {
    async fn take(&self, feed: &str, json: Vec<u8>) -> Result<Reply, BatchRefused> {
        if json == b"no JSON" {
            return Err(BatchRefused::Refused("DH-8066: this is not a JSON list of events".to_owned()));
        }
        assert_eq!(feed, "tills");
        let reply = json!({ "status": "PARTIALLY_ACCEPTED", "received": 2, "accepted": 1, "duplicates": 0,
            "rejected": 1, "events": [] });
        Ok(serde_json::from_value(reply).unwrap())
    }

    async fn settle(&self, number: &str, end: OrderEnd, person: &str) -> Result<bool, store::StoreError> {
        let to = match end {
            OrderEnd::Received => OrderState::Received,
            OrderEnd::CalledOff => OrderState::CalledOff,
        };
        self.0.acting_as(person).move_stock_order(number, &[OrderState::Approved], to).await
    }

    async fn pilot(&self) -> Result<Option<PilotView>, store::StoreError> {
        Ok(Some(PilotView {
            name: "spring".to_owned(),
            percent: 25,
            rolled_back: None,
            auto: 40,
            manual: 40,
            verdicts: Vec::new(),
            incidents: Vec::new(),
        }))
    }

    async fn move_pilot(&self, again: bool, _: &str) -> Result<Option<String>, store::StoreError> {
        Ok(again.then(|| "DH-8043: no step".to_owned()))
    }

    async fn manual_sheet(&self, day: NaiveDate) -> Result<Option<ManualSheet>, String> {
        let approved: Vec<ApprovedLine> = proposal("PO-1")
            .lines
            .iter()
            .filter_map(|line| ApprovedLine::of(&line.line, &line.name))
            .collect();
        Ok(ManualSheet::new(day, &approved).ok())
    }

    fn proposal_sheet(&self, proposal: &Proposal, _: Language) -> Result<Vec<u8>, String> {
        Ok(proposal.number.clone().into_bytes())
    }
}

async fn desk() -> Desk {
    Desk::with(|state| {
        state.stock = Some(Arc::new(Told(state.store.clone())));
        state.feeds = Arc::new(Feeds::new(BTreeMap::from([("tills".to_owned(), TOKEN.into())])));
    })
    .await
}

/// A proposal in the store, with its task.
async fn proposed(desk: &Desk, number: &str) -> (Proposal, TaskRow) {
    ask(desk, number, "order: a proposal to approve", &json!([])).await
}

async fn ask(desk: &Desk, number: &str, reason: &str, findings: &Value) -> (Proposal, TaskRow) {
    let proposal = proposal(number);
    let name: &'static str = Box::leak(format!("{number} Foglamp.json").into_boxed_str());
    let paper = seed::Paper {
        name,
        original: serde_json::to_vec(&proposal).unwrap(),
        pages: Vec::new(),
        document: json!({}),
    };
    let document = seed::arrive(&desk.store, &paper).await;
    let order = NewOrder {
        number: number.to_owned(),
        supplier: "Foglamp".to_owned(),
        document: document.clone(),
        currency: "HKD".to_owned(),
        proposed: proposal.total().to_string(),
    };
    let plan = json!({ "lines": 4, "ordering": 3, "seconds": 2 });
    let new = NewPlan { day: day(), run: "replenishment/1".to_owned(), plan, orders: vec![order] };
    desk.store.record_stock_plan(&new).await.unwrap();
    let run = format!("invoice/{document}");
    let task = NewTask {
        id: format!("{run}/1"),
        run,
        document,
        workflow: "purchase_order".to_owned(),
        reason: reason.to_owned(),
        findings: findings.clone(),
        invoice: json!({ "order": {
            "number": number, "supplier": "Foglamp", "total": format!("HKD {:.2}", proposal.total()), "lines": 3,
        } }),
    };
    (proposal, desk.store.open_task(&task).await.unwrap())
}

fn at(task: &TaskRow) -> String {
    format!("{}/decide", paths::task(&task.id))
}

fn units(proposal: &Proposal, key: &str) -> i64 {
    proposal.line(key).unwrap().line.outcome.units()
}

#[tokio::test]
async fn a_proposal_shows_each_line_with_its_figures_and_why() {
    let desk = desk().await;
    let may = desk.reviewer().await;
    let (proposal, task) = proposed(&desk, "PO-20261123-01").await;
    let page = desk.get(&may, &paths::task(&task.id)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let total = crate::format::money(&proposal.total().to_string(), Some("HKD"));
    for part in [
        "PO-20261123-01",
        "Foglamp &lt;Teas&gt;",
        "name=\"u.MK&#x2f;TEA-1\"",
        "step=\"6\"",
        "empty shelf",
        "<svg",
        "1 line orders nothing",
        "No sale is expected",
    ] {
        assert!(page.text.contains(part), "{part} is missing: {}", page.text);
    }
    assert!(page.text.contains(&format!("Approve · {total}")), "{total}");
    assert!(!page.text.contains('⟦'), "a text is missing");
    let picture = desk.get(&may, "/orders/PO-20261123-01/lines/0?units=48").await;
    assert_eq!(picture.headers[header::CONTENT_TYPE], "image/svg+xml");
    let row = desk.get(&may, "/").await.text;
    assert!(row.contains("Foglamp") && row.contains(&total), "{row}");
}

#[tokio::test]
async fn both_languages_have_every_word_of_proposal_orders_and_stock() {
    let desk = desk().await;
    let ka = desk.enter("Ka", Role::Admin, Speaks::ZhHant).await;
    let (_, task) = proposed(&desk, "PO-20261123-01").await;
    for path in [paths::task(&task.id).as_str(), "/orders", "/orders/PO-20261123-01", "/stock"] {
        let page = desk.get(&ka, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.text.contains('⟦') && page.text.contains("訂貨"), "{path}");
    }
}

#[tokio::test]
async fn approving_as_proposed_changes_nothing() {
    let desk = desk().await;
    let may = desk.reviewer().await;
    let (proposal, task) = proposed(&desk, "PO-20261123-01").await;
    let same = units(&proposal, "MK/TEA-1").to_string();
    let sent = form(&task, "approve", "", &[("u.MK/TEA-1", &same), ("r.MK/TEA-1", "")]);
    let sent: Vec<_> = sent.into_iter().filter(|(name, _)| *name != "seen").collect();
    let answer = desk.post(&may, &at(&task), &sent).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let decided = desk.task(&task.id).await;
    assert_eq!((decided.decision, decided.corrections), (Some(Decision::Approve), Some(json!({}))));
    tokio::task::yield_now().await;
    assert_eq!(*desk.decided.lock().unwrap(), [task.id]);
}

fn sent<'a>(task: &TaskRow, decision: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    form(task, decision, "", more).into_iter().filter(|(name, _)| *name != "seen").collect()
}

#[tokio::test]
async fn a_changed_line_needs_a_reason_and_whole_packs_and_nothing_typed_is_lost() {
    let desk = desk().await;
    let may = desk.reviewer().await;
    let (_, task) = proposed(&desk, "PO-20261123-01").await;
    for (units, reason, says) in [
        ("120", "", "Please say why it is changed."),
        ("121", "promotion", "121 is not a multiple of the pack of 6."),
        ("6", "promotion", "under the supplier&#x27;s minimum"),
        ("-6", "promotion", "whole number from 0"),
        ("a lot", "promotion", "whole number from 0"),
        ("7.5", "promotion", "whole number from 0"),
    ] {
        let more = [("u.MK/TEA-1", units), ("r.MK/TEA-1", reason), ("note", "kept note")];
        let answer = desk.post(&may, &at(&task), &sent(&task, "correct", &more)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{units}");
        assert!(answer.text.contains(says), "{says}: {}", answer.text);
        assert!(answer.text.contains(&format!("value=\"{units}\"")) && answer.text.contains("kept note"));
    }
    assert_eq!(desk.task(&task.id).await.state, TaskState::Open);
}

#[tokio::test]
async fn a_change_with_its_reason_is_recorded_as_the_engine_reads_it() {
    let desk = desk().await;
    let may = desk.reviewer().await;
    let (_, task) = proposed(&desk, "PO-20261123-01").await;
    let more = [
        ("u.MK/TEA-1", "1,200"),
        ("r.MK/TEA-1", "promotion"),
        ("u.TST/TEA-9", "12"),
        ("r.TST/TEA-9", "customer"),
    ];
    // The first button named the old amount.
    let answer = desk.post(&may, &at(&task), &sent(&task, "approve", &more)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("Approve with changes · HK$") && answer.text.contains("1,200"));
    let answer = desk.post(&may, &at(&task), &sent(&task, "correct", &more)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let lines = json!({ "MK/TEA-1": { "units": 1200, "reason": "promotion" },
        "TST/TEA-9": { "units": 12, "reason": "customer" } });
    assert_eq!(desk.task(&task.id).await.corrections, Some(json!({ "lines": lines })));
    let page = desk.get(&may, &paths::task(&task.id)).await.text;
    assert!(
        page.contains("2 lines changed") && page.contains(">1200</b>") && !page.contains("value=\"approve\"")
    );
}

#[tokio::test]
async fn another_reason_needs_a_note_and_nothing_left_is_no_order() {
    let desk = desk().await;
    let may = desk.reviewer().await;
    let (proposal, task) = proposed(&desk, "PO-20261123-01").await;
    let other = [("u.MK/TEA-1", "120"), ("r.MK/TEA-1", "other")];
    let answer = desk.post(&may, &at(&task), &sent(&task, "correct", &other)).await;
    assert!(answer.text.contains("say in the note"), "{}", answer.text);
    let keys: Vec<String> = proposal.ordering().map(ProposedLine::key).collect();
    let fields: Vec<(String, String)> =
        keys.iter().map(|key| (format!("u.{key}"), format!("r.{key}"))).collect();
    let none: Vec<(&str, &str)> =
        fields.iter().flat_map(|(u, r)| [(u.as_str(), "0"), (r.as_str(), "range")]).collect();
    let answer = desk.post(&may, &at(&task), &sent(&task, "correct", &none)).await;
    assert!(answer.text.contains("Nothing is left to order."), "{}", answer.text);
    assert_eq!(desk.task(&task.id).await.state, TaskState::Open);
}

#[tokio::test]
async fn a_rejected_proposal_says_why_and_a_line_that_is_none_is_refused() {
    let desk = desk().await;
    let may = desk.reviewer().await;
    let (_, task) = proposed(&desk, "PO-20261123-01").await;
    let answer = desk.post(&may, &at(&task), &sent(&task, "reject", &[])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer =
        desk.post(&may, &at(&task), &sent(&task, "correct", &[("u.MK/X", "6"), ("r.MK/X", "shelf")])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = desk.post(&may, &at(&task), &sent(&task, "correct", &[("f.total", "6")])).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer =
        desk.post(&may, &at(&task), &sent(&task, "reject", &[("reject_note", "stocktake tomorrow")])).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let decided = desk.task(&task.id).await;
    assert_eq!(
        (decided.decision, decided.note.as_deref()),
        (Some(Decision::Reject), Some("stocktake tomorrow"))
    );
}

#[tokio::test]
async fn a_proposal_that_gave_way_to_a_later_plan_orders_nothing() {
    let desk = desk().await;
    let may = desk.reviewer().await;
    let (_, task) = proposed(&desk, "PO-20261123-01").await;
    desk.store
        .move_stock_order("PO-20261123-01", &[OrderState::Proposed], OrderState::Replaced)
        .await
        .unwrap();
    let page = desk.get(&may, &paths::task(&task.id)).await.text;
    assert!(page.contains("later plan has taken the place") && !page.contains("value=\"approve\""));
    let answer = desk.post(&may, &at(&task), &sent(&task, "approve", &[])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(desk.task(&task.id).await.state, TaskState::Open);
}

#[tokio::test]
async fn of_two_buyers_the_later_one_sees_both_numbers() {
    let desk = desk().await;
    let may = desk.reviewer().await;
    let alan = desk.enter("Alan", Role::Reviewer, Speaks::En).await;
    let (_, task) = proposed(&desk, "PO-20261123-01").await;
    let mine = [("u.MK/TEA-1", "120"), ("r.MK/TEA-1", "promotion")];
    let theirs = [("u.MK/TEA-1", "240"), ("r.MK/TEA-1", "season")];
    desk.post(&may, &at(&task), &sent(&task, "correct", &mine)).await;
    let late = desk.post(&alan, &at(&task), &sent(&task, "correct", &theirs)).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("<td>240</td><td>120</td>"), "{}", late.text);
}

#[tokio::test]
async fn who_may_only_look_decides_and_settles_nothing() {
    let desk = desk().await;
    let vi = desk.enter("Vi", Role::Viewer, Speaks::En).await;
    let author = desk.enter("Ada", Role::Author, Speaks::En).await;
    let (_, task) = proposed(&desk, "PO-20261123-01").await;
    let page = desk.get(&vi, &paths::task(&task.id)).await;
    assert!(page.status == StatusCode::OK && !page.text.contains("name=\"u."));
    for (path, form) in [
        (at(&task).as_str(), sent(&task, "approve", &[])),
        ("/orders/PO-20261123-01/settle", vec![("end", "received")]),
        ("/stock/settle", vec![("source", "tills")]),
        ("/stock/pilot", vec![("wish", "step")]),
    ] {
        assert_eq!(desk.post(&vi, path, &form).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(desk.get(&author, "/orders").await.status, StatusCode::FORBIDDEN);
    let may = desk.reviewer().await;
    assert_eq!(desk.post(&may, "/stock/pilot", &[("wish", "step")]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_order_that_the_books_refused_is_entered_again_found_or_left() {
    let desk = desk().await;
    let may = desk.reviewer().await;
    let refused =
        json!([seed::finding("DH-4101", "review", &[], "The supplier is not known.", "供應商不詳。")]);
    let (_, task) = ask(&desk, "PO-20261123-01", "posting: refused", &refused).await;
    let page = desk.get(&may, &paths::task(&task.id)).await.text;
    for part in
        ["The supplier is not known.", "Try again to enter it", "name=\"reference\"", "Do not enter it"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("name=\"u."));
    let answer = desk.post(&may, &at(&task), &sent(&task, "correct", &[("reference", "")])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = desk.post(&may, &at(&task), &sent(&task, "correct", &[("reference", "PUR-7")])).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.task(&task.id).await.corrections, Some(json!({ "reference": "PUR-7" })));
    let unknown = json!([seed::finding("DH-4201", "review", &[], "No answer.", "沒有回應。")]);
    let (_, task) = ask(&desk, "PO-20261123-02", "posting: unknown", &unknown).await;
    let page = desk.get(&may, &paths::task(&task.id)).await.text;
    assert!(page.contains("Is this order in the books?") && page.contains("It is not there: try again"));
}

#[tokio::test]
async fn an_order_shows_what_was_changed_and_ends_once() {
    let desk = desk().await;
    let may = desk.reviewer().await;
    let (proposal, _) = proposed(&desk, "PO-20261123-01").await;
    let edit = stock::order::Edit { units: 120, reason: stock::order::EditReason::Promotion };
    let placed = proposal.approve(&BTreeMap::from([("MK/TEA-1".to_owned(), edit)])).unwrap();
    desk.store
        .approve_stock_order(&placed.number, &json!(placed), &placed.total.to_string(), "Mei")
        .await
        .unwrap();
    let list = desk.get(&may, "/orders?state=approved").await.text;
    assert!(list.contains("PO-20261123-01") && list.contains("approved"));
    assert!(!desk.get(&may, "/orders?state=received").await.text.contains("PO-20261123-01"));
    let page = desk.get(&may, "/orders/PO-20261123-01").await.text;
    assert!(page.contains("<b>120</b>") && page.contains("Promotion") && page.contains("class=\"was\""));
    let book = desk.get(&may, "/orders/PO-20261123-01/files/proposal.xlsx").await;
    assert_eq!((book.status, book.text.as_str()), (StatusCode::OK, "PO-20261123-01"));
    assert_eq!(
        desk.get(&may, "/orders/PO-20261123-01/files/supplier.pdf").await.status,
        StatusCode::NOT_FOUND
    );
    let path = "/orders/PO-20261123-01/settle";
    let first = desk.post(&may, path, &[("end", "received")]).await;
    assert_eq!(first.location(), "/orders/PO-20261123-01?done=settled");
    let second = desk.post(&may, path, &[("end", "called_off")]).await;
    assert_eq!(second.location(), "/orders/PO-20261123-01?done=before");
    assert_eq!(desk.store.stock_order("PO-20261123-01").await.unwrap().unwrap().state, OrderState::Received);
}

#[tokio::test]
async fn the_page_of_stock_shows_refused_events_as_text_and_settles_them() {
    let desk = desk().await;
    let admin = desk.enter("Ada", Role::Admin, Speaks::En).await;
    let intake = NewIntake {
        id: "tills/1".to_owned(),
        source: "tills".to_owned(),
        received: 1,
        accepted: 0,
        duplicates: 0,
        rejected: 1,
        tally: json!({}),
    };
    let reasons = json!([{ "code": "DH-8070", "message": { "en": "The store is not known.", "zh-Hant": "分店不詳。" } }]);
    let refused = NewQuarantined { place: 7, raw: "{\"store\": \"<b>MK\"}".to_owned(), reasons };
    desk.store.take_stock_events(&intake, &[], &[refused]).await.unwrap();
    let season = stock::order::ValueAdded { changed: 3, better: 2, worse: 1, ..Default::default() };
    let overrides = json!({ "season": season });
    let plan = json!({ "lines": 4, "ordering": 0, "seconds": 1, "overrides": overrides });
    let new = NewPlan { day: day(), run: "replenishment/1".to_owned(), plan, orders: Vec::new() };
    desk.store.record_stock_plan(&new).await.unwrap();
    let page = desk.get(&admin, "/stock").await.text;
    assert!(page.contains("Festival, weather or event"), "what changes were worth: {page}");
    assert!(page.contains("Not assessed yet") && page.contains("The store is not known."), "{page}");
    assert!(
        page.contains("&lt;b&gt;MK") && page.contains("row 7") && page.contains("Take the next step: 50")
    );
    let answer = desk.post(&admin, "/stock/settle", &[("source", "tills")]).await;
    assert_eq!(answer.location(), "/stock?done=settled#refused");
    assert!(desk.get(&admin, "/stock").await.text.contains("everything that came could be used"));
    assert_eq!(
        desk.post(&admin, "/stock/pilot", &[("wish", "step")]).await.location(),
        "/stock?done=pilot-step#pilot"
    );
    let refused = desk.post(&admin, "/stock/pilot", &[("wish", "again")]).await;
    assert!(
        desk.get(&admin, refused.location().split('#').next().unwrap()).await.text.contains("no next step")
    );
    let sheet = desk.get(&admin, "/stock/manual-sheet").await;
    assert!(sheet.status == StatusCode::OK && sheet.text.contains("TEA-1"), "{}", sheet.text);
}

fn batch(token: Option<&str>, body: String) -> Request<Body> {
    let mut request = Request::post("/stock/events").header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(Body::from(body)).unwrap()
}

#[tokio::test]
async fn events_are_taken_with_a_token_and_answered_one_by_one() {
    let desk = desk().await;
    let answer = desk.ask(batch(Some(TOKEN), "[{}, {}]".to_owned())).await;
    let said: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!((answer.status, said["status"].as_str()), (StatusCode::OK, Some("PARTIALLY_ACCEPTED")));
    for (request, status, code) in [
        (batch(None, "[]".to_owned()), StatusCode::UNAUTHORIZED, "DH-7040"),
        (batch(Some("a token"), "[]".to_owned()), StatusCode::UNAUTHORIZED, "DH-7040"),
        (batch(Some(TOKEN), "x".repeat(2 * 1024 * 1024 + 1)), StatusCode::PAYLOAD_TOO_LARGE, "DH-7041"),
        (batch(Some(TOKEN), "no JSON".to_owned()), StatusCode::UNPROCESSABLE_ENTITY, "DH-8066"),
    ] {
        let answer = desk.ask(request).await;
        let said: Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!((answer.status, said["code"].as_str()), (status, Some(code)), "{said}");
    }
}

#[tokio::test]
async fn a_feed_that_sends_too_fast_is_told_when_to_come_back() {
    let desk = desk().await;
    let many = || format!("[{}{{}}]", "{},".repeat(999));
    assert_eq!(desk.ask(batch(Some(TOKEN), many())).await.status, StatusCode::OK);
    let answer = desk.ask(batch(Some(TOKEN), many())).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: i64 = answer.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    desk.store.clock.advance(chrono::TimeDelta::seconds(wait));
    assert_eq!(desk.ask(batch(Some(TOKEN), many())).await.status, StatusCode::OK);
}
